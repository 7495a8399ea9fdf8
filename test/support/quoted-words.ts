import type { Capture } from '../../src/domain/index.ts';

/** What an answer or a tool may print: signs of every state, as the agents themselves write them. */
export const QUOTED_WORDS: Readonly<Record<string, readonly string[]>> = {
  'a permission dialog': [
    'Do you want to proceed?',
    '❯ 1. Yes',
    '  2. No',
    '',
    'Esc to cancel · Tab to amend',
  ],
  'a boxed dialog': [
    '╭──────────────────────╮',
    '│ Allow execution?     │',
    '│ ● 1. Yes, allow once │',
    '│   2. No (esc)        │',
    '╰──────────────────────╯',
    'Waiting for user confirmation...',
  ],
  'activity lines': [
    '✻ Percolating… (4s · ↓ 210 tokens)',
    '• Working (3s • esc to interrupt)',
    '⠏ Thinking... (esc to cancel, 5s)',
    '◎ Working · 24 B esc esc interrupt',
    '■■■⬝⬝⬝⬝⬝  esc interrupt',
  ],
  failures: [
    '● API Error: 500 Internal server error',
    '■ unexpected status 401 Unauthorized',
    '✗ Authentication failed with provider (HTTP 401).',
    '✕ [API Error: 429 Too Many Requests]',
    'Not logged in · Please run /login',
  ],
  'a shell': [
    'Killed',
    '[1]+  Stopped                 claude',
    'dev@devbox:/tmp$',
    'Pane is dead (status 1)',
  ],
  'a prompt box': ['────────────────────────', '❯ ', '────────────────────────', '? for shortcuts', '› '],
  'ends of turns': [
    '✻ Churned for 12s',
    'Worked for 3s • 07:12',
    '⎿  Interrupted · What should Claude do instead?',
    '✓ Done',
  ],
};

/** The first line of an answer, and the column in which its text goes on, for each agent. */
const ANSWERS: Readonly<Record<string, { readonly head: RegExp; readonly indent: number }>> = {
  claude: { head: /^● (?!API Error|Please run|There's an issue|Request too large)/u, indent: 2 },
  codex: { head: /^• (?!Working|Reconnecting|Server is busy)[^(]*$/u, indent: 2 },
  copilot: { head: /^ ● (?!Tip|No copilot|Request failed|Response was|Operation|Working)/u, indent: 3 },
  qwen: { head: /^ {2}✦ /u, indent: 4 },
  opencode: { head: /^ {5}(?!▣)\S/u, indent: 5 },
  demo: { head: /^● /u, indent: 2 },
};

/** The same screen with `words` as part of the agent's last answer; null: it shows no answer, or has no room for them. */
export function quoteInAnswer(agent: string, capture: Capture, words: readonly string[]): Capture | null {
  const answer = ANSWERS[agent];
  if (answer === undefined || capture.pane.isDead) return null;
  const plain = capture.plain.replace(/\n$/u, '').split('\n');
  const at = plain.findLastIndex((line) => answer.head.test(line));
  const room = plain.length - 1 - plain.findLastIndex((line) => line.trim() !== '');
  if (at === -1 || plain.length !== capture.ansi.replace(/\n$/u, '').split('\n').length) return null;
  const quoted = words.map((line) => ' '.repeat(answer.indent) + line);
  const below = Math.min(room, quoted.length);
  const above = quoted.length - below;
  if (above > at) return null;
  const insert = (lines: readonly string[]) =>
    [...lines.slice(above, at + 1), ...quoted, ...lines.slice(at + 1, lines.length - below)].join('\n');
  return {
    ...capture,
    plain: insert(plain),
    ansi: insert(capture.ansi.replace(/\n$/u, '').split('\n')),
    pane: { ...capture.pane, cursorY: capture.pane.cursorY + below },
  };
}
