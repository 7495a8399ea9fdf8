import { el } from './dom.js';

/**
 * Slack's mrkdwn and ordinary Markdown as elements. Both build nodes and never markup text, so a `<script>` in a
 * message is six letters between two brackets.
 */

const EMOJI = {
  '+1': '👍',
  '-1': '👎',
  alarm_clock: '⏰',
  arrows_counterclockwise: '🔄',
  ballot_box_with_check: '☑️',
  bell: '🔔',
  books: '📚',
  bug: '🐛',
  bulb: '💡',
  calendar: '📆',
  camera: '📷',
  check: '✔️',
  clipboard: '📋',
  clock1: '🕐',
  construction: '🚧',
  computer: '💻',
  desktop_computer: '🖥️',
  eyes: '👀',
  fire: '🔥',
  gear: '⚙️',
  double_vertical_bar: '⏸️',
  exclamation: '❗',
  grey_question: '❔',
  hammer_and_wrench: '🛠️',
  heavy_check_mark: '✔️',
  heart: '❤️',
  hourglass: '⌛',
  hourglass_flowing_sand: '⏳',
  inbox_tray: '📥',
  information_source: 'ℹ️',
  key: '🔑',
  large_blue_circle: '🔵',
  large_green_circle: '🟢',
  large_orange_circle: '🟠',
  large_yellow_circle: '🟡',
  link: '🔗',
  lock: '🔒',
  mag: '🔍',
  memo: '📝',
  no_entry: '⛔',
  no_entry_sign: '🚫',
  octagonal_sign: '🛑',
  package: '📦',
  pencil: '📝',
  pencil2: '✏️',
  question: '❓',
  raised_hand: '✋',
  red_circle: '🔴',
  repeat: '🔁',
  robot_face: '🤖',
  rocket: '🚀',
  rotating_light: '🚨',
  satellite: '📡',
  seedling: '🌱',
  ship: '🚢',
  skull: '💀',
  sleeping: '😴',
  smile: '😄',
  sparkles: '✨',
  speech_balloon: '💬',
  stopwatch: '⏱️',
  tada: '🎉',
  thinking_face: '🤔',
  thumbsdown: '👎',
  thumbsup: '👍',
  twisted_rightwards_arrows: '🔀',
  warning: '⚠️',
  wastebasket: '🗑️',
  wave: '👋',
  white_check_mark: '✅',
  white_circle: '⚪',
  wrench: '🔧',
  x: '❌',
  zap: '⚡',
  zzz: '💤',
};

export function emoji(name) {
  return EMOJI[name] ?? `:${name}:`;
}

/** `names` turns ids into what people read: `{ user(id), channel(id) }`. */
export function renderMrkdwn(text, names) {
  const parts = text.split(/```/);
  return parts.flatMap((part, index) => {
    const isCode = index % 2 === 1 && index < parts.length - 1;
    if (isCode) return [el('pre', { tabindex: 0 }, decode(part.replace(/^\n/, '').replace(/\n$/, '')))];
    const isLoose = index % 2 === 1;
    return mrkdwnLines(isLoose ? `\`\`\`${part}` : part, names, index > 0);
  });
}

function mrkdwnLines(text, names, followsCode) {
  const nodes = [];
  let quote = [];
  const lines = (followsCode ? text.replace(/^\n/, '') : text).split('\n');
  const endQuote = () => {
    if (quote.length > 0)
      nodes.push(el('blockquote', null, joinLines(quote.map((line) => inline(line, names)))));
    quote = [];
  };
  let run = [];
  const endRun = () => {
    if (run.length > 0) nodes.push(...joinLines(run));
    run = [];
  };
  for (const line of lines) {
    const quoted = /^(?:&gt;|>) ?(.*)$/.exec(line);
    const item = /^( *)(?:[•◦▪-]|(\d+)\.) +(.*)$/.exec(line);
    if (quoted !== null) {
      endRun();
      quote.push(quoted[1]);
    } else if (item !== null) {
      endQuote();
      endRun();
      const mark = item[2] === undefined ? '•' : `${item[2]}.`;
      nodes.push(
        el(
          'div',
          { class: 'item' },
          el('span', { class: 'mark' }, mark),
          el('span', null, inline(item[3], names)),
        ),
      );
    } else {
      endQuote();
      run.push(inline(line, names));
    }
  }
  endQuote();
  endRun();
  return nodes;
}

