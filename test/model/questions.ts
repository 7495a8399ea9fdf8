import type { Asked, ModelQuestion } from '../../src/domain/index.ts';

export const ASKS: Asked = { kind: 'words', question: 'In the README, or in a note of its own?' };

export const CHOICE: Asked = {
  kind: 'choice',
  dialog: {
    promptKind: 'permission',
    question: 'Run npm test?',
    options: [
      { label: 'Yes', keys: ['1'] },
      { label: 'No', keys: ['Escape'] },
    ],
  },
};

/** What is asked about an agent that ended its turn with a question. */
export function question(change: Partial<ModelQuestion> = {}): ModelQuestion {
  return {
    project: { repo: 'demo/shop', defaultBranch: 'main' },
    task: {
      label: 'T12',
      brief: 'Describe how to change the port',
      priority: 'medium',
      attempt: 1,
      pullRequestUrl: null,
    },
    session: { host: 'dev1', name: 'fleet-t12', agent: 'claude', branch: 'fleet/t12', isAdopted: false },
    status: {
      state: 'waiting_input',
      forMs: 60_000,
      confidence: 0.9,
      source: 'screen',
      rule: 'claude-code/asks-in-prose',
      evidence: '● In the README, or in a note of its own?',
    },
    asks: ASKS,
    before: null,
    changedFiles: [],
    errors: [],
    messages: [],
    messagesRead: 0,
    leftOut: null,
    screen: ['● Reading the repository', '● In the README, or in a note of its own?'],
    health: null,
    objectives: [],
    strategies: ['investigate-first', 'debate'],
    ...change,
  };
}
