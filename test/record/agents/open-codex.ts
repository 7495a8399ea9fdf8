import type { RecordedAgent } from '../scenario.ts';

/** It has no rules of its own in the product: its screens show what the rules for any program make of it. */
export const openCodex: RecordedAgent = {
  name: 'open-codex',
  program: 'open-codex',
  install: 'npm install open-codex',
  versionWords: ['--version'],
  set: ({ modelUrl }, { mode }) => ({
    files: {},
    env: { OLLAMA_BASE_URL: `${modelUrl}/v1`, OPENAI_API_KEY: 'a-key-of-the-double' },
    words: [
      'open-codex',
      '--provider',
      'ollama',
      '--model',
      'demo-model',
      ...(mode === 'all' ? ['--dangerously-auto-approve-everything'] : []),
    ],
  }),
  tools: {
    run: (command) => ({ tool: 'shell', input: { command: ['bash', '-lc', command] } }),
    write: (path, content) => ({
      tool: 'shell',
      input: { command: ['bash', '-lc', `cat >${path} <<'END'\n${content}END`] },
    }),
    edit: (path, before, after) => ({
      tool: 'shell',
      input: { command: ['sed', '-i', `s/${before}/${after}/`, path] },
    }),
  },
  interrupt: ['Escape', 'Escape'],
  leave: '/exit',
  agree: ['y'],
  suspends: false,
  // A model of its provider takes no key.
  scenarios: (shared) => shared.filter(({ name }) => name !== 'no-key'),
};
