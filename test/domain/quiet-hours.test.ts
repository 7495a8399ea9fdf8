import { expect, test } from 'vitest';
import { parseQuietHours, quietHold } from '../../src/domain/index.ts';

function hours(written: string, timeZone = 'UTC') {
  const parsed = parseQuietHours(written, timeZone);
  if (!parsed.ok) throw new Error(written);
  return parsed.value;
}

const untilOf = (written: string, at: string, timeZone?: string) =>
  quietHold(hours(written, timeZone), new Date(at))?.until?.toISOString() ?? null;

test.each([
  ['over midnight, before it', '22:00-07:00', '2026-11-22T22:00:00Z', '2026-11-23T07:00:00.000Z'],
  ['over midnight, after it', '22:00-07:00', '2026-11-23T06:59:59Z', '2026-11-23T07:00:00.000Z'],
  ['over midnight, at its end', '22:00-07:00', '2026-11-23T07:00:00Z', null],
  ['by day, just before', '12:00-13:30', '2026-11-22T11:59:59Z', null],
  ['by day', '12:00-13:30', '2026-11-22T13:00:30Z', '2026-11-22T13:30:00.000Z'],
])('quiet %s', (_, written, at, until) => {
  expect(untilOf(written, at)).toBe(until);
});

test('the clock that counts is the one where people live', () => {
  expect(untilOf('22:00-07:00', '2026-11-22T21:30:00Z', 'Europe/Berlin')).toBe('2026-11-23T06:00:00.000Z');
  expect(untilOf('22:00-07:00', '2026-11-22T20:30:00Z', 'Europe/Berlin')).toBe(null);
});

test('a night in which clocks are turned ends at the same hour of the clock', () => {
  expect(untilOf('22:00-07:00', '2026-10-24T22:00:00Z', 'Europe/Berlin')).toBe('2026-10-25T06:00:00.000Z');
  expect(untilOf('22:00-07:00', '2026-03-28T22:00:00Z', 'Europe/Berlin')).toBe('2026-03-29T05:00:00.000Z');
});

test('nothing is quiet without hours, and hours have to be some', () => {
  expect(quietHold(null, new Date())).toBe(null);
  for (const written of ['', '22-7', '24:00-07:00', '07:00-07:00', '22:00']) {
    expect(parseQuietHours(written, 'UTC').ok).toBe(false);
  }
});
