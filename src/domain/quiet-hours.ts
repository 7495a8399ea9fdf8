import type { Hold } from './hold.ts';
import { err, ok, type Result } from './result.ts';

/** Hours of each day in which the director does nothing of its own accord. `to` before `from`: over midnight. */
export type QuietHours = {
  /** Minutes since midnight, where people live. */
  readonly from: number;
  readonly to: number;
  /** IANA: `Europe/Berlin`. */
  readonly timeZone: string;
};

const MINUTE_MS = 60_000;
const DAY_MINUTES = 24 * 60;
const WRITTEN = /^([01]\d|2[0-3]):([0-5]\d)\s*-\s*([01]\d|2[0-3]):([0-5]\d)$/;

/** Accepts `22:00-07:00`. */
export function parseQuietHours(
  written: string,
  timeZone: string,
): Result<QuietHours, { readonly kind: 'not-hours'; readonly text: string }> {
  const [, fromHour, fromMinute, toHour, toMinute] = WRITTEN.exec(written.trim()) ?? [];
  const from = Number(fromHour) * 60 + Number(fromMinute);
  const to = Number(toHour) * 60 + Number(toMinute);
  if (Number.isNaN(from + to) || from === to) return err({ kind: 'not-hours', text: written });
  return ok({ from, to, timeZone });
}

/** Null: it is not quiet at that time. */
export function quietHold(quiet: QuietHours | null, at: Date): Hold | null {
  if (quiet === null) return null;
  const minute = minuteOfDay(at, quiet.timeZone);
  const intoMinutes = wrapped(minute - quiet.from);
  const lastsMinutes = wrapped(quiet.to - quiet.from);
  if (intoMinutes >= lastsMinutes) return null;
  return {
    kind: 'quiet-hours',
    why: `it is quiet until ${clock(quiet.to)} (${quiet.timeZone})`,
    until: endOf(quiet, at, lastsMinutes - intoMinutes),
  };
}

/** Where clocks are turned in between, the end comes an hour earlier or later. */
function endOf({ to, timeZone }: QuietHours, at: Date, leftMinutes: number): Date {
  const wholeMinute = Math.floor(at.getTime() / MINUTE_MS) * MINUTE_MS;
  const expected = new Date(wholeMinute + leftMinutes * MINUTE_MS);
  const offBy = wrapped(minuteOfDay(expected, timeZone) - to + DAY_MINUTES / 2) - DAY_MINUTES / 2;
  return new Date(expected.getTime() - offBy * MINUTE_MS);
}

function minuteOfDay(at: Date, timeZone: string): number {
  const parts = new Intl.DateTimeFormat('en-GB', {
    timeZone,
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
  }).formatToParts(at);
  const partOf = (type: 'hour' | 'minute') => Number(parts.find((part) => part.type === type)?.value ?? 0);
  return partOf('hour') * 60 + partOf('minute');
}

function wrapped(minutes: number): number {
  return ((minutes % DAY_MINUTES) + DAY_MINUTES) % DAY_MINUTES;
}

function clock(minutes: number): string {
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}
