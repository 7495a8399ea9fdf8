import { spawn } from 'node:child_process';
import { z } from 'zod';

/** Tells what the agent does, as agents with hooks do. Events arrive in the order told; none can hold the agent up. */
export type AgentHooks = {
  tell(event: string, payload?: Readonly<Record<string, unknown>>): void;
  /** Whether a tool may be used. Null: nobody said so, and nobody will. */
  askPermission(payload: Readonly<Record<string, unknown>>): Promise<Permission | null>;
  /** What the agent is to go on with in place of ending its turn; null: it may end. */
  askToStop(lastMessage: string): Promise<string | null>;
  /** Everything that was told has been handed over, or cannot be. */
  settled(): Promise<void>;
};

export type Permission =
  | { readonly behavior: 'allow' }
  | { readonly behavior: 'deny'; readonly message: string };

const ASKS_FOR_S = '86000';

/**
 * Runs `sh "$FLEET_HOOK" EVENT` with the payload as JSON on its standard input. Without FLEET_HOOK nothing is told.
 * @param onContext called with what a hook has for the agent to know
 */
export function openAgentHooks(
  env: NodeJS.ProcessEnv,
  sessionId: string | null,
  onContext: (text: string) => void,
): AgentHooks {
  const { FLEET_HOOK: script } = env;
  let told: Promise<unknown> = Promise.resolve();
  const run = (event: string, payload: Readonly<Record<string, unknown>>, ...more: readonly string[]) => {
    if (script === undefined) return Promise.resolve('');
    const text = JSON.stringify({ session_id: sessionId, hook_event_name: event, ...payload });
    return told.then(() => runHook(script, [event, ...more], text));
  };
  return {
    tell(event, payload = {}) {
      told = run(event, payload).then((text) => {
        const printed = contextPrinted.safeParse(jsonOf(text));
        if (printed.success) onContext(printed.data.hookSpecificOutput.additionalContext);
      });
    },
    async askPermission(payload) {
      const printed = permissionPrinted.safeParse(
        jsonOf(await run('PermissionRequest', payload, ASKS_FOR_S)),
      );
      return printed.success ? printed.data.hookSpecificOutput.decision : null;
    },
    async askToStop(lastMessage) {
      const asked = run('Stop', { last_assistant_message: lastMessage }, ASKS_FOR_S, 'guided');
      told = asked;
      const printed = stopPrinted.safeParse(jsonOf(await asked));
      return printed.success ? printed.data.reason : null;
    },
    settled: async () => void (await told),
  };
}

const permissionPrinted = z.object({
  hookSpecificOutput: z.object({
    decision: z.discriminatedUnion('behavior', [
      z.object({ behavior: z.literal('allow') }),
      z.object({ behavior: z.literal('deny'), message: z.string() }),
    ]),
  }),
});
const contextPrinted = z.object({ hookSpecificOutput: z.object({ additionalContext: z.string() }) });
const stopPrinted = z.object({ decision: z.literal('block'), reason: z.string() });

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** What it printed. */
function runHook(script: string, words: readonly string[], payload: string): Promise<string> {
  return new Promise((done) => {
    let printed = '';
    const hook = spawn('sh', [script, ...words], { stdio: ['pipe', 'pipe', 'ignore'] });
    // It may be gone before it has read everything, or never have started: the agent works on all the same.
    hook.on('error', () => done('')).on('close', () => done(printed));
    hook.stdout.setEncoding('utf8').on('data', (text: string) => {
      printed += text;
    });
    hook.stdin.on('error', () => undefined);
    hook.stdin.end(payload);
  });
}
