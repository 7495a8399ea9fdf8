import { expect, test } from 'vitest';
import { actionId, approvalId, type ButtonRequest, taskId } from '../../src/domain/index.ts';
import { BUTTON_ACTION, encodeButton, parseButton } from '../../src/slack/button-codec.ts';

const REQUESTS: readonly ButtonRequest[] = [
  { kind: 'answer', approval: approvalId('a1'), choice: 'approve' },
  { kind: 'ask-again', approval: approvalId('a1') },
  { kind: 'say-why', approval: approvalId('a1') },
  { kind: 'task', verb: 'snapshot', task: taskId(1) },
  { kind: 'task', verb: 'cancel', task: taskId(12) },
  { kind: 'task', verb: 'retry', task: taskId(999_999_999) },
  { kind: 'task', verb: 'resume-task', task: taskId(4) },
  { kind: 'undo', task: taskId(3), action: actionId('w1') },
];

/** A row of pseudo-random numbers below one: the same in every run. */
function numbersFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

function anyText(next: () => number): string {
  const alphabet = Array.from('abcXYZ019 -_:"\'\\/{}<>&|\n\té漢🙂');
  return Array.from(
    { length: 1 + Math.floor(next() * 300) },
    () => alphabet[Math.floor(next() * alphabet.length)],
  ).join('');
}

test.each(REQUESTS)('a $kind button comes back as it went', (request) => {
  const { action_id, value } = encodeButton(request);
  expect(action_id).toMatch(BUTTON_ACTION);
  expect(parseButton(value)).toEqual({ ok: true, value: request });
});

test('whatever its ids are made of, a button comes back as it went and stays within the limits of Slack', () => {
  const next = numbersFrom(7);
  for (let round = 0; round < 300; round += 1) {
    const request: ButtonRequest = {
      kind: 'answer',
      approval: approvalId(anyText(next)),
      choice: anyText(next),
    };
    const { action_id, value } = encodeButton(request);
    expect(parseButton(value)).toEqual({ ok: true, value: request });
    expect(action_id.length).toBeLessThanOrEqual(255);
    expect(value.length).toBeLessThanOrEqual(2000);
  }
});

test('a button that would carry more than ids is never made', () => {
  expect(() =>
    encodeButton({ kind: 'answer', approval: approvalId('a'), choice: 'x'.repeat(2000) }),
  ).toThrow();
});

test.each([
  '',
  'not json',
  '{}',
  '{"kind":"task","verb":"delete","task":1}',
  '{"kind":"task","verb":"cancel","task":-1}',
])('the value %j is nobody’s button', (value) => {
  expect(parseButton(value)).toMatchObject({ ok: false, error: { kind: 'not-ours' } });
});
