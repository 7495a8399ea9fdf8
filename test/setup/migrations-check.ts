import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isDeepStrictEqual } from 'node:util';
import { generateDrizzleJson } from 'drizzle-kit/api';
import { z } from 'zod';
import * as schema from '../../db/schema.ts';

const MIGRATIONS = fileURLToPath(new URL('../../db/migrations', import.meta.url));

const journalShape = z.object({ entries: z.array(z.object({ tag: z.string() })) });
const snapshotShape = z.looseObject({ tables: z.record(z.string(), z.unknown()) });

/**
 * Compares the schema with the picture of it that drizzle-kit left beside the newest migration. Null when they
 * agree. Comparing, not generating: drizzle-kit asks about renames, and without a terminal says all is well.
 */
export function migrationsBehindSchema(): string | null {
  const meta = join(MIGRATIONS, 'meta');
  const journal = journalShape.parse(readJson(join(meta, '_journal.json')));
  const lost = journal.entries.filter(({ tag }) => !existsSync(join(MIGRATIONS, `${tag}.sql`)));
  if (lost.length > 0) return `db/migrations lacks ${lost.map(({ tag }) => `${tag}.sql`).join(', ')}`;

  const newest = readdirSync(meta)
    .filter((name) => name.endsWith('_snapshot.json'))
    .sort()
    .at(-1);
  if (newest === undefined) return 'db/migrations/meta has no snapshot';
  const migrated = parseSnapshot(readJson(join(meta, newest)));
  const wanted = parseSnapshot(JSON.parse(JSON.stringify(generateDrizzleJson(schema))));
  if (isDeepStrictEqual(migrated, wanted)) return null;

  const tables = [...new Set([...Object.keys(migrated.tables), ...Object.keys(wanted.tables)])];
  const differing = tables.filter((name) => !isDeepStrictEqual(migrated.tables[name], wanted.tables[name]));
  const where = differing.length > 0 ? ` in ${differing.join(', ')}` : '';
  return `db/schema.ts differs from db/migrations${where}: npx drizzle-kit generate --config db/drizzle.config.ts`;
}

/** Without its ids, which are new each time. */
function parseSnapshot(snapshot: unknown): z.infer<typeof snapshotShape> {
  return { ...snapshotShape.parse(snapshot), id: null, prevId: null };
}

function readJson(path: string): unknown {
  return JSON.parse(readFileSync(path, 'utf8'));
}
