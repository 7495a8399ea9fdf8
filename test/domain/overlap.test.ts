import { expect, test } from 'vitest';
import { type Footprint, isNewOverlap, overlapOf, pathsIn, taskId } from '../../src/domain/index.ts';

test.each<readonly [string, readonly string[]]>([
  ['Fix the login in src/auth/login.ts', ['src/auth/login.ts']],
  ['Change `server.js` and README.md.', ['server.js', 'README.md']],
  ['Tidy src/payments/, then ./test/payments.test.ts', ['src/payments/', 'test/payments.test.ts']],
  ['See https://example.com/docs/page.html and mail a@example.com', []],
  ['Upgrade to 3.2.1, e.g. with Node.js and/or v1.2', []],
  ['Add a health endpoint', []],
  ['Twice: a/b.ts, a/b.ts', ['a/b.ts']],
])('%j names %j', (words, paths) => expect(pathsIn(words)).toEqual(paths));

const footprint = (id: number, files: readonly string[], rest: Partial<Footprint> = {}): Footprint => ({
  task: taskId(id),
  repo: 'acme/api',
  branch: `fleet/t${id}`,
  files,
  ...rest,
});

test.each<readonly [string, Footprint, Footprint, ReturnType<typeof overlapOf>]>([
  ['nothing in common', footprint(1, ['a.ts']), footprint(2, ['b.ts']), null],
  [
    'the same file',
    footprint(1, ['src/a.ts', 'b.ts']),
    footprint(2, ['src/a.ts']),
    { files: ['src/a.ts'], isSameBranch: false },
  ],
  [
    'the end of a path',
    footprint(1, ['a.ts']),
    footprint(2, ['src/a.ts']),
    { files: ['a.ts'], isSameBranch: false },
  ],
  ['not the end of a name', footprint(1, ['a.ts']), footprint(2, ['src/extra.ts']), null],
  [
    'a folder and what is in it',
    footprint(1, ['src/pay/']),
    footprint(2, ['src/pay/x.ts']),
    { files: ['src/pay/'], isSameBranch: false },
  ],
  [
    'the same branch',
    footprint(1, [], { branch: 'x' }),
    footprint(2, [], { branch: 'x' }),
    { files: [], isSameBranch: true },
  ],
  ['tasks without a branch', footprint(1, [], { branch: null }), footprint(2, [], { branch: null }), null],
  ['another repository', footprint(1, ['a.ts']), footprint(2, ['a.ts'], { repo: 'acme/web' }), null],
  ['the task itself', footprint(1, ['a.ts']), footprint(1, ['a.ts']), null],
])('%s', (_, one, other, overlap) => expect(overlapOf(one, other)).toEqual(overlap));

test('people are told again only of what they do not know', () => {
  const known = { files: ['src/a.ts'], isSameBranch: false };
  expect(isNewOverlap(known, null)).toBe(true);
  expect(isNewOverlap({ files: ['a.ts'], isSameBranch: false }, known)).toBe(false);
  expect(isNewOverlap({ files: ['src/a.ts', 'b.ts'], isSameBranch: false }, known)).toBe(true);
  expect(isNewOverlap({ files: [], isSameBranch: true }, known)).toBe(true);
});
