import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { SshHost } from './sshd.ts';

/** A VM as its account has it. `sshd`: what answers where it is connected to; null: nobody. */
export type Vm = {
  readonly name: string;
  /** As Azure says it: `Running`, `Stopped`, `Deallocated`. */
  readonly status: string;
  readonly region: string;
  readonly sessions?: readonly string[];
  readonly tunnelPort?: number;
  readonly sshd?: SshHost;
};

/**
 * fail: every call. fail-…: one way to list. say-…: this instead of a list. slow: seconds before anything.
 * misroute: whose machine answers. reconnects: what breaks off is begun anew. chatty: it talks before and after. fails-after-all: its status is an error. cuts-copies: files arrive in part.
 */
export type AzlinFault =
  | 'fail'
  | `fail-${ListWay}`
  | `say-${ListWay}`
  | 'slow'
  | 'misroute'
  | 'reconnects'
  | 'chatty'
  | 'fails-after-all'
  | 'cuts-copies';

type ListWay = 'output-json' | 'json' | 'text';

export type Azlin = Disposable & {
  /** For AZLIN_PATH. */
  readonly program: string;
  setVms(vms: readonly Vm[], shape?: ListShape): void;
  setFault(fault: AzlinFault, value: string | null): void;
  /** The words of every call, oldest first. */
  calls(): readonly string[];
};

/** How its lists look: versions and terminals differ. */
export type ListShape = {
  readonly frame?: 'boxes' | 'ascii';
  /** How many characters of a status there is room for. */
  readonly statusWidth?: number;
  /** How many sessions stand in a row; the others follow below. */
  readonly sessionsInRow?: number;
  readonly json?: 'list' | 'object';
};

export function openAzlin(vms: readonly Vm[] = [], shape: ListShape = {}): Azlin {
  const folder = mkdtempSync(join(tmpdir(), 'fleet-azlin-'));
  const program = join(folder, 'azlin');
  for (const each of ['hosts', 'faults']) mkdirSync(join(folder, each));
  writeFileSync(join(folder, 'calls'), '');
  copyFileSync(new URL('azlin.sh', import.meta.url), program);
  chmodSync(program, 0o755);
  const azlin: Azlin = {
    program,
    setVms(next, nextShape = shape) {
      writeFileSync(join(folder, 'list.txt'), tableOf(next, nextShape));
      writeFileSync(join(folder, 'list.json'), jsonOf(next, nextShape));
      for (const { name, sshd } of next) {
        const file = join(folder, 'hosts', name);
        if (sshd === undefined) rmSync(file, { force: true });
        else writeFileSync(file, `${sshd.sshConfigFile} ${sshd.alias}\n`);
      }
    },
    setFault(fault, value) {
      const file = join(folder, 'faults', fault);
      if (value === null) rmSync(file, { force: true });
      else writeFileSync(file, `${value}\n`);
    },
    calls: () =>
      readFileSync(join(folder, 'calls'), 'utf8')
        .split('\n')
        .filter((line) => line !== ''),
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  };
  azlin.setVms(vms);
  return azlin;
}

const HEAD = ['Session', 'Tmux', 'OS', 'Status', 'IP', 'Region', 'CPU', 'Mem'];

function tableOf(
  vms: readonly Vm[],
  { frame = 'boxes', statusWidth = 20, sessionsInRow = 3 }: ListShape,
): string {
  const rows = vms.flatMap(({ name, status, region, sessions = [] }) => {
    const [first = '-', ...more] = inRows(sessions, sessionsInRow);
    return [
      [name, first, 'Ubuntu 24.04', cut(status, statusWidth), '10.0.0.4 (Bast)', region, '8', '64GB'],
      ...more.map((row) => ['', row, '', '', '', '', '', '']),
    ];
  });
  const widths = HEAD.map((head, index) =>
    Math.max(head.length, ...rows.map((row) => row[index]?.length ?? 0)),
  );
  const bar = frame === 'boxes' ? '│' : '|';
  const line = (cells: readonly string[]) =>
    `${bar}${cells.map((cell, index) => ` ${cell.padEnd(widths[index] ?? 0)} `).join(bar)}${bar}`;
  const rule = (left: string, middle: string, right: string, fill: string) =>
    left + widths.map((width) => fill.repeat(width + 2)).join(middle) + right;
  const [top, middle, bottom] =
    frame === 'boxes'
      ? [rule('┌', '┬', '┐', '─'), rule('├', '┼', '┤', '─'), rule('└', '┴', '┘', '─')]
      : Array.from({ length: 3 }, () => rule('+', '+', '+', '-'));
  const running = vms.filter(({ status }) => status === 'Running').length;
  return [
    top,
    line(HEAD),
    middle,
    ...rows.map(line),
    bottom,
    '',
    `Total: ${vms.length} VMs | ${running} running`,
    '',
  ].join('\n');
}

function jsonOf(vms: readonly Vm[], { json = 'list' }: ListShape): string {
  const entries = vms.map(({ name, status, region, sessions = [], tunnelPort }) => ({
    name,
    resource_group: 'fleet-rg',
    power_state: status,
    location: region,
    vm_size: 'Standard_D8s_v5',
    // A name, and whether somebody is attached.
    tmux_sessions: sessions.map((session, index) => `${session}:${index % 2}`),
    ...(tunnelPort === undefined ? {} : { tunnel_port: tunnelPort }),
  }));
  return `${JSON.stringify(json === 'list' ? entries : { vms: entries }, null, 2)}\n`;
}

function inRows(sessions: readonly string[], perRow: number): readonly string[] {
  const rows = Math.ceil(sessions.length / perRow);
  return Array.from({ length: rows }, (_, index) =>
    sessions.slice(index * perRow, (index + 1) * perRow).join(', '),
  );
}

function cut(text: string, width: number): string {
  return text.length <= width ? text : `${text.slice(0, width - 1)}…`;
}
