import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import { homedir, hostname } from 'node:os';
import {
  createStore,
  type Database,
  JOB_KINDS,
  type Jobs,
  openDatabase,
  openJobs,
  type Store,
} from '../db/index.ts';
import {
  createGithubReceiver,
  createGithubSource,
  createMetrics,
  GITHUB_WEBHOOK_PATH,
  type Intake,
  type Metrics,
  openHttp,
  type Readiness,
} from '../webhooks/index.ts';
import {
  type AgentKind,
  agentKinds,
  createCommandKind,
  createDemoKind,
  findAgentKind,
  withEnvironment,
} from './agents/index.ts';
import { createModel } from './anthropic/index.ts';
import { childEnvironment } from './child-environment.ts';
import { createCliEndpoint, writeCliAddress } from './cli/index.ts';
import { type CommandPorts, runRequest, workOnDelivery } from './commands/index.ts';
import { type Config, readConfig } from './config.ts';
import {
  createDirector,
  createHostDiscovery,
  DEFAULT_GATE,
  describeFailure,
  type HostDiscovery,
  readFirstRequest,
  screenLines,
} from './director/index.ts';
import { err, type Host, type Log, ok, type Result, sentenceCard } from './domain/index.ts';
import {
  checkThisMachine,
  createAzlinProvider,
  createFleet,
  createSshConfigProvider,
  createStaticProvider,
  type Fleet,
  type HostFailure,
  howToFindAzlin,
  type Provider,
  programsOnPath,
} from './fleet/index.ts';
import { createGithubClient, createIssueSurface, createRepositories } from './github/index.ts';
import { type HostSource, hostSources, providerFacts } from './host-sources.ts';
import { createLog } from './log.ts';
import { createNotifier, createWatchKeeper, type WatchedScreen } from './notify/index.ts';
import { createPictures } from './picture/index.ts';
import { LOCAL_PEOPLE, namesApprovers, roleOf } from './roles.ts';
import { maskStyledScreen, redact } from './safety/index.ts';
import { seed } from './seed.ts';
import {
  createSlackApp,
  createSlackChannels,
  createSlackMessages,
  createSlackSource,
  createSlackSurface,
} from './slack/index.ts';
import { startLines } from './start-lines.ts';
import { type LocalGithub, type LocalWorkspace, openLocalWorkspace } from './workspace/index.ts';

const VERSION = '0.2.0';
const EXPECTED_EXIT = 1;
/** Who asks for a refresh is answered before the delivery that asked is taken for forgotten. */
const ANSWER_REFRESH_WITHIN_MS = 60_000;

type Fault = { readonly sentence: string };
export type Running = { readonly url: string; stop(): Promise<void> };

/** Composes the program and starts it; `stop` takes it apart in reverse. */
export async function start(
  config: Config,
  env: NodeJS.ProcessEnv,
  say: (line: string) => void,
): Promise<Result<Running, Fault>> {
  const closers: (() => Promise<void>)[] = [];
  const stopping = new AbortController();
  const stop = async () => {
    stopping.abort();
    for (const close of closers.splice(0).reverse()) await close();
  };
  try {
    const running = await compose(config, env, say, closers, stopping.signal);
    if (running.ok) return ok({ url: running.value.url, stop });
    await stop();
    return running;
  } catch (error) {
    await stop();
    throw error;
  }
}

