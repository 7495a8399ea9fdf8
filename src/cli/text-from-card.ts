import type { Card, CardPart, Span } from '../domain/index.ts';
import { redact } from '../safety/index.ts';

/** A card as lines for a terminal, through the redaction gate, without anything a terminal would obey. */
export function textFromCard(card: Card): string {
  const paragraphs = [card.title, ...card.parts.map(textFromPart)].filter((part) => part !== '');
  return harmless(redact(paragraphs.join('\n\n')));
}

function textFromPart(part: CardPart): string {
  switch (part.kind) {
    case 'text':
    case 'note':
      return textFromSpans(part.spans);
    case 'facts': {
      const width = Math.max(...part.facts.map((fact) => fact.label.length));
      return part.facts.map((fact) => `${fact.label.padEnd(width)}  ${textFromSpans(fact.value)}`).join('\n');
    }
    case 'list':
      return part.items.map((item) => `- ${textFromSpans(item)}`).join('\n');
    case 'screen':
      return part.lines.map((line) => `  │ ${line}`).join('\n');
    case 'attachment':
      return '';
  }
}

function textFromSpans(spans: readonly Span[]): string {
  return spans
    .map((span) =>
      span.kind === 'text' ? span.text : span.label === span.url ? span.url : `${span.label} ${span.url}`,
    )
    .join('');
}

/** Control characters, but for line breaks and tabs, become a visible mark: a brief must not drive the reader's terminal. */
export function harmless(text: string): string {
  return text.replace(/[^\P{Cc}\n\t]/gu, '�');
}
