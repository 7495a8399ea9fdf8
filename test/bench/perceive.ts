import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { canHaveOwnProcesses } from '../doubles/sshd.ts';
import type { StandIn } from '../doubles/stand-in-agent.ts';
import { NODE, type Program, startProgram } from '../journeys/program.ts';
import { endLeftBehind } from '../setup/left-behind.ts';
import { migrateOnce } from '../setup/migrated.ts';
import { startPostgres } from '../setup/postgres.ts';
import { createDatabase } from '../support/database-server.ts';
import { signalProcess } from '../support/processes.ts';
import { type StoredObservations, seedHosts, watchStored } from './bench-database.ts';
import { type BenchHost, openBenchHost } from './bench-hosts.ts';
import { countCpuTime } from './cpu-time.ts';
import { rounded, type Spread, spreadOf, type Target, target } from './figures.ts';
import { type MachineFacts, machineFacts } from './machine.ts';

export type PerceiveOptions = {
  readonly hosts: number;
  readonly sessions: number;
  /** Changes whose way into the database is measured, of each way. */
  readonly samples: number;
  /** Before idleness is measured: a minute after a change the director goes over its own sessions once more, and then rarely. */
  readonly settleSeconds: number;
  readonly idleSeconds: number;
  /** Null: no CPU profile is made. */
  readonly profileFolder: string | null;
};

export type PerceiveFigures = {
  readonly bench: 'perceive';
  readonly options: PerceiveOptions;
  readonly machine: MachineFacts;
  /** False: each host lists the processes of all of them, for this machine lets nobody make hosts that are more apart. */
  readonly hostsHaveOwnProcesses: boolean;
  readonly firstLook: {
    readonly sessions: number;
    readonly sessionsStored: number;
    /** From the moment the program says where it listens, which is when it starts to watch. */
    readonly sinceWatchingSeconds: number | null;
    readonly sinceProcessStartSeconds: number | null;
    readonly sshConnections: number;
  };
  readonly changeByControlMode: Spread & { readonly lost: number };
  readonly changeByHook: Spread & { readonly lost: number };
  readonly idle: {
    readonly seconds: number;
    /** Of one core. */
    readonly programCpuPercent: number;
    readonly sshCpuPercent: number;
    readonly cpuSecondsPerHostPerMinute: number;
    readonly programMemoryMb: number;
  };
  readonly sshConnectionsAtTheEnd: number;
  /** What the program complained of. */
  readonly complaints: readonly string[];
  readonly targets: readonly Target[];
};

const FIRST_LOOK_WITHIN_MS = 120_000;
const CHANGE_WITHIN_MS = 15_000;
/** Changes under way at the same time, each on another host. */
const LANES = 4;
/** Changes come at no particular moment of the second in which tmux looks for them. */
const PAUSE_UP_TO_MS = 1_000;
const COMPLAINTS_KEPT = 10;

export async function benchPerceive(
  options: PerceiveOptions,
  say: (line: string) => void,
): Promise<PerceiveFigures> {
  const given = process.env.FLEET_TEST_RUN;
  const mark = given ?? randomUUID();
  process.env.FLEET_TEST_RUN = mark;
  // Every host sees to its end at the exit of this process.
  process.setMaxListeners(options.hosts + process.getMaxListeners());
  try {
    return await measure(options, say);
  } finally {
    // A mark that was given is worn by others too, and whoever gave it looks after them.
    const left = given === undefined ? await endLeftBehind(mark) : null;
    if (left !== null) say(`ended what was left behind:\n${left}`);
  }
}

