import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { openModelDouble } from '../doubles/model.ts';
import type { Turn } from '../doubles/model-script.ts';
import { processesWithEnvironment, signalProcess } from '../support/processes.ts';
import { until } from '../support/until.ts';
import { openPaneFeed, type Signals } from './pane-feed.ts';
import { PROJECT_FOLDER, type RecordedAgent, type Scenario, type Size } from './scenario.ts';
import type { Facts } from './states.ts';

/** A process as the corpus writes it. */
export type RecordedProcess = {
  readonly pid: number;
  readonly ppid: number;
  readonly pgid: number;
  readonly tpgid: number;
  readonly stat: string;
  readonly etime_s: number;
  readonly comm: string;
  readonly cmd: string;
  readonly depth: number;
};

export type Pane = Readonly<Record<string, string | number>>;

export type Look = {
  readonly plain: string;
  readonly plainHistory: string | null;
  readonly ansi: string;
  readonly pane: Pane;
  readonly processes: readonly RecordedProcess[];
  readonly signals: Signals;
};

/** A terminal of its own with a fresh home, a project and a model on loopback. */
export type OpenStage = AsyncDisposable & {
  readonly model: Awaited<ReturnType<typeof openModelDouble>>;
  readonly launchLine: string;
  look(): Promise<Look>;
  facts(): Promise<Facts>;
  readonly screen: () => Promise<string>;
  /** Starts the agent, in the shell or in its place. */
  start(words: readonly string[], asPane: boolean): Promise<void>;
  type(text: string): Promise<void>;
  press(keys: readonly string[]): Promise<void>;
  resize(size: Size): Promise<void>;
  enterCopyMode(): Promise<void>;
  /** To every process of the agent. */
  signal(signal: NodeJS.Signals): Promise<void>;
};

const run = promisify(execFile);
const SESSION = 'work';
const END_WITHIN_MS = 5_000;
const MAX_BYTES = 32 * 1024 * 1024;

const PANE_FIELDS = [
  'pane_current_command',
  'pane_pid',
  'pane_title',
  'pane_in_mode',
  'pane_mode',
  'cursor_x',
  'cursor_y',
  'cursor_flag',
  'alternate_on',
  'history_size',
  'pane_width',
  'pane_height',
  'pane_dead',
  'pane_dead_status',
  'pane_current_path',
  'window_bell_flag',
  'window_name',
  'keypad_flag',
  'mouse_any_flag',
  'pane_tty',
] as const;
const NUMBERS: ReadonlySet<string> = new Set([
  'pane_pid',
  'cursor_x',
  'cursor_y',
  'history_size',
  'pane_width',
  'pane_height',
]);

/** What scripted commands are about; nothing that is recorded reaches out of this machine. */
const NEVER_FOR_REAL = ['npm', 'docker', 'gh', 'curl', 'apt-get', 'ssh'];
const STUB = '#!/bin/sh\nsleep 1\necho done\n';

const PROJECT: Readonly<Record<string, string>> = {
  'README.md': '# app\n\nA small program.\n',
  'package.json': '{\n  "name": "app",\n  "version": "1.0.0",\n  "scripts": { "test": "node test.js" }\n}\n',
  'run-tests.sh': 'i=0\nwhile true; do\n  i=$((i + 1))\n  echo "ok $i - reads case $i"\n  sleep 0.4\ndone\n',
  'build.sh': 'sleep 61\n',
  'lint.sh': 'sleep 9\n',
  'src/parser.js': 'export function parse(text) {\n  return text.split(",");\n}\n',
};

