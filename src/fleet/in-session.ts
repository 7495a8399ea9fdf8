import type { SessionId } from '../domain/index.ts';
import type { HostScript } from './host-script.ts';

const LIMIT_MS = 15_000;

/** For the session's own folder. `$2` and those behind it are the words; nothing is done where the session has no folder. */
export function inSession(session: SessionId, script: string, words: readonly string[]): HostScript {
  return {
    script: `case $1 in '' | *[!A-Za-z0-9_-]*) exit ;; esac\ncd "$HOME/.fleet/sessions/$1" || exit\n${script}`,
    words: [session, ...words],
    limitMs: LIMIT_MS,
  };
}
