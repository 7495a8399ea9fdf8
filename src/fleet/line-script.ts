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
export function carriedScript({ script, words, stdin, limitMs }: ShellScript): HostScript | null {
  const input = stdin === null ? '' : Buffer.from(stdin).toString('base64');
  const carried = [script, ...words, input].reduce((sum, word) => sum + Buffer.byteLength(word), 0);
  if (carried > MAX_CARRIED_BYTES) return null;
  return { script: CARRY, words: [script, input, stdin === null ? 'open' : 'closed', ...words], limitMs };
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

const CARRY = `
script=$1 input=$2 end=$3
shift 3
umask 077
folder=$(mktemp -d) || exit
trap 'rm -rf -- "$folder"' EXIT
if [ "$end" = open ]; then
  mkfifo "$folder/in" && exec 3<>"$folder/in" || exit
else
  printf %s "$input" | base64 -d > "$folder/in" && exec 3<"$folder/in" || exit
fi
sh -c "$script" fleet "$@" <&3 >"$folder/out" 2>"$folder/err" 3<&-
echo "$?" | section exit
cat "$folder/out" | section out
cat "$folder/err" | section err`;
