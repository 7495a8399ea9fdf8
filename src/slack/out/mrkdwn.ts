import { type Span, unreachable } from '../../domain/index.ts';

/** Text in which Slack finds no mention, no link and no entity. Source: docs.slack.dev/messaging/formatting-message-text. */
export function escapeMrkdwn(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** Spans as mrkdwn. Where a mark of the style stands in the text itself, a look-alike takes its place: it would end the style. */
export function mrkdwnFromSpans(spans: readonly Span[], maxChars: number): string {
  const rendered = spans.map(mrkdwnFromSpan);
  const whole = rendered.join('');
  if (whole.length <= maxChars) return whole;
  // Cut between spans or inside plain text, never inside an entity or a link.
  let left = maxChars - CUT_MARK.length;
  let kept = '';
  for (const [index, span] of spans.entries()) {
    const piece = rendered[index] ?? '';
    if (piece.length > left) {
      if (span.kind === 'text')
        kept += mrkdwnFromSpan({ ...span, text: span.text.slice(0, fitting(span.text, left - 2)) });
      break;
    }
    kept += piece;
    left -= piece.length;
  }
  return kept + CUT_MARK;
}

/** Stands at the end of everything that was longer. */
export const CUT_MARK = '… (cut)';

export function cutText(text: string, maxChars: number): string {
  if (text.length <= maxChars) return text;
  return text.slice(0, wholeCharacters(text, maxChars - CUT_MARK.length)) + CUT_MARK;
}

/** Where the space is small: an ellipsis alone. */
export function cutLabel(text: string, maxChars: number): string {
  if (text.length <= maxChars) return text;
  return `${text.slice(0, wholeCharacters(text, maxChars - 1))}…`;
}

/** Only web addresses become links: nothing else is worth a press. */
export function isLinkable(url: string): boolean {
  return /^https?:\/\/[^\s|<>]+$/i.test(url);
}

function mrkdwnFromSpan(span: Span): string {
  switch (span.kind) {
    case 'link':
      return isLinkable(span.url)
        ? `<${escapeMrkdwn(span.url)}|${escapeMrkdwn(span.label).replaceAll('|', '¦')}>`
        : escapeMrkdwn(`${span.label} (${span.url})`);
    case 'text':
      if (span.mention === undefined) return styled(span);
      return isGroup(span.mention) ? `<!subteam^${span.mention}>` : `<@${span.mention}>`;
    default:
      return unreachable(span);
  }
}

/** Slack's ids of user groups begin with S, those of people with U or W. */
export function isGroup(id: string): boolean {
  return id.startsWith('S');
}

function styled({ text, style }: Extract<Span, { kind: 'text' }>): string {
  if (text.trim() === '') return escapeMrkdwn(text);
  switch (style) {
    case undefined:
      return escapeMrkdwn(text);
    case 'bold':
      return `*${escapeMrkdwn(text).replaceAll('*', '∗')}*`;
    case 'italic':
      return `_${escapeMrkdwn(text).replaceAll('_', 'ˍ')}_`;
    case 'code':
      return `\`${escapeMrkdwn(text).replaceAll('`', 'ˋ')}\``;
    default:
      return unreachable(style);
  }
}

/** How many characters of `text` fit once they are escaped. */
function fitting(text: string, maxChars: number): number {
  let length = 0;
  let count = 0;
  for (const character of text) {
    length += escapeMrkdwn(character).length;
    if (length > maxChars) break;
    count += character.length;
  }
  return count;
}

/** The largest length up to `maxChars` that does not tear a character in two. */
function wholeCharacters(text: string, maxChars: number): number {
  const last = text.charCodeAt(maxChars - 1);
  const isHighSurrogate = last >= 0xd800 && last <= 0xdbff;
  return Math.max(0, isHighSurrogate ? maxChars - 1 : maxChars);
}
