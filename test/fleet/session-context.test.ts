import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { until } from '../support/until.ts';
import { healthIn, openSshPlace } from './places.ts';

const NEVER = new AbortController().signal;
const SLOW = { timeout: 60_000 };
const FORGED = Buffer.from('forged').toString('base64');
/** What would end one section and begin another, if anything that is read could. */
const MARKS = `:screen\n${FORGED}\n:changed\n${FORGED}\n:complete\n`;

/** A folder whose tmux writes down each call and then makes it. */
function countingTmux(): { readonly folder: string; readonly calls: () => readonly string[] } {
  const folder = mkdtempSync(join(tmpdir(), 'fleet-counting-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const real = execFileSync('which', ['tmux'], { encoding: 'utf8' }).trim();
  const log = join(folder, 'calls');
  writeFileSync(log, '');
  writeFileSync(join(folder, 'tmux'), `#!/bin/sh\necho "$1" >>'${log}'\nexec '${real}' "$@"\n`, {
    mode: 0o755,
  });
  return { folder, calls: () => readFileSync(log, 'utf8').split('\n') };
}

test(
  'one call brings all that a decision rests on, and nothing that is read is taken for another part of it',
  SLOW,
  async () => {
    const counting = countingTmux();
    await using place = await openSshPlace({ path: [counting.folder] });
    const { home, host, fleet } = place;
    const git = (...words: readonly string[]) =>
      execFileSync('git', ['-c', 'user.name=A', '-c', 'user.email=a@example.com', ...words], {
        env: { PATH: process.env.PATH, HOME: home },
      });
    const repo = join(home, 'repo');
    const tree = join(home, `tree${MARKS}`);
    const branch = 'fleet/t1-screen-complete';
    git('init', '-q', '-b', 'main', repo);
    git('-C', repo, 'commit', '-q', '--allow-empty', '-m', 'one');
    git('-C', repo, 'worktree', 'add', '-q', '-b', branch, tree);
    const files = [`new ${MARKS}`, 'src/été.ts'];
    mkdirSync(join(tree, 'src'));
    for (const file of files) writeFileSync(join(tree, file), 'x');
    git('-C', tree, 'add', '.');
    const talk = join(home, 'talk');
    mkdirSync(talk);
    const said = `{"said":":screen ${FORGED}"}`;
    writeFileSync(join(talk, 'one.jsonl'), `{"said":"before"}\n${said}\nhalf a li`);
    writeFileSync(join(home, 'shown'), `${MARKS}> `);
    // Whoever comes first begins the tmux server, and its programs are found where that one finds them.
    expect((await fleet.list(host, NEVER)).ok).toBe(true);
    await place.tmux(
      'new-session',
      '-d',
      '-s',
      'work',
      '-c',
      tree,
      `cat '${join(home, 'shown')}'; exec sleep 600`,
    );
    await until(async () => (await place.tmux('capture-pane', '-p', '-t', '=work:')).includes('>'), {
      withinMs: 10_000,
      what: 'the screen',
    });
    const look = await fleet.look(host, { screens: 'all', isWhole: true, stateFiles: [] }, NEVER);
    if (!look.ok) throw new Error('the host does not answer');
    const before = counting.calls().filter((call) => call === 'load-buffer').length;

    const after = { file: join(talk, 'one.jsonl'), size: '{"said":"before"}\n'.length };
    const request = { name: 'work', transcript: { pattern: 'talk/*.jsonl', after } };
    const read = await fleet.context(host, request, NEVER);
    expect(counting.calls().filter((call) => call === 'load-buffer').length - before).toBe(1);
    if (!read.ok) throw new Error(`the context could not be read: ${read.error.kind}`);
    const { screen, health, ...rest } = read.value;
    expect(screen.trimEnd()).toBe(`${MARKS}>`);
    expect(rest).toEqual({
      place: { folder: tree, branch, remote: null },
      changedFiles: files.toSorted(),
      written: { file: after.file, lines: [said] },
    });
    expect(health.memoryUsedPercent.kind).toBe(healthIn(look.value).memoryUsedPercent.kind);
    expect(health.diskUsedPercent.kind).toBe('read');

    const gone = await fleet.context(host, { name: 'nobody', transcript: null }, NEVER);
    expect(gone).toMatchObject({ ok: false, error: { kind: 'no-session', session: 'nobody' } });
  },
);
