import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import process from 'node:process';
import { promisify } from 'node:util';
import { fieldsListAt, isFields, parseJson, textAt } from './json.ts';

const run = promisify(execFile);

const COMMAND_TIMEOUT_MS = 60_000;
const TITLE_MAX = 72;
const MAIN = 'main';

/** Where the agent is: `repo` is `owner/name` as the remote's address ends. */
export type Place = { readonly repo: string; readonly branch: string };

export type Change = {
  readonly title: string;
  readonly summary: string;
  readonly files: readonly { readonly path: string; readonly content: string }[];
};

export async function readPlace(): Promise<Place> {
  const branch = await git(['rev-parse', '--abbrev-ref', 'HEAD']);
  const url = await git(['remote', 'get-url', 'origin']);
  const [, owner, name] = /([^/:]+)\/([^/]+?)(?:\.git)?\/?$/.exec(url) ?? [];
  return { branch, repo: `${owner ?? ''}/${name ?? ''}` };
}

/** What this script knows to do for a task: a health endpoint where one is wanted, else a note and a version. */
export async function changeFor(brief: string): Promise<Change> {
  const title = titleOf(brief);
  const endpoint = /health/i.test(brief) ? await healthEndpoint(title) : null;
  return endpoint ?? (await noteAndVersion(title, brief));
}

export async function followUpChange(text: string, nth: number): Promise<Change> {
  const title = titleOf(text);
  const path = 'notes/follow-ups.md';
  const before = existsSync(path) ? await readFile(path, 'utf8') : '# Follow-ups\n';
  return {
    title,
    summary: `Wrote down follow-up ${nth}`,
    files: [{ path, content: `${before}\n## ${title}\n\n${indent(text)}\n` }],
  };
}

export async function writeChange({ files }: Change): Promise<void> {
  for (const { path, content } of files) {
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, content);
  }
}

export async function commitChange({ title, files }: Change): Promise<void> {
  await git(['add', '--', ...files.map((file) => file.path)]);
  await git(['commit', '--quiet', '--no-verify', `--message=${title}`]);
}

export async function push({ branch }: Place): Promise<void> {
  await git(['push', '--quiet', '--set-upstream', 'origin', branch]);
}

/** The repository's own tests; a shop without tests has nothing to fail. */
export async function runShopTests(): Promise<{ readonly summary: string }> {
  if (!existsSync('package.json')) return { summary: 'no tests here' };
  try {
    const { stdout } = await run(process.execPath, ['--test', '--test-reporter=tap'], {
      timeout: COMMAND_TIMEOUT_MS,
      env: withoutTestRunner(process.env),
    });
    return { summary: `${/^# pass (\d+)/m.exec(stdout)?.[1] ?? 'all'} tests passed` };
  } catch (cause) {
    throw new Error('the tests of the repository failed', { cause });
  }
}

/** Opens the pull request, or finds the one that is open already. Value: its page. */
export async function openPullRequest({
  apiUrl,
  token,
  place,
  title,
  brief,
  task,
}: {
  readonly apiUrl: string;
  readonly token: string;
  readonly place: Place;
  readonly title: string;
  readonly brief: string;
  readonly task: string | null;
}): Promise<string> {
  const pulls = `${apiUrl.replace(/\/$/, '')}/repos/${place.repo}/pulls`;
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const by = `Made by the demo agent of Fleet Director${task === null ? '' : ` for task ${task}`}.`;
  const made = await fetch(pulls, {
    method: 'POST',
    headers,
    body: JSON.stringify({ title, head: place.branch, base: MAIN, body: `${brief}\n\n${by}` }),
  });
  const page = textAt(parseJson(await made.text()), 'html_url');
  if (made.ok && page !== null) return page;
  const owner = place.repo.split('/')[0] ?? '';
  const found = await fetch(`${pulls}?state=open&head=${encodeURIComponent(`${owner}:${place.branch}`)}`, {
    headers,
  });
  const open = fieldsListAt({ list: parseJson(await found.text()) }, 'list')[0];
  const known = textAt(open, 'html_url');
  if (known === null) throw new Error(`GitHub answered ${made.status} to the pull request`);
  return known;
}

