import {
  type BudgetStanding,
  bold,
  type CardPart,
  dollars,
  hasEnded,
  isSpent,
  ok,
  type Project,
  policyFor,
  type Result,
  type Span,
  scopeKey,
  scopesOf,
  scopeTitle,
  sentenceCard,
  spendWords,
  spentPercent,
  type Task,
  taskLabel,
  text,
} from '../domain/index.ts';
import { limitsOfTask, type Payer, spendOfScope, standingsOf } from '../limits/index.ts';
import { type Context, type Outcome, refuse, requireRole, resolveTask } from './context.ts';
import type { BudgetOf } from './grammar/command.ts';
import { mayAnswer } from './may-answer.ts';
import { raiseCap } from './raise-cap.ts';
import type { Refusal } from './request.ts';
import { taskLine } from './wording.ts';

const TASKS_SHOWN = 10;

/** What was spent, and how much of each cap that is. */
export async function showBudget(context: Context, of: BudgetOf | null): Promise<Outcome> {
  if (of?.kind === 'task') return showTaskBudget(context, of);
  const found = await projectsOf(context, of);
  if (!found.ok) return found;
  const parts: CardPart[] = [];
  for (const project of found.value) {
    parts.push({ kind: 'text', spans: [bold(project.repo)] });
    parts.push({ kind: 'list', items: await projectLines(context, project) });
  }
  return ok({
    kind: 'card',
    card: { title: 'Budget', parts, buttons: [], summary: `What ${found.value.length} projects have spent.` },
  });
}

/** From now on, and in place of what the configuration says: of a task, or of what a project's agents may cost today. */
export async function setBudget(context: Context, of: BudgetOf | null, capUsd: number): Promise<Outcome> {
  if (of === null) return refuse('bad-words', 'Whose budget? `budget T12 10`.');
  if (of.kind === 'task') {
    const resolved = await resolveTask(context, of.task, 'budget');
    if (!resolved.ok) return resolved;
    const task = resolved.value;
    const { approvals } = context.ports.settings.rulesOf(task.project);
    const may = await mayAnswer(context, { policy: policyFor(approvals, null) }, task);
    if (!may.ok) return refuse('not-allowed', WHO_MAY);
    if (hasEnded(task)) {
      return refuse(
        'wrong-state',
        `${taskLabel(task.id)} has ended (${task.state}) and costs nothing any more.`,
      );
    }
    return setCap(context, scopeKey({ kind: 'task', task: task.id }), taskLabel(task.id), capUsd);
  }
  const allowed = requireRole(
    context,
    context.ports.settings.hasNamedApprovers ? 'approver' : 'operator',
    'change a budget',
  );
  if (!allowed.ok) return allowed;
  const found = await projectsOf(context, of);
  if (!found.ok) return found;
  const [project] = found.value;
  const day = project === undefined ? undefined : scopesOf(payerOf(project), context.at)[0];
  if (day === undefined) return refuse('no-such-project', NO_PROJECTS);
  return setCap(context, scopeKey(day), scopeTitle(day), capUsd);
}

const WHO_MAY = 'Only approvers may change what a task may cost. Ask one of them.';
const NO_PROJECTS = 'No repository is known yet. Add one first: `projects add owner/name`.';

function setCap(context: Context, scope: string, title: string, capUsd: number): Promise<Outcome> {
  return context.change(async (tx): Promise<Outcome> => {
    await raiseCap(tx, context, scope, capUsd);
    return ok({ kind: 'card', card: sentenceCard(`The budget of ${title} is ${dollars(capUsd)} now.`) });
  });
}

async function showTaskBudget(context: Context, of: Extract<BudgetOf, { kind: 'task' }>): Promise<Outcome> {
  const resolved = await resolveTask(context, of.task, 'budget');
  if (!resolved.ok) return resolved;
  const task = resolved.value;
  const { store, settings } = context.ports;
  const { spend, standings } = await limitsOfTask(store, settings.rulesOf(task.project), task, context.at);
  const items = [[bold('Spent'), text(` ${spendWords(spend)}`)], ...standings.map(standingLine)];
  return ok({
    kind: 'card',
    card: {
      title: `Budget of ${taskLabel(task.id)}`,
      parts: [{ kind: 'list', items }],
      buttons: [],
      summary: `${taskLabel(task.id)} has cost ${spendWords(spend)}.`,
    },
  });
}

async function projectLines(context: Context, project: Project): Promise<readonly (readonly Span[])[]> {
  const { store, settings } = context.ports;
  const rules = settings.rulesOf(project.id);
  const standings = await standingsOf(store, rules, payerOf(project), context.at);
  const lines: (readonly Span[])[] = [];
  for (const scope of scopesOf(payerOf(project), context.at)) {
    const standing = standings.find((each) => scopeKey(each.scope) === scopeKey(scope));
    if (standing !== undefined) lines.push(standingLine(standing));
    else {
      const spend = await spendOfScope(store, rules, scope);
      lines.push([bold(scopeTitle(scope)), text(` ${spendWords(spend)}, no cap`)]);
    }
  }
  const live = (await store.tasksInStates(['assigned', 'running'])).filter(
    (task) => task.project === project.id,
  );
  for (const task of live.slice(0, TASKS_SHOWN)) lines.push(await liveTaskLine(context, task));
  return lines;
}

async function liveTaskLine({ ports, at }: Context, task: Task): Promise<readonly Span[]> {
  const rules = ports.settings.rulesOf(task.project);
  const { spend, standings } = await limitsOfTask(ports.store, rules, task, at);
  const own = standings.find(({ scope }) => scope.kind === 'task');
  return [...taskLine(task), text(` — ${spendWords(spend)}`), text(own === undefined ? '' : ofCap(own))];
}

function standingLine(standing: BudgetStanding): readonly Span[] {
  return [
    bold(scopeTitle(standing.scope)),
    text(` ${spendWords(standing.spend)}${ofCap(standing)}${isSpent(standing) ? ': spent' : ''}`),
  ];
}

function ofCap(standing: BudgetStanding): string {
  return ` of ${dollars(standing.capUsd)} (${spentPercent(standing)} %)`;
}

async function projectsOf(
  { ports }: Context,
  of: Extract<BudgetOf, { kind: 'project' }> | null,
): Promise<Result<readonly Project[], Refusal>> {
  if (of === null) {
    const all = await ports.store.listProjects();
    return all.length === 0 ? refuse('no-such-project', NO_PROJECTS) : ok(all);
  }
  const project = await ports.store.projectOfRepo(of.repo);
  return project === null
    ? refuse('no-such-project', `I don't know ${of.repo}. \`projects\` lists what is known.`)
    : ok([project]);
}

function payerOf({ id, repo }: Project): Payer {
  return { id: null, project: id, repo };
}
