import { expect, test } from 'vitest';
import { wordsFromArgv } from '../../src/commands/grammar/argv.ts';
import type { Command } from '../../src/commands/grammar/command.ts';
import { parseCommand, startsWithVerb } from '../../src/commands/grammar/parse-command.ts';
import { HELP } from '../../src/commands/help-texts.ts';
import type { Target } from '../../src/commands/target.ts';
import { type RoundKind, roundId, STRATEGIES, strategyOf, taskId } from '../../src/domain/index.ts';
import { pick, randomText, seeded } from '../support/seeded.ts';

type Add = Extract<Command, { kind: 'add' }>;
const HERE = { kind: 'here' } as const;
const at = (host: string | null, name: string) => ({ kind: 'session', host, name }) as const;
const snapshot = (target: Target, lines: number | null = null, isTextOnly = false) =>
  ({ kind: 'snapshot', target, lines, isTextOnly }) as const;
const add = (brief: string, rest: Partial<Add> = {}): Add => ({
  kind: 'add',
  brief,
  repo: null,
  priority: 'medium',
  agent: null,
  host: null,
  after: [],
  budgetUsd: null,
  permissionMode: null,
  maxTurns: null,
  ...rest,
});

const roundOf = (kind: RoundKind, more: Partial<Extract<Command, { kind: RoundKind }>> = {}) => ({
  kind,
  host: null,
  session: null,
  isIncremental: false,
  isSaved: false,
  isForced: false,
  ...more,
});

