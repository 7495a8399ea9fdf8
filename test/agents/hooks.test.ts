import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { agentKinds, findAgentKind, type Hooks, payloadFrom } from '../../src/agents/index.ts';
import type { ReportedMoment } from '../../src/domain/index.ts';

const FIXTURES = 'test/fixtures/hooks';
const AT = new Date('2026-11-22T12:00:00Z');

/** What each recorded payload says; null: nothing. */
const EXPECTED: Readonly<Record<string, ReportedMoment | null>> = {
  // The permission request told of it six seconds before.
  'claude/Notification-permission_prompt': null,
  'claude/PermissionRequest-AskUserQuestion': {
    kind: 'asks',
    promptKind: 'question',
    question: 'Which storage should the cache use?',
  },
  'claude/PermissionRequest-Bash': {
    kind: 'asks',
    promptKind: 'permission',
    question: 'Bash: npm install left-pad',
  },
  'claude/PreCompact': { kind: 'compacting' },
  'claude/PostCompact': { kind: 'at-prompt' },
  'claude/PreToolUse-Agent': { kind: 'tool-began', tool: 'Agent' },
  'claude/PreToolUse-AskUserQuestion': { kind: 'tool-began', tool: 'AskUserQuestion' },
  'claude/PreToolUse-Bash': { kind: 'tool-began', tool: 'Bash' },
  'claude/PostToolUse-Agent': { kind: 'tool-ended', tool: 'Agent' },
  'claude/PostToolUse-Bash': { kind: 'tool-ended', tool: 'Bash' },
  'claude/PostToolUseFailure': { kind: 'tool-ended', tool: 'Bash' },
  'claude/SessionStart': { kind: 'session-began' },
  'claude/SessionEnd': { kind: 'session-ended' },
  'claude/Stop': { kind: 'turn-ended', lastMessage: 'Hello.', backgroundTasks: 0 },
  'claude/StopFailure': {
    kind: 'turn-failed',
    why: 'API Error: 500 Internal server error. This is a server-side issue, usually temporary — try again in a moment. If it persists, check your inference gateway (127.0.0.1:8099).',
  },
  'claude/UserPromptSubmit': { kind: 'working' },

  'codex/Interrupt': { kind: 'at-prompt' },
  'codex/PermissionRequest-Bash': {
    kind: 'asks',
    promptKind: 'permission',
    question: 'Bash: npm config get registry',
  },
  'codex/PostToolUse-Bash': { kind: 'tool-ended', tool: 'Bash' },
  'codex/PreToolUse-Bash': { kind: 'tool-began', tool: 'Bash' },
  'codex/SessionStart': { kind: 'session-began' },
  'codex/Stop': { kind: 'turn-ended', lastMessage: 'All finished.', backgroundTasks: 0 },
  'codex/UserPromptSubmit': { kind: 'working' },

  'copilot/agentStop': { kind: 'turn-ended', lastMessage: null, backgroundTasks: 0 },
  'copilot/notification': {
    kind: 'asks',
    promptKind: 'permission',
    question: 'Run command: touch asked-file',
  },
  // It comes for every tool, also where nobody is asked.
  'copilot/permissionRequest': null,
  'copilot/postToolUse': { kind: 'tool-ended', tool: 'bash' },
  'copilot/preToolUse': { kind: 'tool-began', tool: 'bash' },
  'copilot/sessionStart': { kind: 'session-began' },
  'copilot/userPromptSubmitted': { kind: 'working' },

  'gemini/AfterAgent': { kind: 'turn-ended', lastMessage: 'All finished.', backgroundTasks: 0 },
  'gemini/AfterTool': { kind: 'tool-ended', tool: 'run_shell_command' },
  'gemini/BeforeAgent': { kind: 'working' },
  'gemini/BeforeTool': { kind: 'tool-began', tool: 'run_shell_command' },
  'gemini/Notification': { kind: 'asks', promptKind: 'permission', question: 'touch asked-file' },
  // It comes at every turn, whether anything is compressed or not.
  'gemini/PreCompress': null,
  'gemini/SessionStart': { kind: 'session-began' },

  'opencode/message.updated-stop': { kind: 'turn-ended', lastMessage: 'All finished.', backgroundTasks: 0 },
  'opencode/message.updated-tool-calls': null,
  'opencode/permission.asked': {
    kind: 'asks',
    promptKind: 'permission',
    question: 'bash: touch asked-file',
  },
  'opencode/permission.replied': { kind: 'working' },
  'opencode/session.created': { kind: 'session-began' },
  'opencode/session.error': { kind: 'turn-failed', why: 'boom' },
  'opencode/session.idle': { kind: 'at-prompt' },
  'opencode/session.status-busy': { kind: 'working' },

  'qwen/Notification-idle_prompt': { kind: 'at-prompt' },
  'qwen/PermissionRequest-run_shell_command': {
    kind: 'asks',
    promptKind: 'permission',
    question: 'run_shell_command: touch asked-file',
  },
  'qwen/PostToolUse-run_shell_command': { kind: 'tool-ended', tool: 'run_shell_command' },
  'qwen/PostToolUse-todo_write': { kind: 'tool-ended', tool: 'todo_write' },
  'qwen/PreToolUse-run_shell_command': { kind: 'tool-began', tool: 'run_shell_command' },
  'qwen/PreToolUse-todo_write': { kind: 'tool-began', tool: 'todo_write' },
  'qwen/SessionStart': { kind: 'session-began' },
  'qwen/Stop': {
    kind: 'turn-ended',
    lastMessage: 'The pull request is open: https://github.com/acme/demo-app/pull/42',
    backgroundTasks: 0,
  },
  'qwen/UserPromptSubmit': { kind: 'working' },
};