async function measure(options: PerceiveOptions, say: (line: string) => void): Promise<PerceiveFigures> {
  const machine = machineFacts(NODE);
  await using stack = new AsyncDisposableStack();
  say(`making ${options.hosts} hosts with ${options.sessions} sessions each …`);
  const folder = await mkdtemp(join(tmpdir(), 'fleet-bench-'));
  stack.defer(() => rm(folder, { recursive: true, force: true }));
  const server = stack.use(await startPostgres());
  const url = await createDatabase(server.url, 'fleet_bench');
  await migrateOnce({ kind: 'server', url });
  const haveOwnProcesses = canHaveOwnProcesses();
  const hosts = await openHosts(options, haveOwnProcesses, stack);
  await seedHosts(url, hosts);
  const stored = stack.use(await watchStored(url));

  say('starting the program …');
  const startedAt = performance.now();
  const program = await start(options, folder, url, hosts, stack);
  const watchingAt = performance.now();
  const count = options.hosts * options.sessions;
  const lookedAt = await stored.count(count, FIRST_LOOK_WITHIN_MS);
  const connections = () => hosts.reduce((sum, { ssh }) => sum + ssh.acceptedConnections(), 0);
  const firstLook = {
    sessions: count,
    sessionsStored: stored.known.size,
    sinceWatchingSeconds: lookedAt === null ? null : rounded((lookedAt - watchingAt) / 1000, 2),
    sinceProcessStartSeconds: lookedAt === null ? null : rounded((lookedAt - startedAt) / 1000, 2),
    sshConnections: connections(),
  };
  say(`first look: ${JSON.stringify(firstLook)}`);

  say(`letting it settle for ${options.settleSeconds} s …`);
  await delay(options.settleSeconds * 1000);
  say(`watching ${options.idleSeconds} s of nothing …`);
  const idle = await measureIdle(program, options);
  say(`idle: ${JSON.stringify(idle)}`);

  say(`changing ${options.samples} screens …`);
  const byControlMode = await measureChanges(
    hosts,
    options.samples,
    ({ others }) => others,
    changeScreen(stored),
  );
  say(`by control mode: ${JSON.stringify(byControlMode)}`);
  say(`telling ${options.samples} events by hook …`);
  const byHook = await measureChanges(hosts, options.samples, ({ own }) => [own], fireHook(stored));
  say(`by hook: ${JSON.stringify(byHook)}`);

  const atTheEnd = connections();
  await program.stop();
  return {
    bench: 'perceive',
    options,
    machine,
    hostsHaveOwnProcesses: haveOwnProcesses,
    firstLook,
    changeByControlMode: byControlMode,
    changeByHook: byHook,
    idle,
    sshConnectionsAtTheEnd: atTheEnd,
    complaints: program
      .stderr()
      .split('\n')
      .filter((line) => line !== '')
      .slice(0, COMPLAINTS_KEPT),
    targets: [
      target('first look', firstLook.sinceWatchingSeconds, 5, 's'),
      target('change by control mode, p95', byControlMode.p95Ms, 1_500, 'ms'),
      target('change by hook, p95', byHook.p95Ms, 500, 'ms'),
      target('SSH connections', rounded(atTheEnd / options.hosts, 2), 1, 'connections per host'),
      target('CPU when nothing changes', rounded(idle.programCpuPercent + idle.sshCpuPercent, 2), 1, '%'),
    ],
  };
}

async function openHosts(
  { hosts, sessions }: PerceiveOptions,
  haveOwnProcesses: boolean,
  stack: AsyncDisposableStack,
): Promise<readonly BenchHost[]> {
  return await Promise.all(
    Array.from({ length: hosts }, async (_, at) => {
      const marks = { id: randomUUID(), name: `fleet-t${at + 1}` };
      return stack.use(await openBenchHost(`host-${at + 1}`, sessions, marks, haveOwnProcesses));
    }),
  );
}

