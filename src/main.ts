import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { createStore, type Database, openDatabase, openJobs, type Store } from '../db/index.ts';
import {
  createGithubReceiver,
  createGithubSource,
  createMetrics,
  GITHUB_WEBHOOK_PATH,
  type Intake,
  openHttp,
} from '../webhooks/index.ts';
import { type AgentKind, agentKinds, createCommandKind, createDemoKind } from './agents/index.ts';
import { createModel } from './anthropic/index.ts';
import { childEnvironment } from './child-environment.ts';
import { createCliEndpoint, writeCliAddress } from './cli/index.ts';
import { type CommandPorts, HELP, runRequest, workOnDelivery } from './commands/index.ts';
import { type Config, readConfig } from './config.ts';
import { createDirector, DEFAULT_GATE, describeFailure, screenLines } from './director/index.ts';
import { err, type Host, type Log, ok, type Result, sentenceCard } from './domain/index.ts';
import { checkThisMachine, createFleet, programsOnPath } from './fleet/index.ts';
import { createGithubClient, createIssueSurface, createRepositories } from './github/index.ts';
import { createLog } from './log.ts';
import { createNotifier } from './notify/index.ts';
import { LOCAL_PEOPLE, namesApprovers, roleOf } from './roles.ts';
import { redact } from './safety/index.ts';
import { seed } from './seed.ts';
import {
  createSlackApp,
  createSlackChannels,
  createSlackSource,
  createSlackSurface,
  type SlackWay,
} from './slack/index.ts';
import { startLines } from './start-lines.ts';
import { type DemoGithub, openDemoGithub, openWorkspace, type Workspace } from './workspace/index.ts';

const VERSION = '0.1.0';
const EXPECTED_EXIT = 1;

const LOCAL_CHANNEL = { id: 'C0FLEET', name: 'fleet' };
const LOCAL_TEAM = { id: 'T0LOCAL', name: 'Local workspace' };
const LOCAL_BOT = { userId: 'U0FLEET', botId: 'B0FLEET', name: 'Fleet Director' };

