import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';
import { countResults } from './setup/count-results.ts';

/** Everything that the code says to the database, and the journeys in which it is killed, begun or shared. They run on both engines. */
const ON_BOTH_ENGINES = [
  ...['db', 'commands', 'director', 'notify'].map((folder) => `test/${folder}/**/*.test.ts`),
  ...['browser', 'killed', 'slash-command', 'start-up'].map((journey) => `test/journeys/${journey}.test.ts`),
];

/** The other journeys say nothing to it that these do not; they go the way of a fleet that several people share. */
const ON_A_SERVER = [...ON_BOTH_ENGINES, 'test/journeys/**/*.test.ts'];

/** What only the embedded engine has. */
const EMBEDDED_ONLY = ['test/db/folder-lock.test.ts'];

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
        test: { name: 'plain', include: ['test/**/*.test.ts'], exclude: ON_A_SERVER },
      },
      {
        extends: true,
        test: {
          name: 'pglite',
          include: ON_BOTH_ENGINES,
          env: { FLEET_TEST_DATABASE: 'pglite' },
          globalSetup: 'test/setup/pglite.ts',
        },
      },
      {
        extends: true,
        test: {
          name: 'postgres',
          include: ON_A_SERVER,
          exclude: EMBEDDED_ONLY,
          env: { FLEET_TEST_DATABASE: 'postgres' },
          globalSetup: 'test/setup/postgres.ts',
        },
      },
    ],
  },
});
