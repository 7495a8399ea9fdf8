import { createHash } from 'node:crypto';
import type {
  Observation,
  PermissionMode,
  Report,
  TranscriptEntry,
  TranscriptLine,
} from '../domain/index.ts';
import {
  type AgentKind,
  type Launch,
  type LaunchWord,
  PASTED,
  PROMPT,
  type ScreenView,
  type Transcripts,
} from './agent-kind.ts';
import { commonAnswers } from './common-answers.ts';
import { ASKING_EVENTS, type CommonHooks, commonContext, reportCommonHook } from './common-hooks.ts';
import { ASKING_TIMEOUT_S, hookCommand, payloadText } from './hook-report.ts';
import { type Fields, fieldsAt, fieldsFrom, textAt, timeAt } from './json-fields.ts';
import { isCursorBehindText, readAgentScreen, type ScreenSigns } from './screen/agent-screen.ts';
import { ansiOf, styleAt } from './screen/ansi-line.ts';
import { below, findPromptBox, lastEntry, lastTurn, type PromptBox } from './screen/live-region.ts';
import {
  LIKELY,
  seen,
  seenBusy,
  seenDialog,
  seenFailure,
  seenRetry,
  seenTextQuestion,
} from './screen/reading.ts';
import {
  messages,
  patchedFiles,
  textOfParts,
  transcriptLine,
  usageFrom,
  writtenFiles,
} from './transcript-line.ts';

const BOX = { top: null, text: /^›(?! \d+\. ) ?(.*)$/u, bottom: null };
const TAKES_CHOICE = /^ {0,2}(?:\w+ \w+ · )?enter \w+ · esc \w+/u;
const SENT_PROMPT = /^› (.+)$/u;
/** `• Working (3s • esc to interrupt)`: the words change, the clock and the hint do not. */
const ACTIVITY = /^\S .*?(\((?:\d+[hms] ?)+ • esc to interrupt\))/u;
const BUSY_TITLE = /^[\u2800-\u28ff] /u;
const BLOCKED_TITLE = /^\[ [!.] \] Action Required/;
const ENTRY = /^[•■✗⚠] /u;
const TURN_TIME = /^ {2}Worked for (?:<?\d+[hms] ?)+/;

const signs: ScreenSigns = {
  name: 'codex',
  dialogs: { takesDigits: false, countsUnnumbered: false },
  findBox,
  readBusy,
  isTyped: isCursorBehindText,
  readTurnEnd,
  farewell: /^To continue this session, run:?|^\s*codex resume \S+$|^Token usage: /,
};

/** The box has no border; what stands under it is status, always indented. */
function findBox(view: ScreenView): PromptBox | null {
  const box = findPromptBox(view.lines, BOX);
  return box !== null && !isChoice(view, box) && below(view.lines, box).every((line) => line.startsWith('  '))
    ? box
    : null;
}

/** The chosen line of a list looks like a box: keys that take it stand under it, and no box has such. */
function isChoice(view: ScreenView, box: PromptBox): boolean {
  const under = view.lines.slice(box.row + 1);
  return !/^[/@$]/u.test(box.text) && under.some((line) => TAKES_CHOICE.test(line));
}

function readBusy(view: ScreenView, box: PromptBox | null): Observation | null {
  if (BLOCKED_TITLE.test(view.title)) {
    const dialog = { promptKind: 'question', question: view.title, options: [] } as const;
    return seenDialog(dialog, 'codex/blocked-title', LIKELY);
  }
  const activity = activityLines(view, box);
  if (activity !== null) {
    if (/reconnecting|retrying|server is busy/i.test(activity))
      return seenRetry('codex/retry-line', activity);
    if (/\bcompacting\b/i.test(activity)) return seen('compacting', 'codex/compacting-line', activity);
    return seenBusy(view, 'codex/activity-line', activity);
  }
  return BUSY_TITLE.test(view.title) ? seenBusy(view, 'codex/busy-title', view.title) : null;
}

