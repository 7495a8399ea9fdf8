import { execFile } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { readRecordedScreen, readRecordedScreens } from '../support/corpus.ts';
import { processesWithEnvironment } from '../support/processes.ts';
import { recordedAgents } from './agents.ts';
import { renderSample } from './fixture.ts';
import { type Performance, perform } from './perform.ts';
import {
  always,
  call,
  fail,
  hold,
  type RecordedAgent,
  type Scenario,
  say,
  saySlowly,
  turn,
} from './scenario.ts';
import { openStage } from './stage.ts';

const run = promisify(execFile);
const record = fileURLToPath(new URL('record.ts', import.meta.url));
const SIZE = { width: 80, height: 24 };

/** An agent that needs nothing to be installed. */
const tiny: RecordedAgent = {
  name: 'demo',
  program: 'node',
  install: '',
  versionWords: ['--version'],
  set: ({ modelUrl }) => ({
    files: {},
    env: {},
    words: [process.execPath, fileURLToPath(new URL('tiny-agent.ts', import.meta.url)), modelUrl],
  }),
  tools: {
    run: (command) => ({ tool: 'run', input: { command } }),
    write: (path, content) => ({ tool: 'write', input: { path, content } }),
    edit: (path, before, after) => ({ tool: 'edit', input: { path, before, after } }),
  },
  interrupt: ['C-c'],
  leave: '/quit',
  agree: ['y', 'Enter'],
  suspends: true,
  scenarios: (shared) => shared,
};

const scenario = (rest: Pick<Scenario, 'turns' | 'acts'>): Scenario => ({
  name: 'case',
  about: '',
  tags: [],
  mode: 'ask',
  ...rest,
});

async function play(rest: Pick<Scenario, 'turns' | 'acts'>): Promise<Performance> {
  await using stage = await openStage(tiny, process.execPath, scenario(rest), SIZE);
  return await perform(stage, scenario(rest), new AbortController().signal);
}

const opened = [{ act: 'start' }, { act: 'settle' }] as const;
const stateOf = ({ samples }: Performance) => samples.map(({ claim }) => `${claim.state} ${claim.sub}`);

test('a turn is recorded from the free prompt to its answer, each state as the service saw it', async () => {
  const performance = await play({
    turns: [turn(hold, saySlowly('one two three '), say('All done.')), turn(say('Again.'))],
    acts: [
      ...opened,
      { act: 'sample', as: { state: 'idle', sub: 'fresh' }, frames: 2, onProof: true },
      { act: 'send', text: 'hello' },
      { act: 'prove', by: { kind: 'in-flight', step: 'hold' } },
      { act: 'sample', as: { state: 'thinking', sub: 'before_first_token' }, frames: 1 },
      { act: 'release' },
      { act: 'wait', for: { kind: 'in-flight', step: 'say' } },
      { act: 'sample', as: { state: 'thinking', sub: 'streaming_text' }, frames: 1 },
      { act: 'release' },
      { act: 'wait', for: { kind: 'still' } },
      { act: 'sample', as: { state: 'completed', sub: 'answer' }, frames: 1, onProof: true },
      { act: 'prove', send: 'go on', by: { kind: 'asked-again' } },
    ],
  });
  expect(performance.dropped).toEqual([]);
  expect(stateOf(performance)).toEqual([
    'idle fresh',
    'idle fresh',
    'thinking before_first_token',
    'thinking streaming_text',
    'completed answer',
  ]);
  expect(performance.samples.at(-1)?.look.plain).toContain('All done.');
}, 60_000);

test('a sample is thrown away when the service or the processes say otherwise', async () => {
  const performance = await play({
    turns: [turn(hold, say('Done.'))],
    acts: [
      ...opened,
      { act: 'sample', as: { state: 'thinking', sub: 'before_first_token' }, frames: 1 },
      { act: 'sample', as: { state: 'shell', sub: 'exited' }, frames: 1 },
      { act: 'send', text: 'hello' },
      { act: 'sample', as: { state: 'idle', sub: 'fresh' }, frames: 1 },
      { act: 'sample', as: { state: 'running', sub: 'bash' }, frames: 1 },
    ],
  });
  expect(performance.samples).toEqual([]);
  expect(performance.dropped).toEqual([
    'thinking.before_first_token frame 0: no request is in flight',
    'shell.exited frame 0: the agent lives',
    'idle.fresh frame 0: a request is in flight: hold',
    'running.bash frame 0: no program of the agent runs',
  ]);
}, 60_000);

