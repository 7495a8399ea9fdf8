import { expect, test } from 'vitest';
import type { Identity } from '../../src/commands/index.ts';
import { askModel } from '../../src/director/ask-model.ts';
import type { DirectorPorts } from '../../src/director/index.ts';
import {
  APPROVE,
  type BudgetRules,
  DEFAULT_POLICY,
  DEFAULT_RULES,
  DENY,
  NO_BUDGET,
  type OpenApproval,
  type ProjectRules,
  type Session,
  type TaskId,
  type Usage,
} from '../../src/domain/index.ts';
import { withLimits } from '../../src/limits/index.ts';
import { createConfiguredModel } from '../../src/model/index.ts';
import { desiredMessages } from '../../src/notify/desired-messages.ts';
import { redact } from '../../src/safety/index.ts';
import { ANN, OLA, openWorld, PAT, readAnswer, type World } from '../commands/world.ts';
import { openModelDouble } from '../doubles/model.ts';
import { QUIET } from '../support/fleet-state.ts';
import { until } from '../support/until.ts';
import { openStage, type Stage, WITHIN, wordsFor } from './meters.ts';

const SLOW = { timeout: 90_000 };
const REST_MS = 25_000;
const NEVER = new AbortController().signal;
const USED = {
  input_tokens: 1_000,
  output_tokens: 0,
  cache_read_input_tokens: 0,
  cache_creation_input_tokens: 0,
};
const WAIT = {
  why: 'It rests.',
  strategy: 'none',
  action: 'wait',
  text: '',
  option: 0,
  replies: [],
  confidence: 0.9,
};

type Spending = AsyncDisposable & { readonly world: World; readonly stage: Stage };

/** People and agents of one fleet, with these caps. */
async function openSpending(
  budget: Partial<BudgetRules>,
  modelAt: (now: () => Date) => DirectorPorts['model'] = () => null,
  more: Partial<ProjectRules> = {},
): Promise<Spending> {
  const rules = { ...DEFAULT_RULES, ...more, budget: { ...NO_BUDGET, ...budget } };
  const world = await openWorld({ agents: ['meter'], rulesOf: () => rules });
  const stage = await openStage(world, { rules, model: modelAt(world.clock.now) });
  return {
    world,
    stage,
    async [Symbol.asyncDispose]() {
      await stage[Symbol.asyncDispose]();
      await world[Symbol.asyncDispose]();
    },
  };
}

/** What the agent of a session says that its conversation has cost so far. */
async function costs({ world }: Spending, { id }: Session, costUsd: number): Promise<void> {
  const usage: Usage = {
    inputTokens: 1_000,
    outputTokens: 100,
    cacheReadTokens: 0,
    cacheWriteTokens: 0,
    costUsd,
  };
  await world.store.recordUsage(id, 'talk.jsonl', usage, world.clock.now());
}

async function rest({ world, stage }: Spending): Promise<void> {
  await stage.round();
  world.clock.advance(REST_MS);
  await stage.round();
}

async function questions({ world }: Spending): Promise<readonly OpenApproval[]> {
  return (await world.store.openApprovals()).flatMap((each) => (each.state === 'open' ? [each] : []));
}

async function cardOf({ world, stage }: Spending, id: TaskId): Promise<string> {
  const task = await world.store.findTask(id);
  if (task === null) throw new Error(`T${id} is gone`);
  const story = await withLimits(world.store, stage.ports.settings.rulesOf, world.clock.now)(task.thread);
  const [card] = story === null ? [] : desiredMessages(story, 'slack', []);
  return JSON.stringify(card);
}

/** Asks for a task at the door, and waits until its agent rests. */
async function begin({ world, stage }: Spending, words: string): Promise<Session> {
  const before = await world.store.tasksInStates(['queued', 'assigned', 'running']);
  await world.say(ANN, `add ${words}`);
  const [task] = (await world.store.tasksInStates(['queued'])).filter(
    ({ id }) => !before.some((each) => each.id === id),
  );
  if (task === undefined) throw new Error(`no task was queued by ${words}`);
  return stage.sees(task.id, 'idle');
}

/** The one question that is open. */
async function theQuestion(spending: Spending): Promise<OpenApproval> {
  const [question, ...more] = await questions(spending);
  if (question === undefined || more.length > 0) throw new Error(`${more.length + 1} questions are open`);
  return question;
}

const press = ({ world }: Spending, by: Identity, { id }: OpenApproval, choice: string) =>
  world.ask(by, { kind: 'button', button: { kind: 'answer', approval: id, choice } });

const typed = ({ stage }: Spending) => stage.done.filter(({ what }) => what === 'type').length;

test(
  'a cap is shown from 80 % on, stops an agent at the end of its turn when it is reached, and asks once',
  SLOW,
  async () => {
    await using spending = await openSpending({});
    const { world, stage } = spending;
    const session = await begin(spending, 'wait --budget 5');
    await costs(spending, session, 3.9);
    expect(await cardOf(spending, session.task)).not.toContain('Budget of');
    await costs(spending, session, 4.2);
    await rest(spending);
    expect(await cardOf(spending, session.task)).toContain('$4.20 of $5.00, 84 %');
    expect(await questions(spending)).toEqual([]);

    await costs(spending, session, 5.6);
    await world.store.addAction(wordsFor(stage, session, world.ann.id));
    await rest(spending);
    await rest(spending);
    const question = await theQuestion(spending);
    expect(question.choices.map(({ label }) => label)).toEqual(['Continue, up to $10.00', 'Stop T1']);
    expect(await cardOf(spending, session.task)).toContain('the budget of T1 is spent: $5.60 of $5.00');
    expect(typed(spending)).toBe(0);

    expect(readAnswer(await press(spending, OLA, question, APPROVE))).toContain('not-allowed');
    await press(spending, PAT, question, APPROVE);
    await until(
      async () => {
        await stage.round();
        return typed(spending) === 1;
      },
      { ...WITHIN, what: 'the words that were held' },
    );
    expect(await questions(spending)).toEqual([]);
    expect(readAnswer(await world.say(ANN, 'budget T1'))).toContain('T1 $5.60 of $10.00 (56 %)');
  },
);