/** The activity line and its details; quoted ones have neither the dim clock nor a busy title. */
function activityLines(view: ScreenView, box: PromptBox | null): string | null {
  const end = box?.top ?? view.lines.length;
  for (let index = end - 1; index >= 0 && index >= end - 12; index--) {
    const line = view.lines[index] ?? '';
    const clock = ACTIVITY.exec(line)?.[1];
    if (clock !== undefined) {
      const isLive =
        BUSY_TITLE.test(view.title) ||
        isDim(view, line, clock) ||
        (hasNoStyles(view) && isLowest(view, index, end));
      return isLive
        ? view.lines
            .slice(index, end)
            .filter((detail) => detail !== '')
            .join(' ')
        : null;
    }
  }
  return null;
}

/** A terminal, or a setting, without colours: nothing can be told by them. */
function hasNoStyles(view: ScreenView): boolean {
  return !view.ansiLines().some((line) => line.includes('\u001b['));
}

/** Nothing but its own details, which are indented, stands between it and the box. */
function isLowest(view: ScreenView, index: number, end: number): boolean {
  return view.lines.slice(index + 1, end).every((line) => line === '' || line.startsWith('  '));
}

function isDim(view: ScreenView, line: string, text: string): boolean {
  const ansi = ansiOf(view.ansiLines(), line);
  return ansi !== null && (styleAt(ansi, text) ?? '').includes('d');
}

function readTurnEnd(view: ScreenView, box: PromptBox): Observation {
  const turn = lastTurn(view.lines, box.top, SENT_PROMPT);
  const time = turn.lines.findLast((line) => TURN_TIME.test(line));
  const told = turn.lines.filter(
    (line) => !TURN_TIME.test(line) && !/background terminals? running/.test(line),
  );
  const entry = lastEntry(told, ENTRY);
  const head = entry[0] ?? '';
  if (/^■ Conversation interrupted\b/u.test(head)) return seen('idle', 'codex/interrupted', head);
  if (head.startsWith('■ ')) return seenFailure('codex/failure-notice', entry.join(' '));
  if (time === undefined) return seen('idle', 'codex/free-prompt', head, LIKELY);
  if (/[?？]$/u.test(told.at(-1) ?? '') && head.startsWith('• ')) {
    return seenTextQuestion(
      entry
        .map((line) => line.trim())
        .join(' ')
        .replace(/^\S /u, ''),
      'codex/asks-in-prose',
    );
  }
  return seen('completed', 'codex/turn-time', time);
}

/** `7501;state=blocked:app=codex:kind=permission`: said at every change. Cleared when the program is left or suspended. */
function reportEscape(code: string, text: string, at: Date): Report | null {
  if (code !== '7501') return null;
  const fields = new Map(text.split(':').map((field) => [field.split('=')[0], field.split('=')[1]]));
  const report = { channel: 'terminal', at, detail: `OSC ${code} ${text}` } as const;
  switch (fields.get('state')) {
    case 'working':
      return { ...report, says: { kind: 'working' } };
    case 'idle':
      return { ...report, says: { kind: 'at-prompt' } };
    case 'done':
      return { ...report, says: { kind: 'turn-ended', lastMessage: null, backgroundTasks: 0 } };
    case 'error':
      return { ...report, says: { kind: 'turn-failed', why: '' } };
    case 'blocked': {
      const promptKind = fields.get('kind') === 'question' ? 'question' : 'permission';
      return { ...report, says: { kind: 'asks', promptKind, question: '' } };
    }
    case 'clear':
      return { ...report, says: { kind: 'session-ended' } };
    default:
      return null;
  }
}

/**
 * Seen with 0.169.0. Its `notify` program is not used: it is also told of the turns of a thread of codex's own that names the session, so
 * the first turn seems to end a second after it began.
 */
const hooks: CommonHooks = { questionTools: ['request_user_input'], planTools: [] };

