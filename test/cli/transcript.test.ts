import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { z } from 'zod';

const program = fileURLToPath(new URL('../../src/cli/fleet.ts', import.meta.url));
const fixtures = fileURLToPath(new URL('../fixtures/transcripts/', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'fleet-transcripts-'));
afterAll(() => rmSync(folder, { recursive: true }));

const message = z.object({ by: z.string(), text: z.string() });
const counts = z.record(z.string(), z.number());
const answer = z.object({
  agent: z.string(),
  transcripts: z.array(
    z.object({
      file: z.string(),
      status: z.string(),
      digest: z.strictObject({
        conversation: z.string().nullable(),
        agentVersion: z.string().nullable(),
        first: z.array(message),
        last: z.array(message),
        userMessages: z.number(),
        assistantMessages: z.number(),
        tools: counts,
        changedFiles: z.array(z.string()),
        pullRequestUrls: z.array(z.string()),
        errors: z.array(z.string()),
        usage: z.object({ inputTokens: z.number(), outputTokens: z.number() }).nullable(),
        malformedLines: z.number(),
        lastEntryAt: z.string().nullable(),
      }),
      context: z.string(),
    }),
  ),
  analysis: z.object({
    transcripts: z.number(),
    tools: counts,
    skills: counts,
    agents: counts,
    strategies: counts,
    steps: z.array(z.number()),
  }),
  newStrategies: z.array(z.string()).optional(),
});

type Ended = { readonly stdout: string; readonly stderr: string; readonly exitCode: number };

function transcript(...words: readonly string[]): Promise<Ended> {
  return new Promise((resolve) => {
    const options = { cwd: folder, maxBuffer: 64 * 1024 * 1024 };
    execFile(process.execPath, [program, 'transcript', ...words], options, (failure, stdout, stderr) => {
      const exitCode = failure === null ? 0 : typeof failure.code === 'number' ? failure.code : -1;
      resolve({ stdout, stderr, exitCode });
    });
  });
}

async function told(...words: readonly string[]): Promise<z.infer<typeof answer>> {
  const { stdout, stderr, exitCode } = await transcript(...words);
  expect({ stderr, exitCode }).toEqual({ stderr: '', exitCode: 0 });
  return answer.parse(JSON.parse(stdout));
}

async function toldOfOne(...words: readonly string[]) {
  const [one] = (await told(...words)).transcripts;
  if (one === undefined) throw new Error('nothing was told of the transcript');
  return one;
}

function file(name: string, lines: readonly string[]): string {
  writeFileSync(join(folder, name), lines.map((line) => `${line}\n`).join(''));
  return name;
}

let lineNumber = 0;
function line(value: object): string {
  lineNumber += 1;
  return JSON.stringify({ uuid: `line-${lineNumber}`, sessionId: 'talk', version: '2.1.197', ...value });
}
const typed = (content: unknown) => line({ type: 'user', message: { content } });
const spoken = (words: string, stop_reason: string | null = null) =>
  line({ type: 'assistant', message: { content: [{ type: 'text', text: words }], stop_reason } });
const called = (name: string, input: unknown, id = `${name}-1`) =>
  line({ type: 'assistant', message: { content: [{ type: 'tool_use', id, name, input }] } });
const answered = (tool_use_id: string, content: string, is_error = false) =>
  typed([{ type: 'tool_result', tool_use_id, content, is_error }]);

function occurrences(whole: string, part: string): number {
  return whole.split(part).length - 1;
}

const TOKEN = ['ghp', '_', 'aB3dE6gH9jK2mN5pQ8rS1tU4vW7xY0zaB3dE'].join('');
const LIMIT = 60_000;

