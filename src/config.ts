import { readFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { isAbsolute, join, resolve } from 'node:path';
import { parse as parseToml, TomlError } from 'smol-toml';
import { z } from 'zod';
import {
  DEFAULT_CAPACITY,
  err,
  githubLogin,
  isHostName,
  isSshTarget,
  ok,
  PERMISSION_MODES,
  parseRepo,
  type Result,
  ROLES,
  STUCK_AFTER_MS,
} from './domain/index.ts';
import { LOG_LEVELS } from './log.ts';
import { type ModelServiceConfig, modelsTable, modelVariables, readModelService } from './model-service.ts';
import { rulesTable, tokenPrices } from './rules-table.ts';
import { isLoopback } from './safety/index.ts';

/** What the program is told by its environment, its arguments and `fleet.toml`. Read once, at the start. */
export type Config = {
  readonly role: 'web' | 'director' | 'both';
  readonly http: { readonly host: string; readonly port: number };
  readonly dataDir: string;
  readonly databaseUrl: string | null;
  readonly logLevel: (typeof LOG_LEVELS)[number];
  readonly slack: SlackConfig | null;
  readonly github: GithubConfig | null;
  readonly model: ModelServiceConfig | null;
  /** Whether the emulated GitHub and its agent may stand in for what is not set up. */
  readonly demo: boolean;
  /** To whom the local workspace opens where there is no Slack: this machine, the networks it is in, or nobody. Whoever gets in may do everything. */
  readonly localWorkspace: 'this-machine' | 'nearby' | 'off';
  readonly file: FleetFile;
};

export type SlackConfig = {
  readonly botToken: string;
  readonly apiUrl: string | null;
  readonly way:
    | { readonly kind: 'socket'; readonly appToken: string }
    | { readonly kind: 'http'; readonly signingSecret: string };
  readonly allowedTeams: readonly string[];
};

export type GithubConfig = {
  readonly apiUrl: string | null;
  readonly auth:
    | { readonly kind: 'app'; readonly appId: number; readonly privateKey: string }
    | { readonly kind: 'token'; readonly token: string };
  /** Empty: no webhooks are taken. */
  readonly webhookSecrets: readonly string[];
};

export type FleetFile = z.infer<typeof fleetFile>;

/** One sentence that says what to change. */
export type ConfigFault = { readonly kind: 'bad-config'; readonly sentence: string };

const DEFAULT_PORT = 3000;
/** A host gives a sign of life every 5 seconds: several in a row are missing. */
const SILENT_AFTER_S = 30;

const account = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9@._-]{0,63}$/, 'use letters, digits, `@`, `.`, `_` and `-`');
const capacity = z.int().min(1).max(1000).default(DEFAULT_CAPACITY);

const host = z
  .strictObject({
    name: z.string().refine(isHostName, 'use letters, digits, `-`, `_` and `.`'),
    local: z.boolean().default(false),
    ssh: z.string().refine(isSshTarget, 'use `user@name` or an alias of the ssh config').optional(),
    port: z.int().min(1).max(65_535).optional(),
    config_file: z.string().optional(),
    capacity,
    /** Looked at and never acted on. */
    excluded: z.boolean().default(false),
    /** Who its agents are logged in as, where several hosts share one. */
    account: account.optional(),
  })
  .refine(
    (value) => value.local !== (value.ssh !== undefined),
    'give either `ssh = "user@name"` or `local = true`',
  );

const names = z.array(z.string().min(1).max(64));

/** What is done with the hosts that a provider finds: unless somebody says so, they are only looked at. */
const found = {
  start: z.enum(['active', 'excluded']).default('excluded'),
  exclude: names.default([]),
  capacity,
};

const providers = z.strictObject({
  refresh_minutes: z.number().min(0.05).max(1440).default(5),
  'ssh-config': z
    .strictObject({
      ...found,
      /** A config of ssh names many machines that run no agents, so these have to be named. */
      allow: names.min(1, 'name the hosts that count, as in `allow = ["dev*"]`'),
      file: z.string().min(1).optional(),
    })
    .optional(),
  azlin: z
    .strictObject({
      ...found,
      allow: names.min(1, 'name at least one, or leave it out').default(['*']),
      /** Who logs in through a tunnel that azlin keeps open, and by which config of ssh. */
      user: z
        .string()
        .regex(/^[a-z_][a-z0-9_.-]{0,31}$/i, 'write a login name')
        .optional(),
      ssh_config: z.string().min(1).optional(),
    })
    .optional(),
});

const project = z.strictObject({
  repo: z.string().refine((text) => parseRepo(text).ok, 'write it as `owner/name`'),
  clone_url: z.string().optional(),
  branch: z.string().optional(),
  channel: z.string().optional(),
  agent: z.string().optional(),
  rules: rulesTable.optional(),
});

const person = z
  .strictObject({
    name: z.string().min(1),
    slack: z.string().optional(),
    github: z.string().transform(githubLogin).optional(),
    role: z.enum(ROLES),
  })
  .refine(
    (value) => value.slack !== undefined || value.github !== undefined,
    'give `slack`, `github` or both',
  );

