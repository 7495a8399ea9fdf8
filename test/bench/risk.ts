import { judgeRisks } from '../../src/cli/risk.ts';
import { judgeRisk, type RiskTarget } from '../../src/safety/index.ts';
import { LISTS, readList } from '../safety/risk-lists.ts';
import { perCpuSecond } from './cpu-rate.ts';
import { rounded } from './figures.ts';
import { type MachineFacts, machineFacts } from './machine.ts';

export type RiskFigures = {
  readonly machine: MachineFacts;
  readonly inputs: number;
  /** From a text in memory to its verdict, for each second that one core worked. */
  readonly shellVerdictsPerSecond: number;
  readonly agentVerdictsPerSecond: number;
  /** Both kinds by the command line's way: JSON in, JSON out. */
  readonly linesPerSecond: number;
  readonly target: {
    readonly atLeast: number;
    readonly isMetForShell: boolean;
    readonly isMetForAgent: boolean;
    readonly isMetByCommandLine: boolean;
  };
};

const AT_LEAST = 10_000;
/** Of everyday inputs for each destructive one: people and agents do what is harmless most of the time. */
const EVERYDAY_SHARE = 4;

/**
 * How many verdicts one core gives. Nothing is remembered from one verdict to the next.
 * @param seconds of CPU for each of the three measurements
 */
export async function benchRisk(
  { seconds }: { readonly seconds: number },
  say: (line: string) => void,
): Promise<RiskFigures> {
  const inputs = LISTS.flatMap(({ target, destructive, harmless }) =>
    [
      ...readList(destructive),
      ...Array.from({ length: EVERYDAY_SHARE }, () => readList(harmless)).flat(),
    ].map(({ text }, index) => ({ id: index, text, target })),
  );
  const rateFor = async (wanted: RiskTarget) => {
    const texts = inputs.filter(({ target }) => target === wanted);
    const rate = await perCpuSecond(seconds, texts.length, () => {
      for (const { text, target } of texts) judgeRisk(text, target);
    });
    say(`${Math.round(rate)} verdicts per second for ${wanted}`);
    return rate;
  };
  const shell = await rateFor('shell');
  const agent = await rateFor('agent');
  const bytes = new TextEncoder().encode(inputs.map((input) => `${JSON.stringify(input)}\n`).join(''));
  const lines = await perCpuSecond(seconds, inputs.length, async () => {
    for await (const _ of judgeRisks(once(bytes)));
  });
  say(`${Math.round(lines)} lines per second`);
  return {
    machine: machineFacts(process.execPath),
    inputs: inputs.length,
    shellVerdictsPerSecond: rounded(shell, 0),
    agentVerdictsPerSecond: rounded(agent, 0),
    linesPerSecond: rounded(lines, 0),
    target: {
      atLeast: AT_LEAST,
      isMetForShell: shell >= AT_LEAST,
      isMetForAgent: agent >= AT_LEAST,
      isMetByCommandLine: lines >= AT_LEAST,
    },
  };
}

async function* once(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
