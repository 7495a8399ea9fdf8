import { expect, test } from 'vitest';
import { richContext } from '../../src/agents/index.ts';
import { LAST_ENTRIES } from '../../src/agents/rich-context.ts';
import { transcriptLine } from '../../src/agents/transcript-line.ts';
import type { TranscriptEntry, TranscriptLine } from '../../src/domain/index.ts';

const line = (...entries: readonly TranscriptEntry[]): TranscriptLine => transcriptLine({ entries });
const said = (by: 'user' | 'assistant', text: string) => line({ kind: 'message', by, text });
const called = (tool: string, files: readonly string[] = []) =>
  line({ kind: 'tool-call', id: null, tool, input: { of: tool }, files });

function occurrences(whole: string, part: string): number {
  return whole.split(part).length - 1;
}

test('nothing is told of an empty conversation', () => {
  expect(richContext([])).toBe('');
});

test('a single entry is told once', () => {
  const context = richContext([said('user', 'Add a cache')]);
  expect(occurrences(context, 'Add a cache')).toBe(1);
  expect(context).not.toContain('The first request');
});

test('up to the limit everything is told in full, and nothing is summed up', () => {
  const lines = [
    said('user', 'Add a cache'),
    ...Array.from({ length: LAST_ENTRIES - 1 }, () => called('Bash')),
  ];
  const context = richContext(lines);
  expect(context).not.toContain('left out');
  expect(occurrences(context, 'Add a cache')).toBe(1);
  expect(occurrences(context, 'Tool Bash: {"of":"Bash"}')).toBe(LAST_ENTRIES - 1);
});

test('the first request, the middle in numbers and the last entries come in this order, none twice', () => {
  const middle = [
    said('assistant', 'I will look first.'),
    called('Read'),
    called('Edit', ['src/a.ts']),
    called('Edit', ['src/a.ts']),
    line({ kind: 'tool-result', id: null, isError: true, text: 'no such text\nat all' }),
    line({ kind: 'error', text: 'API Error: 500', endsTurn: false }),
    said('user', 'Go on'),
  ];
  const last = Array.from({ length: LAST_ENTRIES }, (_, index) => said('assistant', `word ${index}.`));
  const context = richContext([said('user', 'Add a cache'), ...middle, ...last]);

  expect(
    context.startsWith('The first request:\nAdd a cache\n\nAfter it, 7 entries that are left out here:'),
  ).toBe(true);
  expect(context).toContain('- messages: 1 of the user, 1 of the agent');
  expect(context).toContain('- tool calls: 3, Edit 2, Read 1');
  expect(context).toContain('- files changed: src/a.ts\n');
  expect(context).toContain('- errors: no such text, API Error: 500\n');
  expect(context).toContain(`The last ${LAST_ENTRIES} entries:\n\nAgent: word 0.\n\nAgent: word 1.`);
  expect(context.endsWith(`Agent: word ${LAST_ENTRIES - 1}.`)).toBe(true);
  expect(occurrences(context, 'Add a cache')).toBe(1);
  expect(context).not.toContain('I will look first.');
});

test('the words of subagents are not the conversation', () => {
  const aside = transcriptLine({
    isAside: true,
    entries: [{ kind: 'message', by: 'assistant', text: 'sub' }],
  });
  expect(richContext([aside, said('user', 'hello')])).not.toContain('sub');
});
