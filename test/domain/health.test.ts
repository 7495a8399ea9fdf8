import { describe, expect, test } from 'vitest';
import { type Health, healthErrors, isHealthy, type Metric, wantsAttention } from '../../src/domain/index.ts';

const read = (value: number): Metric => ({ kind: 'read', value });
const unreadable: Metric = { kind: 'unreadable', why: 'no answer' };

function health(more: Partial<Health>): Health {
  return {
    memoryUsedPercent: read(10),
    diskUsedPercent: read(10),
    load: read(1),
    cores: read(2),
    uptimeMs: read(1000),
    agents: read(0),
    readAt: new Date(0),
    ...more,
  };
}

describe('the borders', () => {
  const rows = [
    ['memory', 94.99, true, true],
    ['memory', 95, false, true],
    ['memory', 80, true, false],
    ['memory', 80.01, true, true],
    ['disk', 89.99, true, true],
    ['disk', 90, false, true],
    ['disk', 80, true, false],
    ['disk', 80.01, true, true],
    ['disk', 0, true, false],
    ['disk', 100, false, true],
  ] as const;
  for (const [metric, value, healthy, attention] of rows) {
    test(`${metric} at ${value} % is ${healthy ? '' : 'not '}healthy and wants ${attention ? '' : 'no '}attention`, () => {
      const host = health(
        metric === 'memory' ? { memoryUsedPercent: read(value) } : { diskUsedPercent: read(value) },
      );
      expect([isHealthy(host), wantsAttention(host)]).toEqual([healthy, attention]);
    });
  }
});

describe('what could not be read', () => {
  for (const metric of [
    'memoryUsedPercent',
    'diskUsedPercent',
    'load',
    'cores',
    'uptimeMs',
    'agents',
  ] as const) {
    test(`${metric}: the host is not healthy, wants attention, and says why`, () => {
      const host = health({ [metric]: unreadable });
      expect([isHealthy(host), wantsAttention(host)]).toEqual([false, true]);
      expect(healthErrors(host)).toEqual([expect.stringMatching(/^\w+: no answer$/)]);
    });
  }
  test('where everything could be read there is no error', () => {
    expect(healthErrors(health({}))).toEqual([]);
  });
});
