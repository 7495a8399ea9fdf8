import { expect, test } from 'vitest';
import { afterMention, typedText } from '../../src/slack/in/typed-text.ts';

test.each([
  ['plain words', 'Fix it', 'Fix it'],
  ['escapes', 'a &amp;&amp; b &lt;c&gt;', 'a && b <c>'],
  ['an escape that was typed', '&amp;lt;', '&lt;'],
  ['shell characters and line breaks', "'; touch /tmp/x; $(id)\n\n  two", "'; touch /tmp/x; $(id)\n\n  two"],
  ['a bare link', '<https://example.com/a?b=1&amp;c=2>', 'https://example.com/a?b=1&c=2'],
  ['an address that became a link', 'see <http://example.com|example.com>.', 'see example.com.'],
  ['a mail address that became a link', '<mailto:a@example.com|a@example.com>', 'a@example.com'],
  ['a link with a label of its own', '<https://example.com/x|the page>', 'the page (https://example.com/x)'],
  ['a person', '<@U012AB3CD> <@U1|ann>', '@U012AB3CD @ann'],
  ['a channel', '<#C012|general>', '#general'],
  ['a call to everybody', '<!here> <!subteam^S1|@team>', '@here @team'],
  ['unicode', '漢字 🙂 “quoted” — dashed', '漢字 🙂 “quoted” — dashed'],
])('%s arrive as they were typed', (_name, text, typed) => {
  expect(typedText(text)).toBe(typed);
});

test.each([
  ['a mention', '<@UBOT> status', 'status'],
  ['a mention with a name and a colon', ' <@UBOT|fleet>: add x\n y', 'add x\n y'],
  ['somebody else', '<@UANN> status', null],
  ['no mention', 'status', null],
  ['a mention in the middle', 'hey <@UBOT> status', null],
])('after the mention: %s', (_name, text, rest) => {
  expect(afterMention(text, 'UBOT')).toBe(rest);
});
