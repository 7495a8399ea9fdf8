import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  addLines,
  agentKinds,
  findAgentKind,
  reportFromLines,
  type Transcripts,
} from '../../src/agents/index.ts';
import {
  emptyTranscript,
  FIRST_MESSAGES,
  LAST_MESSAGES,
  type ReportedMoment,
  type TranscriptDigest,
} from '../../src/domain/index.ts';

const FIXTURES = 'test/fixtures/transcripts';
const NOW = new Date('2026-11-22T12:00:00Z');
const PULL_REQUEST = 'https://github.com/acme/demo-app/pull/42';

function transcriptsOf(name: string): Transcripts {
  const transcripts = findAgentKind(name)?.transcripts;
  if (transcripts === null || transcripts === undefined) throw new Error(`${name} has no transcripts`);
  return transcripts;
}

function linesOf(path: string): readonly string[] {
  return readFileSync(join(FIXTURES, `${path}.jsonl`), 'utf8').split('\n');
}

function digestOf(name: string, lines: readonly string[]): TranscriptDigest {
  return addLines(transcriptsOf(name), emptyTranscript, lines);
}

const usage = (inputTokens: number, outputTokens: number) => ({
  inputTokens,
  outputTokens,
  cacheReadTokens: 0,
  cacheWriteTokens: 0,
  costUsd: null,
});

/** What each recorded transcript comes to, and what its end says. */
const EXPECTED: Readonly<
  Record<
    string,
    Partial<TranscriptDigest> & {
      readonly said: readonly string[];
      readonly end: ReportedMoment['kind'];
    }
  >
