import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below those that a system gives to connections on their way out: nobody is given it between now and its use. */
const FIRST = 20_000;
const AFTER_LAST = 32_000;
const TRIES = 50;

/** A port of 127.0.0.1 that nobody listens on, for programs that cannot be told to choose one. */
export async function freePort(): Promise<number> {
  for (let tried = 0; tried < TRIES; tried++) {
    const port = randomInt(FIRST, AFTER_LAST);
    if (await isFree(port)) return port;
  }
  throw new Error(`no port from ${FIRST} to ${AFTER_LAST} is free`);
}

async function isFree(port: number): Promise<boolean> {
  const probe = createServer().listen(port, '127.0.0.1');
  try {
    await once(probe, 'listening');
  } catch {
    return false;
  }
  probe.close();
  await once(probe, 'close');
  return true;
}
