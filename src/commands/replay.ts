import {
  type Decision,
  differenceOf,
  ok,
  type Replay,
  type Replayed,
  STRATEGIES,
  taskLabel,
  text,
} from '../domain/index.ts';
import { redact } from '../safety/index.ts';
import { type Context, type Outcome, refuse, requireRole } from './context.ts';
import type { Command } from './grammar/command.ts';
import { excerpt } from './observation-words.ts';
import { effectWords } from './show-decisions.ts';
import { duration } from './wording.ts';

const WORDS_MAX = 160;
const DIFFERENCES_SHOWN = 100;

/** What would have been decided otherwise. It costs a call for each question, so it is for admins. */
export async function replayDecisions(
  context: Context,
  { sinceMs, model, policy }: Extract<Command, { kind: 'replay' }>,
): Promise<Outcome> {
  const allowed = requireRole(context, 'admin', 'replay decisions');
  if (!allowed.ok) return allowed;
  // Who writes in a chat may not be allowed to read files of the bot's machine.
  if (policy !== null && context.place.kind !== 'shell') {
    return refuse('not-allowed', '`--policy` names a file on the bot’s machine: ask from a shell there.');
  }
  const since = new Date(context.at.getTime() - sinceMs);
  const replayed = await context.ports.replays.run({ since, model, policy });
  if (!replayed.ok) return refuse('bad-words', replayed.error);
  return ok({ kind: 'card', card: cardOf(context, replayed.value) });
}

function cardOf({ at }: Context, { replayed, leftOut, usage, costUsd }: Replay) {
  const differing = replayed.filter((each) => differenceOf(each) !== 'none');
  const counts = (['decision', 'verdict', 'words'] as const).map(
    (kind) => replayed.filter((each) => differenceOf(each) === kind).length,
  );
  const [decisions = 0, verdicts = 0, words = 0] = counts;
  const tokens = usage.input + usage.output + usage.cacheRead + usage.cacheWrite;
  const cost = costUsd === null ? '' : `, $${costUsd.toFixed(2)}`;
  const summary = `${replayed.length} decisions once more: ${decisions} are others, ${verdicts} are judged otherwise, ${words} differ in words, ${replayed.length - differing.length} are the same.`;
  const more = differing.length - DIFFERENCES_SHOWN;
  const notes = [
    ...(more > 0
      ? [`Of those that differ the last ${DIFFERENCES_SHOWN} are shown; there are ${more} more.`]
      : []),
    ...(tokens === 0 ? [] : [`It took ${tokens} tokens${cost}.`]),
    ...(leftOut === 0 ? [] : [`${leftOut} more were left out.`]),
  ];
  return {
    title: 'Replay',
    parts: [
      { kind: 'text' as const, spans: [text(summary)] },
      ...(differing.length === 0
        ? []
        : [
            {
              kind: 'list' as const,
              items: differing.slice(-DIFFERENCES_SHOWN).map((each) => [text(lineOf(each, at))]),
            },
          ]),
      ...notes.map((note) => ({ kind: 'note' as const, spans: [text(note)] })),
    ],
    buttons: [],
    summary,
  };
}

function lineOf({ task, at: when, before, after }: Replayed, at: Date): string {
  const then = `${decisionWords(before.decision)} (${before.verdict.kind})`;
  const now = `${decisionWords(after.decision)} (${after.verdict.kind})`;
  return `${taskLabel(task)}, ${duration(when.getTime(), at.getTime())} ago: ${then} → ${now}`;
}

function decisionWords(decision: Decision): string {
  const title = STRATEGIES.find(({ id }) => id === decision.strategy)?.title;
  const following = title === undefined ? '' : `, ${title}`;
  return `${deedWords(decision)}${following}, ${Math.round(decision.confidence * 100)} %`;
}

/** What is cut is redacted first: half a secret is not known as one. */
function deedWords(decision: Decision): string {
  switch (decision.kind) {
    case 'send-text':
      return `send “${excerpt(redact(decision.text), WORDS_MAX)}”`;
    case 'press-option':
      return `answer “${excerpt(redact(decision.option.label), WORDS_MAX)}”`;
    case 'ask-a-person':
      return 'ask people';
    case 'complete-task':
      return 'complete the task';
    case 'restart-agent':
      return 'restart the agent';
    case 'carry-out':
      return excerpt(redact(effectWords({ effect: decision.effect, allowedBy: null }, [])), WORDS_MAX);
    default:
      return decision.kind;
  }
}
