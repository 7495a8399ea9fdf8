import type { SeenSession } from '../../domain/index.ts';
import type { SessionLook } from '../ports.ts';

/** What became of the sessions that were known before a look. */
export type Presence = {
  /** Every session of the look, with the known one that it is; null: it is new. */
  readonly found: readonly { readonly look: SessionLook; readonly before: SeenSession | null }[];
  /** Known, and not in the look. */
  readonly missing: readonly SeenSession[];
  /** Names that nothing stands under any more: of a session that has another name now, or that is missing for long. */
  readonly forgotten: readonly string[];
};

/** A session that is gone is shown for so long. */
const MISSING_SHOWN_MS = 3_600_000;

/**
 * Which session is which. tmux's own id tells: a name may be given to another session, and a session another name.
 * @param hasRestarted nothing outlived the time between the looks, and the ids begin anew
 */
export function matchSessions(
  known: readonly SeenSession[],
  looks: readonly SessionLook[],
  hasRestarted: boolean,
  now: Date,
): Presence {
  const byTmuxId = new Map(
    hasRestarted
      ? []
      : known.filter(({ presence }) => presence === 'present').map((each) => [each.tmuxId, each]),
  );
  const found = looks.map((look) => ({ look, before: byTmuxId.get(look.tmuxId) ?? null }));
  const names = new Set(looks.map(({ name }) => name));
  const ids = new Set(hasRestarted ? [] : looks.map(({ tmuxId }) => tmuxId));
  const missing: SeenSession[] = [];
  const forgotten: string[] = [];
  for (const each of known) {
    // Its name is in use: what is seen under it now takes its place.
    if (names.has(each.name)) continue;
    const isRenamed = each.presence === 'present' && ids.has(each.tmuxId);
    const isOld = now.getTime() - each.observedAt.getTime() > MISSING_SHOWN_MS;
    if (isRenamed || (each.presence === 'missing' && isOld)) forgotten.push(each.name);
    else missing.push(each);
  }
  return { found, missing, forgotten };
}
