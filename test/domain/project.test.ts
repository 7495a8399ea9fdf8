import { expect, test } from 'vitest';
import { sameRepository } from '../../src/domain/index.ts';

const PROJECT = { repo: 'Acme/api', cloneUrl: 'https://git.example.org/mirrors/api.git' };

test.each([
  ['https://github.com/acme/api', true],
  ['https://github.com/acme/api.git', true],
  ['https://x-access-token:secret@github.com/acme/api.git', true],
  ['git@github.com:acme/api.git', true],
  ['ssh://git@github.com/Acme/API', true],
  ['github.com:acme/api', true],
  ['https://git.example.org/mirrors/api', true],
  ['https://github.com/acme/api-docs', false],
  ['https://github.com/other/api', false],
  ['https://github.com/deep/acme/api', false],
  ['/srv/acme/api', false],
  ['', false],
])('%s is its repository: %s', (remote, expected) => {
  expect(sameRepository(PROJECT, remote)).toBe(expected);
});
