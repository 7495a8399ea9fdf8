import {
  byUrgency,
  isNewOverlap,
  type KnownOverlap,
  type Overlap,
  overlapOf,
  type QueuedTask,
  type Task,
  taskLabel,
} from '../../../domain/index.ts';
import { because, type FleetDecision, type FleetReasoner, type FleetSituation } from './fleet-situation.ts';
import { notReadyBecause } from './readiness.ts';

const NAME = 'collisions';
const FILES_NAMED = 3;

/** Tells both threads of tasks that change the same, and keeps one that has not started waiting until the other has ended or a person releases it. */
export const collisions: FleetReasoner = {
  name: NAME,
  decide(situation) {
    const working = situation.atWork.map(({ task }) => task);
    const waiting = situation.queued
      .filter((task) => notReadyBecause(task, situation) === null)
      .toSorted(byUrgency);
    return [
      ...working.flatMap((task, index) =>
        working.slice(index + 1).flatMap((other) => tell(task, other, situation, false)),
      ),
      ...waiting.flatMap((task, index) =>
        onceLeft([...working, ...waiting.slice(0, index)].flatMap((other) => hold(task, other, situation))),
      ),
    ];
  },
};

/** One reason to wait is enough. */
function onceLeft(decisions: readonly FleetDecision[]): readonly FleetDecision[] {
  const first = decisions.find(({ kind }) => kind === 'leave');
  return decisions.filter((each) => each.kind !== 'leave' || each === first);
}

function hold(task: QueuedTask, other: Task, situation: FleetSituation): readonly FleetDecision[] {
  const overlap = overlapBetween(task, other, situation);
  const known = knownBetween(task, other, situation);
  const isHeld =
    overlap !== null && known?.state !== 'released' && (known?.held === task.id || mayWait(task, situation));
  const told = tell(task, other, situation, isHeld);
  if (!isHeld) return told;
  const why = `it would change ${whatWords(overlap)}, as ${taskLabel(other.id)} does; it starts when that one ends, or after \`release ${taskLabel(task.id)}\``;
  return [...told, { kind: 'leave', task, ...because(NAME, why) }];
}

/** A critical task waits for nobody but people. */
function mayWait({ priority, project }: QueuedTask, { rulesOf }: FleetSituation): boolean {
  return priority !== 'critical' && rulesOf(project).holdsOverlaps;
}

/** Nothing where people know it all. */
function tell(task: Task, other: Task, situation: FleetSituation, isHeld: boolean): readonly FleetDecision[] {
  const overlap = overlapBetween(task, other, situation);
  if (overlap === null) return [];
  const known = knownBetween(task, other, situation);
  const isHeldAnew = isHeld && known?.held !== task.id;
  if (!isNewOverlap(overlap, known) && !isHeldAnew) return [];
  const [one, two] = task.id < other.id ? [task.id, other.id] : [other.id, task.id];
  const state = isHeld ? { state: 'held' as const, held: task.id } : openState(known);
  const files = [...new Set([...(known?.files ?? []), ...overlap.files])].toSorted();
  return [
    {
      kind: 'tell-overlap',
      overlap: {
        one,
        other: two,
        files,
        isSameBranch: overlap.isSameBranch || known?.isSameBranch === true,
        ...state,
      },
      ...because(NAME, `${taskLabel(one)} and ${taskLabel(two)} both change ${whatWords(overlap)}`),
    },
  ];
}

function openState(known: KnownOverlap | null): Pick<KnownOverlap, 'state' | 'held'> {
  return { state: known?.state ?? 'told', held: known?.held ?? null };
}

function overlapBetween(one: Task, other: Task, { footprints }: FleetSituation): Overlap | null {
  const [first, second] = [footprints.get(one.id), footprints.get(other.id)];
  return first === undefined || second === undefined ? null : overlapOf(first, second);
}

function knownBetween(one: Task, other: Task, { overlaps }: FleetSituation): KnownOverlap | null {
  const isOf = (each: KnownOverlap, first: Task, second: Task) =>
    each.one === first.id && each.other === second.id;
  return overlaps.find((each) => isOf(each, one, other) || isOf(each, other, one)) ?? null;
}

function whatWords({ files, isSameBranch }: Overlap): string {
  const named = files.slice(0, FILES_NAMED).join(', ');
  const more = files.length - FILES_NAMED;
  const paths = more > 0 ? `${named} and ${more} more` : named;
  if (!isSameBranch) return paths;
  return paths === '' ? 'the same branch' : `${paths} on the same branch`;
}
