import { expect, test } from 'vitest';
import {
  chooseStrategies,
  MOST_STRATEGIES,
  STRATEGIES,
  type StrategyId,
  type StrategySituation,
  strategyNamed,
} from '../../src/domain/index.ts';
import { DIALOG, OBSERVATIONS } from '../director/situations.ts';

const HOUR_MS = 3_600_000;

const observed = (name: string): Pick<StrategySituation, 'observation'> => {
  const observation = OBSERVATIONS[name];
  if (observation === undefined) throw new Error(`there is no observation ${name}`);
  return { observation };
};

const asking = (question: string): Pick<StrategySituation, 'observation'> => ({
  observation: {
    confidence: 0.9,
    source: 'screen',
    rule: 'test',
    evidence: question,
    state: 'waiting_input',
    promptKind: 'text_question',
    question,
  },
});

/** An agent in the middle of its work that rests for a moment. */
function situation(more: Partial<StrategySituation> = {}): StrategySituation {
  return {
    ...observed('idle'),
    unchangedForMs: 1_000,
    stuckForMs: null,
    followedForMs: 2 * HOUR_MS,
    isAdopted: false,
    isOnDefaultBranch: false,
    isLocked: false,
    hasPullRequest: false,
    queuedTasks: 0,
    brief: 'Add a health endpoint',
    said: ['I have read the code.'],
    changedFiles: ['src/health.ts'],
    errors: [],
    ...more,
  };
}

const chosen = (more: Partial<StrategySituation> = {}): readonly StrategyId[] =>
  chooseStrategies(situation(more)).map(({ id }) => id);

const UNTOUCHED = { changedFiles: [] } as const;
const DELIVERED = { hasPullRequest: true, said: ['Ran the end-to-end tests, all green.'] } as const;
const tenFiles = Array.from({ length: 10 }, (_, nth) => `src/${nth}.ts`);

const FIRST: readonly (readonly [when: string, more: Partial<StrategySituation>, first: StrategyId])[] = [
  ['an agent that rests', {}, 'workflow-compliance'],
  ['an agent that asks by a dialog', observed('dialog'), 'workflow-compliance'],
  ['a turn that is over', observed('completed'), 'outside-in-testing-gate'],
  ['a pull request without such tests', { hasPullRequest: true }, 'outside-in-testing-gate'],
  [
    'words that call the work done, after such tests',
    { said: ['Finished, and tried in the browser tests.'] },
    'goal-measurement',
  ],
  ['a stub', { said: ['The mailer is a stub for now.'] }, 'philosophy-enforcement'],
  [
    'several modules that nobody has looked into',
    { ...UNTOUCHED, brief: 'Rename the header across all services' },
    'parallel-investigation',
  ],
  ['a large pull request', { hasPullRequest: true, changedFiles: tenFiles }, 'outside-in-testing-gate'],
  ['a lock', { isLocked: true }, 'lock-mode'],
  ['two hours at one thing', { ...observed('thinking'), unchangedForMs: 2 * HOUR_MS }, 'lock-mode'],
  ['work that is delivered and tried', DELIVERED, 'quality-audit'],
  ['a hook that fails', { errors: ['pre-commit: ruff failed'] }, 'pre-commit-diagnostic'],
  ['checks that are red', asking('The CI run is red. Shall I look?'), 'ci-recovery'],
  ['work on the default branch', { isOnDefaultBranch: true }, 'worktree-isolation'],
  ['a question about the branch', asking('Which branch should I use?'), 'worktree-isolation'],
  [
    'an area that nobody knows',
    { ...UNTOUCHED, brief: 'Find out why the sync stops at night' },
    'investigate-first',
  ],
  ['a schema that changes', { brief: 'Plan the database schema change' }, 'architect-first'],
  [
    'an agent that is done while others wait',
    { queuedTasks: 2, said: ['Done: it is finished, with browser tests.'] },
    'goal-measurement',
  ],
  ['a question for what is next', asking('What is next?'), 'sprint-planning'],
  ['security from the start', { ...UNTOUCHED, brief: 'Rework password storage' }, 'n-version'],
  ['a choice between two ways', asking('Redis or a table?'), 'debate'],
  ['something live', asking('Shall I deploy it?'), 'dry-run-first'],
  ['a session that was just adopted', { isAdopted: true, followedForMs: 1_000 }, 'adoption-protocol'],
  ['eight hours of rest', { unchangedForMs: 8 * HOUR_MS }, 'morning-briefing'],
  ['a force push', asking('May I force-push to main, or merge it?'), 'escalation'],
  ['a credential', asking('What is the API key?'), 'escalation'],
  ['the same problem three times', { errors: ['a', 'b', 'a', 'a'] }, 'escalation'],
  ['two hours of being stuck', { ...observed('retrying'), stuckForMs: 2 * HOUR_MS }, 'escalation'],
  ['what is hardly read', { observation: { ...situation().observation, confidence: 0.59 } }, 'escalation'],
];
test.each(FIRST)('%s calls first for its strategy', (_when, more, first) => {
  expect(chosen(more)[0]).toBe(first);
});

