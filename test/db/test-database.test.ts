import { expect, test } from 'vitest';
import { sql } from '../../db/drizzle.ts';
import { openTestDatabase } from '../support/database.ts';

test('a test gets a migrated database of the kind it runs on, shared with nobody', async () => {
  await using first = await openTestDatabase();
  await using second = await openTestDatabase();

  await first.database.connection.execute(sql`create table only_here (id int)`);

  const kind = process.env.FLEET_TEST_DATABASE === 'postgres' ? 'server' : 'embedded';
  expect(first.database.kind).toBe(kind);
  await expect(second.database.connection.execute(sql`select * from only_here`)).rejects.toThrow();
  await expect(second.database.connection.execute(sql`select * from tasks`)).resolves.toBeDefined();
});
