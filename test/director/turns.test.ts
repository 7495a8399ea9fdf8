import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { askModel } from '../../src/director/ask-model.ts';
import { DEFAULT_RULES } from '../../src/domain/index.ts';
import { createConfiguredModel } from '../../src/model/index.ts';
import { redact } from '../../src/safety/index.ts';
import { ANN, openWorld, readAnswer } from '../commands/world.ts';
import { openModelDouble } from '../doubles/model.ts';
import { QUIET } from '../support/fleet-state.ts';
import { until } from '../support/until.ts';
import { openStage, WITHIN, wordsFor } from './meters.ts';

const NEVER = new AbortController().signal;
const SLOW = { timeout: 90_000 };
const REST_MS = 25_000;

test(
  'after its turns an agent is neither asked about nor typed to, people say whether it has more, and the model is told what is there then',
  SLOW,
  async () => {
    await using double = await openModelDouble();
    const { apiKey, url: baseUrl, name } = double;
    const service = { protocol: 'anthropic', apiKey, baseUrl, name, prices: new Map() } as const;
    await using world = await openWorld({ agents: ['meter'], agentsWithoutModes: [] });
    const model = createConfiguredModel(service, { redact, log: QUIET, now: world.clock.now });
    await using stage = await openStage(world, { rules: DEFAULT_RULES, model });
    const { store, clock } = world;
    await world.say(ANN, 'add work --turns 1 --mode edits');
    const [task] = await store.tasksInStates(['queued']);
    if (task === undefined) throw new Error('no task was queued');

    const { id } = task;
    const rest = async () => {
      writeFileSync(join(stage.place.home, 'rested'), '');
      await stage.sees(id, 'idle');
      clock.advance(REST_MS);
      await stage.round();
      await stage.round();
    };
    const effects = async () => (await store.actionsOfTasks([id])).map(({ effect }) => effect.kind);

    const session = await stage.sees(task.id, 'busy');
    expect((await store.lastObservation(session.id))?.screen.join()).not.toContain('ready');
    await rest();
    expect((await store.lastObservation(session.id))?.screen.join()).toContain('may do: edits');
    const [first, ...others] = await store.openApprovals();
    if (first === undefined) throw new Error('nobody is asked');
    expect(others).toEqual([]);
    expect(first.subject).toMatchObject({ question: 'The agent has used its turns, 1 of 1. Go on?' });
    expect(first.choices.map(({ label }) => label)).toEqual(['1 more turn', 'End the agent', 'Leave it']);
    expect(readAnswer(await world.say(ANN, `status T${task.id}`))).toContain('Turns: 1 of 1');
    expect(await effects()).toEqual([]);

    await store.addAction(wordsFor(stage, session, world.ann.id, 'work on'));
    await stage.sees(task.id, 'busy');
    expect((await store.openApprovals()).map(({ id }) => id)).toEqual([]);
    await rest();
    const [second] = await store.openApprovals();
    if (second === undefined) throw new Error('nobody is asked again');
    expect(second.subject).toMatchObject({ question: 'The agent has used its turns, 2 of 1. Go on?' });
    expect(await effects()).toEqual(['type-text']);

    await world.ask(ANN, { kind: 'button', button: { kind: 'answer', approval: second.id, choice: '0' } });
    await until(
      async () => {
        await stage.round();
        return (await effects()).includes('ask-model');
      },
      { ...WITHIN, what: 'the model to be asked again' },
    );
    // Nobody has looked since.
    await stage.place.tmux('send-keys', '-t', `=${session.name}:`, '-l', 'by hand');
    const shown = () => stage.place.tmux('capture-pane', '-p', '-t', `=${session.name}:`);
    await until(async () => (await shown()).includes('by hand'), WITHIN);
    await askModel(stage.ports, session.id, NEVER);
    expect(JSON.stringify(double.asked)).toContain('by hand');
    expect(readAnswer(await world.say(ANN, `explain T${task.id}`))).toContain('Turns: 2 of 3');
    expect(readAnswer(await world.say(ANN, `decisions T${task.id}`))).toContain(
      'let the agent have 3 turns in all',
    );
  },
);
