import { execFileSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createDemoKind, observe, payloadFrom } from '../../src/agents/index.ts';
import type { Capture, Log } from '../../src/domain/index.ts';
import { type DemoGithub, openDemoGithub } from '../../src/workspace/demo-github.ts';
import { createGithubReceiver, createMetrics, type Http } from '../../webhooks/index.ts';
import { until } from '../support/until.ts';
import { type Kept, keepingIntake, serve } from '../webhooks/support.ts';

const silent: Log = { info: () => {}, warn: () => {}, error: () => {} };
const SECRET = 'demo secret';
const BRANCH = 'fleet/t1-add-a-health-endpoint';
const QUICK = '[demo:slow=20]';
const WITHIN = { withinMs: 20_000 };

let folder: string;
let worktree: string;
let http: Http;
let intake: Kept;
let github: DemoGithub;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'fleet-agent-'));
  intake = keepingIntake();
  http = await serve([
    createGithubReceiver({
      secrets: [SECRET],
      intake,
      metrics: createMetrics(),
      log: silent,
      now: () => new Date(),
    }),
  ]);
  github = await openDemoGithub({
    dataDir: folder,
    port: 0,
    webhookUrl: `${http.url}/webhooks/github`,
    webhookSecret: SECRET,
    origin: 'http://localhost:3000',
    label: 'fleet',
    now: () => new Date(),
    newId: randomUUID,
    log: silent,
  });
  worktree = join(folder, 'worktree');
  git(folder, 'clone', '--quiet', github.repository.cloneUrl, worktree);
  git(worktree, 'switch', '--quiet', '--create', BRANCH);
});
afterEach(async () => {
  tmux('start-server', ';', 'kill-server');
  await github.close();
  await http.close();
  rmSync(folder, { recursive: true, force: true });
});

function git(cwd: string, ...words: string[]): string {
  return execFileSync('git', words, { cwd, encoding: 'utf8', stdio: 'pipe' });
}

function tmux(...words: string[]): string {
  const { TMUX: _outer, ...env } = process.env;
  return execFileSync('tmux', ['-f', '/dev/null', ...words], {
    encoding: 'utf8',
    stdio: 'pipe',
    env: { ...env, TMUX_TMPDIR: folder },
  });
}

/** Starts the agent in a pane that stays when it ends. The prompt goes as one argument, never through a shell. */
function start(prompt: string, { lingerMs = 60_000, words = [] as string[], width = 100 } = {}): void {
  const environment = {
    GITHUB_API_URL: github.apiUrl,
    GITHUB_TOKEN: github.agentToken,
    FLEET_TASK: 'T1',
    FLEET_DEMO_LINGER_MS: String(lingerMs),
    FLEET_HOOK: join(folder, 'hook'),
  };
  const size = ['-x', String(width), '-y', '45'];
  const variables = Object.entries(environment).flatMap(([name, value]) => ['-e', `${name}=${value}`]);
  const stays = ['start-server', ';', 'set-option', '-g', 'remain-on-exit', 'on', ';'];
  const session = ['new-session', '-d', '-s', 'agent', ...size, '-c', worktree, ...variables];
  tmux(...stays, ...session, process.execPath, github.agentScript, ...words, '--', prompt);
}

const screen = () => tmux('capture-pane', '-p', '-J', '-t', 'agent');
const press = (...keys: string[]) => tmux('send-keys', '-t', 'agent', ...keys);
const seeing = (sign: string | RegExp) =>
  until(() => (typeof sign === 'string' ? screen().includes(sign) : sign.test(screen())), {
    ...WITHIN,
    what: `the screen showing ${sign}`,
  });
const atPrompt = () => seeing(/─\n› *\n─/);
const exitStatus = () =>
  until(
    () => {
      const [isDead, status] = tmux(
        'display-message',
        '-p',
        '-t',
        'agent',
        '#{pane_dead} #{pane_dead_status}',
      )
        .trim()
        .split(' ');
      // tmux 3.3 now and then misses that a program ended; the end of another one makes it look.
      if (isDead === '1' && status === undefined) tmux('run-shell', 'true');
      return status;
    },
    { ...WITHIN, what: 'the end of the agent' },
  );

