import { describe, expect, test } from 'vitest';
import { redact, redactDeep } from '../../src/safety/index.ts';

/** Put together when the test runs, so that no file holds what a scanner would take for a secret. */
const secret = (...parts: readonly string[]): string => parts.join('');
const letters = (length: number): string => 'aB3dE6gH9jK2mN5pQ8rS1tU4vW7xY0z'.repeat(8).slice(0, length);
const capitals = (length: number): string => 'QWERTZ7ASDFG2YXCV'.repeat(4).slice(0, length);

const SHAPES: readonly (readonly [string, string])[] = [
  ['a GitHub token of a person', secret('ghp', '_', letters(36))],
  ['a GitHub token of an app', secret('ghs', '_', letters(36))],
  [
    'a GitHub app token with a JWT in it',
    secret('ghs', '_12345', letters(30), '.', letters(80), '.', letters(60)),
  ],
  ['a GitHub OAuth token', secret('gho', '_', letters(36))],
  ['a GitHub refresh token', secret('ghr', '_', letters(76))],
  ['a fine-grained GitHub token', secret('github', '_pat_', letters(22), '_', letters(59))],
  ['a Slack bot token', secret('xo', 'xb-123456789012-1234567890123-', letters(24))],
  ['a Slack app token', secret('xa', 'pp-1-A012ABCDEF-1234567890123-', letters(64))],
  ['a Slack refresh token', secret('xo', 'xe-1-', letters(60))],
  ['a rotated Slack token', secret('xo', 'xe.xo', 'xb-1-', letters(60))],
  ['a Slack hook', secret('https://hooks.', 'slack.com/services/T00000000/B00000000/', letters(24))],
  ['an Anthropic key', secret('sk-', 'ant-api03-', letters(60), '-', letters(20), 'AA')],
  ['an Anthropic login', secret('sk-', 'ant-oat01-', letters(60))],
  ['an OpenAI project key', secret('sk-', 'proj-', letters(60))],
  ['an OpenAI key', secret('sk', '-', letters(48))],
  ['a Groq key', secret('gs', 'k_', letters(52))],
  ['an AWS key id', secret('AK', 'IA', capitals(16))],
  ['a Google key', secret('AI', 'za', letters(35))],
  ['a Google client secret', secret('GOC', 'SPX-', letters(28))],
  ['a Google token', secret('ya', '29.', letters(60))],
  ['a Stripe key', secret('sk', '_live_', letters(24))],
  ['an npm token', secret('np', 'm_', letters(36))],
  ['a PyPI token', secret('py', 'pi-', letters(90))],
  ['a GitLab token', secret('gl', 'pat-', letters(20))],
  ['a Hugging Face token', secret('h', 'f_', letters(34))],
  ['a SendGrid key', secret('S', 'G.', letters(22), '.', letters(43))],
  ['a Vault token', secret('hv', 's.', letters(90))],
  ['a JWT', secret('ey', 'J', letters(30), '.ey', 'J', letters(60), '.', letters(43))],
];

const SURROUNDINGS: readonly (readonly [string, (value: string) => string])[] = [
  ['alone', (value) => value],
  ['at the end of a line', (value) => `the value is ${value}\nnext line`],
  ['in the middle of a sentence', (value) => `I use ${value}, which works.`],
  ['in quotes', (value) => `say "${value}" aloud`],
  ['in JSON', (value) => JSON.stringify({ note: { value }, next: 1 })],
  ['in an environment line', (value) => `export ANYTHING=${value}\nPATH=/usr/bin`],
  ['in a header', (value) => `curl -H 'X-Anything: ${value}' https://example.com`],
  ['twice', (value) => `${value} ${value}`],
];

describe.each(SHAPES)('%s does not get out', (_, value) => {
  test.each(SURROUNDINGS)('%s', (_where, put) => {
    const safe = redact(put(value));
    expect(safe).not.toContain(value);
    // No useful part is left over either.
    expect(safe).not.toContain(value.slice(-16));
    expect(safe).toContain('[redacted');
    expect(redact(safe)).toBe(safe);
  });
});

const PASSWORD = secret('hun', 'ter2', 'Zebra');
const KEY_BODY = `${letters(64)}\n${letters(64)}\n${letters(20)}==`;

