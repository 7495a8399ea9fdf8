import { expect, test } from 'vitest';
import { spreadOf, target } from './figures.ts';

test('percentiles are measured values: the first with so many of them at or below it', () => {
  const twenty = Array.from({ length: 20 }, (_, at) => 20 - at);
  expect(spreadOf(twenty)).toEqual({ samples: 20, p50Ms: 10, p95Ms: 19, maxMs: 20 });
  expect(spreadOf([7.6])).toEqual({ samples: 1, p50Ms: 8, p95Ms: 8, maxMs: 8 });
  expect(spreadOf([])).toEqual({ samples: 0, p50Ms: null, p95Ms: null, maxMs: null });
});

test('a target that was not measured is not met by that', () => {
  expect(target('first look', null, 5, 's').isMet).toBe(false);
  expect(target('first look', 5, 5, 's').isMet).toBe(true);
  expect(target('first look', 5.01, 5, 's').isMet).toBe(false);
});