test(
  'Stop ends the agent and cancels its task, and takes one person where a yes takes two',
  SLOW,
  async () => {
    const routine = { ...DEFAULT_POLICY, votes: 2 };
    const approvals = { ...DEFAULT_RULES.approvals, routine };
    await using spending = await openSpending({ taskUsd: 2 }, () => null, { approvals });
    const session = await begin(spending, 'wait');
    await costs(spending, session, 2);
    await rest(spending);
    await press(spending, PAT, await theQuestion(spending), DENY);
    await until(
      async () => {
        await spending.stage.round();
        return (await spending.world.store.findTask(session.task))?.state === 'cancelled';
      },
      { ...WITHIN, what: 'the end of the task' },
    );
    expect(typed(spending)).toBe(0);
  },
);

test(
  'the cap of a project’s day holds back what waits, is asked about once for all, and is a new one the next day',
  SLOW,
  async () => {
    await using spending = await openSpending({ dayUsd: 10 });
    const { world, stage } = spending;
    const one = await begin(spending, 'wait');
    const other = await begin(spending, 'wait too');
    await costs(spending, one, 4);
    await costs(spending, other, 6);
    await world.say(ANN, 'add wait in vain');
    await rest(spending);
    await rest(spending);
    const question = await theQuestion(spending);
    const why = 'the budget of acme/api today is spent: $10.00 of $10.00';
    expect(await world.store.tasksInStates(['queued'])).toMatchObject([{ unplacedBecause: why }]);
    expect(readAnswer(await world.say(ANN, 'budget acme/api'))).toContain('$10.00 of $10.00 (100 %): spent');

    world.clock.advance(24 * 60 * 60_000);
    await stage.round();
    await stage.round();
    expect(await questions(spending)).toEqual([]);
    expect((await world.store.lockApproval(question.id))?.state).toBe('withdrawn');
    expect(await world.store.tasksInStates(['queued'])).toEqual([]);
    expect(readAnswer(await world.say(ANN, 'budget'))).toContain('acme/api today $0.00 of $10.00 (0 %)');
  },
);

test('what is told again is counted once, and grows on the day on which it is read', async () => {
  await using spending = await openSpending({});
  const { world } = spending;
  const { task, session } = await world.addRunningTask(await world.addHost());
  const spent = async () =>
    (await world.store.usageOfTask(task.id)).reduce((sum, each) => sum + each.costUsd, 0);
  for (const costUsd of [1, 1, 1.5]) await costs(spending, session, costUsd);
  expect(await spent()).toBe(1.5);
  world.clock.advance(24 * 60 * 60_000);
  await costs(spending, session, 2);
  expect(await spent()).toBe(2);
  const [today] = await world.store.usageOfProject(task.project, world.clock.now());
  expect(today?.costUsd).toBe(0.5);
});

test(
  'a director whose own money is spent asks no model until the next day, and people answer',
  SLOW,
  async () => {
    await using double = await openModelDouble();
    const { apiKey, url: baseUrl, name } = double;
    const dear = { input: 600, output: 0, cacheRead: 0, cacheWrite: 0 };
    const service = {
      protocol: 'anthropic',
      apiKey,
      baseUrl,
      name,
      prices: new Map([[name, dear]]),
    } as const;
    await using spending = await openSpending({ directorDayUsd: 0.5 }, (now) =>
      createConfiguredModel(service, { redact, log: QUIET, now }),
    );
    const { world, stage } = spending;
    const isAsked = async ({ task }: Session) =>
      (await world.store.actionsOfTasks([task])).some(({ effect }) => effect.kind === 'ask-model');
    const one = await begin(spending, 'wait');
    await rest(spending);
    expect(await isAsked(one)).toBe(true);
    double.plan({ kind: 'answer', value: WAIT, usage: USED });
    await askModel(stage.ports, one.id, NEVER);
    expect(double.asked).toHaveLength(1);
    const told = readAnswer(await world.say(ANN, 'budget acme/api'));
    expect(told).toContain('the director’s own questions for acme/api today $0.60 of $0.50 (120 %): spent');

    const other = await begin(spending, 'wait too');
    await rest(spending);
    await rest(spending);
    expect(await isAsked(other)).toBe(false);
    const events = await world.store.eventsOfTask(other.task, 20);
    expect(events.map(({ kind }) => kind)).toContain('agent-observed');
    expect(JSON.stringify(events)).toContain(
      'I ask no model for now: the budget of the director’s own questions for acme/api today is spent, $0.60 of $0.50.',
    );
    world.clock.advance(24 * 60 * 60_000);
    await stage.round();
    expect(await isAsked(other)).toBe(true);
  },
);