test('a dialog counts only when its answer makes the agent go on', async () => {
  const asks = (answer: readonly string[]): Pick<Scenario, 'turns' | 'acts'> => ({
    turns: [turn(call(tiny.tools.run('sleep 3'))), turn(say('It ran.'))],
    acts: [
      ...opened,
      { act: 'send', text: 'run it' },
      { act: 'wait', for: { kind: 'waits' } },
      { act: 'sample', as: { state: 'waiting_input', sub: 'permission' }, frames: 1, onProof: true },
      { act: 'prove', keys: answer, by: { kind: 'tool-runs' }, withinMs: 2_500 },
      { act: 'sample', as: { state: 'running', sub: 'bash' }, frames: 1 },
    ],
  });
  expect(stateOf(await play(asks(['y', 'Enter'])))).toEqual(['waiting_input permission', 'running bash']);
  const refused = await play(asks(['n', 'Enter']));
  expect(refused.samples).toEqual([]);
  expect(refused.dropped.join('\n')).toMatch(/waiting_input\.permission frame 0: not proven/);
}, 90_000);

test('the end of the agent, a stop, an error and a network that is down are told by processes and service', async () => {
  const killed = await play({
    turns: [],
    acts: [
      ...opened,
      { act: 'press', keys: ['C-z'] },
      { act: 'wait', for: { kind: 'stopped' } },
      { act: 'sample', as: { state: 'suspended', sub: 'from_idle' }, frames: 1 },
      { act: 'signal', signal: 'SIGKILL' },
      { act: 'wait', for: { kind: 'gone' } },
      { act: 'sample', as: { state: 'shell', sub: 'crashed' }, frames: 1 },
    ],
  });
  expect(stateOf(killed)).toEqual(['suspended from_idle', 'shell crashed']);
  const failing = await play({
    turns: [always(fail(500))],
    acts: [
      ...opened,
      { act: 'send', text: 'hello' },
      { act: 'wait', for: { kind: 'failed', times: 1 } },
      { act: 'wait', for: { kind: 'still' } },
      { act: 'sample', as: { state: 'error', sub: 'status_500' }, frames: 1, onProof: true },
      { act: 'prove', send: 'again', by: { kind: 'asked-again' } },
      { act: 'network', up: false },
      { act: 'type', text: 'once more' },
      { act: 'press', keys: ['Enter'] },
      { act: 'wait', for: { kind: 'still' } },
      { act: 'sample', as: { state: 'error', sub: 'network' }, frames: 1 },
      { act: 'network', up: true },
    ],
  });
  expect(stateOf(failing)).toEqual(['error status_500', 'error network']);
}, 90_000);

const truthSchema = z.object({
  truth: z.object({
    verified: z.boolean(),
    evidence: z.object({ agent_alive: z.boolean(), model_requests_in_flight: z.number() }),
    accept: z.array(z.string()),
  }),
  signals: z.object({ last_output_age_ms: z.number(), osc_recent: z.array(z.unknown()) }),
});