> = {
  'claude/final-pr-url': {
    said: ['user: open a PR', `assistant: The pull request is open: ${PULL_REQUEST}\n\nIt adds`],
    tools: { Bash: 1 },
    pullRequestUrls: [PULL_REQUEST],
    usage: usage(4800, 480),
    agentVersion: '2.1.197',
    conversation: '1703e8c4-046c-4dcf-9bd9-c4bae2bcc789',
    lastEntryAt: new Date('2026-11-22T07:35:36.736Z'),
    end: 'turn-ended',
  },
  'claude/perm-edit-diff': {
    said: ['user: track nesting depth', 'assistant: Editing the parser.', 'assistant: Left as is.'],
    tools: { Read: 1, Edit: 1 },
    changedFiles: ['/tmp/demo/app/src/parser.py'],
    usage: usage(7200, 720),
    end: 'turn-ended',
  },
  'claude/api-500-final': {
    said: ['user: Rename the package'],
    errors: [
      'API Error: 500 Internal server error. This is a server-side issue, usually temporary — try again in a moment. If it persists, check your inference gateway (127.0.0.1:8099).',
    ],
    usage: null,
    end: 'turn-failed',
  },
  'claude/esc-interrupt-tool': {
    said: ['user: wait a bit'],
    tools: { Bash: 1 },
    usage: usage(2400, 240),
    end: 'at-prompt',
  },
  'claude/queued-message': {
    said: [
      'user: build',
      'user: also run the linter afterwards',
      'assistant: Built, and noted your message.',
    ],
    tools: { Bash: 1 },
    usage: usage(4800, 480),
    end: 'turn-ended',
  },
  'claude/subagent-running': {
    said: [
      'user: Use an agent to explore the code',
      'assistant: Delegating.',
      'assistant: The agent found one function.',
    ],
    tools: { Agent: 1 },
    usage: usage(4800, 480),
    end: 'turn-ended',
  },
  'claude/compacting': {
    said: [
      'user: hello',
      'assistant: Hello! What should we build?',
      'user: explain parse',
      'assistant: It sums numbers.',
      'user: /compact',
    ],
    usage: usage(4800, 480),
    end: 'at-prompt',
  },
  'codex/final-pr': {
    said: ['user: open a PR', `assistant: The pull request is open: ${PULL_REQUEST}`],
    tools: { exec_command: 1 },
    pullRequestUrls: [PULL_REQUEST],
    usage: usage(4800, 480),
    agentVersion: '0.169.0',
    conversation: '01a20226-f202-7e40-aac6-f76cd26e2dce',
    end: 'turn-ended',
  },
  'codex/final-tests-failed': {
    said: ['user: run the tests', 'assistant: '],
    tools: { exec_command: 1 },
    errors: ['exec_command: 3 failed, 14 passed in 2.31s'],
    usage: usage(4800, 480),
    end: 'turn-ended',
  },
  'codex/api-429': {
    said: ['user: Rename the package'],
    errors: ['exceeded retry limit, last status: 429 Too Many Requests'],
    usage: null,
    end: 'turn-failed',
  },
  'codex/interrupt': {
    said: ['user: wait a bit', 'assistant: '],
    tools: { exec_command: 1 },
    errors: ['exec_command: aborted by user'],
    usage: usage(2400, 240),
    end: 'at-prompt',
  },
  'copilot/final-pr': {
    said: ['user: open a PR', `assistant: The pull request is open: ${PULL_REQUEST}`],
    tools: { bash: 1 },
    pullRequestUrls: [PULL_REQUEST],
    usage: usage(4800, 480),
    agentVersion: '1.0.102',
    conversation: 'f3f54981-319e-4508-92d5-15239f0789ee',
    end: 'turn-ended',
  },
  'copilot/perm-edit': {
    said: ['user: track nesting depth', 'assistant: Editing the parser.'],
    tools: { apply_patch: 1 },
    // It was refused.
    changedFiles: [],
    usage: usage(2400, 240),
    end: 'at-prompt',
  },
  'copilot/api-500': {
    said: ['user: Rename the package'],
    errors: [
      'Failed to get response from the AI model; retried 5 times (total retry wait time: 16.16 seconds) Last error: 500 The server had an error while processing your request',
    ],
    usage: null,
    end: 'turn-failed',
  },
  'gemini/tool-then-resumed': {
    said: [
      'user: please USETOOL now',
      'assistant: All finished.',
      'user: and now RESUMED',
      'assistant: All finished.',
    ],
    tools: { run_shell_command: 1 },
    usage: usage(7200, 720),
    conversation: '6f1c2f0e-54a2-4c1e-9d1f-2a5a4cf0d0d2',
    end: 'working',
  },
  'qwen/todo': {
    said: ['user: ', 'assistant: '],
    tools: { todo_write: 1, run_shell_command: 1 },
    usage: usage(7200, 720),
    agentVersion: '0.15.10',
    end: 'turn-ended',
  },
  'qwen/perm-edit': {
    said: ['user: track nesting depth', 'assistant: '],
    tools: { read_file: 1, edit: 1 },
    changedFiles: [],
    errors: ['edit: [Operation Cancelled] Reason: User did not allow tool call'],
    usage: usage(4800, 480),
    end: 'at-prompt',
  },
  'qwen/api-500': {
    said: ['user: Rename the package'],
    errors: Array(3).fill('500 The server had an error while processing your request'),
    usage: null,
    // It is not written down that there will be no further try.
    end: 'working',
  },
};

describe.each(Object.entries(EXPECTED))('%s', (path, { said, end, ...expected }) => {
  const [name = ''] = path.split('/');

  test('is read to the number', () => {
    const digest = digestOf(name, linesOf(path));
    expect(digest).toMatchObject({ malformedLines: 0, last: [], ...expected });
    expect(digest.first).toHaveLength(said.length);
    for (const [index, { by, text }] of digest.first.entries()) {
      expect(`${by}: ${text}`.startsWith(said[index] ?? '')).toBe(true);
    }
    const users = said.filter((words) => words.startsWith('user'));
    expect([digest.userMessages, digest.assistantMessages]).toEqual([
      users.length,
      said.length - users.length,
    ]);
  });

  test('is the same read in pieces, with Windows line ends, or twice where lines have ids', () => {
    const lines = linesOf(path);
    const whole = digestOf(name, lines);
    const inPieces = lines.reduce(
      (digest, line) => addLines(transcriptsOf(name), digest, [line]),
      emptyTranscript,
    );
    expect(inPieces).toEqual(whole);
    expect(
      digestOf(
        name,
        lines.map((line) => `${line}\r`),
      ),
    ).toEqual(whole);
    if (name === 'claude' || name === 'copilot') {
      expect(digestOf(name, [...lines, ...lines])).toMatchObject({
        first: whole.first,
        tools: whole.tools,
        usage: whole.usage,
      });
    }
  });

  test('ends with what the agent does', () => {
    expect(reportFromLines(transcriptsOf(name), linesOf(path), NOW)?.says.kind).toBe(end);
  });

  test('a last line that is cut off is skipped and counted', () => {
    const lines = linesOf(path);
    const cut = '{"type":"user","message":{"role":"user","content":"half of';
    const digest = digestOf(name, [...lines, cut]);
    expect(digest).toEqual({ ...digestOf(name, lines), malformedLines: 1 });
  });
});