describe('what a transcript tells', () => {
  test(
    'of a long one the first 50 and the last 200 messages, with what was done, and broken lines passed over',
    async () => {
      const path = file('long.jsonl', [
        typed('Add a cache'),
        '{"type":"assistant","message":{"content":[{"ty',
        called('Edit', { file_path: 'src/a.ts' }),
        answered('Edit-1', 'ok'),
        called('Edit', { file_path: 'src/b.ts' }, 'Edit-2'),
        answered('Edit-2', 'no such text\nat all', true),
        ...Array.from({ length: 400 }, (_, index) => spoken(`word ${index}.`)),
        'not JSON',
        line({ type: 'pr-link', prUrl: 'https://github.com/acme/api/pull/7' }),
        line({ type: 'assistant', isApiErrorMessage: true, message: { content: `API Error: 500 ${TOKEN}` } }),
      ]);
      const { digest, status } = await toldOfOne('claude', path);
      expect(digest.first.map(({ text }) => text)).toEqual([
        'Add a cache',
        ...Array.from({ length: 49 }, (_, index) => `word ${index}.`),
      ]);
      expect(digest.last.map(({ text }) => text)).toEqual(
        Array.from({ length: 200 }, (_, index) => `word ${index + 200}.`),
      );
      expect(digest).toMatchObject({
        conversation: 'talk',
        userMessages: 1,
        assistantMessages: 400,
        tools: { Edit: 2 },
        changedFiles: ['src/a.ts'],
        pullRequestUrls: ['https://github.com/acme/api/pull/7'],
        errors: ['Edit: no such text', 'API Error: 500 [redacted GitHub token]'],
        malformedLines: 2,
      });
      expect(status).toBe('error');
    },
    LIMIT,
  );

  test(
    'the context has the first request, the middle in numbers and the last 500 entries, none twice',
    async () => {
      const again = spoken('word 7.');
      const path = file('context.jsonl', [
        typed('Add a cache'),
        called('Read', { file_path: 'README.md' }),
        called('Edit', { file_path: 'src/a.ts' }),
        ...Array.from({ length: 499 }, (_, index) => (index === 7 ? again : spoken(`word ${index}.`))),
        again,
        spoken(`The token is ${TOKEN}`),
      ]);
      const { context } = await toldOfOne('claude', path);
      expect(
        context.startsWith(
          'The first request:\nAdd a cache\n\nAfter it, 2 entries that are left out here:\n- messages: 0 of the user, 0 of the agent\n- tool calls: 2, Read 1, Edit 1\n- files changed: src/a.ts\n\nThe last 500 entries:\n\nAgent: word 0.\n\nAgent: word 1.',
        ),
      ).toBe(true);
      expect(context.endsWith('Agent: word 498.\n\nAgent: The token is [redacted GitHub token]')).toBe(true);
      for (const each of ['Add a cache', 'Agent: word 7.', 'Agent: word 0.']) {
        expect(occurrences(context, each)).toBe(1);
      }
      const short = await toldOfOne('claude', file('short.jsonl', [typed('Add a cache'), spoken('Done.')]));
      expect(short.context).toBe('The last 2 entries:\n\nUser: Add a cache\n\nAgent: Done.');
    },
    LIMIT,
  );

  test(
    'its end is a tool’s use, a tool’s result, a request, an answer, an error, or nothing',
    async () => {
      const ends: Readonly<Record<string, readonly string[]>> = {
        'tool-use': [typed('hi'), called('Bash', { command: 'npm test' })],
        'tool-result': [typed('hi'), called('Bash', {}), answered('Bash-1', '14 passed')],
        user: [typed('hi'), spoken('Done.', 'end_turn'), typed('And now?')],
        'assistant-done': [typed('hi'), spoken('Done.', 'end_turn'), line({ type: 'summary' })],
        error: [
          typed('hi'),
          line({ type: 'assistant', isApiErrorMessage: true, message: { content: 'API Error: 500' } }),
        ],
        empty: [],
        assistant: [typed('hi'), spoken('I will look first.')],
        'at-prompt': [typed('hi'), called('Bash', {}), typed('[Request interrupted by user for tool use]')],
        retrying: [typed('hi'), line({ type: 'system', subtype: 'api_error' })],
      };
      const files = Object.entries(ends).map(([status, lines]) => file(`${status}.jsonl`, lines));
      const { transcripts } = await told('claude', ...files);
      expect(transcripts.map(({ status }) => status)).toEqual(Object.keys(ends));
      // A subagent that goes on is not the conversation.
      const aside = line({ type: 'user', isSidechain: true, message: { content: 'explore' } });
      const behind = file('aside.jsonl', [typed('hi'), spoken('Done.', 'end_turn'), aside]);
      expect((await toldOfOne('claude', behind)).status).toBe('assistant-done');
    },
    LIMIT,
  );

  test(
    'recorded transcripts of every agent end as they did',
    async () => {
      const ends: readonly (readonly [string, string, string])[] = [
        ['claude', 'final-pr-url', 'assistant-done'],
        ['claude', 'api-500-final', 'error'],
        ['claude', 'esc-interrupt-tool', 'at-prompt'],
        ['codex', 'final-pr', 'assistant-done'],
        ['codex', 'api-429', 'error'],
        ['copilot', 'final-pr', 'assistant-done'],
        // It asks again, for as long as it lives.
        ['qwen', 'api-500', 'retrying'],
      ];
      for (const [agent, name, status] of ends) {
        const { file: path, ...one } = await toldOfOne(agent, join(fixtures, agent, `${name}.jsonl`));
        expect({ path, status: one.status, malformed: one.digest.malformedLines }).toEqual({
          path: join(fixtures, agent, `${name}.jsonl`),
          status,
          malformed: 0,
        });
      }
    },
    LIMIT,
  );
});

