import type { Hold } from './hold.ts';

/** What an agent may do without asking: nothing, edit files, anything. The least first. */
export const PERMISSION_MODES = ['ask', 'edits', 'all'] as const;
export type PermissionMode = (typeof PERMISSION_MODES)[number];

export function allowsMore(one: PermissionMode, other: PermissionMode): boolean {
  return PERMISSION_MODES.indexOf(one) > PERMISSION_MODES.indexOf(other);
}

/** What a task's own request says of how its agent runs. */
export type RunLimits = {
  /** Null: as the configuration says. */
  readonly permissionMode: PermissionMode | null;
  /** Turns after which only a person lets it go on; null: any number. A turn is what an agent does between words and its rest. */
  readonly maxTurns: number | null;
};

export const AS_CONFIGURED: RunLimits = { permissionMode: null, maxTurns: null };

export const TURNS_MAX = 1_000;

/** Of all sessions of a task. */
export type Turns = { readonly ended: number; readonly max: number };

export function areUsedUp({ ended, max }: Turns): boolean {
  return ended >= max;
}

/** People's words are typed all the same: whoever writes knows that a turn follows. Null: there are turns left. */
export function turnsHold(turns: Turns | null): Hold | null {
  if (turns === null || !areUsedUp(turns)) return null;
  return { kind: 'turns', why: `its turns are used up: ${turnsWords(turns)}`, until: null };
}

/** `3 of 5` */
export function turnsWords({ ended, max }: Turns): string {
  return `${ended} of ${max}`;
}