const UNDERSTOOD: readonly (readonly [string, Command])[] = [
  ['', { kind: 'help', topic: null }],
  ['  ', { kind: 'help', topic: null }],
  ['help', { kind: 'help', topic: null }],
  ['HELP', { kind: 'help', topic: null }],
  ['help /add', { kind: 'help', topic: HELP.find((each) => each.verb === 'add') ?? null }],
  ['add', { kind: 'open-add-form', brief: '' }],
  ['add   ', { kind: 'open-add-form', brief: '' }],
  ['add Fix it --budget 2.50', add('Fix it', { budgetUsd: 2.5 })],
  ['add Fix it --budget $5', add('Fix it', { budgetUsd: 5 })],
  ['add Fix it --turns 1', add('Fix it', { maxTurns: 1 })],
  ['add Fix it --turns 1000 --mode Edits', add('Fix it', { maxTurns: 1000, permissionMode: 'edits' })],
  ['budget', { kind: 'budget', of: null, capUsd: null }],
  ['budget T12', { kind: 'budget', of: { kind: 'task', task: taskId(12) }, capUsd: null }],
  ['budget T12 $10', { kind: 'budget', of: { kind: 'task', task: taskId(12) }, capUsd: 10 }],
  ['budget acme/api 25.5', { kind: 'budget', of: { kind: 'project', repo: 'acme/api' }, capUsd: 25.5 }],
  ['quota', { kind: 'quota', lift: null }],
  ['quota lift claude on dev1', { kind: 'quota', lift: 'claude on dev1' }],
  ['add Fix it', add('Fix it')],
  ['add Fix it --repo acme/api', add('Fix it', { repo: 'acme/api' })],
  ['add --repo acme/api Fix it', add('Fix it', { repo: 'acme/api' })],
  ['add --repo=acme/api Fix it --priority=HIGH', add('Fix it', { repo: 'acme/api', priority: 'high' })],
  [
    'add --agent claude Fix it --host dev1 --repo acme/api --priority low',
    add('Fix it', { agent: 'claude', host: 'dev1', repo: 'acme/api', priority: 'low' }),
  ],
  ['add Fix it --repo https://github.com/acme/api.git', add('Fix it', { repo: 'acme/api' })],
  ['add Fix it --after T3', add('Fix it', { after: [taskId(3)] })],
  ['add --after t3,#4,3 Fix it', add('Fix it', { after: [taskId(3), taskId(4)] })],
  ['reassign', { kind: 'reassign', task: null, host: null }],
  ['reassign T3', { kind: 'reassign', task: taskId(3), host: null }],
  ['reassign T3 dev2', { kind: 'reassign', task: taskId(3), host: 'dev2' }],
  ['reassign dev2', { kind: 'reassign', task: null, host: 'dev2' }],
  ['add Fix it —repo acme/api', add('Fix it', { repo: 'acme/api' })],
  ['add Fix it –priority high', add('Fix it', { priority: 'high' })],
  ['add Fix it --host "dev one"', add('Fix it', { host: 'dev one' })],
  ['add Fix it --host “dev one”', add('Fix it', { host: 'dev one' })],
  ['add Explain the --verbose flag of the tool', add('Explain the --verbose flag of the tool')],
  ['add Add caching —like before', add('Add caching —like before')],
  ['add -- --repo is what I mean', add('--repo is what I mean')],
  ['add --priority high -- Explain --repo acme/api', add('Explain --repo acme/api', { priority: 'high' })],
  ['add "Fix it"', add('Fix it')],
  ['add “Fix it”', add('Fix it')],
  ['add "Fix it --priority high"', add('Fix it --priority high')],
  ['add "Fix it" --priority high', add('Fix it', { priority: 'high' })],
  ['add "Fix" and "that"', add('"Fix" and "that"')],
  ['add Fix it\n\n- one\n- two --priority high', add('Fix it\n\n- one\n- two', { priority: 'high' })],
  ['add\nFix it\n--repo acme/api', add('Fix it', { repo: 'acme/api' })],
  ["add '; touch /tmp/x; $(id) `id`", add("'; touch /tmp/x; $(id) `id`")],
  ['add Keep   my  blanks', add('Keep   my  blanks')],
  ['status', { kind: 'status', task: null }],
  ['status T12', { kind: 'status', task: taskId(12) }],
  ['status #12 ', { kind: 'status', task: taskId(12) }],
  ['queue', { kind: 'queue' }],
  ['scout', roundOf('scout')],
  [
    'scout --host dev1 --incremental --save',
    roundOf('scout', { host: 'dev1', isIncremental: true, isSaved: true }),
  ],
  ['dry-run —session=main', roundOf('dry-run', { session: 'main' })],
  ['advance --force', roundOf('advance', { isForced: true })],
  ['run-once', roundOf('run-once')],
  ['rounds', { kind: 'rounds', round: null, format: 'table' }],
  ['rounds r3 --format json', { kind: 'rounds', round: roundId(3), format: 'json' }],
  ['snapshot', snapshot(HERE)],
  ['snapshot T12', snapshot({ kind: 'task', task: taskId(12) })],
  ['snapshot T12 50', snapshot({ kind: 'task', task: taskId(12) }, 50)],
  ['snapshot T12 200 lines --text', snapshot({ kind: 'task', task: taskId(12) }, 200, true)],
  ['snapshot —text', snapshot(HERE, null, true)],
  ['snapshot 40 lines', snapshot(HERE, 40)],
  ['snapshot dev1 main', snapshot(at('dev1', 'main'))],
  ['snapshot dev1:main', snapshot(at('dev1', 'main'))],
  ['snapshot dev1 2', snapshot(at('dev1', '2'))],
  ['snapshot dev1 2 80', snapshot(at('dev1', '2'), 80)],
  ['snapshot dev1 "two words" 10000 lines', snapshot(at('dev1', 'two words'), 10_000)],
  ['snapshot main --lines 5', snapshot(at(null, 'main'), 5)],
  ['snapshot main --lines=5', snapshot(at(null, 'main'), 5)],
  ['watch dev1 main', { kind: 'watch', target: at('dev1', 'main'), forMs: 120_000 }],
  ['watch dev1 main for 10m', { kind: 'watch', target: at('dev1', 'main'), forMs: 600_000 }],
  ['watch T3 for 90 s', { kind: 'watch', target: { kind: 'task', task: taskId(3) }, forMs: 90_000 }],
  ['watch for 1 min', { kind: 'watch', target: HERE, forMs: 60_000 }],
  ['watch dev1 for', { kind: 'watch', target: at('dev1', 'for'), forMs: 120_000 }],
  ['observe dev1', { kind: 'observe', host: 'dev1' }],
  ['explain', { kind: 'explain', target: HERE }],
  ['explain main', { kind: 'explain', target: at(null, 'main') }],
  ['explain t3', { kind: 'explain', target: { kind: 'task', task: taskId(3) } }],
  ['health', { kind: 'health', host: null }],
  ['health dev1', { kind: 'health', host: 'dev1' }],
  ['Cancel t3', { kind: 'cancel', task: taskId(3) }],
  ['retry 3', { kind: 'retry', task: taskId(3) }],
  ['restart T3', { kind: 'restart', task: taskId(3) }],
  ['lock T3', { kind: 'lock', task: taskId(3), forMs: null, goal: null }],
  ['lock', { kind: 'lock', task: null, forMs: null, goal: null }],
  ['Lock t3 for 30m', { kind: 'lock', task: taskId(3), forMs: 1_800_000, goal: null }],
  ['lock 3 FOR 3 hours', { kind: 'lock', task: taskId(3), forMs: 10_800_000, goal: null }],
  ['lock for 2d', { kind: 'lock', task: null, forMs: 172_800_000, goal: null }],
  ['lock T3 for 30 days', { kind: 'lock', task: taskId(3), forMs: 2_592_000_000, goal: null }],
  [
    'lock T3 for 3h goal All tests pass, for good',
    { kind: 'lock', task: taskId(3), forMs: 10_800_000, goal: 'All tests pass, for good' },
  ],
  ['lock goal "Ship it"', { kind: 'lock', task: null, forMs: null, goal: 'Ship it' }],
  ['unlock T3', { kind: 'unlock', task: taskId(3) }],
  ['unlock', { kind: 'unlock', task: null }],
  ['strategies', { kind: 'strategies', strategy: null }],
  ['Strategies 13', { kind: 'strategies', strategy: strategyOf('architect-first') }],
  ['strategies Architect first', { kind: 'strategies', strategy: strategyOf('architect-first') }],
  ['strategies "n-version"', { kind: 'strategies', strategy: strategyOf('n-version') }],
  ['pause', { kind: 'pause', why: null }],
  ['Pause deploying\n the shop ', { kind: 'pause', why: 'deploying the shop' }],
  ['pause "until Monday"', { kind: 'pause', why: 'until Monday' }],
  ['resume', { kind: 'resume' }],
  ['decisions', { kind: 'decisions', task: null }],
  ['decisions t3', { kind: 'decisions', task: taskId(3) }],
  ['approvals', { kind: 'approvals' }],
  ['answer 3fa9 approve', { kind: 'answer', approval: '3fa9', choice: 'approve' }],
  ['answer 3fa9 Yes, always', { kind: 'answer', approval: '3fa9', choice: 'Yes, always' }],
  ['answer 3fa9 "Yes, always"', { kind: 'answer', approval: '3fa9', choice: 'Yes, always' }],
  ['hosts', { kind: 'hosts-list' }],
  ['hosts list', { kind: 'hosts-list' }],
  ['hosts add dev1', { kind: 'hosts-add', name: 'dev1', ssh: null, port: null, capacity: null }],
  [
    'hosts add dev1 --ssh ann@dev1 --port 2222 --capacity 5',
    { kind: 'hosts-add', name: 'dev1', ssh: 'ann@dev1', port: 2222, capacity: 5 },
  ],
  [
    'hosts add dev1 ann@dev1',
    { kind: 'hosts-add', name: 'dev1', ssh: 'ann@dev1', port: null, capacity: null },
  ],
  ['hosts refresh', { kind: 'hosts-refresh' }],
  ['hosts exclude dev1', { kind: 'hosts-exclude', name: 'dev1' }],
  ['hosts Include dev1', { kind: 'hosts-include', name: 'dev1' }],
  ['hosts accept dev1', { kind: 'hosts-accept', name: 'dev1' }],
  ['hosts drain dev1', { kind: 'hosts-drain', name: 'dev1' }],
  ['resume T12', { kind: 'resume-task', task: taskId(12) }],
  ['stop', { kind: 'stop', task: null }],
  ['interrupt T12', { kind: 'stop', task: taskId(12) }],
  ['undo T12', { kind: 'undo', task: taskId(12) }],
  ['hosts resume dev1', { kind: 'hosts-resume', name: 'dev1' }],
  ['hosts Remove dev1', { kind: 'hosts-remove', name: 'dev1' }],
  ['projects', { kind: 'projects-list' }],
  ['projects list', { kind: 'projects-list' }],
  [
    'projects add acme/api --clone-url /srv/api.git --branch dev --agent codex',
    { kind: 'projects-add', repo: 'acme/api', cloneUrl: '/srv/api.git', branch: 'dev', agent: 'codex' },
  ],
];

