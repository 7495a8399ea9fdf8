import { expect, test } from 'vitest';
import { type Observation, stuckSince } from '../../src/domain/index.ts';

const AFTER_MS = 300_000;
const SINCE = new Date('2026-11-22T09:00:00Z');
const at = (ms: number) => new Date(SINCE.getTime() + ms);

const EVIDENCE = { confidence: 0.9, source: 'screen', rule: 'test', evidence: '' } as const;
const DIALOG = { promptKind: 'permission', question: 'Go on?', options: [] } as const;
const OBSERVATIONS: readonly [string, Observation, boolean][] = [
  ['unknown', { ...EVIDENCE, state: 'unknown', why: 'nothing known is on its screen' }, true],
  ['starting', { ...EVIDENCE, state: 'starting' }, true],
  ['retrying', { ...EVIDENCE, state: 'retrying' }, true],
  ['exiting', { ...EVIDENCE, state: 'exiting' }, true],
  ['words that were typed and not sent', { ...EVIDENCE, state: 'idle', rule: 'claude/typed-not-sent' }, true],
  ['thinking', { ...EVIDENCE, state: 'thinking' }, false],
  ['running', { ...EVIDENCE, state: 'running' }, false],
  ['compacting', { ...EVIDENCE, state: 'compacting' }, false],
  ['idle', { ...EVIDENCE, state: 'idle' }, false],
  ['completed', { ...EVIDENCE, state: 'completed' }, false],
  ['an error at the prompt', { ...EVIDENCE, state: 'error' }, false],
  ['a usage limit', { ...EVIDENCE, state: 'rate_limited', willRetry: false }, false],
  ['a dialog', { ...EVIDENCE, state: 'waiting_input', promptKind: 'permission', dialog: DIALOG }, false],
  ['a suspended agent', { ...EVIDENCE, state: 'suspended' }, false],
  ['a shell', { ...EVIDENCE, state: 'shell', exitStatus: 0, trouble: null }, false],
];

test.each(OBSERVATIONS)('unchanged for long, %s: stuck %s', (_what, observation, isStuck) => {
  const seen = { observation, unchangedSince: SINCE, isProtected: false };
  expect(stuckSince(seen, AFTER_MS, at(AFTER_MS))).toEqual(isStuck ? SINCE : null);
  expect(stuckSince(seen, AFTER_MS, at(AFTER_MS - 1))).toBeNull();
  expect(stuckSince({ ...seen, unchangedSince: at(1) }, AFTER_MS, at(AFTER_MS))).toBeNull();
  expect(stuckSince({ ...seen, isProtected: true }, AFTER_MS, at(10 * AFTER_MS))).toBeNull();
});
