import { ok, type Result } from '../domain/index.ts';
import type { Connection } from './connection.ts';
import type { HostFailure } from './host-failure.ts';
import type { HostScript } from './host-script.ts';

const READ_LIMIT_MS = 10_000;
const MAX_PACKAGE_BYTES = 64 * 1024;
const MAX_FOLDERS_UP = 8;
/** A program's options may name files as well; its script is among the first words. */
const MAX_WORDS = 4;

/** The versions of the programs that processes run, as far as their packages tell; processes that are gone are left out. */
export async function readAgentVersions(
  connection: Connection,
  pids: readonly number[],
  signal: AbortSignal,
): Promise<Result<ReadonlyMap<number, string>, HostFailure>> {
  if (pids.length === 0) return ok(new Map());
  const brought = await connection.read({ ...TELL_OF_PACKAGES, words: pids.map(String) }, signal);
  if (!brought.ok) return brought;
  const versions = new Map<number, string>();
  for (const { name, bytes } of brought.value) {
    if (name !== 'package') continue;
    const [pid, program = '', path = '', ...content] = bytes.toString('utf8').split('\0');
    const version = versionOf(program, path, content.join('\0'));
    // What runs comes before the script that it runs.
    if (version !== null && !versions.has(Number(pid))) versions.set(Number(pid), version);
  }
  return ok(versions);
}

/**
 * For every process its program, and where that is an interpreter its script: each with the nearest package.json above it that has a version,
 * or with the folder in which pip notes one, or with nothing.
 */
const TELL_OF_PACKAGES: Omit<HostScript, 'words'> = {
  script: `
tell() { { printf '%s\\0%s\\0%s\\0' "$pid" "$1" "$2"; [ -z "$3" ] || head -c ${MAX_PACKAGE_BYTES} -- "$3"; } | section package; }
find_package() {
  path=$(readlink -f -- "$1") || return
  folder=\${path%/*} steps=0
  while [ -n "$folder" ] && [ "$steps" -lt ${MAX_FOLDERS_UP} ]; do
    if [ -f "$folder/package.json" ] && grep -q '"version"' "$folder/package.json"; then
      tell "$path" "$folder/package.json" "$folder/package.json"
      return
    fi
    for info in "$folder"/lib/python*/site-packages/"\${path##*/}"-*.dist-info; do
      [ ! -d "$info" ] || { tell "$path" "$info" ''; return; }
    done
    folder=\${folder%/*} steps=$((steps + 1))
  done
  tell "$path" "$path" ''
}
for pid; do
  if [ -d /proc/self ]; then program=$(readlink "/proc/$pid/exe"); else program=$(ps -o comm= -p "$pid"); fi
  [ -n "$program" ] || continue
  case \${program##*/} in
    node* | bun | deno | python* | ruby* | *sh)
      if [ -d /proc/self ]; then
        cd "/proc/$pid/cwd"
        tr '\\000' '\\n' <"/proc/$pid/cmdline"
      else
        ps -o args= -p "$pid" | tr ' ' '\\n'
      fi | {
        read -r _
        count=0
        while [ "$count" -lt ${MAX_WORDS} ] && read -r word; do
          count=$((count + 1))
          case $word in */*) [ ! -f "$word" ] || { find_package "$word"; break; } ;; esac
        done
      } ;;
    *) find_package "$program" ;;
  esac
done`,
  limitMs: READ_LIMIT_MS,
};

const VERSION = /^v?(\d+\.\d+(?:\.\d+)?(?:[-+.][0-9A-Za-z.+-]+)?)$/;

/**
 * @param program the file that runs
 * @param path what was found for it
 */
function versionOf(program: string, path: string, content: string): string | null {
  if (path.endsWith('.dist-info')) return path.slice(0, -'.dist-info'.length).split('-').at(-1) ?? null;
  if (path !== program) return versionIn(content);
  // Installers that keep several versions beside each other name a folder or the program itself for each.
  const named = path.split('/').findLast((part) => VERSION.test(part));
  return named === undefined ? null : (VERSION.exec(named)?.[1] ?? null);
}

/** Of a package made for one platform that is a part of the version; whoever asks means the program. */
const PLATFORM = /-(?:linux|darwin|win32)-.*$/;

/** A package.json that is too long to be read whole is no JSON any more, but says its version early. */
function versionIn(packageJson: string): string | null {
  const told = /(?:^|[{,])\s*"version"\s*:\s*"([^"\s]{1,64})"/m.exec(packageJson)?.[1];
  return told?.replace(PLATFORM, '') ?? null;
}
