import {
  type Action,
  type AgentEvent,
  dialogOf,
  type InputProof,
  isAnotherQuestion,
  isAtPrompt,
  isBusy,
  type ReportedMoment,
  standsUnsent,
} from '../../domain/index.ts';
import type { DirectorPorts } from '../ports.ts';
import type { Seen } from '../situation.ts';
import { begin, finish, proof, type Target } from './target.ts';

/** More than an agent tells within one confirmation. */
const EVENTS_READ = 20;

const LOOKS_BEFORE_ENTER = 3;
const LOOK_AGAIN_AFTER_MS = 500;

/** What agents tell only of a turn that began. */
const OF_A_TURN: readonly ReportedMoment['kind'][] = [
  'working',
  'tool-began',
  'tool-ended',
  'compacting',
  'asks',
  'turn-ended',
  'turn-failed',
];

/**
 * Types words and Enter at a free prompt, and waits until the agent shows that it took them: by a hook, its transcript or its screen.
 * Without a sign Enter is pressed once more, and only into a prompt. A dialog that opens between the words and their Enter gets no key.
 */
export async function typeWords(
  ports: DirectorPorts,
  target: Target,
  action: Action,
  effect: Extract<Action['effect'], { kind: 'type-text' }>,
): Promise<void> {
  const { fleet, now } = ports;
  const { host, session, kind, signal } = target;
  const before = await target.look();
  if (before.kind !== 'seen' || !isAtPrompt(before.observation)) return;
  if (isAnotherQuestion(effect, before.observation)) {
    await finish(ports, target, action, { state: 'dropped', why: 'the agent does not ask this any more' });
    return;
  }
  const heardBefore = await hear(ports, target);
  const started = await begin(ports, target, action);
  if (started === null) return;
  let keptBack: string | null = null;
  const typed = await fleet.type(
    host,
    session.name,
    {
      text: effect.text,
      ...kind.typing,
      mayEnter: async () => {
        keptBack = await againstEnter(target);
        return keptBack === null;
      },
    },
    signal,
  );
  if (!typed.ok) {
    await finish(ports, target, started, { state: 'failed', why: target.describe(typed.error) });
    return;
  }
  if (!typed.value.isEntered) {
    const why = `${keptBack ?? 'the agent changed'} just then, so Enter was not pressed; the words may stand in its prompt, and writing again would add to them`;
    await finish(ports, target, started, { state: 'failed', why });
    return;
  }
  await tellTyped(ports, target, started, effect.text);

  const isTaken = async (seen: Seen) => takenBy(heardBefore, await hear(ports, target), before, seen);
  let shownBy = await proof(now, target, isTaken);
  if (shownBy === null) {
    // Some agents take an Enter that follows a paste too closely for a line break.
    const latest = await target.look();
    if (latest.kind === 'seen' && isAtPrompt(latest.observation)) {
      await fleet.press(host, session.name, ['Enter'], signal);
    }
    shownBy = await proof(now, target, isTaken);
  }
  // It stays started: whoever goes on looks what came of it.
  if (shownBy === null && signal.aborted) return;
  await finish(
    ports,
    target,
    started,
    shownBy === null
      ? {
          state: 'failed',
          why: 'it was typed, but the agent’s screen shows nothing of it; look at a snapshot',
        }
      : { state: 'succeeded', shownBy: shownBy === true ? 'screen' : shownBy },
  );
}

/**
 * What keeps Enter back after the words were pasted; null: nothing. A shell would run them, a dialog would take them for its answer.
 * A process that stops presses Enter all the same: the words stand in the prompt already.
 */
async function againstEnter(target: Target): Promise<string | null> {
  if (target.signal.aborted) return null;
  let sight = await target.look();
  // A host that does not answer once may do so in a moment, and the words stand there already.
  for (let tries = 1; sight.kind === 'unreachable' && tries < LOOKS_BEFORE_ENTER; tries += 1) {
    await target.pause(LOOK_AGAIN_AFTER_MS);
    if (target.signal.aborted) return null;
    sight = await target.look();
  }
  if (sight.kind === 'absent') return 'the session went away';
  if (sight.kind === 'unreachable') return 'the agent could not be seen any more';
  const { observation } = sight;
  if (dialogOf(observation) !== null) return 'the agent asked something';
  switch (observation.state) {
    case 'shell':
    case 'exiting':
      return 'the agent ended';
    case 'suspended':
      return 'the agent was suspended';
    default:
      // What was pasted moves the screen, which of some agents is all that tells that they work.
      return null;
  }
}

/** What the agent told of itself so far. */
type Heard = { readonly events: readonly AgentEvent[]; readonly userMessages: number };

async function hear({ store }: DirectorPorts, { session }: Target): Promise<Heard> {
  const events = await store.agentEvents(session.id, EVENTS_READ);
  return {
    events: events.filter((event) => event.generation === session.generation),
    userMessages: (await store.transcriptOf(session.id))?.digest.userMessages ?? 0,
  };
}

function takenBy(
  heardBefore: Heard,
  heard: Heard,
  before: Seen,
  { observation, screen }: Seen,
): InputProof | null {
  const isNew = (event: AgentEvent) =>
    !heardBefore.events.some(
      (known) => known.start === event.start && known.at.getTime() === event.at.getTime(),
    );
  const isTurn = ({ report }: AgentEvent) => report !== null && OF_A_TURN.includes(report.says.kind);
  if (heard.events.some((event) => isNew(event) && isTurn(event))) return 'hook';
  if (heard.userMessages > heardBefore.userMessages) return 'transcript';
  const shows =
    isBusy(observation) ||
    dialogOf(observation) !== null ||
    (!standsUnsent(observation) && screen.join('\n') !== before.screen.join('\n'));
  return shows ? 'screen' : null;
}

async function tellTyped(
  { store, now }: DirectorPorts,
  { task }: Target,
  { id, by }: Action,
  text: string,
): Promise<void> {
  if (by === null) return;
  const about = { task: task.id, thread: task.thread, at: now() };
  await store.transaction((tx) => tx.addEvents([{ ...about, kind: 'input-typed', by, text, action: id }]));
}
