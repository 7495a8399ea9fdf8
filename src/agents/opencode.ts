import type { Observation, PermissionMode, Report, ReportedMoment, ToolUse } from '../domain/index.ts';
import {
  type AgentKind,
  type Asked,
  type HookAnswers,
  type Launch,
  PASTED,
  type ScreenView,
  withPromptOption,
} from './agent-kind.ts';
import { decided } from './common-answers.ts';
import { ASKS_FOR_S, hookReport } from './hook-report.ts';
import { fieldsAt, listAt, textAt } from './json-fields.ts';
import { readAgentScreen, type ScreenSigns, statusLine } from './screen/agent-screen.ts';
import { linesAbove, type PromptBox } from './screen/live-region.ts';
import { findOverlay } from './screen/overlay.ts';
import {
  LIKELY,
  seen,
  seenBusy,
  seenDialog,
  seenFailure,
  seenRetry,
  seenTextQuestion,
} from './screen/reading.ts';

const BOTTOM = /^\s*╹▀{6,}/u;
const SIDE = /^\s*┃(.*)$/u;
const PLACEHOLDER = /^Ask anything…/u;
/** `■■■⬝⬝⬝⬝⬝  esc interrupt`; a narrow screen has the last word in the next line. */
const ACTIVITY = /\besc (?:again to )?(?:to )?interrupt\b|^\s*[■⬝]{4,}\s+esc\b/u;
/** `▣  Build · Demo 1 · 1.5s`: the line under an answer; without a time the turn did not end by itself. */
const SIGNATURE = /^\s+▣ {2}\S/u;

const signs: ScreenSigns = {
  name: 'opencode',
  dialogs: { takesDigits: false, countsUnnumbered: false },
  findBox,
  readBusy,
  isTyped: (_view, box) => box.text !== '' && !PLACEHOLDER.test(box.text),
  readTurnEnd,
  farewell: /^\s*Continue\s+opencode -s \S+/,
};

/** A list, a page or a question over the rest of the screen takes the keys. */
function readOverlay(view: ScreenView): Observation | null {
  const title = findOverlay(view);
  const dialog = { promptKind: 'menu', question: title ?? '', options: [] } as const;
  return title === null ? null : seenDialog(dialog, 'opencode/overlay');
}

/** The box has a bar at the left and a foot: text, an empty line, agent and model, foot. */
function findBox(view: ScreenView): PromptBox | null {
  const bottom = view.lines.findLastIndex((line) => BOTTOM.test(line));
  if (bottom === -1) return null;
  let top = bottom;
  while (SIDE.test(view.lines[top - 1] ?? '')) top--;
  if (bottom - top < 3) return null;
  // Beside the box, past the end of its foot, a wide screen has a column with facts about the session.
  const width = (view.lines[bottom] ?? '').length;
  const text = view.lines
    .slice(top, bottom - 1)
    .map((line) => (SIDE.exec(line.slice(0, width))?.[1] ?? '').trim())
    .filter((line) => line !== '')
    .join('\n');
  return { top, bottom, row: top + 1, text };
}