export async function openStage(
  agent: RecordedAgent,
  programPath: string,
  scenario: Scenario,
  size: Size,
): Promise<OpenStage> {
  const root = mkdtempSync(join(tmpdir(), 'record-'));
  const home = join(root, 'home');
  const project = join(root, 'app');
  for (const folder of [home, join(root, 'tmux'), join(root, 'tmp')]) mkdirSync(folder, { mode: 0o700 });
  const model = await openModelDouble();
  model.perform(...scenario.turns.map((turn) => turnIn(project, turn)));
  const { files, env, words } = agent.set({ home, project, modelUrl: model.url }, scenario);
  const path = `${join(root, 'bin')}:${dirname(programPath)}:${process.env.PATH ?? ''}`;
  const all = {
    ...inFolder(project, { ...PROJECT, ...scenario.files }),
    ...files,
    // A prompt without colours, as a person's own would be, and no history of anybody.
    [join(home, '.bash_profile')]:
      `export PATH='${path}'\nPS1='dev@devbox:\\w$ '\nHISTFILE=\nPROMPT_COMMAND=\n`,
  };
  for (const [path, content] of Object.entries(all)) {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, content);
  }
  mkdirSync(join(root, 'bin'));
  for (const name of NEVER_FOR_REAL) writeFileSync(join(root, 'bin', name), STUB, { mode: 0o755 });
  const environment = {
    PATH: path,
    HOME: home,
    TMPDIR: join(root, 'tmp'),
    TMUX_TMPDIR: join(root, 'tmux'),
    SHELL: '/bin/bash',
    LANG: 'C.UTF-8',
    NO_PROXY: '127.0.0.1,localhost',
    ...env,
  };
  const tmuxWords = ['tmux', '-f', '/dev/null'] as const;
  const tmux = async (...more: readonly string[]) => {
    const [program, ...first] = tmuxWords;
    const { stdout } = await run(program, [...first, ...more], { env: environment, maxBuffer: MAX_BYTES });
    return stdout;
  };
  await run('git', ['init', '-q', '-b', 'main', project], { env: environment });
  await tmux(
    ...oneAfterAnother(
      [
        'new-session',
        '-d',
        '-s',
        SESSION,
        '-x',
        String(size.width),
        '-y',
        String(size.height),
        '-c',
        project,
        'exec bash -l',
      ],
      ['set', '-g', 'status', 'off'],
      ['set', '-g', 'window-size', 'manual'],
      ['set', '-g', 'remain-on-exit', 'on'],
      ['set', '-g', 'default-terminal', 'tmux-256color'],
      ['set', '-g', 'escape-time', '20'],
    ),
  );
  const feed = openPaneFeed(tmuxWords, SESSION, environment);
  const screen = () => tmux('capture-pane', '-p', '-J', '-t', SESSION);
  const lines = words.map(shellWord).join(' ');
  let agentPid: number | null = null;

  const panePid = async () => Number(await tmux('display-message', '-p', '-t', SESSION, '#{pane_pid}'));
  const tree = async () => processTree(await panePid());
  const pasteBuffer = async (text: string) => {
    await tmux('set-buffer', '-b', 'typed', text);
    await tmux('paste-buffer', '-p', '-d', '-b', 'typed', '-t', SESSION);
  };

  return {
    model,
    launchLine: lines,
    screen,
    look: async () => {
      const format = PANE_FIELDS.map((field) => `#{${field}}`).join('\t');
      // One command line, so that text, colours and facts are of one moment.
      const text = await tmux(
        ...oneAfterAnother(
          ['capture-pane', '-p', '-J', '-t', SESSION],
          ['display-message', '-p', FENCE],
          ['capture-pane', '-p', '-e', '-t', SESSION],
          ['display-message', '-p', FENCE],
          ['display-message', '-p', '-t', SESSION, format],
        ),
      );
      const [plain = '', ansi = '', facts = ''] = text.split(`${FENCE}\n`);
      const values = facts.replace(/\n$/, '').split('\t');
      const pane = Object.fromEntries(
        PANE_FIELDS.map((field, index) => {
          const value = values[index] ?? '';
          return [field, NUMBERS.has(field) ? Number(value) : value];
        }),
      );
      const history =
        pane.history_size === 0 ? null : await tmux('capture-pane', '-p', '-J', '-S', '-', '-t', SESSION);
      return {
        plain: withoutEnd(plain),
        plainHistory: history === null ? null : withoutEnd(history),
        ansi: withoutEnd(ansi),
        pane,
        processes: await processTree(Number(pane.pane_pid)),
        signals: feed.signals(),
      };
    },
    facts: async () => {
      const processes = await tree();
      const own = agentPid === null ? [] : subtree(processes, agentPid);
      const traffic = model.traffic();
      return {
        isAlive: own.some(({ pid, stat }) => pid === agentPid && !stat.startsWith('Z')),
        stat: own[0]?.stat ?? '',
        inFlight: traffic.inFlight.map(({ step }) => step),
        failures: traffic.errorResponses,
        requests: traffic.mainRequests,
        tools: own
          .filter(({ comm, stat }) => TOOL_PROGRAMS.has(comm) && !stat.startsWith('Z'))
          .map(({ cmd }) => cmd),
      };
    },
    start: async (more, asPane) => {
      const line = [lines, ...more.map(shellWord)].join(' ');
      await tmux('send-keys', '-t', SESSION, '-l', asPane ? `exec ${line}` : line);
      await tmux('send-keys', '-t', SESSION, 'Enter');
      agentPid = await until(
        async () => {
          const processes = await tree();
          const first = processes.find(({ depth }) => depth === (asPane ? 0 : 1));
          return first !== undefined && first.comm !== 'bash' ? first.pid : null;
        },
        { withinMs: START_WITHIN_MS, what: `${agent.program} as a process of the terminal` },
      );
    },
    type: async (text) => {
      if (text.includes('\n')) await pasteBuffer(text);
      else await tmux('send-keys', '-t', SESSION, '-l', '--', text);
    },
    press: async (keys) => {
      await tmux('send-keys', '-t', SESSION, ...keys);
    },
    resize: async ({ width, height }) => {
      await tmux('resize-window', '-t', SESSION, '-x', String(width), '-y', String(height));
    },
    enterCopyMode: async () => {
      await tmux('copy-mode', '-t', SESSION);
    },
    signal: async (signal) => {
      if (agentPid === null) return;
      const own = subtree(await tree(), agentPid);
      for (const { pid } of own.toReversed()) signalProcess(pid, signal);
    },
    async [Symbol.asyncDispose]() {
      await feed.close();
      await tmux('kill-server').catch(() => '');
      const left = () => processesWithEnvironment('TMUX_TMPDIR', join(root, 'tmux'));
      for (const { pid } of left()) signalProcess(pid, 'SIGKILL');
      await until(() => left().length === 0, {
        withinMs: END_WITHIN_MS,
        what: `the end of ${agent.program}`,
      });
      await model[Symbol.asyncDispose]();
      rmSync(root, { recursive: true, force: true, maxRetries: 3 });
    },
  };
}

