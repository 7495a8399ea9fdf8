import {
  err,
  type HostListing,
  type ListedHost,
  type ListingFault,
  type Log,
  ok,
  type Result,
} from '../../domain/index.ts';
import { redact } from '../../safety/index.ts';
import { azlinProgram } from '../azlin-words.ts';
import { lastLines, runProgram } from '../run-program.ts';
import { type AzlinList, type AzlinVm, readJsonList, readTableList } from './azlin-list.ts';
import type { Provider } from './provider.ts';

export type AzlinOptions = {
  readonly env: NodeJS.ProcessEnv;
  /** Who logs in through a tunnel, and with which config of ssh; null: what ssh does anyway. */
  readonly user: string | null;
  readonly configFile: string | null;
  readonly log: Log;
  readonly listWithinMs?: number;
};

export const AZLIN_PAGE = 'https://github.com/rysweet/azlin';

// Behind Bastion azlin asks every VM for its sessions, which takes minutes for a large fleet.
const LIST_WITHIN_MS = 120_000;

type Source = {
  readonly words: readonly string[];
  readonly read: (output: string) => AzlinList | null;
  /** Whether it tells of tunnels; one that does not is no news of them. */
  readonly tellsTunnels: boolean;
};

/** The best first. Versions of azlin differ in which of them they know. */
const SOURCES: readonly Source[] = [
  { words: ['list', '--output', 'json'], read: readJsonList, tellsTunnels: true },
  { words: ['list', '--json'], read: readJsonList, tellsTunnels: true },
  { words: ['list'], read: readTableList, tellsTunnels: false },
];

/** Azure VMs, as the program `azlin` of the bot's machine lists them. */
export function createAzlinProvider(options: AzlinOptions): Provider {
  const { env, user, configFile, log, listWithinMs = LIST_WITHIN_MS } = options;
  let tunnels: ReadonlyMap<string, number> = new Map();

  const listed = ({ name, region, isRunning, sessions }: AzlinVm): ListedHost => {
    const port = tunnels.get(name);
    const tunnel = port === undefined ? null : { port, user, configFile };
    return {
      name,
      transport: { kind: 'azlin', vm: name, tunnel },
      region,
      isRunning,
      toldSessions: sessions,
      capacity: null,
    };
  };

  return {
    name: 'azlin',
    async list(signal): Promise<Result<HostListing, ListingFault>> {
      const faults: string[] = [];
      for (const { words, read, tellsTunnels } of SOURCES) {
        const asked = await askAzlin(env, words, listWithinMs, signal);
        if (asked.kind === 'missing') return err({ kind: 'missing-program', sentence: howToFindAzlin(env) });
        const list = asked.kind === 'answered' ? read(asked.stdout) : null;
        if (list !== null) {
          if (faults.length > 0) log.warn({ faults }, `azlin lists its VMs by \`${words.join(' ')}\` only`);
          if (tellsTunnels) tunnels = tunnelsOf(list.vms);
          return ok({ hosts: list.vms.map(listed), isComplete: list.isComplete });
        }
        faults.push(`\`azlin ${words.join(' ')}\` ${asked.why}`);
      }
      return err({
        kind: 'failed',
        sentence: `azlin does not list its VMs: ${faults.join('; ')}. Try \`azlin list\` on the bot's machine as the bot's user; \`az login\` and \`azlin context list\` are what it needs most often.`,
      });
    },
  };
}

type Asked =
  | { readonly kind: 'answered'; readonly stdout: string; readonly why: string }
  | { readonly kind: 'failed'; readonly why: string }
  | { readonly kind: 'missing' };

/** What it prints counts, and not how it ends: it fails for warnings, and succeeds with nothing. */
async function askAzlin(
  env: NodeJS.ProcessEnv,
  words: readonly string[],
  withinMs: number,
  signal: AbortSignal,
): Promise<Asked> {
  const ended = await runProgram(
    {
      file: azlinProgram(env),
      args: words,
      env: { ...env, NO_COLOR: '1', COLUMNS: '400' },
      stdin: { kind: 'nothing' },
      limitMs: withinMs,
    },
    signal,
  );
  if (ended.kind === 'missing') return ended;
  if (ended.kind === 'timed-out') {
    return { kind: 'failed', why: `gave no answer within ${Math.round(withinMs / 1000)} s` };
  }
  const said = redact(lastLines(ended.stderr).split('\n').at(-1)?.trim() ?? '');
  const why =
    ended.exitCode === 0
      ? 'answers nothing that is a list of VMs'
      : `ended with ${ended.exitCode ?? 'a signal'}${said === '' ? '' : ` (${said})`}`;
  return { kind: 'answered', stdout: ended.stdout, why };
}

function tunnelsOf(vms: readonly AzlinVm[]): ReadonlyMap<string, number> {
  return new Map(vms.flatMap(({ name, tunnelPort }) => (tunnelPort === null ? [] : [[name, tunnelPort]])));
}

/** Nothing is installed, and no place is guessed: what runs with the operator's Azure account is the operator's choice. */
export function howToFindAzlin(env: NodeJS.ProcessEnv): string {
  return env.AZLIN_PATH === undefined
    ? `There is no azlin on PATH. Install it (${AZLIN_PAGE}) or set AZLIN_PATH to the program, then \`hosts refresh\`.`
    : `AZLIN_PATH names ${env.AZLIN_PATH}, which is no program that can be run. Correct AZLIN_PATH, or leave it out and put azlin on PATH (${AZLIN_PAGE}).`;
}
