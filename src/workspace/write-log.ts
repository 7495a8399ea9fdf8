import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { isFields, parseJson } from './json.ts';

/** One request that changed something. */
export type Write = {
  readonly at: Date;
  readonly login: string;
  readonly method: string;
  readonly path: string;
  readonly body: string;
};

/** Writes in the order they were done, one line each. What a killed process was writing when it died is not read. */
export type WriteLog = {
  readonly past: readonly Write[];
  append(write: Write): void;
};

export function openWriteLog(file: string): WriteLog {
  mkdirSync(dirname(file), { recursive: true });
  const written = existsSync(file) ? readFileSync(file, 'utf8') : '';
  const past = withoutOverwritten(
    written
      .split('\n')
      .map(parseWrite)
      .filter((write) => write !== null),
  );
  const kept = past.map(lineOf).join('');
  if (kept !== written) {
    writeFileSync(`${file}.next`, kept);
    renameSync(`${file}.next`, file);
  }
  return {
    past,
    append: (write) => appendFileSync(file, lineOf(write)),
  };
}

/** Of the edits of one comment only the last says anything; a card is edited all the time. */
function withoutOverwritten(writes: readonly Write[]): Write[] {
  const lastEdit = new Map<string, Write>();
  for (const write of writes) if (isCommentEdit(write)) lastEdit.set(write.path, write);
  return writes.filter((write) => !isCommentEdit(write) || lastEdit.get(write.path) === write);
}

function isCommentEdit({ method, path }: Write): boolean {
  return method === 'PATCH' && /\/issues\/comments\/\d+$/.test(path);
}

function lineOf(write: Write): string {
  return `${JSON.stringify({ ...write, at: write.at.toISOString() })}\n`;
}

function parseWrite(line: string): Write | null {
  const value = parseJson(line);
  if (!isFields(value)) return null;
  const { at, login, method, path, body } = value;
  if (typeof at !== 'string' || typeof login !== 'string' || typeof method !== 'string') return null;
  if (typeof path !== 'string' || typeof body !== 'string') return null;
  return { at: new Date(at), login, method, path, body };
}
