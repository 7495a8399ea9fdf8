import { expect, test } from 'vitest';
import {
  type AccountLimit,
  accountOf,
  type BudgetStanding,
  budgetHold,
  fractionOf,
  hostId,
  quotaHold,
  RESUMES_WITHIN_MS,
  resumesAt,
  scopeKey,
  scopesOf,
  sessionId,
  spendingQuestion,
  spendOf,
  spentPercent,
  taskId,
  UNNAMED_ACCOUNTS,
} from '../../src/domain/index.ts';
import { AT, LATER, newTask } from './tasks.ts';

const DEV1 = { id: hostId('host-1'), name: 'dev1' };
const CLAUDE = accountOf(UNNAMED_ACCOUNTS, 'claude', DEV1);

const limit = (more: Partial<AccountLimit> = {}): AccountLimit => ({
  session: sessionId('session-1'),
  generation: 1,
  account: CLAUDE,
  words: 'You’ve hit your session limit',
  toldAt: AT,
  until: LATER,
  isTimeTold: true,
  isOver: false,
  ...more,
});

const after = (ms: number) => new Date(LATER.getTime() + ms);

test.each<[string, readonly AccountLimit[], string, Date, RegExp | null]>([
  ['before its reset', [limit()], 'claude', AT, /claude on dev1 has reached its usage limit; it resets at/],
  ['another account', [limit()], 'codex', AT, null],
  [
    'an agent that names no time',
    [limit({ isTimeTold: false })],
    'claude',
    AT,
    /names no time .* next try is at/,
  ],
  [
    'the longest of several',
    [limit(), limit({ until: after(60_000) })],
    'claude',
    LATER,
    /resets at .*10:01 UTC/,
  ],
  ['when everybody goes on', [limit()], 'claude', after(RESUMES_WITHIN_MS), null],
])('an account is held back: %s', (_what, limits, agent, now, why) => {
  const hold = quotaHold(limits, accountOf(UNNAMED_ACCOUNTS, agent, DEV1), 'T12', now);
  if (why === null) expect(hold).toBeNull();
  else expect(hold?.why).toMatch(why);
});

test('each goes on at a moment of its own after the reset, and the same one whoever asks', () => {
  const ids = Array.from({ length: 200 }, (_unused, index) => `T${index}`);
  const moments = ids.map((id) => resumesAt(limit(), id).getTime() - LATER.getTime());
  expect(moments).toEqual(ids.map((id) => Math.floor(fractionOf(id) * RESUMES_WITHIN_MS)));
  expect(Math.min(...moments)).toBeGreaterThanOrEqual(0);
  expect(Math.max(...moments)).toBeLessThan(RESUMES_WITHIN_MS);
  for (let minute = 0; minute < 10; minute += 1) {
    const inIt = moments.filter((ms) => Math.floor(ms / 60_000) === minute).length;
    expect(inIt, `minute ${minute}`).toBeGreaterThan(5);
    expect(inIt, `minute ${minute}`).toBeLessThan(45);
  }
});

const TOKENS = { input: 1_000_000, output: 100_000, cacheRead: 2_000_000, cacheWrite: 0 };
const NO_TOKENS = { input: 0, output: 0, cacheRead: 0, cacheWrite: 0 };

test('money is what agents report, and tokens whose price is known; others are told apart', () => {
  const prices = new Map([['codex', { input: 2, output: 10, cacheRead: 0.5, cacheWrite: 0 }]]);
  const used = [
    { agent: 'claude', costUsd: 1.25, unpriced: NO_TOKENS },
    { agent: 'codex', costUsd: 0, unpriced: TOKENS },
    { agent: 'qwen', costUsd: 0, unpriced: TOKENS },
  ];
  expect(spendOf(used, prices)).toEqual({ usd: 1.25 + 2 + 1 + 1, unpricedTokens: 1_100_000 });
});

const standing = (usd: number, capUsd = 5, stepUsd = 5): BudgetStanding => ({
  scope: { kind: 'task', task: taskId(12) },
  spend: { usd, unpricedTokens: 0 },
  capUsd,
  stepUsd,
});

test.each([
  [4.99, 99, null],
  [5, 100, 'the budget of T12 is spent: $5.00 of $5.00'],
  [17, 340, 'the budget of T12 is spent: $17.00 of $5.00'],
])('with $%d of $5 spent, that is %d %% and holds back: %s', (usd, percent, why) => {
  expect(spentPercent(standing(usd))).toBe(percent);
  expect(budgetHold(standing(usd))?.why ?? null).toBe(why);
});

test('Continue raises a cap by whole steps until there is something to spend again', () => {
  expect(spendingQuestion(standing(5)).raisedUsd).toBe(10);
  expect(spendingQuestion(standing(17)).raisedUsd).toBe(20);
  expect(spendingQuestion(standing(20)).raisedUsd).toBe(25);
  expect(spendingQuestion(standing(0.1, 0, 0)).raisedUsd).toBe(1);
});

test('a day and a month have a cap of their own each, at midnight in UTC', () => {
  const keysAt = (time: string) => scopesOf(newTask(), new Date(time)).map(scopeKey);
  expect(keysAt('2026-11-30T23:59:59Z')).toEqual([
    'task 12',
    'day 2026-11-30 api',
    'month 2026-11 api',
    'director-day 2026-11-30 api',
  ]);
  expect(keysAt('2026-12-01T00:00:00Z')).toEqual([
    'task 12',
    'day 2026-12-01 api',
    'month 2026-12 api',
    'director-day 2026-12-01 api',
  ]);
});
