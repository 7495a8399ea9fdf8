import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** What was told to end needs a moment for it. */
const GRACE_MS = 5_000;
const LOOK_EVERY_MS = 100;

/**
 * Every process that the tests start inherits FLEET_TEST_RUN, whatever session or group it moves to, so
 * those still alive after the tests were forgotten. Ends them and names them; null when there are none.
 */
export async function endLeftBehind(mark: string): Promise<string | null> {
  const deadline = performance.now() + GRACE_MS;
  while (processesMarked(mark).length > 0 && performance.now() < deadline) await delay(LOOK_EVERY_MS);

  const forgotten = processesMarked(mark);
  for (const { pid } of forgotten) process.kill(pid, 'SIGKILL');
  return forgotten.length === 0
    ? null
    : forgotten.map(({ pid, command }) => `still running: ${pid} ${command}`).join('\n');
}

/** Linux only: elsewhere there is no /proc, and nothing is found. */
function processesMarked(mark: string): { pid: number; command: string }[] {
  if (!existsSync('/proc/self/environ')) return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .flatMap((name) => {
      const environment = readOrEmpty(`/proc/${name}/environ`);
      if (!environment.split('\0').includes(`FLEET_TEST_RUN=${mark}`)) return [];
      return [
        {
          pid: Number(name),
          command: readOrEmpty(`/proc/${name}/cmdline`).replaceAll('\0', ' ').trim(),
        },
      ];
    });
}

/** A process may end between being listed and being read, and other users' processes may not be read. */
function readOrEmpty(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
