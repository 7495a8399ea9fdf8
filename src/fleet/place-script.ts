import type { Place } from '../domain/index.ts';
import type { Section } from './host-script.ts';

/**
 * Tells of each folder in `$@` that is there: itself, the branch that is checked out, and the remote as git itself would use it, without asking it.
 * Neither command runs anything that a repository's configuration names.
 */
export const TELL_OF_PLACES = `
for folder; do
  cd -- "$folder" || continue
  { printf '%s\\0' "$folder"; git symbolic-ref -q --short HEAD; printf '\\0'; git ls-remote --get-url; } | section place
done`;

export function parsePlaces(sections: readonly Section[]): ReadonlyMap<string, Place> {
  const places = new Map<string, Place>();
  for (const { name, bytes } of sections) {
    if (name !== 'place') continue;
    const [folder = '', branch = '', remote = ''] = bytes.toString('utf8').split('\0');
    places.set(folder, {
      folder,
      branch: branch.trim() === '' ? null : branch.trim(),
      remote: withoutCredentials(remote.trim()),
    });
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
