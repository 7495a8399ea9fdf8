/** A day and a time on somebody's clock; what the text leaves out is null. */
type ClockTime = {
  readonly year: number | null;
  readonly month: number | null;
  readonly day: number | null;
  readonly weekday: number | null;
  readonly isTomorrow: boolean;
  readonly hour: number;
  readonly minute: number;
};

const MONTHS = ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'];
const WEEKDAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const DAY_MS = 24 * 60 * 60 * 1000;
const UNIT_MS = { d: DAY_MS, h: 60 * 60 * 1000, m: 60_000, s: 1000 };

/** Short names that agents print, with their distance to UTC in minutes. */
const ZONES: Readonly<Record<string, number>> = {
  utc: 0,
  gmt: 0,
  bst: 60,
  cet: 60,
  cest: 120,
  eet: 120,
  eest: 180,
  jst: 540,
  est: -300,
  edt: -240,
  cst: -360,
  cdt: -300,
  mst: -420,
  mdt: -360,
  pst: -480,
  pdt: -420,
};

const AGAIN = /\b(?:resets?|try again|again|available|renews?|until)\b:?/gi;
const EPOCH = /\|(\d{10})\b/;
const ISO = /\b\d{4}-\d\d-\d\d[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)? ?(?:Z|[+-]\d\d:?\d\d)/i;
const DURATION =
  /^\W*(?:in|after)\s+(?:about |~)?((?:\d+(?:\.\d+)?\s*(?:days?|d|hours?|hrs?|h|minutes?|mins?|m|seconds?|secs?|s)\b(?:,| and)?\s*)+)/i;
const DURATION_PART = /(\d+(?:\.\d+)?)\s*([dhms])/gi;
const CLOCK = /\b(\d{1,2})(?::(\d\d))?(?::\d\d)?\s*([ap])\.?m\b\.?|\b([01]?\d|2[0-3]):(\d\d)\b/i;
const MONTH_DAY =
  /\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.? (\d{1,2})(?:st|nd|rd|th)?(?:,? (\d{4}))?\b/i;