test('what is written reads as a recorded screen, with its evidence, and nothing is left running', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'recorded-'));
  const one = scenario({
    turns: [turn(hold)],
    acts: [
      ...opened,
      { act: 'send', text: 'hello' },
      { act: 'sample', as: { state: 'thinking', sub: 'before_first_token' }, frames: 1 },
    ],
  });
  let tmuxDir = '';
  {
    await using stage = await openStage(tiny, process.execPath, one, SIZE);
    const { samples } = await perform(stage, one, new AbortController().signal);
    const [sample] = samples;
    if (sample === undefined) throw new Error('nothing was recorded');
    tmuxDir = join(String(sample.look.pane.pane_current_path), '..', 'tmux');
    const origin = {
      agent: tiny.name,
      version: '1.0',
      scenario: one,
      size: '80x24',
      launch: stage.launchLine,
    };
    const rendered = renderSample(origin, sample);
    expect(truthSchema.parse(rendered)).toMatchObject({
      truth: {
        verified: true,
        evidence: { agent_alive: true, model_requests_in_flight: 1 },
        accept: ['thinking'],
      },
    });
    writeFileSync(join(folder, 'one.json'), JSON.stringify(rendered));
  }
  const screen = readRecordedScreen(join(folder, 'one.json'), folder);
  expect(screen.truth).toMatchObject({ state: 'thinking', sub: 'before_first_token' });
  expect(screen.capture.pane).toMatchObject({ width: 80, height: 24, isDead: false });
  expect(screen.capture.processes.length).toBeGreaterThan(1);
  expect(processesWithEnvironment('TMUX_TMPDIR', tmuxDir)).toEqual([]);
  expect(existsSync(tmuxDir)).toBe(false);
  rmSync(folder, { recursive: true, force: true });
}, 60_000);

/** A program that ended with another status than 0, as execFile throws it. */
const failureSchema = z.looseObject({ code: z.number(), stdout: z.string(), stderr: z.string() });

async function cli(...words: readonly string[]): Promise<{ readonly code: number; readonly text: string }> {
  try {
    const { stdout, stderr } = await run(process.execPath, [record, ...words]);
    return { code: 0, text: stdout + stderr };
  } catch (cause) {
    const { code, stdout, stderr } = failureSchema.parse(cause);
    return { code, text: stdout + stderr };
  }
}

test('the command explains itself, and says what is wrong and what to do', async () => {
  const cases = [
    { words: ['--help'], code: 0, says: /--bin DIR/ },
    { words: [], code: 2, says: /AGENT/ },
    { words: ['gemini', '--list'], code: 0, says: /^perm-bash .*\n/m },
    { words: ['nobody'], code: 2, says: /"nobody"/ },
    { words: ['gemini', 'no-such'], code: 2, says: /--list/ },
    { words: ['gemini', '--size', 'big'], code: 2, says: /120x40/ },
    { words: ['gemini', '--nonsense'], code: 2, says: /--help/ },
    { words: ['gemini', 'fresh', '--bin', '/nowhere'], code: 2, says: /npm install @google\/gemini-cli/ },
  ];
  const ended = await Promise.all(cases.map(({ words }) => cli(...words)));
  for (const [index, { words, code, says }] of cases.entries()) {
    const { code: seen, text } = ended[index] ?? { code: null, text: '' };
    expect({ words, code: seen }).toEqual({ words, code });
    expect(text).toMatch(says);
  }
}, 60_000);

/** Folders that may hold real agents: FLEET_AGENT_CLIS, then the PATH. */
const folders = [process.env.FLEET_AGENT_CLIS ?? '', ...(process.env.PATH ?? '').split(delimiter)];
const found = recordedAgents.flatMap((agent) => {
  const folder = folders.find((each) => each !== '' && existsSync(join(each, agent.program)));
  return folder === undefined ? [] : [{ agent, folder }];
})[0];

test.skipIf(found === undefined)(
  `a real agent is recorded${found === undefined ? ' (skipped: no agent is on the PATH or in FLEET_AGENT_CLIS)' : `: ${found.agent.name}`}`,
  async () => {
    if (found === undefined) return;
    const out = mkdtempSync(join(tmpdir(), 'recorded-'));
    const { code, text } = await cli(found.agent.name, 'fresh', '--bin', found.folder, '--out', out);
    expect(code, text).toBe(0);
    const screens = readRecordedScreens(out);
    expect(screens.length).toBeGreaterThan(0);
    expect(screens.map(({ truth }) => truth.state)).toContain('idle');
    expect(readdirSync(join(out, found.agent.name))).toEqual(['idle']);
    rmSync(out, { recursive: true, force: true });
  },
  180_000,
);
