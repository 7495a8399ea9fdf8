import { type Approval, type Card, type CardButton, ok, taskLabel, text } from '../domain/index.ts';
import { questionOf } from './answer-approval.ts';
import type { Context, Outcome } from './context.ts';
import { mayAnswer } from './may-answer.ts';
import { fleetCard } from './show-status.ts';
import { briefTitle } from './wording.ts';

const QUESTIONS_SHOWN = 10;

/** A person's own page: the questions that wait for them, then the fleet. */
export async function showHome(context: Context): Promise<Outcome> {
  const { store } = context.ports;
  const cards: Card[] = [];
  for (const approval of await store.openApprovals()) {
    if (cards.length === QUESTIONS_SHOWN) break;
    const task = await store.findTask(approval.task);
    if (task === null || !(await mayAnswer(context, approval, task)).ok) continue;
    cards.push(questionCard(approval, `${taskLabel(task.id)} ${briefTitle(task.brief)}`));
  }
  const heading: Card = {
    title: 'Waiting for you',
    parts: [
      {
        kind: 'text',
        spans: [text(cards.length === 0 ? 'Nothing waits for you.' : `${cards.length} to answer.`)],
      },
    ],
    buttons: [],
    summary: 'Questions waiting for you.',
  };
  return ok({ kind: 'home', cards: [heading, ...cards, await fleetCard(context)] });
}

function questionCard(approval: Approval, title: string): Card {
  return {
    title,
    parts: [{ kind: 'text', spans: [text(questionOf(approval))] }],
    buttons: approval.choices.map(
      (choice): CardButton => ({
        request: { kind: 'answer', approval: approval.id, choice: choice.id },
        label: choice.label,
        style: choice.style,
        confirm: null,
      }),
    ),
    summary: questionOf(approval),
  };
}
