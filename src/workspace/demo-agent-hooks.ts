import { spawn } from 'node:child_process';

/** Tells what the agent does, as agents with hooks do. Events arrive in the order told; none can hold the agent up. */
export type AgentHooks = {
  tell(event: string, payload?: Readonly<Record<string, unknown>>): void;
  /** Everything that was told has been handed over, or cannot be. */
  settled(): Promise<void>;
};

/** Runs `sh "$FLEET_HOOK" EVENT` with the payload as JSON on its standard input. Without FLEET_HOOK nothing is told. */
export function openAgentHooks(env: NodeJS.ProcessEnv, sessionId: string | null): AgentHooks {
  const { FLEET_HOOK: script } = env;
  let told = Promise.resolve();
  return {
    tell(event, payload = {}) {
      if (script === undefined) return;
      const text = JSON.stringify({ session_id: sessionId, hook_event_name: event, ...payload });
      told = told.then(() => runHook(script, event, text));
    },
    settled: () => told,
  };
}

function runHook(script: string, event: string, payload: string): Promise<void> {
  return new Promise((done) => {
    const hook = spawn('sh', [script, event], { stdio: ['pipe', 'ignore', 'ignore'] });
    // It may be gone before it has read everything, or never have started: the agent works on all the same.
    hook.on('error', () => done()).on('close', () => done());
    hook.stdin.on('error', () => undefined);
    hook.stdin.end(payload);
  });
}
