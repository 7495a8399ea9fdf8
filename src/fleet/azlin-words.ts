import { quoteWords } from '../safety/index.ts';

/** The program as the operator named it, or as PATH has it. */
export function azlinProgram(env: NodeJS.ProcessEnv): string {
  return env.AZLIN_PATH ?? 'azlin';
}

/**
 * Runs a command on a VM, as `azlin connect` takes it. Newlines get lost between azlin, the Azure CLI and ssh,
 * and each of them may take quotes apart: so the command travels as one word that needs none.
 */
export function azlinWords(vm: string, command: string): string[] {
  const carried = Buffer.from(command).toString('base64');
  const line = `exec sh -c 'eval "$(printf %s ${carried} | base64 -d)"'`;
  return ['connect', vm, '--no-tmux', '--yes', '--', line];
}

/**
 * A command whose output is told from what azlin and the programs below it say before and after it.
 * azlin ends with an error of its own after a command that went well: the frame tells how the command ended.
 */
export function frameCommand(words: readonly string[], fence: string): string {
  return `printf '%s\\n' ${fence}; ${quoteWords(words)}; printf '\\n%s %s\\n' ${fence} "$?"`;
}

/** Null: the end did not arrive, so neither did the whole of the output. */
export function unframe(output: string, fence: string): { stdout: string; exitCode: number } | null {
  const text = output.replaceAll('\r\n', '\n');
  const start = text.indexOf(`${fence}\n`);
  const end = text.lastIndexOf(`\n${fence} `);
  if (start === -1 || end <= start) return null;
  const exitCode = /^\d{1,3}$/m.exec(text.slice(end + fence.length + 2))?.[0];
  if (exitCode === undefined) return null;
  return { stdout: text.slice(start + fence.length + 1, end), exitCode: Number(exitCode) };
}
