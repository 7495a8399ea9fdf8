import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';

const PROJECT = fileURLToPath(new URL('../..', import.meta.url));

const WHAT_RUNS = ['db', 'src', 'test', 'webhooks', 'Dockerfile', 'fly.toml'];
const WHAT_NPM_AND_THE_COMPILER_WANT = ['package.json', 'package-lock.json', 'tsconfig.json'];
const WHAT_IS_READ = ['docs', 'README.md', 'ARCHITECTURE.md', 'CONTRIBUTING.md', 'CHANGELOG.md'];

test('the top level holds what was agreed and nothing else', () => {
  const paths = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard'], {
    cwd: PROJECT,
    encoding: 'utf8',
  });
  const entries = new Set(paths.split('\n').map((path) => path.split('/', 1)[0] ?? ''));
  const visible = [...entries].filter((name) => name !== '' && !name.startsWith('.'));

  const agreed = [...WHAT_RUNS, ...WHAT_NPM_AND_THE_COMPILER_WANT, ...WHAT_IS_READ];
  expect(visible.sort()).toEqual(agreed.sort());
});
