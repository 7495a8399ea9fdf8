import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Place } from '../../src/commands/index.ts';
import {
  type Advice,
  actionId,
  type Decision,
  gateInputOf,
  intendAction,
  pauseId,
  type StoredModelCall,
  sessionId,
} from '../../src/domain/index.ts';
import { createModel, createScriptedProtocol } from '../../src/model/index.ts';
import { redact } from '../../src/safety/index.ts';
import { question } from '../model/questions.ts';
import { QUIET } from '../support/fleet-state.ts';
import { ANN, CHANNEL, OLA, openWorld, readAnswer, SHELL, type World } from './world.ts';

const TOLD = { why: 'The brief says so.', strategy: null, confidence: 0.8 };
const SENT: Advice = { ...TOLD, kind: 'send', text: 'In the README.' };
const REPLY = { ...TOLD, strategy: 'none', option: 0, replies: [], text: '', action: 'wait' };

let world: World;
beforeEach(async () => {
  world = await openWorld();
});
afterEach(() => world[Symbol.asyncDispose]());

/** One question that was answered with words and typed, about a task of its own. */
async function decided(brief: string, change: Partial<StoredModelCall> = {}): Promise<void> {
  const host = (await world.store.listHosts())[0] ?? (await world.addHost());
  const { task, session } = await world.addRunningTask(host, { brief });
  const at = world.clock.now();
  await world.store.addModelCall({
    protocol: 'scripted',
    model: 'script',
    startedAt: at,
    endedAt: at,
    tries: 1,
    usage: { input: 1, output: 1, cacheRead: 0, cacheWrite: 0 },
    costUsd: null,
    task: task.id,
    session: session.id,
    generation: session.generation,
    question: question({ task: { ...question().task, brief } }),
    answer: { kind: 'advice', advice: SENT },
    decided: {
      decision: {
        kind: 'send-text',
        question: 'Where?',
        text: 'In the README.',
        why: 'w',
        confidence: 0.8,
        reasoner: 'model',
      },
      verdict: { kind: 'proceed' },
    },
    ...change,
  });
}

function asModel(...replies: Parameters<typeof createScriptedProtocol>[0]): void {
  world.outside.model = createModel({
    protocol: createScriptedProtocol(replies),
    name: 'script',
    prices: new Map([['other', { input: 1, output: 1, cacheRead: 0, cacheWrite: 0 }]]),
    redact,
    log: QUIET,
    now: world.clock.now,
  });
}

async function replayed(words = 'replay', place: Place = SHELL): Promise<string> {
  return readAnswer(await world.say(ANN, words, place));
}

test('another model is asked what was asked before, and where it decides otherwise is shown', async () => {
  await decided('the same');
  await decided('other words');
  await decided('another decision');
  await decided('too unsure');
  asModel(
    { about: 'the same', reply: { ...REPLY, action: 'send', text: 'In the README.' } },
    { about: 'other words', reply: { ...REPLY, action: 'send', text: 'In a note.' } },
    { about: 'another decision', reply: REPLY },
    { about: 'too unsure', reply: { ...REPLY, action: 'send', text: 'In the README.', confidence: 0.5 } },
  );
  const told = await replayed('replay --since 1d --model other');
  expect(told).toContain(
    '4 decisions once more: 1 are others, 1 are judged otherwise, 1 differ in words, 1 are the same.',
  );
  expect(told).toMatch(
    /T2, .*: send “In the README\.”, 80 % \(proceed\) → send “In a note\.”, 80 % \(proceed\)/,
  );
  expect(told).toMatch(/T3, .* → wait, 80 % \(proceed\)/);
  expect(told).toMatch(/T4, .* → send “In the README\.”, 50 % \(needs-approval\)/);
  expect(told).toMatch(/It took \d+ tokens, \$0\.0\d\./);
});

test('another policy judges again what was decided, and no model is asked', async () => {
  await decided('one');
  world.outside.policy = { ...world.outside.policy, actsAlone: false };
  const told = await replayed('replay --policy stricter.toml');
  expect(told).toContain('1 decisions once more: 0 are others, 1 are judged otherwise');
  expect(told).not.toContain('tokens');
});

