import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { devNull } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);

const GIT_TIMEOUT_MS = 30_000;
const DIFF_MAX_BYTES = 1024 * 1024;

/** A small web shop, just enough to be changed: it runs with `npm start` and tests itself with `npm test`. */
const FILES: Readonly<Record<string, string>> = {
  'package.json': `${JSON.stringify(
    {
      name: 'shop',
      version: '1.0.0',
      private: true,
      type: 'module',
      scripts: { start: 'node start.js', test: 'node --test' },
    },
    null,
    2,
  )}\n`,
  'README.md': `# Shop

A tiny web shop on node:http, without dependencies.

    npm start     # http://localhost:8080
    npm test
`,
  'start.js': `import { createShop } from './server.js';

const port = Number(process.env.PORT ?? 8080);
createShop().listen(port, () => console.log(\`The shop is open at http://localhost:\${port}\`));
`,
  'products.js': `export const products = [
  { id: 'mug', name: 'Mug with a tide table', cents: 1290 },
  { id: 'lamp', name: 'Lighthouse lamp', cents: 4900 },
  { id: 'rope', name: 'Ten metres of good rope', cents: 1850 },
];
`,
  'server.js': `import { createServer } from 'node:http';
import { products } from './products.js';

const routes = new Map([
  ['/', showFront],
  ['/products', listProducts],
]);

/** The shop as a server that does not listen yet. */
export function createShop() {
  return createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url, 'http://shop');
    const show = request.method === 'GET' ? routes.get(pathname) : undefined;
    if (show === undefined) return send(response, 404, { error: 'not found' });
    show(response, searchParams);
  });
}

function showFront(response) {
  response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' });
  response.end('<h1>Shop</h1><p><a href="/products">All products</a></p>');
}

function listProducts(response, query) {
  const words = (query.get('search') ?? '').toLowerCase();
  send(response, 200, products.filter((product) => product.name.toLowerCase().includes(words)));
}

function send(response, status, value) {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(value));
}
`,
  'test/server.test.js': `import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createShop } from '../server.js';

const shop = createShop();
let url;

before(async () => {
  await new Promise((resolve) => shop.listen(0, '127.0.0.1', resolve));
  url = \`http://127.0.0.1:\${shop.address().port}\`;
});
after(() => shop.close());

test('all products are listed', async () => {
  const response = await fetch(\`\${url}/products\`);
  assert.equal(response.status, 200);
  assert.equal((await response.json()).length, 3);
});

test('a search finds products by a part of their name', async () => {
  const found = await (await fetch(\`\${url}/products?search=rope\`)).json();
  assert.deepEqual(found.map((product) => product.id), ['rope']);
});

test('an unknown path is not found', async () => {
  assert.equal((await fetch(\`\${url}/nowhere\`)).status, 404);
});
`,
};

/** Makes the bare repository with the shop on its main branch, unless it is there already. */
export async function makeShopRepository(bare: string): Promise<void> {
  if (existsSync(bare)) return;
  await mkdir(dirname(bare), { recursive: true });
  const work = await mkdtemp(join(dirname(bare), '.shop-'));
  try {
    const source = join(work, 'source');
    for (const [path, content] of Object.entries(FILES)) {
      await mkdir(dirname(join(source, path)), { recursive: true });
      await writeFile(join(source, path), content);
    }
    await git(source, ['init', '--quiet', '--initial-branch=main', '--template=']);
    await git(source, ['add', '--all']);
    await git(source, ['commit', '--quiet', '--message=Open the shop']);
    await git(work, ['clone', '--quiet', '--bare', '--template=', source, 'shop.git']);
    await git(join(work, 'shop.git'), ['remote', 'remove', 'origin']);
    // Whole or not at all: a killed process leaves no half repository.
    await rename(join(work, 'shop.git'), bare);
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

export async function hasCommits(bare: string, branch: string, base: string): Promise<boolean> {
  if (!isBranchName(branch) || !isBranchName(base)) return false;
  try {
    const count = await git(bare, ['rev-list', '--count', `refs/heads/${base}..refs/heads/${branch}`, '--']);
    return Number(count) > 0;
  } catch {
    return false;
  }
}

/** What a branch changes since it left its base, in unified format; empty when one of the two is not there. */
export async function branchDiff(bare: string, branch: string, base: string): Promise<string> {
  if (!isBranchName(branch) || !isBranchName(base)) return '';
  try {
    return await git(bare, [
      'diff',
      '--no-color',
      '--no-ext-diff',
      `refs/heads/${base}...refs/heads/${branch}`,
      '--',
    ]);
  } catch {
    return '';
  }
}

/** Names come from whoever asked for the pull request. Source: git-check-ref-format(1), made narrower. */
function isBranchName(name: string): boolean {
  return /^[A-Za-z0-9][A-Za-z0-9._/-]{0,200}$/.test(name) && !name.includes('..');
}

async function git(cwd: string, words: readonly string[]): Promise<string> {
  const { stdout } = await run('git', ['-c', 'commit.gpgSign=false', ...words], {
    cwd,
    timeout: GIT_TIMEOUT_MS,
    maxBuffer: DIFF_MAX_BYTES,
    env: {
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      // What the user has set up for their own work does not belong in the demo's.
      GIT_CONFIG_GLOBAL: devNull,
      GIT_CONFIG_NOSYSTEM: '1',
      GIT_AUTHOR_NAME: 'Demo',
      GIT_AUTHOR_EMAIL: 'demo@localhost',
      GIT_COMMITTER_NAME: 'Demo',
      GIT_COMMITTER_EMAIL: 'demo@localhost',
    },
  });
  return stdout;
}
