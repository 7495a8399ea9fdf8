import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { createServer } from 'node:net';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { createStore, type Database, openDatabase, openJobs, type Store } from '../db/index.ts';
import {
  commandFromPayload,
  createGithubReceiver,
  createMetrics,
  GITHUB_WEBHOOK_PATH,
  openHttp,
} from '../webhooks/index.ts';
import { type AgentKind, agentKinds, createCommandKind, createDemoKind } from './agents/index.ts';
import { createModel } from './anthropic/index.ts';
import { createCliEndpoint, writeCliAddress } from './cli/index.ts';
import {
  type CommandPorts,
  HELP,
  type Identity,
  runRequest,
  type Source,
  workOnDelivery,
} from './commands/index.ts';
import { type Config, pathOf, readConfig } from './config.ts';
import { createDirector, DEFAULT_GATE, describeFailure, screenLines } from './director/index.ts';
import {
  actorId,
  DEFAULT_CAPACITY,
  err,
  type Host,
  hostId,
  type Log,
  ok,
  projectId,
  type Result,
  type Role,
  sentenceCard,
  threadId,
} from './domain/index.ts';
import { checkThisMachine, createFleet, programsOnPath } from './fleet/index.ts';
import { createGithubClient, createIssueSurface, createRepositories } from './github/index.ts';
import { createLog } from './log.ts';
import { deliverThread } from './notify/index.ts';
import { redact } from './safety/index.ts';
import {
  createSlackAnswers,
  createSlackApp,
  createSlackChannels,
  createSlackPeople,
  createSlackSurface,
  requestFromDelivery,
  type SlackWay,
} from './slack/index.ts';
import { type DemoGithub, openDemoGithub, openWorkspace, type Workspace } from './workspace/index.ts';

const VERSION = '0.1.0';
const EXPECTED_EXIT = 1;

/** The people of the local workspace: enough to try what each role may do. */
const LOCAL_PEOPLE: readonly { id: string; name: string; about: string; role: Role }[] = [
  { id: 'U0YOU', name: 'You', about: 'admin: may do everything', role: 'admin' },
  { id: 'U0ROBIN', name: 'Robin', about: 'operator: may add tasks, not approve', role: 'operator' },
  { id: 'U0SAM', name: 'Sam', about: 'viewer: may look', role: 'viewer' },
];
const LOCAL_CHANNEL = { id: 'C0FLEET', name: 'fleet' };
const LOCAL_TEAM = { id: 'T0LOCAL', name: 'Local workspace' };
const LOCAL_BOT = { userId: 'U0FLEET', botId: 'B0FLEET', name: 'Fleet Director' };

const EXAMPLES = ['add Add a health endpoint --repo demo/shop --priority high', 'status', 'help'];

