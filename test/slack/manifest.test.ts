import { readdir, readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { slackManifest } from '../../src/slack/manifest.ts';
import { BOT_EVENTS, BOT_SCOPES, METHODS_WITHOUT_SCOPE } from '../../src/slack/registration.ts';

const ROOM = new URL('../../src/slack/', import.meta.url);

test('the manifest people copy is the one the code writes', async () => {
  const file: unknown = JSON.parse(
    await readFile(new URL('../../docs/slack-manifest.json', import.meta.url), 'utf8'),
  );
  expect(file).toEqual(slackManifest({ kind: 'socket' }));
});

test('over HTTP every request goes to the one path', () => {
  const { features, settings } = slackManifest({ kind: 'http', publicUrl: 'https://fleet.example' });
  const url = 'https://fleet.example/slack/events';
  expect(features.slash_commands).toMatchObject([{ url }]);
  expect(settings).toMatchObject({
    socket_mode_enabled: false,
    event_subscriptions: { request_url: url },
    interactivity: { request_url: url },
  });
});

test('each method that is called has its permission in the manifest', async () => {
  const called = await methodsCalled();
  const known = [...METHODS_WITHOUT_SCOPE, ...BOT_SCOPES.flatMap((scope) => scope.methods)];
  expect(called).not.toEqual([]);
  expect([...called].filter((method) => !known.includes(method))).toEqual([]);
  expect(known.filter((method) => !called.includes(method))).toEqual([]);
});

test('each event that is heard has its permission in the manifest, except those that need none', () => {
  const covered = BOT_SCOPES.flatMap((scope) => scope.events);
  const heard = BOT_EVENTS.flatMap((event) => event.manifestNames);
  expect(heard.filter((name) => !covered.includes(name))).toEqual(['app_home_opened']);
});

test('no permission is asked for without a reason', () => {
  for (const { why, name } of BOT_SCOPES) expect(why, name).toMatch(/^(?:To|The same) .*\.$/);
  expect(new Set(BOT_SCOPES.map((scope) => scope.name)).size).toBe(BOT_SCOPES.length);
});

/** `client.chat.postMessage(` in the sources of the room. */
async function methodsCalled(): Promise<string[]> {
  const files = (await readdir(ROOM, { recursive: true })).filter((file) => file.endsWith('.ts'));
  const sources = await Promise.all(files.map((file) => readFile(new URL(file, ROOM), 'utf8')));
  const calls = sources.flatMap((source) => [...source.matchAll(/\bclient\.([a-z]+(?:\.[a-zA-Z]+)+)\(/g)]);
  return [...new Set(calls.map((call) => call[1] ?? ''))];
}
