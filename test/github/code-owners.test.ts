import { afterEach, beforeEach, expect, test } from 'vitest';
import { createCodeOwners, createGithubClient } from '../../src/github/index.ts';
import { type GithubDouble, openGithubDouble } from '../doubles/github.ts';
import { containing } from '../support/containing.ts';
import { QUIET } from '../support/fleet-state.ts';

let github: GithubDouble;
beforeEach(async () => {
  github = await openGithubDouble();
});
afterEach(() => github[Symbol.asyncDispose]());

let at = Date.UTC(2026, 10, 22);
const owners = () =>
  createCodeOwners(
    createGithubClient({
      apiUrl: github.apiUrl,
      auth: { kind: 'token', token: github.tokens.bot },
      log: QUIET,
    }),
    () => new Date(at),
  );

const OWNERS = `# who looks at what
*            @Ann-Hub ops@example.org
/payments/   @octo/money  @Bob # and their deputies
`;

function answer(path: RegExp, status: number, body: unknown, times = 9): void {
  github.spoil({ method: 'GET', path }, { kind: 'answer', status, body }, { times });
}

/** A CODEOWNERS file in the second of its three places. */
function write(content: string): void {
  answer(/\/contents\/\.github(%2F|\/)CODEOWNERS/, 404, { message: 'Not Found' });
  answer(/\/contents\/CODEOWNERS/, 200, {
    type: 'file',
    path: 'CODEOWNERS',
    encoding: 'base64',
    content: Buffer.from(content).toString('base64'),
  });
}

test('code owners are the people of the file and of its teams', async () => {
  write(OWNERS);
  answer(/\/orgs\/octo\/teams\/money\/members/, 200, [{ login: 'Cat' }]);
  expect(await owners().of('octo/shop')).toEqual({ ok: true, value: ['ann-hub', 'bob', 'cat'] });
});

test('a team that cannot be read leaves out its people and no others', async () => {
  write(OWNERS);
  answer(/\/orgs\/octo\/teams\/money\/members/, 403, { message: 'Forbidden' });
  expect(await owners().of('octo/shop')).toEqual({ ok: true, value: ['ann-hub', 'bob'] });
});

test('a repository without the file says so', async () => {
  answer(/\/contents\//, 404, { message: 'Not Found' });
  expect(await owners().of('octo/shop')).toEqual({ ok: false, error: containing('no CODEOWNERS file') });
});

test('who owns the code is asked again after a few minutes', async () => {
  write('* @ann-hub\n');
  const known = owners();
  await known.of('octo/shop');
  const asked = github.requests.length;
  await known.of('octo/shop');
  expect(github.requests.length).toBe(asked);
  at += 5 * 60_000;
  await known.of('octo/shop');
  expect(github.requests.length).toBeGreaterThan(asked);
});
