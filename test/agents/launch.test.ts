import { execFile } from 'node:child_process';
import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  type AgentKind,
  agentKinds,
  createCommandKind,
  createDemoKind,
  withEnvironment,
} from '../../src/agents/index.ts';
import type { PermissionMode } from '../../src/domain/index.ts';

const run = promisify(execFile);

const PROMPTS = {
  'quotes and substitution': `it's "quoted" \`id\` $(touch /tmp/never) \${HOME} \\n'; exit 1 #`,
  'line breaks': 'first\n\n  second\r\nthird\n',
  'a leading dash': '--dangerously-skip-permissions and -p',
  'an option with a value': '--prompt=other',
  'two dashes alone': '--',
  'other scripts': '解析器を説明 🚀 العربية',
  'blanks around': '  padded  ',
};

const SESSION = '6f1c2f0e-54a2-4c1e-9d1f-2a5a4cf0d0d1';
let folder = '';

/** A stand-in for every agent's program: prints the words it was given, each ended by a zero byte. */
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'launch-'));
  for (const name of [
    'claude',
    'codex',
    'copilot',
    'opencode',
    'gemini',
    'qwen',
    'amplifier',
    'demo-node',
    'helper',
  ]) {
    const file = join(folder, name);
    await writeFile(file, `#!/bin/sh\nprintf '%s\\0' "$0" "$@"\n`);
    await chmod(file, 0o755);
  }
});
afterAll(() => rm(folder, { recursive: true }));

const kinds: readonly AgentKind[] = [
  ...agentKinds,
  createDemoKind({ nodePath: 'demo-node', scriptPath: 'demo-agent.ts', env: {} }),
  createCommandKind({ name: 'helper', words: ['helper', '--quiet'] }),
];

async function wordsReceived(
  kind: AgentKind,
  prompt: string,
  permissionMode: PermissionMode,
): Promise<readonly string[]> {
  const { words } = kind.launch({ permissionMode, sessionUuid: SESSION });
  const [program = '', ...rest] = words.map((word) => (typeof word === 'string' ? word : prompt));
  const { stdout } = await run(program, rest, { env: { PATH: `${folder}:/usr/bin:/bin` } });
  return stdout.split('\0').slice(0, -1);
}

/** What the program takes as its prompt: the last word, or the value joined to its prompt option. */
function promptOf(received: readonly string[]): string | undefined {
  return received.at(-1)?.replace(/^--(?:prompt|interactive|prompt-interactive)=/, '');
}

describe.each(kinds.map((kind) => ({ name: kind.name, kind })))('$name', ({ name, kind }) => {
  test.each(Object.entries(PROMPTS))(
    'takes a prompt with %s as it is, as one word',
    async (_name, prompt) => {
      const received = await wordsReceived(kind, prompt, 'ask');
      // The option form is stripped once, so a prompt that looks like the option itself stays whole.
      expect(received.at(-1)?.endsWith(prompt)).toBe(true);
      if (prompt !== PROMPTS['an option with a value']) expect(promptOf(received)).toBe(prompt);
    },
  );

  test('protects a leading dash by two dashes or by joining it to its option', async () => {
    const received = await wordsReceived(kind, '-x', 'ask');
    const isJoined = /^--[a-z-]+=-x$/.test(received.at(-1) ?? '');
    if (name !== 'helper') expect(isJoined || received.at(-2) === '--').toBe(true);
  });

  test('each permission mode is a launch of its own kind of trust', () => {
    const launches = (['ask', 'edits', 'all'] as const).map((permissionMode) =>
      JSON.stringify(kind.launch({ permissionMode, sessionUuid: SESSION })),
    );
    // Amplifier and configured commands have no such modes.
    expect(new Set(launches).size).toBe(['amplifier', 'helper'].includes(name) ? 1 : 3);
  });
});

test('a command is given the variables it is configured with', () => {
  const env = { MY_MODE: 'fast' };
  const kind = createCommandKind({ name: 'helper', words: ['helper'], env });
  expect(kind.launch({ permissionMode: 'ask', sessionUuid: SESSION }).env).toEqual(env);
});

test('a known kind can be given more than the environment of its host', () => {
  const options = { permissionMode: 'ask', sessionUuid: 'one' } as const;
  for (const kind of agentKinds) {
    const plain = kind.launch(options);
    const given = withEnvironment(kind, { EXTRA: 'yes' }).launch(options);
    expect(given).toEqual({ ...plain, env: { ...plain.env, EXTRA: 'yes' } });
  }
});
