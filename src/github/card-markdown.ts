import { type Card, type CardPart, type Span, unreachable } from '../domain/index.ts';
import { codeBlock, codeSpan, escapeLine, escapeText, linkTo } from './markdown.ts';

/** GitHub refuses longer comments with 422. Source: the answer of its API, "body is too long (maximum is 65536 characters)". */
export const COMMENT_MAX = 65_536;

type Room = { readonly screenLines: number; readonly textLength: number };

/** How much of a card is shown, from all of it to hardly anything; the first that fits is taken. */
const ROOMS: readonly Room[] = [
  { screenLines: Number.POSITIVE_INFINITY, textLength: Number.POSITIVE_INFINITY },
  { screenLines: 100, textLength: 8000 },
  { screenLines: 30, textLength: 2000 },
  { screenLines: 10, textLength: 300 },
];

/**
 * A card as GitHub Markdown, at most `maxLength` characters. Buttons are left out: nothing can be pressed in a comment.
 * Every text is redacted before it is escaped, because an escaped secret no longer looks like one, and once more as a whole.
 */
export function renderComment(card: Card, redact: (text: string) => string, maxLength = COMMENT_MAX): string {
  const clean = redactCard(card, redact);
  for (const room of ROOMS) {
    const markdown = redact(renderCard(clean, room));
    if (markdown.length <= maxLength) return markdown;
  }
  return redact(escapeText(shorten(clean.summary, 1000)));
}

function renderCard(card: Card, room: Room): string {
  const title = card.title === '' ? [] : [`### ${escapeLine(shorten(card.title, room.textLength))}`];
  return [...title, ...card.parts.map((part) => renderPart(part, room))]
    .filter((each) => each !== '')
    .join('\n\n');
}

function renderPart(part: CardPart, room: Room): string {
  switch (part.kind) {
    case 'text':
      return renderSpans(part.spans, room, escapeText);
    case 'facts':
      return part.facts
        .map((fact) => `- **${escapeLine(fact.label)}:** ${renderSpans(fact.value, room, escapeLine)}`)
        .join('\n');
    case 'list':
      return part.items.map((item) => `- ${renderSpans(item, room, escapeLine)}`).join('\n');
    case 'screen':
      return renderScreen(part.lines, room);
    case 'attachment':
      // A comment takes no files from an app; the text stands beside it.
      return '';
    case 'note':
      return `<sub>${renderSpans(part.spans, room, escapeLine)}</sub>`;
    default:
      return unreachable(part);
  }
}

function renderScreen(lines: readonly string[], room: Room): string {
  if (lines.length === 0) return '';
  const shown = lines.slice(-room.screenLines).map((line) => shorten(line, room.textLength));
  const left = lines.length - shown.length;
  const heading = left === 0 ? 'Terminal' : `Terminal, last ${shown.length} of ${lines.length} lines`;
  // GitHub reads Markdown inside HTML only after an empty line.
  return `<details><summary>${heading}</summary>\n\n${codeBlock(shown)}\n\n</details>`;
}

function renderSpans(spans: readonly Span[], room: Room, escaped: (text: string) => string): string {
  return spans
    .map((span) => renderSpan(span, room, escaped))
    .join('')
    .trim();
}

function renderSpan(span: Span, room: Room, escaped: (text: string) => string): string {
  if (span.kind === 'link') return linkTo(span.url, shorten(span.label, room.textLength));
  const value = shorten(span.text, room.textLength);
  switch (span.style) {
    case 'code':
      return codeSpan(value);
    case 'bold':
      return emphasise('**', value, escaped);
    case 'italic':
      return emphasise('*', value, escaped);
    case undefined:
      return escapeKeepingEnds(value, escaped);
    default:
      return unreachable(span.style);
  }
}

/** Emphasis must touch its text and cannot reach over a line break. */
function emphasise(mark: string, value: string, escaped: (text: string) => string): string {
  return value
    .split('\n')
    .map((line) => {
      const inner = line.trim();
      if (inner === '') return line;
      const start = line.indexOf(inner);
      return `${line.slice(0, start)}${mark}${escaped(inner)}${mark}${line.slice(start + inner.length)}`;
    })
    .join('\n');
}

/** Escaping drops blanks at the start of a line; between two spans they part words. */
function escapeKeepingEnds(value: string, escaped: (text: string) => string): string {
  const blanks = /^[ ]*/.exec(value)?.[0] ?? '';
  return `${blanks === '' ? '' : ' '}${escaped(value.slice(blanks.length))}`;
}

function shorten(value: string, maxLength: number): string {
  return value.length <= maxLength ? value : `${value.slice(0, maxLength).replace(/[\ud800-\udbff]$/, '')}…`;
}

function redactCard(card: Card, redact: (text: string) => string): Card {
  const span = (each: Span): Span =>
    each.kind === 'link'
      ? { ...each, url: redact(each.url), label: redact(each.label) }
      : { ...each, text: redact(each.text) };
  const part = (each: CardPart): CardPart => {
    switch (each.kind) {
      case 'text':
      case 'note':
        return { ...each, spans: each.spans.map(span) };
      case 'facts':
        return {
          ...each,
          facts: each.facts.map((fact) => ({ label: redact(fact.label), value: fact.value.map(span) })),
        };
      case 'list':
        return { ...each, items: each.items.map((item) => item.map(span)) };
      case 'screen':
        // As one text: a key block goes over many lines.
        return { ...each, lines: redact(each.lines.join('\n')).split('\n') };
      case 'attachment':
        return each;
      default:
        return unreachable(each);
    }
  };
  return {
    title: redact(card.title),
    parts: card.parts.map(part),
    buttons: [],
    summary: redact(card.summary),
  };
}
