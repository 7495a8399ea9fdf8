import type { Transport } from '../domain/index.ts';

type Ssh = Extract<Transport, { kind: 'ssh' }>;

const CONNECT_TIMEOUT_S = 10;
const ALIVE_EVERY_S = 3;
const ALIVE_MISSES = 2;

/**
 * Words for OpenSSH, with the user's own config, keys, agent and jumps.
 * What the config may say for a person at a terminal is taken back where it would break a program's connection. Source: ssh_config(5).
 */
function connectionWords(ssh: Ssh, control: readonly string[]): string[] {
  const options = {
    BatchMode: 'yes',
    ConnectTimeout: CONNECT_TIMEOUT_S,
    ServerAliveInterval: ALIVE_EVERY_S,
    ServerAliveCountMax: ALIVE_MISSES,
    ClearAllForwardings: 'yes',
    ForkAfterAuthentication: 'no',
    PermitLocalCommand: 'no',
    RemoteCommand: 'none',
    RequestTTY: 'no',
    StdinNull: 'no',
    ControlPersist: 'no',
    LogLevel: 'ERROR',
  };
  return [
    ...(ssh.configFile === null ? [] : ['-F', ssh.configFile]),
    ...(ssh.port === null ? [] : ['-p', String(ssh.port)]),
    '-T',
    ...Object.entries(options).flatMap(([name, value]) => ['-o', `${name}=${value}`]),
    ...control,
    '--',
    ssh.target,
  ];
}

/** A connection of its own, which others may share through `socket`. */
export function masterWords(ssh: Ssh, socket: string, command: string): string[] {
  return [...connectionWords(ssh, ['-o', 'ControlMaster=yes', '-S', socket]), command];
}

/** A channel of the connection at `socket`; a connection of its own where the host allows no more channels. */
export function channelWords(ssh: Ssh, socket: string, command: string): string[] {
  return [...connectionWords(ssh, ['-o', 'ControlMaster=no', '-S', socket]), command];
}