async function start(
  { profileFolder }: PerceiveOptions,
  folder: string,
  url: string,
  hosts: readonly BenchHost[],
  stack: AsyncDisposableStack,
): Promise<Program> {
  const toml = hosts.map(
    ({ name, ssh, others }) =>
      `[[hosts]]\nname = "${name}"\nssh = "${ssh.alias}"\nconfig_file = "${ssh.sshConfigFile}"\ncapacity = ${others.length + 1}\n`,
  );
  await writeFile(join(folder, 'fleet.toml'), toml.join('\n'));
  const program = await startProgram(
    {
      PATH: process.env.PATH ?? '',
      HOME: folder,
      TMUX_TMPDIR: folder,
      TMPDIR: folder,
      LANG: 'C.UTF-8',
      FLEET_TEST_RUN: process.env.FLEET_TEST_RUN ?? '',
      PORT: '0',
      FLEET_DATA_DIR: join(folder, 'data'),
      FLEET_CONFIG: join(folder, 'fleet.toml'),
      FLEET_DEMO: 'off',
      FLEET_LOCAL_WORKSPACE: 'off',
      DATABASE_URL: url,
      ...(profileFolder === null ? {} : { NODE_OPTIONS: `--cpu-prof --cpu-prof-dir=${profileFolder}` }),
    },
    folder,
    ['--role', 'director'],
  );
  const atExit = () => signalProcess(program.pid, 'SIGKILL');
  process.once('exit', atExit);
  stack.defer(async () => {
    await program.stop();
    process.off('exit', atExit);
  });
  return program;
}

async function measureIdle(
  program: Program,
  { hosts, idleSeconds }: PerceiveOptions,
): Promise<PerceiveFigures['idle']> {
  const since = performance.now();
  const used = countCpuTime(program.pid);
  await delay(idleSeconds * 1000);
  const cpu = used();
  const seconds = (performance.now() - since) / 1000;
  return {
    seconds: rounded(seconds, 1),
    programCpuPercent: rounded((cpu.program / seconds) * 100, 2),
    sshCpuPercent: rounded((cpu.children / seconds) * 100, 2),
    cpuSecondsPerHostPerMinute: rounded(((cpu.program + cpu.children) / seconds / hosts) * 60, 4),
    programMemoryMb: residentMb(program.pid),
  };
}

/** Makes a change and resolves with the moment before it and the one when it was stored. */
type Change = (
  host: BenchHost,
  session: StandIn,
) => Promise<{ readonly from: number; readonly to: number | null }>;

function changeScreen(stored: StoredObservations): Change {
  const shown = new Map<StandIn, 'thinking' | 'waiting_input'>();
  return async (host, session) => {
    const state = shown.get(session) === 'waiting_input' ? 'thinking' : 'waiting_input';
    shown.set(session, state);
    const seen = stored.next({ host: host.name, session: session.name, state }, CHANGE_WITHIN_MS);
    const from = performance.now();
    await session.show(state);
    return { from, to: await seen };
  };
}

function fireHook(stored: StoredObservations): Change {
  const told = new Map<StandIn, 'compacting' | 'thinking'>();
  return async (host, session) => {
    // Its screen goes on showing that it thinks, so only the hook can have told.
    const state = told.get(session) === 'compacting' ? 'thinking' : 'compacting';
    told.set(session, state);
    const seen = stored.next({ host: host.name, session: session.name, state }, CHANGE_WITHIN_MS);
    const from = performance.now();
    await session.hook(state === 'compacting' ? 'PreCompact' : 'UserPromptSubmit');
    return { from, to: await seen };
  };
}

async function measureChanges(
  hosts: readonly BenchHost[],
  samples: number,
  sessionsOf: (host: BenchHost) => readonly StandIn[],
  change: Change,
): Promise<Spread & { lost: number }> {
  const durations: number[] = [];
  let lost = 0;
  let begun = 0;
  const lanes = Math.min(LANES, hosts.length);
  const work = async (lane: number): Promise<void> => {
    for (let round = 0; begun < samples; round += 1) {
      begun += 1;
      // A lane keeps to its own hosts, so that no two changes are under way in one session.
      const own = hosts.filter((_, at) => at % lanes === lane);
      const host = own[round % own.length];
      const sessions = host === undefined ? [] : sessionsOf(host);
      const session = sessions[Math.floor(round / own.length) % sessions.length];
      if (host === undefined || session === undefined) return;
      await delay(Math.random() * PAUSE_UP_TO_MS);
      const { from, to } = await change(host, session);
      if (to === null) lost += 1;
      else durations.push(to - from);
    }
  };
  await Promise.all(Array.from({ length: lanes }, (_, lane) => work(lane)));
  return { ...spreadOf(durations), lost };
}

function residentMb(pid: number): number {
  const kb = /^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1];
  return Math.round(Number(kb) / 1024);
}