/** What a look at the pane brings back. */
function capture(): Capture {
  const formats = [
    '#{pane_current_command}',
    '#{pane_title}',
    '#{pane_pid}',
    '#{pane_width}',
    '#{pane_height}',
    '#{cursor_x}',
    '#{cursor_y}',
    '#{cursor_flag}',
  ];
  const [command = '', title = '', pid, width, height, x, y, cursor] = tmux(
    'display-message',
    '-p',
    '-t',
    'agent',
    formats.join('\t'),
  )
    .trim()
    .split('\t');
  return {
    plain: screen(),
    ansi: tmux('capture-pane', '-p', '-e', '-J', '-t', 'agent'),
    pane: {
      command,
      title,
      pid: Number(pid),
      width: Number(width),
      height: Number(height),
      cursorX: Number(x),
      cursorY: Number(y),
      isCursorVisible: cursor === '1',
      isAlternateScreen: false,
      isInMode: false,
      isDead: false,
      deadStatus: null,
    },
    processes: [
      { pid: Number(pid), ppid: 1, stat: 'Ss+', comm: 'demo-agent', cmd: `node ${github.agentScript}` },
    ],
    takenAt: new Date(),
  };
}

function paste(text: string): void {
  const file = join(folder, 'pasted');
  writeFileSync(file, text);
  tmux('load-buffer', '-b', 'pasted', file);
  tmux('paste-buffer', '-p', '-d', '-b', 'pasted', '-t', 'agent');
}

test('what its screen shows is read as what it does', async () => {
  const kind = createDemoKind({ nodePath: process.execPath, scriptPath: github.agentScript, env: {} });
  const state = () => observe(kind, capture());
  start('Add a health endpoint [demo:slow=700]');
  await seeing('✻ Working… (');
  expect(state()).toMatchObject({ state: 'thinking' });
  await seeing('❯ 1. Yes');
  expect(state()).toMatchObject({
    state: 'waiting_input',
    promptKind: 'permission',
    dialog: {
      question: `Do you want to run: git push -u origin ${BRANCH}?`,
      options: [
        { label: 'Yes', keys: ['1'] },
        { label: "Yes, and don't ask again for this session", keys: ['2'] },
        { label: 'No, and tell the agent what to do differently', keys: ['3'] },
      ],
    },
  });
  press('1');
  await atPrompt();
  expect(state()).toMatchObject({ state: 'completed' });
  press('-l', 'and say more');
  await seeing('› and say more');
  press('Enter');
  await seeing('● Thinking about it');
  press('Escape');
  await seeing('■ Interrupted');
  await atPrompt();
  expect(state()).toMatchObject({ state: 'idle' });
});

test('a brief becomes a tested commit, a pushed branch after a yes, and a pull request', async () => {
  start(`Add a health endpoint ${QUICK}`);
  await seeing('❯ 1. Yes');
  expect(screen()).toContain('no AI model');
  expect(screen()).toContain('4 tests passed');
  expect(screen()).toContain(`Do you want to run: git push -u origin ${BRANCH}?`);
  expect(git(github.repository.cloneUrl, 'branch', '--list', BRANCH)).toBe('');

  press('1');
  await seeing('Pull request: http://localhost:3000/github/demo/shop/pull/4');
  await atPrompt();
  expect(screen()).toContain('✓ Done');
  expect(git(github.repository.cloneUrl, 'show', `${BRANCH}:server.js`)).toContain(
    "['/healthz', showHealth]",
  );
  const shown = await github.workspace.pullRequest(4);
  expect(shown?.pullRequest).toMatchObject({ title: 'Add a health endpoint', branch: BRANCH });
  expect(shown?.pullRequest.body).toContain('for task T1');
  const [delivery] = await until(() => intake.stored.length > 0 && intake.stored, WITHIN);
  expect(delivery).toMatchObject({ kind: 'pull_request.opened' });
});

