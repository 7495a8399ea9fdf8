import { expect, test } from 'vitest';
import { findDialog } from '../../src/agents/screen/dialog.ts';

const RULE = '─'.repeat(60);
const ANSWERS = [' Do you want to proceed?', ' ❯ 1. Yes', '   2. No', '', ' Esc to cancel'];
const HABITS = { takesDigits: true, countsUnnumbered: false };

function dialogOn(screen: readonly string[]) {
  const dialog = findDialog(
    {
      lines: screen,
      ansiLines: () => screen,
      title: '',
      width: 120,
      cursor: { x: 0, y: 0 },
      isCursorVisible: false,
      agent: null,
      tools: [],
      titleForMs: null,
      isMoving: null,
    },
    0,
    HABITS,
  );
  if (dialog === null) throw new Error('no dialog');
  return dialog;
}

const asked = (...command: readonly string[]) =>
  dialogOn(['● I clean up.', '', RULE, ' Bash command', '', ...command, '', ...ANSWERS]);

test.each([
  ['far behind blanks', [`   ls${' '.repeat(40)}; rm -rf ~`], '; rm -rf ~'],
  ['without a letter', ['   :(){ :|:& };:'], ':(){ :|:& };:'],
  ['above two empty lines', ['   rm -rf ~', '', '', '   echo done'], 'rm -rf ~'],
] as const)('a command that stands %s is asked about', (_, command, shown) => {
  const { question, options } = asked(...command);
  expect(question).toContain(shown);
  expect(options).toHaveLength(2);
});

test.each([
  [
    'more lines than a question may have',
    ['   rm -rf ~', ...Array.from({ length: 40 }, (_, i) => `   echo ${i}`)],
  ],
  ['more characters than a question may have', ['   rm -rf ~', `   echo ${'x'.repeat(2_500)}`]],
])('%s: nobody can agree to what they do not see', (_, command) => {
  const { question, options } = asked(...command);
  expect(question).not.toContain('rm -rf');
  expect(question).toMatch(/^\[The beginning is cut off\.\]\n/);
  expect(options).toEqual([]);
});

test('a framed dialog that begins above the screen has no answers', () => {
  const inside = (text: string) => `│ ${text.padEnd(50)} │`;
  const framed = [inside('rm -rf /tmp/x'), ...ANSWERS.map(inside), `╰${'─'.repeat(52)}╯`];
  expect(dialogOn(framed).options).toEqual([]);
  expect(dialogOn([`╭${'─'.repeat(52)}╮`, ...framed]).options).toHaveLength(2);
});

test('what the agent said before the dialog is not asked about', () => {
  const { question } = asked('   npm test');
  expect(question).toBe('Bash command\nnpm test\nDo you want to proceed?');
});