/** Its dialog opens when the hook has ended without an answer. Seen with 0.169.0. */
const answers = commonAnswers({
  notAnswered: hooks.questionTools,
  writingTools: ['apply_patch'],
  showsDialog: false,
});

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
const HOOK_TIMEOUT_S = 3;

/**
 * Codex runs no hook that nobody has trusted: it opens a dialog at the start instead. The trust of a hook is a hash of its definition, under
 * the name of the layer that it comes from, and may come from the command line like the hook itself. So these hooks are trusted for this
 * launch and no others are, whatever the repository brings; the flag that bypasses trust would run those too.
 * Seen with 0.169.0: `hooks/list` of its app server tells name and hash of every hook.
 */
function hookWords(): readonly string[] {
  const events = Object.entries(EVENTS);
  const hooks = events.map(
    ([event]) =>
      `hooks.${event}=[{hooks=[{type="command",command=${tomlText(commandOfHook(event))},timeout=${timeoutOf(event)}}]}]`,
  );
  const trust = events.map(
    ([event, name]) =>
      `"/<session-flags>/config.toml:${name}:0:0"={trusted_hash="${trustedHash(name, event)}"}`,
  );
  return [...hooks, `hooks.state={${trust.join(',')}}`].flatMap((setting) => ['-c', setting]);
}

const commandOfHook = (event: string): string => hookCommand(event, ASKING_EVENTS[event]);
const timeoutOf = (event: string): number =>
  ASKING_EVENTS[event] === undefined ? HOOK_TIMEOUT_S : ASKING_TIMEOUT_S;

/** Keys in the order of the alphabet, as the hashed text has them. */
function trustedHash(name: string, event: string): string {
  const hook = { async: false, command: commandOfHook(event), timeout: timeoutOf(event), type: 'command' };
  const definition = { event_name: name, hooks: [hook] };
  return `sha256:${createHash('sha256').update(JSON.stringify(definition)).digest('hex')}`;
}

/** For plain text, TOML's basic strings are JSON's. */
function tomlText(text: string): string {
  return JSON.stringify(text);
}

function start(permissionMode: PermissionMode, then: readonly LaunchWord[]): Launch {
  return {
    words: [
      'codex',
      // Without this a detached server and an update loop outlive the session.
      '-c',
      'features.daemon_auto_start=false',
      '-c',
      'check_for_update_on_startup=false',
      ...hookWords(),
      ...{
        ask: ['-a', 'on-request', '-s', 'read-only'],
        edits: ['-a', 'on-request', '-s', 'workspace-write'],
        all: ['--dangerously-bypass-approvals-and-sandbox'],
      }[permissionMode],
      ...then,
    ],
    env: {},
    files: [],
  };
}

const USAGE = ['input_tokens', 'output_tokens', 'cached_input_tokens', 'cache_write_input_tokens'] as const;

/**
 * `~/.codex/sessions/2026/11/22/rollout-…-<conversation>.jsonl`: events and what went to the model and back, so every message stands in it
 * twice. The events are what the person saw. Nothing in a name tells the folder. Seen with 0.169.0; older ones name messages otherwise.
 */
const transcripts: Transcripts = {
  countsCacheAsInput: true,
  pattern: (_folder, conversation) =>
    conversation === null ? null : `.codex/sessions/*/*/*/rollout-*-${conversation}.jsonl`,
  read(text) {
    const line = fieldsFrom(text);
    if (line === null) return null;
    const payload = fieldsAt(line, 'payload');
    const isStart = line.type === 'session_meta';
    return transcriptLine({
      at: timeAt(line, 'timestamp'),
      conversation: isStart ? textAt(payload, 'id') : null,
      agentVersion: isStart ? textAt(payload, 'cli_version') : null,
      entries: payload === null ? [] : entriesOf(line.type, payload),
    });
  },
};