const NOT: readonly (readonly [when: string, more: Partial<StrategySituation>, not: StrategyId])[] = [
  ['tests that a user’s door had', DELIVERED, 'outside-in-testing-gate'],
  ['work that is not finished', { said: ['The mailer is not yet finished.'] }, 'goal-measurement'],
  ['the same problem twice', { errors: ['a', 'b', 'a'] }, 'escalation'],
  [
    'confidence that is just enough',
    { observation: { ...situation().observation, confidence: 0.6 } },
    'escalation',
  ],
  ['a locked task whose agent asks', { ...asking('Redis or a table?'), isLocked: true }, 'lock-mode'],
  [
    'a session that was adopted an hour ago',
    { isAdopted: true, followedForMs: HOUR_MS },
    'adoption-protocol',
  ],
  ['a small pull request', { hasPullRequest: true, changedFiles: tenFiles.slice(1) }, 'multi-agent-review'],
  ['a check that passes', { said: ['All CI checks pass.'] }, 'ci-recovery'],
  ['security in a change that has begun', { brief: 'Rework password storage' }, 'n-version'],
  ['one task that waits', { queuedTasks: 1, ...observed('completed') }, 'sprint-planning'],
];
test.each(NOT)('%s does not', (_when, more, not) => {
  expect(chosen(more)).not.toContain(not);
});

test('a pull request that is tried and large is reviewed after its audit', () => {
  expect(chosen({ ...DELIVERED, changedFiles: tenFiles })).toEqual([
    'quality-audit',
    'multi-agent-review',
    'workflow-compliance',
  ]);
});

test('whoever finishes while others wait is followed by a plan', () => {
  expect(chosen({ ...observed('completed'), queuedTasks: 2, said: ['Ran the e2e tests.'] })).toEqual([
    'goal-measurement',
    'sprint-planning',
    'workflow-compliance',
  ]);
});

test.each(['thinking', 'running', 'starting', 'ended', 'loggedOut', 'suspended', 'unknown'])(
  'nothing is said to an agent that takes no words: %s',
  (name) => {
    const { observation } = observed(name);
    expect(chosen({ observation: { ...observation, confidence: 1 }, isAdopted: true })).toEqual([]);
  },
);

test('of many that are triggered the best come first, and no more than a few', () => {
  const ids = chosen({
    ...asking('The pre-commit hook fails. Deploy it without, or drop the database?'),
    isOnDefaultBranch: true,
  });
  expect(ids).toEqual(['escalation', 'dry-run-first', 'pre-commit-diagnostic']);
  expect(ids).toHaveLength(MOST_STRATEGIES);
});

test('each of the 20 is chosen for some situation, and no two share a name', () => {
  const reached = new Set(
    [
      ...FIRST.map(([, more]) => more),
      { ...DELIVERED, changedFiles: tenFiles },
      { ...observed('completed'), queuedTasks: 2, said: ['Ran the e2e tests.'] },
    ].flatMap(chosen),
  );
  expect(STRATEGIES).toHaveLength(20);
  expect([...reached].toSorted()).toEqual(STRATEGIES.map(({ id }) => id).toSorted());
});

test('each says when, what to do and when not, in a line or two', () => {
  for (const { id, title, when, what, whenNot } of STRATEGIES) {
    expect(id).toBe(title.toLowerCase().replaceAll(' ', '-'));
    for (const sentence of [when, what, whenNot]) expect(sentence).toMatch(/^[^\n]{10,220}[.]$/);
    expect(when.length).toBeLessThanOrEqual(120);
    expect(whenNot).toMatch(/^Not /);
  }
});

test.each([
  ['13', 'architect-first'],
  ['#13', 'architect-first'],
  ['architect-first', 'architect-first'],
  ['Architect  First', 'architect-first'],
  [' 1 ', 'workflow-compliance'],
  ['20', 'escalation'],
])('%s names a strategy', (words, id) => {
  expect(strategyNamed(words)?.id).toBe(id);
});

test.each(['', '0', '21', '-1', '1.5', 'architect', 'constructor'])('“%s” names none', (words) => {
  expect(strategyNamed(words)).toBeNull();
});

test('a dialog counts as a question like one in prose', () => {
  const dialog = { ...DIALOG, question: 'Run rm -rf build?' };
  const { evidence, rule, source, confidence } = situation().observation;
  expect(
    chosen({
      observation: {
        evidence,
        rule,
        source,
        confidence,
        state: 'waiting_input',
        promptKind: 'permission',
        dialog,
      },
    })[0],
  ).toBe('escalation');
});
