import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  type AgentKind,
  agentKinds,
  createCommandKind,
  createDemoKind,
  findAgentKind,
  usageLimitUntil,
} from '../../src/agents/index.ts';

const NOW = new Date('2026-11-22T14:30:00Z');
const OPTIONS = { permissionMode: 'ask', sessionUuid: '6f1c2f0e-54a2-4c1e-9d1f-2a5a4cf0d0d1' } as const;

const kinds: readonly AgentKind[] = [
  ...agentKinds,
  createDemoKind({ nodePath: 'node', scriptPath: 'demo-agent.ts', env: {} }),
  createCommandKind({ name: 'helper', words: ['helper'] }),
];
const named = kinds.map((kind) => ({ name: kind.name, kind }));

function kindOf(name: string): AgentKind {
  const kind = findAgentKind(name);
  if (kind === null) throw new Error(`there is no kind ${name}`);
  return kind;
}

describe.each(named)('$name', ({ kind }) => {
  test('says of each thing what is known, or that nothing is', () => {
    const sections = ['hooks', 'transcripts', 'stateFile', 'escapes', 'resume', 'usageLimit'] as const;
    for (const section of sections) expect(kind[section]).not.toBeUndefined();
    expect(kind.typing.gapMs).toBeGreaterThan(0);
    expect(kind.processNames.length).toBeGreaterThan(0);
    expect(kind.interruptKeys.length).toBeGreaterThan(0);
  });

  test('names every file that its words and its environment lead to', () => {
    const { words, env, files } = kind.launch(OPTIONS);
    const names = files.map((file) => file.name);
    const paths = [...words, ...Object.values(env)].flatMap((each) =>
      typeof each !== 'string' && each.kind === 'path' ? [each.name] : [],
    );
    for (const path of paths) {
      expect(names.some((name) => name === path || name.startsWith(`${path}/`))).toBe(true);
    }
    for (const name of names) expect(name).toMatch(/^(?:[a-z][a-z0-9-]*\/)*[a-z][a-z0-9-]*\.[a-z]+$/);
  });

  test('starts the same program when it goes on with a conversation, names that, and asks nothing again', () => {
    if (kind.resume === null) return;
    const programs = (made: ReturnType<AgentKind['launch']>) =>
      made.words.filter((word) => typeof word === 'string' && kind.processNames.includes(word));
    const resumed = kind.resume({ ...OPTIONS, conversation: 'c-42' });
    expect(programs(resumed)).toEqual(programs(kind.launch(OPTIONS)));
    expect(JSON.stringify(resumed.words)).toContain('c-42');
    expect(JSON.stringify(resumed.words)).not.toContain(OPTIONS.sessionUuid);
    expect(resumed.words).not.toContainEqual({ kind: 'prompt' });
  });
});

