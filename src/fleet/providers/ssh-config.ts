import { globSync, readFileSync } from 'node:fs';
import { isAbsolute, join } from 'node:path';
import { type Line, LineType, parse } from 'ssh-config';
import {
  err,
  isHostName,
  isSshTarget,
  type ListedHost,
  type ListingFault,
  ok,
  type Result,
} from '../../domain/index.ts';
import type { Provider } from './provider.ts';

/** Where OpenSSH stops, too. Source: ssh_config(5), Include. */
const MAX_INCLUDE_DEPTH = 16;

/**
 * The hosts that an OpenSSH config names. Only their aliases are read: what else is said of them ssh finds out itself.
 * @param file null: the user's own, which ssh reads without being told
 */
export function createSshConfigProvider(options: {
  readonly file: string | null;
  readonly home: string;
}): Provider {
  const { file, home } = options;
  const path = file ?? join(home, '.ssh', 'config');
  return {
    name: 'ssh-config',
    list: async () => {
      const names = readNames(path, home);
      if (!names.ok) return names;
      const usable = [...new Set(names.value)].filter((name) => isHostName(name) && isSshTarget(name));
      const hosts = usable.map(
        (name): ListedHost => ({
          name,
          transport: { kind: 'ssh', target: name, port: null, configFile: file },
          region: null,
          isRunning: null,
          toldSessions: [],
          capacity: null,
        }),
      );
      return ok({ hosts, isComplete: true });
    },
  };
}

function readNames(path: string, home: string): Result<readonly string[], ListingFault> {
  // ssh takes relative includes from the user's folder, also where another file was named with -F.
  const folder = join(home, '.ssh');
  const readFile = (file: string, within: readonly string[]): string[] =>
    namesIn(parse(readFileSync(file, 'utf8')), (pattern) => {
      const inside = [...within, file];
      if (inside.length > MAX_INCLUDE_DEPTH) return [];
      return filesOf(pattern, home, folder)
        .filter((included) => !inside.includes(included))
        .flatMap((included) => readFile(included, inside));
    });
  try {
    return ok(readFile(path, []));
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    const isMissing = cause instanceof Error && 'code' in cause && cause.code === 'ENOENT';
    return err({
      kind: isMissing ? 'failed' : 'unreadable',
      sentence: isMissing
        ? `There is no ${path}: write it, or name another one as \`file\` below \`[providers.ssh-config]\`.`
        : `${path}, or what it includes, cannot be read: ${why}. \`ssh -G somewhere\` says the same in its own words.`,
    });
  }
}

function namesIn(lines: readonly Line[], include: (pattern: string) => readonly string[]): string[] {
  return lines.flatMap((line): readonly string[] => {
    if (line.type !== LineType.DIRECTIVE) return [];
    const values = typeof line.value === 'string' ? [line.value] : line.value.map(({ val }) => val);
    // The parser hangs whatever follows a Host or Match line into its section, includes among it.
    const nested = 'config' in line ? namesIn(line.config, include) : [];
    switch (line.param.toLowerCase()) {
      case 'host':
        return [...values.filter((value) => !/[*?!]/.test(value)), ...nested];
      case 'include':
        return values.flatMap(include);
      default:
        return nested;
    }
  });
}

/** What an Include names; nothing is no fault, as for ssh. */
function filesOf(pattern: string, home: string, folder: string): readonly string[] {
  const path = pattern.startsWith('~/') ? join(home, pattern.slice(2)) : pattern;
  const absolute = isAbsolute(path) ? path : join(folder, path);
  return globSync(absolute, { withFileTypes: true })
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name))
    .toSorted();
}