const claude = (more: Readonly<Record<string, unknown>>) => JSON.stringify({ sessionId: 's1', ...more });
const typed = (text: string, more = {}) =>
  claude({ type: 'user', message: { role: 'user', content: text }, ...more });
const answered = (content: unknown, more = {}, message = {}) =>
  claude({ type: 'assistant', message: { role: 'assistant', content, ...message }, ...more });
const called = (id: string, name: string, input: unknown) =>
  answered([{ type: 'tool_use', id, name, input }], {}, { stop_reason: 'tool_use' });
const result = (id: string, content: unknown, isError = false) =>
  claude({
    type: 'user',
    message: {
      role: 'user',
      content: [{ type: 'tool_result', tool_use_id: id, content, is_error: isError }],
    },
  });
const text = (words: string) => [{ type: 'text', text: words }];

describe('what a line says of the agent', () => {
  test.each<[string, readonly string[], ReportedMoment | null]>([
    ['a tool is used', [called('t1', 'Bash', {})], { kind: 'tool-began', tool: 'Bash' }],
    ['a tool has answered', [result('t1', 'ok')], { kind: 'tool-ended', tool: '' }],
    ['somebody asked', [typed('go on')], { kind: 'working' }],
    [
      'the assistant is done',
      [answered(text('Done.'), {}, { stop_reason: 'end_turn' })],
      { kind: 'turn-ended', lastMessage: 'Done.', backgroundTasks: 0 },
    ],
    [
      'a request failed',
      [answered(text('API Error: 500'), { isApiErrorMessage: true })],
      { kind: 'turn-failed', why: 'API Error: 500' },
    ],
    ['nothing is there', [], null],
    ['nothing that counts is there', ['', '{}', claude({ type: 'mode' }), 'no JSON'], null],
    ['it speaks before it uses a tool', [answered(text('Let me see.'))], { kind: 'working' }],
    [
      'a subagent is done',
      [answered(text('Sub.'), { isSidechain: true }, { stop_reason: 'end_turn' })],
      null,
    ],
    ['it was interrupted', [typed('[Request interrupted by user]')], { kind: 'at-prompt' }],
  ])('%s', (_name, lines, says) => {
    expect(reportFromLines(transcriptsOf('claude'), lines, NOW)?.says ?? null).toEqual(says);
  });

  test('the newest line that says something counts, at its own time', () => {
    const lines = [typed('go', { timestamp: '2026-11-22T11:00:00Z' }), called('t1', 'Bash', {}), '{}'];
    expect(reportFromLines(transcriptsOf('claude'), lines.slice(0, 1), NOW)?.at).toEqual(
      new Date('2026-11-22T11:00:00Z'),
    );
    expect(reportFromLines(transcriptsOf('claude'), lines, NOW)).toMatchObject({
      says: { kind: 'tool-began' },
      at: NOW,
    });
  });
});