const START_WITHIN_MS = 20_000;
const FENCE = '8<8<8< of one moment';
/** What agents run commands with, and what the scripted commands run. */
const TOOL_PROGRAMS: ReadonlySet<string> = new Set(['bash', 'sh', 'sleep', 'seq', 'cat']);

/** The same turn, with the project's folder in its calls. */
function turnIn(project: string, turn: Turn): Turn {
  const steps = turn.steps.map((step) => {
    if (step.kind !== 'call') return step;
    const input = Object.fromEntries(
      Object.entries(step.call.input).map(([name, value]: [string, unknown]) => [
        name,
        typeof value === 'string' ? value.replaceAll(PROJECT_FOLDER, project) : value,
      ]),
    );
    return { ...step, call: { ...step.call, input } };
  });
  return { ...turn, steps };
}

function inFolder(folder: string, files: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(Object.entries(files).map(([name, content]) => [join(folder, name), content]));
}

/** Several commands of tmux in one call. */
function oneAfterAnother(...commands: readonly (readonly string[])[]): readonly string[] {
  return commands.flatMap((words, index) => (index === 0 ? words : [';', ...words]));
}

function withoutEnd(text: string): string {
  return text.endsWith('\n') ? text.slice(0, -1) : text;
}

function shellWord(word: string): string {
  return /^[\w./:=@-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}

const PS_FIELDS = 'pid=,ppid=,pgid=,tpgid=,stat=,etimes=,comm=';

async function processTree(root: number): Promise<readonly RecordedProcess[]> {
  const [table, commands] = await Promise.all([
    run('ps', ['-eo', PS_FIELDS], { maxBuffer: MAX_BYTES }),
    run('ps', ['-ewwo', 'pid=,args='], { maxBuffer: MAX_BYTES }),
  ]);
  const lineOf = new Map(
    commands.stdout.split('\n').map((row) => {
      const [, pid = '', cmd = ''] = /^\s*(\d+)\s+(.*)$/.exec(row) ?? [];
      return [Number(pid), cmd];
    }),
  );
  const all = table.stdout.split('\n').flatMap((row) => {
    const [, pid, ppid, pgid, tpgid, stat = '', etime, comm = ''] =
      /^\s*(\d+)\s+(\d+)\s+(\d+)\s+(-?\d+)\s+(\S+)\s+(\d+)\s+(.*)$/.exec(row) ?? [];
    if (pid === undefined) return [];
    const facts = { pid: Number(pid), ppid: Number(ppid), pgid: Number(pgid), tpgid: Number(tpgid), stat };
    return [{ ...facts, etime_s: Number(etime), comm, cmd: lineOf.get(facts.pid) ?? '', depth: 0 }];
  });
  return subtree(all, root);
}

/** A process and everything below it, itself first. */
function subtree(all: readonly RecordedProcess[], root: number): readonly RecordedProcess[] {
  const found = all.filter(({ pid }) => pid === root).map((each) => ({ ...each, depth: each.depth }));
  for (const parent of found) {
    for (const each of all) {
      if (each.ppid === parent.pid && each.pid !== root) found.push({ ...each, depth: parent.depth + 1 });
    }
  }
  return found;
}
