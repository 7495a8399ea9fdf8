import { expect, test } from 'vitest';
import { findAgentKind } from '../../src/agents/index.ts';
import {
  analyseTranscripts,
  STRATEGY_PHRASES,
  WORKFLOW_STEPS,
  withNewStrategies,
} from '../../src/agents/transcript-analysis.ts';
import type { TranscriptLine } from '../../src/domain/index.ts';

const claude = findAgentKind('claude')?.transcripts ?? null;
if (claude === null) throw new Error('claude has no transcripts');

const typed = (content: string) => JSON.stringify({ type: 'user', message: { content } });
const spoken = (text: string) =>
  JSON.stringify({ type: 'assistant', message: { content: [{ type: 'text', text }] } });
const called = (name: string, input: unknown) =>
  JSON.stringify({ type: 'assistant', message: { content: [{ type: 'tool_use', id: name, name, input }] } });

/** Three conversations, written down as claude does. */
const SET = [
  [
    typed('<command-name>/ultrathink</command-name><command-args>the parser</command-args>'),
    spoken('Step 0: an issue. Step 1. Then step 13: test locally, in a worktree.'),
    called('Bash', { command: 'npm test' }),
    called('Bash', { command: 'git push' }),
    called('Skill', { skill: 'pdf' }),
    called('Agent', { subagent_type: 'architect', prompt: 'Design it' }),
  ],
  [
    typed('Please run a quality audit, then the pre-commit hooks.'),
    called('TodoWrite', {
      todos: [{ content: 'Step 0 - open the issue' }, { content: 'Step 22: clean up' }],
    }),
    called('Agent', { agent: 'reviewer' }),
    called('Agent', { subagent_type: 'architect' }),
    called('Skill', { command: 'pdf' }),
  ],
  [
    typed('hello'),
    spoken('There are 7 steps. Step 70 is not one of them, nor is step 1.5.'),
    called('Bash', {}),
  ],
].map((lines) => lines.flatMap((line): TranscriptLine | readonly never[] => claude.read(line) ?? []));

test('tools, skills and agents are counted, the most frequent first', () => {
  const analysis = analyseTranscripts(SET);
  expect(analysis.transcripts).toBe(3);
  expect([...analysis.tools]).toEqual([
    ['Agent', 3],
    ['Bash', 3],
    ['Skill', 2],
    ['TodoWrite', 1],
  ]);
  expect([...analysis.skills]).toEqual([
    ['pdf', 2],
    ['ultrathink', 1],
  ]);
  expect([...analysis.agents]).toEqual([
    ['architect', 2],
    ['reviewer', 1],
  ]);
});

test('each strategy is counted once for a transcript that names it', () => {
  const shown = [...analyseTranscripts(SET).strategies].filter(([, count]) => count > 0);
  expect(shown).toEqual([
    ['Quality audit', 1],
    ['Pre-commit diagnostic', 1],
    ['Worktree isolation', 1],
  ]);
  expect(analyseTranscripts(SET).strategies.size).toBe(20);
  expect(new Set(Object.values(STRATEGY_PHRASES)).size).toBe(20);
});

test('each step has the share of transcripts that mention it', () => {
  const { steps } = analyseTranscripts(SET);
  expect(steps).toHaveLength(WORKFLOW_STEPS);
  const mentioned = new Map([
    [0, 2 / 3],
    [1, 1 / 3],
    [13, 1 / 3],
    [22, 1 / 3],
  ]);
  for (const [step, share] of steps.entries()) expect(share).toBe(mentioned.get(step) ?? 0);
});

test('of no transcripts nothing is said', () => {
  const analysis = analyseTranscripts([]);
  expect(analysis.steps).toEqual(Array(WORKFLOW_STEPS).fill(0));
  expect(analysis.tools.size).toBe(0);
});

test('a new strategy is recorded once, after those that are known', () => {
  const analysis = analyseTranscripts(SET);
  const first = withNewStrategies(['Worktree isolation', 'Debate'], analysis);
  expect(first).toEqual(['Worktree isolation', 'Debate', 'Quality audit', 'Pre-commit diagnostic']);
  expect(withNewStrategies(first, analysis)).toEqual(first);
});