const DAY_MONTH =
  /\b(\d{1,2})(?:st|nd|rd|th)? (jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?(?:,? (\d{4}))?\b/i;
const WEEKDAY = /\b(sun|mon|tue|wed|thu|fri|sat)[a-z]*\b/i;

/** How far behind the words "resets", "try again" the time may stand. */
const REACH = 80;

/**
 * The time at which something may be used again, from words such as "resets 3pm (Europe/Berlin)", "try again in 2 hours 5 minutes",
 * "Try again at Oct 5th, 2026 3:05 PM." Null: they name none.
 * @param since when the words appeared: a time of day means the next one after it
 * @param timeZone of the machine that printed them, for a time without one
 */
export function resetTime(text: string, since: Date, timeZone = 'UTC'): Date | null {
  const epoch = EPOCH.exec(text)?.[1];
  if (epoch !== undefined) return new Date(Number(epoch) * 1000);
  for (const { index, 0: word } of text.matchAll(AGAIN)) {
    const rest = text.slice(index + word.length, index + word.length + REACH);
    const time = absoluteTime(rest) ?? afterDuration(rest, since) ?? onClock(rest, since, timeZone);
    if (time !== null) return time;
  }
  return null;
}

function absoluteTime(text: string): Date | null {
  const iso = ISO.exec(text)?.[0];
  if (iso === undefined) return null;
  const time = new Date(iso.replace(' ', 'T').replace(' ', ''));
  return Number.isNaN(time.getTime()) ? null : time;
}

function afterDuration(text: string, since: Date): Date | null {
  const duration = DURATION.exec(text)?.[1];
  if (duration === undefined) return null;
  const parts = [...duration.matchAll(DURATION_PART)].map(
    ([, amount, unit]) => Number(amount) * unitMs(unit?.toLowerCase() ?? ''),
  );
  return new Date(since.getTime() + parts.reduce((sum, part) => sum + part, 0));
}

function unitMs(unit: string): number {
  return Object.entries(UNIT_MS).find(([name]) => name === unit)?.[1] ?? 0;
}

function onClock(text: string, since: Date, timeZone: string): Date | null {
  const clock = clockTime(text);
  if (clock === null) return null;
  const offsetAt = zoneIn(text) ?? offsetIn(timeZone);
  // Where the machine stands on its own calendar.
  const today = new Date(since.getTime() + offsetAt(since));
  const year = clock.year ?? today.getUTCFullYear();
  const month = clock.month ?? today.getUTCMonth();
  const day = clock.day ?? today.getUTCDate() + (clock.isTomorrow ? 1 : daysUntil(clock.weekday, today));
  const moment = (years: number, days: number) =>
    atOffset(Date.UTC(year + years, month, day + days, clock.hour, clock.minute), offsetAt);
  const time = moment(0, 0);
  if (time > since || clock.year !== null) return time;
  if (clock.month !== null) return moment(1, 0);
  return moment(0, clock.weekday === null ? 1 : 7);
}

function clockTime(text: string): ClockTime | null {
  const clock = CLOCK.exec(text);
  if (clock === null) return null;
  const [, hour12, minute12 = '0', half, hour24, minute24] = clock;
  const hour =
    hour12 === undefined ? Number(hour24) : (Number(hour12) % 12) + (half?.toLowerCase() === 'p' ? 12 : 0);
  const before = text.slice(0, clock.index);
  const monthFirst = MONTH_DAY.exec(before);
  const dayFirst = monthFirst === null ? DAY_MONTH.exec(before) : null;
  const month = monthFirst?.[1] ?? dayFirst?.[2];
  const day = monthFirst?.[2] ?? dayFirst?.[1];
  const year = monthFirst?.[3] ?? dayFirst?.[3];
  const weekday = month === undefined ? WEEKDAY.exec(before)?.[1] : undefined;
  return {
    year: year === undefined ? null : Number(year),
    month: month === undefined ? null : MONTHS.indexOf(month.toLowerCase()),
    day: day === undefined ? null : Number(day),
    weekday: weekday === undefined ? null : WEEKDAYS.indexOf(weekday.toLowerCase()),
    isTomorrow: /\btomorrow\b/i.test(before),
    hour,
    minute: Number(hour12 === undefined ? minute24 : minute12),
  };
}

function daysUntil(weekday: number | null, today: Date): number {
  return weekday === null ? 0 : (weekday - today.getUTCDay() + 7) % 7;
}

/** How far a place's clock is ahead of UTC at a moment, in milliseconds. */
type Offset = (at: Date) => number;

function zoneIn(text: string): Offset | null {
  const named = /\(([A-Za-z_]+(?:\/[A-Za-z_+-]+)+)\)/.exec(text)?.[1];
  if (named !== undefined && isZone(named)) return offsetIn(named);
  for (const [word] of text.matchAll(/\b[A-Z]{3,4}\b/g)) {
    const minutes = ZONES[word.toLowerCase()];
    if (minutes !== undefined) return () => minutes * 60_000;
  }
  return null;
}

function isZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return true;
  } catch {
    return false;
  }
}

function offsetIn(timeZone: string): Offset {
  const format = new Intl.DateTimeFormat('en', {
    timeZone: isZone(timeZone) ? timeZone : 'UTC',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  return (at) => {
    const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, Number(value)]));
    const part = (type: Intl.DateTimeFormatPartTypes) => parts.get(type) ?? 0;
    const local = Date.UTC(
      part('year'),
      part('month') - 1,
      part('day'),
      part('hour'),
      part('minute'),
      part('second'),
    );
    return local - Math.floor(at.getTime() / 1000) * 1000;
  };
}

/** The moment at which a clock shows this. The clock may have been set since then: the second look knows. */
function atOffset(shown: number, offsetAt: Offset): Date {
  const near = new Date(shown - offsetAt(new Date(shown)));
  return new Date(shown - offsetAt(near));
}
