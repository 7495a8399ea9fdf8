import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Log } from '../../src/domain/index.ts';
import { createGithubClient, createRepositories, type GithubAuth } from '../../src/github/index.ts';
import { type GithubDouble, openGithubDouble } from '../doubles/github.ts';
import { containing } from '../support/containing.ts';

const silent: Log = { info: () => {}, warn: () => {}, error: () => {} };
let github: GithubDouble;

beforeEach(async () => {
  github = await openGithubDouble();
});
afterEach(() => github[Symbol.asyncDispose]());

function repositories(auth: GithubAuth = { kind: 'token', token: github.tokens.bot }) {
  return createRepositories(createGithubClient({ apiUrl: github.apiUrl, auth, log: silent }));
}

test('a repository is told with where to clone it from and its main branch', async () => {
  expect(await repositories().repositoryAccess('octo/shop')).toEqual({
    ok: true,
    value: { repo: 'octo/shop', cloneUrl: 'http://github.test/octo/shop.git', defaultBranch: 'main' },
  });
});

test('an app looks with its own installation', async () => {
  const { appId, privateKey } = github.app;
  expect(await repositories({ kind: 'app', appId, privateKey }).repositoryAccess('octo/shop')).toMatchObject({
    ok: true,
  });
});

test.each([['a repository that is not there', 'octo/nowhere', 'not-found']])(
  '%s is a failure with a sentence',
  async (_what, repo, kind) => {
    const { appId, privateKey } = github.app;
    for (const auth of [undefined, { kind: 'app', appId, privateKey } as const]) {
      expect(await repositories(auth).repositoryAccess(repo)).toMatchObject({
        ok: false,
        error: { kind, sentence: containing(repo) },
      });
    }
  },
);

test('a token that GitHub does not know is a failure that says what to renew', async () => {
  expect(await repositories({ kind: 'token', token: 'stale' }).repositoryAccess('octo/shop')).toMatchObject({
    ok: false,
    error: { kind: 'not-allowed', sentence: containing('GITHUB_TOKEN') },
  });
});

test('the newest pull request of a branch is found, also a closed one', async () => {
  expect(await repositories().findPullRequest('octo/shop', 'fleet/t1')).toEqual({ ok: true, value: null });
  const { number, url } = await github.openPullRequest({ title: 'Fix it', branch: 'fleet/t1' });
  await github.call('PATCH', `/pulls/${number}`, { state: 'closed' }, github.tokens.agent);
  expect(await repositories().findPullRequest('octo/shop', 'fleet/t1')).toEqual({
    ok: true,
    value: { number, url, title: 'Fix it' },
  });
});

test('objectives are the open issues with the label, and no pull requests', async () => {
  const labelled = await github.createIssue({ title: 'Pay\twith cards', labels: ['fleet-objective', 'bug'] });
  const closed = await github.createIssue({ title: 'Done', labels: ['fleet-objective'] });
  await github.createIssue({ title: 'Another', labels: ['bug'] });
  await github.call('PATCH', `/issues/${closed}`, { state: 'closed' });
  const { number } = await github.openPullRequest({ title: 'Fix it', branch: 'fleet/t1' });
  await github.label(number, 'fleet-objective');
  expect(await repositories().openObjectives('octo/shop', 'fleet-objective')).toMatchObject({
    ok: true,
    value: [{ issue: labelled, title: 'Pay with cards', state: 'open' }],
  });
  expect(await repositories().openObjectives('octo/nowhere', 'fleet-objective')).toMatchObject({
    ok: false,
    error: { kind: 'not-found' },
  });
});
