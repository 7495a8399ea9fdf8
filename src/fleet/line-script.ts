import { type HostScript, type Section, sectionText } from './host-script.ts';
import type { ShellScript } from './shell.ts';

/** How a script ended that was run by way of the line. */
export type ScriptEnd = { readonly exitCode: number; readonly stdout: string; readonly stderr: string };

// The whole job is one word of a command line, in Base64 twice, and Linux takes 128 KiB for a word.
const MAX_CARRIED_BYTES = 60_000;

/**
 * A script for hosts where every further channel would be a connection of its own, and where that takes half a minute.
 * Null: it brings too much to be carried so.
 */
export function carriedScript(
  { script, words, stdin, limitMs }: ShellScript,
  id: string,
): { readonly run: HostScript; readonly giveUp: HostScript } | null {
  const input = stdin === null ? '' : Buffer.from(stdin).toString('base64');
  const carried = [script, ...words, input].reduce((sum, word) => sum + Buffer.byteLength(word), 0);
  if (carried > MAX_CARRIED_BYTES) return null;
  return {
    run: { script: CARRY, words: [id, script, input, stdin === null ? 'open' : 'closed', ...words], limitMs },
    giveUp: { script: GIVE_UP, words: [id], limitMs: GIVE_UP_LIMIT_MS },
  };
}

/** Null: parts of the answer are missing. */
export function scriptEnd(sections: readonly Section[]): ScriptEnd | null {
  const exitCode = sectionText(sections, 'exit')?.trim();
  if (exitCode === undefined || !/^\d+$/.test(exitCode)) return null;
  return {
    exitCode: Number(exitCode),
    stdout: sectionText(sections, 'out') ?? '',
    stderr: sectionText(sections, 'err') ?? '',
  };
}

const GIVE_UP_LIMIT_MS = 10_000;
const FOLDER = `folder="\${TMPDIR:-/tmp}/fleet-script-$1"`;

// Whoever holds standard input open lets go of it when nobody waits for the script any more.
const CARRY = `
${FOLDER}
script=$2 input=$3 end=$4
shift 4
umask 077
mkdir -- "$folder" || exit
trap 'rm -rf -- "$folder"' EXIT
if [ "$end" = open ]; then
  : > "$folder/wanted"
  mkfifo "$folder/in" || exit
  (exec >"$folder/in"; while [ -e "$folder/wanted" ]; do sleep 0.2 || sleep 1; done) &
else
  printf %s "$input" | base64 -d > "$folder/in" || exit
fi
# A group of its own, as a channel of ssh gives it, so that it can end what it started.
own=
command -v setsid >/dev/null && own=setsid
$own sh -c "$script" fleet "$@" <"$folder/in" >"$folder/out" 2>"$folder/err"
echo "$?" | section exit
cat "$folder/out" | section out
cat "$folder/err" | section err`;

const GIVE_UP = `${FOLDER}
rm -f -- "$folder/wanted"`;
