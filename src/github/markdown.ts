/** GitHub's Markdown of plain data: nothing in a text that passes here is markup, mentions anyone or refers to anything. */

const INVISIBLE = '\u200b';

/** Text inside a paragraph. Line breaks stay: GitHub shows them as such in comments. */
export function escapeText(text: string): string {
  return withoutControls(text)
    .replace(/&/g, '&amp;')
    .replace(/</g, '&lt;')
    .replace(/>/g, '&gt;')
    .replace(/[\\`*_[\]~|$]/g, '\\$&')
    .replace(/@(?=[\w-])/g, `@${INVISIBLE}`)
    .replace(/#(?=\d)/g, `#${INVISIBLE}`)
    .replace(/\bGH-(?=\d)/gi, `$&${INVISIBLE}`)
    .replace(/:\/\//g, ':&#47;&#47;')
    .replace(/\bwww\./gi, (found) => `${found.slice(0, -1)}&#46;`)
    .split('\n')
    .map(escapeLineStart)
    .join('\n');
}

/** The same on one line, for headings, list items and facts. */
export function escapeLine(text: string): string {
  return escapeText(oneLine(text));
}

/** A code span. Its fence is longer than any run of backticks inside, so it ends where it should. */
export function codeSpan(text: string): string {
  const inner = oneLine(withoutControls(text));
  if (inner.trim() === '') return '';
  const fence = '`'.repeat(longestRunOfBackticks(inner) + 1);
  const pad = inner.startsWith('`') || inner.endsWith('`') ? ' ' : '';
  return `${fence}${pad}${inner}${pad}${fence}`;
}

/** A block of fixed width, closed only by its own fence. */
export function codeBlock(lines: readonly string[]): string {
  const inner = withoutControls(lines.join('\n'));
  const fence = '`'.repeat(Math.max(3, longestRunOfBackticks(inner) + 1));
  return `${fence}text\n${inner}\n${fence}`;
}

/** A link to http or https; the label alone for any other address. */
export function linkTo(url: string, label: string): string {
  const parsed = URL.parse(url);
  if (parsed === null || (parsed.protocol !== 'https:' && parsed.protocol !== 'http:'))
    return escapeLine(label);
  const address = parsed.href.replace(/[<>\\`\s]/g, (character) => encodeURIComponent(character));
  return `[${escapeLine(label)}](${address.replaceAll('(', '%28').replaceAll(')', '%29')})`;
}

function escapeLineStart(line: string): string {
  return line
    .replace(/^\s+/, '')
    .replace(/^([-+=#])/, '\\$1')
    .replace(/^(\d+)([.)])/, '$1\\$2');
}

function oneLine(text: string): string {
  return text.replace(/\s*[\r\n]+\s*/g, ' ');
}

/** Everything that is neither a character nor a line break; bidirectional overrides can show a text as another one. */
function withoutControls(text: string): string {
  return text
    .replace(/\r\n?/g, '\n')
    .replace(/\t/g, '    ')
    .replace(/[^\P{Cc}\n]|[\u202a-\u202e\u2066-\u2069]/gu, '');
}

function longestRunOfBackticks(text: string): number {
  return Math.max(0, ...(text.match(/`+/g) ?? []).map((run) => run.length));
}
