import { accessSync, constants, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';

const MEMORY = '/dev/shm';
/** Linux's number for tmpfs. Source: statfs(2). */
const TMPFS = 0x0102_1994;
/** Several times what a whole run was seen to hold at once. */
const NEEDED_BYTES = 4 * 2 ** 30;

/**
 * Where the tests make what they throw away again: in memory where there is room, because databases are thousands of small files,
 * and making those took most of the time on a disk.
 */
export function temporaryFolder(): string {
  try {
    const { type, bavail, bsize } = statfsSync(MEMORY);
    accessSync(MEMORY, constants.W_OK);
    return type === TMPFS && bavail * bsize >= NEEDED_BYTES ? MEMORY : tmpdir();
  } catch {
    return tmpdir();
  }
}
