import { expect, test } from 'vitest';
import { benchDecide } from './decide.ts';

test('a fleet that is watched for long costs the model no more than at first, and what is unchanged costs no call', async () => {
  const figures = await benchDecide({ cycles: 1_000, sessions: 20 }, () => {});
  expect(figures.unchanged.passes).toBeGreaterThan(100);
  expect(figures.unchanged.calls).toBe(0);
  expect(figures.callsPerCycle).toBeGreaterThan(0.5);
  const [first = 0, ...later] = figures.tokensPerCycleByTenth;
  for (const tokens of later) expect(tokens).toBeLessThan(first * 1.2);
  expect(figures.mostTokensOfOneCall).toBeLessThan(12_000);
  expect(figures.timesFewerTokens).toBeGreaterThan(4);
});