test.each(UNDERSTOOD)('%j is understood', (words, command) => {
  expect(parseCommand(words)).toEqual({ ok: true, value: command });
});

const REFUSED: readonly (readonly [string, string])[] = [
  ['frobnicate', "I don't know `frobnicate`. Try `help` for everything I can do."],
  [`x${'y'.repeat(60)}`, `I don't know \`x${'y'.repeat(39)}…\`. Try \`help\` for everything I can do.`],
  ['`rm`', "I don't know `'rm'`. Try `help` for everything I can do."],
  ['help frobnicate', 'There is no help on `frobnicate`. Try `help` alone.'],
  [
    'add --repo acme/api',
    'What should the agent do? Write it after `add`: `add Fix the login test --repo owner/name`.',
  ],
  ['add Fix it --repo acme', '`acme` is not a repository. Write it as `--repo owner/name`.'],
  ['add Fix it --repo ""', '`` is not a repository. Write it as `--repo owner/name`.'],
  ['add Fix it --after soon', '`soon` names no tasks. Write them as `--after T12,T13`.'],
  ['reassign dev2 T3', 'Name a task, and a host if it matters which: `reassign T12 dev2`.'],
  ['add Fix it --priority urgent', '`urgent` is not a priority. Use one of critical, high, medium, low.'],
  ['add Fix it --repo', '`--repo` needs a value after it.'],
  ['add Fix it --repo=', '`--repo` needs a value after it.'],
  ['add Fix it --budget much', '`--budget` takes dollars: `--budget 5` or `--budget 2.50`.'],
  ['budget T12 much', 'A cap is in dollars: `budget T12 10` or `budget owner/name 25.50`.'],
  ['budget the lot', 'Name a task or a repository, and a new cap if it is to change: `budget T12 10`.'],
  ['quota raise', '`quota` shows usage limits; `quota lift claude on dev1` ends one before its time.'],
  ['add Fix it --host dev1 --host dev2', '`--host` is there twice. Keep one.'],
  [
    'add Fix it --reop acme/api',
    "I don't know `--reop`. Flags here are `--repo`, `--priority`, `--agent`, `--host`, `--after`, `--budget`, `--turns`, `--mode`; if it belongs to the text, put `--` before the text.",
  ],
  [
    'add --force yes Fix it',
    "I don't know `--force`. Flags here are `--repo`, `--priority`, `--agent`, `--host`, `--after`, `--budget`, `--turns`, `--mode`; if it belongs to the text, put `--` before the text.",
  ],
  ['status twelve', '`twelve` is not a task. Write its number: `status T12`.'],
  ['cancel T12 T13', '`T12 T13` is not a task. Write its number: `cancel T12`.'],
  ['snapshot T12 0 lines', 'A snapshot has 1 to 10000 lines: `snapshot T12 200 lines`.'],
  ['snapshot T12 10001', 'A snapshot has 1 to 10000 lines: `snapshot T12 200 lines`.'],
  ['snapshot T12 -5 lines', 'A snapshot has 1 to 10000 lines: `snapshot T12 200 lines`.'],
  ['snapshot T12 --lines many', 'A snapshot has 1 to 10000 lines: `snapshot T12 200 lines`.'],
  ['snapshot a b c d', 'Name one session: `snapshot T12` or `snapshot dev1 main 200 lines`.'],
  ['watch dev1 main for 11m', 'A watch lasts 1 s to 10 min: `watch dev1 main for 10m`.'],
  ['watch dev1 main for 0 s', 'A watch lasts 1 s to 10 min: `watch dev1 main for 10m`.'],
  ['watch a b c', 'Name one session: `watch dev1 main` or `watch T12 for 10m`.'],
  ['observe', 'Name one host: `observe dev1`.'],
  ['observe dev1 main', 'Name one host: `observe dev1`.'],
  ['explain a b c', 'Name one session: `explain T12`, `explain main` or `explain dev1 main`.'],
  ['health a b', 'Name one host, or none for all of them: `health dev1`.'],
  ['retry all', '`all` is not a task. Write its number: `retry T12`.'],
  ['restart it', '`it` is not a task. Write its number: `restart T12`.'],
  ['lock it', '`it` is not a task. Write its number: `lock T12`.'],
  ['lock T12 3h', '`T12 3h` is not a task. Write its number: `lock T12`.'],
  ...[
    'lock T12 for',
    'lock T12 for ever',
    'lock for 59s',
    'lock T12 for 0m',
    'lock T12 for 31d',
    'lock T12 for 3h x',
  ].map(
    (words) =>
      [
        words,
        'A lock lasts 1 min to 30 days: `lock T12 for 3h`. Without `for` it holds until `unlock`.',
      ] as const,
  ),
  [
    'strategies pray',
    `There is no strategy \`pray\`. Name one by its number, 1 to 20, or as ${STRATEGIES.map(({ id }) => `\`${id}\``).join(', ')}.`,
  ],
  [`pause ${'x'.repeat(301)}`, 'A reason has 300 characters at most: `pause deploying the shop`.'],
  [
    'resume dev1',
    '`resume` alone lets the director go on, `resume T12` a task whose agent was lost, and `hosts resume dev1` a host.',
  ],
  ['decisions all', '`all` is not a task. Write its number: `decisions T12`.'],
  ['unlock all', '`all` is not a task. Write its number: `unlock T12`.'],
  ['answer', 'Say which question and which answer: `answer 3fa9c1d2 approve`. `approvals` lists them.'],
  ['answer 3fa9', 'Say which question and which answer: `answer 3fa9c1d2 approve`. `approvals` lists them.'],
  [
    'hosts frob',
    "I don't know `hosts frob`. Use `hosts` with list, refresh, add, drain, resume, exclude, include, accept or remove.",
  ],
  ...['0', '1001', '-1', '2.5', 'many'].map(
    (turns) => [`add Fix it --turns ${turns}`, '`--turns` takes a number from 1 to 1000.'] as const,
  ),
  ['add Fix it --mode yolo', '`yolo` is not a mode. Use one of ask, edits, all.'],
  ['hosts add', 'Name the host: `hosts add dev1 --ssh user@dev1`.'],
  ['hosts add dev1 ann@dev1 --ssh ann@dev1', 'Name the destination once: `hosts add dev1 --ssh user@dev1`.'],
  ['hosts exclude', 'Name the host: `hosts exclude dev1`.'],
  ['hosts add dev 1', 'Name the host: `hosts add dev1 --ssh user@dev1`.'],
  ['hosts add dev1 --port 0', '`--port` takes a number from 1 to 65535.'],
  ['hosts add dev1 --port 70000', '`--port` takes a number from 1 to 65535.'],
  ['hosts add dev1 --port 22x', '`--port` takes a number from 1 to 65535.'],
  ['hosts add dev1 --capacity 1e3', '`--capacity` takes a number from 1 to 1000.'],
  ['hosts add dev1 --ssh', '`--ssh` needs a value after it.'],
  [
    'hosts add dev1 --key id_rsa',
    "I don't know `--key`. Flags here are `--ssh`, `--port`, `--capacity`; if it belongs to the text, put `--` before the text.",
  ],
  ['hosts drain', 'Name the host: `hosts drain dev1`.'],
  ['hosts remove ', 'Name the host: `hosts remove dev1`.'],
  ['projects frob', "I don't know `projects frob`. Use `projects add owner/name` or `projects list`."],
  ['projects add', 'Name the repository: `projects add owner/name`.'],
  ['projects add acme', 'Name the repository: `projects add owner/name`.'],
];

test.each(REFUSED)('%j is refused in one sentence that says what to do', (words, sentence) => {
  expect(parseCommand(words)).toEqual({ ok: false, error: { kind: 'bad-words', sentence } });
});

test('a quoted nothing opens the form', () => {
  expect(parseCommand('add ""')).toEqual({ ok: true, value: { kind: 'open-add-form', brief: '' } });
});

test('the help names every word that is understood, and its examples are understood', () => {
  for (const { verb, example } of HELP) {
    expect(startsWithVerb(`${verb.toUpperCase()} more`)).toBe(true);
    expect(parseCommand(example), example).toMatchObject({ ok: true });
  }
  expect(startsWithVerb('adding tests')).toBe(false);
  expect(startsWithVerb('please add tests')).toBe(false);
});

const ARGV: readonly (readonly [readonly string[], Command])[] = [
  [['add', 'Fix', 'it', '--repo', 'acme/api'], add('Fix it', { repo: 'acme/api' })],
  [['add', '--repo', 'acme/api', 'Fix it'], add('Fix it', { repo: 'acme/api' })],
  [
    ['add', 'Fix it', '--repo=acme/api', '--host', 'dev one'],
    add('Fix it', { repo: 'acme/api', host: 'dev one' }),
  ],
  [
    ['ADD', 'Explain --repo acme/api', '--priority', 'high'],
    add('Explain --repo acme/api', { priority: 'high' }),
  ],
  [['add', 'Explain', 'the', '--verbose', 'flag', 'well'], add('Explain the --verbose flag well')],
  [['add', '--', '--repo', 'acme/api'], add('--repo acme/api')],
  [['add', '--priority', 'low', '--', 'Say "--host dev1"'], add('Say "--host dev1"', { priority: 'low' })],
  [['add', '"Fix it"'], add('Fix it')],
  [['add'], { kind: 'open-add-form', brief: '' }],
  [['answer', '3fa9', 'Yes, always'], { kind: 'answer', approval: '3fa9', choice: 'Yes, always' }],
  [['status', 'T12'], { kind: 'status', task: taskId(12) }],
  [['strategies', 'architect first'], { kind: 'strategies', strategy: strategyOf('architect-first') }],
  [['lock', 'T12', 'for', '3h'], { kind: 'lock', task: taskId(12), forMs: 10_800_000, goal: null }],
  [[], { kind: 'help', topic: null }],
];

test.each(ARGV)('a command line of %j reads as the same words in chat', (argv, command) => {
  expect(parseCommand(wordsFromArgv(argv))).toEqual({ ok: true, value: command });
});

test.each([
  [['add', 'Fix it', '--repo'], '`--repo` needs a value after it.'],
  [['add', 'Fix', 'it', '--repo', ''], '`` is not a repository. Write it as `--repo owner/name`.'],
  [['add', 'Fix it', '--host', 'a', '--host', 'b'], '`--host` is there twice. Keep one.'],
] as const)('a command line of %j is refused as in chat', (argv, sentence) => {
  expect(parseCommand(wordsFromArgv(argv))).toEqual({ ok: false, error: { kind: 'bad-words', sentence } });
});

test('a text reaches the task to the letter from a command line, whatever is in it', () => {
  const random = seeded(5);
  for (let round = 0; round < 400; round += 1) {
    const brief =
      `${pick(random, ['', '--repo x/y ', '-- ', '"', '—host a '])}w${randomText(random, 40)}`.trim();
    const parsed = parseCommand(wordsFromArgv(['add', '--priority', 'high', '--', brief]));
    const wholly = /^(?:"([^"]*)"|“([^“”]*)”)$/.exec(brief);
    expect(parsed).toEqual({
      ok: true,
      value: add(wholly === null ? brief : (wholly[1] ?? wholly[2] ?? '').trim(), { priority: 'high' }),
    });
  }
});