async function compose(
  config: Config,
  env: NodeJS.ProcessEnv,
  say: (line: string) => void,
  closers: (() => Promise<void>)[],
  signal: AbortSignal,
): Promise<Result<{ readonly url: string }, Fault>> {
  const log = createLog(config.logLevel);
  const now = () => new Date();
  const newId = () => randomUUID();
  const digest = (text: string) => createHash('sha256').update(text).digest('hex');
  const owner = `${hostname()}:${process.pid}:${newId().slice(0, 8)}`;
  const childEnv = childEnvironment(env);
  const servesWeb = config.role !== 'director';
  const directs = config.role !== 'web';
  say(`Fleet Director ${VERSION}`);

  // The state.
  await mkdir(config.dataDir, { recursive: true, mode: 0o700 });
  const opened = await openState(config);
  if (!opened.ok) return opened;
  const database = opened.value;
  closers.push(database.close);
  await database.migrate();
  const jobs = await openJobs(database.queue, log);
  closers.push(jobs.stop);
  const store = createStore(database.connection, { jobs, now, newId, log });
  await store.releaseClaims((other) => database.kind === 'embedded' || isGone(other));
  say(startLines.database(config));

  // Where it is reached.
  const port = config.http.port === 0 ? await freePort(config.http.host) : config.http.port;
  const origin = `http://localhost:${port}`;
  const metrics = createMetrics();
  const intake: Intake = { accept: (delivery) => store.transaction((tx) => tx.acceptDelivery(delivery)) };

  // What stands in for Slack and GitHub where they are not set up.
  const isLocal = config.slack === null && config.localWorkspace !== 'off';
  const local =
    isLocal && servesWeb
      ? await openLocalWorkspace({
          dataDir: config.dataDir,
          port,
          visitors: config.localWorkspace === 'nearby' ? 'nearby' : 'this-machine',
          people: LOCAL_PEOPLE,
          command: config.file.fleet.command,
          label: config.file.fleet.label,
          github: config.github === null && config.demo ? { webhookPath: GITHUB_WEBHOOK_PATH } : null,
          now,
          newId,
          log,
        })
      : null;
  if (local !== null) closers.push(local.close);
  const demo = local?.github ?? null;

  // GitHub and Slack.
  const githubConfig = config.github ?? demo?.access ?? null;
  const github = githubConfig === null ? null : createGithubClient({ ...githubConfig, log });
  const repositories = github === null ? null : createRepositories(github);
  const issues = github === null ? null : createIssueSurface(github, redact);
  say(startLines.github(config, demo?.repository.repo ?? null));
  const slackConfig = config.slack ?? local?.slack ?? null;
  const slack =
    slackConfig === null
      ? null
      : createSlackApp({
          way: slackConfig.way,
          botToken: slackConfig.botToken,
          slackApiUrl: slackConfig.apiUrl,
          fetch: null,
          command: config.file.fleet.command,
          allowedTeams: slackConfig.allowedTeams,
          intake: {
            accept: async (delivery) => {
              const isNew = await intake.accept(delivery);
              metrics.countDelivery('slack', isNew ? 'stored' : 'duplicate');
              return isNew;
            },
          },
          log,
          now,
        });

  // Hosts and agents.
  const machine = await checkThisMachine(childEnv, process.getuid?.() === 0, (programs) =>
    say(`  installing ${programs.join(' and ')} …`),
  );
  const known = agentsOf(config, demo, env);
  if (!known.ok) return known;
  const agents = known.value;
  const agentNames = [...agents.values()].flatMap((kind) => kind.processNames);
  const fleet = createFleet({ owner, env: childEnv, dataDir: config.dataDir, agentNames, now, log });
  closers.push(() => fleet.close());
  const sources = hostSources(config.file);
  const discovery = createHostDiscovery({
    store,
    sources: sources.map((source) => ({
      provider: providerOf(source, childEnv, log),
      rules: source.rules,
      nature: source.kind === 'static' ? ('written' as const) : ('found' as const),
    })),
    log,
    now,
    newId,
  });
  const demoSeed =
    local === null || demo === null
      ? null
      : { ...demo.repository, channel: local.channel, hasHost: machine.kind === 'ready' };
  await store.transaction((tx) => seed(tx, config, defaultAgent(config, demo), demoSeed, now(), newId));
  // What the operator wrote down is there at once; others are asked when everything runs.
  await discovery.refresh(signal, ['static']);
  const hosts = await store.listHosts();
  say(startLines.hosts(hosts));
  const hasAzlin =
    childEnv.AZLIN_PATH !== undefined || (await programsOnPath(['azlin'], childEnv)).length > 0;
  const azlinHint = hasAzlin ? null : howToFindAzlin(childEnv);
  for (const line of startLines.providers(config, azlinHint)) say(line);
  if (machine.kind === 'missing' && (isLocal || hosts.some((host) => host.transport.kind === 'local'))) {
    say(`            ${machine.sentence}`);
  }
  say(await agentsLine(agents, childEnv));
  say(startLines.slack(config));
  say(startLines.model(config));

  // What people may ask for.
  const ports = commandPorts({
    config,
    store,
    fleet,
    repositories,
    slack,
    local,
    agents,
    discovery,
    digest,
    now,
    newId,
    signal,
  });

  // What is done with what was asked.
  const director = createDirector(
    {
      store,
      fleet,
      pullRequests:
        repositories === null
          ? null
          : {
              find: async (repo, branch) => {
                const found = await repositories.findPullRequest(repo, branch);
                return found.ok ? found.value : null;
              },
            },
      agents,
      model: config.model === null ? null : createModel({ ...config.model, redact, log, now }),
      settings: {
        owner,
        permissionMode: config.file.fleet.permission_mode,
        approvalExpiresAfterMs: config.file.fleet.approval_minutes * 60_000,
        gate: DEFAULT_GATE,
        alertChannel: config.file.fleet.channel ?? local?.channel ?? null,
        pollEveryMs: config.file.fleet.poll_seconds * 1000,
        stuckAfterMs: config.file.fleet.stuck_seconds * 1000,
        silentAfterMs: config.file.fleet.silent_seconds * 1000,
      },
      log,
      digest,
      now,
      newId,
    },
    signal,
  );
  const pictures = createPictures();
  const deliverySources = {
    ...(slack === null ? {} : { slack: createSlackSource(slack.client, pictures, now, log) }),
    ...(github === null || issues === null ? {} : { github: githubSource(config, github, issues, log) }),
  };
  const surfaces = {
    ...(slack === null ? {} : { slack: createSlackSurface(slack.client, pictures) }),
    ...(issues === null ? {} : { github: issues }),
  };

  // The doors.
  const cliToken = randomBytes(24).toString('base64url');
  const http = await openHttp({
    host: config.http.host,
    port,
    answerers: [
      ...(servesWeb
        ? [
            createCliEndpoint({
              token: cliToken,
              run: (request) => runRequest(ports, request, null),
              draw: pictures.draw,
            }),
          ]
        : []),
      ...(servesWeb && githubConfig !== null && githubConfig.webhookSecrets.length > 0
        ? [
            createGithubReceiver({
              secrets: githubConfig.webhookSecrets,
              intake,
              metrics,
              log,
              now,
            }),
          ]
        : []),
      ...(slack?.answer ? [slack.answer] : []),
      ...(local === null ? [] : [local.handle]),
    ],
    readiness: readinessOf(database),
    metrics,
    log,
    newId,
  });
  if (!http.ok) return http;
  closers.push(() => http.value.close());
  if (servesWeb) await writeCliAddress(config.dataDir, { url: http.value.url, token: cliToken });

  await jobs.work({
    ...(servesWeb
      ? {
          intake: (job) =>
            workOnDelivery(
              {
                store,
                sources: deliverySources,
                run: (request, delivery) => runRequest(ports, request, delivery),
                now,
                log,
              },
              { source: job.source, id: job.delivery },
            ),
          ...(slack === null
            ? {}
            : {
                watch: createWatchKeeper({
                  store,
                  look: (host, name) => watchedScreen({ store, fleet, signal }, host, name),
                  surface: createSlackMessages(slack.client, pictures),
                  enqueue: store.enqueue,
                  now,
                  digest,
                  log,
                }),
              }),
          notify: createNotifier({
            store: { ...store, claim: store.claimNotification },
            surfaces,
            enqueue: store.enqueue,
            now,
            owner,
            digest,
            log,
            signal,
          }),
        }
      : {}),
    ...(directs
      ? { ...director.handlers, discover: async () => void (await discovery.refresh(signal)) }
      : {}),
  });
  if (servesWeb) await takeUpAgain(store);
  if (slack !== null && servesWeb) {
    await slack.start();
    closers.push(() => slack.stop());
  }
  if (directs) {
    const directing = director.run();
    directing.catch((error: unknown) => log.error({ error }, 'the director stopped'));
    closers.push(() => directing.catch(() => undefined));
    const discovering = discovery.run(config.file.providers.refresh_minutes * 60_000, signal);
    closers.push(() => discovering);
  }
  countOpenWork(metrics, store, jobs);
  say(isLocal && servesWeb ? `Open ${origin}` : `Listening at ${http.value.url}`);
  return ok({ url: http.value.url });
}

