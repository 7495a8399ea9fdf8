import { expect, test } from 'vitest';
import {
  actorId,
  type Round,
  type RoundEntry,
  roundCard,
  roundFile,
  roundId,
  roundReport,
  taskId,
  threadId,
} from '../../src/domain/index.ts';

const AT = new Date('2026-11-22T09:00:00Z');

const entry = (session: string, more: Partial<RoundEntry> = {}): RoundEntry => ({
  host: 'dev1',
  session,
  task: taskId(1),
  repo: 'acme/shop',
  branch: 'main',
  agent: 'claude',
  state: 'waiting_input',
  evidence: 'Do you want to proceed?',
  decision: 'answer “Yes”',
  confidence: 0.8,
  why: 'the brief asks for it',
  isUnchanged: false,
  outcome: 'would',
  ...more,
});

const round = (more: Partial<Round> = {}): Round => ({
  id: roundId(3),
  kind: 'scout',
  by: actorId('ann'),
  thread: threadId('t'),
  scope: { host: null, session: null },
  isIncremental: false,
  isSaved: true,
  isForced: false,
  adopted: [taskId(1)],
  objectives: [],
  entries: [
    entry('done', { outcome: 'done' }),
    entry('main'),
    entry('broken', { repo: null, task: null, outcome: 'failed' }),
  ],
  total: 3,
  startedAt: AT,
  endedAt: AT,
  ...more,
});

const wordsOf = (of: Round): string => JSON.stringify(roundCard(of).parts);
const labelsOf = (of: Round): readonly string[] => roundCard(of).buttons.map(({ label }) => label);

test('a round tells by project what it found, what needs people first, and offers what comes next', () => {
  const words = wordsOf(round());
  expect(words).toContain('3 sessions: 1 decided, nothing done, 1 done, 1 failed.');
  expect(words.indexOf('In no project')).toBeLessThan(words.indexOf('acme/shop'));
  expect(words).toContain('waiting input — to answer “Yes” (80 % sure): the brief asks for it');
  expect(labelsOf(round())).toEqual(['Advance', 'Look again']);
  expect(labelsOf(round({ kind: 'advance' }))).toEqual(['Look again']);
});

test('while it goes on it says how far it is, and offers nothing', () => {
  const open = round({ endedAt: null, total: 5 });
  expect(wordsOf(open)).toContain('3 of 5 sessions are done.');
  expect(labelsOf(open)).toEqual([]);
  expect(wordsOf(round({ endedAt: null, total: null, entries: [] }))).toContain('I look for sessions.');
});

test('what is saved is the same report as a file, once it is complete', () => {
  const file = roundFile(round());
  expect(file).toMatchObject({ kind: 'attachment', file: { name: 'scout-R3', ending: 'json' } });
  const lines = file?.kind === 'attachment' && file.file.kind === 'text' ? file.file.lines : [];
  expect(lines.join('\n')).toBe(roundReport(round()));
  expect(JSON.parse(roundReport(round()))).toMatchObject({
    round: 'R3',
    adopted: [1],
    sessions: [{}, {}, {}],
  });
  expect(roundFile(round({ endedAt: null }))).toBeNull();
  expect(roundFile(round({ isSaved: false }))).toBeNull();
});

test('a long report is cut where people read it, and says where the rest is', () => {
  const entries = Array.from({ length: 40 }, (_, at) => entry(`s${at}`));
  expect(wordsOf(round({ entries }))).toContain('10 more are in ');
});
