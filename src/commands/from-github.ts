import {
  cancelTask,
  completeTask,
  isLive,
  notePullRequest,
  ok,
  queueTask,
  threadId,
  withdrawApproval,
} from '../domain/index.ts';
import { BRIEF_MAX_BYTES, CONTROL, newTask } from './add-task.ts';
import { type Context, type Outcome, refuse, requireRole } from './context.ts';
import type { CommandTables } from './ports.ts';
import type { Ask } from './request.ts';

/** A label makes one task of an issue, however often it is told. Taking the label off and on again after the task ended makes the next attempt. */
export async function addTaskFromIssue(
  context: Context,
  ask: Extract<Ask, { kind: 'issue-labelled' }>,
): Promise<Outcome> {
  const allowed = requireRole(context, 'operator', 'add tasks');
  if (!allowed.ok) return allowed;
  const { ports, at, actor } = context;
  return context.change(async (tx): Promise<Outcome> => {
    const project = await tx.projectOfRepo(ask.repo);
    if (project === null)
      return refuse(
        'no-such-project',
        `${ask.repo} is not a project of this fleet: \`projects add ${ask.repo}\`.`,
      );
    // One number at a time is given out: of two deliveries of one label one waits here, and then finds the other's task.
    const id = await tx.nextTaskId();
    const known = await tx.threadOfIssue(ask.repo, ask.issue);
    const last = known === null ? undefined : (await tx.tasksOfThread(known.id)).at(-1);
    if (last !== undefined && !(last.state === 'failed' || last.state === 'cancelled'))
      return ok({ kind: 'nothing' });
    const thread = known?.id ?? threadId(ports.newId());
    if (known === null) {
      const channel = project.channel ?? ports.settings.defaultChannel;
      await tx.addThread({
        id: thread,
        slack: channel === null ? null : { channel, messageTs: null },
        issue: { repo: project.repo, issue: ask.issue },
      });
    }
    await tx.addTask(
      queueTask(
        {
          ...newTask(id, thread, project),
          attempt: (last?.attempt ?? 0) + 1,
          brief: briefOf(ask),
          priority: 'medium',
          agent: project.agent,
          wantedHost: null,
          after: [],
          askedBy: actor.id,
          origin: { kind: 'issue', repo: project.repo, issue: ask.issue },
          createdAt: at,
        },
        at,
      ),
    );
    await tx.enqueue({ kind: 'place' });
    return ok({ kind: 'nothing' });
  });
}

/** Taking the label off cancels a task that still waits; a running one goes on. */
export async function cancelTaskOfIssue(
  context: Context,
  ask: Extract<Ask, { kind: 'issue-unlabelled' }>,
): Promise<Outcome> {
  const allowed = requireRole(context, 'operator', 'cancel tasks');
  if (!allowed.ok) return allowed;
  return context.change(async (tx): Promise<Outcome> => {
    const thread = await tx.threadOfIssue(ask.repo, ask.issue);
    const last = thread === null ? undefined : (await tx.tasksOfThread(thread.id)).at(-1);
    const task = last === undefined ? null : await tx.lockTask(last.id);
    if (task?.state === 'queued') await tx.saveTask(cancelTask(task, context.actor.id, context.at));
    return ok({ kind: 'nothing' });
  });
}

/** What the project wants follows its issues. Who may label and close them is for GitHub to say. */
export async function noteObjective(
  context: Context,
  { repo, objective }: Extract<Ask, { kind: 'objective-told' }>,
): Promise<Outcome> {
  return context.change(async (tx): Promise<Outcome> => {
    const project = await tx.projectOfRepo(repo);
    if (project !== null) await tx.saveObjective({ ...objective, project: project.id });
    return ok({ kind: 'nothing' });
  });
}

/** A pull request from a task's branch is the task's result. */
export async function notePullRequestOfTask(
  context: Context,
  ask: Extract<Ask, { kind: 'pull-request-opened' }>,
): Promise<Outcome> {
  const { at } = context;
  return context.change(async (tx): Promise<Outcome> => {
    const found = await tx.taskOnBranch(ask.repo, ask.branch);
    const task = found === null ? null : await tx.lockTask(found.id);
    if (task === null || task.state === 'queued' || task.state === 'cancelled')
      return ok({ kind: 'nothing' });
    const noted = notePullRequest(task, ask.pullRequest, at);
    if (noted !== null) await tx.saveTask(noted);
    const now = noted?.next ?? task;
    if (isLive(now)) {
      await tx.saveTask(completeTask(now, at));
      await withdrawQuestions(tx, now.id, at);
      await tx.enqueue({ kind: 'cycle', session: now.session });
    }
    return ok({ kind: 'nothing' });
  });
}

/** What a task pushes is what it changes: the director looks whether others change it too. */
export async function notePushOfTask(
  context: Context,
  ask: Extract<Ask, { kind: 'branch-pushed' }>,
): Promise<Outcome> {
  return context.change(async (tx): Promise<Outcome> => {
    const task = await tx.taskOnBranch(ask.repo, ask.branch);
    if (task !== null && isLive(task)) {
      await tx.addTaskFiles(task.id, ask.files);
      await tx.enqueue({ kind: 'place' });
    }
    return ok({ kind: 'nothing' });
  });
}

async function withdrawQuestions(
  tx: CommandTables,
  task: Parameters<CommandTables['findTask']>[0],
  at: Date,
): Promise<void> {
  for (const approval of await tx.approvalsOfTasks([task])) {
    const step = withdrawApproval(approval, 'the task is completed', at);
    if (step !== null) await tx.saveApproval(step);
  }
}

/** Nobody is there to be told that an issue is too long or holds strange characters: it is cut, and they are left out. */
function briefOf(ask: Extract<Ask, { kind: 'issue-labelled' }>): string {
  const source = `(GitHub issue #${ask.issue}: ${ask.url})`;
  const text = `${ask.title.trim()}\n\n${ask.body.trim()}`
    .replaceAll('\r\n', '\n')
    .replaceAll(CONTROL, '')
    .trim();
  const room = BRIEF_MAX_BYTES - Buffer.byteLength(source) - 2;
  return `${clipBytes(text, room)}\n\n${source}`;
}

/** As many whole characters as fit. */
function clipBytes(text: string, maxBytes: number): string {
  const bytes = Buffer.from(text);
  return bytes.length <= maxBytes
    ? text
    : bytes
        .subarray(0, maxBytes)
        .toString()
        .replace(/\uFFFD$/u, '');
}