/** What goes in, and what of it must not come out. */
const NAMED: readonly (readonly [string, string, string])[] = [
  ['a URL with a password', `postgres://fleet:${PASSWORD}@db:5432/x`, PASSWORD],
  ['a password with an @ in it', `postgres://fleet:${PASSWORD}@zz@db:5432/x`, 'zz'],
  ['a clone URL', `https://x-access-token:${PASSWORD}@github.com/acme/api.git`, PASSWORD],
  ['an environment line', `DB_PASSWORD=${PASSWORD}`, PASSWORD],
  ['a short password', secret('DB_PASSWORD=', 'ab12'), 'ab12'],
  ['a quoted environment line', `DB_PASSWORD="${PASSWORD} and more"`, 'and more'],
  ['a JSON field', JSON.stringify({ client_secret: PASSWORD }), PASSWORD],
  ['a YAML field', `password: ${PASSWORD}\nuser: ann`, PASSWORD],
  ['an npmrc line', `//registry.npmjs.org/:_authToken=${PASSWORD}`, PASSWORD],
  ['an AWS credentials line', `aws_secret_access_key = ${letters(40)}`, letters(40)],
  ['a storage connection string', `AccountName=x;AccountKey=${letters(60)}==;EndpointSuffix=y`, letters(60)],
  [
    'a shared access signature',
    `https://x.blob.core.windows.net/c?sv=1&sig=${letters(40)}%3D&se=2`,
    letters(40),
  ],
  ['a token in a query', `https://example.com/hook?token=${letters(24)}`, letters(24)],
  ['a bare token field', JSON.stringify({ token: letters(24) }), letters(24)],
  ['a command-line flag', `tool --password ${PASSWORD} --verbose`, PASSWORD],
  ['a command-line flag with =', `tool --api-key=${PASSWORD}`, PASSWORD],
  ['a bearer header', `Authorization: Bearer ${letters(30)}`, letters(30)],
  ['a bearer header of letters only', 'authorization: bearer abcdefghijklmnop', 'abcdefghijklmnop'],
  [
    'a basic header',
    `-H "Authorization: Basic ${Buffer.from(`ann:${PASSWORD}`).toString('base64')}"`,
    'YW5u',
  ],
  ['a bearer token in prose', `send bearer ${letters(30)} along`, letters(30)],
  [
    'a private key',
    `before\n${secret('-----BEGIN ', 'RSA PRIVATE KEY-----')}\n${KEY_BODY}\n${secret('-----END ', 'RSA PRIVATE KEY-----')}\nafter`,
    letters(20),
  ],
  [
    'a private key that is cut off below',
    `${secret('-----BEGIN ', 'PRIVATE KEY-----')}\n${letters(64)}\n`,
    letters(20),
  ],
  [
    'a private key that is cut off above',
    `${KEY_BODY}\n${secret('-----END ', 'PRIVATE KEY-----')}\n`,
    letters(20),
  ],
  [
    'a private key in JSON',
    JSON.stringify({
      key: `${secret('-----BEGIN ', 'PRIVATE KEY-----')}\n${KEY_BODY}\n${secret('-----END ', 'PRIVATE KEY-----')}`,
    }),
    letters(20),
  ],
];

test.each(NAMED)('%s does not get out', (_, input, gone) => {
  const safe = redact(input);
  expect(safe).not.toContain(gone);
  expect(safe).toContain('[redacted');
  expect(redact(safe)).toBe(safe);
});

test('what stands around a secret stays', () => {
  expect(redact(`postgres://fleet:${PASSWORD}@db:5432/x`)).toBe('postgres://fleet:[redacted]@db:5432/x');
  expect(redact(`Authorization: Bearer ${letters(30)}\r\nHost: x`)).toBe(
    'Authorization: Bearer [redacted]\r\nHost: x',
  );
  expect(redact(`DB_PASSWORD=${PASSWORD}\nDB_USER=ann`)).toBe('DB_PASSWORD=[redacted]\nDB_USER=ann');
});

