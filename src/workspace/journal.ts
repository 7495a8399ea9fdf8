import { appendFileSync, existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { unreachable } from '../domain/index.ts';
import { isFields, parseJson } from './json.ts';
import { type Change, isLasting } from './slack-state.ts';

/**
 * One change per line, newest last. A line is written before anybody is told of its change, so a killed process loses
 * at most the line it was writing, and nobody has seen that one.
 */
export type Journal = {
  readonly past: readonly Change[];
  append(change: Change): void;
};

/** How many times larger than what it still says a journal may be before it is rewritten at the next start. */
const REWRITE_AT_FACTOR = 2;

const ONLY_MINE = { mode: 0o600 };

export function openJournal(file: string): Journal {
  mkdirSync(dirname(file), { recursive: true });
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n') : [];
  const written = lines.filter((line) => line !== '');
  const past = stillTrue(written.map(parseChange).filter((change) => change !== null));
  const isTorn = lines.length > 0 && lines.at(-1) !== '';
  if (isTorn || written.length > past.length * REWRITE_AT_FACTOR) {
    const next = `${file}.next`;
    writeFileSync(next, past.map((change) => `${JSON.stringify(change)}\n`).join(''), ONLY_MINE);
    renameSync(next, file);
  }
  return {
    past,
    append(change) {
      if (isLasting(change)) appendFileSync(file, `${JSON.stringify(change)}\n`, ONLY_MINE);
    },
  };
}

/** The last word on each thing, in the order the things came into being. */
function stillTrue(changes: readonly Change[]): Change[] {
  const latest = new Map<string, Change>();
  for (const change of changes) {
    if (change.kind === 'message-deleted') latest.delete(`message ${change.channel} ${change.ts}`);
    else latest.set(subjectOf(change), change);
  }
  return [...latest.values()];
}

function subjectOf(change: Exclude<Change, { kind: 'message-deleted' }>): string {
  switch (change.kind) {
    case 'message-stored':
      return `message ${change.message.channel} ${change.message.ts}`;
    case 'ephemeral-shown':
      return `ephemeral ${change.ephemeral.ts}`;
    case 'ephemeral-gone':
      return `ephemeral ${change.ts}`;
    case 'modals-changed':
      return `modals ${change.person}`;
    case 'home-published':
      return `home ${change.person}`;
    case 'member-joined':
      return `member ${change.channel} ${change.user}`;
    case 'file-stored':
      return `file ${change.file.id}`;
    case 'reply-address-kept':
      return `reply-address ${change.address.id}`;
    default:
      return unreachable(change);
  }
}

/** What this program wrote itself; `null` for a line that was cut off or is not one of ours. */
function parseChange(line: string): Change | null {
  const value = parseJson(line);
  if (!isFields(value) || typeof value.kind !== 'string') return null;
  const change = value as Change;
  return isComplete(change) && isLasting(change) ? change : null;
}

function isComplete(change: Change): boolean {
  switch (change.kind) {
    case 'message-stored':
      return typeof change.message?.ts === 'string' && typeof change.message.channel === 'string';
    case 'message-deleted':
      return typeof change.ts === 'string';
    case 'home-published':
      return typeof change.view?.id === 'string';
    case 'member-joined':
      return typeof change.user === 'string';
    case 'file-stored':
      return typeof change.file?.id === 'string';
    case 'reply-address-kept':
      return typeof change.address?.id === 'string';
    default:
      return false;
  }
}
