import { expect, test } from 'vitest';
import { hostId, ok, sessionId } from '../../src/domain/index.ts';
import type { Connection } from '../../src/fleet/connection.ts';
import { launchAgent } from '../../src/fleet/launch.ts';

const HOST = {
  id: hostId('h1'),
  name: 'dev1',
  transport: { kind: 'local' },
  capacity: 1,
  state: 'active',
  reach: { state: 'unknown' },
} as const;

test('the prompt is in a file of its own, and in nothing that a shell or tmux reads', async () => {
  const told: string[] = [];
  const files = new Map<string, string>();
  const connection: Connection = {
    ask: async (commands) => {
      told.push(...commands('fence'));
      return ok([{ ok: true, text: '' }]);
    },
    run: async ({ script, words, stdin }) => {
      told.push(script, ...words);
      files.set(words[1] ?? '', String(stdin ?? ''));
      return ok(`/home/ann/${words[1]}\n`);
    },
    read: async () => ok([]),
    watch: () => {},
    hostKey: () => null,
    close: async () => {},
  };
  const prompt = "it's a `secret` $(plan)\n\n";
  await launchAgent(
    HOST,
    connection,
    {
      session: sessionId('s1'),
      generation: 1,
      name: 'fleet-t1',
      worktree: '/srv/shop',
      words: ['agent', '--', { kind: 'prompt' }],
      env: {},
      files: [],
      prompt,
    },
    AbortSignal.timeout(10_000),
  );

  expect([...files.values()].filter((content) => content === prompt)).toHaveLength(1);
  const others = [...files.values()].filter((content) => content !== prompt);
  expect(others).toHaveLength(1);
  for (const read of [...others, ...told]) expect(read).not.toContain('secret');
});
