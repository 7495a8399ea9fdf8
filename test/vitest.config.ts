import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { countResults } from './setup/count-results.ts';

/** Tests that touch the database: each runs once on the embedded Postgres and once on a server. */
const ON_BOTH_DATABASES = ['journeys', 'db', 'commands', 'director', 'notify'].map(
  (folder) => `test/${folder}/**/*.test.ts`,
);

const countsFile = process.env.FLEET_TEST_COUNTS;

export default defineConfig({
  root: fileURLToPath(new URL('..', import.meta.url)),
  test: {
    reporters: countsFile === undefined ? ['default'] : ['default', countResults(countsFile)],
    testTimeout: 30_000,
    hookTimeout: 60_000,
    // Most tests wait for other programs most of the time; vitest alone would leave one of two cores idle.
    maxWorkers: 2,
    projects: [
      {
        extends: true,
        test: { name: 'plain', include: ['test/**/*.test.ts'], exclude: ON_BOTH_DATABASES },
      },
      {
        extends: true,
        test: {
          name: 'pglite',
          include: ON_BOTH_DATABASES,
          env: { FLEET_TEST_DATABASE: 'pglite' },
          globalSetup: 'test/setup/pglite.ts',
        },
      },
      {
        extends: true,
        test: {
          name: 'postgres',
          include: ON_BOTH_DATABASES,
          env: { FLEET_TEST_DATABASE: 'postgres' },
          globalSetup: 'test/setup/postgres.ts',
        },
      },
    ],
  },
});
