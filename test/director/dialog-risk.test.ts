import { expect, test } from 'vitest';
import { observe } from '../../src/agents/index.ts';
import { dialogRisk } from '../../src/director/dialog-risk.ts';
import { declines, dialogOf } from '../../src/domain/index.ts';
import { readRecordedScreens } from '../support/corpus.ts';

const yesTo = (question: string, label = 'Yes') =>
  dialogRisk({ promptKind: 'permission', question, options: [] }, label);

test.each([
  [
    'Claude Code',
    'Bash command\nnpm test\nRun the tests\nThis command requires approval\nDo you want to proceed?',
  ],
  ['Codex', 'Would you like to run the following command?\nEnvironment: local\nReason: Tests\n$ npm test'],
  ['Copilot', 'Run the tests\nnpm test\nDo you want to run this command?'],
  ['Gemini', '? Shell  npm test\nnpm test\nAllow execution of [Shell]?'],
  ['Qwen', "?  Shell npm test (Run the tests) ←\nnpm test\nAllow execution of: 'npm'?"],
  ['opencode', '△ Permission required\n# Shell command\n$ npm test'],
])('a command is judged as %s shows it', (_, question) => {
  expect(yesTo(question)).toMatchObject({ verdict: 'allow' });
  expect(yesTo(question.replaceAll('npm test', 'git push --force'))).toMatchObject({
    verdict: 'approve',
    category: 'git',
  });
  expect(yesTo(question.replaceAll('npm test', 'rm -rf / --no-preserve-root'))).toMatchObject({
    verdict: 'refuse',
  });
});

test.each([
  ['a command of which lines are hidden', 'Bash command\n[… 15 lines]\nls\nDo you want to proceed?'],
  ['a command in words that are not known', 'May I?'],
  ['a last line that might be a command', 'Bash command\nls\nrm -rf ~\nDo you want to proceed?'],
  ['a change outside the worktree', 'Edit file\n/etc/hosts\n1 + x\nDo you want to make this edit to hosts?'],
  [
    'a change of settings',
    'Edit file\n.github/workflows/ci.yml\n1 + x\nDo you want to make this edit to ci.yml?',
  ],
])('%s takes a person', (_, question) => {
  expect(yesTo(question).verdict).not.toBe('allow');
});

test('a change of a file of the worktree is everyday work, and one yes for all of them is not', () => {
  const question =
    'Edit file\nsrc/parser.py\n10  def parse(text):\nDo you want to make this edit to parser.py?';
  expect(yesTo(question)).toMatchObject({ verdict: 'allow' });
  expect(yesTo(question, 'Yes, allow all edits during this session')).toMatchObject({
    category: 'protections',
  });
});

test('what real agents ask is read for every kind, and nothing that destroys is taken for everyday work', () => {
  const asked = readRecordedScreens('test/fixtures/screens').flatMap(({ kind, capture }) => {
    const dialog = dialogOf(observe(kind, capture));
    const yes = dialog?.options.find(({ label }) => !declines(label));
    if (dialog?.promptKind !== 'permission' || yes === undefined) return [];
    return [{ kind, question: dialog.question, risk: dialogRisk(dialog, yes.label) }];
  });
  const read = asked.filter(({ risk }) => risk.category !== 'undecided');
  // Of a program whose dialogs nobody knows, whatever it asks takes a person.
  expect(new Set(read.map(({ kind }) => kind.name))).toEqual(
    new Set(asked.filter(({ kind }) => kind.isKnown).map(({ kind }) => kind.name)),
  );
  const everyday = asked.filter(({ risk }) => risk.verdict === 'allow').map(({ question }) => question);
  // A push to the branch the agent works on, or of none at all, is what agents do all day.
  expect(everyday.filter((question) => /npm publish|git push .*--force/.test(question))).toEqual([]);
});
