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
      logger[severity](redactDeep(fields), redactDeep(message));
  return { info: write('info'), warn: write('warn'), error: write('error') };
}
