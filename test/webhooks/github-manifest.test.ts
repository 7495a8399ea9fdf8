import { expect, test } from 'vitest';
import { githubAppManifest } from '../../webhooks/index.ts';

// `vitest run -u` on this file writes the manifest anew.
test('the manifest in docs/ asks for what the code handles', async () => {
  const text = `${JSON.stringify(githubAppManifest('https://fleet.example.com'), null, 2)}\n`;
  await expect(text).toMatchFileSnapshot('../../docs/github-app-manifest.json');
});
