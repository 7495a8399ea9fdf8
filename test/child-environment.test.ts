import { expect, test } from 'vitest';
import { childEnvironment } from '../src/child-environment.ts';

test.each([
  'PATH',
  'HOME',
  'LANG',
  'LC_ALL',
  'TERM',
  'TZ',
  'TMUX_TMPDIR',
  'SSH_AUTH_SOCK',
  'XDG_CONFIG_HOME',
  'HTTPS_PROXY',
  'no_proxy',
  'NODE_EXTRA_CA_CERTS',
  'SSL_CERT_FILE',
  'FLEET_DEMO_LINGER_MS',
])('a child is given %s', (name) => {
  expect(childEnvironment({ [name]: 'value' })).toEqual({ [name]: 'value' });
});

test.each([
  'SLACK_BOT_TOKEN',
  'GITHUB_TOKEN',
  'GITHUB_PRIVATE_KEY',
  'ANTHROPIC_API_KEY',
  'DATABASE_URL',
  'FLEET_DATA_DIR',
  'AWS_SECRET_ACCESS_KEY',
  'SENTRY_DSN',
  'PGPASSWORD',
  'NPM_TOKEN',
  'npm_config_registry',
  'TMUX',
  'NODE_OPTIONS',
  'PATH_TO_SECRETS',
])('a child is not given %s', (name) => {
  expect(childEnvironment({ [name]: 'value', HOME: undefined })).toEqual({});
});