test('a kind is one file, and nothing but the list of kinds knows it', () => {
  const folder = join(import.meta.dirname, '../../src/agents');
  const sources = new Map(
    readdirSync(folder, { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.ts'))
      .map((file) => [file, readFileSync(join(folder, file), 'utf8')] as const),
  );
  const listed = [...(sources.get('agent-kinds.ts') ?? '').matchAll(/from '\.\/([\w-]+\.ts)'/g)]
    .map(([, file = '']) => file)
    .filter((file) => file !== 'agent-kind.ts');
  expect(listed).toHaveLength(agentKinds.length);
  for (const file of listed) {
    const users = [...sources].filter(([, source]) => source.includes(`from './${file}'`));
    expect(users.map(([name]) => name)).toEqual(['agent-kinds.ts']);
  }
});

test('no two kinds have a name or a process in common', () => {
  expect(new Set(agentKinds.map(({ name }) => name)).size).toBe(agentKinds.length);
  const processes = agentKinds.flatMap(({ processNames }) => processNames);
  expect(new Set(processes).size).toBe(processes.length);
});

test('hooks of codex come with the trust that its hooks/list asks for', () => {
  const words = kindOf('codex').launch(OPTIONS).words.map(String);
  // Codex 0.169.0 runs this very command under it.
  expect(words.find((word) => word.startsWith('hooks.state='))).toContain(
    '"/<session-flags>/config.toml:stop:0:0"={trusted_hash="sha256:190c8f1534e4cb79b16b1b77137cef311d5c54b1e57648694960bbc2d5ea43be"}',
  );
  expect(words).not.toContain('--dangerously-bypass-hook-trust');
});

test('a hook runs the script of its session, and nothing where there is none', () => {
  const texts = kinds.flatMap((kind) => {
    const { words, files } = kind.launch(OPTIONS);
    return [...words.map(String), ...files.map((file) => file.content)];
  });
  const commands = texts.filter((text) => text.includes('FLEET_HOOK'));
  expect(commands.length).toBeGreaterThan(5);
  for (const text of commands.filter((each) => !each.includes('import { spawn }'))) {
    expect(text.replaceAll('\\', '')).toContain('[ ! -f "$FLEET_HOOK" ] || sh "$FLEET_HOOK" ');
  }
});

describe('a usage limit', () => {
  test.each([
    ['claude', "You've hit your session limit · resets 5pm (Europe/Berlin)", '2026-11-22T16:00:00Z'],
    ['claude', "You've hit your weekly limit · resets Nov 25 at 5pm (UTC)", '2026-11-25T17:00:00Z'],
    ['claude', '5-hour limit reached ∙ resets 3pm', '2026-11-22T15:00:00Z'],
    ['claude', 'Claude AI usage limit reached|1795363200', '2026-11-22T16:00:00Z'],
    [
      'codex',
      "You've hit your usage limit. Upgrade to Pro (https://chatgpt.com/explore/pro) or try again at 3:05 PM.",
      '2026-11-22T15:05:00Z',
    ],
    ['codex', "You've hit your usage limit. Try again in 3 days 2 hours 5 minutes.", '2026-11-25T16:35:00Z'],
    [
      'copilot',
      "You've exceeded your weekly rate limit. Please try again in 45 minutes.",
      '2026-11-22T15:15:00Z',
    ],
    [
      'gemini',
      'Usage limit reached for gemini-2.5-pro.\nAccess resets at 2:00 PM PDT.',
      '2026-11-22T21:00:00Z',
    ],
    ['gemini', 'Limit reached, resets in 4h 12m', '2026-11-22T18:42:00Z'],
  ])('of %s: %s', (name, text, until) => {
    expect(usageLimitUntil(kindOf(name), text, NOW)).toEqual(new Date(until));
  });

  test.each([
    ['claude', 'The cron job resets at 3pm'],
    ['claude', "You've hit your session limit"],
    ['codex', 'try again in 5 minutes'],
    ['qwen', 'Qwen OAuth quota exceeded: Your free daily quota has been reached.'],
    ['amplifier', 'usage limit reached, resets 3pm'],
  ])('is not told, or not until when: %s, %s', (name, text) => {
    expect(usageLimitUntil(kindOf(name), text, NOW)).toBeNull();
  });
});

describe('claude’s own state file', () => {
  const file = (more: object) =>
    JSON.stringify({ pid: 69, sessionId: 's', statusUpdatedAt: NOW.getTime(), ...more });
  const read = (content: string, pid = 69) => kindOf('claude').stateFile?.report(content, pid) ?? null;

  test.each([
    ['busy', { kind: 'working' }],
    ['idle', { kind: 'at-prompt' }],
    ['shell', { kind: 'at-prompt' }],
  ])('%s', (status, says) => {
    expect(read(file({ status }))).toMatchObject({ channel: 'session-file', says, at: NOW });
  });

  test('a dialog is something it waits for', () => {
    expect(read(file({ status: 'waiting', waitingFor: 'permission prompt' }))).toMatchObject({
      says: { kind: 'asks', promptKind: 'permission', question: 'permission prompt' },
      detail: 'status waiting for permission prompt',
    });
  });

  test.each([
    ['of another process', file({ status: 'idle' }), 70],
    ['half written', '{"pid":69,"sta', 69],
    ['without a status', file({}), 69],
    ['with a status nobody knows', file({ status: 'dreaming' }), 69],
    ['without a time', JSON.stringify({ pid: 69, status: 'idle' }), 69],
  ])('one %s says nothing', (_name, content, pid) => {
    expect(read(content, pid)).toBeNull();
  });
});
