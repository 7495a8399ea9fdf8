import { type ChildProcess, spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

/** What a pane prints, as it comes: how much, when last, and the escape sequences that no capture shows. */
export type PaneFeed = {
  readonly signals: () => Signals;
  close(): Promise<void>;
};

export type Signals = {
  readonly last_output_age_ms: number | null;
  readonly bytes_1s: number;
  readonly bytes_5s: number;
  readonly bytes_30s: number;
  readonly osc_recent: readonly { readonly ago_ms: number; readonly type: string; readonly text: string }[];
};

const KEPT_MS = 30_000;
const OSC_KEPT_MS = 15_000;
const OSC_KEPT = 12;

/** Listens as a control client that leaves the size of the window alone. */
export function openPaneFeed(
  tmux: readonly [string, ...string[]],
  session: string,
  env: NodeJS.ProcessEnv,
): PaneFeed {
  const [program, ...words] = tmux;
  const client: ChildProcess = spawn(
    program,
    [...words, '-C', 'attach', '-f', 'ignore-size', '-t', session],
    {
      env,
      stdio: ['pipe', 'pipe', 'ignore'],
    },
  );
  const ended = new Promise<void>((resolve) =>
    client.once('close', () => resolve()).once('error', () => resolve()),
  );
  const chunks: { readonly at: number; readonly bytes: number }[] = [];
  const sequences: { readonly at: number; readonly type: string; readonly text: string }[] = [];
  let tail = '';
  const hear = (text: string) => {
    const at = Date.now();
    chunks.push({ at, bytes: text.length });
    while ((chunks[0]?.at ?? at) < at - KEPT_MS) chunks.shift();
    const { found, rest } = sequencesIn(tail + text);
    tail = rest;
    sequences.push(...found.map((each) => ({ at, ...each })));
  };
  if (client.stdout !== null) {
    createInterface({ input: client.stdout, crlfDelay: Number.POSITIVE_INFINITY }).on('line', (line) => {
      const output = /^%(?:extended-)?output %\d+ (?:\d+ : )?(.*)$/s.exec(line);
      if (output !== null) hear(unescaped(output[1] ?? ''));
    });
  }
  const bytesWithin = (ms: number) =>
    chunks.filter(({ at }) => at >= Date.now() - ms).reduce((sum, { bytes }) => sum + bytes, 0);
  return {
    signals: () => {
      const now = Date.now();
      const last = chunks.at(-1);
      return {
        last_output_age_ms: last === undefined ? null : now - last.at,
        bytes_1s: bytesWithin(1_000),
        bytes_5s: bytesWithin(5_000),
        bytes_30s: bytesWithin(KEPT_MS),
        osc_recent: sequences
          .filter(({ at }) => at >= now - OSC_KEPT_MS)
          .slice(-OSC_KEPT)
          .map(({ at, type, text }) => ({ ago_ms: now - at, type, text })),
      };
    },
    close: async () => {
      client.stdin?.end();
      client.kill();
      await ended;
    },
  };
}

const ESCAPE = '\u001b';
const BELL = '\u0007';
const LONGEST_SEQUENCE = 4_000;

/** Operating system commands and bells, and what may be the beginning of one. Source: ECMA-48 and xterm's ctlseqs. */
function sequencesIn(text: string): {
  readonly found: readonly { readonly type: string; readonly text: string }[];
  readonly rest: string;
} {
  const found: { type: string; text: string }[] = [];
  const parts = text.split(`${ESCAPE}]`);
  const bells = (plain: string) => {
    if (plain.includes(BELL)) found.push({ type: 'bel', text: '' });
  };
  bells(parts[0] ?? '');
  for (const [index, part] of parts.slice(1).entries()) {
    const end = part.search(new RegExp(`[${BELL}${ESCAPE}]`));
    if (end === -1) {
      const isLast = index === parts.length - 2;
      return { found, rest: isLast && part.length < LONGEST_SEQUENCE ? `${ESCAPE}]${part}` : '' };
    }
    const [, code, words = ''] = /^(\d+);?(.*)$/s.exec(part.slice(0, end)) ?? [];
    if (code !== undefined) found.push({ type: `osc${code}`, text: decoded(words) });
    bells(part.slice(end + 1));
  }
  return { found, rest: '' };
}

/** tmux writes control characters and backslashes as three octal digits. Source: tmux(1), CONTROL MODE. */
function unescaped(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
}

/** Bytes above 127 come one by one where a character was cut between two outputs. */
function decoded(text: string): string {
  return Array.from(text).every((character) => character.charCodeAt(0) < 256)
    ? Buffer.from(text, 'latin1').toString('utf8')
    : text;
}
