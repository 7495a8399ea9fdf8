import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { classify } from '../../src/cli/classify.ts';
import { containing } from '../support/containing.ts';

const program = fileURLToPath(new URL('../../src/cli/fleet.ts', import.meta.url));
const fixtures = new URL('../fixtures/screens/', import.meta.url);

const verdict = z.strictObject({
  id: z.union([z.string(), z.number()]),
  state: z.string(),
  needsHuman: z.boolean(),
  promptKind: z.string().nullable(),
  options: z.array(z.object({ label: z.string(), keys: z.array(z.string()) })),
  confidence: z.number(),
  source: z.string(),
  rule: z.string(),
  evidence: z.string(),
  reason: z.string().optional(),
});
type Verdict = z.infer<typeof verdict>;

type Recorded = Record<string, unknown> & {
  readonly plain: string;
  readonly signals: Record<string, unknown>;
};

function recorded(path: string): Recorded {
  const screen = z.looseObject({ plain: z.string(), signals: z.record(z.string(), z.unknown()).default({}) });
  return screen.parse(JSON.parse(readFileSync(new URL(path, fixtures), 'utf8')));
}

const IDLE = 'claude-code/idle/ctrlc-armed-120x40-01.json';
const DONE = 'claude-code/completed/final-tests-failed-120x40-01.json';
const BUSY = 'claude-code/thinking/thinking-tokens-120x40-01.json';
const DIALOG = 'claude-code/waiting_input/perm-bash-120x40-01.json';

async function classifyBytes(...chunks: readonly (string | Uint8Array)[]): Promise<readonly Verdict[]> {
  async function* input() {
    for (const chunk of chunks) yield typeof chunk === 'string' ? new TextEncoder().encode(chunk) : chunk;
  }
  let text = '';
  for await (const lines of classify(input())) text += lines;
  return text === ''
    ? []
    : text
        .trimEnd()
        .split('\n')
        .map((line) => verdict.parse(JSON.parse(line)));
}

function classifyLines(...values: readonly unknown[]): Promise<readonly Verdict[]> {
  return classifyBytes(values.map((value) => `${JSON.stringify(value)}\n`).join(''));
}

async function runProgram(input: string, words: readonly string[] = []) {
  const child = spawn(process.execPath, [program, 'classify', ...words], { stdio: 'pipe' });
  const read = async (stream: NodeJS.ReadableStream) => {
    let text = '';
    for await (const chunk of stream) text += String(chunk);
    return text;
  };
  child.stdin.on('error', () => undefined).end(input);
  const [stdout, stderr, exitCode] = await Promise.all([
    read(child.stdout),
    read(child.stderr),
    new Promise<number | null>((resolve) => child.on('close', resolve)),
  ]);
  return { stdout, stderr, exitCode };
}

test('a program that is called otherwise than its agent is the one that has the terminal', async () => {
  const other = { ...recorded('cn/completed/final-pr-120x40-01.json'), agent: 'continue' };
  expect(await classifyLines({ ...other, id: 'one' })).toMatchObject([{ id: 'one', state: 'idle' }]);
  const left = { ...recorded('cn/shell/killed-idle-120x40-01.json'), agent: 'continue' };
  expect(await classifyLines({ ...left, id: 'two' })).toMatchObject([{ id: 'two', state: 'shell' }]);
});

test('the program reads captures line by line and answers each in its place', async () => {
  const input = [{ ...recorded(DIALOG), id: 'first' }, 'no capture', { ...recorded(BUSY), id: 2 }]
    .map((value) => `${JSON.stringify(value)}\n`)
    .join('');
  const { stdout, stderr, exitCode } = await runProgram(input);
  const verdicts = stdout
    .trimEnd()
    .split('\n')
    .map((line) => verdict.parse(JSON.parse(line)));
  expect(verdicts).toMatchObject([
    {
      id: 'first',
      state: 'waiting_input',
      needsHuman: true,
      promptKind: 'permission',
      options: [{ label: 'Yes', keys: ['1'] }, { keys: ['2'] }, { label: 'No', keys: ['3'] }],
      rule: 'claude-code/permission-dialog',
    },
    { id: 'line 2', state: 'unknown', needsHuman: false, promptKind: null, options: [] },
    { id: 2, state: 'thinking', needsHuman: false },
  ]);
  expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
}, 30_000);

