import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type AgentKind, createCommandKind } from '../../src/agents/index.ts';
import { createDirector, type DirectorPorts, type Fleet } from '../../src/director/index.ts';
import type { DirectorStore } from '../../src/director/ports.ts';
import {
  DEFAULT_RULES,
  type HostFacts,
  ok,
  type Report,
  type RunningTask,
  type SeenSession,
  type Session,
} from '../../src/domain/index.ts';
import { openLocalPlace, type Place } from '../fleet/places.ts';
import { type FleetState, openFleetState, QUIET } from '../support/fleet-state.ts';
import { until } from '../support/until.ts';

/** Enough for a machine that has much else to do. */
export const WITHIN = { withinMs: 20_000 };

/** Reads lines and shows them, until somebody ends it. After `say TEXT` it shows the text and no prompt. */
const AGENT = `#!/bin/sh
printf 'ready\\n> '
while read -r line; do
  case $line in
    say\\ *) printf '%s' "\${line#say }" ;;
    *) printf 'got %s\\n> ' "$line" ;;
  esac
done
`;

/** A host that directors watch, with everything real but what its agents are. */
export type Watched = AsyncDisposable & {
  readonly state: FleetState;
  readonly place: Place;
  readonly program: string;
  /** What was logged as a warning. */
  readonly warnings: string[];
  /** What a director is given. */
  ports(owner: string, more?: Partial<DirectorPorts>): DirectorPorts;
  /** Starts a director; ends it again: cleanly, or as a process that dies would, without a word. */
  direct(owner: string, more?: Partial<DirectorPorts>): Direction;
  /** A tmux session with the agent in it, as a person begins one. */
  beginByHand(name: string): Promise<void>;
  /** The same, with a task that follows it. */
  beginOurs(): Promise<{ readonly task: RunningTask; readonly session: Session }>;
  seen(name: string): Promise<SeenSession | null>;
  /** Waits until a session is seen like this. */
  see(name: string, isSo: (seen: SeenSession) => boolean): Promise<SeenSession>;
  facts(): Promise<HostFacts | null>;
  /** Writes an event down as a hook does, and rings unless it cannot. */
  tell(session: Session, event: string, how?: { readonly rings: boolean }): Promise<void>;
};

export type Direction = { readonly stop: () => Promise<void> };

type Change = {
  /** The clock of the directors. */
  readonly now?: () => Date;
  readonly fleet?: (fleet: Fleet) => Fleet;
  readonly store?: (store: DirectorStore) => DirectorStore;
};

export async function openWatched({
  fleet: changeFleet,
  store: changeStore,
  now = () => new Date(),
}: Change = {}): Promise<Watched> {
  const place = await openLocalPlace({ now });
  const state = await openFleetState();
  const program = join(place.home, 'robo');
  writeFileSync(program, AGENT, { mode: 0o755 });
  const host = await state.addHost(place.host);
  const agents = new Map<string, AgentKind>([['robo', robo(program)]]);
  const directions = new Set<Direction>();
  const warnings: string[] = [];
  let told = 0;

  const portsOf: Watched['ports'] = (owner, more = {}) => ({
    store: changeStore?.(state.store) ?? state.store,
    fleet: changeFleet?.(place.fleet) ?? place.fleet,
    agents,
    pullRequests: null,
    model: null,
    settings: {
      owner,
      permissionMode: 'ask',
      rulesOf: () => DEFAULT_RULES,
      alertChannel: null,
      pollEveryMs: 2_000,
      stuckAfterMs: 300_000,
      silentAfterMs: 60_000,
    },
    log: { ...QUIET, warn: (_facts, message) => warnings.push(message) },
    digest: state.digest,
    now,
    newId: state.newId,
    ...more,
  });

  const direct: Watched['direct'] = (owner, more) => {
    const stopping = new AbortController();
    const running = createDirector(portsOf(owner, more), async () => ok(undefined), stopping.signal).run();
    const direction: Direction = {
      async stop() {
        directions.delete(direction);
        stopping.abort();
        await running;
      },
    };
    directions.add(direction);
    return direction;
  };

  const beginByHand = async (name: string): Promise<void> => {
    await place.tmux('new-session', '-d', '-s', name, '-x', '80', '-y', '24', program);
  };
  const seen = (name: string) => state.store.seenSession(host.id, name);
  return {
    state,
    place,
    program,
    warnings,
    ports: portsOf,
    direct,
    beginByHand,
    async beginOurs() {
      const begun = await state.addRunningTask(host, { agent: 'robo' });
      await beginByHand(begun.session.name);
      await place.tmux('set-option', '-t', `=${begun.session.name}:`, '@fleet_session', begun.session.id);
      return begun;
    },
    seen,
    see: (name, isSo) =>
      until(
        async () => {
          const found = await seen(name);
          return found !== null && isSo(found) ? found : null;
        },
        { ...WITHIN, what: `the look at ${name}` },
      ),
    facts: async () => (await state.store.hostFacts()).find((each) => each.host === host.id) ?? null,
    async tell({ id, generation }, event, { rings } = { rings: true }) {
      const folder = join(place.home, '.fleet', 'sessions', id);
      mkdirSync(folder, { recursive: true });
      const line = `1 ${generation} ${Math.floor(Date.now() / 1000)} ${event} {"session_id":"talk-1"}\n`;
      writeFileSync(join(folder, 'events'), line, { flag: 'a' });
      told += 1;
      if (rings) await place.tmux('rename-window', '-t', '=_fleet:', `event ${id} ${told}`).catch(() => '');
    },
    async [Symbol.asyncDispose]() {
      for (const direction of directions) await direction.stop();
      await state[Symbol.asyncDispose]();
      await place[Symbol.asyncDispose]();
    },
  };
}

/** An agent whose hooks say in a word what it does: `Working`, or `Done`. */
function robo(program: string): AgentKind {
  return {
    ...createCommandKind({ name: 'robo', words: [program] }),
    hooks: {
      report: (event, _payload, at): Report | null => {
        const about = { channel: 'hook', at, detail: event } as const;
        if (event === 'Working') return { ...about, says: { kind: 'working' } };
        return event === 'Done'
          ? { ...about, says: { kind: 'turn-ended', lastMessage: null, backgroundTasks: 0 } }
          : null;
      },
      answers: null,
      context: null,
      conversation: () => 'talk-1',
    },
  };
}
