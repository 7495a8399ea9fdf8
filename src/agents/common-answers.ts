import type { HookAnswer, ToolUse } from '../domain/index.ts';
import type { Asked, HookAnswers } from './agent-kind.ts';
import { payloadText } from './hook-report.ts';
import { type Fields, fieldsAt, isFields, textAt } from './json-fields.ts';

/** What the agents differ in that took over Claude Code's hooks, as far as their hooks can answer. */
export type CommonAnswers = {
  /** Tools whose permission request is a question or a plan: nothing that yes or no would answer. */
  readonly notAnswered: readonly string[];
  readonly writingTools: readonly string[];
  readonly showsDialog: boolean;
};

export function commonAnswers(kind: CommonAnswers): HookAnswers {
  return {
    showsDialog: kind.showsDialog,
    asked(event, payload): Asked | null {
      if (event === 'Stop') return { kind: 'stop', said: payloadText(payload, 'last_assistant_message') };
      // Of a payload that was cut nobody can tell what would be allowed.
      if (event !== 'PermissionRequest' || !isFields(payload)) return null;
      const tool = textAt(payload, 'tool_name');
      const input = fieldsAt(payload, 'tool_input');
      if (tool === null || input === null || kind.notAnswered.includes(tool)) return null;
      return { kind: 'permission', tool, use: toolUse(input, kind.writingTools.includes(tool)) };
    },
    printed: (event, answer) =>
      event === 'Stop'
        ? printedOnStop(answer)
        : decided(answer, (decision) => ({
            hookSpecificOutput: { hookEventName: 'PermissionRequest', decision },
          })),
  };
}

/** What an input asks for, by the names that its fields have with most agents. */
export function toolUse(input: Fields, writes: boolean): ToolUse {
  const command = commandIn(input.command ?? input.cmd);
  if (command !== null) return { kind: 'run', command };
  const path = textAt(input, 'file_path') ?? textAt(input, 'notebook_path') ?? textAt(input, 'path');
  if (path !== null) return { kind: writes ? 'write' : 'read', path };
  const url = textAt(input, 'url');
  return url === null ? { kind: 'other', input: JSON.stringify(input) } : { kind: 'fetch', url };
}

function commandIn(value: unknown): string | null {
  if (typeof value === 'string') return value;
  if (!Array.isArray(value) || !value.every((word): word is string => typeof word === 'string')) return null;
  return value
    .map((word) => (/^[\w./:=@%+,-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`))
    .join(' ');
}

type Decision = { readonly behavior: 'allow' } | { readonly behavior: 'deny'; readonly message: string };

export function decided(answer: HookAnswer, inWords: (decision: Decision) => unknown): string {
  switch (answer.kind) {
    case 'allow':
      return JSON.stringify(inWords({ behavior: 'allow' }));
    case 'deny':
      return JSON.stringify(inWords({ behavior: 'deny', message: answer.reason }));
    case 'go-on':
    case 'leave':
      return '';
  }
}

/** The agent takes the reason for its next prompt. */
export function printedOnStop(answer: HookAnswer): string {
  return answer.kind === 'go-on' ? JSON.stringify({ decision: 'block', reason: answer.guidance }) : '';
}
