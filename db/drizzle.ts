import { createRequire } from 'node:module';

/**
 * Everything of drizzle that is used. It is taken in its CommonJS form: with ES modules Node 24 reads the package's 180 kB of `package.json` once for
 * each of its hundred files, which takes a second of CPU at every start; this takes a tenth of it (docs/benchmarks.md).
 */
const load: (name: string) => unknown = createRequire(import.meta.url);

const core = load('drizzle-orm') as typeof import('drizzle-orm');
const postgres = load('drizzle-orm/pg-core') as typeof import('drizzle-orm/pg-core');

export type { SQL } from 'drizzle-orm';
export type { PgDatabase, PgQueryResultHKT } from 'drizzle-orm/pg-core';
export const {
  and,
  asc,
  desc,
  eq,
  gt,
  gte,
  inArray,
  isNotNull,
  isNull,
  lt,
  lte,
  max,
  ne,
  notInArray,
  sql,
  sum,
} = core;
export const {
  bigint,
  bigserial,
  boolean,
  check,
  doublePrecision,
  index,
  integer,
  jsonb,
  pgTable,
  primaryKey,
  real,
  text,
  timestamp,
  unique,
  uniqueIndex,
} = postgres;

export const overServer = load('drizzle-orm/postgres-js') as typeof import('drizzle-orm/postgres-js');
export const overServerMigrator = load(
  'drizzle-orm/postgres-js/migrator',
) as typeof import('drizzle-orm/postgres-js/migrator');
export const overPglite = load('drizzle-orm/pglite') as typeof import('drizzle-orm/pglite');
export const overPgliteMigrator = load(
  'drizzle-orm/pglite/migrator',
) as typeof import('drizzle-orm/pglite/migrator');
