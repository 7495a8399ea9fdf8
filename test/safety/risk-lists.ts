import { readFileSync } from 'node:fs';
import type { RiskTarget } from '../../src/safety/index.ts';

/** A text and the heading above it; `⏎` in the file is a line break in the text. */
export type Listed = { readonly text: string; readonly heading: string };

/** One input to a line, headings begin with `## `. */
export function readList(name: string): readonly Listed[] {
  const file = new URL(`../fixtures/risk/${name}.txt`, import.meta.url);
  let heading = '';
  const listed: Listed[] = [];
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    if (line.startsWith('## ')) heading = line.slice(3);
    else if (line !== '') listed.push({ text: line.replaceAll('⏎', '\n'), heading });
  }
  return listed;
}

export const LISTS: readonly {
  readonly target: RiskTarget;
  readonly destructive: string;
  readonly harmless: string;
}[] = [
  { target: 'shell', destructive: 'shell-destructive', harmless: 'shell-harmless' },
  { target: 'agent', destructive: 'agent-destructive', harmless: 'agent-harmless' },
];
