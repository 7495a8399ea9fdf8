import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import {
  branchName,
  isHostName,
  isSshTarget,
  parseRepo,
  parseTaskLabel,
  sessionName,
  taskId,
  taskLabel,
  threadId,
} from '../../src/domain/index.ts';
import { randomText, seeded } from '../support/seeded.ts';

const THREAD = threadId('3fa9c1d2-0000-4000-8000-000000000000');

const BRANCHES: readonly (readonly [string, string])[] = [
  ['Add a health endpoint', 'fleet/t12-add-a-health-endpoint-3fa9'],
  ['  Añadir señal — ¡ya!  ', 'fleet/t12-anadir-senal-ya-3fa9'],
  ['修复登录', 'fleet/t12-3fa9'],
  ['../../etc/passwd', 'fleet/t12-etc-passwd-3fa9'],
  ['release.lock', 'fleet/t12-release-lock-3fa9'],
  ["'; touch /tmp/x; $(id)\nsecond line", 'fleet/t12-touch-tmp-x-id-second-line-3fa9'],
  [`${'a'.repeat(59)} b`, `fleet/t12-${'a'.repeat(59)}-3fa9`],
];

for (const [brief, branch] of BRANCHES) {
  test(`the branch of ${JSON.stringify(brief.slice(0, 40))}`, () => {
    expect(branchName(taskId(12), THREAD, brief)).toBe(branch);
  });
}

test('git and tmux take the names of any brief', () => {
  const random = seeded(42);
  const briefs = [...Array.from({ length: 150 }, () => randomText(random, 120)), '', '-', '.', '\u0000'];
  const branches = briefs.map((brief) => branchName(taskId(1), THREAD, brief));
  // One git for all: it reads the names as the lines of a packed list would be checked, one call each.
  const script =
    'while IFS= read -r name; do git check-ref-format --branch "$name" >/dev/null || echo "$name"; done';
  const refused = spawnSync('sh', ['-c', script], { input: `${branches.join('\n')}\n`, encoding: 'utf8' });

  expect(refused.stderr).toBe('');
  expect(refused.stdout).toBe('');
  expect(Math.max(...branches.map((branch) => branch.length))).toBeLessThan(100);
  expect(sessionName(taskId(12), THREAD)).toBe('fleet-t12-3fa9');
  expect(sessionName(taskId(12), threadId('A:b.c'))).toMatch(/^[a-z0-9-]+$/);
});

const REPOS: readonly (readonly [string, string | null])[] = [
  ['acme/api', 'acme/api'],
  [' acme/api ', 'acme/api'],
  ['https://github.com/acme/api', 'acme/api'],
  ['https://github.com/acme/api/', 'acme/api'],
  ['https://github.com/acme/api.git', 'acme/api'],
  ['https://github.com/acme/api.git/', 'acme/api'],
  ['http://ghe.example:8443/acme/api', 'acme/api'],
  ['acme/api.js', 'acme/api.js'],
  ['acme/.github', 'acme/.github'],
  ['a-b-c/x_y-z.1', 'a-b-c/x_y-z.1'],
  ['ann_acme/api', 'ann_acme/api'],
  [`${'a'.repeat(39)}/api`, `${'a'.repeat(39)}/api`],
  [`${'a'.repeat(40)}/api`, null],
  [`acme/${'a'.repeat(100)}`, `acme/${'a'.repeat(100)}`],
  [`acme/${'a'.repeat(101)}`, null],
  ['', null],
  ['acme', null],
  ['acme/', null],
  ['/api', null],
  ['acme/..', null],
  ['acme/.', null],
  ['-acme/api', null],
  ['acme-/api', null],
  ['ac--me/api', null],
  ['acme/api/pulls', null],
  ['acme/a pi', null],
  ['acme/api\nx', null],
  ['acme/äpi', null],
  ['acme/$(id)', null],
  ['--upload-pack=x/y', null],
];

for (const [text, repo] of REPOS) {
  test(`${JSON.stringify(text.slice(0, 50))} is ${repo === null ? 'no repository' : 'a repository'}`, () => {
    expect(parseRepo(text)).toEqual(
      repo === null ? { ok: false, error: { kind: 'not-a-repo', text } } : { ok: true, value: repo },
    );
  });
}

const LABELS: readonly (readonly [string, number | null])[] = [
  ['T12', 12],
  ['t12', 12],
  ['#12', 12],
  ['12', 12],
  [' T12\n', 12],
  ['T999999999', 999_999_999],
  ['T1000000000', null],
  ['T0', null],
  ['T012', null],
  ['T-1', null],
  ['T1.5', null],
  ['TT1', null],
  ['T 1', null],
  ['1e3', null],
  ['', null],
  ['T', null],
  ['１２', null],
];

test('a task is named by its label and by nothing like it', () => {
  for (const [text, id] of LABELS) expect([text, parseTaskLabel(text)]).toEqual([text, id]);
  expect(parseTaskLabel(taskLabel(taskId(7)))).toBe(7);
});

const HOST_NAMES: readonly (readonly [string, boolean])[] = [
  ['dev1', true],
  ['DEV-1.eu_west', true],
  ['1', true],
  ['a'.repeat(64), true],
  ['a'.repeat(65), false],
  ['', false],
  ['-dev', false],
  ['.dev', false],
  ['_dev', false],
  ['dev 1', false],
  ['dev1\n', false],
  ['dev/1', false],
  ['döv', false],
];

test('host names', () => {
  for (const [text, is] of HOST_NAMES) expect([text, isHostName(text)]).toEqual([text, is]);
});

const SSH_TARGETS: readonly (readonly [string, boolean])[] = [
  ['dev1', true],
  ['ann@dev1', true],
  ['ann.b-c_d@dev1.example.com', true],
  ['_svc@10.0.0.1', true],
  ['ann@[2001:db8::1]', true],
  ['[::1]', true],
  ['a'.repeat(255), true],
  ['a'.repeat(256), false],
  ['', false],
  ['-oProxyCommand=id', false],
  ['-l@dev1', false],
  ['ann@-oProxyCommand=id', false],
  ['ann@', false],
  ['@dev1', false],
  ['ann@dev1 id', false],
  ['ann@dev1;id', false],
  ['ann@dev1\n', false],
  ['ssh://dev1', false],
  ['ann@bob@dev1', false],
  ['dev1:22', false],
  ['$(id)', false],
];

test('what ssh takes as its destination, and never as an option', () => {
  for (const [text, is] of SSH_TARGETS) expect([text, isSshTarget(text)]).toEqual([text, is]);
});
