import { setTimeout as delay } from 'node:timers/promises';
import type { PaneFacts, ProcessFacts } from '../domain/index.ts';
import type { Connection } from './connection.ts';
import type { Answer } from './control-reader.ts';
import type { ProcessTable } from './processes.ts';
import { isOn, record, recordsOf } from './records.ts';
import { WATCH_SESSION } from './watch-session.ts';

/** A pane with what we need to know of it to touch it. */
export type Pane = {
  readonly id: string;
  readonly sessionName: string;
  /** The one that a person who attaches would type into. */
  readonly isActive: boolean;
  /** Its program let go of the terminal, which is the first half of its end, and tmux does not know yet how it ended. */
  readonly isSettling: boolean;
  readonly facts: PaneFacts;
  /** Of the program in the foreground; empty: tmux cannot tell. */
  readonly folder: string;
  /** By the host's clock; null: other panes of its window print as well. */
  readonly printedAt: Date | null;
};

/** How often a look waits for a pane that is settling. */
export const SETTLE_TRIES = 10;
const SETTLE_EVERY_MS = 30;

const PANE_FIELDS = (
  'session_name pane_id window_active pane_active ' +
  'pane_current_command pane_title pane_pid pane_width pane_height cursor_x cursor_y ' +
  'cursor_flag alternate_on pane_in_mode pane_dead pane_dead_status pane_dead_signal ' +
  'pane_current_path window_panes window_activity'
).split(' ');

export function listPanes(fence: string): string {
  return `list-panes -a -F ${record(fence, PANE_FIELDS)}`;
}

export function panesOf(answer: Answer | undefined): readonly Pane[] {
  if (answer?.ok !== true) return [];
  const panes = recordsOf(answer.text, PANE_FIELDS.length).map((fields) => {
    const [sessionName = '', id = '', windowActive, paneActive, command = '', title = '', ...rest] = fields;
    const [
      pid,
      width,
      height,
      cursorX,
      cursorY,
      cursorFlag,
      alternate,
      inMode,
      dead,
      deadStatus = '',
      deadSignal = '',
      folder = '',
      windowPanes,
      windowActivity,
    ] = rest;
    const hasEnding = deadStatus !== '' || deadSignal !== '';
    return {
      id,
      sessionName,
      isActive: isOn(windowActive) && isOn(paneActive),
      isSettling: isOn(dead) && !hasEnding,
      facts: {
        command,
        title,
        pid: Number(pid),
        width: Number(width),
        height: Number(height),
        cursorX: Number(cursorX),
        cursorY: Number(cursorY),
        isCursorVisible: isOn(cursorFlag),
        isAlternateScreen: isOn(alternate),
        // A number: modes lie upon each other.
        isInMode: Number(inMode) > 0,
        isDead: isOn(dead) && hasEnding,
        deadStatus: deadStatus === '' ? null : Number(deadStatus),
      },
      folder,
      printedAt: windowPanes === '1' ? new Date(Number(windowActivity) * 1000) : null,
    };
  });
  return panes.filter((pane) => pane.sessionName !== WATCH_SESSION);
}

/** Seen with tmux 3.3a: it sleeps through the end of a child now and then, until another child ends. This is one. */
export async function settle(connection: Connection, signal: AbortSignal): Promise<void> {
  await connection.ask(() => ['run-shell -b true'], signal);
  await delay(SETTLE_EVERY_MS, undefined, { signal });
}

/** The number of a program that has ended may be another's by now. */
export function processesOf(pane: Pane, running: ProcessTable): readonly ProcessFacts[] {
  return pane.facts.isDead ? [] : running.tree(pane.facts.pid);
}

/** Before 3.3, tmux does not say that a signal ended a program. */
export function factsOf(pane: Pane, running: ProcessTable): PaneFacts {
  const isGone = pane.isSettling && running.all.length > 0 && running.tree(pane.facts.pid).length === 0;
  return { ...pane.facts, isDead: pane.facts.isDead || isGone };
}
