import { mkdir, readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { openModelDouble } from '../doubles/model.ts';
import type { SshHost } from '../doubles/sshd.ts';
import { installStandIn, tmuxOn } from '../doubles/stand-in-agent.ts';
import { until } from '../support/until.ts';
import { beginShop, shareAsh, worktreeOn } from './ash.ts';
import { JOURNEY } from './world.ts';

const WITHIN = { withinMs: 60_000 };
/** What tmux tells of when it is done: keys and words for a pane, other names, ends. */
const WRITES = ['after-send-keys', 'after-paste-buffer', 'after-rename-session', 'session-closed'];

const YES = {
  why: 'The brief asks for the edit.',
  strategy: 'none',
  action: 'answer',
  text: '',
  option: 1,
  replies: [],
  confidence: 0.9,
};

const model = await openModelDouble();
afterAll(() => model[Symbol.asyncDispose]());
const { shared, ash: host } = shareAsh({
  furnish,
  settings: '[rules]\nacts_alone = false\n',
  env: { ANTHROPIC_API_KEY: model.apiKey, ANTHROPIC_BASE_URL: model.url },
});

/** Two sessions that a person began, on a host that counts: its tmux writes down every command that changes something. */
async function furnish(ash: SshHost): Promise<void> {
  await installStandIn(ash);
  const { home } = ash;
  await beginShop(ash);
  await writeFile(
    join(home, 'bin', 'claude'),
    '#!/bin/sh\nstty -echo -icanon\ncat "$HOME/stand-ins/waiting_input.screen"\nexec 3<&0\ncat <&3 >"$HOME/typed-$SESSION"\n',
    { mode: 0o755 },
  );
  await mkdir(join(home, 'counted'));
  for (const name of ['till', 'wash']) {
    const size = ['-x', '120', '-y', '40', '-e', `SESSION=${name}`, '-c', worktreeOn(ash)];
    await tmuxOn(ash, 'new-session', '-d', '-s', name, ...size, join(home, 'bin', 'claude'));
  }
  for (const command of WRITES) {
    await tmuxOn(ash, 'set-hook', '-g', command, `run-shell 'touch ~/counted/${command}'`);
  }
}

const typed = (name: string) => readFile(join(host().home, `typed-${name}`), 'utf8');
const counted = () => readdir(join(host().home, 'counted'));

/** What stands in the worktree, with when it was changed. */
async function worktreeFiles(): Promise<readonly string[]> {
  const folder = worktreeOn(host());
  const names = await readdir(folder, { recursive: true });
  return Promise.all(names.map(async (name) => `${name} ${(await stat(join(folder, name))).mtimeMs}`));
}

const says = (what: string, ask: () => Promise<string>, pattern: RegExp) =>
  until(
    async () => {
      const told = await ask();
      return pattern.test(told) ? told : null;
    },
    { ...WITHIN, what },
  );

const roundIn = (told: string): string => /R\d+/.exec(told)?.[0] ?? '';

/** The report of a round, when it is done. */
async function report(words: readonly string[]): Promise<string> {
  const begun = await shared().ask(...words);
  const label = roundIn(begun);
  return says(`the end of ${label}`, () => shared().ask('rounds', label), /Done at/);
}

test(
  'a dry run tells what would be done and writes nothing to the host; scout adopts, advance asks, and a yes is carried out',
  JOURNEY,
  async () => {
    const world = shared();
    await says('the look', () => world.ask('observe', 'ash'), /fix-till(?:.*\n)+.*fix-till/);
    const before = await worktreeFiles();

    const unadopted = await report(['dry-run']);
    expect(unadopted).toMatch(/till on ash: waiting input.*it has no task.*skipped/);
    expect(await world.ask('status', 'T1')).toContain('There is no task T1');

    model.plan({ kind: 'answer', value: YES });
    const scouted = await report(['scout', '--host', 'ash']);
    expect(scouted).toContain('Adopted: T1, T2');
    expect(scouted).toMatch(/T1 till on ash: waiting input — to answer “.*% sure\): .*nothing done/);
    await says('the adopted task', () => world.ask('status', 'T1'), /running/);

    model.plan({ kind: 'answer', value: YES });
    const dry = await report(['dry-run', '--session', 'till']);
    expect(dry).toContain('acme/shop');
    expect(dry).toMatch(/T1 till on ash: waiting input — to .*% sure\): .*nothing done/);
    expect(await typed('till')).toBe('');
    expect(await counted()).toEqual([]);
    expect(await worktreeFiles()).toEqual(before);

    await says('the question of the director itself', () => world.ask('approvals'), /T1/);
    const asked = model.asked.length;
    const again = await report(['dry-run', '--incremental']);
    expect(again).toContain('unchanged');
    expect(model.asked.length).toBe(asked);

    const advanced = await report(['advance', '--session', 'till']);
    expect(advanced).toMatch(/T1 till on ash.*waits for your answer in its thread/);
    expect(await typed('till')).toBe('');
    const question = questionOf('T1', await world.ask('approvals'));
    await world.ask('answer', question, 'yes');
    await until(async () => (await typed('till')) !== '', { ...WITHIN, what: 'the key of the answer' });
    await until(async () => (await counted()).includes('after-send-keys'), WITHIN);
    expect(await typed('wash')).toBe('');

    expect(await report(['advance', '--session', 'wash', '--force'])).toMatch(/wash on ash.*· done/);
    await until(async () => (await typed('wash')) !== '', { ...WITHIN, what: 'the answer given beforehand' });

    const json: unknown = JSON.parse(await world.ask('rounds', 'R3', '--format', 'json').then(withoutBars));
    expect(json).toMatchObject({
      round: 'R3',
      kind: 'dry-run',
      sessions: [{ session: 'till', host: 'ash' }],
    });
    expect(await world.ask('rounds')).toMatch(/R6 advance/);
    expect(await world.ask('scout', '--force')).toContain('I don’t know `--force`'.replace('’', "'"));
  },
);

/** The question that is open about a task, by the name that people type. */
function questionOf(task: string, listed: string): string {
  const line = listed.split('\n').find((each) => each.includes(task)) ?? '';
  return /\b[0-9a-f]{8}\b/.exec(line)?.[0] ?? '';
}

/** A screen is shown with a bar before each line. */
function withoutBars(shown: string): string {
  return shown.replaceAll(/^ {2}│ /gm, '');
}