async function healthEndpoint(title: string): Promise<Change | null> {
  if (!existsSync('server.js') || !existsSync('test/server.test.js')) return null;
  const server = await readFile('server.js', 'utf8');
  const tests = await readFile('test/server.test.js', 'utf8');
  const anchor = 'const routes = new Map([\n';
  if (!server.includes(anchor) || server.includes('/healthz')) return null;
  return {
    title,
    summary: 'Added GET /healthz and a test for it',
    files: [
      {
        path: 'server.js',
        content: `${server.replace(anchor, `${anchor}  ['/healthz', showHealth],\n`).trimEnd()}

function showHealth(response) {
  send(response, 200, { status: 'ok' });
}
`,
      },
      {
        path: 'test/server.test.js',
        content: `${tests.trimEnd()}

test('the health endpoint answers while the shop is up', async () => {
  const response = await fetch(\`\${url}/healthz\`);
  assert.equal(response.status, 200);
  assert.deepEqual(await response.json(), { status: 'ok' });
});
`,
      },
    ],
  };
}

async function noteAndVersion(title: string, brief: string): Promise<Change> {
  const note = {
    path: `notes/${slugOf(title)}.md`,
    content: `# ${title}\n\nAsked for:\n\n${indent(brief)}\n`,
  };
  const version = await nextVersion();
  return {
    title,
    summary: `Wrote ${note.path}`,
    files: version === null ? [note] : [note, version],
  };
}

async function nextVersion(): Promise<Change['files'][number] | null> {
  if (!existsSync('package.json')) return null;
  const parsed = parseJson(await readFile('package.json', 'utf8'));
  const [major, minor, patch] = (textAt(parsed, 'version') ?? '').split('.').map(Number);
  if (!isFields(parsed) || major === undefined || minor === undefined || patch === undefined) return null;
  const next = { ...parsed, version: `${major}.${minor}.${patch + 1}` };
  return { path: 'package.json', content: `${JSON.stringify(next, null, 2)}\n` };
}

function titleOf(text: string): string {
  const line = text.split('\n').find((each) => each.trim() !== '') ?? '';
  const title = withoutControls(line.replace(/^#+\s*/, '').trim());
  if (title === '') return 'A small change';
  return title.length <= TITLE_MAX ? title : `${title.slice(0, TITLE_MAX - 1)}…`;
}

function slugOf(title: string): string {
  const slug = title
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 50)
    .replace(/^-+|-+$/g, '');
  return slug === '' ? 'change' : slug;
}

/** As a code block: whatever the text holds, it stays text. */
function indent(text: string): string {
  return text
    .split('\n')
    .map((line) => `    ${withoutControls(line)}`.trimEnd())
    .join('\n');
}

function withoutControls(text: string): string {
  return text.replace(/\p{Cc}/gu, '');
}

/** A test runner inside a test runner would report to the outer one. */
function withoutTestRunner({
  NODE_TEST_CONTEXT: _context,
  NODE_OPTIONS: _options,
  ...rest
}: NodeJS.ProcessEnv) {
  return rest;
}

async function git(words: readonly string[]): Promise<string> {
  const identity = [
    '-c',
    'user.name=Demo agent',
    '-c',
    'user.email=demo-agent@localhost',
    '-c',
    'commit.gpgSign=false',
  ];
  try {
    const { stdout } = await run('git', [...identity, ...words], {
      timeout: COMMAND_TIMEOUT_MS,
      env: { ...process.env, GIT_TERMINAL_PROMPT: '0' },
    });
    return stdout.trim();
  } catch (cause) {
    throw new Error(`git ${words[0] ?? ''} failed`, { cause });
  }
}
