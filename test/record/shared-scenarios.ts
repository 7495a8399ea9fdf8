import {
  type Act,
  always,
  call,
  cut,
  fail,
  hold,
  PROJECT_FOLDER,
  type RecordedAgent,
  type Scenario,
  type Size,
  say,
  saySlowly,
  stall,
  thinkSlowly,
  turn,
} from './scenario.ts';

/** A list, a page or a dialog that the person opened; it takes the keys until it is closed. */
export function menu(
  name: string,
  about: string,
  command: string,
  close: readonly string[] = ['Escape'],
): Scenario {
  return {
    name,
    about,
    tags: [],
    mode: 'ask',
    turns: [turn(say('Hello.'))],
    acts: [
      ...opened,
      { act: 'type', text: command },
      { act: 'press', keys: ['Enter'] },
      { act: 'wait', for: { kind: 'still' } },
      { act: 'pause', ms: 1_500 },
      sampleOnProof('waiting_input', 'menu'),
      { act: 'press', keys: close },
      { act: 'pause', ms: 1_000 },
      promptWasFree,
    ],
  };
}

const NARROW: Size = { width: 60, height: 20 };
const SMALL: Size = { width: 80, height: 24 };
const WIDE: Size = { width: 200, height: 50 };
const TALL: Size = { width: 100, height: 70 };

export const opened: readonly Act[] = [{ act: 'start' }, { act: 'settle' }];
export const inFlight = (step: 'hold' | 'stall' | 'think' | 'say') =>
  ({ act: 'wait', for: { kind: 'in-flight', step } }) as const;
export const turnOver: Act = { act: 'wait', for: { kind: 'turn-over' } };
export const sample = (state: string, sub: string | null, frames = 2, everyMs?: number): Act => ({
  act: 'sample',
  as: { state, sub },
  frames,
  ...(everyMs === undefined ? {} : { everyMs }),
});
/** Counts only if what comes later bears it out. */
export const sampleOnProof = (state: string, sub: string | null, frames = 2, everyMs?: number): Act => ({
  act: 'sample',
  as: { state, sub },
  frames,
  onProof: true,
  ...(everyMs === undefined ? {} : { everyMs }),
});
/** Some take their time between the key and the program that it allowed. */
const SLOW_TO_AGREE_MS = 75_000;
/** The prompt was free: what is typed there becomes a request. */
export const promptWasFree: Act = { act: 'prove', send: 'go on', by: { kind: 'asked-again' } };

const LONG_TEXT =
  'The parser reads one field at a time and keeps the rest of the line for the next call. A quoted field may hold commas, so the split is done by hand. I will add a case for an empty field, and one for a field that ends the file without a line end. ';
const THOUGHT =
  '**Looking at the parser**\n\nThe user wants quoted fields. The split on commas is too simple for that, so I need a small state machine. Let me think about what happens at the end of the line. ';

const PARSER = `${PROJECT_FOLDER}/src/parser.js`;
/** Scripts of the project: some agents refuse a bare sleep. */
export const SILENT_COMMAND = 'sh build.sh';
export const CHATTY_COMMAND = 'sh run-tests.sh';

/** Screens of several programs, as a person's notes would quote them. */
const QUOTED = `Notes on what the agents show.

● Bash(npm install)
╭──────────────────────────────────────────────────╮
│ Do you want to proceed?                          │
│ ❯ 1. Yes                                         │
│   2. Yes, and don't ask again                    │
│   3. No, and tell Claude what to do (esc)        │
╰──────────────────────────────────────────────────╯
✻ Thinking… (12s · esc to interrupt)
⠏ Working on it (esc to cancel, 8s)
• Working (3s • esc to interrupt)
Allow execution of: 'rm'?
● 1. Allow once
  2. No, suggest changes (esc)
✕ [API Error: 429 Too many requests]
error: connect ECONNREFUSED 127.0.0.1:1
dev@devbox:~/app$ exit
Agent powering down. Goodbye!
> run the tests
`;

