import { createHash, randomBytes, randomUUID } from 'node:crypto';
import { mkdir } from 'node:fs/promises';
import { hostname } from 'node:os';
import { createStore, openJobs } from '../db/index.ts';
import {
  createGithubReceiver,
  createMetrics,
  GITHUB_WEBHOOK_PATH,
  type Intake,
  openHttp,
} from '../webhooks/index.ts';
import { childEnvironment } from './child-environment.ts';
import { createCliEndpoint, writeCliAddress } from './cli/index.ts';
import { runRequest, workOnDelivery } from './commands/index.ts';
import {
  agentsLine,
  agentsOf,
  commandPorts,
  countOpenWork,
  createAnswerFor,
  defaultAgent,
  type Fault,
  freePort,
  githubSource,
  isGone,
  openState,
  providerOf,
  readinessOf,
  takeUpAgain,
  watchedScreen,
} from './compose/index.ts';
import { type Config, readConfig } from './config.ts';
import { createDirector, createHostDiscovery, createObjectiveReader } from './director/index.ts';
import { err, ok, type Result } from './domain/index.ts';
import { checkThisMachine, createFleet, howToFindAzlin, programsOnPath } from './fleet/index.ts';
import { createGithubClient, createIssueSurface, createRepositories } from './github/index.ts';
import { hostSources } from './host-sources.ts';
import { withLimits } from './limits/index.ts';
import { createLog } from './log.ts';
import { createConfiguredModel } from './model/index.ts';
import { createNotifier, createWatchKeeper } from './notify/index.ts';
import { createPictures } from './picture/index.ts';
import { LOCAL_PEOPLE } from './roles.ts';
import { rulesByProject } from './rules.ts';
import { redact } from './safety/index.ts';
import { seed } from './seed.ts';
import { createSlackApp, createSlackMessages, createSlackSource, createSlackSurface } from './slack/index.ts';
import { startLines } from './start-lines.ts';
import { openLocalWorkspace } from './workspace/index.ts';

const VERSION = '0.2.0';
const EXPECTED_EXIT = 1;
/** Changes are told by webhooks; this finds what nobody heard. */
const OBJECTIVES_EVERY_MS = 3_600_000;

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
  const rulesOf = rulesByProject(config.file, await store.listProjects());
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
  for (const line of startLines.unpricedCaps(config, await store.listProjects(), rulesOf)) say(line);

  // What people may ask for.
  const model = config.model === null ? null : createConfiguredModel(config.model, { redact, log, now });
  const ports = commandPorts({
    config,
    model,
    store,
    fleet,
    repositories,
    github,
    slack,
    local,
    agents,
    discovery,
    rulesOf,
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
      model,
      settings: {
        owner,
        permissionMode: config.file.fleet.permission_mode,
        rulesOf,
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
    createAnswerFor(ports),
    signal,
  );
  const objectives =
    repositories === null
      ? null
      : createObjectiveReader({
          store,
          list: async (repo) => {
            const open = await repositories.openObjectives(repo, config.file.fleet.objective_label);
            return open.ok ? open : err(open.error.sentence);
          },
          log,
          now,
        });
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
            store: {
              ...store,
              claim: store.claimNotification,
              story: withLimits(store, rulesOf, now),
            },
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
      ? {
          ...director.handlers,
          discover: async () => void (await discovery.refresh(signal)),
          objectives: async ({ project }) => objectives?.read(project),
        }
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
    const reading = objectives?.run(OBJECTIVES_EVERY_MS, signal);
    closers.push(async () => reading);
  }
  countOpenWork(metrics, store, jobs);
  say(isLocal && servesWeb ? `Open ${origin}` : `Listening at ${http.value.url}`);
  return ok({ url: http.value.url });
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
