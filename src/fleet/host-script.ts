import { quoteWords } from '../safety/index.ts';
import { SHELL_START } from './shell.ts';

/**
 * A script that reads a host, with no channel of its own: the tmux server runs it, and a paste buffer brings what it prints.
 * What varies comes as `$1`, `$2` …; each part of what it prints goes through `section NAME`, which reads its standard input.
 */
export type HostScript = {
  readonly script: string;
  readonly words: readonly string[];
  readonly limitMs: number;
};

/** One part of what a script printed. */
export type Section = { readonly name: string; readonly bytes: Buffer };

/**
 * Names stand on lines of their own that begin with a colon, contents between them in Base64, which has none:
 * no process, file or folder can be named or filled so that it is taken for another section.
 */
// In one line where base64 can, for every line is read by itself here; one that cannot says so before it reads anything.
const SECTION = 'section() { echo ":$1"; base64 -w 0 2>/dev/null || base64; echo; }';
const COMPLETE = 'complete';

/**
 * The word for `run-shell`. In Base64 it means the same in every shell that a user may have made tmux's own, and nothing to tmux.
 * What a job prints, and a status that is not 0, tmux would show in a pane.
 * @param buffer the paste buffer that is filled
 * @param ring arguments of the tmux command that follows, when the buffer is there
 */
export function jobFor({ script, words }: HostScript, buffer: string, ring: string): string {
  const whole = [
    SHELL_START,
    SECTION,
    `set -- ${quoteWords(words)}`,
    // In a group of its own: a script that leaves early is no less complete for what it did print.
    `{ (\n${script}\n) </dev/null 2>/dev/null; echo ":${COMPLETE}"; } |`,
    `  tmux load-buffer -b ${buffer} - ';' ${ring}`,
  ].join('\n');
  const encoded = Buffer.from(whole, 'utf8').toString('base64');
  // Older macOS knows -D only.
  const decode = 'echo $s | base64 -d 2>/dev/null || echo $s | base64 -D';
  return `exec sh -c 's=${encoded}; eval "$(${decode})" >/dev/null 2>&1; exit 0'`;
}

/** Several scripts as one, with what each was given for itself. Each costs a host several processes, and much of that is the same for all. */
export function inOne(scripts: readonly HostScript[]): HostScript {
  return {
    script: scripts.map(({ script, words }) => `(\nset -- ${quoteWords(words)}\n${script}\n)`).join('\n'),
    words: [],
    limitMs: Math.max(...scripts.map(({ limitMs }) => limitMs)),
  };
}

/** Null: the end is missing, so something else may be missing as well. */
export function parseSections(text: string): readonly Section[] | null {
  const sections: { name: string; lines: string[] }[] = [];
  for (const line of text.split('\n')) {
    if (line.startsWith(':')) sections.push({ name: line.slice(1), lines: [] });
    else sections.at(-1)?.lines.push(line);
  }
  if (sections.pop()?.name !== COMPLETE) return null;
  return sections.map(({ name, lines }) => ({ name, bytes: Buffer.from(lines.join(''), 'base64') }));
}

/** The text of the first section of that name; null: there is none. */
export function sectionText(sections: readonly Section[], name: string): string | null {
  return sections.find((each) => each.name === name)?.bytes.toString('utf8') ?? null;
}
