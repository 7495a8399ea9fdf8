import type { ActorId } from './ids.ts';

/** What a person may do. Each role includes the ones before it. */
export const ROLES = ['viewer', 'operator', 'approver', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** Where an identity comes from: `system` is Fleet Director itself, `shell` a person at the command line of its machine. */
export type ActorSource = 'slack' | 'github' | 'shell' | 'system';

/** Who asked or answered. One person with a Slack and a GitHub account is one actor where the configuration joins them. */
export type Actor = {
  readonly id: ActorId;
  readonly source: ActorSource;
  /** The source's own id: `U012AB3CD`, a GitHub login, a user name of the machine. */
  readonly externalId: string;
  readonly name: string;
  readonly role: Role;
};

/** GitHub keeps the case in which a login was written, and ignores it when it compares: here every login has one form. */
export function githubLogin(written: string): string {
  return written.trim().toLowerCase();
}

export function holdsRole(actor: Actor, needed: Role): boolean {
  return ROLES.indexOf(actor.role) >= ROLES.indexOf(needed);
}
