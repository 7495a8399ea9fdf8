import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Config, pathOf, readConfig } from '../src/config.ts';
import { DEFAULT_RULES, NO_BUDGET, type ProjectId, projectId } from '../src/domain/index.ts';
import { startLines } from '../src/start-lines.ts';
import { containing } from './support/containing.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'fleet-config-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Reads an environment; without a fleet.toml unless it names one. */
function read(variables: Record<string, string | undefined>, argv: readonly string[] = []) {
  const empty = join(folder, 'empty.toml');
  writeFileSync(empty, '');
  return readConfig({ FLEET_CONFIG: empty, ...variables }, argv);
}

function configOf(variables: Record<string, string | undefined>, argv: readonly string[] = []): Config {
  const result = read(variables, argv);
  if (!result.ok) throw new Error(result.error.sentence);
  return result.value;
}

let files = 0;
function readFile(toml: string) {
  files += 1;
  const path = join(folder, `fleet-${files}.toml`);
  writeFileSync(path, toml);
  const result = readConfig({ FLEET_CONFIG: path }, []);
  return result.ok ? result.value.file : result.error.sentence.replace(path, 'fleet.toml');
}

test('without anything set the program runs by itself on this machine', () => {
  expect(configOf({ DATABASE_URL: '', SLACK_BOT_TOKEN: '', UNKNOWN: 'x' })).toMatchObject({
    role: 'both',
    http: { host: '127.0.0.1', port: 3000 },
    dataDir: join(process.cwd(), '.fleet'),
    databaseUrl: null,
    logLevel: 'warn',
    slack: null,
    github: null,
    model: null,
    demo: true,
    localWorkspace: 'this-machine',
    file: {
      fleet: {
        permission_mode: 'ask',
        approval_minutes: 60,
        label: 'fleet',
        command: '/fleet',
        default_role: 'operator',
        stuck_seconds: 300,
      },
      hosts: [],
      providers: { refresh_minutes: 5 },
      projects: [],
      people: [],
      agents: {},
    },
  });
});

test('each variable finds its place', () => {
  expect(
    configOf(
      {
        PORT: '0',
        FLEET_HOST: '0.0.0.0',
        FLEET_DATA_DIR: '/var/lib/fleet',
        FLEET_LOG_LEVEL: 'debug',
        FLEET_DEMO: 'off',
        DATABASE_URL: 'postgres://db/fleet',
        SLACK_BOT_TOKEN: 'bot',
        SLACK_SIGNING_SECRET: 'signing',
        SLACK_API_URL: 'https://slack-gov.com/api/',
        SLACK_TEAMS: 'T1, T2',
        GITHUB_APP_ID: '12',
        GITHUB_PRIVATE_KEY: 'one\\ntwo',
        GITHUB_WEBHOOK_SECRET: 'new,old',
        GITHUB_API_URL: 'https://ghe.example/api/v3',
        ANTHROPIC_API_KEY: 'key',
        ANTHROPIC_BASE_URL: 'https://gateway.example',
        ANTHROPIC_MODEL: 'a-model',
      },
      ['--role', 'web'],
    ),
  ).toMatchObject({
    role: 'web',
    http: { host: '0.0.0.0', port: 0 },
    dataDir: '/var/lib/fleet',
    databaseUrl: 'postgres://db/fleet',
    logLevel: 'debug',
    demo: false,
    localWorkspace: 'off',
    slack: {
      botToken: 'bot',
      apiUrl: 'https://slack-gov.com/api/',
      way: { kind: 'http', signingSecret: 'signing' },
      allowedTeams: ['T1', 'T2'],
    },
    github: {
      apiUrl: 'https://ghe.example/api/v3',
      auth: { kind: 'app', appId: 12, privateKey: 'one\ntwo' },
      webhookSecrets: ['new', 'old'],
    },
    model: {
      protocol: 'anthropic',
      apiKey: 'key',
      baseUrl: 'https://gateway.example',
      name: 'a-model',
      prices: new Map(),
    },
  });
});

