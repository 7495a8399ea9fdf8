import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '../..');

/** The rows of docs/mission.md: the capability's number and its last column. */
function rows(): readonly { readonly row: string; readonly proof: string }[] {
  return readFileSync(join(ROOT, 'docs/mission.md'), 'utf8')
    .split('\n')
    .flatMap((line) => {
      const match = /^\| ([A-G]\d+) \| .* \| (.*) \|$/.exec(line);
      return match?.[1] === undefined || match[2] === undefined ? [] : [{ row: match[1], proof: match[2] }];
    });
}

test('every capability that is called done names tests that exist', () => {
  const done = rows().filter(({ proof }) => !proof.startsWith('not yet'));
  expect(done.length).toBeGreaterThan(0);
  for (const { row, proof } of done) {
    for (const named of proof.split('<br>')) {
      const match = /^`(test\/[^`]+)` › (.+)$/.exec(named);
      expect(match, `${row}: ${named}`).not.toBeNull();
      const path = join(ROOT, match?.[1] ?? '');
      expect(existsSync(path), `${row}: ${path}`).toBe(true);
      expect(readFileSync(path, 'utf8'), row).toContain(match?.[2]);
    }
  }
});

test('every row is there once', () => {
  const names = rows().map(({ row }) => row);
  expect(new Set(names).size).toBe(names.length);
});
