import {
  type Action,
  type ActionEffect,
  isLive,
  placeOfWork,
  requeueTask,
  type Task,
  taskLabel,
} from '../../domain/index.ts';
import type { DirectorPorts, DirectorTables, HostFailure, SavedWork } from '../ports.ts';
import { endOrRelease } from './end-or-release.ts';
import { placeTask } from './place-task.ts';
import { closeSession, settle } from './settle.ts';
import { begin, type Target } from './target.ts';

const INTERRUPT_GAP_MS = 400;

type Reassignment = Extract<ActionEffect, { kind: 'reassign-task' }>;

/**
 * Saves what the agent has not committed, ends it, and puts its task back into the queue: in this order, and each step only when the one
 * before it is certain. What the host refuses ends the attempt and leaves the agent as it is. What only was not answered is tried again by
 * the next cycle, which finds the action started.
 */
export async function reassign(
  ports: DirectorPorts,
  target: Target,
  action: Action,
  effect: Reassignment,
): Promise<void> {
  const { store, now } = ports;
  if (action.state === 'intended' && effect.makesRoomFor !== null) {
    const waiting = await store.findTask(effect.makesRoomFor);
    if (waiting?.state !== 'queued') {
      const why = `${taskLabel(effect.makesRoomFor)} waits for a place no more`;
      await store.transaction((tx) => settle(tx, target.task, action, { state: 'dropped', why }, now()));
      return;
    }
  }
  const started = await begin(ports, target, action);
  if (started === null) return;
  // A person said that nobody has to reach it. One that has come back meanwhile is left as any other is.
  if (effect.because === 'host-gone' && (await target.look()).kind === 'unreachable') {
    return putBack(ports, target, started, effect, null);
  }
  const saved = await save(ports, target);
  if (saved.kind === 'unknown') return;
  if (saved.kind === 'refused') {
    const why = `its work could not be saved (${saved.why}), so its agent goes on`;
    await store.transaction((tx) => settle(tx, target.task, started, { state: 'failed', why }, now()));
    return;
  }
  if (!(await interrupt(ports, target))) return;
  // What it did in between.
  const rest = await save(ports, target);
  if (rest.kind !== 'saved' || !(await endForSure(ports, target))) return;
  await putBack(ports, target, started, effect, together(saved.work, rest.work));
}

/** So that nothing changes any more. False: nobody answers. */
async function interrupt({ fleet }: DirectorPorts, target: Target): Promise<boolean> {
  for (const _ of [1, 2]) {
    const pressed = await fleet.press(
      target.host,
      target.session.name,
      target.kind.interruptKeys,
      target.signal,
    );
    if (!pressed.ok && isUnknown(pressed.error)) return false;
    await target.pause(INTERRUPT_GAP_MS);
  }
  return true;
}

type Saved =
  | { readonly kind: 'saved'; readonly work: SavedWork | null }
  | { readonly kind: 'refused'; readonly why: string }
  | { readonly kind: 'unknown' };

async function save({ fleet }: DirectorPorts, target: Target): Promise<Saved> {
  const { worktree, branch } = target.session;
  if (worktree === null) return { kind: 'saved', work: null };
  const message = `Work in progress of ${taskLabel(target.task.id)}, saved when its agent was ended`;
  const saved = await fleet.saveWork(target.host, { worktree, branch, message }, target.signal);
  if (saved.ok) return { kind: 'saved', work: saved.value };
  return isUnknown(saved.error)
    ? { kind: 'unknown' }
    : { kind: 'refused', why: target.describe(saved.error) };
}

function together(first: SavedWork | null, last: SavedWork | null): SavedWork | null {
  return first === null || last === null ? last : { ...last, files: first.files + last.files };
}

/** True: the host says that it is gone. */
async function endForSure({ fleet, log }: DirectorPorts, target: Target): Promise<boolean> {
  const { id, name } = target.session;
  const ended = await endOrRelease(fleet, target.host, target.session, target.signal);
  const listed = ended.ok ? await fleet.list(target.host, target.signal) : ended;
  if (!listed.ok) {
    log.warn({ session: id, failure: listed.error.kind }, 'a session could not be ended yet');
    return false;
  }
  return !listed.value.some((each) => each.session === id || each.name === name);
}

async function putBack(
  ports: DirectorPorts,
  { task, session, host }: Target,
  action: Action,
  effect: Reassignment,
  work: SavedWork | null,
): Promise<void> {
  const { store, now } = ports;
  await store.transaction(async (tx) => {
    const current = await tx.lockSession(session.id);
    const live = await tx.lockTask(task.id);
    if (current === null || live === null) return;
    const at = now();
    await settle(tx, task, action, { state: 'succeeded' }, at);
    await closeSession(tx, { task: task.id, session: session.id }, null, at);
    if (!isLive(live) || live.session !== session.id) return;
    if (work !== null && (work.files > 0 || !work.isPushed)) {
      await tx.addEvents([{ kind: 'work-saved', task: task.id, thread: task.thread, at, ...work }]);
    }
    if (effect.because === 'stuck') {
      await tx.recordLesson({ ...placeOfWork(task, host.id), hasSucceeded: false });
    }
    const requeued = requeueTask(live, whyOf(effect, host.name), at, action.by);
    const next = effect.to === null ? requeued.next : { ...requeued.next, wantedHost: effect.to };
    await tx.saveTask({ ...requeued, next });
    await makeRoomUsed(ports, tx, effect, host);
  });
}

/** The place goes to the task it was freed for, before anybody else can have it. */
async function makeRoomUsed(
  ports: DirectorPorts,
  tx: DirectorTables,
  { makesRoomFor }: Reassignment,
  host: Target['host'],
): Promise<void> {
  const urgent: Task | null = makesRoomFor === null ? null : await tx.lockTask(makesRoomFor);
  if (urgent?.state !== 'queued') return;
  await placeTask(ports, tx, urgent, host, {
    reasoner: 'preemption',
    why: `room was made for it on ${host.name}`,
    confidence: 1,
  });
}

function whyOf({ because, makesRoomFor }: Reassignment, hostName: string): string {
  switch (because) {
    case 'asked':
      return `taken off ${hostName}`;
    case 'urgent':
      return `gave its place on ${hostName} to ${makesRoomFor === null ? 'a critical task' : taskLabel(makesRoomFor)}, which is critical`;
    case 'stuck':
      return `nothing moved on ${hostName} any more`;
    case 'host-gone':
      return `${hostName} is gone`;
  }
}

/** Whether it was done, nobody can say. */
function isUnknown({ kind }: HostFailure): boolean {
  return kind === 'unreachable' || kind === 'timed-out';
}