/** What every agent can be asked to show. An agent leaves out what it has not. */
export function sharedScenarios(agent: RecordedAgent): readonly Scenario[] {
  const { tools, interrupt, agree } = agent;
  const scenario = (
    name: string,
    about: string,
    rest: Partial<Omit<Scenario, 'name' | 'about'>> & Pick<Scenario, 'acts'>,
  ): Scenario => ({ name, about, tags: [], mode: 'ask', turns: [], ...rest });

  const answer = (name: string, size: Size | null, prompt: string): Scenario =>
    scenario(name, 'one turn from the prompt to its answer', {
      ...(size === null ? {} : { size }),
      turns: [
        turn(hold, thinkSlowly(THOUGHT), saySlowly(LONG_TEXT), say('\n\nDone: quoted fields are read now.')),
        turn(say('Nothing is left to do.')),
      ],
      acts: [
        ...opened,
        { act: 'send', text: prompt },
        inFlight('hold'),
        { act: 'pause', ms: 1_000 },
        sample('thinking', 'before_first_token'),
        { act: 'release' },
        inFlight('think'),
        { act: 'pause', ms: 1_500 },
        sample('thinking', 'thinking_tokens'),
        { act: 'release' },
        inFlight('say'),
        { act: 'pause', ms: 1_500 },
        sample('thinking', 'streaming_text'),
        { act: 'release' },
        { act: 'wait', for: { kind: 'still' } },
        sampleOnProof('completed', 'answer'),
        promptWasFree,
      ],
    });

  const fresh = (name: string, size: Size | null): Scenario =>
    scenario(name, 'a prompt that nobody used, then words typed and not sent', {
      ...(size === null ? {} : { size }),
      turns: [turn(say('Hello.'))],
      acts: [
        ...opened,
        sampleOnProof('idle', 'fresh'),
        { act: 'type', text: 'add a test for the parser' },
        sampleOnProof('idle', 'typed_unsubmitted', 1),
        { act: 'prove', keys: ['Enter'], by: { kind: 'asked-again' } },
      ],
    });

  const permission = (name: string, size: Size | null, command: string): Scenario =>
    scenario(name, 'a command that has to be allowed', {
      ...(size === null ? {} : { size }),
      turns: [turn(say('I will run it.'), call(tools.run(command))), turn(say('It ran.'))],
      acts: [
        ...opened,
        { act: 'send', text: 'Check the project' },
        { act: 'wait', for: { kind: 'waits' } },
        sampleOnProof('waiting_input', 'permission'),
        { act: 'prove', keys: agree, by: { kind: 'goes-on' }, withinMs: SLOW_TO_AGREE_MS },
      ],
    });

  const running = (name: string, size: Size | null, command: string, frames = 3): Scenario =>
    scenario(name, 'a program of the agent runs', {
      ...(size === null ? {} : { size }),
      mode: 'all',
      turns: [turn(call(tools.run(command, 'all'))), turn(say('All cases pass.'))],
      acts: [
        ...opened,
        { act: 'send', text: 'Run the tests' },
        { act: 'wait', for: { kind: 'tool-runs' } },
        { act: 'pause', ms: 2_500 },
        sample('running', 'bash', frames, 2_500),
      ],
    });

  const retry = (name: string, status: number, sub: string, size: Size | null = null): Scenario =>
    scenario(name, `every request fails with ${status} and the agent tries again`, {
      ...(size === null ? {} : { size }),
      turns: [always(fail(status))],
      acts: [
        ...opened,
        { act: 'send', text: 'Rename the package' },
        { act: 'wait', for: { kind: 'failed', times: 2 } },
        sampleOnProof(status === 500 ? 'retrying' : 'rate_limited', sub, 1),
        { act: 'prove', by: { kind: 'asked-again' } },
        sampleOnProof(status === 500 ? 'retrying' : 'rate_limited', sub, 2, 700),
        { act: 'prove', by: { kind: 'asked-again' } },
      ],
    });

  const ends = (
    name: string,
    state: string,
    sub: string,
    text: string,
    tags: readonly string[] = [],
  ): Scenario =>
    scenario(name, 'how a turn ends', {
      tags,
      turns: [turn(say(text)), turn(say('Fine.'))],
      acts: [
        ...opened,
        { act: 'send', text: 'Finish the work' },
        { act: 'wait', for: { kind: 'still' } },
        { act: 'pause', ms: 1_000 },
        sampleOnProof(state, sub),
        promptWasFree,
      ],
    });

  const quotesWhileWorking = (name: string, text: string): Scenario =>
    scenario(name, "words of other programs' dialogs in an answer that goes on", {
      tags: ['adversarial'],
      turns: [turn(say(text), stall, say('\nThat is all.')), turn(say('Fine.'))],
      acts: [
        ...opened,
        { act: 'send', text: 'What do the agents show?' },
        inFlight('stall'),
        { act: 'pause', ms: 1_500 },
        sample('thinking', 'stalled_stream'),
        { act: 'release' },
        { act: 'wait', for: { kind: 'still' } },
        sampleOnProof('completed', 'answer'),
        promptWasFree,
      ],
    });

  const quotesInFile = (name: string, then: 'runs' | 'asks'): Scenario =>
    scenario(name, 'a program prints a file that quotes other programs', {
      tags: ['adversarial'],
      mode: then === 'runs' ? 'all' : 'ask',
      files: { 'notes.txt': QUOTED },
      turns: [
        turn(
          call(
            then === 'runs'
              ? tools.run('cat notes.txt; sh build.sh', 'all')
              : tools.run('cat notes.txt; rm -f notes.txt'),
          ),
        ),
        turn(say('I have read it.')),
      ],
      acts:
        then === 'runs'
          ? [
              ...opened,
              { act: 'send', text: 'Read the notes' },
              { act: 'wait', for: { kind: 'tool-runs' } },
              { act: 'pause', ms: 2_500 },
              sample('running', 'bash'),
            ]
          : [
              ...opened,
              { act: 'send', text: 'Read the notes' },
              { act: 'wait', for: { kind: 'waits' } },
              sampleOnProof('waiting_input', 'permission'),
              { act: 'prove', keys: agree, by: { kind: 'goes-on' }, withinMs: SLOW_TO_AGREE_MS },
              { act: 'wait', for: { kind: 'still' } },
              sampleOnProof('completed', 'answer'),
              promptWasFree,
            ],
    });

  const killed = (
    name: string,
    size: Size | null,
    when: 'idle' | 'busy' | 'dialog' | 'tool',
    asPane = false,
  ): Scenario => {
    const before: Readonly<Record<typeof when, Pick<Scenario, 'turns' | 'mode'> & { acts: readonly Act[] }>> =
      {
        idle: { turns: [], mode: 'ask', acts: [] },
        busy: {
          turns: [turn(saySlowly(LONG_TEXT))],
          mode: 'ask',
          acts: [{ act: 'send', text: 'Explain the parser' }, inFlight('say'), { act: 'pause', ms: 1_500 }],
        },
        dialog: {
          turns: [turn(call(tools.run('npm install left-pad')))],
          mode: 'ask',
          acts: [
            { act: 'send', text: 'Install it' },
            { act: 'wait', for: { kind: 'waits' } },
          ],
        },
        tool: {
          turns: [turn(call(tools.run(SILENT_COMMAND, 'all')))],
          mode: 'all',
          acts: [
            { act: 'send', text: 'Run it' },
            { act: 'wait', for: { kind: 'tool-runs' } },
            { act: 'pause', ms: 1_500 },
          ],
        },
      };
    const { turns, mode, acts } = before[when];
    return scenario(name, `the agent is killed: ${when}`, {
      ...(size === null ? {} : { size }),
      turns,
      mode,
      acts: [
        { act: 'start', asPane },
        { act: 'settle' },
        ...acts,
        { act: 'signal', signal: 'SIGKILL' },
        { act: 'wait', for: { kind: 'gone' } },
        { act: 'pause', ms: 700 },
        sample('shell', asPane ? 'pane_dead' : 'crashed'),
      ],
    });
  };

  const edit = (name: string, size: Size | null): Scenario =>
    scenario(name, 'a change to a file that has to be allowed', {
      ...(size === null ? {} : { size }),
      turns: [
        ...(tools.read === undefined ? [] : [turn(call(tools.read(PARSER)))]),
        turn(
          call(
            tools.edit(
              PARSER,
              '  return text.split(",");',
              '  // one field at a time\n  return fields(text);',
            ),
          ),
        ),
        turn(say('Changed.')),
      ],
      acts: [
        ...opened,
        { act: 'send', text: 'Use the field reader' },
        { act: 'wait', for: { kind: 'waits' } },
        sampleOnProof('waiting_input', 'edit_diff'),
        { act: 'prove', keys: agree, by: { kind: 'goes-on' }, withinMs: SLOW_TO_AGREE_MS },
      ],
    });

  return [
    fresh('fresh', null),
    fresh('fresh-small', SMALL),
    fresh('fresh-narrow', NARROW),
    fresh('fresh-wide', WIDE),
    answer('answer', null, 'Let the parser read quoted fields'),
    answer('answer-small', SMALL, 'Bitte lies auch Felder in Anführungszeichen'),
    answer('answer-narrow', NARROW, 'Read quoted fields'),
    answer('answer-tall', TALL, 'Let the parser read quoted fields\nand keep the old tests green'),
    scenario('slow-first-token', 'a healthy model that says nothing for a long time', {
      turns: [turn(hold, say('Here I am.'))],
      acts: [
        ...opened,
        { act: 'send', text: 'Explain the parser' },
        inFlight('hold'),
        { act: 'pause', ms: 4_000 },
        sample('thinking', 'before_first_token', 3, 7_000),
      ],
    }),
    scenario('stalled-stream', 'a stream that stops in the middle', {
      turns: [turn(say('I looked at the parser and'), stall, say(' it is fine.')), turn(say('Yes.'))],
      acts: [
        ...opened,
        { act: 'send', text: 'Look at the parser' },
        inFlight('stall'),
        { act: 'pause', ms: 6_000 },
        sample('thinking', 'stalled_stream', 2, 4_000),
      ],
    }),
    permission('perm-bash', null, 'npm install left-pad'),
    permission('perm-bash-small', SMALL, 'git push origin main'),
    permission(
      'perm-bash-narrow',
      NARROW,
      'docker compose -f deploy/production.yaml up --detach --remove-orphans',
    ),
    permission('perm-bash-wide', WIDE, 'find . -name "*.tmp" -mtime +7 -exec rm -f {} +'),
    permission('perm-many-lines', null, 'set -e\nnpm ci\nnpm run build\nnpm publish --access public'),
    edit('perm-edit', null),
    edit('perm-edit-small', SMALL),
    scenario('perm-write', 'a new file that has to be allowed', {
      turns: [
        turn(
          call(
            tools.write(
              `${PROJECT_FOLDER}/src/fields.js`,
              'export function fields(text) {\n  return [text];\n}\n',
            ),
          ),
        ),
        turn(say('Written.')),
      ],
      acts: [
        ...opened,
        { act: 'send', text: 'Write the field reader' },
        { act: 'wait', for: { kind: 'waits' } },
        sampleOnProof('waiting_input', 'edit_diff'),
        { act: 'prove', keys: agree, by: { kind: 'goes-on' }, withinMs: SLOW_TO_AGREE_MS },
      ],
    }),
    running('bash-silent', null, SILENT_COMMAND),
    running('bash-long', null, CHATTY_COMMAND),
    running('bash-narrow', NARROW, CHATTY_COMMAND, 2),
    running('bash-wide', WIDE, `echo "Proceed? [y/N]"; ${SILENT_COMMAND}`, 2),
    scenario('copy-mode', 'a program runs while a person scrolls', {
      mode: 'all',
      turns: [turn(call(tools.run(SILENT_COMMAND, 'all')))],
      acts: [
        ...opened,
        { act: 'send', text: 'Run it' },
        { act: 'wait', for: { kind: 'tool-runs' } },
        { act: 'pause', ms: 1_500 },
        { act: 'copy-mode' },
        sample('running', 'bash_copy_mode', 2),
      ],
    }),
    ...(tools.ask === undefined
      ? []
      : [
          scenario('question', 'a question with answers to choose from', {
            turns: [
              turn(
                call(
                  tools.ask('Which database should the tests use?', ['PostgreSQL', 'SQLite', 'None of them']),
                ),
              ),
              turn(say('Good.')),
            ],
            acts: [
              ...opened,
              { act: 'send', text: 'Set up the tests' },
              { act: 'wait', for: { kind: 'waits' } },
              sampleOnProof('waiting_input', 'question'),
              { act: 'prove', keys: ['Enter'], by: { kind: 'goes-on' } },
            ],
          }),
        ]),
    ...(tools.todo === undefined
      ? []
      : [
          scenario(
            'todo',
            'a list of steps while a program runs, and when the turn ended before all are done',
            {
              mode: 'all',
              turns: [
                turn(
                  call(
                    tools.todo([
                      { text: 'Read the parser', state: 'completed' },
                      { text: 'Write the test', state: 'in_progress' },
                      { text: 'Open a pull request', state: 'pending' },
                    ]),
                  ),
                ),
                turn(call(tools.run('sh lint.sh', 'all'))),
                turn(say('I stop here for today.')),
                turn(say('Fine.')),
              ],
              acts: [
                ...opened,
                { act: 'send', text: 'Work on it' },
                { act: 'wait', for: { kind: 'tool-runs' } },
                { act: 'pause', ms: 1_000 },
                sample('running', 'bash_with_todos'),
                { act: 'wait', for: { kind: 'still' } },
                { act: 'pause', ms: 9_000 },
                { act: 'wait', for: { kind: 'still' } },
                sampleOnProof('completed', 'unfinished_todos'),
                promptWasFree,
              ],
            },
          ),
        ]),
    retry('api-429', 429, 'status_429'),
    retry('api-500', 500, 'status_500'),
    scenario('api-401', 'the key is refused', {
      turns: [always(fail(401, 'API key not valid. Please pass a valid API key.'))],
      acts: [
        ...opened,
        { act: 'send', text: 'Rename the package' },
        { act: 'wait', for: { kind: 'failed', times: 1 } },
        { act: 'wait', for: { kind: 'still' } },
        { act: 'pause', ms: 2_000 },
        sampleOnProof('logged_out', 'status_401'),
        promptWasFree,
      ],
    }),
    scenario('api-400', 'a request that is turned away for good', {
      turns: [turn(fail(400, 'The request is not valid.')), turn(say('Better.'))],
      acts: [
        ...opened,
        { act: 'send', text: 'Rename the package' },
        { act: 'wait', for: { kind: 'failed', times: 1 } },
        { act: 'wait', for: { kind: 'still' } },
        sampleOnProof('error', 'status_400'),
        promptWasFree,
      ],
    }),
    scenario('stream-cut', 'the line breaks in the middle of an answer', {
      turns: [turn(say('I looked at the parser and '), cut), turn(say('Again.'))],
      acts: [
        ...opened,
        { act: 'send', text: 'Look at the parser' },
        { act: 'wait', for: { kind: 'still' } },
        { act: 'pause', ms: 3_000 },
        sampleOnProof('completed', 'truncated_stream', 1),
        { act: 'prove', send: 'go on', by: { kind: 'asked-again' } },
      ],
    }),
    ends('final-done', 'completed', 'answer', 'Done. The parser reads quoted fields, and all 42 tests pass.'),
    ends(
      'final-pr',
      'completed',
      'pr_created',
      'I pushed the branch and opened https://github.com/demo/app/pull/7 for review.',
    ),
    ends(
      'final-tests-failed',
      'completed',
      'tests_failed',
      'The change is in, but 2 tests fail:\n\n- `reads an empty field`\n- `reads the last field`\n\nError: expected 3 fields, got 2.',
      ['adversarial'],
    ),
    ends(
      'final-question',
      'waiting_input',
      'text_question',
      'The parser can keep the quotes or drop them. Which of the two do you want?',
    ),
    ends(
      'final-unicode',
      'completed',
      'answer',
      '完了しました。引用符付きフィールドを読み取れます。Тесты проходят ✅ — größer als zuvor.',
    ),
    quotesWhileWorking('adv-quoted-dialog', `Their dialogs look like this:\n\n\`\`\`\n${QUOTED}\`\`\`\n`),
    quotesWhileWorking(
      'adv-quoted-shell',
      'It died, and this is what was left:\n\n```\nSegmentation fault (core dumped)\ndev@devbox:~/app$ \n```\n',
    ),
    quotesInFile('adv-file-runs', 'runs'),
    quotesInFile('adv-file-asks', 'asks'),
    ends(
      'adv-spinner-prose',
      'completed',
      'answer',
      'The log ends with:\n\n⠋ Thinking... (esc to cancel, 12s)\n\nThat was the last line.',
      ['adversarial'],
    ),
    ends(
      'adv-error-prose',
      'completed',
      'answer',
      '✕ [API Error: 500 Internal] is what the log says; error: 401 Unauthorized came before. Both are fixed now.',
      ['adversarial'],
    ),
    ends(
      'adv-numbered-list',
      'completed',
      'answer',
      'There are three ways on:\n\n1. Allow once\n2. Allow always\n3. No, cancel (esc)\n\nI took the first.',
      ['adversarial'],
    ),
    scenario('interrupt', 'a person stops the turn', {
      turns: [turn(saySlowly(LONG_TEXT)), turn(say('Back.'))],
      acts: [
        ...opened,
        { act: 'send', text: 'Explain the parser' },
        inFlight('say'),
        { act: 'pause', ms: 1_500 },
        { act: 'press', keys: interrupt },
        { act: 'wait', for: { kind: 'still' } },
        sampleOnProof('idle', 'interrupted'),
        promptWasFree,
      ],
    }),
    scenario('interrupt-tool', "a person stops the agent's program", {
      mode: 'all',
      turns: [turn(call(tools.run(SILENT_COMMAND, 'all'))), turn(say('Back.'))],
      acts: [
        ...opened,
        { act: 'send', text: 'Run it' },
        { act: 'wait', for: { kind: 'tool-runs' } },
        { act: 'pause', ms: 1_500 },
        { act: 'press', keys: interrupt },
        { act: 'wait', for: { kind: 'still' } },
        { act: 'pause', ms: 1_000 },
        sampleOnProof('idle', 'interrupted'),
        promptWasFree,
      ],
    }),
    scenario('exit', 'the agent is told to leave', {
      turns: [turn(say('Hello.'))],
      acts: [
        ...opened,
        { act: 'send', text: 'hello' },
        turnOver,
        { act: 'type', text: agent.leave },
        { act: 'press', keys: ['Enter'] },
        { act: 'wait', for: { kind: 'gone' } },
        { act: 'pause', ms: 800 },
        sample('shell', 'exited'),
      ],
    }),
    killed('killed-idle', null, 'idle'),
    killed('killed-busy', null, 'busy'),
    killed('killed-busy-small', SMALL, 'busy'),
    killed('killed-at-dialog', null, 'dialog'),
    killed('killed-running', WIDE, 'tool'),
    killed('pane-dead', null, 'busy', true),
    ...(agent.suspends
      ? [
          scenario('suspended', 'stopped by Ctrl-Z, the shell in front', {
            turns: [turn(say('Hello.'))],
            acts: [
              ...opened,
              { act: 'send', text: 'hello' },
              turnOver,
              { act: 'press', keys: ['C-z'] },
              { act: 'wait', for: { kind: 'stopped' } },
              { act: 'pause', ms: 700 },
              sample('suspended', 'from_idle'),
            ],
          }),
        ]
      : []),
    scenario('long-scrollback', 'an answer longer than the screen', {
      turns: [
        turn(
          say(
            `${Array.from({ length: 90 }, (_, row) => `- Case ${row + 1}: field ${row * 3} is read as it was written.`).join('\n')}\n\nAll cases are listed.`,
          ),
        ),
        turn(say('Fine.')),
      ],
      acts: [
        ...opened,
        { act: 'send', text: 'List the cases' },
        { act: 'wait', for: { kind: 'still' } },
        { act: 'pause', ms: 1_500 },
        sampleOnProof('completed', 'answer'),
        promptWasFree,
      ],
    }),
    scenario('resized', 'the window changes its size at work', {
      mode: 'all',
      turns: [turn(call(tools.run(SILENT_COMMAND, 'all')))],
      acts: [
        ...opened,
        { act: 'send', text: 'Run it' },
        { act: 'wait', for: { kind: 'tool-runs' } },
        { act: 'resize', size: NARROW },
        { act: 'pause', ms: 2_500 },
        sample('running', 'bash', 1),
        { act: 'resize', size: WIDE },
        { act: 'pause', ms: 2_500 },
        sample('running', 'bash', 1),
      ],
    }),
    scenario('network-down', 'the service is gone between two turns', {
      turns: [turn(say('Hi.')), turn(say('Back.'))],
      acts: [
        ...opened,
        { act: 'send', text: 'hello' },
        { act: 'wait', for: { kind: 'still' } },
        { act: 'network', up: false },
        { act: 'type', text: 'now add a test' },
        { act: 'press', keys: ['Enter'] },
        { act: 'pause', ms: 4_000 },
        sampleOnProof('retrying', 'network', 2),
        { act: 'network', up: true },
        { act: 'prove', by: { kind: 'asked-again' }, withinMs: 60_000 },
      ],
    }),
    ...(agent.trust === undefined
      ? []
      : [
          scenario('trust', 'a folder that is new to the agent', {
            setup: 'not-trusted',
            turns: [turn(say('Hello.'))],
            acts: [
              ...opened,
              sampleOnProof('waiting_input', 'trust'),
              { act: 'press', keys: agent.trust },
              // Some start once more to take their new rights.
              { act: 'pause', ms: 10_000 },
              { act: 'settle' },
              { act: 'prove', send: 'hello', by: { kind: 'asked-again' }, withinMs: 20_000 },
            ],
          }),
        ]),
    scenario('no-key', 'nobody has signed in', {
      setup: 'no-key',
      acts: [...opened, sample('logged_out', 'login')],
    }),
    ...(tools.plan === undefined
      ? []
      : [
          scenario('plan', 'a plan that has to be agreed to', {
            setup: 'plan-mode',
            turns: [
              ...tools
                .plan('# Plan\n\n1. Read the parser\n2. Write the field reader\n3. Run the tests\n')
                .map((each) => turn(call(each))),
              turn(say('I begin.')),
            ],
            acts: [
              ...opened,
              { act: 'send', text: 'Plan the field reader' },
              { act: 'wait', for: { kind: 'waits' } },
              { act: 'pause', ms: 1_500 },
              { act: 'wait', for: { kind: 'waits' } },
              sampleOnProof('waiting_input', 'plan_approval'),
              { act: 'prove', keys: ['Enter'], by: { kind: 'asked-again' } },
            ],
          }),
        ]),
  ];
}
