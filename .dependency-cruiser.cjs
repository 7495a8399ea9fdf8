/**
 * Who may import whom. The table in ARCHITECTURE.md, as rules: change both in one commit.
 * test/house/dependency-rule.test.ts breaks every row once and expects to be told.
 */

/** Room → the rooms whose door it may use. A room that is not a key here may not exist. */
const MAY_IMPORT = {
  'src/domain': [],
  'src/agents': ['src/domain'],
  'src/safety': ['src/domain'],
  'src/github': ['src/domain'],
  'src/model': ['src/domain'],
  'src/limits': ['src/domain'],
  'src/commands': ['src/domain', 'src/limits', 'src/safety'],
  'src/director': ['src/domain', 'src/agents', 'src/limits', 'src/safety'],
  'src/fleet': ['src/domain', 'src/agents', 'src/safety'],
  'src/notify': ['src/domain', 'src/safety'],
  'src/picture': ['src/domain', 'src/safety'],
  'src/slack': ['src/domain', 'src/commands', 'src/safety'],
  'src/workspace': ['src/domain', 'src/commands', 'src/safety'],
  'src/cli': ['src/domain', 'src/agents', 'src/commands', 'src/safety'],
  webhooks: ['src/domain', 'src/commands', 'src/safety'],
  db: ['src/domain'],
};

/** Package → the one place that imports it. Translating a vendor's words and errors happens once, there. */
const VENDOR_HOME = {
  '@anthropic-ai/sdk': 'src/model/',
  '@electric-sql/pglite': 'db/',
  '@napi-rs/canvas': 'src/picture/',
  '@octokit/auth-app': 'src/github/',
  '@octokit/plugin-retry': 'src/github/',
  '@octokit/plugin-throttling': 'src/github/',
  '@octokit/rest': 'src/github/',
  '@octokit/webhooks': 'webhooks/',
  '@slack/bolt': 'src/slack/',
  '@slack/types': 'src/slack/',
  '@slack/web-api': 'src/slack/',
  '@xterm/headless': 'src/picture/',
  'dejavu-fonts-ttf': 'src/picture/',
  'drizzle-kit': 'db/',
  'drizzle-orm': 'db/',
  emulate: 'src/workspace/',
  execa: 'src/fleet/',
  'pg-boss': 'db/',
  pino: 'src/log[.]ts$',
  postgres: 'db/',
  'prom-client': 'webhooks/',
  'smol-toml': 'src/config[.]ts$',
  'ssh-config': 'src/fleet/',
  unbash: 'src/safety/',
};

/** Parsing happens at every edge, so the parser is at home everywhere but in the domain. */
const VENDORS_AT_HOME_EVERYWHERE = ['zod'];

const OURS = '^(src|db|webhooks)/';
const anyOf = (words) => `(${words.join('|')})`;
const escaped = (text) => text.replaceAll('.', '[.]');
const installed = (names) => `(^|/)node_modules/${anyOf(names.map(escaped))}/`;

const rooms = Object.entries(MAY_IMPORT).map(([room, others]) => ({
  name: `${room} imports ${others.length === 0 ? 'no other room' : `only ${others.join(', ')}`}`,
  severity: 'error',
  from: { path: `^${room}/` },
  to: {
    path: '^(src|db|webhooks|test)/',
    pathNot: `^${anyOf([room, ...others])}/`,
  },
}));

const vendors = Object.entries(VENDOR_HOME).map(([name, home]) => ({
  name: `${name} lives in ${home.replace('[.]ts$', '.ts')}`,
  severity: 'error',
  from: { path: OURS, pathNot: `^${home}` },
  to: { path: installed([name]) },
}));

module.exports = {
  forbidden: [
    ...rooms,
    ...vendors,
    {
      name: 'every room is in the table',
      severity: 'error',
      from: {
        path: OURS,
        pathNot: `^(${anyOf(Object.keys(MAY_IMPORT))}/|src/compose/|src/[^/]+[.]ts$)`,
      },
      to: {},
    },
    {
      name: 'src/domain imports no package and no part of Node',
      severity: 'error',
      from: { path: '^src/domain/' },
      to: { pathNot: '^src/domain/' },
    },
    {
      name: 'the files beside src/main.ts import only src/domain, src/safety',
      severity: 'error',
      from: { path: '^src/[^/]+[.]ts$', pathNot: '^src/main[.]ts$' },
      to: {
        path: '^(src/[^/]+|db|webhooks|test)/',
        pathNot: '^src/(domain|safety)/',
      },
    },
    {
      name: 'only src/main.ts imports src/compose',
      severity: 'error',
      from: { path: OURS, pathNot: '^src/(main[.]ts$|compose/)' },
      to: { path: '^src/compose/' },
    },
    {
      name: 'only tests import src/main.ts',
      severity: 'error',
      from: { path: OURS },
      to: { path: '^src/main[.]ts$' },
    },
    {
      name: 'src/main.ts and src/compose import no test',
      severity: 'error',
      from: { path: '^src/(main[.]ts$|compose/)' },
      to: { path: '^test/' },
    },
    {
      name: 'phases of the director do not know each other',
      severity: 'error',
      from: { path: '^src/director/(perceive|reason|act|learn)/' },
      to: {
        path: '^src/director/(perceive|reason|act|learn)/',
        pathNot: '^src/director/$1/',
      },
    },
    {
      name: 'a room in src is entered by its door',
      severity: 'error',
      from: { path: '^src/([^/]+)/' },
      to: {
        path: '^src/[^/]+/',
        pathNot: ['^src/$1/', '^src/[^/]+/index[.]ts$'],
      },
    },
    {
      name: 'a room in src is entered by its door, also from beside and outside src',
      severity: 'error',
      from: { path: '^(src/[^/]+[.]ts$|db/|webhooks/)' },
      to: { path: '^src/[^/]+/', pathNot: '^src/[^/]+/index[.]ts$' },
    },
    {
      name: 'webhooks is entered by its door',
      severity: 'error',
      from: { path: OURS, pathNot: '^webhooks/' },
      to: { path: '^webhooks/', pathNot: '^webhooks/index[.]ts$' },
    },
    {
      name: 'inside a room the file is imported, not the door',
      severity: 'error',
      from: { path: '^(src/[^/]+|webhooks|db)/' },
      to: { path: '^$1/index[.]ts$' },
    },
    {
      name: 'no circles',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'every import leads somewhere',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'every package has a home',
      severity: 'error',
      from: { path: OURS },
      to: {
        path: '(^|/)node_modules/',
        pathNot: installed([...Object.keys(VENDOR_HOME), ...VENDORS_AT_HOME_EVERYWHERE]),
      },
    },
    {
      name: 'the program runs without development packages',
      severity: 'error',
      from: {
        path: OURS,
        pathNot: '^(src/workspace/|db/drizzle[.]config[.]ts$)',
      },
      to: { dependencyTypes: ['npm-dev'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'default', 'types'],
    },
  },
};