test.each([
  [{}, 'this-machine'],
  [{ FLEET_HOST: 'localhost', FLEET_LOCAL_WORKSPACE: 'on' }, 'this-machine'],
  [{ FLEET_LOCAL_WORKSPACE: 'off' }, 'off'],
  [{ FLEET_HOST: '0.0.0.0' }, 'off'],
  [{ FLEET_HOST: '192.168.1.5' }, 'off'],
  [{ FLEET_HOST: '0.0.0.0', FLEET_LOCAL_WORKSPACE: 'on' }, 'nearby'],
])('with %j the local workspace opens to: %s', (env, visitors) => {
  expect(configOf(env).localWorkspace).toBe(visitors);
});

test('Socket Mode goes before HTTP, and an App before a token', () => {
  const config = configOf({
    SLACK_BOT_TOKEN: 'bot',
    SLACK_APP_TOKEN: 'app',
    SLACK_SIGNING_SECRET: 'signing',
    GITHUB_APP_ID: '12',
    GITHUB_PRIVATE_KEY: 'key',
    GITHUB_TOKEN: 'token',
  });
  expect(config.slack?.way).toEqual({ kind: 'socket', appToken: 'app' });
  expect(config.github?.auth.kind).toBe('app');
  expect(configOf({ GITHUB_TOKEN: 'token' }).github).toEqual({
    apiUrl: null,
    auth: { kind: 'token', token: 'token' },
    webhookSecrets: [],
  });
});

test.each<readonly [string, Record<string, string>, readonly string[], RegExp]>([
  ['a port that is no number', { PORT: 'http' }, [], /^The environment is not right: `PORT`: /],
  ['a port out of range', { PORT: '70000' }, [], /^The environment is not right: `PORT`: /],
  ['a URL that is none', { SLACK_API_URL: 'slack.com' }, [], /`SLACK_API_URL`: /],
  ['a log level nobody knows', { FLEET_LOG_LEVEL: 'loud' }, [], /`FLEET_LOG_LEVEL`: /],
  ['a switch that is neither on nor off', { FLEET_DEMO: 'no' }, [], /`FLEET_DEMO`: /],
  ['a role nobody knows', {}, ['--role', 'worker'], /^`--role` takes `web`, `director` or `both`\.$/],
  ['a role that is left out', {}, ['--role'], /^`--role` takes/],
  [
    'half a program without a shared database',
    {},
    ['--role', 'web'],
    /^`--role web` shares its state .* set DATABASE_URL/,
  ],
  ['a Slack app token alone', { SLACK_APP_TOKEN: 'x' }, [], /^Slack needs SLACK_BOT_TOKEN \(xoxb-…\) beside/],
  ['a Slack signing secret alone', { SLACK_SIGNING_SECRET: 'x' }, [], /^Slack needs SLACK_BOT_TOKEN/],
  [
    'a Slack bot token alone',
    { SLACK_BOT_TOKEN: 'x' },
    [],
    /^Slack needs SLACK_APP_TOKEN \(Socket Mode\) or SLACK_SIGNING_SECRET/,
  ],
  [
    'a GitHub App without its key',
    { GITHUB_APP_ID: '1' },
    [],
    /^A GitHub App needs both GITHUB_APP_ID and GITHUB_PRIVATE_KEY\.$/,
  ],
  ['a GitHub key without its App', { GITHUB_PRIVATE_KEY: 'x' }, [], /^A GitHub App needs both/],
  ['an App id that is none', { GITHUB_APP_ID: 'my-app', GITHUB_PRIVATE_KEY: 'x' }, [], /`GITHUB_APP_ID`: /],
  [
    'a config file that is not there',
    { FLEET_CONFIG: '/nowhere/fleet.toml' },
    [],
    /^FLEET_CONFIG names \/nowhere\/fleet\.toml, which cannot be read: /,
  ],
])('%s is a fault of one sentence', (_, variables, argv, sentence) => {
  const result = read(variables, argv);
  expect(result).toMatchObject({ ok: false, error: { kind: 'bad-config' } });
  if (!result.ok) expect(result.error.sentence).toMatch(sentence);
});