/** The bot's own secrets are not for the agents of this machine. */
const NOT_FOR_CHILDREN =
  /^(?:SLACK_|GITHUB_|ANTHROPIC_|DATABASE_URL$|FLEET_(?!DEMO_LINGER_MS$)|TMUX$|TMUX_PANE$|npm_)/;

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
  const childEnv = Object.fromEntries(Object.entries(env).filter(([name]) => !NOT_FOR_CHILDREN.test(name)));
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
  say(
    config.databaseUrl === null
      ? `  database  embedded Postgres in ${config.dataDir} (one process; DATABASE_URL to share it)`
      : '  database  Postgres at DATABASE_URL',
  );

  // Where it is reached.
  const port = config.http.port === 0 ? await freePort(config.http.host) : config.http.port;
  const origin = `http://localhost:${port}`;
  const metrics = createMetrics();

  // GitHub: the real one, the emulated one, or none.
  const isLocal = config.slack === null;
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
  say(`  GitHub    ${githubLine(config, demo)}`);

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
            accept: (delivery) =>
              countStored(
                store.transaction((tx) => tx.acceptDelivery(delivery)),
                'slack',
              ),
          },
          log,
          now,
        });
  const countStored = async (stored: Promise<boolean>, source: 'slack' | 'github'): Promise<boolean> => {
    const isNew = await stored;
    metrics.countDelivery(source, isNew ? 'stored' : 'duplicate');
    return isNew;
  };

  // Hosts and agents.
  const machine = await checkThisMachine(childEnv, (programs) =>
    say(`  installing ${programs.join(' and ')} …`),
  );
  const fleet = createFleet({ owner, env: childEnv, dataDir: config.dataDir, now, log });
  closers.push(() => fleet.close());
  const agents = agentsOf(config, demo, env);
  await seed(store, config, demo, machine.kind === 'ready', now(), newId);
  const hosts = await store.listHosts();
  say(
    `  hosts     ${hosts.length === 0 ? 'none yet: /fleet hosts add dev1 --ssh user@dev1' : hosts.map((host) => `${host.name}${host.transport.kind === 'local' ? ' (this machine)' : ''}`).join(', ')}`,
  );
  if (machine.kind === 'missing' && (isLocal || hosts.some((host) => host.transport.kind === 'local'))) {
    say(`            ${machine.sentence}`);
  }
  const installed = await programsOnPath(
    [...agents.values()].map((kind) => kind.processNames[0] ?? kind.name),
    childEnv,
  );
  say(
    `  agents    ${[...agents.values()]
      .map((kind) =>
        kind.name === 'demo' || installed.includes(kind.processNames[0] ?? '')
          ? `${kind.name} (here)`
          : kind.name,
      )
      .join(', ')}`,
  );
  say(
    `  Slack     ${
      config.slack === null
        ? 'local workspace (SLACK_BOT_TOKEN for the real one)'
        : config.slack.way.kind === 'socket'
          ? 'Socket Mode'
          : 'HTTP at /slack/events'
    }`,
  );
  say(
    `  model     ${
      config.model === null
        ? 'none is asked: rules answer, people decide the rest (ANTHROPIC_API_KEY)'
        : `${config.model.name}${config.model.baseUrl === null ? '' : ` at ${new URL(config.model.baseUrl).host}`} suggests answers, people send them`
    }`,
  );

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
      hasNamedApprovers:
        isLocal || config.file.people.some((person) => person.role === 'approver' || person.role === 'admin'),
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
    ...(slack === null
      ? {}
      : { slack: slackSource(createSlackAnswers(slack.client), createSlackPeople(slack.client, now), log) }),
    ...(github === null || issues === null
      ? {}
      : {
          github: githubSource(issues, log, async () => {
            const self = await github.self();
            return {
              label: config.file.fleet.label,
              allowedBots: config.file.fleet.allowed_bots,
              ownLogin: self.ok ? self.value.login : null,
            };
          }),
        }),
  };
  const notifyStore = { ...store, claim: store.claimNotification };
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
              intake: { accept: (delivery) => store.transaction((tx) => tx.acceptDelivery(delivery)) },
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
          notify: async (job) => {
            const told = await deliverThread(job.thread, {
              store: notifyStore,
              surfaces,
              now,
              owner,
              digest,
              log,
              signal,
            });
            const againMs =
              told.kind === 'later' ? told.retryAfterMs : told.kind === 'busy' ? BUSY_THREAD_RETRY_MS : null;
            if (againMs !== null && !signal.aborted) {
              await store.enqueue({
                kind: 'notify',
                thread: job.thread,
                notBefore: new Date(now().getTime() + againMs),
              });
            }
          },
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

const BUSY_THREAD_RETRY_MS = 500;

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
  for (const [name, { command, prompt }] of Object.entries(config.file.agents)) {
    const [program, ...rest] = command;
    if (program !== undefined)
      kinds.push(createCommandKind({ name, words: [program, ...rest], promptAs: prompt }));
  }
  return new Map(kinds.map((kind) => [kind.name, kind]));
}

function defaultAgent(config: Config, demo: Demo | null): string {
  return config.file.fleet.agent ?? (demo === null ? 'claude' : 'demo');
}

/** Brings what the configuration names into the database: hosts, projects, people. What was added by command stays. */
async function seed(
  store: Store,
  config: Config,
  demo: Demo | null,
  canHostAgents: boolean,
  at: Date,
  newId: () => string,
): Promise<void> {
  await store.transaction(async (tx) => {
    for (const wanted of config.file.hosts) {
      const transport: Host['transport'] =
        wanted.ssh === undefined
          ? { kind: 'local' }
          : {
              kind: 'ssh',
              target: wanted.ssh,
              port: wanted.port ?? null,
              configFile: wanted.config_file === undefined ? null : pathOf(wanted.config_file),
            };
      const known = await tx.hostNamed(wanted.name);
      if (known !== null) await tx.saveHost({ ...known, transport, capacity: wanted.capacity });
      else await tx.addHost(newHost(wanted.name, transport, wanted.capacity, newId));
    }
    if (
      config.file.hosts.length === 0 &&
      demo !== null &&
      canHostAgents &&
      (await tx.listHosts()).length === 0
    ) {
      await tx.addHost(newHost('local', { kind: 'local' }, DEFAULT_CAPACITY, newId));
    }
    const projects = [
      ...config.file.projects.map((project) => ({
        repo: project.repo,
        cloneUrl: project.clone_url ?? `https://github.com/${project.repo}.git`,
        defaultBranch: project.branch ?? 'main',
        channel: project.channel ?? config.file.fleet.channel ?? null,
        agent: project.agent ?? defaultAgent(config, demo),
      })),
      ...(demo === null
        ? []
        : [{ ...demo.repository, channel: LOCAL_CHANNEL.id, agent: defaultAgent(config, demo) }]),
    ];
    for (const project of projects) {
      const known = await tx.projectOfRepo(project.repo);
      if (known === null) await tx.addProject({ id: projectId(newId()), ...project });
      else await tx.saveProject({ ...known, ...project });
    }
    for (const person of config.file.people) {
      const own =
        person.slack === undefined
          ? { source: 'github' as const, externalId: person.github ?? '' }
          : { source: 'slack' as const, externalId: person.slack };
      const known = await tx.actorOf(own);
      const actor = await tx.saveActor(
        { id: known?.id ?? actorId(newId()), ...own, name: person.name, role: person.role },
        at,
      );
      if (person.slack !== undefined && person.github !== undefined) {
        await tx.joinIdentity(actor.id, { source: 'github', externalId: person.github });
      }
    }
  });
}

