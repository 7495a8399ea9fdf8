import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROMPT } from '../../src/agents/agent-kind.ts';
import { type AgentKind, createCommandKind } from '../../src/agents/index.ts';
import { cycle } from '../../src/director/cycle.ts';
import type { DirectorPorts } from '../../src/director/index.ts';
import { place } from '../../src/director/place.ts';
import { prepare } from '../../src/director/prepare.ts';
import {
  type Action,
  type ActorId,
  actionId,
  DEFAULT_RULES,
  type Host,
  hostId,
  intendAction,
  isBusy,
  type ProjectRules,
  type Session,
  type TaskId,
} from '../../src/domain/index.ts';
import { openLocalPlace, type Place } from '../fleet/places.ts';
import { type FleetState, QUIET } from '../support/fleet-state.ts';
import { until } from '../support/until.ts';

const NEVER = new AbortController().signal;
export const WITHIN = { withinMs: 15_000 };
const LIMIT_WORDS = 'usage limit reached, try again in 5 hours';

/** Waits at its prompt and shows what it is told; asked for `limited` it has met its limit, and for `work` it works until there is a file `rested`. */
const AGENT = `#!/bin/sh
work() {
  case "$1" in work*) ;; *) return ;; esac
  echo 'working (esc to interrupt)'
  until [ -e "$HOME/rested" ]; do sleep 0.1; done
  rm "$HOME/rested"
}
work "$1"
case "$1" in limited*) echo '${LIMIT_WORDS}' ;; *) echo "ready, may do: $MAY_DO" ;; esac
printf '> '
while read -r line; do work "$line"; printf 'got %s\\n> ' "$line"; done
`;

/** A fleet of agents that meet limits, on a clock that the test turns. */
export type Stage = AsyncDisposable & {
  readonly place: Place;
  readonly ports: DirectorPorts;
  /** What reached an agent, with when it did. */
  readonly done: { readonly what: 'launch' | 'type'; readonly session: string; readonly at: Date }[];
  /** Everything that the director does when nothing new happens. */
  round(): Promise<void>;
  /** Rounds until the session is seen like this. `busy`: in the model, or in a program it started. */
  sees(task: TaskId, state: string): Promise<Session>;
};

export async function openStage(
  state: Omit<FleetState, typeof Symbol.asyncDispose>,
  {
    rules = {},
    hosts = ['here'],
    model = null,
  }: {
    readonly rules?: Partial<ProjectRules>;
    readonly hosts?: readonly string[];
    readonly model?: DirectorPorts['model'];
  } = {},
): Promise<Stage> {
  const { store, clock } = state;
  const here = await openLocalPlace({ now: clock.now });
  const program = join(here.home, 'meter');
  writeFileSync(program, AGENT, { mode: 0o755 });
  const remote = join(here.home, 'remote');
  mkdirSync(remote);
  const git = (...words: readonly string[]) =>
    execFileSync('git', ['-c', 'user.name=A', '-c', 'user.email=a@example.com', ...words], {
      env: { PATH: process.env.PATH, HOME: here.home },
    });
  git('init', '-q', '-b', 'main', remote);
  git('-C', remote, 'commit', '-q', '--allow-empty', '-m', 'one');
  await store.saveProject({ ...state.project, cloneUrl: remote, agent: 'meter' });
  for (const name of hosts) {
    const host: Host = { ...here.host, id: hostId(name), name, capacity: 20 };
    await state.addHost(host);
  }
  const done: Stage['done'] = [];
  const note = (what: 'launch' | 'type', session: string) => done.push({ what, session, at: clock.now() });
  const ports: DirectorPorts = {
    store,
    fleet: {
      ...here.fleet,
      launch: (host, request, signal) => {
        note('launch', request.name);
        return here.fleet.launch(host, request, signal);
      },
      type: (host, name, words, signal) => {
        note('type', name);
        return here.fleet.type(host, name, words, signal);
      },
    },
    agents: new Map([['meter', meter(program)]]),
    pullRequests: null,
    model,
    settings: {
      owner: 'test',
      permissionMode: 'ask',
      rulesOf: () => ({ ...DEFAULT_RULES, ...rules }),
      alertChannel: 'CHOME',
      pollEveryMs: 60_000,
      stuckAfterMs: 300_000,
      silentAfterMs: 60_000,
    },
    log: QUIET,
    digest: state.digest,
    now: clock.now,
    newId: state.newId,
  };
  const round = async () => {
    await place(ports);
    for (const { id, state: at } of await store.openSessions()) {
      if (at === 'preparing') await prepare(ports, id, NEVER);
      else await cycle(ports, id, NEVER);
    }
  };
  return {
    place: here,
    ports,
    done,
    round,
    async sees(task, wanted) {
      return until(
        async () => {
          clock.advance(1_000);
          await round();
          const session = (await store.openSessions()).find((each) => each.task === task);
          if (session === undefined) return null;
          const seen = await store.lastObservation(session.id);
          if (seen === null) return null;
          const { observation } = seen;
          return (wanted === 'busy' ? isBusy(observation) : observation.state === wanted) ? session : null;
        },
        { ...WITHIN, what: `${wanted} of T${task}` },
      );
    },
    async [Symbol.asyncDispose]() {
      await here[Symbol.asyncDispose]();
    },
  };
}

/** Says of its own screen whether its account has a limit. */
function meter(program: string): AgentKind {
  const kind = createCommandKind({ name: 'meter', words: [program] });
  const sure = { confidence: 0.95, source: 'screen' } as const;
  return {
    ...kind,
    launch: ({ permissionMode }) => ({
      words: [program, PROMPT],
      env: { MAY_DO: permissionMode },
      files: [],
    }),
    usageLimit: { words: /\busage limit\b/i },
    readScreen: ({ lines }) => {
      const said = lines.at(-1) === '>' ? (lines.at(-2) ?? '') : '';
      if (said === '') return null;
      return said.includes('limit reached')
        ? { ...sure, state: 'rate_limited', willRetry: false, rule: 'meter/limit', evidence: said }
        : { ...sure, state: 'idle', rule: 'meter/prompt', evidence: said };
    },
  };
}

/** A person’s words for the agent of a session. */
export function wordsFor(
  { ports }: Stage,
  { task, id, generation }: Session,
  by: ActorId,
  text = 'go on',
): Action {
  const effect = { kind: 'type-text', text } as const;
  return intendAction(
    { id: actionId(ports.newId()), task, session: id, generation, effect, by },
    ports.now(),
  );
}