test('a fleet.toml says everything about the fleet', () => {
  expect(
    readFile(`
[fleet]
agent = "codex"
permission_mode = "edits"
approval_minutes = 0.5
label = "robots"
command = "/robots"
channel = "C1"
default_role = "viewer"
allowed_bots = ["renovate[bot]"]
poll_seconds = 1

[[hosts]]
name = "here"
local = true
[[hosts]]
name = "dev1"
ssh = "ann@dev1"
port = 2222
config_file = "~/ssh_config"
capacity = 5

[providers]
refresh_minutes = 1
[providers.azlin]
start = "active"
exclude = ["prod-*"]
user = "azureuser"
[providers.ssh-config]
allow = ["dev*"]

[[projects]]
repo = "acme/api"
clone_url = "git@ghe:acme/api.git"
branch = "dev"

[[people]]
name = "Ann"
slack = "UANN"
github = "Ann-Hub"
role = "admin"

[agents.mine]
command = ["my-agent", "--yes"]
env = { MY_MODE = "fast" }
`),
  ).toMatchObject({
    fleet: {
      agent: 'codex',
      permission_mode: 'edits',
      approval_minutes: 0.5,
      label: 'robots',
      default_role: 'viewer',
    },
    hosts: [
      { name: 'here', local: true, capacity: 3 },
      { name: 'dev1', ssh: 'ann@dev1', port: 2222, capacity: 5 },
    ],
    providers: {
      refresh_minutes: 1,
      azlin: { start: 'active', allow: ['*'], exclude: ['prod-*'], capacity: 3, user: 'azureuser' },
      'ssh-config': { start: 'excluded', allow: ['dev*'], exclude: [], capacity: 3 },
    },
    projects: [{ repo: 'acme/api', branch: 'dev' }],
    people: [{ name: 'Ann', github: 'ann-hub', role: 'admin' }],
    agents: { mine: { command: ['my-agent', '--yes'], env: { MY_MODE: 'fast' } } },
  });
});

