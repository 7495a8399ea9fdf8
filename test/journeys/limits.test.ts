import { appendFile, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import type { SshHost } from '../doubles/sshd.ts';
import { drawing, tmuxOn } from '../doubles/stand-in-agent.ts';
import { readRecordedScreen } from '../support/corpus.ts';
import { until } from '../support/until.ts';
import { beginShop, shareAsh, worktreeOn } from './ash.ts';
import { YOU } from './page.ts';
import { JOURNEY } from './world.ts';

const WITHIN = { withinMs: 60_000 };
const FIXTURES = fileURLToPath(new URL('../fixtures/screens/claude-code/', import.meta.url));

/** Writes down every key that reaches it; what it shows, the test draws. */
const AGENT = `#!/bin/sh
stty -echo -icanon
exec 3<&0
cat <&3 >"$HOME/typed"
`;

const { shared, ash } = shareAsh({ furnish });

function transcriptOn(host: SshHost): string {
  const folder = worktreeOn(host).replaceAll(/[^A-Za-z0-9]/g, '-');
  return join(host.home, '.claude', 'projects', folder, 'talk-1.jsonl');
}

/** An agent that a person began by hand, with what it wrote down. */
async function furnish(host: SshHost): Promise<void> {
  await beginShop(host);
  const program = join(host.home, 'bin', 'claude');
  await writeFile(program, AGENT, { mode: 0o755 });
  await mkdir(join(transcriptOn(host), '..'), { recursive: true });
  await write(host, 'user', { role: 'user', content: 'Fix the till' });
  const size = ['-x', '120', '-y', '40'] as const;
  await tmuxOn(host, 'new-session', '-d', '-s', 'till', ...size, '-c', worktreeOn(host), program);
}

let lines = 0;

/** As the agent writes it down. */
async function write(host: SshHost, type: string, message: object, more: object = {}): Promise<void> {
  lines += 1;
  const line = { type, uuid: `line-${lines}`, sessionId: 'talk-1', message, ...more };
  await appendFile(transcriptOn(host), `${JSON.stringify(line)}\n`);
}

/** A turn that costs so much, from its begin to its end. One that is over between two looks is never seen at work. */
async function turn(costUSD: number, { isSeen } = { isSeen: true }): Promise<void> {
  if (isSeen) await draw('thinking/streaming-text-120x40-01');
  const usage = { input_tokens: 900, output_tokens: 90 };
  const message = {
    id: `answer-${lines}`,
    usage,
    stop_reason: 'end_turn',
    content: [{ type: 'text', text: 'Done.' }],
  };
  await write(ash(), 'assistant', message, { costUSD });
  if (isSeen) await sees(/^Agent is +thinking/m);
  await draw('completed/final-tests-failed-120x40-01');
}

/** @param change of the recorded screen's words */
async function draw(scenario: string, change: (ansi: string) => string = (ansi) => ansi): Promise<void> {
  const { capture } = readRecordedScreen(join(FIXTURES, `${scenario}.json`), FIXTURES);
  const terminal = await tmuxOn(ash(), 'display-message', '-p', '-t', '=till:', '#{pane_tty}');
  await writeFile(terminal.trim(), drawing({ ...capture, ansi: change(capture.ansi) }));
}

const typed = () => readFile(join(ash().home, 'typed'), 'utf8');
const reaches = (words: string) =>
  until(async () => (await typed()).includes(words), { ...WITHIN, what: `${words} in the agent’s prompt` });
const sees = (wanted: RegExp, ...words: readonly string[]) =>
  until(async () => wanted.test(await shared().ask(...(words.length === 0 ? ['status', 'T1'] : words))), {
    ...WITHIN,
    what: `${wanted}`,
  });

test(
  'an agent that meets its usage limit holds its account back, cards say until when, and it goes on once that is over',
  JOURNEY,
  async () => {
    const { page, ask } = shared();
    await draw('thinking/streaming-text-120x40-01');
    await sees(/till — thinking[\s\S]*branch fix-till/, 'observe', 'ash');
    expect(await ask('adopt', 'ash', 'till')).toMatch(/T1 /);
    await sees(/^Agent is +thinking/m);
    await draw('rate_limited/rate-limit-final-120x40-02', (ansi) =>
      ansi.replace(
        /API Error: Request rejected.*again /,
        'You’ve hit your session limit · resets in 5 hours',
      ),
    );
    const held = /claude on ash has reached its usage limit; it resets at \d{4}-\d\d-\d\d \d\d:\d\d UTC/;
    const card = await page.card('Fix the till', held);
    await page.reply(card, /The agent goes on by itself: claude on ash has reached/);
    await page.say(YOU, '/fleet add Paint the till --repo acme/shop --agent claude');
    await page.card('Paint the till', held);
    expect(await ask('quota')).toMatch(/claude on ash resets at .*hit your session limit/);
    await page.say(YOU, 'Mind the drawer', { thread: card });
    await page.reply(card, /Held · claude on ash has reached/);
    await ask('cancel', 'T2');
    expect(await typed()).toBe('');

    expect(await ask('quota', 'lift', 'claude', 'on', 'ash')).toContain('claude on ash is used again');
    await reaches('Mind the drawer');
    await draw('thinking/streaming-text-120x40-01');
    expect(await ask('quota')).toContain('No account has reached one');
  },
);

test(
  'a cap is shown when it is nearly reached, asks at the end of a turn, and holds words back until somebody says Continue',
  JOURNEY,
  async () => {
    const { page, ask } = shared();
    expect(await ask('budget', 'T1', '5')).toContain('The budget of T1 is $5.00 now');
    await turn(4.2);
    const card = await page.card('Fix the till', '$4.20 of $5.00, 84 %');
    await turn(0.3, { isSeen: false });
    await page.card('Fix the till', '$4.50 of $5.00, 90 %');
    await turn(1.1);
    await sees(/T1 \$5\.60 of \$5\.00/, 'budget', 'T1');
    const question = await page.question(card, 'The budget of T1 is spent: $5.60 of $5.00. Go on?');
    expect(question.buttons.map(({ label }) => label)).toEqual(['Continue, up to $10.00', 'Stop T1']);
    await page.say(YOU, 'One more coin', { thread: card });
    await page.reply(card, /Held · the budget of T1 is spent/);
    expect(await typed()).not.toContain('One more coin');
    await page.press(YOU, question, /^Continue/);
    await reaches('One more coin');
    await draw('thinking/streaming-text-120x40-01');
    await sees(/T1 \$5\.60 of \$10\.00 \(56 %\)/, 'budget', 'T1');
  },
);