function newHost(name: string, transport: Host['transport'], capacity: number, newId: () => string): Host {
  return { id: hostId(newId()), name, transport, capacity, state: 'active', reach: { state: 'unknown' } };
}

function roleOf(
  config: Config,
  isLocal: boolean,
  { source, externalId }: Pick<Identity, 'source' | 'externalId'>,
): Role {
  if (source === 'system' || source === 'shell') return 'admin';
  const person = config.file.people.find(
    (each) => (source === 'slack' ? each.slack : each.github) === externalId,
  );
  if (person !== undefined) return person.role;
  const local =
    isLocal && source === 'slack' ? LOCAL_PEOPLE.find((each) => each.id === externalId) : undefined;
  return local?.role ?? config.file.fleet.default_role;
}

function slackSource(
  answers: ReturnType<typeof createSlackAnswers>,
  people: ReturnType<typeof createSlackPeople>,
  log: Log,
): Source {
  const shown = (result: Result<void, { readonly kind: string }>) => {
    if (!result.ok) log.warn({ failure: result.error }, 'an answer could not be shown to the one who asked');
  };
  const refused = (sentence: string) =>
    err({ kind: 'refused', refusal: { kind: 'not-allowed', sentence } } as const);
  return {
    read: async (delivery) => {
      const request = requestFromDelivery(delivery);
      if (!request.ok) return request;
      const recognised = await people.recognise(request.value);
      if (recognised.ok) return recognised;
      switch (recognised.error.kind) {
        case 'stranger':
          return refused(recognised.error.sentence);
        case 'refused':
          return refused(recognised.error.why);
        case 'retry':
          throw new Error(`Slack did not say who asked: ${recognised.error.why}`);
        case 'message-gone':
        case 'too-late':
          return err({ kind: 'ignored', why: 'Slack does not know who asked' });
      }
    },
    answer: async (delivery, answer) => shown(await answers.answer(delivery, answer)),
    refuse: async (delivery, refusal) => shown(await answers.refuse(delivery, refusal)),
  };
}

function githubSource(
  issues: ReturnType<typeof createIssueSurface>,
  log: Log,
  rules: () => Promise<Parameters<typeof commandFromPayload>[1]>,
): Source {
  return {
    read: async (delivery) => {
      const reading = commandFromPayload(delivery, await rules());
      return reading.kind === 'request' ? ok(reading.request) : err({ kind: 'ignored', why: reading.why });
    },
    // The thread's one comment says it all.
    answer: async () => undefined,
    refuse: async (delivery, refusal) => {
      const reading = commandFromPayload(delivery, await rules());
      if (reading.kind !== 'request' || reading.request.place.kind !== 'issue') return;
      const { repo, issue } = reading.request.place;
      const thread = { id: threadId(`refusal-${repo}-${issue}`), slack: null, issue: { repo, issue } };
      const marker = `refusal ${refusal.kind}`;
      const found = await issues.find(thread, marker, null);
      if (found.ok && found.value !== null) return;
      const posted = await issues.post(thread, {
        card: sentenceCard(refusal.sentence),
        marker,
        parent: null,
      });
      if (!posted.ok) log.warn({ failure: posted.error }, 'a refusal could not be told on its issue');
    },
  };
}

function githubLine(config: Config, demo: Demo | null): string {
  if (demo !== null)
    return `emulated, ${demo.repository.repo} (GITHUB_APP_ID or GITHUB_TOKEN for the real one)`;
  if (config.github === null) return 'not set up (GITHUB_APP_ID or GITHUB_TOKEN)';
  const how = config.github.auth.kind === 'app' ? `App ${config.github.auth.appId}` : 'token';
  const hooks = config.github.webhookSecrets.length === 0 ? ', no webhooks (GITHUB_WEBHOOK_SECRET)' : '';
  return `${config.github.apiUrl ?? 'github.com'} by ${how}${hooks}`;
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