type CommandMeans = {
  readonly config: Config;
  readonly store: Store;
  readonly fleet: Fleet;
  readonly repositories: ReturnType<typeof createRepositories> | null;
  readonly slack: ReturnType<typeof createSlackApp> | null;
  readonly local: LocalWorkspace | null;
  readonly agents: ReadonlyMap<string, AgentKind>;
  readonly discovery: HostDiscovery;
  readonly digest: (text: string) => string;
  readonly now: () => Date;
  readonly newId: () => string;
  readonly signal: AbortSignal;
};

/** What a request may look at and change. */
function commandPorts(means: CommandMeans): CommandPorts {
  const { config, store, fleet, repositories, slack, local, agents, discovery, digest, now, newId, signal } =
    means;
  const isLocal = config.slack === null && config.localWorkspace !== 'off';
  return {
    store,
    screens: {
      read: async (host, name, lines) => {
        const refused = (failure: HostFailure) =>
          err(
            `${host.name} cannot show the screen just now: ${describeFailure(failure)}. Try again in a moment.`,
          );
        const read = await fleet.read(host, name, signal);
        if (!read.ok) return refused(read.error);
        const { plain, ansi, pane } = read.value;
        const styled = {
          ansi: maskStyledScreen(ansi, pane.width),
          columns: pane.width,
          rows: pane.height,
          cursor: pane.isCursorVisible ? { column: pane.cursorX, row: pane.cursorY } : null,
        };
        if (lines === null) return ok({ lines: screenLines(plain), styled });
        const history = await fleet.readHistory(host, name, lines, signal);
        return history.ok ? ok({ lines: screenLines(history.value), styled }) : refused(history.error);
      },
    },
    transcripts: {
      firstRequest: (host, seen) => readFirstRequest({ fleet, agents }, host, seen, signal),
    },
    repositories: {
      look: async (repo) => {
        if (repositories === null) {
          return err(
            `GitHub is not set up, so give the clone URL yourself: \`projects add ${repo} --clone-url URL\`.`,
          );
        }
        const access = await repositories.repositoryAccess(repo);
        return access.ok ? access : err(access.error.sentence);
      },
    },
    hostCheck: {
      reach: async (host) => {
        const listed = await fleet.list(host, signal);
        return listed.ok
          ? ok(undefined)
          : err(
              `${host.name} cannot join: ${describeFailure(listed.error)}. Check \`${wayTo(host)}\` from the bot's machine.`,
            );
      },
    },
    hostProviders: {
      ...providerFacts(hostSources(config.file)),
      refresh: async () => {
        // Another process directs, and may have other programs and accounts than this one.
        if (config.role === 'web') {
          await store.enqueue({ kind: 'discover' });
          return null;
        }
        const late = AbortSignal.any([signal, AbortSignal.timeout(ANSWER_REFRESH_WITHIN_MS)]);
        return await Promise.race([discovery.refresh(signal), aborted(late)]);
      },
    },
    channels: slack === null ? { mayPost: async () => ok(undefined) } : createSlackChannels(slack.client),
    settings: {
      agents: [...agents.keys()],
      defaultAgent: defaultAgent(config, local?.github ?? null),
      approvalExpiresAfterMs: config.file.fleet.approval_minutes * 60_000,
      defaultChannel: config.file.fleet.channel ?? local?.channel ?? null,
      commandName: config.file.fleet.command,
      roleOf: (identity) => roleOf(config, isLocal, identity),
      hasNamedApprovers: namesApprovers(config, isLocal),
    },
    digest,
    now,
    newId,
  };
}

