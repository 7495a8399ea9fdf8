import { spawnSync } from 'node:child_process';
import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os';
import { join } from 'node:path';
import { findPostgres, findProgram } from '../setup/system.ts';
import { rounded } from './figures.ts';

/** What figures depend on besides the program. */
export type MachineFacts = {
  readonly cores: number;
  readonly cpuModel: string;
  readonly memoryGb: number;
  readonly kernel: string;
  readonly node: string;
  readonly tmux: string;
  readonly ssh: string;
  readonly postgres: string;
  /** Processes that wanted to run in the last minute before the measurement: others on the machine spoil the figures. */
  readonly loadBefore: number;
  /**
   * Nanoseconds of a multiplication, an addition and a loop that each wait for the one before: about 1.6 at 2.5 GHz. A virtual machine that shares
   * its cores with others takes longer, and so does everything that is measured there.
   */
  readonly stepNs: number;
};

/** @param node the Node that the measured program runs under */
export function machineFacts(node: string): MachineFacts {
  return {
    cores: availableParallelism(),
    cpuModel: cpus()[0]?.model.trim() ?? 'unknown',
    memoryGb: rounded(totalmem() / 2 ** 30, 1),
    kernel: release(),
    node: firstLine(node, '--version'),
    tmux: firstLine('tmux', '-V'),
    ssh: firstLine('ssh', '-V'),
    postgres: firstLine(postgresProgram(), '--version'),
    loadBefore: rounded(loadavg()[0] ?? 0, 2),
    stepNs: rounded(Math.min(timeSteps(), timeSteps(), timeSteps()), 2),
  };
}

const STEPS = 50_000_000;

function timeSteps(): number {
  const startedAt = performance.now();
  let value = 0;
  for (let step = 0; step < STEPS; step += 1) value = (Math.imul(value, 31) + step) | 0;
  // Used, so that it is computed.
  return value === STEPS ? 0 : ((performance.now() - startedAt) * 1e6) / STEPS;
}

function postgresProgram(): string {
  const folder = findPostgres();
  return folder === null ? (findProgram('postgres') ?? 'postgres') : join(folder, 'postgres');
}

function firstLine(program: string, flag: string): string {
  const { stdout, stderr } = spawnSync(program, [flag], { encoding: 'utf8' });
  return `${stdout ?? ''}${stderr ?? ''}`.trim().split('\n')[0] ?? 'not found';
}
