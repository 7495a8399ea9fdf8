import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { HOOK_SCRIPT } from '../../src/fleet/hook-script.ts';
import { openSshd, type SshHost } from '../doubles/sshd.ts';
import { installStandIn, type StandIn, startByHand, tmuxOn } from '../doubles/stand-in-agent.ts';

/** A host with agents. `own`: the session that carries the marks of one that Fleet Director started. */
export type BenchHost = AsyncDisposable & {
  readonly name: string;
  readonly ssh: SshHost;
  readonly marks: Marks;
  readonly own: StandIn;
  /** Somebody else's. */
  readonly others: readonly StandIn[];
};

export type Marks = { readonly id: string; readonly name: string };

export async function openBenchHost(
  name: string,
  sessionCount: number,
  marks: Marks,
  hasOwnProcesses: boolean,
): Promise<BenchHost> {
  const ssh = await openSshd({ alias: name, hasOwnProcesses });
  try {
    await installStandIn(ssh);
    const folder = join(ssh.home, '.fleet', 'sessions', marks.id);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await writeFile(join(folder, 'hook'), HOOK_SCRIPT);
    const env = { FLEET_HOOK: join(folder, 'hook'), FLEET_SESSION: marks.id, FLEET_GENERATION: '1' };
    const names = Array.from({ length: sessionCount - 1 }, (_, at) => ({ name: `work-${at + 1}` }));
    const [own, ...others] = await startByHand(ssh, [{ name: marks.name, env }, ...names]);
    if (own === undefined) throw new Error('no session was started');
    await tmuxOn(ssh, 'set-option', '-t', `=${marks.name}:`, '@fleet_session', marks.id);
    return { name, ssh, marks, own, others, [Symbol.asyncDispose]: ssh.close };
  } catch (cause) {
    await ssh.close();
    throw cause;
  }
}