test('what is said at its prompt becomes another commit on the same branch, line breaks kept', async () => {
  start(`Add a health endpoint ${QUICK}`);
  await seeing('❯ 1. Yes');
  press('Enter');
  await atPrompt();
  paste("also say\n'; touch /tmp/x; $(id)");
  await seeing(/› also say\n {2}'; touch/);
  press('Enter');
  await seeing('● Bash git push origin');
  await atPrompt();
  const notes = git(github.repository.cloneUrl, 'show', `${BRANCH}:notes/follow-ups.md`);
  expect(notes).toContain("    also say\n    '; touch /tmp/x; $(id)\n");
  press('-l', '/exit');
  press('Enter');
  expect(await exitStatus()).toBe('0');
});

test('a no pushes nothing and leaves it at its prompt', async () => {
  start(`Say in the README how to change the port ${QUICK}`, { lingerMs: 1 });
  await seeing('❯ 1. Yes');
  press('Down', 'Down');
  await seeing('❯ 3. No');
  press('Enter');
  await seeing('■ You said no');
  await atPrompt();
  expect(git(github.repository.cloneUrl, 'branch', '--list', BRANCH)).toBe('');
  press('C-d');
  expect(await exitStatus()).toBe('0');
});

test('with nothing more asked it ends by itself', async () => {
  start(`Write a note ${QUICK} [demo:no-pr]`, { lingerMs: 100 });
  await seeing('❯ 1. Yes');
  press('2');
  expect(await exitStatus()).toBe('0');
  expect(screen()).toContain('Fleet Director demo agent ended');
  expect(await github.workspace.pullRequests()).toEqual([]);
});

test('the prompt arrives to the letter', async () => {
  const prompt = `-- "quotes" '; touch /tmp/x; $(id) \`id\`\n\nünï \u{1f680} \\n ${QUICK} [demo:echo]`;
  start(prompt);
  await seeing('❯ 1. Yes');
  expect(readFileSync(join(worktree, 'prompt-received.txt'), 'utf8')).toBe(prompt);
});

test('Esc stops the turn, Ctrl-C twice ends the program', async () => {
  start('Add a health endpoint [demo:slow=60000]');
  await seeing('✻ Working… (');
  press('Escape');
  await seeing('■ Interrupted');
  await atPrompt();
  press('C-c');
  await seeing('Press Ctrl-C again to quit');
  press('C-c');
  expect(await exitStatus()).toBe('130');
});

test('the dialog is drawn anew for another width', async () => {
  start(`Add a health endpoint ${QUICK}`, { width: 60 });
  await seeing('❯ 1. Yes');
  tmux('resize-window', '-t', 'agent', '-x', '50', '-y', '40');
  await seeing(/^╭─{47}╮$/m);
  expect(screen()).toContain('❯ 1. Yes');
});

test('a failure on request says so and ends with status 3', async () => {
  start(`Add a health endpoint ${QUICK} [demo:fail]`);
  expect(await exitStatus()).toBe('3');
  expect(screen()).toContain('✗ Error');
});

test('a question is asked first when it is told to', async () => {
  start(`Write a note ${QUICK} [demo:ask]`);
  await seeing('Where should the change be described?');
  press('2');
  await seeing('└ In a note of its own');
  await seeing('Do you want to run:');
});

test('what it does is told to its hooks as it happens', async () => {
  writeFileSync(join(folder, 'hook'), '{ echo "$1"; cat; echo; } >>"$FLEET_HOOK.told"');
  start(`Write a note ${QUICK} [demo:ask]`, { words: ['--session-id', 'c1'] });
  await seeing('Where should the change be described?');
  press('1');
  await seeing('Do you want to run:');
  press('1');
  await atPrompt();
  press('-l', '/exit');
  press('Enter');
  await exitStatus();

  const { hooks } = createDemoKind({ nodePath: 'node', scriptPath: 'demo-agent.ts', env: {} });
  const told = readFileSync(join(folder, 'hook.told'), 'utf8').trim().split('\n');
  const events = told.flatMap((event, index) =>
    index % 2 === 0 ? [{ event, payload: payloadFrom(told[index + 1] ?? '') }] : [],
  );
  expect(events.map(({ payload }) => hooks?.conversation(payload))).toEqual(events.map(() => 'c1'));
  const says = events.map(({ event, payload }) => hooks?.report(event, payload, new Date())?.says);
  const push = `git push -u origin ${BRANCH}`;
  expect(says).toEqual([
    { kind: 'session-began' },
    { kind: 'working' },
    { kind: 'asks', promptKind: 'question', question: 'Where should the change be described?' },
    { kind: 'tool-ended', tool: 'AskUserQuestion' },
    { kind: 'asks', promptKind: 'permission', question: `Bash: ${push}` },
    { kind: 'tool-began', tool: 'Bash' },
    { kind: 'tool-ended', tool: 'Bash' },
    { kind: 'turn-ended', lastMessage: 'Done', backgroundTasks: 0 },
    { kind: 'session-ended' },
  ]);
});

test('where it may do anything, it pushes without asking', async () => {
  start(`Add a health endpoint ${QUICK}`, { words: ['--permission-mode', 'all', '--session-id', 'x'] });
  await atPrompt();
  expect(screen()).toContain('Pull request: ');
});
