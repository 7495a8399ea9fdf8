import { type Logger, LogLevel } from '@slack/bolt';
import type { Log } from '../domain/index.ts';
import { redact } from '../safety/index.ts';

/** Bolt's own lines, in our log. Its debug lines hold whole payloads and are dropped. */
export function boltLogger(log: Log): Logger {
  const say =
    (level: 'info' | 'warn' | 'error') =>
    (...parts: unknown[]) =>
      log[level]({ from: 'bolt' }, redact(parts.map(wordsOf).join(' ')));
  return {
    debug: () => {},
    info: say('info'),
    warn: say('warn'),
    error: say('error'),
    setLevel: () => {},
    getLevel: () => LogLevel.INFO,
    setName: () => {},
  };
}

function wordsOf(part: unknown): string {
  if (typeof part === 'string') return part;
  if (part instanceof Error)
    return part.cause instanceof Error ? `${part.message}: ${part.cause.message}` : part.message;
  return JSON.stringify(part) ?? String(part);
}
