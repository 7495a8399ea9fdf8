import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Log } from '../domain/index.ts';
import { branchDiff, hasCommits, makeShopRepository } from './demo-shop.ts';
import { type EmulatedGithub, openEmulatedGithub, type Refusal } from './emulated-github.ts';
import { type Fields, fieldsAt, fieldsListAt, isFields, parseJson, textAt } from './json.ts';
import type { WorkspaceComment, WorkspaceGithub, WorkspaceIssue, WorkspacePullRequest } from './ports.ts';
import type { Write } from './write-log.ts';

export type DemoGithubOptions = {
  readonly dataDir: string;
  /** 0: the one it had last time, else any free one. Agents that outlive the bot still know the old address. */
  readonly port: number;
  /** The bot's own `/webhooks/github`. */
  readonly webhookUrl: string;
  readonly webhookSecret: string;
  /** Where the local workspace shows issues and pull requests. */
  readonly origin: string;
  readonly label: string;
  readonly now: () => Date;
  readonly newId: () => string;
  readonly log: Log;
};

export type DemoGithub = {
  readonly apiUrl: string;
  /** The bot's own. */
  readonly botToken: string;
  /** For the demo agent: what `GITHUB_TOKEN` is on its host. */
  readonly agentToken: string;
  readonly botLogin: string;
  readonly repository: { readonly repo: string; readonly cloneUrl: string; readonly defaultBranch: string };
  /** The program of the demo agent, for the command line that starts it. */
  readonly agentScript: string;
  readonly workspace: WorkspaceGithub;
  close(): Promise<void>;
};

const OWNER = 'demo';
const NAME = 'shop';
const REPO = `${OWNER}/${NAME}`;
const MAIN = 'main';
const BOT = 'fleet-director';
const AGENT = 'demo-agent';
const LISTED_AT_MOST = 100;

const EXAMPLE_ISSUES = [
  {
    title: 'Add a health endpoint',
    body: 'Our load balancer wants `GET /healthz` to answer 200 while the shop is up.\n\nPlease add a test for it.',
  },
  {
    title: 'The search should ignore blanks around the words',
    body: '`/products?search=%20rope` finds nothing, `/products?search=rope` does.',
  },
  {
    title: 'Say in the README how to change the port',
    body: 'New people ask every time. `PORT=8081 npm start` works already.',
  },
] as const;

/** GitHub on this machine with one repository, `demo/shop`, a bare one below `dataDir` that agents clone and push to. */
export async function openDemoGithub(options: DemoGithubOptions): Promise<DemoGithub> {
  const folder = join(options.dataDir, 'demo');
  const bare = join(folder, `${NAME}.git`);
  mkdirSync(folder, { recursive: true });
  await makeShopRepository(bare);
  const identityFile = join(folder, 'github.json');
  const identity = readIdentity(identityFile) ?? {
    port: 0,
    tokens: { [OWNER]: newToken(options), [BOT]: newToken(options), [AGENT]: newToken(options) },
  };
  const github = await openEmulatedGithub({
    port: options.port === 0 ? await freePort(identity.port) : options.port,
    users: [OWNER, BOT, AGENT],
    repositories: [{ owner: OWNER, name: NAME }],
    apps: [],
    tokens: new Map(Object.entries(identity.tokens).map(([login, token]) => [token, login])),
    bots: [BOT],
    pagesUrl: `${options.origin}/github`,
    cloneUrl: (repo) => (repo === REPO ? bare : `${options.origin}/github/${repo}.git`),
    writesFile: join(folder, 'github.jsonl'),
    refuse: (write) => pullRequestFault(write, bare, (path) => call('GET', path)),
    now: options.now,
    newId: options.newId,
    log: options.log,
  });
  const port = Number(new URL(github.apiUrl).port);
  writeFileSync(identityFile, JSON.stringify({ ...identity, port }), { mode: 0o600 });

  const call = caller(github, identity.tokens[OWNER] ?? '');
  await prepareRepository(call, options.label);
  await github.subscribe({
    repo: REPO,
    events: ['issues', 'pull_request', 'issue_comment'],
    url: options.webhookUrl,
    secret: options.webhookSecret,
  });
  return {
    apiUrl: github.apiUrl,
    botToken: identity.tokens[BOT] ?? '',
    agentToken: identity.tokens[AGENT] ?? '',
    botLogin: BOT,
    repository: { repo: REPO, cloneUrl: bare, defaultBranch: MAIN },
    agentScript: fileURLToPath(new URL('demo-agent.ts', import.meta.url)),
    workspace: workspaceOf(call, bare, options.label),
    close: () => github.close(),
  };
}