/** What a watch shows of a session: its screen now, and what is believed of it. */
async function watchedScreen(
  { store, fleet, signal }: { store: Store; fleet: Fleet; signal: AbortSignal },
  host: Host,
  name: string,
): Promise<WatchedScreen> {
  const read = await fleet.read(host, name, signal);
  if (!read.ok) {
    const why = describeFailure(read.error);
    return read.error.kind === 'no-session' ? { kind: 'gone', why } : { kind: 'no-answer', why };
  }
  const seen = await store.seenSession(host.id, name);
  return {
    kind: 'seen',
    lines: screenLines(read.value.plain),
    state: seen === null ? null : seen.observation.state.replaceAll('_', ' '),
  };
}

function readinessOf(database: Database): Readiness {
  return {
    check: async () => {
      try {
        await database.ping();
        return { ready: true, why: 'the database answers' };
      } catch {
        return { ready: false, why: 'the database does not answer' };
      }
    },
  };
}

function countOpenWork(metrics: Metrics, store: Store, jobs: Jobs): void {
  const states = ['queued', 'assigned', 'running'] as const;
  metrics.addGaugeBy('jobs', 'Jobs that are not finished, by kind.', 'kind', async () => {
    const counts = await Promise.all(
      JOB_KINDS.map(async (kind) => [kind, await jobs.countOpen(kind)] as const),
    );
    return new Map<string, number>(counts);
  });
  metrics.addGaugeBy('tasks', 'Tasks that are not over, by state.', 'state', async () => {
    const live = await store.tasksInStates(states);
    return new Map(states.map((state) => [state, live.filter((task) => task.state === state).length]));
  });
}

