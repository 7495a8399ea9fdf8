import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { appendFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Log } from '../../src/domain/index.ts';
import { type DemoGithub, openDemoGithub } from '../../src/workspace/demo-github.ts';
import { createGithubReceiver, createMetrics, type Http } from '../../webhooks/index.ts';
import { until } from '../support/until.ts';
import { type Kept, keepingIntake, serve } from '../webhooks/support.ts';

const silent: Log = { info: () => {}, warn: () => {}, error: () => {} };
const SECRET = 'demo secret';
const ORIGIN = 'http://localhost:3000';

let dataDir: string;
let http: Http;
let intake: Kept;
let github: DemoGithub;

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'fleet-demo-'));
  intake = keepingIntake();
  http = await serve([
    createGithubReceiver({
      secrets: [SECRET],
      intake,
      metrics: createMetrics(),
      log: silent,
      now: () => new Date(),
    }),
  ]);
  github = await open();
});
afterEach(async () => {
  await github.close();
  await http.close();
  rmSync(dataDir, { recursive: true, force: true });
});

function open(): Promise<DemoGithub> {
  return openDemoGithub({
    dataDir,
    port: 0,
    webhookUrl: `${http.url}/webhooks/github`,
    webhookSecret: SECRET,
    origin: ORIGIN,
    label: 'fleet',
    now: () => new Date(),
    newId: randomUUID,
    log: silent,
  });
}

/** A branch with one more file, pushed as an agent pushes. */
function pushBranch(branch: string): void {
  const work = mkdtempSync(join(dataDir, 'work-'));
  const git = (...words: string[]) =>
    execFileSync('git', ['-c', 'user.name=A', '-c', 'user.email=a@localhost', ...words], {
      cwd: work,
      stdio: 'pipe',
    });
  git('clone', '--quiet', github.repository.cloneUrl, '.');
  git('switch', '--quiet', '--create', branch);
  appendFileSync(join(work, 'README.md'), 'One more line.\n');
  git('commit', '--quiet', '--all', '--message=Add a line');
  git('push', '--quiet', 'origin', branch);
}

function openPull(head: string): Promise<Response> {
  return fetch(`${github.apiUrl}/repos/demo/shop/pulls`, {
    method: 'POST',
    headers: { authorization: `Bearer ${github.agentToken}`, 'content-type': 'application/json' },
    body: JSON.stringify({ title: 'Add a line', head, base: 'main' }),
  });
}

test('a label on an example issue arrives as a signed delivery', async () => {
  const issues = await github.workspace.issues();
  expect(issues.map((issue) => issue.number)).toEqual([3, 2, 1]);
  await github.workspace.addLabel(1, github.workspace.label);
  const [delivery] = await until(() => intake.stored.length > 0 && intake.stored, { withinMs: 5000 });
  expect(delivery).toMatchObject({
    kind: 'issues.labeled',
    payload: { issue: { html_url: `${ORIGIN}/github/demo/shop/issues/1` }, sender: { login: 'demo' } },
  });
});

test('a pull request is shown with what it changes, and its page is the one in the workspace', async () => {
  pushBranch('fleet/t1-add-a-line');
  const made = await openPull('fleet/t1-add-a-line');
  expect(await made.json()).toMatchObject({ html_url: `${ORIGIN}/github/demo/shop/pull/4` });
  const shown = await github.workspace.pullRequest(4);
  expect(shown?.pullRequest).toMatchObject({
    author: 'demo-agent',
    branch: 'fleet/t1-add-a-line',
    base: 'main',
    state: 'open',
  });
  expect(shown?.diff).toContain('+One more line.');
  expect(await github.workspace.pullRequests()).toHaveLength(1);
  expect(await github.workspace.issues()).toHaveLength(3);
});

test('a pull request of a branch that nobody pushed is refused, and so is a second one', async () => {
  expect((await openPull('fleet/t9-nothing')).status).toBe(422);
  pushBranch('fleet/t1');
  expect((await openPull('fleet/t1')).status).toBe(201);
  expect((await openPull('fleet/t1')).status).toBe(422);
});

test('issues, comments, times, numbers and the address survive a restart, and nothing is delivered again', async () => {
  const { number } = await github.workspace.createIssue('A new one', 'with a body');
  await github.workspace.comment(number, 'first');
  await github.workspace.addLabel(number, 'fleet');
  await until(() => intake.stored.length === 2, { withinMs: 5000 });
  const before = await github.workspace.issue(number);
  const { apiUrl, agentToken } = github;
  await github.close();

  // What a killed process was writing when it died.
  appendFileSync(join(dataDir, 'demo/github.jsonl'), '{"at":"2026-11-22T12:00:');
  github = await open();
  expect(await github.workspace.issue(number)).toEqual(before);
  expect({ apiUrl: github.apiUrl, agentToken: github.agentToken }).toEqual({ apiUrl, agentToken });
  expect(await github.workspace.createIssue('Another', '')).toEqual({ number: number + 1 });
  await until(() => intake.stored.length === 3, { withinMs: 5000 });
  expect(new Set(intake.stored.map((delivery) => delivery.id)).size).toBe(3);
});

test('who has no token, or a made-up one, writes nothing', async () => {
  for (const authorization of ['', 'Bearer made-up']) {
    const answered = await fetch(`${github.apiUrl}/repos/demo/shop/issues`, {
      method: 'POST',
      headers: { authorization, 'content-type': 'application/json' },
      body: JSON.stringify({ title: 'x' }),
    });
    expect(answered.status).toBe(401);
  }
  expect(await github.workspace.issues()).toHaveLength(3);
});