describe('a digest', () => {
  const read = (...lines: readonly string[]) => digestOf('claude', lines);

  test('keeps the first messages and the last ones, each once and in order', () => {
    const digest = read(...Array.from({ length: 400 }, (_, index) => typed(`message ${index}`)));
    expect(digest.first.map((message) => message.text)).toEqual(
      Array.from({ length: FIRST_MESSAGES }, (_, index) => `message ${index}`),
    );
    expect(digest.last.map((message) => message.text)).toEqual(
      Array.from({ length: LAST_MESSAGES }, (_, index) => `message ${400 - LAST_MESSAGES + index}`),
    );
    expect(digest.userMessages).toBe(400);
    expect(read(...Array.from({ length: 51 }, (_, index) => typed(`${index}`))).last).toHaveLength(1);
  });

  test('skips what is no JSON object, counts it, and takes no empty line for one', () => {
    const digest = read(
      '',
      '  ',
      'nonsense',
      '[]',
      '7',
      'null',
      '"text"',
      '{"type":',
      typed('hello'),
      '\u0000',
    );
    expect(digest).toMatchObject({ malformedLines: 7, userMessages: 1 });
  });

  test('takes lines with odd fields as they are', () => {
    const odd = [
      '{}',
      '{"type":null}',
      '{"type":"user"}',
      '{"type":"user","message":"text"}',
      '{"type":"user","message":{"content":{"a":1}}}',
      '{"type":"assistant","message":{"content":[null,3,"words",{"type":"tool_use"}],"usage":"many"}}',
      '{"type":"attachment"}',
      '{"type":"pr-link"}',
      '{"type":"user","timestamp":"never","message":{"content":"late"}}',
      '{"__proto__":{"type":"user"},"constructor":1}',
    ];
    for (const kind of agentKinds) {
      if (kind.transcripts !== null) {
        expect(addLines(kind.transcripts, emptyTranscript, odd).malformedLines).toBe(0);
      }
    }
    expect(read(...odd)).toMatchObject({ userMessages: 1, assistantMessages: 1, lastEntryAt: null });
  });

  test('counts tools by any name', () => {
    const digest = read(
      called('1', '__proto__', {}),
      called('2', 'constructor', {}),
      called('3', 'Bash', {}),
    );
    expect(Object.entries(digest.tools)).toContainEqual(['constructor', 1]);
    expect(digest.tools.Bash).toBe(1);
  });

  test('reads content in parts, counts as text, and other scripts', () => {
    const digest = read(
      typed('解析器を説明 🚀'),
      answered(text('Готово'), {}, { id: 'm1', usage: { input_tokens: '12', output_tokens: '3' } }),
      claude({
        type: 'user',
        message: {
          content: [{ type: 'text', text: 'one' }, { type: 'image' }, { type: 'text', text: 'two' }],
        },
      }),
    );
    expect(digest.first.map((message) => message.text)).toEqual(['解析器を説明 🚀', 'Готово', 'one\ntwo']);
    expect(digest.usage).toMatchObject({ inputTokens: 12, outputTokens: 3 });
  });

  test('counts the usage of an answer once, by the last line that tells of it', () => {
    const part = (output: number, id: string) =>
      answered(text('part'), {}, { id, usage: { input_tokens: 100, output_tokens: output } });
    expect(read(part(1, 'a'), part(50, 'a'), part(10, 'b')).usage).toMatchObject({
      inputTokens: 200,
      outputTokens: 60,
    });
  });

  test('adds up costs where they are told', () => {
    const paid = (costUSD: number | undefined, id: string) =>
      answered(text('part'), { costUSD }, { id, usage: { input_tokens: 1, output_tokens: 1 } });
    expect(read(paid(0.25, 'a'), paid(undefined, 'b'), paid(0.5, 'c')).usage?.costUsd).toBe(0.75);
    expect(read(paid(undefined, 'a')).usage?.costUsd).toBeNull();
  });

  test('takes a file for changed once the tool has succeeded', () => {
    const digest = read(
      called('1', 'Write', { file_path: '/w/a.ts' }),
      called('2', 'Edit', { file_path: '/w/b.ts' }),
      called('3', 'Read', { file_path: '/w/c.ts' }),
      called('4', 'Edit', { file_path: '/w/a.ts' }),
      result('1', 'ok'),
      result('2', 'no such text', true),
      result('3', 'text'),
      result('4', 'ok'),
    );
    expect(digest.changedFiles).toEqual(['/w/a.ts']);
    expect(digest.errors).toEqual(['Edit: no such text']);
  });

  test('reads the files of a patch', () => {
    const patch =
      '*** Begin Patch\n*** Update File: src/a b.ts\n@@\n*** Move to: src/c.ts\n*** Add File: d.md\n+x\n';
    const codex = (payload: unknown) => JSON.stringify({ type: 'response_item', payload });
    const lines = [
      codex({ type: 'custom_tool_call', call_id: 'c1', name: 'apply_patch', input: patch }),
      codex({ type: 'custom_tool_call_output', call_id: 'c1', output: 'Exit code: 0\nOutput:\nSuccess.' }),
    ];
    expect(digestOf('codex', lines).changedFiles).toEqual(['src/a b.ts', 'src/c.ts', 'd.md']);
  });

  test('takes only an opened pull request for one, not one that is talked about', () => {
    const url = 'https://github.com/acme/shop/pull/7';
    expect(read(typed(`look at ${url}`), answered(text(`I saw ${url}`))).pullRequestUrls).toEqual([]);
    expect(read(called('1', 'Bash', {}), result('1', `title\t${url}\tOPEN`)).pullRequestUrls).toEqual([]);
    expect(read(called('1', 'Bash', {}), result('1', `Creating\n\n${url}\n`)).pullRequestUrls).toEqual([url]);
    const made = `{"html_url":"${url}","number":7}`;
    expect(
      read(called('1', 'mcp__github__create_pull_request', {}), result('1', text(made))).pullRequestUrls,
    ).toEqual([url]);
  });

  test('leaves the words of subagents out, and counts their tools', () => {
    const digest = read(
      typed('explore'),
      typed('You are a subagent', { isSidechain: true, sessionId: 'sub' }),
      answered([{ type: 'tool_use', id: '1', name: 'Grep', input: {} }], { isSidechain: true }),
      answered(text('Found it.'), { isSidechain: true }),
    );
    expect(digest).toMatchObject({
      userMessages: 1,
      assistantMessages: 0,
      tools: { Grep: 1 },
      conversation: 's1',
    });
  });

  test('stays small, whatever is written down', () => {
    const long = `${'x'.repeat(3_999)}🚀${'y'.repeat(50_000)}`;
    const digest = read(
      ...Array.from({ length: 300 }, () => typed(long)),
      ...Array.from({ length: 300 }, (_, index) => called(`${index}`, `tool ${index}`, { file_path: 'x' })),
      ...Array.from({ length: 300 }, () => answered(text('API Error'), { isApiErrorMessage: true })),
    );
    expect(JSON.stringify(digest).length).toBeLessThan(1_100_000);
    expect(digest.first[0]?.text).toBe(`${'x'.repeat(3_999)}…`);
    expect(digest.errors).toHaveLength(20);
  });
});

describe('where a transcript is', () => {
  test.each([
    ['claude', '/home/ann/my_shop.v2', 'c1', '.claude/projects/-home-ann-my-shop-v2/c1.jsonl'],
    ['claude', '/home/ann/shop', null, '.claude/projects/-home-ann-shop/*.jsonl'],
    ['codex', '/home/ann/shop', 'c1', '.codex/sessions/*/*/*/rollout-*-c1.jsonl'],
    ['codex', '/home/ann/shop', null, null],
    ['copilot', '/home/ann/shop', 'c1', '.copilot/session-state/c1/events.jsonl'],
    ['copilot', '/home/ann/shop', null, null],
    ['gemini', '/home/ann/shop', '0123456789', '.gemini/tmp/*/chats/session-*-01234567.jsonl'],
    ['gemini', '/home/ann/shop', null, null],
    ['qwen', '/home/ann/shop', null, '.qwen/projects/-home-ann-shop/chats/*.jsonl'],
  ])('%s in %s, conversation %s', (name, folder, conversation, pattern) => {
    expect(transcriptsOf(name).pattern(folder, conversation)).toBe(pattern);
  });
});
