import type { Place } from '../domain/index.ts';
import { type Section, sectionText } from './host-script.ts';

/**
 * Tells of each folder in `$@` that is there: itself, the branch that is checked out, and the remote as git itself would use it, without asking it.
 * Neither command runs anything that a repository's configuration names.
 */
export const TELL_OF_PLACES = `
for folder; do
  cd -- "$folder" || continue
  printf '%s\\0' "$folder"
  git symbolic-ref -q --short HEAD
  printf '\\0'
  git ls-remote --get-url
  printf '\\0'
done | section places`;

export function parsePlaces(sections: readonly Section[]): ReadonlyMap<string, Place> {
  const fields = (sectionText(sections, 'places') ?? '').split('\0');
  const places = new Map<string, Place>();
  for (let at = 0; at + 2 < fields.length; at += 3) {
    const [folder = '', branch = '', remote = ''] = fields.slice(at, at + 3);
    places.set(folder, { folder, branch: branch.trim() || null, remote: withoutCredentials(remote.trim()) });
  }
  return places;
}

/** Null: this names no place, which is what git says where there is no remote: its usual name for one. */
export function withoutCredentials(remote: string): string | null {
  if (!/[/:]/.test(remote)) return null;
  const match = /^([A-Za-z][A-Za-z0-9+.-]*):\/\/(?:([^/?#]*)@)?([^?#]*)/.exec(remote);
  if (match === null) return remote;
  const [, scheme = '', user = '', rest = ''] = match;
  // Elsewhere than in ssh, a user's name alone may be a token as well.
  const kept = /^(?:git\+)?ssh$/i.test(scheme) ? user.replace(/:.*$/s, '') : '';
  return `${scheme}://${kept === '' ? '' : `${kept}@`}${rest}`;
}
