import type { HostLook, SessionLook } from '../../src/director/ports.ts';
import type { Capture, Health, HostIdentity, ProcessFacts } from '../../src/domain/index.ts';

export const SEEN_AT = new Date('2026-11-22T09:00:00Z');

const read = (value: number) => ({ kind: 'read', value }) as const;

export const HEALTH: Health = {
  memoryUsedPercent: read(40),
  diskUsedPercent: read(50),
  load: read(0.5),
  cores: read(2),
  uptimeMs: read(1_000),
  agents: read(1),
  readAt: SEEN_AT,
};

export function identity(more: Partial<HostIdentity> = {}): HostIdentity {
  return {
    hostName: 'dev1',
    hostKey: null,
    machineId: 'machine-1',
    bootId: 'boot-1',
    tmuxPid: 100,
    tmuxStartedAt: new Date('2026-11-22T08:00:00Z'),
    ...more,
  };
}

export const SHELL: ProcessFacts = { pid: 10, ppid: 1, stat: 'Ss+', comm: 'bash', cmd: '-bash' };

export function capture(plain: string, more: Partial<Capture> = {}): Capture {
  return {
    plain,
    ansi: plain,
    pane: {
      command: 'bash',
      title: '',
      pid: SHELL.pid,
      width: 80,
      height: 24,
      cursorX: 0,
      cursorY: 0,
      isCursorVisible: true,
      isAlternateScreen: false,
      isInMode: false,
      isDead: false,
      deadStatus: null,
    },
    processes: [SHELL],
    takenAt: SEEN_AT,
    ...more,
  };
}

export function sessionLook(more: Partial<SessionLook> = {}): SessionLook {
  return {
    name: 'work',
    tmuxId: '$1',
    session: null,
    windows: 1,
    isAttached: false,
    createdAt: SEEN_AT,
    place: null,
    capture: capture('$ '),
    stateFiles: [],
    ...more,
  };
}

export function hostLook(sessions: readonly SessionLook[], more: Partial<HostLook> = {}): HostLook {
  return { identity: identity(), health: HEALTH, sessions, clockAheadMs: 0, takenAt: SEEN_AT, ...more };
}
