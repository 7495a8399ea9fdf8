import { hostname } from 'node:os';
import { type Database, openDatabase } from '../../db/index.ts';
import type { Readiness } from '../../webhooks/index.ts';
import type { Config } from '../config.ts';
import { err, type Result } from '../domain/index.ts';
import { redact } from '../safety/index.ts';
import type { Fault } from './fault.ts';

export async function openState(config: Config): Promise<Result<Database, Fault>> {
  const opened = await openDatabase(
    config.databaseUrl === null
      ? { kind: 'embedded', dataDir: config.dataDir }
      : { kind: 'server', url: config.databaseUrl },
  );
  if (opened.ok) return opened;
  switch (opened.error.kind) {
    case 'in-use':
      return err({
        sentence: `${opened.error.dataDir} is in use by ${opened.error.by}. Stop that one, or set FLEET_DATA_DIR to another folder.`,
      });
    case 'unreachable':
      return err({
        sentence: `The database at DATABASE_URL does not answer (${redact(opened.error.detail)}). Start it, or correct the URL.`,
      });
  }
}

export function readinessOf(database: Database): Readiness {
  return {
    check: async () => {
      try {
        await database.ping();
        return { ready: true, why: 'the database answers' };
      } catch {
        return { ready: false, why: 'the database does not answer' };
      }
    },
  };
}

/** Whether a claim's owner was a process of this machine that is no more. Of another machine's nobody here can tell: its claims run out. */
export function isGone(owner: string): boolean {
  const [machine, pid] = owner.split(':');
  if (machine !== hostname() || Number(pid) === process.pid) return machine === hostname();
  try {
    process.kill(Number(pid), 0);
    return false;
  } catch {
    return true;
  }
}
