import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { containing } from './support/containing.ts';

const LOG = new URL('../src/log.ts', import.meta.url).href;
const ROOT = fileURLToPath(new URL('..', import.meta.url));

/** Runs a few lines in a process of their own, because the log writes to standard error itself. */
function logged(level: string, lines: string): readonly Record<string, unknown>[] {
  const program = `import { createLog } from ${JSON.stringify(LOG)};
const token = ['ghp', '_', 'aB3dE6gH9jK2mN5pQ8rS1tU4vW7xY0zaB3dE6'].join('');
const log = createLog(${JSON.stringify(level)});
${lines}`;
  const ran = spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
    cwd: ROOT,
    encoding: 'utf8',
  });
  expect(ran.status, ran.stderr).toBe(0);
  expect(ran.stdout).toBe('');
  return ran.stderr
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => z.record(z.string(), z.unknown()).parse(JSON.parse(line)));
}

test('a line says when, how grave, what and about what', () => {
  const [line] = logged('info', `log.warn({ host: 'dev1' }, 'a host is slow');`);
  expect(line).toEqual({
    level: 'warn',
    time: containing(/^\d{4}-\d\d-\d\dT/),
    host: 'dev1',
    msg: 'a host is slow',
  });
});

test('what is below the level is not written', () => {
  const write = `log.info({}, 'i'); log.warn({}, 'w'); log.error({}, 'e');`;
  expect(logged('info', write).map((line) => line.msg)).toEqual(['i', 'w', 'e']);
  expect(logged('warn', write).map((line) => line.msg)).toEqual(['w', 'e']);
  expect(logged('error', write).map((line) => line.msg)).toEqual(['e']);
  expect(logged('silent', write)).toEqual([]);
});

test('no secret is written: not in the words, the fields, an error, its stack or its causes', () => {
  const lines = logged(
    'info',
    `log.info({ url: 'https://x:' + token + '@github.com/', nested: [{ deep: token }], botToken: 'plain' }, 'words ' + token);
const cause = Object.assign(new Error('cause ' + token), { response: { body: token } });
log.error({ error: new Error('outer ' + token, { cause }) }, 'it broke');
log.error({ error: new AggregateError([cause], 'many') }, 'it broke');
log.error({ error: token }, 'thrown text');`,
  );
  expect(JSON.stringify(lines)).not.toContain('aB3dE6gH9j');
  expect(lines[0]).toMatchObject({
    url: 'https://x:[redacted GitHub token]@github.com/',
    nested: [{ deep: '[redacted GitHub token]' }],
    botToken: '[redacted]',
    msg: 'words [redacted GitHub token]',
  });
  expect(lines[1]).toMatchObject({
    error: {
      type: 'Error',
      message: 'outer [redacted GitHub token]',
      stack: containing('at '),
      cause: { message: 'cause [redacted GitHub token]', response: { body: '[redacted GitHub token]' } },
    },
  });
  expect(lines[2]).toMatchObject({ error: { errors: [{ message: 'cause [redacted GitHub token]' }] } });
  expect(lines[3]).toMatchObject({ error: '[redacted GitHub token]' });
});

test('an error that points at itself is written all the same', () => {
  const [line] = logged(
    'info',
    `const error = new Error('loop'); error.cause = error; log.error({ error }, 'it broke');`,
  );
  expect(line).toMatchObject({ error: { message: 'loop', cause: '[circular]' } });
});
