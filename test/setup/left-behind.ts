import { setTimeout as delay } from 'node:timers/promises';
import { processesWithEnvironment, signalProcess } from '../support/processes.ts';

/** What was told to end needs a moment for it. */
const GRACE_MS = 5_000;
const LOOK_EVERY_MS = 100;

/**
 * Every process that the tests start inherits FLEET_TEST_RUN, so those still alive after the tests were
 * forgotten. Ends them and names them; null when there are none.
 */
export async function endLeftBehind(mark: string): Promise<string | null> {
  const deadline = performance.now() + GRACE_MS;
  const alive = () => processesWithEnvironment('FLEET_TEST_RUN', mark);
  while (alive().length > 0 && performance.now() < deadline) await delay(LOOK_EVERY_MS);

  const forgotten = alive();
  for (const { pid } of forgotten) signalProcess(pid, 'SIGKILL');
  return forgotten.length === 0
    ? null
    : forgotten.map(({ pid, command }) => `still running: ${pid} ${command}`).join('\n');
}
