import { describe, expect, test } from 'vitest';
import { resetTime } from '../../src/agents/reset-time.ts';

const NOW = new Date('2026-11-22T14:30:00Z');

describe('a time at which something may be used again', () => {
  test.each([
    ['a time of day, later today', 'resets 3pm', '2026-11-22T15:00:00Z'],
    ['a time of day that has passed is tomorrow', 'resets 2:15pm', '2026-11-23T14:15:00Z'],
    ['noon', 'resets at 12pm', '2026-11-23T12:00:00Z'],
    ['midnight', 'resets at 12:00 AM', '2026-11-23T00:00:00Z'],
    ['a clock of 24 hours', 'your limit will reset at 18:05', '2026-11-22T18:05:00Z'],
    ['a time zone by its place', 'resets 3pm (Europe/Berlin)', '2026-11-23T14:00:00Z'],
    ['a place that is still behind', 'resets 9am (America/New_York)', '2026-11-23T14:00:00Z'],
    ['a place where it is tomorrow already', 'resets 1am (Asia/Tokyo)', '2026-11-22T16:00:00Z'],
    ['half an hour', 'resets 9pm (Asia/Kolkata)', '2026-11-22T15:30:00Z'],
    ['a time zone by its short name', 'Access resets at 2:00 PM PDT.', '2026-11-22T21:00:00Z'],
    ['a zone that does not exist', 'resets 3pm (Mars/Base)', '2026-11-22T15:00:00Z'],
    ['a date', 'resets Nov 24 at 5pm (UTC)', '2026-11-24T17:00:00Z'],
    ['a date with its year', 'Try again at Nov 25th, 2026 3:05 PM.', '2026-11-25T15:05:00Z'],
    ['a date of next year', 'resets Jan 2, 9am', '2027-01-02T09:00:00Z'],
    ['the day in front of the month', 'resets on 1 December at 08:30', '2026-12-01T08:30:00Z'],
    ['tomorrow', 'try again tomorrow at 9am', '2026-11-23T09:00:00Z'],
    ['a day of the week', 'resets Tuesday at 6pm', '2026-11-24T18:00:00Z'],
    ['today, next week', 'resets Sun 1pm', '2026-11-29T13:00:00Z'],
    ['after a change of the clocks', 'resets Mar 30, 2027 at 9am (Europe/Berlin)', '2027-03-30T07:00:00Z'],
    ['hours', 'Please try again in 2 hours', '2026-11-22T16:30:00Z'],
    ['several units', 'or try again in 3 days 2 hours 5 minutes.', '2026-11-25T16:35:00Z'],
    ['short units', 'Limit reached, resets in 4h 12m', '2026-11-22T18:42:00Z'],
    ['seconds', 'Rate limit reached. Please try again in 20s.', '2026-11-22T14:30:20Z'],
    ['a fraction', 'try again in 1.5 hours', '2026-11-22T16:00:00Z'],
    ['seconds since 1970', 'Claude AI usage limit reached|1795363200', '2026-11-22T16:00:00Z'],
    ['a machine-readable time', 'resets at 2026-11-22T20:00:00+02:00', '2026-11-22T18:00:00Z'],
  ])('%s: %s', (_name, text, expected) => {
    expect(resetTime(text, NOW)?.toISOString()).toBe(new Date(expected).toISOString());
  });

  test('a time without a zone is on the clock of the machine that printed it', () => {
    expect(resetTime('resets 5pm', NOW, 'Europe/Berlin')).toEqual(new Date('2026-11-22T16:00:00Z'));
  });

  test.each([
    'Usage limit reached.',
    'it started at 3pm',
    'resets soon',
    'please try again',
    'reset the 3 counters',
    '',
  ])('no time: %s', (text) => {
    expect(resetTime(text, NOW)).toBeNull();
  });
});
