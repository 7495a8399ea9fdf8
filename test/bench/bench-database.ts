import { randomUUID } from 'node:crypto';
import postgres from 'postgres';
import { createStore, openDatabase, openJobs } from '../../db/index.ts';
import {
  actorId,
  assignTask,
  type Host,
  hostId,
  NEW_SESSION,
  projectId,
  queueTask,
  type Session,
  sessionId,
  startTask,
  threadId,
} from '../../src/domain/index.ts';
import type { BenchHost } from './bench-hosts.ts';

const CHANNEL = 'bench_stored';
const QUIET = { info() {}, warn() {}, error() {} };

/** What became of a session, as it was committed. */
export type Stored = { readonly host: string; readonly session: string; readonly state: string };

/** Everything that the program stores of sessions, told as soon as it is committed. */
export type StoredObservations = AsyncDisposable & {
  /** Sessions that were stored at least once, as `host session`. */
  readonly known: ReadonlySet<string>;
  /** Resolves with the moment (performance.now) when this session was stored in this state; null: not in time. */
  next(wanted: Stored, withinMs: number): Promise<number | null>;
  /** Resolves with the moment when as many sessions are known; null: not in time. */
  count(sessions: number, withinMs: number): Promise<number | null>;
};

/** The database tells of each change itself, so that nobody has to ask it again and again while time is measured. */
export async function watchStored(url: string): Promise<StoredObservations> {
  const client = postgres(url, { max: 1, onnotice: () => {} });
  await client.unsafe(TELL_OF_CHANGES);
  const known = new Set<string>();
  const waiting = new Set<(stored: Stored) => void>();
  await client.listen(CHANNEL, (payload) => {
    const [host = '', session = '', state = ''] = payload.split('\t');
    known.add(`${host} ${session}`);
    for (const look of waiting) look({ host, session, state });
  });

  const wait = (isSeen: (stored: Stored | null) => boolean, withinMs: number) =>
    new Promise<number | null>((resolve) => {
      const settle = (moment: number | null) => {
        clearTimeout(timer);
        waiting.delete(look);
        resolve(moment);
      };
      const look = (stored: Stored | null) => {
        if (isSeen(stored)) settle(performance.now());
      };
      const timer = setTimeout(() => settle(null), withinMs);
      waiting.add(look);
      look(null);
    });

  return {
    known,
    next: (wanted, withinMs) =>
      wait(
        (stored) =>
          stored?.host === wanted.host && stored.session === wanted.session && stored.state === wanted.state,
        withinMs,
      ),
    count: (sessions, withinMs) => wait(() => known.size >= sessions, withinMs),
    [Symbol.asyncDispose]: () => client.end({ timeout: 1 }),
  };
}

const TELL_OF_CHANGES = `
create function bench_tell() returns trigger language plpgsql as $$
begin
  if tg_op = 'INSERT' or old.observation->>'state' is distinct from new.observation->>'state' then
    perform pg_notify('${CHANNEL}', concat_ws(E'\\t', (select name from hosts where id = new.host), new.name, new.observation->>'state'));
  end if;
  return null;
end $$;
create trigger bench_tell after insert or update on seen_sessions for each row execute function bench_tell();
`;

/** The hosts, and a running task with a live session for each session that carries our marks. */
export async function seedHosts(url: string, hosts: readonly BenchHost[]): Promise<void> {
  const opened = await openDatabase({ kind: 'server', url });
  if (!opened.ok) throw new Error(`the bench's database did not open: ${JSON.stringify(opened.error)}`);
  const jobs = await openJobs(opened.value.queue, QUIET);
  const now = () => new Date();
  const newId = () => randomUUID();
  const store = createStore(opened.value.connection, { jobs, now, newId, log: QUIET });
  try {
    const asker = await store.saveActor(
      { id: actorId(newId()), source: 'slack', externalId: 'UBENCH', name: 'Bench', role: 'admin' },
      now(),
    );
    const project = {
      id: projectId(newId()),
      repo: 'bench/work',
      cloneUrl: 'https://git.example/bench/work.git',
      defaultBranch: 'main',
      channel: null,
      agent: 'claude',
    };
    await store.addProject(project);
    for (const { name, ssh, marks, others } of hosts) {
      const host: Host = {
        id: hostId(newId()),
        name,
        transport: { kind: 'ssh', target: ssh.alias, port: null, configFile: ssh.sshConfigFile },
        capacity: others.length + 1,
        state: 'active',
        reach: { state: 'unknown' },
      };
      await store.addHost(host);
      const id = sessionId(marks.id);
      await store.transaction(async (tx) => {
        const thread = threadId(newId());
        await tx.addThread({ id: thread, slack: { channel: 'CBENCH', messageTs: null }, issue: null });
        const queued = queueTask(
          {
            id: await tx.nextTaskId(),
            brief: 'Stand and wait',
            project: project.id,
            repo: project.repo,
            priority: 'medium',
            agent: project.agent,
            wantedHost: null,
            permissionMode: null,
            maxTurns: null,
            after: [],
            askedBy: asker.id,
            origin: { kind: 'chat' },
            thread,
            attempt: 1,
            createdAt: now(),
          },
          now(),
        );
        await tx.addTask(queued);
        const branch = `fleet/t${queued.next.id}-wait`;
        const assigned = assignTask(
          queued.next,
          { host: host.id, hostName: name, session: id, branch },
          now(),
        );
        await tx.saveTask(assigned);
        const session: Session = {
          ...NEW_SESSION,
          id,
          task: queued.next.id,
          host: host.id,
          name: marks.name,
          agent: project.agent,
          worktree: ssh.home,
          branch,
          state: 'live',
          createdAt: now(),
        };
        await tx.addSession(session);
        await tx.saveTask(startTask(assigned.next, now()));
      });
    }
  } finally {
    await jobs.stop();
    await opened.value.close();
  }
}
