import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type ControlLine, openControlLine } from '../../src/fleet/control-line.ts';
import { processesWithEnvironment, signalProcess } from '../support/processes.ts';
import { until } from '../support/until.ts';
import { environment } from './places.ts';

const run = promisify(execFile);

/** A line to a tmux server of its own. */
export type OwnLine = ControlLine &
  AsyncDisposable & {
    readonly notices: readonly string[];
    tmux(...words: readonly string[]): Promise<string>;
  };

export async function openLine(): Promise<OwnLine> {
  const folder = mkdtempSync(join(tmpdir(), 'fleet-line-'));
  const env = environment({ HOME: folder, TMUX_TMPDIR: folder, LC_ALL: 'C.UTF-8' });
  const notices: string[] = [];
  const line = openControlLine(
    { file: 'tmux', args: ['-u', '-C', 'new-session', '-s', 'line', 'exec tail -f /dev/null'], env },
    10_000,
    (notice) => notices.push(notice),
  );
  await line.attached;
  return {
    ...line,
    notices,
    async tmux(...words) {
      const { stdout } = await run('tmux', ['-u', ...words], { env });
      return stdout;
    },
    async [Symbol.asyncDispose]() {
      line.end({ kind: 'ended', why: 'the test is over', exitCode: null });
      await line.ended;
      const left = () => processesWithEnvironment('TMUX_TMPDIR', folder);
      for (const { pid } of left()) signalProcess(pid, 'SIGKILL');
      await until(() => left().length === 0, { withinMs: 5_000 });
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