function readBusy(view: ScreenView, box: PromptBox | null): Observation | null {
  const activity = statusLine(view, box, ACTIVITY);
  if (activity === null) return null;
  if (/\bretry(?:ing)?\b|attempt #?\d/i.test(activity)) return seenRetry('opencode/retry-line', activity);
  if (/\bcompact/i.test(activity)) return seen('compacting', 'opencode/compacting-line', activity);
  return seenBusy(view, 'opencode/interrupt-hint', activity);
}

function readTurnEnd(view: ScreenView, box: PromptBox): Observation {
  const width = (view.lines[box.bottom] ?? '').length;
  const lines = view.lines.slice(0, box.top).map((line) => line.slice(0, width).trimEnd());
  const at = lines.findLastIndex((line) => SIGNATURE.test(line));
  const signature = lines[at];
  if (signature === undefined)
    return seen('idle', 'opencode/free-prompt', linesAbove(lines, lines.length, 1)[0] ?? '', LIKELY);
  // Under the signature only a failure of that turn is shown, behind the same bar as a question of the user.
  const under = lines
    .slice(at + 1)
    .map((line) => (SIDE.exec(line)?.[1] ?? '').trim())
    .join(' ')
    .trim();
  if (/\berror\b|failed|\b[45]\d\d\b|unauthorized|rate limit|overloaded/i.test(under)) {
    return seenFailure('opencode/failure-notice', under);
  }
  if (!/· (?:\d+h ?)?(?:\d+m ?)?[\d.]+m?s$/u.test(signature))
    return seen('idle', 'opencode/stopped', signature);
  const last = linesAbove(lines, at, 1)[0] ?? '';
  if (/[?？]$/u.test(last) && !SIDE.test(last))
    return seenTextQuestion(last.trim(), 'opencode/asks-in-prose');
  return seen('completed', 'opencode/turn-time', signature);
}

/**
 * Seen with 1.18.33: a plugin, which is a file that the launch's own configuration names. It hands on what tells of a session's state, one
 * event after the other, each with the text that the agent wrote last. Sessions of subagents count only where they ask for something.
 * There is no hook for permissions: the plugin answers by the program's own server, which only `client._client` reaches with a reason.
 */
const PLUGIN_SOURCE = `import { spawn } from 'node:child_process';
import { readFile } from 'node:fs/promises';

const asks = 'permission.asked';
const told = /^(?:session\\.(?:created|status|idle|error|compacted)|(?:permission|question)\\.\\w+|message\\.updated)$/;

export const FleetDirector = async ({ client }) => {
  const children = new Set();
  let lastMessage = null;
  let queue = Promise.resolve();
  const tell = (event, ...more) =>
    new Promise((done) => {
      let printed = '';
      const words = [process.env.FLEET_HOOK, event.type, ...more];
      const hook = spawn('sh', words, { stdio: ['pipe', 'pipe', 'ignore'] });
      hook.on('error', () => done('')).on('close', () => done(printed));
      hook.stdout.setEncoding('utf8').on('data', (text) => (printed += text));
      hook.stdin.on('error', () => {});
      hook.stdin.end(JSON.stringify({ ...event, lastMessage }));
    });
  const ask = async (event) => {
    const printed = await tell(event, '${ASKS_FOR_S}');
    if (printed === '') return;
    const headers = { 'Content-Type': 'application/json' };
    const path = { requestID: event.properties.id };
    await client._client.post({ url: '/permission/{requestID}/reply', path, headers, body: JSON.parse(printed) });
  };
  return {
    event: async ({ event }) => {
      const { info, part, sessionID } = event.properties ?? {};
      if (info?.parentID !== undefined && event.type === 'session.created') children.add(info.id);
      if (event.type === 'message.part.updated' && part?.type === 'text' && !children.has(part.sessionID)) {
        lastMessage = part.text;
      }
      if (!process.env.FLEET_HOOK || !told.test(event.type)) return;
      if (children.has(sessionID ?? info?.sessionID) && !/^(?:permission|question)/.test(event.type)) return;
      if (event.type === 'message.updated' && info?.time?.completed === undefined) return;
      // One that waits for people holds up nothing that comes after it.
      queue = queue.then(() => (event.type === asks ? void ask(event).catch(() => {}) : tell(event)));
    },
    'experimental.chat.system.transform': async (_input, output) => {
      const list = await readFile(process.env.FLEET_NEIGHBOURS ?? '', 'utf8').catch(() => '');
      if (list !== '') output.system.push(list);
    },
  };
};
`;

/** Its dialog is on the screen while the hook waits, and whichever answer comes first counts. */
const answers: HookAnswers = {
  showsDialog: true,
  asked(event, payload): Asked | null {
    const properties = fieldsAt(payload, 'properties');
    const tool = textAt(properties, 'permission');
    if (event !== 'permission.asked' || properties === null || tool === null) return null;
    const patterns = listAt(properties, 'patterns').filter((each) => typeof each === 'string');
    return { kind: 'permission', tool, use: useOf(tool, patterns, fieldsAt(properties, 'metadata')) };
  },
  printed: (_event, answer) =>
    decided(answer, (decision) =>
      decision.behavior === 'allow' ? { reply: 'once' } : { reply: 'reject', message: decision.message },
    ),
};

/** In the words of its permissions, which tools share. */
function useOf(permission: string, patterns: readonly string[], metadata: unknown): ToolUse {
  const [first = ''] = patterns;
  switch (permission) {
    case 'bash':
      return { kind: 'run', command: textAt(metadata, 'command') ?? patterns.join('\n') };
    case 'edit':
      return { kind: 'write', path: textAt(metadata, 'filepath') ?? first };
    case 'read':
      return { kind: 'read', path: first };
    case 'webfetch':
      return { kind: 'fetch', url: textAt(metadata, 'url') ?? first };
    default:
      return { kind: 'other', input: JSON.stringify({ patterns, metadata }) };
  }
}

function reportHook(event: string, payload: unknown, at: Date): Report | null {
  const properties = fieldsAt(payload, 'properties');
  const says = momentOf(event, payload, properties);
  if (says === null) return null;
  const told = says.kind === 'asks' ? says.question : (textAt(fieldsAt(properties, 'status'), 'type') ?? '');
  return hookReport(says, at, `${event} ${told}`.trimEnd());
}

function momentOf(event: string, payload: unknown, properties: unknown): ReportedMoment | null {
  switch (event) {
    case 'session.created':
      return { kind: 'session-began' };
    case 'session.status':
      return textAt(fieldsAt(properties, 'status'), 'type') === 'idle'
        ? { kind: 'at-prompt' }
        : { kind: 'working' };
    case 'session.idle':
    case 'session.compacted':
      return { kind: 'at-prompt' };
    case 'session.error':
      return failed(fieldsAt(properties, 'error'));
    case 'permission.asked': {
      const what = listAt(properties, 'patterns').filter((each) => typeof each === 'string');
      const question = [textAt(properties, 'permission') ?? '', what.join(' ')].join(': ');
      return { kind: 'asks', promptKind: 'permission', question };
    }
    case 'question.asked': {
      const questions = listAt(properties, 'questions').flatMap((each) => textAt(each, 'question') ?? []);
      return { kind: 'asks', promptKind: 'question', question: questions.join('\n') };
    }
    case 'permission.replied':
    case 'question.replied':
    case 'question.rejected':
      return { kind: 'working' };
    case 'message.updated':
      return ended(fieldsAt(properties, 'info'), textAt(payload, 'lastMessage'));
    default:
      return null;
  }
}

function ended(message: unknown, lastMessage: string | null): ReportedMoment | null {
  const error = fieldsAt(message, 'error');
  if (error !== null) return failed(error);
  // Its answer called tools, so the turn goes on.
  const finish = textAt(message, 'finish');
  if (textAt(message, 'role') !== 'assistant' || finish === null || finish === 'tool-calls') return null;
  return { kind: 'turn-ended', lastMessage, backgroundTasks: 0 };
}

function failed(error: unknown): ReportedMoment {
  return textAt(error, 'name') === 'MessageAbortedError'
    ? { kind: 'at-prompt' }
    : { kind: 'turn-failed', why: textAt(fieldsAt(error, 'data'), 'message') ?? textAt(error, 'name') ?? '' };
}

/** Questions may be those of a subagent's session. */
function conversationOf(payload: unknown): string | null {
  const isOwn = textAt(payload, 'type')?.startsWith('session.') === true;
  return isOwn ? textAt(fieldsAt(payload, 'properties'), 'sessionID') : null;
}

function start(permissionMode: PermissionMode, conversation: readonly string[]): Launch {
  const auto = permissionMode === 'all' ? ['--auto'] : [];
  return {
    words: ['opencode', ...auto, ...conversation],
    env: {
      OPENCODE_DISABLE_AUTOUPDATE: '1',
      // opencode itself puts the variable in.
      OPENCODE_CONFIG_CONTENT: JSON.stringify({ plugin: ['file://{env:FLEET_HOOK}.js'] }),
      OPENCODE_PERMISSION: JSON.stringify(
        {
          ask: { edit: 'ask', bash: 'ask', webfetch: 'ask' },
          edits: { edit: 'allow', bash: 'ask', webfetch: 'ask' },
          all: { edit: 'allow', bash: 'allow', webfetch: 'allow' },
        }[permissionMode],
      ),
    },
    files: [{ name: 'hook.js', content: PLUGIN_SOURCE }],
  };
}

export const opencode: AgentKind = {
  name: 'opencode',
  title: 'opencode',
  processNames: ['opencode', 'opencode-ai'],
  isKnown: true,
  launch: ({ permissionMode }) => withPromptOption(start(permissionMode, []), '--prompt'),
  readScreen: (view) => readOverlay(view) ?? readAgentScreen(view, signs),
  interruptKeys: ['Escape', 'Escape'],
  hooks: {
    report: reportHook,
    conversation: conversationOf,
    answers,
    // The plugin puts the list itself into what the model is told each time.
    context: 'reads-list',
  },
  // Conversations are rows of a database of its own.
  transcripts: null,
  stateFile: null,
  escapes: null,
  resume: ({ permissionMode, conversation }) => start(permissionMode, ['--session', conversation]),
  // It shows what its provider answered.
  usageLimit: { words: /\b(?:usage|rate|quota) limit\b|\bquota exceeded\b/i },
  typing: PASTED,
};
