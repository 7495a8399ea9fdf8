import { ok, parseRepo, parseTaskLabel, type Result } from '../../domain/index.ts';
import type { Refusal } from '../request.ts';
import type { BudgetOf, Command } from './command.ts';
import { bad, parseDollars, splitHead, unquote, wordsOf } from './words.ts';

export function parseBudget(rest: string): Result<Command, Refusal> {
  const [word, cap, ...more] = wordsOf(rest);
  if (word === undefined) return ok({ kind: 'budget', of: null, capUsd: null });
  const of = budgetOf(word);
  if (of === null || more.length > 0) {
    return bad('Name a task or a repository, and a new cap if it is to change: `budget T12 10`.');
  }
  const capUsd = cap === undefined ? null : parseDollars(cap);
  return capUsd === undefined
    ? bad('A cap is in dollars: `budget T12 10` or `budget owner/name 25.50`.')
    : ok({ kind: 'budget', of, capUsd });
}

function budgetOf(word: string): BudgetOf | null {
  const task = parseTaskLabel(word);
  if (task !== null) return { kind: 'task', task };
  const repo = parseRepo(word);
  return repo.ok ? { kind: 'project', repo: repo.value } : null;
}

export function parseQuota(rest: string): Result<Command, Refusal> {
  const { head, rest: account } = splitHead(rest);
  if (head === '') return ok({ kind: 'quota', lift: null });
  return head.toLowerCase() === 'lift' && account.trim() !== ''
    ? ok({ kind: 'quota', lift: unquote(account.trim()) })
    : bad('`quota` shows usage limits; `quota lift claude on dev1` ends one before its time.');
}