/** Three conversations, written down as claude does. */
const SET = {
  'one.jsonl': () => [
    typed('<command-name>/ultrathink</command-name><command-args>the parser</command-args>'),
    spoken('Step 0: an issue. Step 1. Then step 13: test locally, in a worktree.'),
    called('Bash', { command: 'npm test' }),
    called('Skill', { skill: 'pdf' }),
    called('Agent', { subagent_type: 'architect', prompt: 'Design it' }),
  ],
  'two.jsonl': () => [
    typed('Please run a quality audit, then the pre-commit hooks.'),
    called('TodoWrite', {
      todos: [{ content: 'Step 0 - open the issue' }, { content: 'Step 22: clean up' }],
    }),
    called('Agent', { agent: 'reviewer' }),
    called('Agent', { subagent_type: 'architect' }, 'Agent-2'),
  ],
  'three.jsonl': () => [
    typed('hello'),
    spoken('There are 7 steps. Step 70 is not one of them.'),
    called('Bash', {}),
  ],
};
const setFiles = () => Object.entries(SET).map(([name, lines]) => file(name, lines()));

describe('what several transcripts tell together', () => {
  test(
    'tools, skills, agents, strategies and the share of each of 23 steps are counted to the number',
    async () => {
      const { analysis } = await told('claude', ...setFiles());
      expect(analysis.transcripts).toBe(3);
      expect(analysis.tools).toEqual({ Agent: 3, Bash: 2, Skill: 1, TodoWrite: 1 });
      expect(analysis.skills).toEqual({ pdf: 1, ultrathink: 1 });
      expect(analysis.agents).toEqual({ architect: 2, reviewer: 1 });
      expect(Object.keys(analysis.strategies)).toHaveLength(20);
      expect(
        Object.fromEntries(Object.entries(analysis.strategies).filter(([, count]) => count > 0)),
      ).toEqual({
        'Quality audit': 1,
        'Pre-commit diagnostic': 1,
        'Worktree isolation': 1,
      });
      const shares = new Map([
        [0, 2 / 3],
        [1, 1 / 3],
        [13, 1 / 3],
        [22, 1 / 3],
      ]);
      expect(analysis.steps).toEqual(Array.from({ length: 23 }, (_, step) => shares.get(step) ?? 0));
    },
    LIMIT,
  );

  test(
    'a new strategy is recorded once, behind those that are known',
    async () => {
      const files = setFiles();
      writeFileSync(join(folder, 'strategies'), 'One of our own\nWorktree isolation');
      const first = await told('claude', ...files, '--record', 'strategies');
      expect(first.newStrategies).toEqual(['Quality audit', 'Pre-commit diagnostic']);
      const second = await told('claude', '--record', 'strategies', ...files);
      expect(second.newStrategies).toEqual([]);
      expect(readFileSync(join(folder, 'strategies'), 'utf8')).toBe(
        'One of our own\nWorktree isolation\nQuality audit\nPre-commit diagnostic\n',
      );
      await told('claude', ...files, '--record', 'begun');
      expect(readFileSync(join(folder, 'begun'), 'utf8').split('\n')).toHaveLength(4);
    },
    LIMIT,
  );
});

describe('what cannot be done is one sentence that says what to do', () => {
  const USAGE = 'Usage: fleet transcript AGENT FILE… [--record STRATEGIES-FILE]';
  const cases: readonly (readonly [readonly string[], 1 | 2, string])[] = [
    [[], 2, USAGE],
    [['claude'], 2, USAGE],
    [['claude', 'a.jsonl', '--record'], 2, USAGE],
    [['claude', 'a.jsonl', '--all'], 2, USAGE],
    [
      ['clyde', 'a.jsonl'],
      2,
      '`clyde` is no agent whose transcripts can be read: choose claude, codex, copilot, gemini or qwen.',
    ],
    [['claude', 'gone.jsonl'], 1, 'gone.jsonl cannot be read, for it is not there: check its path.'],
    [['claude', 'sub'], 1, 'sub cannot be read, for it is a folder: name a file in it.'],
    [
      ['claude', 'prose.txt'],
      1,
      'No line of prose.txt can be read: name the agent that wrote it, which is not claude.',
    ],
    [
      ['claude', 'fine.jsonl', '--record', 'gone/strategies'],
      1,
      'gone/strategies cannot keep the strategies, for it is not there: check its path.',
    ],
  ];
  test.for(cases)('%j', { timeout: LIMIT }, async ([words, exitCode, sentence]) => {
    mkdirSync(join(folder, 'sub'), { recursive: true });
    file('prose.txt', ['Dear diary,', 'today.']);
    file('fine.jsonl', [typed('in a worktree')]);
    expect(await transcript(...words)).toEqual({ exitCode, stdout: '', stderr: `${sentence}\n` });
  });
});