const EXAMPLES = ['add Add a health endpoint --repo demo/shop --priority high', 'status', 'help'];

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
  const store = createStore(database.connection, { jobs, now, newId });
  await store.releaseClaims((other) => database.kind === 'embedded' || isGone(other));
  say(startLines.database(config));

  // Where it is reached.
  const port = config.http.port === 0 ? await freePort(config.http.host) : config.http.port;
  const origin = `http://localhost:${port}`;
  const metrics = createMetrics();
  const intake: Intake = { accept: (delivery) => store.transaction((tx) => tx.acceptDelivery(delivery)) };

  // GitHub: the real one, the emulated one, or none.
  const isLocal = config.slack === null && config.localWorkspace !== 'off';
  const demo =
    isLocal && config.github === null && config.demo && servesWeb
      ? await openDemo(config, origin, port, log)
      : null;
  if (demo !== null) closers.push(() => demo.close());
  const githubConfig =
    config.github ??
    (demo === null
      ? null
      : {
          apiUrl: demo.apiUrl,
          auth: { kind: 'token' as const, token: demo.botToken },
          webhookSecrets: [demo.webhookSecret],
        });
  const github = githubConfig === null ? null : createGithubClient({ ...githubConfig, log });
  const repositories = github === null ? null : createRepositories(github);
  const issues = github === null ? null : createIssueSurface(github, redact);
  say(startLines.github(config, demo?.repository.repo ?? null));

  // Slack: the real one, or the page that stands in for it.
  const workspace =
    isLocal && servesWeb ? await openLocalWorkspace(config, origin, demo, now, newId, log) : null;
  if (workspace !== null) closers.push(() => workspace.workspace.close());
  const slackWay: SlackWay | null = workspace
    ? { kind: 'receiver', receiver: workspace.workspace.receiver }
    : (config.slack?.way ?? null);
  const slack =
    slackWay === null
      ? null
      : createSlackApp({
          way: slackWay,
          botToken: workspace?.token ?? config.slack?.botToken ?? '',
          slackApiUrl: workspace?.workspace.slackApiUrl ?? config.slack?.apiUrl ?? null,
          fetch: null,
          command: config.file.fleet.command,
          allowedTeams: config.slack?.allowedTeams ?? [],
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
  const machine = await checkThisMachine(childEnv, (programs) =>
    say(`  installing ${programs.join(' and ')} …`),
  );
  const fleet = createFleet({ owner, env: childEnv, dataDir: config.dataDir, now, log });
  closers.push(() => fleet.close());
  const agents = agentsOf(config, demo, env);
  const demoSeed =
    demo === null
      ? null
      : { ...demo.repository, channel: LOCAL_CHANNEL.id, hasHost: machine.kind === 'ready' };
  await store.transaction((tx) => seed(tx, config, defaultAgent(config, demo), demoSeed, now(), newId));
  const hosts = await store.listHosts();
  say(startLines.hosts(hosts));
  if (machine.kind === 'missing' && (isLocal || hosts.some((host) => host.transport.kind === 'local'))) {
    say(`            ${machine.sentence}`);
  }
  const programOf = (kind: AgentKind) => kind.processNames[0] ?? kind.name;
  const programs = await programsOnPath([...agents.values()].map(programOf), childEnv);
  const here = [...agents.values()].filter(
    (kind) => kind.name === 'demo' || programs.includes(programOf(kind)),
  );
  say(
    startLines.agents(
      [...agents.keys()],
      here.map((kind) => kind.name),
    ),
  );
  say(startLines.slack(config));
  say(startLines.model(config));

  // What people may ask for.
  const ports: CommandPorts = {
    store,
    screens: {
      read: async (session, host) => {
        const read = await fleet.read(host, session.name, signal);
        return read.ok
          ? ok(screenLines(read.value.plain))
          : err(
              `${host.name} cannot show the screen just now: ${describeFailure(read.error)}. Try again in a moment.`,
            );
      },
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
              `${host.name} cannot join: ${describeFailure(listed.error)}. Check \`ssh ${targetOf(host)}\` from the bot's machine.`,
            );
      },
    },
    channels: slack === null ? { mayPost: async () => ok(undefined) } : createSlackChannels(slack.client),
    settings: {
      agents: [...agents.keys()],
      defaultAgent: defaultAgent(config, demo),
      approvalExpiresAfterMs: config.file.fleet.approval_minutes * 60_000,
      defaultChannel: config.file.fleet.channel ?? (isLocal ? LOCAL_CHANNEL.id : null),
      commandName: config.file.fleet.command,
      roleOf: (identity) => roleOf(config, isLocal, identity),
      hasNamedApprovers: namesApprovers(config, isLocal),
    },
    digest,
    now,
    newId,
  };

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
        pollEveryMs: config.file.fleet.poll_seconds * 1000,
      },
      log,
      digest,
      now,
      newId,
    },
    signal,
  );
  const sources = {
    ...(slack === null ? {} : { slack: createSlackSource(slack.client, now, log) }),
    ...(github === null || issues === null
      ? {}
      : {
          github: createGithubSource({
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
          }),
        }),
  };
  const surfaces = {
    ...(slack === null ? {} : { slack: createSlackSurface(slack.client) }),
    ...(issues === null ? {} : { github: issues }),
  };

  // The doors.
  const cliToken = randomBytes(24).toString('base64url');
  const http = await openHttp({
    host: config.http.host,
    port,
    answerers: [
      ...(servesWeb
        ? [createCliEndpoint({ token: cliToken, run: (request) => runRequest(ports, request, null) })]
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
      ...(workspace === null ? [] : [workspace.workspace.handle]),
    ],
    readiness: {
      check: async () => {
        try {
          await database.ping();
          return { ready: true, why: 'the database answers' };
        } catch {
          return { ready: false, why: 'the database does not answer' };
        }
      },
    },
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
              { store, sources, run: (request, delivery) => runRequest(ports, request, delivery), now, log },
              { source: job.source, id: job.delivery },
            ),
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
    ...(directs ? director.handlers : {}),
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
  }
  metrics.addGaugeBy('tasks', 'Tasks that are not over, by state.', 'state', async () => {
    const live = await store.tasksInStates(['queued', 'assigned', 'running']);
    return new Map(
      ['queued', 'assigned', 'running'].map((state) => [
        state,
        live.filter((task) => task.state === state).length,
      ]),
    );
  });
  say(isLocal && servesWeb ? `Open ${origin}` : `Listening at ${http.value.url}`);
  return ok({ url: http.value.url });
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

type Demo = DemoGithub & { readonly webhookSecret: string };

async function openDemo(config: Config, origin: string, port: number, log: Log): Promise<Demo | null> {
  const webhookSecret = randomBytes(24).toString('hex');
  try {
    const demo = await openDemoGithub({
      dataDir: config.dataDir,
      port: 0,
      webhookUrl: `http://127.0.0.1:${port}${GITHUB_WEBHOOK_PATH}`,
      webhookSecret,
      origin,
      label: config.file.fleet.label,
      now: () => new Date(),
      newId: () => randomUUID(),
      log,
    });
    return { ...demo, webhookSecret };
  } catch (cause) {
    // The emulator is a development package: an installation without those has no demo.
    if (cause instanceof Error && 'code' in cause && cause.code === 'ERR_MODULE_NOT_FOUND') return null;
    throw cause;
  }
}

async function openLocalWorkspace(
  config: Config,
  origin: string,
  demo: Demo | null,
  now: () => Date,
  newId: () => string,
  log: Log,
): Promise<{ readonly workspace: Workspace; readonly token: string }> {
  const token = `xoxb-local-${randomBytes(16).toString('hex')}`;
  const workspace = await openWorkspace({
    origin,
    visitors: config.localWorkspace === 'nearby' ? 'nearby' : 'this-machine',
    team: LOCAL_TEAM,
    bot: { ...LOCAL_BOT, token },
    channel: LOCAL_CHANNEL,
    people: LOCAL_PEOPLE,
    commands: [
      {
        command: config.file.fleet.command,
        description: 'Give work to the fleet and look after it',
        usageHint: HELP.map((topic) => topic.verb).join(' | '),
        words: HELP.map((topic) => ({
          word: topic.verb,
          description: topic.gist,
          usageHint: topic.usage.slice(topic.verb.length).trim(),
        })),
        examples: EXAMPLES.map((words) => `${config.file.fleet.command} ${words}`),
      },
    ],
    github: demo?.workspace ?? null,
    journalFile: join(config.dataDir, 'workspace.ndjson'),
    now,
    newId,
    log: (fields, message) => log.warn(fields, message),
  });
  return { workspace, token };
}

function agentsOf(config: Config, demo: Demo | null, env: NodeJS.ProcessEnv): ReadonlyMap<string, AgentKind> {
  const kinds: AgentKind[] = [...agentKinds];
  if (demo !== null) {
    kinds.unshift(
      createDemoKind({
        nodePath: process.execPath,
        scriptPath: demo.agentScript,
        env: {
          GITHUB_API_URL: demo.apiUrl,
          GITHUB_TOKEN: demo.agentToken,
          ...(env.FLEET_DEMO_LINGER_MS === undefined
            ? {}
            : { FLEET_DEMO_LINGER_MS: env.FLEET_DEMO_LINGER_MS }),
        },
      }),
    );
  }
  for (const [name, { command, env: given }] of Object.entries(config.file.agents)) {
    const [program, ...rest] = command;
    if (program !== undefined)
      kinds.push(createCommandKind({ name, words: [program, ...rest], env: given }));
  }
  return new Map(kinds.map((kind) => [kind.name, kind]));
}

function defaultAgent(config: Config, demo: Demo | null): string {
  return config.file.fleet.agent ?? (demo === null ? 'claude' : 'demo');
}

function targetOf(host: Host): string {
  return host.transport.kind === 'ssh' ? host.transport.target : 'localhost';
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
