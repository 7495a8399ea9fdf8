import {
  LOCK_FOR_MAX_MS,
  LOCK_FOR_MIN_MS,
  ok,
  PERMISSION_MODES,
  PRIORITIES,
  parseRepo,
  parseTaskLabel,
  type Result,
  type TaskId,
  TURNS_MAX,
} from '../../domain/index.ts';
import type { Refusal } from '../request.ts';
import type { Command } from './command.ts';
import { splitFlags } from './flags.ts';
import { bad, clip, parseCount, parseDollars, parseOptionalTask, spanMs, unquote, wordsOf } from './words.ts';

const ADD_FLAGS = ['repo', 'priority', 'agent', 'host', 'after', 'budget', 'turns', 'mode'] as const;

export function parseAdd(rest: string): Result<Command, Refusal> {
  const split = splitFlags(rest, ADD_FLAGS);
  if (!split.ok) return split;
  const { flags, text } = split.value;
  const brief = unquote(text);
  if (brief === '' && flags.size === 0) return ok({ kind: 'open-add-form', brief: '' });
  if (brief === '')
    return bad('What should the agent do? Write it after `add`: `add Fix the login test --repo owner/name`.');

  const repoWord = flags.get('repo');
  const repo = repoWord === undefined ? ok(null) : parseRepo(repoWord);
  if (!repo.ok)
    return bad(`\`${clip(repoWord ?? '')}\` is not a repository. Write it as \`--repo owner/name\`.`);

  const priorityWord = flags.get('priority')?.toLowerCase() ?? 'medium';
  const priority = PRIORITIES.find((each) => each === priorityWord);
  if (priority === undefined) {
    return bad(`\`${clip(priorityWord)}\` is not a priority. Use one of ${PRIORITIES.join(', ')}.`);
  }
  const after = parseTasks(flags.get('after'));
  if (after === null)
    return bad(`\`${clip(flags.get('after') ?? '')}\` names no tasks. Write them as \`--after T12,T13\`.`);
  const budgetUsd = flags.has('budget') ? parseDollars(flags.get('budget') ?? '') : null;
  if (budgetUsd === undefined) return bad('`--budget` takes dollars: `--budget 5` or `--budget 2.50`.');
  const maxTurns = parseCount(flags.get('turns'), TURNS_MAX);
  if (maxTurns === undefined) return bad(`\`--turns\` takes a number from 1 to ${TURNS_MAX}.`);
  const modeWord = flags.get('mode')?.toLowerCase();
  const permissionMode = modeWord === undefined ? null : PERMISSION_MODES.find((each) => each === modeWord);
  if (permissionMode === undefined) {
    return bad(`\`${clip(modeWord ?? '')}\` is not a mode. Use one of ${PERMISSION_MODES.join(', ')}.`);
  }
  return ok({
    kind: 'add',
    brief,
    repo: repo.value,
    priority,
    agent: flags.get('agent') ?? null,
    host: flags.get('host') ?? null,
    after,
    budgetUsd,
    permissionMode,
    maxTurns,
  });
}

/** `T12,T13`, each once. Null: something else. */
function parseTasks(words: string | undefined): readonly TaskId[] | null {
  if (words === undefined) return [];
  const tasks = words.split(',').map(parseTaskLabel);
  return tasks.includes(null) ? null : [...new Set(tasks.filter((task) => task !== null))];
}

export function parseReassign(rest: string): Result<Command, Refusal> {
  const [first, second, ...more] = wordsOf(rest);
  const task = first === undefined ? null : parseTaskLabel(first);
  const host = task === null ? first : second;
  if (more.length > 0 || (task === null && second !== undefined)) {
    return bad('Name a task, and a host if it matters which: `reassign T12 dev2`.');
  }
  return ok({ kind: 'reassign', task, host: host ?? null });
}

export function parseResumeTask(rest: string): Result<Command, Refusal> {
  const task = parseTaskLabel(rest);
  return task === null
    ? bad(
        '`resume` alone lets the director go on, `resume T12` a task whose agent was lost, and `hosts resume dev1` a host.',
      )
    : ok({ kind: 'resume-task', task });
}

const GOAL_MAX = 1_000;

export function parseLock(words: string): Result<Command, Refusal> {
  const [, rest = '', said] = /^(.*?)(?:(?:^|\s)(?:--|—|–)?goal(?:\s+(.*))?)?$/is.exec(words) ?? [];
  const goal = said === undefined ? null : unquote(said.trim());
  if (goal === '' || (goal?.length ?? 0) > GOAL_MAX || (said === undefined && rest.length < words.length)) {
    return bad(
      `Write the goal behind \`goal\`, in ${GOAL_MAX} characters at most: \`lock T12 for 3h goal All tests pass\`.`,
    );
  }
  const timed = /(?:^|\s)for(?:\s+(.*))?$/is.exec(rest);
  const forMs = timed === null ? null : spanMs(timed[1] ?? '');
  if (forMs === undefined || (forMs !== null && (forMs < LOCK_FOR_MIN_MS || forMs > LOCK_FOR_MAX_MS))) {
    return bad(
      `A lock lasts ${LOCK_FOR_MIN_MS / 60_000} min to ${LOCK_FOR_MAX_MS / 86_400_000} days: \`lock T12 for 3h\`. Without \`for\` it holds until \`unlock\`.`,
    );
  }
  const named = timed === null ? rest : rest.slice(0, timed.index);
  return parseOptionalTask(named, 'lock', (task) => ({ kind: 'lock', task, forMs, goal }));
}