test('the program says how it is used when it is given words', async () => {
  expect(await runProgram('', ['file.json'])).toMatchObject({
    exitCode: 2,
    stderr: 'Usage: fleet classify < captures.ndjson\n',
  });
}, 30_000);

const UNREADABLE: Readonly<Record<string, string | Uint8Array>> = {
  'no JSON': 'hello\n',
  'half of a line': '{"plain": "a',
  'an empty line': '\n',
  'bytes that are no text': new Uint8Array([0xff, 0xfe, 0x00, 0x7b, 0x0a]),
  'no object': '[1, 2]\n',
  'no screen': '{"agent": "codex"}\n',
  'a screen that is no text': '{"agent": "codex", "plain": 7}\n',
  'processes that are none': '{"agent": "codex", "plain": "", "processes": "all"}\n',
  'a pane that is none': '{"agent": "codex", "plain": "", "pane": {"cursor_x": {}}}\n',
  'a nesting that has no end': `${'['.repeat(200_000)}\n`,
};
for (const [name, input] of Object.entries(UNREADABLE)) {
  test(`a line is unknown and the next is read: ${name}`, async () => {
    const next = `${JSON.stringify({ ...recorded(DONE), id: 'next' })}\n`;
    const isLast = typeof input === 'string' && !input.endsWith('\n');
    const verdicts = await (isLast ? classifyBytes(next, input) : classifyBytes(input, next));
    expect(verdicts).toHaveLength(2);
    expect(verdicts.find(({ id }) => id === 'next')).toMatchObject({ state: 'completed' });
    expect(verdicts.find(({ id }) => id !== 'next')).toMatchObject({
      state: 'unknown',
      rule: 'unreadable-line',
      reason: containing(/\w/),
    });
  });
}

test('a line longer than any screen is unknown and is not kept', async () => {
  const part = 'x'.repeat(1024 * 1024);
  const verdicts = await classifyBytes('{"plain":"', ...Array<string>(20).fill(part), '"}\n', 'no\n');
  expect(verdicts.map(({ reason }) => reason)).toEqual([
    'the line has more than 16777216 bytes',
    'the line is not JSON',
  ]);
});

test('a line keeps its own name when the rest of it cannot be read', async () => {
  expect(await classifyLines({ id: 'mine', plain: null })).toMatchObject([{ id: 'mine', state: 'unknown' }]);
});

test('lines may come in pieces, with line ends of either kind and none at the end', async () => {
  const text = `${JSON.stringify({ ...recorded(DONE), id: 'é' })}\r\n${JSON.stringify({ ...recorded(BUSY), id: 'b' })}`;
  const bytes = new TextEncoder().encode(text);
  const pieces = Array.from({ length: Math.ceil(bytes.length / 777) }, (_, index) =>
    bytes.slice(index * 777, (index + 1) * 777),
  );
  expect(await classifyBytes(...pieces)).toMatchObject([
    { id: 'é', state: 'completed' },
    { id: 'b', state: 'thinking' },
  ]);
});

test('what only the makers of a recording know is not used', async () => {
  const screen = recorded(BUSY);
  const misleading = {
    ...screen,
    truth: { state: 'shell', accept: ['shell'] },
    scenario: 'killed',
    server: { in_flight: [] },
    tags: ['dead'],
    last_input: [[1, 'key', ['C-c']]],
  };
  const [one, other] = await classifyLines({ ...screen, id: 1 }, { ...misleading, id: 1 });
  expect(other).toEqual(one);
});

test('parts that were not recorded are done without', async () => {
  const { plain, agent } = recorded(DIALOG);
  const verdicts = await classifyLines(
    { plain, agent },
    { plain, agent, ansi: null, pane: null, signals: {} },
  );
  for (const each of verdicts)
    expect(each).toMatchObject({ state: 'waiting_input', promptKind: 'permission' });
});