const agent = z.strictObject({
  /** Not needed for a kind that is known anyway. */
  command: z.array(z.string().min(1)).min(1).optional(),
  env: z.record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/), z.string()).default({}),
  /** Who it is logged in as wherever it runs, and so whose usage counts. */
  account: account.optional(),
  /** In dollars for a million tokens, where it reports tokens and no cost. */
  prices: tokenPrices.optional(),
});

const fleetFile = z.strictObject({
  fleet: z
    .strictObject({
      agent: z.string().optional(),
      permission_mode: z.enum(PERMISSION_MODES).default('ask'),
      approval_minutes: z.number().min(0.01).max(10_080).default(60),
      label: z.string().min(1).default('fleet'),
      objective_label: z.string().min(1).default('fleet-objective'),
      command: z
        .string()
        .regex(/^\/[a-z0-9_-]{1,31}$/, 'begin it with `/`')
        .default('/fleet'),
      channel: z.string().optional(),
      default_role: z.enum(ROLES).default('operator'),
      allowed_bots: z.array(z.string()).default([]),
      poll_seconds: z.number().min(0.2).max(600).default(60),
      stuck_seconds: z
        .number()
        .min(1)
        .max(86_400)
        .default(STUCK_AFTER_MS / 1000),
      silent_seconds: z.number().min(15).max(86_400).default(SILENT_AFTER_S),
    })
    .prefault({}),
  hosts: z
    .array(host)
    .refine((hosts) => areDistinct(hosts.map(({ name }) => name)), 'two hosts have the same name')
    .default([]),
  providers: providers.prefault({}),
  models: modelsTable.default({}),
  rules: rulesTable.prefault({}),
  projects: z
    .array(project)
    .refine(
      (projects) => areDistinct(projects.map(({ repo }) => repo.toLowerCase())),
      'two projects have the same repository',
    )
    .default([]),
  people: z.array(person).default([]),
  agents: z.record(z.string().regex(/^[a-z][a-z0-9-]{0,31}$/), agent).default({}),
});

const environment = z.object({
  PORT: z.coerce.number().int().min(0).max(65_535).default(DEFAULT_PORT),
  FLEET_HOST: z.string().default('127.0.0.1'),
  FLEET_DATA_DIR: z.string().default('.fleet'),
  FLEET_CONFIG: z.string().optional(),
  FLEET_LOG_LEVEL: z.enum(LOG_LEVELS).default('warn'),
  FLEET_DEMO: z.enum(['on', 'off']).default('on'),
  FLEET_LOCAL_WORKSPACE: z.enum(['on', 'off']).optional(),
  DATABASE_URL: z.string().optional(),
  SLACK_BOT_TOKEN: z.string().optional(),
  SLACK_APP_TOKEN: z.string().optional(),
  SLACK_SIGNING_SECRET: z.string().optional(),
  SLACK_API_URL: z.url().optional(),
  SLACK_TEAMS: z.string().optional(),
  GITHUB_APP_ID: z.coerce.number().int().positive().optional(),
  GITHUB_PRIVATE_KEY: z.string().optional(),
  GITHUB_WEBHOOK_SECRET: z.string().optional(),
  GITHUB_TOKEN: z.string().optional(),
  GITHUB_API_URL: z.url().optional(),
  ...modelVariables,
});

export function readConfig(
  variables: Readonly<Record<string, string | undefined>>,
  argv: readonly string[],
): Result<Config, ConfigFault> {
  // An empty variable is one that is not set: that is how compose files and CI leave them out.
  const given = Object.fromEntries(
    Object.entries(variables).filter(([, value]) => value !== undefined && value !== ''),
  );
  const parsed = environment.safeParse(given);
  if (!parsed.success) return fault(`The environment is not right: ${firstIssue(parsed.error)}.`);
  const env = parsed.data;
  const role = readRole(argv);
  if (role === null) return fault('`--role` takes `web`, `director` or `both`.');
  if (role !== 'both' && env.DATABASE_URL === undefined) {
    return fault(
      `\`--role ${role}\` shares its state with other processes: set DATABASE_URL to a Postgres server.`,
    );
  }
  const file = readFleetFile(env.FLEET_CONFIG);
  if (!file.ok) return file;
  const slack = readSlack(env);
  if (!slack.ok) return slack;
  const github = readGithub(env);
  if (!github.ok) return github;
  const model = readModelService(env, file.value.models);
  if (!model.ok) return fault(model.error);
  return ok({
    role,
    http: { host: env.FLEET_HOST, port: env.PORT },
    dataDir: resolve(env.FLEET_DATA_DIR),
    databaseUrl: env.DATABASE_URL ?? null,
    logLevel: env.FLEET_LOG_LEVEL,
    slack: slack.value,
    github: github.value,
    model: model.value,
    demo: env.FLEET_DEMO === 'on',
    localWorkspace: readLocalWorkspace(env),
    file: file.value,
  });
}