test('what the rules decided is judged again by another policy, with what the gate looked at then', async () => {
  const host = await world.addHost();
  const { task, session } = await world.addRunningTask(host, { brief: 'one' });
  const at = world.clock.now();
  const risky = intendAction(
    {
      id: actionId('risky'),
      task: task.id,
      session: session.id,
      generation: session.generation,
      effect: { kind: 'type-text', text: 'Force-push it to main' },
      by: task.askedBy,
    },
    at,
  );
  const idle = { state: 'idle', confidence: 0.9, source: 'screen', rule: 'r', evidence: '' } as const;
  const input = {
    session,
    host,
    seen: { observation: idle, takenAt: at },
    generation: session.generation,
    pending: [risky],
    pause: null,
    holds: [],
    now: at,
  };
  const carryOut: Decision = {
    kind: 'carry-out',
    action: risky.id,
    effect: risky.effect,
    reasoner: 'carry-on',
    why: 'it was intended',
    confidence: 0.9,
  };
  const asked = { kind: 'needs-approval', why: 'rewrites history' } as const;
  const held = { ...input, pause: { id: pauseId('p') } };
  const resume: Decision = {
    kind: 'resume-work',
    text: 'go on',
    reasoner: 'limits',
    why: 'w',
    confidence: 1,
  };
  const dropped = { kind: 'drop', why: 'the director is paused' } as const;
  await world.store.recordDecision(session, carryOut, asked, at, gateInputOf(input, risky.id));
  await world.store.recordDecision(session, resume, dropped, at, gateInputOf(held, null));
  // Nothing tells what the gate looked at.
  await world.store.recordDecision(session, carryOut, asked, at);

  const told = await replayed('replay --policy same.toml');
  expect(told).toContain('2 decisions once more: 0 are others, 0 are judged otherwise');
  world.outside.policy = { ...world.outside.policy, trustsOwnWords: true };
  const trusting = await replayed('replay --policy trusting.toml');
  expect(trusting).toContain('2 decisions once more: 0 are others, 1 are judged otherwise');
  expect(trusting).toMatch(/T1, .*: type “Force-push it to main”, 90 % \(needs-approval\) → .* \(proceed\)/);
  asModel();
  expect(await replayed('replay')).toContain('0 decisions once more');
});

test('whether an agent had reached its goal is asked again', async () => {
  const wants = { kind: 'stop', said: 'Done.' } as const;
  const request = {
    session: sessionId('s'),
    generation: 1,
    ask: '1-1',
    event: 'Stop',
    wants,
    askedAt: world.clock.now(),
    state: 'waiting',
  } as const;
  const answer = { kind: 'go-on', guidance: 'The tests fail.' } as const;
  const decision: Decision = {
    kind: 'answer-hook',
    request,
    answer,
    reasoner: 'model',
    why: 'w',
    confidence: 0.8,
  };
  await decided('a goal', {
    question: question({ asks: { kind: 'may-stop', goal: 'All tests pass', said: 'Done.' } }),
    decided: { decision, verdict: { kind: 'proceed' } },
  });
  asModel({ reply: { ...REPLY, action: 'finish' } });
  expect(await replayed('replay --model other')).toMatch(
    /1 are others[\s\S]*answer-hook, 80 % \(proceed\) → end-lock, 80 % \(proceed\)/,
  );
});

test('what is older, was not decided on, or cannot be read is not replayed', async () => {
  await decided('older');
  world.clock.advance(3 * 86_400_000);
  await decided('too late', { decided: null });
  asModel({ reply: REPLY });
  expect(await replayed('replay --since 2d')).toContain('0 decisions once more');
  expect(await replayed('replay --since 7d')).toContain('1 decisions once more');
});

test('it does nothing, and stores nothing', async () => {
  await decided('one');
  asModel({ reply: { ...REPLY, action: 'restart' } });
  await replayed();
  expect(
    await world.store.actionsOfTasks((await world.store.tasksInStates(['running'])).map(({ id }) => id)),
  ).toEqual([]);
  expect((await world.store.modelCallsSince(new Date(0), 9)).calls).toHaveLength(1);
});

test('a file of the bot’s machine is named from a shell only, and all of it is for admins', async () => {
  expect(await replayed('replay --policy /etc/passwd', CHANNEL)).toContain('ask from a shell there');
  expect(await world.say(OLA, 'replay')).toMatchObject({ ok: false, error: { kind: 'not-allowed' } });
  expect(await replayed('replay --since 90d')).toContain('up to 30 days');
});