const HARMLESS: readonly string[] = [
  'commit 3b0889a1c6d9f1e7b5c2a4d8e0f6a7b8c9d0e1f2',
  'sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08',
  '3fa9c1d2-7b1e-4c1a-9d57-2f8f6a0c1b3e',
  '/home/ann/.fleet/repos/acme/api/worktrees/t12-add-a-health-endpoint-3fa9',
  'C:\\Users\\ann\\AppData\\Local\\Temp\\fleet',
  'The bearer authentication of the API needs a basic understanding of headers.',
  'Basic configuration and basic troubleshooting are described below.',
  'I count tokens: input 1200, output 340, cache 15000.',
  '✻ Churned for 12s · ↓ 2.1k tokens',
  '"input_tokens": 123456, "output_tokens": 654321',
  'max_tokens: 64000',
  'The token bucket refills every second.',
  'token: string',
  'const token = parser.next();',
  'let nextToken = tokens[index];',
  'password: string;',
  'apiKey: string | undefined;',
  'const password = process.env.DB_PASSWORD;',
  'clientSecret: config.slack.signingSecret,',
  'DB_PASSWORD=$DB_PASSWORD',
  ['DB_PASSWORD=$', '{DB_PASSWORD:-}'].join(''),
  'API_KEY=<your key>',
  'password: required',
  'secret = readSecret(name)',
  'password=***',
  'Enter your password:',
  'Wrong password. Try again.',
  'tool --password-file /run/secrets/db --token-count 12',
  'git push origin fleet/t12-sk-lint-rules-for-the-api',
  'risk-assessment task-management-for-everyone disk-utilisation',
  'npm_config_registry npm_lifecycle_event npm_package_version',
  'http://localhost:3000/users/@ann',
  'http://127.0.0.1:3000?mail=ann@example.com',
  'ssh ann@dev1.example.com -p 2222',
  'https://github.com/acme/api/pull/7#issuecomment-1234567890',
  'import { createHash } from "node:crypto";',
  'data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk',
  'integrity sha512-Q0hRk3T7cmQ0aZ1nQxkYw8m5l1E2p3Z9uF6o7H8b4v5N6c7D8e9F0a1B2c3D4e5F6==',
  'xoxo, your team',
  'eyJust a word',
  '-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----',
  '❯ 1. Yes\n  2. No, and tell Claude what to do differently (esc)',
];

test.each(HARMLESS)('%s stays as it is', (text) => expect(redact(text)).toBe(text));

describe('inside values', () => {
  const token = SHAPES[0]?.[1] ?? '';

  test('strings at any depth, nothing else', () => {
    const at = new Date(0);
    expect(
      redactDeep({ a: [token, { b: `x ${token}` }], at, n: 1, is: true, none: null, no: undefined }),
    ).toEqual({
      a: ['[redacted GitHub token]', { b: 'x [redacted GitHub token]' }],
      at,
      n: 1,
      is: true,
      none: null,
      no: undefined,
    });
  });

  test.each([
    'token',
    'botToken',
    'SLACK_BOT_TOKEN',
    'password',
    'dbPassword',
    'DB_PASSWORD',
    'signingSecret',
    'client_secret',
    'privateKey',
    'GITHUB_PRIVATE_KEY',
    'x-api-key',
    'apiKey',
    'authorization',
    'Set-Cookie',
  ])('a value called %s, whatever it looks like', (name) => {
    expect(redactDeep({ [name]: 'plain', other: 'plain' })).toEqual({ [name]: '[redacted]', other: 'plain' });
    expect(redactDeep({ [name]: '' })).toEqual({ [name]: '' });
  });

  test.each(['tokens', 'tokenCount', 'author', 'secretary', 'keyboard', 'key', 'sessionKeys'])(
    'a value called %s stays',
    (name) => expect(redactDeep({ [name]: 'plain' })).toEqual({ [name]: 'plain' }),
  );

  test('errors with their stacks, causes and fields', () => {
    const inner = Object.assign(new TypeError(`inner ${token}`), { code: 'E1', detail: { url: token } });
    const outer = new AggregateError([inner], `outer ${token}`, { cause: inner });
    const safe = redactDeep({ error: outer, errors: [inner] });
    expect(JSON.stringify(safe)).not.toContain(token);
    expect(safe).toMatchObject({
      error: {
        type: 'AggregateError',
        message: 'outer [redacted GitHub token]',
        cause: { type: 'TypeError', code: 'E1' },
      },
      errors: [{ message: 'inner [redacted GitHub token]', detail: { url: '[redacted GitHub token]' } }],
    });
  });

  test('maps, sets and addresses', () => {
    const safe = redactDeep<unknown>([
      new Map([['a', token]]),
      new Set([token]),
      new URL(`https://a:${PASSWORD}@b/`),
    ]);
    expect(safe).toEqual([
      [['a', '[redacted GitHub token]']],
      ['[redacted GitHub token]'],
      'https://a:[redacted]@b/',
    ]);
  });

  test('a circle is cut, and the same value twice is not one', () => {
    const one: { name: string; self?: unknown } = { name: token };
    one.self = one;
    expect(redactDeep<unknown>({ one })).toEqual({
      one: { name: '[redacted GitHub token]', self: '[circular]' },
    });
    const shared = { a: 1 };
    expect(redactDeep([shared, shared])).toEqual([shared, shared]);
  });
});

test('a long text is read through in no time worth telling', () => {
  const long = [`${letters(64)}\n`.repeat(1500), 'aB3-xY9_'.repeat(12_500), 'a.secret'.repeat(12_000)];
  for (const text of long) {
    const start = performance.now();
    expect(redact(text)).toBe(text);
    expect(performance.now() - start).toBeLessThan(1_000);
  }
});