function hooksOf(name: string): Hooks {
  const hooks = findAgentKind(name)?.hooks;
  if (hooks === null || hooks === undefined) throw new Error(`${name} has no hooks`);
  return hooks;
}

function recorded(): readonly string[] {
  return readdirSync(FIXTURES).flatMap((kind) =>
    readdirSync(join(FIXTURES, kind))
      .filter((file) => file.endsWith('.json'))
      .map((file) => `${kind}/${file.slice(0, -'.json'.length)}`),
  );
}

function payloadOf(path: string): unknown {
  return payloadFrom(readFileSync(join(FIXTURES, `${path}.json`), 'utf8'));
}

/** `claude/PreToolUse-Bash` is a payload of the event PreToolUse. */
function partsOf(path: string): { readonly kind: string; readonly event: string } {
  const [kind = '', file = ''] = path.split('/');
  return { kind, event: file.split('-', 1)[0] ?? '' };
}

test.each(recorded())('%s says what it is known to say', (path) => {
  const { kind, event } = partsOf(path);
  const report = hooksOf(kind).report(event, payloadOf(path), AT);
  expect(Object.keys(EXPECTED)).toContain(path);
  expect(report?.says ?? null).toEqual(EXPECTED[path]);
  if (report !== null) expect(report).toMatchObject({ channel: 'hook', at: AT });
});

test.each(
  recorded().filter((path) => !path.startsWith('opencode/message') && !path.includes('/permission.')),
)('%s names its conversation', (path) => {
  const { kind } = partsOf(path);
  expect(hooksOf(kind).conversation(payloadOf(path))).toMatch(/^(?:[0-9a-f-]{36}|ses_\w+)$/);
});

describe('payloads that nobody expects', () => {
  const events = [...new Set(recorded().map((path) => partsOf(path).event)), 'Unheard', '', '__proto__'];
  const payloads: readonly unknown[] = [
    null,
    undefined,
    7,
    '',
    'no JSON at all',
    [],
    {},
    { tool_name: 5, toolName: [], tool_input: 'x', background_tasks: 'many', properties: 3, details: [] },
    { tool_name: '__proto__', tool_input: { questions: [null, 3, { question: {} }] } },
    '{"tool_name": "Bash", "tool_input": {"command": "',
  ];

  test.each(agentKinds.flatMap((kind) => (kind.hooks === null ? [] : [{ name: kind.name, kind }])))(
    '$name is silent or says something of them, and never fails',
    ({ kind }) => {
      for (const event of events) {
        for (const payload of payloads) {
          const report = kind.hooks?.report(event, payload, AT);
          expect(report === null || report?.channel === 'hook').toBe(true);
          const conversation = kind.hooks?.conversation(payload);
          expect(conversation === null || typeof conversation === 'string').toBe(true);
        }
        if (event === 'Unheard') expect(kind.hooks?.report(event, {}, AT)).toBeNull();
      }
    },
  );

  test('of a payload that was cut, what can still be read counts', () => {
    const { report } = hooksOf('claude');
    const cut =
      '{"session_id":"s","tool_name":"Write","tool_input":{"content":"\\"tool_name\\":\\"Bash\\" [cut: 9';
    expect(report('PreToolUse', cut, AT)?.says).toEqual({ kind: 'tool-began', tool: 'Write' });
    // Whether something goes on in the background stood at its end.
    expect(report('Stop', '{"last_assistant_message":"Done', AT)?.says).toEqual({ kind: 'at-prompt' });
  });
});

describe('a turn of claude, as its hooks told it', () => {
  function saidIn(timeline: string): readonly ReportedMoment[] {
    const told: unknown = payloadFrom(
      readFileSync(join(FIXTURES, 'claude', 'timelines', `${timeline}.json`), 'utf8'),
    );
    if (!Array.isArray(told)) throw new Error(`${timeline} is no list`);
    return told.flatMap(
      (one: { readonly event: string; readonly payload: unknown }) =>
        hooksOf('claude').report(one.event, one.payload, AT)?.says ?? [],
    );
  }

  test('a command that runs on in the background is counted', () => {
    expect(saidIn('background-shell')).toMatchObject([
      { kind: 'session-began' },
      { kind: 'working' },
      { kind: 'tool-began', tool: 'Bash' },
      { kind: 'tool-ended', tool: 'Bash' },
      { kind: 'turn-ended', backgroundTasks: 1 },
      { kind: 'working' },
      { kind: 'turn-ended', backgroundTasks: 1 },
    ]);
  });

  test('what a subagent does is work, and its end is not the turn’s', () => {
    expect(saidIn('subagent-running').map((says) => says.kind)).toEqual([
      'session-began',
      'working',
      'tool-began',
      'tool-began',
      'tool-ended',
      'tool-ended',
      'turn-ended',
    ]);
  });

  test('a compaction that was asked for ends at the prompt', () => {
    expect(saidIn('compacting').slice(-2)).toEqual([{ kind: 'compacting' }, { kind: 'at-prompt' }]);
  });

  test('a failed request ends the turn', () => {
    expect(saidIn('api-500-final').at(-1)).toMatchObject({ kind: 'turn-failed' });
  });

  test.each([
    ['a task that has ended', [{ status: 'completed' }], 0],
    ['a task that does not say how it is', [{ id: 'x' }], 1],
    ['a task among others', [{ status: 'failed' }, { status: 'running' }, { status: 'pending' }], 2],
  ])('%s is counted as it should be', (_name, tasks, count) => {
    const payload = { last_assistant_message: 'Done.', background_tasks: tasks };
    expect(hooksOf('claude').report('Stop', payload, AT)?.says).toMatchObject({ backgroundTasks: count });
  });
});
