import pino from 'pino';
import type { Log } from './domain/index.ts';
import { redactDeep } from './safety/index.ts';

export const LOG_LEVELS = ['debug', 'info', 'warn', 'error', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** JSON lines on standard error, every text of them through the redaction gate. */
export function createLog(level: LogLevel): Log {
  const logger = pino(
    {
      level,
      base: null,
      timestamp: pino.stdTimeFunctions.isoTime,
      formatters: { level: (label) => ({ level: label }) },
    },
    pino.destination({ dest: 2, sync: true }),
  );
  const write =
    (severity: 'info' | 'warn' | 'error') => (fields: Readonly<Record<string, unknown>>, message: string) =>
      logger[severity](redactDeep(plain(fields)), redactDeep(message));
  return { info: write('info'), warn: write('warn'), error: write('error') };
}

/** Errors as plain values, causes and all: what pino would print, but open to redaction. */
function plain(fields: Readonly<Record<string, unknown>>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).map(([key, value]) => [key, plainValue(value)]));
}

function plainValue(value: unknown): unknown {
  if (!(value instanceof Error)) return value;
  return {
    type: value.name,
    message: value.message,
    stack: value.stack,
    ...(value.cause === undefined ? {} : { cause: plainValue(value.cause) }),
  };
}