type Call = (method: string, path: string, body?: unknown) => Promise<unknown>;

/** Calls as the person at the page. An answer other than 404 (null) and success is a broken demo. */
function caller(github: EmulatedGithub, token: string): Call {
  return async (method, path, body) => {
    const answered = await fetch(`${github.apiUrl}/repos/${REPO}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answered.text();
    if (answered.status === 404) return null;
    if (!answered.ok) throw new Error(`the emulated GitHub answered ${answered.status} to ${method} ${path}`);
    return parseJson(text);
  };
}

/** Each step looks first, so a start that was cut short is finished by the next one. */
async function prepareRepository(call: Call, label: string): Promise<void> {
  if ((await call('GET', `/labels/${encodeURIComponent(label)}`)) === null) {
    await call('POST', '/labels', {
      name: label,
      color: '5319e7',
      description: 'Give this issue to the fleet',
    });
  }
  const issues = await call('GET', `/issues?state=all&per_page=${LISTED_AT_MOST}`);
  if (Array.isArray(issues) && issues.length > 0) return;
  for (const issue of EXAMPLE_ISSUES) await call('POST', '/issues', issue);
}

function workspaceOf(call: Call, bare: string, label: string): WorkspaceGithub {
  const commentsOf = async (number: number) =>
    listOf(await call('GET', `/issues/${number}/comments?per_page=${LISTED_AT_MOST}`)).map(commentFrom);
  const issueFrom = async (issue: Fields): Promise<WorkspaceIssue> => ({
    number: numberAt(issue, 'number'),
    title: textAt(issue, 'title') ?? '',
    body: textAt(issue, 'body') ?? '',
    author: textAt(fieldsAt(issue, 'user'), 'login') ?? '',
    state: textAt(issue, 'state') === 'closed' ? 'closed' : 'open',
    labels: fieldsListAt(issue, 'labels').map((each) => textAt(each, 'name') ?? ''),
    comments: await commentsOf(numberAt(issue, 'number')),
    createdAt: dateAt(issue, 'created_at'),
  });
  const pullRequestFrom = async (pull: Fields): Promise<WorkspacePullRequest> => ({
    number: numberAt(pull, 'number'),
    title: textAt(pull, 'title') ?? '',
    body: textAt(pull, 'body') ?? '',
    author: textAt(fieldsAt(pull, 'user'), 'login') ?? '',
    state: pull.merged === true ? 'merged' : textAt(pull, 'state') === 'closed' ? 'closed' : 'open',
    branch: textAt(fieldsAt(pull, 'head'), 'ref') ?? '',
    base: textAt(fieldsAt(pull, 'base'), 'ref') ?? '',
    comments: await commentsOf(numberAt(pull, 'number')),
    createdAt: dateAt(pull, 'created_at'),
  });
  const lookAt = async (path: string) => {
    const found = await call('GET', path);
    return isFields(found) ? found : null;
  };
  return {
    owner: OWNER,
    repository: NAME,
    label,
    async issues() {
      const all = listOf(await call('GET', `/issues?state=all&per_page=${LISTED_AT_MOST}`));
      const issues = await Promise.all(all.filter((each) => !isPullRequest(each)).map(issueFrom));
      return issues.toSorted(newestFirst);
    },
    async issue(number) {
      const found = await lookAt(`/issues/${number}`);
      return found === null || isPullRequest(found) ? null : issueFrom(found);
    },
    async createIssue(title, body) {
      const made = await call('POST', '/issues', { title, body });
      return { number: numberAt(made, 'number') };
    },
    async addLabel(number, name) {
      await call('POST', `/issues/${number}/labels`, { labels: [name] });
    },
    async removeLabel(number, name) {
      await call('DELETE', `/issues/${number}/labels/${encodeURIComponent(name)}`);
    },
    async comment(number, body) {
      await call('POST', `/issues/${number}/comments`, { body });
    },
    async pullRequests() {
      const all = listOf(await call('GET', `/pulls?state=all&per_page=${LISTED_AT_MOST}`));
      return (await Promise.all(all.map(pullRequestFrom))).toSorted(newestFirst);
    },
    async pullRequest(number) {
      const found = await lookAt(`/pulls/${number}`);
      if (found === null) return null;
      const pullRequest = await pullRequestFrom(found);
      return { pullRequest, diff: await branchDiff(bare, pullRequest.branch, pullRequest.base) };
    },
  };
}

/** The emulator makes up a branch that nobody pushed; GitHub does not. */
async function pullRequestFault(
  { method, path, body }: Write,
  bare: string,
  look: (path: string) => Promise<unknown>,
): Promise<Refusal | null> {
  if (method !== 'POST' || path !== `/repos/${REPO}/pulls`) return null;
  const asked = parseJson(body);
  const head = (textAt(asked, 'head') ?? '').replace(`${OWNER}:`, '');
  const base = textAt(asked, 'base') ?? '';
  if (!(await hasCommits(bare, head, base))) {
    return { status: 422, message: `Validation Failed: no commits between ${base} and ${head}` };
  }
  const open = await look(`/pulls?state=open&head=${encodeURIComponent(`${OWNER}:${head}`)}`);
  return listOf(open).length > 0
    ? { status: 422, message: `Validation Failed: a pull request already exists for ${OWNER}:${head}` }
    : null;
}

function commentFrom(comment: Fields): WorkspaceComment {
  return {
    id: numberAt(comment, 'id'),
    author: textAt(fieldsAt(comment, 'user'), 'login') ?? '',
    body: textAt(comment, 'body') ?? '',
    createdAt: dateAt(comment, 'created_at'),
    updatedAt: dateAt(comment, 'updated_at'),
  };
}

function isPullRequest(issue: Fields): boolean {
  return issue.pull_request !== undefined || issue.head !== undefined;
}

function newestFirst(one: { readonly number: number }, other: { readonly number: number }): number {
  return other.number - one.number;
}

function listOf(value: unknown): readonly Fields[] {
  return Array.isArray(value) ? value.filter(isFields) : [];
}

function numberAt(value: unknown, key: string): number {
  const found = isFields(value) ? value[key] : undefined;
  if (typeof found !== 'number') throw new Error(`the emulated GitHub gave no ${key}`);
  return found;
}

function dateAt(value: unknown, key: string): Date {
  return new Date(textAt(value, key) ?? 0);
}

type Identity = { readonly port: number; readonly tokens: Readonly<Record<string, string>> };

function readIdentity(file: string): Identity | null {
  const value = existsSync(file) ? parseJson(readFileSync(file, 'utf8')) : null;
  const tokens = fieldsAt(value, 'tokens');
  if (!isFields(value) || typeof value.port !== 'number' || tokens === null) return null;
  const known = [OWNER, BOT, AGENT].map((login) => [login, textAt(tokens, login)] as const);
  if (known.some(([, token]) => token === null)) return null;
  return {
    port: value.port,
    tokens: Object.fromEntries(known.map(([login, token]) => [login, token ?? ''])),
  };
}

function newToken({ newId }: DemoGithubOptions): string {
  return `demo_${newId().replaceAll('-', '')}`;
}

/** `wanted` when nobody holds it, else 0. */
function freePort(wanted: number): Promise<number> {
  if (wanted === 0) return Promise.resolve(0);
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', () => resolve(0));
    probe.listen(wanted, '127.0.0.1', () => probe.close(() => resolve(wanted)));
  });
}