function githubSource(
  config: Config,
  github: ReturnType<typeof createGithubClient>,
  issues: ReturnType<typeof createIssueSurface>,
  log: Log,
): ReturnType<typeof createGithubSource> {
  return createGithubSource({
    rules: async () => {
      const self = await github.self();
      return {
        label: config.file.fleet.label,
        allowedBots: config.file.fleet.allowed_bots,
        ownLogin: self.ok ? self.value.login : null,
      };
    },
    tell: async (place, sentence, marker) => {
      const told = await issues.tell(place, sentenceCard(sentence), marker);
      if (!told.ok) log.warn({ failure: told.error }, 'a refusal could not be told on its issue');
    },
  });
}

/** Whether a claim's owner was a process of this machine that is no more. Of another machine's nobody here can tell: its claims run out. */
function isGone(owner: string): boolean {
  const [machine, pid] = owner.split(':');
  if (machine !== hostname() || Number(pid) === process.pid) return machine === hostname();
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch {
    return true;
  }
}

/** What was stored or said before this process began, and is not finished. */
async function takeUpAgain(store: Store): Promise<void> {
  for (const { source, id } of await store.openDeliveries())
    await store.enqueue({ kind: 'intake', source, delivery: id });
  for (const thread of await store.untoldThreads())
    await store.enqueue({ kind: 'notify', thread, notBefore: null });
  // One that waits already for its next look is not asked for twice.
  for (const { id } of await store.openWatches())
    await store.enqueue({ kind: 'watch', watch: id, notBefore: new Date() });
}

async function openState(config: Config): Promise<Result<Database, Fault>> {
  const opened = await openDatabase(
    config.databaseUrl === null
      ? { kind: 'embedded', dataDir: config.dataDir }
      : { kind: 'server', url: config.databaseUrl },
  );
  if (opened.ok) return opened;
  switch (opened.error.kind) {
    case 'in-use':
      return err({
        sentence: `${opened.error.dataDir} is in use by ${opened.error.by}. Stop that one, or set FLEET_DATA_DIR to another folder.`,
      });
    case 'unreachable':
      return err({
        sentence: `The database at DATABASE_URL does not answer (${redact(opened.error.detail)}). Start it, or correct the URL.`,
      });
  }
}

