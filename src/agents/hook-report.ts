import type { Report, ReportedMoment } from '../domain/index.ts';
import { textAt } from './json-fields.ts';

/** Beside a session's hooks: as long as it is there, the ends of turns are asked about. */
export const GUIDED_FILE = 'guided';

/** How long a hook waits for people at most. Less than the agents' own limits are set to, so that the hook ends first. */
export const ASKS_FOR_S = 86_000;
export const ASKING_TIMEOUT_S = 86_400;

/** Whether the hook of an event waits for an answer: always, or while its session is guided. */
export type Asking = 'asks' | 'asks-if-guided' | 'tells';

/** The command of an event's hook, for any POSIX shell. Without Fleet Director's environment it does nothing. */
export function hookCommand(event: string, asking: Asking = 'tells'): string {
  const more = { asks: ` ${ASKS_FOR_S}`, 'asks-if-guided': ` ${ASKS_FOR_S} ${GUIDED_FILE}`, tells: '' }[
    asking
  ];
  return `[ ! -f "$FLEET_HOOK" ] || sh "$FLEET_HOOK" ${event}${more}`;
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