function entriesOf(type: unknown, payload: Fields): TranscriptLine['entries'] {
  if (type === 'response_item') return itemEntries(payload);
  if (type !== 'event_msg') return [];
  switch (payload.type) {
    case 'item_completed':
      return messageEntries(fieldsAt(payload, 'item'));
    case 'user_message':
      return messages('user', textAt(payload, 'message') ?? '');
    case 'agent_message':
      return messages('assistant', textAt(payload, 'message') ?? '');
    case 'token_count': {
      const usage = usageFrom(fieldsAt(payload, 'info')?.total_token_usage, USAGE);
      return usage === null ? [] : [{ kind: 'usage', id: null, usage, isTotal: true }];
    }
    case 'task_complete': {
      const failure = fieldsAt(payload, 'error');
      return failure === null
        ? [{ kind: 'turn-ended', lastMessage: textAt(payload, 'last_agent_message') }]
        : [{ kind: 'error', text: textAt(failure, 'message') ?? '', endsTurn: true }];
    }
    case 'error':
    case 'stream_error':
      return [{ kind: 'error', text: textAt(payload, 'message') ?? '', endsTurn: payload.type === 'error' }];
    case 'turn_aborted':
      return [{ kind: 'at-prompt' }];
    default:
      return [];
  }
}

function messageEntries(item: Fields | null): readonly TranscriptEntry[] {
  if (item?.type === 'UserMessage') return messages('user', textOfParts(item.content));
  if (item?.type === 'AgentMessage') return messages('assistant', textOfParts(item.content));
  return [];
}

function itemEntries(item: Fields): readonly TranscriptEntry[] {
  const id = textAt(item, 'call_id');
  const tool = textAt(item, 'name') ?? '';
  switch (item.type) {
    case 'function_call': {
      const input = fieldsFrom(textAt(item, 'arguments') ?? '');
      // Also a shell may be handed a patch.
      const files = tool === 'apply_patch' ? writtenFiles(input) : patchedFiles(commandOf(input));
      return [{ kind: 'tool-call', id, tool, input, files }];
    }
    case 'custom_tool_call':
      return [{ kind: 'tool-call', id, tool, input: item.input, files: writtenFiles(item.input) }];
    case 'local_shell_call':
      return [{ kind: 'tool-call', id, tool: 'local_shell', input: item.action, files: [] }];
    case 'function_call_output':
    case 'custom_tool_call_output': {
      const text = textAt(item, 'output') ?? textOfParts(item.output);
      return [{ kind: 'tool-result', id, isError: hasFailed(text), text: outputOf(text) }];
    }
    default:
      return [];
  }
}

function commandOf(input: Fields | null): string {
  const command = input?.cmd ?? input?.command;
  return Array.isArray(command) ? command.join('\n') : typeof command === 'string' ? command : '';
}

/** How codex tells the model of an exit, above what the command printed. */
function hasFailed(text: string): boolean {
  const head = text.split(/^Output:$/m, 1)[0] ?? '';
  return /^(?:Process exited with code|Exit code:) [1-9]|^aborted by user/m.test(head);
}

function outputOf(text: string): string {
  return (
    /^Output:\n(.*)$/ms.exec(text)?.[1] ??
    text.replaceAll(/^(?:Chunk ID|Wall time|Original token count): .*\n/gm, '')
  );
}

export const codex: AgentKind = {
  name: 'codex',
  title: 'Codex',
  processNames: ['codex'],
  isKnown: true,
  launch: ({ permissionMode }) => start(permissionMode, ['--', PROMPT]),
  readScreen: (view) => readAgentScreen(view, signs),
  interruptKeys: ['Escape'],
  hooks: {
    report: (event, payload, at) => reportCommonHook(hooks, event, payload, at),
    conversation: (payload) => payloadText(payload, 'session_id'),
    answers,
    context: commonContext,
  },
  transcripts,
  stateFile: null,
  resume: ({ permissionMode, conversation }) => start(permissionMode, ['resume', conversation]),
  // "You've hit your usage limit. Upgrade to Pro (…) or try again at 3:05 PM."
  usageLimit: { words: /\busage limit\b/i },
  typing: PASTED,
  escapes: { report: reportEscape },
};
