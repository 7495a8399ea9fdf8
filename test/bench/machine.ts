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
  };
}

function postgresProgram(): string {
  const folder = findPostgres();
  return folder === null ? (findProgram('postgres') ?? 'postgres') : join(folder, 'postgres');
}

function firstLine(program: string, flag: string): string {
  const { stdout, stderr } = spawnSync(program, [flag], { encoding: 'utf8' });
  return `${stdout ?? ''}${stderr ?? ''}`.trim().split('\n')[0] ?? 'not found';
}
