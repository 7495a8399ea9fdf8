import type { Button, KnownBlock, RichTextBlock, RichTextPreformatted, RichTextSection } from '@slack/types';
import { type Card, type CardButton, type CardPart, type Span, unreachable } from '../../domain/index.ts';
import { encodeButton } from '../button-codec.ts';
import { CUT_MARK, cutLabel, cutText, escapeMrkdwn, isGroup, isLinkable, mrkdwnFromSpans } from './mrkdwn.ts';

/** What of a card goes into a message: blocks, and the text for notifications and screen readers. */
export type RenderedCard = { readonly text: string; readonly blocks: KnownBlock[] };

// docs.slack.dev/reference/block-kit, unless another source is named.
const BLOCKS_MAX = 50;
const HEADER_MAX = 150;
const FIELDS_MAX = 10;
const FIELD_MAX = 2000;
const NOTE_MAX = 2000;
const ACTIONS_MAX = 25;
const BUTTON_TEXT_MAX = 75;
const CONFIRM_TEXT_MAX = 300;
/** Title and answers of a confirmation. */
const CONFIRM_FRAME_CHARS = 20;
const LIST_ITEMS_MAX = 100;
/** A section holds 3000; text in other blocks is kept to the same. */
const TEXT_MAX = 3000;
/** chat.update takes 4000, chat.postMessage more. */
const FALLBACK_MAX = 3000;
/** Slack refuses more than about 13 200 characters in all (github.com/slackapi/bolt-js/issues/2509). */
const CARD_TEXT_MAX = 12_000;

export function blocksFromCard(card: Card): RenderedCard {
  const blocks: KnownBlock[] = [];
  if (card.title !== '') {
    blocks.push({
      type: 'header',
      text: { type: 'plain_text', text: cutLabel(card.title, HEADER_MAX), emoji: false },
    });
  }
  const buttons = card.buttons.slice(0, ACTIONS_MAX).map(buttonElement);
  const hiddenButtons = card.buttons.length - buttons.length;
  // Room for the buttons and for the two notes that say what is missing.
  const room = BLOCKS_MAX - 3;
  let left = CARD_TEXT_MAX - charsOfButtons(buttons);
  for (const [index, part] of card.parts.entries()) {
    const rendered = blocksFromPart(part, Math.min(left, TEXT_MAX));
    if (blocks.length + rendered.blocks.length > room || left < CUT_MARK.length * 2) {
      blocks.push(note(`${card.parts.length - index} more parts are not shown ${CUT_MARK}`));
      break;
    }
    blocks.push(...rendered.blocks);
    left -= rendered.chars;
  }
  if (buttons.length > 0) blocks.push({ type: 'actions', elements: buttons });
  if (hiddenButtons > 0) blocks.push(note(`${hiddenButtons} more buttons are not shown ${CUT_MARK}`));
  const fallback = card.summary === '' ? card.title : card.summary;
  return { text: cutText(escapeMrkdwn(fallback === '' ? 'Fleet Director' : fallback), FALLBACK_MAX), blocks };
}

function blocksFromPart(part: CardPart, maxChars: number): { blocks: KnownBlock[]; chars: number } {
  switch (part.kind) {
    case 'text': {
      const spans = cutSpans(part.spans, maxChars);
      return { blocks: spans.length === 0 ? [] : [richText([section(spans)])], chars: charsOf(spans) };
    }
    case 'list': {
      const items = part.items.slice(0, LIST_ITEMS_MAX);
      const each = Math.max(CUT_MARK.length * 2, Math.floor(maxChars / Math.max(1, items.length)));
      const cut = items.map((item) => cutSpans(item, each)).filter((item) => item.length > 0);
      if (cut.length === 0) return { blocks: [], chars: 0 };
      const list = { type: 'rich_text_list', style: 'bullet', elements: cut.map(section) } as const;
      const hidden = part.items.length - items.length;
      return {
        blocks: [richText([list]), ...(hidden > 0 ? [note(`${hidden} more ${CUT_MARK}`)] : [])],
        chars: cut.reduce((sum, item) => sum + charsOf(item), 0),
      };
    }
    case 'facts':
      return factsBlocks(part.facts, maxChars);
    case 'screen': {
      const shown = lastLines(part.lines, maxChars);
      if (shown === '') return { blocks: [], chars: 0 };
      // A block of its own, not a fence of back quotes: nothing in it can end it.
      const screen: RichTextPreformatted = {
        type: 'rich_text_preformatted',
        elements: [{ type: 'text', text: shown }],
      };
      return { blocks: [richText([screen])], chars: shown.length };
    }
    case 'attachment':
      return { blocks: [], chars: 0 };
    case 'note': {
      const small = mrkdwnFromSpans(part.spans, Math.min(NOTE_MAX, maxChars));
      return small.trim() === ''
        ? { blocks: [], chars: 0 }
        : {
            blocks: [{ type: 'context', elements: [{ type: 'mrkdwn', text: small, verbatim: true }] }],
            chars: small.length,
          };
    }
    default:
      return unreachable(part);
  }
}