test('a program that is not known is read by the rules for any program', async () => {
  const plain = 'Run shell command? (Y)es/(N)o [Yes]:';
  const processes = [{ pid: 7, ppid: 1, stat: 'Ss+', comm: 'helper', cmd: 'helper' }];
  expect(await classifyLines({ agent: 'helper', plain, processes }, { plain })).toMatchObject([
    { state: 'waiting_input', promptKind: 'permission', rule: 'any/line-question' },
    { state: 'waiting_input' },
  ]);
});

test('captures of one series tell whether the screen moves', async () => {
  const processes = [{ pid: 7, ppid: 1, stat: 'Ss+', comm: 'helper', cmd: 'helper' }];
  const look = (series: string, plain: string) => ({ agent: 'helper', series, plain, processes });
  expect(
    await classifyLines(
      look('a', 'compiling 1'),
      look('b', 'ready'),
      look('a', 'compiling 2'),
      look('b', 'ready'),
    ),
  ).toMatchObject([{ state: 'unknown' }, { state: 'unknown' }, { state: 'thinking' }, { state: 'unknown' }]);
});

const silentFor = (seconds: number, more: object = {}) => ({
  agent: 'qwen',
  series: 'a',
  plain: ['> fix it', '', `... Working on it. (${seconds}s · esc to cancel)`, '', ...QWEN_BOX].join('\n'),
  processes: [{ pid: 7, ppid: 1, stat: 'Ss+', comm: 'qwen', cmd: 'qwen' }],
  ...more,
});
const QWEN_BOX = ['─'.repeat(60), '*   Type your message or @path/to/file', '─'.repeat(60)];

test('a silence that turns out to be long was one of failing requests from its beginning', async () => {
  const verdicts = await classifyLines(
    silentFor(2),
    silentFor(4),
    silentFor(12),
    silentFor(3, { series: 'b' }),
  );
  expect(verdicts.map(({ state }) => state)).toEqual(['retrying', 'retrying', 'retrying', 'thinking']);
});

test('whoever waits for an answer before the next line gets one', async () => {
  const { promise: isAsked, resolve: ask } = Promise.withResolvers<void>();
  async function* input() {
    yield new TextEncoder().encode(`${JSON.stringify(silentFor(2))}\n`);
    await isAsked;
    yield new TextEncoder().encode(`${JSON.stringify(silentFor(12))}\n`);
  }
  const answers = classify(input());
  const first = await answers.next();
  ask();
  const second = await answers.next();
  expect([first, second].map(({ value }) => verdict.parse(JSON.parse(String(value))).state)).toEqual([
    'thinking',
    'retrying',
  ]);
});

test('what the agent told of itself counts', async () => {
  const typed = recorded(DONE);
  const hooks = (event: string, ago_ms: number) => ({
    ...typed,
    signals: { ...typed.signals, hooks: [{ event, ago_ms, detail: null }] },
  });
  const escapes = {
    agent: 'codex',
    plain: 'something new',
    processes: [{ pid: 7, ppid: 1, stat: 'Ss+', comm: 'codex', cmd: 'codex' }],
    signals: {
      osc_recent: [{ ago_ms: 900, type: 'osc7501', text: 'state=blocked:app=codex:kind=question' }],
    },
  };
  expect(await classifyLines(hooks('UserPromptSubmit', 300), hooks('Stop', 1_000), escapes)).toMatchObject([
    { state: 'thinking', source: 'hook' },
    { state: 'completed', source: 'hook' },
    { state: 'waiting_input', promptKind: 'question', source: 'terminal' },
  ]);
});

test('secrets on a screen do not come out', async () => {
  const token = `ghp_${'a1B2'.repeat(9)}`;
  const dialog = recorded(DIALOG);
  const plain = dialog.plain
    .replaceAll('npm install left-pad', `curl -u ${token}`)
    .replace('Yes, and', token);
  expect(plain).toContain(token);
  const verdicts = await classifyLines(
    { ...dialog, id: token, plain },
    { ...recorded(IDLE), plain: `❯ ${token}` },
  );
  expect(JSON.stringify(verdicts)).not.toContain(token);
});
