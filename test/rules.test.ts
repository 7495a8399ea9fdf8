import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { readConfig } from '../src/config.ts';
import { accountOf, DEFAULT_RULES, hostId, policyFor, projectId } from '../src/domain/index.ts';
import { rulesByProject, rulesOf } from '../src/rules.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'fleet-rules-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function read(toml: string) {
  const path = join(folder, 'fleet.toml');
  writeFileSync(path, toml);
  return readConfig({ FLEET_CONFIG: path }, []);
}

function fileOf(toml: string) {
  const config = read(toml);
  if (!config.ok) throw new Error(config.error.sentence);
  return config.value.file;
}

const TWO_LEVELS = `
[fleet]
approval_minutes = 5

[rules]
acts_alone = false
model = { prompt_tokens = 9000, seconds = 60 }
min_confidence = { send = 0.7 }
quiet_hours = "22:00-07:00"
time_zone = "Europe/Berlin"

[rules.approvals.all]
by = ["approver"]

[rules.approvals.risky]
votes = 2
own = false

[[projects]]
repo = "acme/api"

[projects.rules]
model = { name = "a-model", seconds = 20 }
min_confidence = { restart = 0.9 }
quiet_hours = "off"
trust_own_words = true

[projects.rules.approvals.git]
by = ["code-owners", "slack-group:S012AB3CD"]
minutes = 1

[[projects]]
repo = "acme/web"
`;

const MONEY = `
[rules.budget]
task_usd = 5
day_usd = 50

[[hosts]]
name = "dev1"
ssh = "dev1"
account = "alice"

[[projects]]
repo = "acme/api"

[projects.rules.budget]
day_usd = 20

[projects.rules.prices]
claude = { input = 3, output = 15 }

[agents.claude]
prices = { input = 5, output = 25, cache_read = 0.5, cache_write = 6 }

[agents.codex]
account = "team"
prices = { input = 2, output = 8 }
`;

test('caps of a project stand in place of the same caps of all, and prices too; accounts are those of all', () => {
  const { budget, accounts, prices } = rulesOf(fileOf(MONEY), 'acme/api');
  expect(budget).toEqual({ taskUsd: 5, dayUsd: 20, monthUsd: null, directorDayUsd: null });
  expect(prices.get('codex')).toEqual({ input: 2, output: 8, cacheRead: 0, cacheWrite: 0 });
  expect(prices.get('claude')).toEqual({ input: 3, output: 15, cacheRead: 0, cacheWrite: 0 });
  expect(rulesOf(fileOf(MONEY), 'acme/web').prices.get('claude')).toMatchObject({ input: 5, cacheRead: 0.5 });
  const titleOn = (agent: string, name: string) =>
    accountOf(accounts, agent, { id: hostId(name), name }).title;
  expect(titleOn('codex', 'dev1')).toBe('codex as alice');
  expect(titleOn('codex', 'dev2')).toBe('codex as team');
  expect(titleOn('claude', 'dev2')).toBe('claude on dev2');
});

test('without a word of the operator the defaults hold', () => {
  expect(rulesOf(fileOf(''), 'acme/api')).toEqual(DEFAULT_RULES);
});

test('a project changes what it names and has the rest of all', () => {
  const file = fileOf(TWO_LEVELS);
  expect(rulesOf(file, 'Acme/API')).toMatchObject({
    actsAlone: false,
    minConfidence: { send: 0.7, restart: 0.9 },
    quietHours: null,
    trustsOwnWords: true,
  });
  const web = rulesOf(file, 'acme/web');
  expect(web.minConfidence).toEqual({ send: 0.7, restart: 0.8 });
  expect(web.quietHours).toEqual({ from: 22 * 60, to: 7 * 60, timeZone: 'Europe/Berlin' });
});

test('a policy is that of its category, then of its class, then of everything', () => {
  const { approvals } = rulesOf(fileOf(TWO_LEVELS), 'acme/api');
  const minute = 60_000;
  const approvers = [{ kind: 'role', role: 'approver' }];
  expect(policyFor(approvals, null)).toEqual({
    name: 'routine',
    by: approvers,
    votes: 1,
    expiresAfterMs: 5 * minute,
    mayAnswerOwn: true,
  });
  expect(policyFor(approvals, { category: 'database' })).toEqual({
    name: 'risky',
    by: approvers,
    votes: 2,
    expiresAfterMs: 5 * minute,
    mayAnswerOwn: false,
  });
  expect(policyFor(approvals, { category: 'git' })).toEqual({
    name: 'git',
    by: [{ kind: 'code-owners' }, { kind: 'slack-group', group: 'S012AB3CD' }],
    votes: 2,
    expiresAfterMs: minute,
    mayAnswerOwn: false,
  });
});

test('a project that came by command has the rules of all', () => {
  const file = fileOf(TWO_LEVELS);
  const api = { id: projectId('1'), repo: 'acme/api' };
  const rules = rulesByProject(file, [
    { ...api, cloneUrl: '', defaultBranch: 'main', channel: null, agent: 'claude' },
  ]);
  expect(rules(projectId('1')).minConfidence.restart).toBe(0.9);
  expect(rules(projectId('2'))).toMatchObject({ actsAlone: false, minConfidence: { restart: 0.8 } });
});

test.each([
  ['[rules]\nquiet_hours = "late"', 'write it as `22:00-07:00`, or `off`'],
  ['[rules]\ntime_zone = "Mars"', 'name a time zone as in `Europe/Berlin`'],
  ['[rules.approvals.risky]\nby = ["everybody"]', 'slack-group:S012AB3CD'],
  ['[rules.approvals.gti]\nvotes = 2', 'rules.approvals'],
  ['[rules]\nmin_confidence = { send = 60 }', 'rules.min_confidence.send'],
])('%j is answered with what to write', (toml, words) => {
  const config = read(toml);
  expect(config.ok ? '' : config.error.sentence).toContain(words);
});