function factsBlocks(facts: Extract<CardPart, { kind: 'facts' }>['facts'], maxChars: number) {
  const each = Math.min(FIELD_MAX, Math.max(120, Math.floor(maxChars / Math.max(1, facts.length))));
  const fields = facts.map(({ label, value }) => ({
    type: 'mrkdwn' as const,
    text: `*${escapeMrkdwn(cutLabel(label, 60))}*\n${mrkdwnFromSpans(value, each - 70) || '–'}`,
    verbatim: true,
  }));
  const blocks: KnownBlock[] = [];
  for (let from = 0; from < fields.length; from += FIELDS_MAX) {
    blocks.push({ type: 'section', fields: fields.slice(from, from + FIELDS_MAX) });
  }
  return { blocks, chars: fields.reduce((sum, field) => sum + field.text.length, 0) };
}

function charsOfButtons(buttons: readonly Button[]): number {
  return buttons.reduce(
    (sum, { text, confirm }) =>
      sum + text.text.length + (confirm?.text?.text.length ?? 0) + CONFIRM_FRAME_CHARS,
    0,
  );
}

function buttonElement(button: CardButton): Button {
  const label = button.label.trim() === '' ? '–' : button.label;
  return {
    type: 'button',
    ...encodeButton(button.request),
    text: { type: 'plain_text', text: cutLabel(label, BUTTON_TEXT_MAX), emoji: false },
    accessibility_label: cutLabel(label, BUTTON_TEXT_MAX),
    ...(button.style === 'plain' ? {} : { style: button.style }),
    ...(button.confirm === null
      ? {}
      : {
          confirm: {
            title: { type: 'plain_text', text: 'Are you sure?' },
            text: { type: 'plain_text', text: cutLabel(button.confirm, CONFIRM_TEXT_MAX) },
            confirm: { type: 'plain_text', text: 'Yes' },
            deny: { type: 'plain_text', text: 'No' },
            ...(button.style === 'danger' ? { style: 'danger' as const } : {}),
          },
        }),
  };
}

function note(sentence: string): KnownBlock {
  return { type: 'context', elements: [{ type: 'plain_text', text: sentence, emoji: false }] };
}

function richText(elements: RichTextBlock['elements']): RichTextBlock {
  return { type: 'rich_text', elements };
}

// Text in a rich_text block is never parsed: no mention, no link, no markup comes of it but those that are given as such.
function section(spans: readonly Span[]): RichTextSection {
  return { type: 'rich_text_section', elements: spans.map(richElement) };
}

function richElement(span: Span): RichTextSection['elements'][number] {
  if (span.kind === 'link') {
    return isLinkable(span.url)
      ? { type: 'link', url: span.url, text: span.label === '' ? span.url : span.label }
      : { type: 'text', text: `${span.label} (${span.url})` };
  }
  if (span.mention !== undefined) {
    return isGroup(span.mention)
      ? { type: 'usergroup', usergroup_id: span.mention }
      : { type: 'user', user_id: span.mention };
  }
  return {
    type: 'text',
    text: span.text,
    ...(span.style === undefined ? {} : { style: { [span.style]: true } }),
  };
}

function cutSpans(spans: readonly Span[], maxChars: number): Span[] {
  const full = spans.filter((span) => span.kind === 'link' || span.text !== '');
  if (charsOf(full) <= maxChars) return full;
  const kept: Span[] = [];
  let left = maxChars - CUT_MARK.length;
  for (const span of full) {
    const length = charsOf([span]);
    if (length > left) {
      if (span.kind === 'text' && left > 0)
        kept.push({ ...span, text: cutText(span.text, left + CUT_MARK.length) });
      else kept.push({ kind: 'text', text: CUT_MARK });
      break;
    }
    kept.push(span);
    left -= length;
  }
  return kept;
}

function charsOf(spans: readonly Span[]): number {
  return spans.reduce((sum, span) => sum + (span.kind === 'text' ? span.text : span.label).length, 0);
}

/** The end of a screen is what matters; what is above it goes first. */
function lastLines(lines: readonly string[], maxChars: number): string {
  const whole = lines.join('\n');
  if (whole.length <= maxChars) return whole;
  const mark = '… (earlier lines cut)\n';
  const kept: string[] = [];
  let left = maxChars - mark.length;
  for (const line of lines.toReversed()) {
    if (line.length + 1 > left) {
      if (kept.length === 0) kept.unshift(cutText(line, left));
      break;
    }
    kept.unshift(line);
    left -= line.length + 1;
  }
  return mark + kept.join('\n');
}
