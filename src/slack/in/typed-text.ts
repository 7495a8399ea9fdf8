/**
 * What the person typed, from what Slack made of it: escapes undone, links and mentions written out.
 * Everything else stays to the letter, line breaks and spaces included.
 * Source: docs.slack.dev/messaging/formatting-message-text.
 */
export function typedText(text: string): string {
  return text
    .replace(/<([^<>\n]+)>/g, (_whole, inside: string) => writtenOut(inside))
    .replace(/&(amp|lt|gt);/g, unescaped);
}

/** The text after a leading mention of the bot; null when it does not start with one. */
export function afterMention(text: string, botUserId: string): string | null {
  const match = /^\s*<@([A-Z0-9]+)(?:\|[^>]*)?>[ \t:,]*/.exec(text);
  return match !== null && match[1] === botUserId ? text.slice(match[0].length) : null;
}

export function mentions(text: string, botUserId: string): boolean {
  return text.includes(`<@${botUserId}>`) || text.includes(`<@${botUserId}|`);
}

/** Whether it begins with the mention of somebody who is not the bot: a person, a group, or everybody. */
export function isToSomebodyElse(text: string): boolean {
  return /^[\s>*_~]*(?:(?:hey|hi|hello|thanks|thank you)[,!]?\s+)?<(?:@[A-Z0-9]+|!(?:subteam\^|here|channel|everyone))/i.test(
    text,
  );
}

function writtenOut(inside: string): string {
  const bar = inside.indexOf('|');
  const target = bar === -1 ? inside : inside.slice(0, bar);
  const label = bar === -1 ? '' : inside.slice(bar + 1);
  switch (inside[0]) {
    case '@':
      return `@${label === '' ? target.slice(1) : label.replace(/^@/, '')}`;
    case '#':
      return `#${label === '' ? target.slice(1) : label}`;
    case '!':
      return label === '' ? `@${target.slice(1)}` : label;
    default:
      return linkText(target, label);
  }
}

/** A bare address that Slack made a link of keeps its words; a label somebody gave by hand keeps its address too. */
function linkText(target: string, label: string): string {
  if (label === '' || label === target) return target;
  const isTarget = /^[a-z][a-z0-9+.-]*:(?:\/\/)?$/i.test(
    target.slice(0, Math.max(0, target.length - label.length)),
  );
  if (isTarget && target.endsWith(label)) return label;
  if (target === `http://${label}/` || target === `https://${label}/`) return label;
  return `${label} (${target})`;
}

function unescaped(entity: string): string {
  return entity === '&amp;' ? '&' : entity === '&lt;' ? '<' : '>';
}
