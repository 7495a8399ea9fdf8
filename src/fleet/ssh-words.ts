import type { Transport } from '../domain/index.ts';
import { TELL_HOST_KEY } from './host-key.ts';

/** A connection that OpenSSH makes itself. */
export type Ssh = {
  readonly target: string;
  readonly port: number | null;
  readonly configFile: string | null;
  /** Under which name the host's key is kept where its address belongs to others too; null: under its address. */
  readonly hostKeyAlias: string | null;
};

/** How ssh gets there; null: it does not. */
export function sshOf(transport: Transport): Ssh | null {
  switch (transport.kind) {
    case 'local':
      return null;
    case 'ssh':
      return { ...transport, hostKeyAlias: null };
    case 'azlin': {
      const { vm, tunnel } = transport;
      if (tunnel === null) return null;
      return {
        target: tunnel.user === null ? 'localhost' : `${tunnel.user}@localhost`,
        port: tunnel.port,
        configFile: tunnel.configFile,
        hostKeyAlias: `azlin-${vm}`,
      };
    }
  }
}

const CONNECT_TIMEOUT_S = 10;
const ALIVE_EVERY_S = 3;
const ALIVE_MISSES = 2;

/**
 * Words for OpenSSH, with the user's own config, keys, agent and jumps.
 * What the config may say for a person at a terminal is taken back where it would break a program's connection. Source: ssh_config(5).
 */
function connectionWords(
  ssh: Ssh,
  control: readonly string[],
  more: Readonly<Record<string, string>> = {},
): string[] {
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
    // Nobody was there to accept the key when azlin made the tunnel. Once seen, another key is another machine.
    ...(ssh.hostKeyAlias === null
      ? {}
      : { HostKeyAlias: ssh.hostKeyAlias, CheckHostIP: 'no', StrictHostKeyChecking: 'accept-new' }),
    ...more,
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

/**
 * A connection of its own, which others may share through `socket`.
 * @param tellsKey whether this ssh can say which key the host shows
 */
export function masterWords(ssh: Ssh, socket: string, command: string, tellsKey: boolean): string[] {
  const control = ['-o', 'ControlMaster=yes', '-S', socket];
  return [...connectionWords(ssh, control, tellsKey ? TELL_HOST_KEY : {}), command];
}

/** A channel of the connection at `socket`; a connection of its own where the host allows no more channels. */
export function channelWords(ssh: Ssh, socket: string, command: string): string[] {
  return [...connectionWords(ssh, ['-o', 'ControlMaster=no', '-S', socket]), command];
}
