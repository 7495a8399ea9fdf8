import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { benchClassify } from './classify.ts';
import { benchDecide } from './decide.ts';
import { benchPerceive } from './perceive.ts';
import { benchRisk } from './risk.ts';

/**
 * Measures the program. Figures go to the standard output as JSON, what is going on to the standard error.
 *
 *   npm run bench                   lists the benches and their options
 *   npm run bench -- perceive       real hosts, real sessions, the real program
 *   npm run -s bench -- … --json    nothing but the JSON
 */
type Bench = {
  readonly name: string;
  readonly about: string;
  readonly options: Readonly<Record<string, { readonly byDefault: number; readonly about: string }>>;
  readonly run: (wanted: Wanted, say: (line: string) => void) => Promise<unknown>;
};

type Wanted = {
  readonly number: (option: string) => number;
  /** Where CPU profiles of the measured program go; null: none is made. */
  readonly profileFolder: string | null;
};

const BENCHES: readonly Bench[] = [
  {
    name: 'perceive',
    about: 'how soon every session of a fleet is seen, how soon a change is, and what watching costs',
    options: {
      hosts: { byDefault: 20, about: 'sshds, each with a tmux server of its own' },
      sessions: { byDefault: 10, about: 'tmux sessions on each host, 2 at least' },
      samples: { byDefault: 80, about: 'changes to measure, by control mode and as many by hook' },
      'settle-seconds': { byDefault: 75, about: 'between the first look and idleness' },
      'idle-seconds': { byDefault: 60, about: 'how long CPU is counted while nothing changes' },
    },
    run: ({ number, profileFolder }, say) =>
      benchPerceive(
        {
          hosts: number('hosts'),
          sessions: number('sessions'),
          samples: number('samples'),
          settleSeconds: number('settle-seconds'),
          idleSeconds: number('idle-seconds'),
          profileFolder,
        },
        say,
      ),
  },
  {
    name: 'classify',
    about: 'how many captures one core classifies',
    options: { seconds: { byDefault: 10, about: 'of CPU for each of the two measurements' } },
    run: ({ number }, say) => benchClassify({ seconds: number('seconds') }, say),
  },
  {
    name: 'decide',
    about: 'how often a model is asked about a fleet, and what that takes',
    options: {
      cycles: { byDefault: 1_000, about: 'passes over the whole fleet, a minute apart' },
      sessions: { byDefault: 20, about: 'agents in it' },
    },
    run: ({ number }, say) => benchDecide({ cycles: number('cycles'), sessions: number('sessions') }, say),
  },
  {
    name: 'risk',
    about: 'how many texts one core judges',
    options: { seconds: { byDefault: 10, about: 'of CPU for each of the three measurements' } },
    run: ({ number }, say) => benchRisk({ seconds: number('seconds') }, say),
  },
];

const INTERRUPTED = 130;

async function main([name, ...words]: readonly string[]): Promise<number> {
  const bench = BENCHES.find((each) => each.name === name);
  if (bench === undefined) {
    process.stderr.write(usage());
    return name === undefined ? 0 : 2;
  }
  const read = readOptions(bench, words);
  if (typeof read === 'string') {
    process.stderr.write(`${read}\n\n${usage()}`);
    return 2;
  }
  // What was started ends at this process' exit, however it comes.
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
    process.prependListener(signal, () => process.exit(INTERRUPTED));
  }
  const say = read.isQuiet ? () => {} : (line: string) => void process.stderr.write(`${line}\n`);
  const figures = await bench.run(read, say);
  process.stdout.write(`${JSON.stringify(figures, null, 2)}\n`);
  return 0;
}

/** @returns what is wrong, or the options */
function readOptions(
  { options }: Bench,
  words: readonly string[],
): string | (Wanted & { readonly isQuiet: boolean }) {
  let values: Readonly<Record<string, string | boolean | undefined>>;
  try {
    values = parseArgs({
      args: [...words],
      options: {
        json: { type: 'boolean' },
        profile: { type: 'string' },
        ...Object.fromEntries(Object.keys(options).map((option) => [option, { type: 'string' } as const])),
      },
    }).values;
  } catch (cause) {
    return cause instanceof Error ? cause.message : String(cause);
  }
  const numbers = new Map<string, number>();
  for (const [option, { byDefault }] of Object.entries(options)) {
    const number = Number(values[option] ?? byDefault);
    if (!Number.isInteger(number) || number < 1) return `--${option} takes a whole number, 1 at least`;
    numbers.set(option, number);
  }
  return {
    number: (option) => numbers.get(option) ?? 0,
    profileFolder: typeof values.profile === 'string' ? resolve(values.profile) : null,
    isQuiet: values.json === true,
  };
}

function usage(): string {
  const lines = BENCHES.flatMap(({ name, about, options }) => [
    `  npm run bench -- ${name}`,
    `      ${about}`,
    ...Object.entries(options).map(
      ([option, { byDefault, about: what }]) => `      --${option} ${byDefault}  ${what}`,
    ),
  ]);
  return [
    'Benches:',
    ...lines,
    '  --json  prints nothing but the figures',
    '  --profile FOLDER  keeps a CPU profile of the measured program, which costs some of its time',
    '',
  ].join('\n');
}

if (import.meta.main) process.exitCode = await main(process.argv.slice(2));
