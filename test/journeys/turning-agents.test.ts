import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { afterAll, expect, test } from 'vitest';
import { openModelDouble } from '../doubles/model.ts';
import type { SshHost } from '../doubles/sshd.ts';
import { drawing, tmuxOn } from '../doubles/stand-in-agent.ts';
import { type RecordedScreen, readRecordedScreens } from '../support/corpus.ts';
import { until } from '../support/until.ts';
import { beginShop, shareAsh, worktreeOn } from './ash.ts';
import { JOURNEY } from './world.ts';

const NOTICED_WITHIN_MS = 60_000;
const AGENTS = ['claude', 'codex', 'copilot', 'opencode', 'qwen', 'gemini'];
const BUSY: readonly string[] = ['thinking', 'running', 'compacting', 'retrying'];
const BUSY_TOLD = new RegExp(`^State +(?:${BUSY.join('|')})`, 'm');

/** Writes down every key that reaches it; what it shows, the test draws. */
const AGENT = `#!/bin/sh
stty -echo -icanon
exec 3<&0
cat <&3 >"$HOME/typed-\${0##*/}"
`;

const screens = readRecordedScreens(fileURLToPath(new URL('../fixtures/screens', import.meta.url))).filter(
  ({ capture: { pane } }) => pane.width === 120 && pane.height === 40 && !pane.isInMode,
);
// Nothing turns while an agent only prints: it is known by the words of its command, which a stand-in has not.
const screensOf = (agent: string) =>
  screens.filter(({ kind, path }) => kind.name === agent && !path.includes('/print-mode-'));

const model = await openModelDouble();
afterAll(() => model[Symbol.asyncDispose]());
const { shared, ash } = shareAsh({
  furnish,
  env: { ANTHROPIC_API_KEY: model.apiKey, ANTHROPIC_BASE_URL: model.url },
});

/** Each agent in one repository, as people begin them by hand. */
async function furnish(host: SshHost): Promise<void> {
  await beginShop(host);
  for (const agent of AGENTS) {
    const program = join(host.home, 'bin', agent);
    await writeFile(program, AGENT, { mode: 0o755 });
    await tmuxOn(
      host,
      'new-session',
      '-d',
      '-s',
      `by-${agent}`,
      '-x',
      '120',
      '-y',
      '40',
      '-c',
      worktreeOn(host),
      program,
    );
  }
}

/** As the agent would draw it. */
async function draw(agent: string, { capture }: RecordedScreen): Promise<void> {
  const terminal = await tmuxOn(ash(), 'display-message', '-p', '-t', `=by-${agent}:`, '#{pane_tty}');
  await writeFile(terminal.trim(), drawing(capture));
}

/** Until the explanation of the session has the words. */
async function sees(agent: string, screen: RecordedScreen, wanted: (told: string) => boolean): Promise<void> {
  let told = '';
  await until(
    async () => {
      told = await shared().ask('explain', `ash:by-${agent}`);
      return wanted(told);
    },
    { withinMs: NOTICED_WITHIN_MS, what: `${screen.path} on the screen of ${agent}` },
  ).catch((cause: unknown) => {
    throw new Error(`told was:\n${told}`, { cause });
  });
}

/** Whether it was this screen that was read: the line that matched stands on it. Chats draw some signs otherwise, and clocks go on. */
function shows({ capture: { ansi, pane } }: RecordedScreen, told: string): boolean {
  const line = wordsOf(/^Matched line +(.+)$/m.exec(told)?.[1] ?? '');
  return line !== '' && wordsOf(`${stripVTControlCharacters(ansi)}\n${pane.title}`).includes(line);
}

function wordsOf(text: string): string {
  return text.replaceAll(/[^\p{L}]+/gu, ' ').trim();
}

async function typedInto(agent: string): Promise<string> {
  return await readFile(join(ash().home, `typed-${agent}`), 'utf8');
}

async function keysTyped(agents: readonly string[] = AGENTS): Promise<string> {
  return (await Promise.all(agents.map(typedInto))).join('');
}

test('as long as the spinner of an agent turns nothing is typed and no model is asked; once it stands still and asks, one is and its answer is typed there', {
  timeout: 2 * JOURNEY.timeout,
}, async () => {
  expect(shared().said()).toContain(model.name);
  const turning = new Map(
    AGENTS.map((agent) => [agent, screensOf(agent).filter(({ truth }) => BUSY.includes(truth.state))]),
  );
  for (const [agent, [first]] of turning) {
    if (first === undefined) throw new Error(`no recorded screen of ${agent} turns`);
    await draw(agent, first);
    await sees(agent, first, (told) => BUSY_TOLD.test(told) && /^Works in /m.test(told));
    expect(await shared().ask('adopt', 'ash', `by-${agent}`)).toMatch(/T\d/);
  }
  const signs = screensOf('claude').map(({ capture }) => /^ *([·✢*✳✶✻✽]) \S.*…/mu.exec(capture.plain)?.[1]);
  expect(signs).toEqual(expect.arrayContaining(['*', '·', '✢', '✶', '✻', '✽']));
  const rounds = Math.max(...[...turning.values()].map(({ length }) => length));
  for (let round = 1; round < rounds; round += 1) {
    await Promise.all(
      [...turning].map(async ([agent, recorded]) => {
        const screen = recorded[round];
        if (screen === undefined) return;
        await draw(agent, screen);
        await sees(agent, screen, (told) => shows(screen, told));
        const told = await shared().ask('explain', `ash:by-${agent}`);
        expect.soft(told, screen.path).toMatch(BUSY_TOLD);
      }),
    );
  }
  expect(await keysTyped()).toBe('');
  expect(model.count()).toBe(0);

  const asking = AGENTS.flatMap((agent) => {
    const screen = screensOf(agent).find(({ truth }) => truth.promptKind === 'text_question');
    return screen === undefined ? [] : [{ agent, screen }];
  });
  expect(asking.length).toBeGreaterThan(1);
  model.plan({
    kind: 'answer',
    value: { action: 'send', text: 'Yes', confidence: 0.9, why: 'The brief asks.' },
  });
  for (const { agent, screen } of asking) await draw(agent, screen);
  await until(() => model.asked.length === asking.length, {
    withinMs: NOTICED_WITHIN_MS,
    what: 'as many questions to the model as agents ask',
  });
  expect(model.turnedAway).toEqual([]);
  const askers = asking.map(({ agent }) => agent);
  await until(
    async () =>
      (await Promise.all(askers.map((agent) => typedInto(agent)))).every((keys) => keys.includes('Yes')),
    {
      withinMs: NOTICED_WITHIN_MS,
      what: 'the answer in every agent that asked',
    },
  );
  expect(await keysTyped(AGENTS.filter((agent) => !askers.includes(agent)))).toBe('');
});