function joinLines(lines) {
  return lines.flatMap((line, index) => (index === 0 ? line : [el('br'), ...line]));
}

const INLINE =
  /<([^<>\n]+)>|`([^`\n]+)`|(?<![\p{L}\p{N}])\*(?!\s)([^*\n]+?)(?<!\s)\*(?![\p{L}\p{N}])|(?<![\p{L}\p{N}])_(?!\s)([^_\n]+?)(?<!\s)_(?![\p{L}\p{N}])|(?<![\p{L}\p{N}])~(?!\s)([^~\n]+?)(?<!\s)~(?![\p{L}\p{N}])|:([a-z0-9_+'-]+):|(https?:\/\/[^\s<>|"'`]+[^\s<>|"'`.,;:!?)\]}])/gu;

function inline(text, names) {
  const nodes = [];
  let end = 0;
  for (const match of text.matchAll(INLINE)) {
    const [whole, reference, code, bold, italic, strike, short, address] = match;
    if (short !== undefined && EMOJI[short] === undefined) continue;
    if (match.index > end) nodes.push(decode(text.slice(end, match.index)));
    end = match.index + whole.length;
    if (reference !== undefined) nodes.push(renderReference(reference, names, whole));
    else if (code !== undefined) nodes.push(el('code', null, decode(code)));
    else if (bold !== undefined) nodes.push(el('strong', null, inline(bold, names)));
    else if (italic !== undefined) nodes.push(el('em', null, inline(italic, names)));
    else if (strike !== undefined) nodes.push(el('s', null, inline(strike, names)));
    else if (short !== undefined) nodes.push(emoji(short));
    else nodes.push(link(decode(address), decode(address)));
  }
  if (end < text.length) nodes.push(decode(text.slice(end)));
  return nodes;
}

function renderReference(reference, names, whole) {
  const [target, label] = reference.split('|', 2);
  if (target.startsWith('@'))
    return el('span', { class: 'mention' }, `@${names.user(target.slice(1)) ?? label ?? target.slice(1)}`);
  if (target.startsWith('#')) {
    const id = target.slice(1);
    return el('a', { class: 'mention', href: `#${id}` }, `#${names.channel(id) ?? label ?? id}`);
  }
  if (target.startsWith('!date^')) {
    const [, seconds, format] = target.split('^');
    return el('time', null, slackDate(Number(seconds), format ?? '{date_short}', decode(label ?? '')));
  }
  if (target.startsWith('!subteam^')) return el('span', { class: 'mention' }, decode(label ?? '@group'));
  if (target.startsWith('!')) return el('span', { class: 'mention' }, `@${target.slice(1)}`);
  if (!/^[a-z][a-z0-9+.-]*:/i.test(target)) return decode(whole);
  return link(decode(target), decode(label ?? target));
}

function slackDate(seconds, format, fallback) {
  const date = new Date(seconds * 1000);
  if (Number.isNaN(date.getTime())) return fallback;
  const short = { day: 'numeric', month: 'short', year: 'numeric' };
  return format
    .replaceAll(/\{date_num\}/g, date.toISOString().slice(0, 10))
    .replaceAll(/\{date(?:_short|_long)?(?:_pretty)?\}/g, date.toLocaleDateString([], short))
    .replaceAll(/\{time_secs\}/g, date.toLocaleTimeString())
    .replaceAll(/\{time\}/g, date.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit' }))
    .replaceAll(/\{ago\}/g, date.toLocaleString());
}

/** Only addresses that open a page or a letter become links: no script can hide in one. */
export function link(address, ...content) {
  if (!/^(?:https?:\/\/|mailto:)/i.test(address)) return el('span', null, content);
  const isHere = new URL(address, location.href).origin === location.origin;
  return el(
    'a',
    isHere ? { href: address } : { href: address, target: '_blank', rel: 'noopener noreferrer' },
    content,
  );
}

function decode(text) {
  return text.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
}

export function renderMarkdown(text) {
  return markdownBlocks(
    text
      .replaceAll('\r\n', '\n')
      .replaceAll(/<!--[\s\S]*?-->/g, '')
      .split('\n'),
  );
}

function markdownBlocks(lines) {
  const nodes = [];
  let at = 0;
  while (at < lines.length) {
    const line = lines[at];
    const fence = /^\s*(`{3,}|~{3,})/.exec(line);
    const heading = /^(#{1,6})\s+(.*?)\s*#*$/.exec(line);
    if (line.trim() === '') at += 1;
    else if (fence !== null) {
      const end = lines.findIndex((entry, index) => index > at && entry.trim().startsWith(fence[1]));
      const stop = end === -1 ? lines.length : end;
      nodes.push(el('pre', { tabindex: 0 }, lines.slice(at + 1, stop).join('\n')));
      at = stop + 1;
    } else if (heading !== null) {
      nodes.push(
        el(
          'p',
          { class: `md-heading h${heading[1].length}` },
          el('strong', null, markdownInline(heading[2])),
        ),
      );
      at += 1;
    } else if (/^\s*(?:-{3,}|\*{3,}|_{3,})\s*$/.test(line)) {
      nodes.push(el('hr'));
      at += 1;
    } else if (/^\s*>/.test(line)) {
      const quoted = takeWhile(lines, at, (entry) => /^\s*>/.test(entry));
      nodes.push(el('blockquote', null, markdownBlocks(quoted.map((entry) => entry.replace(/^\s*> ?/, '')))));
      at += quoted.length;
    } else if (isTableAt(lines, at)) {
      const rows = takeWhile(lines, at, (entry) => entry.includes('|'));
      nodes.push(markdownTable(rows));
      at += rows.length;
    } else if (LIST_ITEM.test(line)) {
      const items = takeWhile(lines, at, (entry) => LIST_ITEM.test(entry) || /^\s{2,}\S/.test(entry));
      nodes.push(markdownList(items));
      at += items.length;
    } else {
      const paragraph = takeWhile(
        lines,
        at,
        (entry, index) => entry.trim() !== '' && (index === at || !startsBlock(lines, index)),
      );
      nodes.push(el('p', null, joinLines(paragraph.map((entry) => markdownInline(entry.trim())))));
      at += paragraph.length;
    }
  }
  return nodes;
}

const LIST_ITEM = /^(\s*)([-*+]|\d+[.)])\s+(.*)$/;

function startsBlock(lines, at) {
  return (
    /^(?:#{1,6}\s|\s*(?:```|~~~|>))/.test(lines[at]) || LIST_ITEM.test(lines[at]) || isTableAt(lines, at)
  );
}

function takeWhile(lines, from, holds) {
  let end = from;
  while (end < lines.length && holds(lines[end], end)) end += 1;
  return lines.slice(from, Math.max(end, from + 1));
}

function isTableAt(lines, at) {
  return (
    lines[at].includes('|') &&
    /^\s*\|?\s*:?-+:?\s*(?:\|\s*:?-+:?\s*)*\|?\s*$/.test(lines[at + 1] ?? '') &&
    lines[at + 1].includes('-')
  );
}

function markdownTable(lines) {
  const cells = (line) =>
    line
      .trim()
      .replace(/^\|/, '')
      .replace(/\|$/, '')
      .split('|')
      .map((cell) => cell.trim());
  const row = (line, tag) =>
    el(
      'tr',
      null,
      cells(line).map((cell) => el(tag, null, markdownInline(cell))),
    );
  const [head, , ...body] = lines;
  return el(
    'div',
    { class: 'table-box', tabindex: 0 },
    el(
      'table',
      null,
      el('thead', null, row(head, 'th')),
      el(
        'tbody',
        null,
        body.map((line) => row(line, 'td')),
      ),
    ),
  );
}

function markdownList(lines) {
  const first = LIST_ITEM.exec(lines[0]);
  const depth = first[1].length;
  const list = el(/\d/.test(first[2]) ? 'ol' : 'ul');
  let at = 0;
  while (at < lines.length) {
    const item = LIST_ITEM.exec(lines[at]);
    const inner = takeWhile(
      lines.slice(at + 1),
      0,
      (entry) => (LIST_ITEM.exec(entry)?.[1].length ?? depth + 2) > depth,
    );
    const isNested =
      lines.length > at + 1 && (LIST_ITEM.exec(lines[at + 1])?.[1].length ?? depth + 2) > depth;
    const task = /^\[([ xX])\]\s+(.*)$/.exec(item[3]);
    const text = task === null ? item[3] : `${task[1] === ' ' ? '☐' : '☑'} ${task[2]}`;
    list.append(
      el(
        'li',
        null,
        markdownInline(text),
        isNested
          ? markdownBlocks(inner.map((entry) => entry.slice(Math.min(depth + 2, entry.search(/\S/)))))
          : [],
      ),
    );
    at += isNested ? inner.length + 1 : 1;
  }
  return list;
}

const MARKDOWN_INLINE =
  /`([^`\n]+)`|!\[([^\]]*)\]\(([^)\s]+)\)|\[([^\]]+)\]\(([^)\s]+)\)|\*\*(.+?)\*\*|__(.+?)__|(?<![\p{L}\p{N}])[*_](?!\s)([^*_\n]+?)(?<!\s)[*_](?![\p{L}\p{N}])|~~(.+?)~~|:([a-z0-9_+'-]+):|(https?:\/\/[^\s<>|"'`]+[^\s<>|"'`.,;:!?)\]}])/gu;

function markdownInline(text) {
  const nodes = [];
  let end = 0;
  for (const match of text.matchAll(MARKDOWN_INLINE)) {
    const [whole, code, alt, picture, label, target, strong, strongToo, italic, strike, short, address] =
      match;
    if (short !== undefined && EMOJI[short] === undefined) continue;
    if (match.index > end) nodes.push(text.slice(end, match.index));
    end = match.index + whole.length;
    if (code !== undefined) nodes.push(el('code', null, code));
    else if (picture !== undefined) nodes.push(link(picture, alt === '' ? picture : alt));
    else if (target !== undefined) nodes.push(link(target, markdownInline(label)));
    else if (strong !== undefined || strongToo !== undefined)
      nodes.push(el('strong', null, markdownInline(strong ?? strongToo)));
    else if (italic !== undefined) nodes.push(el('em', null, markdownInline(italic)));
    else if (strike !== undefined) nodes.push(el('s', null, markdownInline(strike)));
    else if (short !== undefined) nodes.push(emoji(short));
    else nodes.push(link(address, address));
  }
  if (end < text.length) nodes.push(text.slice(end));
  return nodes;
}

/** A text object of Block Kit: mrkdwn, or plain text whose emoji names become emoji. */
export function renderText(text, { names }) {
  if (text === undefined) return [];
  if (text.type === 'mrkdwn') return renderMrkdwn(text.text, names);
  return text.text.split(/(:[a-z0-9_+'-]+:|\n)/).map((part) => {
    if (part === '\n') return el('br');
    return part.length > 2 && part.startsWith(':') && part.endsWith(':') ? emoji(part.slice(1, -1)) : part;
  });
}
