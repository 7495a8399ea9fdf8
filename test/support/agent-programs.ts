import { execFile } from 'node:child_process';
import { existsSync, mkdirSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const INSTALL_WITHIN_MS = 240_000;

/** A real agent on this machine, or why there is none. */
export type AgentProgram =
  | { readonly kind: 'found'; readonly folder: string }
  | { readonly kind: 'missing'; readonly why: string };

/**
 * Finds an agent's program among those that earlier runs left behind, and installs it there where `installs` says so.
 * FLEET_AGENT_PROGRAMS names another folder for them.
 * @param packageName with its version: `@anthropic-ai/claude-code@2.1.197`
 */
export async function findAgentProgram(
  program: string,
  packageName: string,
  { installs }: { readonly installs: boolean },
): Promise<AgentProgram> {
  const root =
    process.env.FLEET_AGENT_PROGRAMS ??
    join(process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache'), 'fleet-director', 'agents');
  const folder = join(root, 'node_modules', '.bin');
  if (existsSync(join(folder, program))) return { kind: 'found', folder };
  if (!installs) return { kind: 'missing', why: `install ${packageName} in ${root} to run it` };
  try {
    mkdirSync(root, { recursive: true });
    const words = ['install', '--no-audit', '--no-fund', '--prefix', root, packageName];
    await run('npm', words, { timeout: INSTALL_WITHIN_MS });
  } catch (cause) {
    const why = cause instanceof Error ? (cause.message.split('\n')[0] ?? '') : String(cause);
    return { kind: 'missing', why: `${packageName} cannot be installed: ${why}` };
  }
  return existsSync(join(folder, program))
    ? { kind: 'found', folder }
    : { kind: 'missing', why: `${packageName} brings no ${program}` };
}