test.each<readonly [string, string, RegExp]>([
  ['a config of ssh whose hosts are not named', '[providers.ssh-config]', /`providers\.ssh-config\.allow`/],
  [
    'a config of ssh of which no host counts',
    '[providers.ssh-config]\nallow = []',
    /name the hosts that count, as in `allow = \["dev\*"\]`/,
  ],
  ['a provider nobody knows', '[providers.gcloud]', /`providers`: .*gcloud/],
  ['a start that is no state', '[providers.azlin]\nstart = "removed"', /`providers\.azlin\.start`/],
  ['a login that is an option', '[providers.azlin]\nuser = "-oProxyCommand=x"', /write a login name/],
  ['what is not TOML', '[fleet\nagent = 1', /^fleet\.toml is not TOML, line 1: /],
  ['a word nobody knows', '[fleet]\nagnet = "x"', /^fleet\.toml is not right: `fleet`: .*agnet/],
  ['a table nobody knows', '[[host]]\nname = "x"', /host/],
  [
    'a host without a way to it',
    '[[hosts]]\nname = "dev1"',
    /`hosts\.0`: give either `ssh = "user@name"` or `local = true`\.$/,
  ],
  ['a host with two ways to it', '[[hosts]]\nname = "dev1"\nlocal = true\nssh = "x"', /give either/],
  [
    'a host name that is none',
    '[[hosts]]\nname = "-x"\nlocal = true',
    /`hosts\.0\.name`: use letters, digits/,
  ],
  [
    'an ssh destination that is an option',
    '[[hosts]]\nname = "x"\nssh = "-oProxyCommand=id"',
    /`hosts\.0\.ssh`: use `user@name`/,
  ],
  ['a capacity of nothing', '[[hosts]]\nname = "x"\nlocal = true\ncapacity = 0', /`hosts\.0\.capacity`: /],
  [
    'two hosts of one name',
    '[[hosts]]\nname = "x"\nlocal = true\n[[hosts]]\nname = "x"\nssh = "y"',
    /`hosts`: two hosts have the same name/,
  ],
  [
    'a repository that is none',
    '[[projects]]\nrepo = "acme"',
    /`projects\.0\.repo`: write it as `owner\/name`/,
  ],
  [
    'one repository twice',
    '[[projects]]\nrepo = "acme/api"\n[[projects]]\nrepo = "ACME/api"',
    /two projects have the same repository/,
  ],
  [
    'a person nobody can recognise',
    '[[people]]\nname = "Ann"\nrole = "admin"',
    /`people\.0`: give `slack`, `github` or both/,
  ],
  ['a role nobody knows', '[[people]]\nname = "Ann"\nslack = "U1"\nrole = "boss"', /`people\.0\.role`: /],
  ['an agent that gets no task', '[agents.mine]\ncommand = ["x"]\nprompt = "none"', /prompt/],
  ['an agent without a program', '[agents.mine]\ncommand = []', /`agents\.mine\.command`: /],
  [
    'a variable that no shell could set',
    '[agents.mine]\ncommand = ["x"]\nenv = { "A B" = "c" }',
    /`agents\.mine\.env\.A B`: /,
  ],
  ['an agent with a strange name', '[agents."My Agent"]\ncommand = ["x"]', /agents/],
  [
    'a command that does not begin with /',
    '[fleet]\ncommand = "fleet"',
    /`fleet\.command`: begin it with `\/`/,
  ],
  ['a permission mode nobody knows', '[fleet]\npermission_mode = "yolo"', /`fleet\.permission_mode`: /],
  ['approvals that expire at once', '[fleet]\napproval_minutes = 0', /`fleet\.approval_minutes`: /],
])('a fleet.toml with %s is a fault of one sentence', (_, toml, sentence) => {
  const read = readFile(toml);
  expect(read).toMatch(sentence);
  expect(read).not.toContain('\n');
});

test('a fleet.toml that is there and cannot be read is not taken for none', () => {
  const before = process.cwd();
  const place = join(folder, 'place');
  mkdirSync(join(place, 'fleet.toml'), { recursive: true });
  try {
    process.chdir(place);
    expect(readConfig({}, [])).toMatchObject({
      ok: false,
      error: { sentence: containing(/fleet\.toml is there and cannot be read: /) },
    });
  } finally {
    process.chdir(before);
  }
});

test('a path may begin at home', () => {
  expect(pathOf('~/ssh_config')).toBe(join(homedir(), 'ssh_config'));
  expect(pathOf('/etc/ssh')).toBe('/etc/ssh');
  expect(pathOf('ssh_config')).toBe(join(process.cwd(), 'ssh_config'));
});

test('the start tells of caps that nothing can reach, because a price is missing', () => {
  const config = configOf({ ANTHROPIC_API_KEY: 'sk-made-up', ANTHROPIC_MODEL: 'claude-sonnet-5-5' });
  const repos = ['acme/api', 'acme/web'];
  const projects = repos.map((repo) => ({
    id: projectId(repo),
    repo,
    cloneUrl: repo,
    defaultBranch: 'main',
    channel: null,
    agent: 'codex',
  }));
  const money = { ...NO_BUDGET, dayUsd: 5, directorDayUsd: 1 };
  const dear = { input: 1, output: 2, cacheRead: 0, cacheWrite: 0 };
  const rulesOf = (id: ProjectId) => ({
    ...DEFAULT_RULES,
    budget: id === 'acme/api' ? money : { ...NO_BUDGET, taskUsd: 5 },
    prices: id === 'acme/api' ? DEFAULT_RULES.prices : new Map([['codex', dear]]),
  });
  expect(startLines.unpricedCaps(config, projects, rulesOf)).toEqual([
    expect.stringContaining('acme/api has a cap, and codex no `prices`'),
    expect.stringContaining('claude-sonnet-5-5 has no prices'),
  ]);
});
