import type { Report, ReportedMoment } from '../domain/index.ts';
import { textAt } from './json-fields.ts';

/** The command of an event's hook, for any POSIX shell. Without Fleet Director's environment it does nothing. */
export function hookCommand(event: string): string {
  return `[ ! -f "$FLEET_HOOK" ] || sh "$FLEET_HOOK" ${event}`;
}

/** The payload of an event as it came: JSON, or the text if it is none. */
export function payloadFrom(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** A text of a payload. One that was cut is no JSON any more; its first fields can still be read. */
export function payloadText(payload: unknown, key: string): string | null {
  if (typeof payload !== 'string') return textAt(payload, key);
  const text = new RegExp(`(?<!\\\\)"${key}" ?: ?"((?:[^"\\\\]|\\\\.)*)"`).exec(payload)?.[1];
  return text === undefined ? null : textAt(payloadFrom(`{"text":"${text}"}`), 'text');
}

export function hookReport(says: ReportedMoment, at: Date, detail: string): Report {
  return { channel: 'hook', says, at, detail };
}
