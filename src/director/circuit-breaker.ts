import {
  FAILED_CYCLES_UNTIL_PAUSE,
  openPause,
  pauseId,
  type Session,
  type ThreadId,
  taskLabel,
  threadId,
} from '../domain/index.ts';
import { redact } from '../safety/index.ts';
import type { DirectorPorts, DirectorTables } from './ports.ts';

const REASON_MAX = 300;

/**
 * Counts a cycle that threw, of any process. With too many of them in a row the director pauses itself, and people are told once:
 * pause and alert are one transaction.
 */
async function countFailedCycle(
  ports: DirectorPorts,
  session: Session | null,
  error: unknown,
): Promise<void> {
  const { store, log, now, newId } = ports;
  await store.transaction(async (tx) => {
    const { failedInRow, pause } = await tx.lockDirector();
    if (pause !== null) return;
    await tx.saveFailedCycles(failedInRow + 1);
    if (failedInRow + 1 < FAILED_CYCLES_UNTIL_PAUSE) return;
    const thread = await addAlertThread(ports, tx);
    const why = `${FAILED_CYCLES_UNTIL_PAUSE} cycles in a row failed, the last one${session === null ? '' : ` of ${taskLabel(session.task)}`}: ${reasonOf(error)}`;
    await tx.addPause(openPause({ id: pauseId(newId()), by: null, why, thread }, now()));
    log.error({ error, why }, 'the director has paused itself');
  });
}

/** A database that cannot count is told of, and does not hide what failed before it. */
export async function countOrSay(
  ports: DirectorPorts,
  session: Session | null,
  error: unknown,
): Promise<void> {
  try {
    await countFailedCycle(ports, session, error);
  } catch (counting) {
    ports.log.error({ error: counting }, 'a cycle that failed could not be counted');
  }
}

/** Null: no channel is known, so only `status` and the log tell. */
async function addAlertThread(
  { settings, newId }: DirectorPorts,
  tx: DirectorTables,
): Promise<ThreadId | null> {
  const channels = [settings.alertChannel, ...(await tx.listProjects()).map(({ channel }) => channel)];
  const channel = channels.find((each) => each !== null) ?? null;
  if (channel === null) return null;
  const id = threadId(newId());
  await tx.addThread({ id, slack: { channel, messageTs: null }, issue: null });
  return id;
}

/** The first line of what began it: who wraps an error says less of it. */
function reasonOf(error: unknown): string {
  if (error instanceof Error && error.cause instanceof Error) return reasonOf(error.cause);
  const [line = ''] = redact(error instanceof Error ? error.message : String(error)).split('\n');
  const told = line.trim() === '' ? 'no reason is given' : line.trim();
  return told.length > REASON_MAX ? `${told.slice(0, REASON_MAX - 1)}…` : told;
}
