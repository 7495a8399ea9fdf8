import type { Context } from './context.ts';
import type { CommandTables } from './ports.ts';

/** The cap that counts from now on. What it held back is looked at again. */
export async function raiseCap(
  tx: CommandTables,
  { actor, at }: Pick<Context, 'actor' | 'at'>,
  scope: string,
  capUsd: number,
): Promise<void> {
  await tx.setBudgetCap(scope, capUsd, actor.id, at);
  await lookAgain(tx);
}

/** What was held back is decided anew, and cards show how it is now. */
export async function lookAgain(tx: CommandTables): Promise<void> {
  await tx.enqueue({ kind: 'place' });
  for (const { id, state, task } of await tx.openSessions()) {
    await tx.enqueue({ kind: state === 'preparing' ? 'prepare' : 'cycle', session: id });
    const thread = (await tx.findTask(task))?.thread;
    if (thread !== undefined) await tx.enqueue({ kind: 'notify', thread, notBefore: null });
  }
}