type Environment = z.infer<typeof environment>;

/** Where others reach the port, only somebody who says so opens the workspace, and then to the machine's own networks. */
function readLocalWorkspace(env: Environment): Config['localWorkspace'] {
  if (env.FLEET_LOCAL_WORKSPACE === 'off') return 'off';
  if (isLoopback(env.FLEET_HOST)) return 'this-machine';
  return env.FLEET_LOCAL_WORKSPACE === 'on' ? 'nearby' : 'off';
}

function readRole(argv: readonly string[]): Config['role'] | null {
  const at = argv.indexOf('--role');
  const value = at === -1 ? 'both' : argv[at + 1];
  return value === 'web' || value === 'director' || value === 'both' ? value : null;
}

/** @param named null or left out: `fleet.toml`, which need not be there */
export function readFleetFile(named: string | undefined): Result<FleetFile, ConfigFault> {
  const path = resolve(named ?? 'fleet.toml');
  let written: string;
  try {
    written = readFileSync(path, 'utf8');
  } catch (cause) {
    if (named !== undefined)
      return fault(`FLEET_CONFIG names ${path}, which cannot be read: ${reasonOf(cause)}.`);
    if (!(cause instanceof Error && 'code' in cause && cause.code === 'ENOENT'))
      return fault(`${path} is there and cannot be read: ${reasonOf(cause)}.`);
    return ok(fleetFile.parse({}));
  }
  try {
    const parsed = fleetFile.safeParse(parseToml(written));
    return parsed.success ? ok(parsed.data) : fault(`${path} is not right: ${firstIssue(parsed.error)}.`);
  } catch (cause) {
    if (!(cause instanceof TomlError)) throw cause;
    return fault(`${path} is not TOML, line ${cause.line}: ${cause.message.split('\n')[0]}.`);
  }
}

function readSlack(env: Environment): Result<SlackConfig | null, ConfigFault> {
  const { SLACK_BOT_TOKEN: botToken, SLACK_APP_TOKEN: appToken, SLACK_SIGNING_SECRET: signingSecret } = env;
  if (botToken === undefined) {
    return appToken === undefined && signingSecret === undefined
      ? ok(null)
      : fault(
          'Slack needs SLACK_BOT_TOKEN (xoxb-…) beside the other Slack variable; README says where to find it.',
        );
  }
  const common = {
    botToken,
    apiUrl: env.SLACK_API_URL ?? null,
    allowedTeams: (env.SLACK_TEAMS ?? '').split(/[\s,]+/).filter((team) => team !== ''),
  };
  if (appToken !== undefined) return ok({ ...common, way: { kind: 'socket', appToken } });
  if (signingSecret !== undefined) return ok({ ...common, way: { kind: 'http', signingSecret } });
  return fault(
    'Slack needs SLACK_APP_TOKEN (Socket Mode) or SLACK_SIGNING_SECRET (HTTP) beside SLACK_BOT_TOKEN.',
  );
}

function readGithub(env: Environment): Result<GithubConfig | null, ConfigFault> {
  const common = {
    apiUrl: env.GITHUB_API_URL ?? null,
    // Two secrets, parted by a comma, while one replaces the other.
    webhookSecrets: (env.GITHUB_WEBHOOK_SECRET ?? '').split(',').filter((secret) => secret !== ''),
  };
  if (env.GITHUB_APP_ID !== undefined || env.GITHUB_PRIVATE_KEY !== undefined) {
    if (env.GITHUB_APP_ID === undefined || env.GITHUB_PRIVATE_KEY === undefined) {
      return fault('A GitHub App needs both GITHUB_APP_ID and GITHUB_PRIVATE_KEY.');
    }
    // One-line environments carry the key with written-out line breaks.
    const privateKey = env.GITHUB_PRIVATE_KEY.replaceAll('\\n', '\n');
    return ok({ ...common, auth: { kind: 'app', appId: env.GITHUB_APP_ID, privateKey } });
  }
  return ok(
    env.GITHUB_TOKEN === undefined ? null : { ...common, auth: { kind: 'token', token: env.GITHUB_TOKEN } },
  );
}

/** A path of `fleet.toml`, which may begin with `~/`. */
export function pathOf(written: string): string {
  const path = written.startsWith('~/') ? join(homedir(), written.slice(2)) : written;
  return isAbsolute(path) ? path : resolve(path);
}

function areDistinct(words: readonly string[]): boolean {
  return new Set(words).size === words.length;
}

function firstIssue(error: z.ZodError): string {
  const issue = error.issues[0];
  if (issue === undefined) return 'it cannot be read';
  return `${issue.path.length === 0 ? '' : `\`${issue.path.join('.')}\`: `}${issue.message}`;
}

function reasonOf(cause: unknown): string {
  return cause instanceof Error ? cause.message : String(cause);
}

function fault(sentence: string): Result<never, ConfigFault> {
  return err({ kind: 'bad-config', sentence });
}