function agentsOf(
  config: Config,
  demo: LocalGithub | null,
  env: NodeJS.ProcessEnv,
): Result<ReadonlyMap<string, AgentKind>, Fault> {
  const kinds: AgentKind[] = [...agentKinds];
  if (demo !== null) {
    kinds.unshift(
      createDemoKind({
        nodePath: process.execPath,
        scriptPath: demo.agent.script,
        env: {
          ...demo.agent.env,
          ...(env.FLEET_DEMO_LINGER_MS === undefined
            ? {}
            : { FLEET_DEMO_LINGER_MS: env.FLEET_DEMO_LINGER_MS }),
        },
      }),
    );
  }
  for (const [name, { command, env: given }] of Object.entries(config.file.agents)) {
    const [program, ...rest] = command ?? [];
    const standing = findAgentKind(name, kinds);
    if (program !== undefined) kinds.push(createCommandKind({ name, words: [program, ...rest], env: given }));
    else if (standing !== null) kinds.push(withEnvironment(standing, given));
    else {
      return err({
        sentence: `fleet.toml names the agent \`${name}\`, which is not known: give it \`command = ["program"]\`.`,
      });
    }
  }
  // Of one name the last counts: what the operator wrote.
  return ok(new Map(kinds.map((kind) => [kind.name, kind])));
}

async function agentsLine(agents: ReadonlyMap<string, AgentKind>, env: NodeJS.ProcessEnv): Promise<string> {
  const programOf = (kind: AgentKind) => kind.processNames[0] ?? kind.name;
  const programs = await programsOnPath([...agents.values()].map(programOf), env);
  const here = [...agents.values()].filter(
    (kind) => kind.name === 'demo' || programs.includes(programOf(kind)),
  );
  return startLines.agents(
    [...agents.keys()],
    here.map((kind) => kind.name),
  );
}

function defaultAgent(config: Config, demo: LocalGithub | null): string {
  return config.file.fleet.agent ?? (demo === null ? 'claude' : 'demo');
}

/** What to type on the bot's machine to get where it gets. */
function wayTo({ transport }: Host): string {
  switch (transport.kind) {
    case 'local':
      return 'ssh localhost';
    case 'ssh':
      return `ssh ${transport.target}`;
    case 'azlin':
      return `azlin connect ${transport.vm}`;
  }
}

function providerOf(source: HostSource, env: NodeJS.ProcessEnv, log: Log): Provider {
  switch (source.kind) {
    case 'static':
      return createStaticProvider(source.hosts);
    case 'ssh-config':
      return createSshConfigProvider({ file: source.file, home: homedir() });
    case 'azlin':
      return createAzlinProvider({ env, user: source.user, configFile: source.configFile, log });
  }
}

function aborted(signal: AbortSignal): Promise<null> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve(null);
    signal.addEventListener('abort', () => resolve(null), { once: true });
  });
}

function freePort(host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once('error', reject);
    server.listen(0, host, () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address !== null ? address.port : 0));
    });
  });
}

async function main(): Promise<void> {
  const config = readConfig(process.env, process.argv.slice(2));
  if (!config.ok) return leave(config.error.sentence);
  const started = await start(config.value, process.env, (line) => process.stdout.write(`${line}\n`));
  if (!started.ok) return leave(started.error.sentence);
  let isStopping = false;
  const stop = (): void => {
    // The second signal does not wait.
    if (isStopping) process.exit(EXPECTED_EXIT);
    isStopping = true;
    started.value.stop().then(
      () => process.exit(0),
      () => process.exit(EXPECTED_EXIT),
    );
  };
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
}

function leave(sentence: string): void {
  process.stderr.write(`${sentence}\n`);
  process.exitCode = EXPECTED_EXIT;
}

if (import.meta.main) await main();
