import type { Report, ReportedMoment } from '../domain/index.ts';
import type { HookContext } from './agent-kind.ts';
import { type Asking, hookCommand, hookReport, payloadText } from './hook-report.ts';
import { fieldsAt, isFields, listAt, textAt } from './json-fields.ts';

/** What the agents differ in that took over Claude Code's names for events and fields. */
export type CommonHooks = {
  /** Tools whose permission request is a question to the person. */
  readonly questionTools: readonly string[];
  /** Tools whose permission request shows a plan. */
  readonly planTools: readonly string[];
};

/** Events that wait for an answer. All others only tell. */
export const ASKING_EVENTS: Readonly<Record<string, Asking>> = {
  PermissionRequest: 'asks',
  Stop: 'asks-if-guided',
};

/** The settings that run `hookCommand` at these events; times in the agent's unit. Agents show the name where they show hooks at all. */
export function hookSettings(
  events: readonly string[],
  timeout: number,
  asking: { readonly events: Readonly<Record<string, Asking>>; readonly timeout: number } = NOTHING_ASKED,
): string {
  const hooks: Record<string, unknown> = {};
  for (const event of events) {
    const how = asking.events[event] ?? 'tells';
    const command = {
      type: 'command',
      name: 'fleet-director',
      command: hookCommand(event, how),
      timeout: how === 'tells' ? timeout : asking.timeout,
    };
    hooks[event] = [{ hooks: [command] }];
  }
  return JSON.stringify({ hooks });
}

const NOTHING_ASKED = { events: {}, timeout: 0 };

/** At the beginning, with each prompt, and in the middle of a turn, which may take hours. */
export const commonContext: HookContext = {
  events: ['SessionStart', 'UserPromptSubmit', 'PostToolUse'],
  printed: (event, text) =>
    JSON.stringify({ hookSpecificOutput: { hookEventName: event, additionalContext: text } }),
};

export function reportCommonHook(
  kind: CommonHooks,
  event: string,
  payload: unknown,
  at: Date,
): Report | null {
  const says = momentOf(kind, event, payload);
  if (says === null) return null;
  const told = says.kind === 'asks' ? says.question : payloadText(payload, 'tool_name');
  return hookReport(says, at, [event, told].filter((part) => part !== null && part !== '').join(' '));
}

function momentOf(kind: CommonHooks, event: string, payload: unknown): ReportedMoment | null {
  const tool = payloadText(payload, 'tool_name') ?? '';
  switch (event) {
    case 'SessionStart':
      // After a compaction the session goes on as it was.
      return payloadText(payload, 'source') === 'compact' ? null : { kind: 'session-began' };
    case 'SessionEnd':
      // The program lives on, with another conversation.
      return ['clear', 'resume'].includes(payloadText(payload, 'reason') ?? '')
        ? null
        : { kind: 'session-ended' };
    case 'UserPromptSubmit':
      return { kind: 'working' };
    case 'PreToolUse':
      return { kind: 'tool-began', tool };
    case 'PostToolUse':
      return { kind: 'tool-ended', tool };
    case 'PostToolUseFailure':
      return isFields(payload) && payload.is_interrupt === true
        ? { kind: 'at-prompt' }
        : { kind: 'tool-ended', tool };
    case 'PermissionRequest':
      return askedBy(kind, tool, payload);
    case 'PreCompact':
      return { kind: 'compacting' };
    case 'PostCompact':
      return payloadText(payload, 'trigger') === 'manual' ? { kind: 'at-prompt' } : { kind: 'working' };
    case 'Stop':
      // Cut: what would tell whether work goes on in the background is missing.
      if (!isFields(payload)) return { kind: 'at-prompt' };
      return {
        kind: 'turn-ended',
        lastMessage: payloadText(payload, 'last_assistant_message'),
        backgroundTasks: listAt(payload, 'background_tasks').filter(isRunning).length,
      };
    case 'StopFailure':
      return {
        kind: 'turn-failed',
        why: payloadText(payload, 'last_assistant_message') ?? payloadText(payload, 'error') ?? '',
      };
    case 'Interrupt':
      return { kind: 'at-prompt' };
    case 'Notification':
      // A dialog was told by its permission request already, and in better words.
      return payloadText(payload, 'notification_type') === 'idle_prompt' ? { kind: 'at-prompt' } : null;
    default:
      return null;
  }
}

function askedBy(kind: CommonHooks, tool: string, payload: unknown): ReportedMoment {
  const input = fieldsAt(payload, 'tool_input');
  if (kind.questionTools.includes(tool)) {
    const questions = listAt(input, 'questions').flatMap((each) => textAt(each, 'question') ?? []);
    return { kind: 'asks', promptKind: 'question', question: questions.join('\n') };
  }
  if (kind.planTools.includes(tool)) {
    return { kind: 'asks', promptKind: 'plan_approval', question: textAt(input, 'plan') ?? '' };
  }
  const about = ['command', 'file_path', 'url', 'description'].flatMap((key) => textAt(input, key) ?? [])[0];
  const question = about === undefined ? tool : `${tool}: ${about}`;
  return { kind: 'asks', promptKind: 'permission', question };
}

/** A task that does not tell how it is counts as running. */
function isRunning(task: unknown): boolean {
  const status = textAt(task, 'status');
  return status === null || status === 'running' || status === 'pending';
}
