import { err, ok } from '../domain/index.ts';
import type { ModelOutcome } from './model-failure.ts';
import { estimateTokens } from './prompt.ts';
import type { Protocol } from './protocol.ts';

/** `about`: words that the question holds; left out: any question. `reply`: what a model would write, as a value or word for word. */
export type ScriptedReply = {
  readonly about?: string;
  readonly reply: unknown;
};

/** No service and no model: what is written down is answered, the first that fits. Tokens are counted as a service might. */
export function createScriptedProtocol(
  replies: readonly (ScriptedReply | { readonly about?: string; readonly fails: ModelOutcome })[],
): Protocol {
  return {
    name: 'scripted',
    async ask({ stable, fresh }) {
      const usage = { input: estimateTokens(fresh), output: 0, cacheRead: 0, cacheWrite: 0 };
      const question = [...stable.slice(1), fresh].join('\n');
      const found = replies.find(({ about }) => about === undefined || question.includes(about));
      if (found === undefined) return { words: err({ kind: 'unscripted' }), usage };
      if ('fails' in found) return { words: err(found.fails), usage };
      const words = typeof found.reply === 'string' ? found.reply : JSON.stringify(found.reply);
      return { words: ok(words), usage: { ...usage, output: estimateTokens(words) } };
    },
  };
}
