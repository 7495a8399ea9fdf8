import type { ProcessFacts } from '../domain/index.ts';
import { homePattern } from './home-pattern.ts';
import type { HostScript, Section } from './host-script.ts';

/** A file that agents keep about themselves, unread. */
export type StateFile = { readonly path: string; readonly content: string; readonly changedAt: Date };

const MAX_FILES = 100;
const MAX_BYTES = 64 * 1024;

/** Reads what shell patterns under the home folder find. */
export function readStateFiles(patterns: readonly string[], limitMs: number): HostScript {
  const words = patterns.flatMap((pattern) => homePattern(pattern) ?? []);
  return {
    script: `
count=0
for file in ${words.join(' ')}; do
  [ -f "$file" ] || continue
  count=$((count + 1))
  [ "$count" -le ${MAX_FILES} ] || break
  { stat -c %Y -- "$file" || stat -f %m -- "$file"; printf '%s\\0' "$file"; head -c ${MAX_BYTES} -- "$file"; } | section state
done`,
    words: [],
    limitMs,
  };
}

export function parseStateFiles(sections: readonly Section[]): readonly StateFile[] {
  return sections.flatMap(({ name, bytes }) => {
    const match = name === 'state' ? /^(\d+)\n([^\0]+)\0(.*)$/s.exec(bytes.toString('utf8')) : null;
    if (match === null) return [];
    const [, changedAt, path = '', content = ''] = match;
    return [{ path, content, changedAt: new Date(Number(changedAt) * 1000) }];
  });
}

/** Agents name the process, in the file's name or as `pid` inside. */
export function isAbout({ path, content }: StateFile, processes: readonly ProcessFacts[]): boolean {
  const inName = path.slice(path.lastIndexOf('/') + 1).match(/\d+/g) ?? [];
  const inside = content.match(/(?<="pid"\s*:\s*)\d+/g) ?? [];
  const named = new Set([...inName, ...inside].map(Number));
  return processes.some(({ pid }) => named.has(pid));
}
