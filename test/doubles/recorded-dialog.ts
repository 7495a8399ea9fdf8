import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Capture } from '../../src/domain/index.ts';

/** A program that shows a recorded screen and writes down every byte that is typed into it. The first one clears the screen, as an answer would. */
export type RecordedDialog = {
  /** What starts it in a pane. */
  readonly program: string;
  /** Every byte it was sent. */
  readonly keys: () => string;
  readonly isShown: () => boolean;
};

/** @param name the program's name, by which its agent is known */
export function recordDialog(folder: string, name: string, capture: Capture): RecordedDialog {
  mkdirSync(folder, { recursive: true });
  const program = join(folder, name);
  const keys = join(folder, 'keys');
  const shown = join(folder, 'shown');
  writeFileSync(join(folder, 'screen'), drawing(capture));
  writeFileSync(program, PROGRAM, { mode: 0o755 });
  return {
    program,
    // Its shell reads an Enter as a line's end.
    keys: () => (existsSync(keys) ? readFileSync(keys, 'latin1').replaceAll('\n', '\r') : ''),
    isShown: () => existsSync(shown),
  };
}

// A shell that reads by itself: a child of its own would look like a tool that the agent runs.
const PROGRAM = `#!/bin/bash
LC_ALL=C
folder=\${0%/*}
screen=$(<"$folder/screen")
stty raw -echo
printf '%s' "$screen"
: >"$folder/shown"
while IFS= read -r -N 1 -d '' key; do
  printf '%s' "$key" >>"$folder/keys"
  printf '\\033[H\\033[2J'
done
`;

/** What a terminal must be sent to look like the recording: title, screen, cursor. */
function drawing({ ansi, pane }: Capture): string {
  const lines = ansi.split('\n').slice(0, pane.height);
  const cursor = `\x1b[${pane.cursorY + 1};${pane.cursorX + 1}H`;
  const visible = pane.isCursorVisible ? '' : '\x1b[?25l';
  return `\x1b]2;${pane.title}\x07\x1b[?7l\x1b[H\x1b[2J${lines.join('\r\n')}\x1b[0m\x1b[?7h${cursor}${visible}`;
}
