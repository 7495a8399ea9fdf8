import type { TaskId } from './ids.ts';
import type { RepoName } from './project.ts';

/** What a task changes, as far as is known. Paths are relative to the repository. */
export type Footprint = {
  readonly task: TaskId;
  readonly repo: RepoName;
  /** Null: it has none yet. */
  readonly branch: string | null;
  readonly files: readonly string[];
};

/** What two tasks both change. */
export type Overlap = { readonly files: readonly string[]; readonly isSameBranch: boolean };

/**
 * What people know of two tasks that overlap; `one` is the smaller number.
 * told: both threads know. held: `held` waits until the other one has ended, or somebody releases it. released: both may work.
 */
export type KnownOverlap = Overlap & {
  readonly one: TaskId;
  readonly other: TaskId;
  readonly state: 'told' | 'held' | 'released';
  /** Null unless it is held. */
  readonly held: TaskId | null;
};

/** Null: nothing is known that both change. */
export function overlapOf(one: Footprint, other: Footprint): Overlap | null {
  if (one.repo.toLowerCase() !== other.repo.toLowerCase() || one.task === other.task) return null;
  const files = one.files.filter((file) => other.files.some((each) => isSamePath(file, each)));
  const isSameBranch = one.branch !== null && one.branch === other.branch;
  return files.length === 0 && !isSameBranch ? null : { files, isSameBranch };
}

/** Whether it tells more than people know. */
export function isNewOverlap(overlap: Overlap, known: Overlap | null): boolean {
  if (known === null) return true;
  return (
    (overlap.isSameBranch && !known.isSameBranch) ||
    overlap.files.some((file) => !known.files.some((each) => isSamePath(file, each)))
  );
}

// A name with an ending, or a folder with its last slash. Two words with a slash between them are no path.
const PATH =
  /(?<![\w/:.@~-])(?:\.\/)?((?:[\w@.-]+\/)*(?:[\w@-][\w@.-]*\.[A-Za-z][A-Za-z0-9]{0,7}|[\w@.-]+\/))(?![\w/:])/g;
const ADDRESS = /\b[a-z][a-z0-9+.-]*:\/\/\S+|\S+@\S+/gi;
const VERSION = /^v?\d+(?:\.\d+)*[a-z]*$/;
/** What looks like a file and is none. */
const PROSE: ReadonlySet<string> = new Set(['e.g', 'i.e', 'node.js', 'next.js', 'vue.js', 'asp.net']);

/** The files and folders that a text names. */
export function pathsIn(text: string): readonly string[] {
  const found = Array.from(text.replaceAll(ADDRESS, ' ').matchAll(PATH), ([, path = '']) => path);
  return [...new Set(found.filter((path) => !VERSION.test(path) && !PROSE.has(path.toLowerCase())))];
}

/** Equal; or one is the folder that the other is in, or the end of the other's path, as people write it. */
function isSamePath(one: string, other: string): boolean {
  return covers(one, other) || covers(other, one);
}

function covers(short: string, long: string): boolean {
  return short.endsWith('/')
    ? `/${long}`.includes(`/${short}`)
    : long === short || long.endsWith(`/${short}`);
}
