import { createHash } from 'node:crypto';
import { hookCommand } from './hook-report.ts';

/** Event names as the configuration writes them, and as the trust of a hook does. */
const EVENTS = {
  SessionStart: 'session_start',
  UserPromptSubmit: 'user_prompt_submit',
  PreToolUse: 'pre_tool_use',
  PermissionRequest: 'permission_request',
  PostToolUse: 'post_tool_use',
  PreCompact: 'pre_compact',
  PostCompact: 'post_compact',
  Stop: 'stop',
  Interrupt: 'interrupt',
  SessionEnd: 'session_end',
};

/** The most that SessionEnd and Interrupt may have. */
const TIMEOUT_S = 3;

/**
 * Codex runs no hook that nobody has trusted: it opens a dialog at the start instead. The trust of a hook is a hash of its definition, under
 * the name of the layer that it comes from, and may come from the command line like the hook itself. So these hooks are trusted for this
 * launch and no others are, whatever the repository brings; the flag that bypasses trust would run those too.
 * Seen with 0.169.0: `hooks/list` of its app server tells name and hash of every hook.
 */
export function codexHookWords(): readonly string[] {
  const events = Object.entries(EVENTS);
  const hooks = events.map(
    ([event]) =>
      `hooks.${event}=[{hooks=[{type="command",command=${tomlText(hookCommand(event))},timeout=${TIMEOUT_S}}]}]`,
  );
  const trust = events.map(
    ([event, name]) =>
      `"/<session-flags>/config.toml:${name}:0:0"={trusted_hash="${trustedHash(name, hookCommand(event))}"}`,
  );
  return [...hooks, `hooks.state={${trust.join(',')}}`].flatMap((setting) => ['-c', setting]);
}

/** Keys in the order of the alphabet, as the hashed text has them. */
function trustedHash(name: string, command: string): string {
  const definition = {
    event_name: name,
    hooks: [{ async: false, command, timeout: TIMEOUT_S, type: 'command' }],
  };
  return `sha256:${createHash('sha256').update(JSON.stringify(definition)).digest('hex')}`;
}

/** For plain text, TOML's basic strings are JSON's. */
function tomlText(text: string): string {
  return JSON.stringify(text);
}
