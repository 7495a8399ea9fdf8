import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { observe } from '../../src/agents/index.ts';
import { type Dialog, dialogFingerprint, dialogOf } from '../../src/domain/index.ts';
import { readRecordedScreen } from '../support/corpus.ts';

const fixtures = fileURLToPath(new URL('../fixtures/screens', import.meta.url));

function readDialog(path: string): Dialog {
  const screen = readRecordedScreen(join(fixtures, path), fixtures);
  const dialog = dialogOf(observe(screen.kind, screen.capture));
  if (dialog === null) throw new Error(`${path} shows no dialog`);
  return dialog;
}

const rows: readonly {
  readonly path: string;
  readonly asks: string;
  readonly keys: Readonly<Record<string, readonly string[]>>;
}[] = [
  {
    path: 'claude-code/waiting_input/perm-bash-120x40-01.json',
    asks: 'npm install left-pad',
    keys: { Yes: ['1'], 'Yes, and don’t ask again for: npm install *': ['2'], No: ['3'] },
  },
  {
    path: 'claude-code/waiting_input/bypass-warning-120x40-01.json',
    asks: 'Bypass Permissions mode',
    keys: { 'No, exit': ['1'], 'Yes, I accept': ['2'] },
  },
  {
    path: 'claude-code/waiting_input/ask-single-120x40-01.json',
    asks: 'Which storage should the cache use?',
    keys: { Redis: ['1'], SQLite: ['2'], 'In memory': ['3'], 'Chat about this': ['5'] },
  },
  {
    path: 'codex/waiting_input/perm-bash-120x40-01.json',
    asks: '$ npm install left-pad',
    keys: {
      'Yes, proceed': ['y'],
      "Yes, and don't ask again for commands that start with `npm install left-pad`": ['p'],
      'No, and tell Codex what to do differently': ['Down', 'Down', 'Enter'],
    },
  },
  {
    path: 'copilot/waiting_input/perm-bash-small-80x24-01.json',
    asks: "rm -rf build dist && find . -name '*.pyc' -delete",
    keys: {
      Yes: ['Enter'],
      "Yes, and don't ask again for `rm` and `find` in this repo (/tmp/demo/billing-svc)": ['Down', 'Enter'],
      'No, and tell Copilot what to do differently (Esc to stop)': ['Down', 'Down', 'Enter'],
    },
  },
  {
    path: 'opencode/waiting_input/perm-bash-120x40-01.json',
    asks: '$ npm install left-pad',
    keys: {
      'Allow once': ['Enter'],
      'Allow always': ['Right', 'Enter'],
      Reject: ['Right', 'Right', 'Enter'],
    },
  },
  {
    path: 'qwen/waiting_input/perm-bash-120x40-01.json',
    asks: "Allow execution of: 'npm'?",
    keys: {
      'Yes, allow once': ['1'],
      "Always allow run 'npm install *' commands in this project": ['2'],
      "Always allow run 'npm install *' commands for this user": ['3'],
      'No, suggest changes': ['4'],
    },
  },
  {
    path: 'demo/waiting_input/permission.json',
    asks: 'Do you want to run: git push -u origin fleet/t1?',
    keys: {
      Yes: ['1'],
      "Yes, and don't ask again for this session": ['2'],
      'No, and tell the agent what to do differently': ['3'],
    },
  },
];

describe('a dialog says what it asks and which keys choose each answer', () => {
  for (const row of rows) {
    test(row.path, () => {
      const dialog = readDialog(row.path);
      expect(dialog.question).toContain(row.asks);
      expect(Object.fromEntries(dialog.options.map(({ label, keys }) => [label, keys]))).toEqual(row.keys);
    });
  }
});

test('a list in which several answers are ticked offers no single answer', () => {
  expect(readDialog('claude-code/waiting_input/ask-multi-80x24-01.json').options).toEqual([]);
});

test('two looks at one dialog have one fingerprint, two dialogs have two', () => {
  const first = dialogFingerprint(readDialog('qwen/waiting_input/perm-bash-120x40-01.json'));
  const other = dialogFingerprint(readDialog('qwen/waiting_input/perm-bash-small-80x24-01.json'));
  expect(dialogFingerprint(readDialog('qwen/waiting_input/perm-bash-120x40-01.json'))).toBe(first);
  expect(other).not.toBe(first);
});
