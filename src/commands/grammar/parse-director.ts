import { ok, type Result, STRATEGIES, strategyNamed } from '../../domain/index.ts';
import type { Refusal } from '../request.ts';
import type { Command } from './command.ts';
import { splitFlags } from './flags.ts';
import { bad, clip, spanMs, splitHead, unquote } from './words.ts';

const REPLAY_SINCE_MS = 7 * 86_400_000;

const REPLAY_SINCE_MAX_MS = 30 * 86_400_000;

export function parseReplay(rest: string): Result<Command, Refusal> {
  const split = splitFlags(rest, ['since', 'model', 'policy']);
  if (!split.ok) return split;
  const { flags, text } = split.value;
  if (text !== '') return bad('`replay` takes flags only: `replay --since 7d --model NAME`.');
  const since = flags.get('since');
  const sinceMs = since === undefined ? REPLAY_SINCE_MS : spanMs(since);
  if (sinceMs === undefined || sinceMs < 1 || sinceMs > REPLAY_SINCE_MAX_MS) {
    return bad('`--since` takes up to 30 days: `--since 12h`, `--since 7d`.');
  }
  const model = flags.get('model') ?? null;
  return ok({ kind: 'replay', sinceMs, model, policy: flags.get('policy') ?? null });
}

const PAUSE_WHY_MAX = 300;

export function parsePause(rest: string): Result<Command, Refusal> {
  const why = unquote(rest.trim()).replace(/\s+/g, ' ');
  return why.length > PAUSE_WHY_MAX
    ? bad(`A reason has ${PAUSE_WHY_MAX} characters at most: \`pause deploying the shop\`.`)
    : ok({ kind: 'pause', why: why === '' ? null : why });
}

export function parseStrategies(rest: string): Result<Command, Refusal> {
  const name = unquote(rest.trim());
  if (name === '') return ok({ kind: 'strategies', strategy: null });
  const strategy = strategyNamed(name);
  return strategy === null
    ? bad(
        `There is no strategy \`${clip(name)}\`. Name one by its number, 1 to ${STRATEGIES.length}, or as ${STRATEGIES.map(({ id }) => `\`${id}\``).join(', ')}.`,
      )
    : ok({ kind: 'strategies', strategy });
}

export function parseAnswer(rest: string): Result<Command, Refusal> {
  const { head: approval, rest: choice } = splitHead(rest);
  const wanted = unquote(choice.trim());
  if (approval === '' || wanted === '') {
    return bad('Say which question and which answer: `answer 3fa9c1d2 approve`. `approvals` lists them.');
  }
  return ok({ kind: 'answer', approval, choice: wanted });
}
