import { bold, type Card, ok, STRATEGIES, type Strategy, text } from '../domain/index.ts';
import type { Outcome } from './context.ts';

/** All of them in a line each, or one with everything that is known of it. */
export function showStrategies(strategy: Strategy | null): Outcome {
  return ok({ kind: 'card', card: strategy === null ? overview() : detail(strategy) });
}

function overview(): Card {
  return {
    title: 'Strategies',
    parts: [
      {
        kind: 'list',
        items: STRATEGIES.map((strategy, at) => [
          bold(`${at + 1}. ${strategy.title}`),
          text(` — ${strategy.when}`),
        ]),
      },
    ],
    buttons: [],
    summary: `${STRATEGIES.length} strategies.`,
  };
}

function detail({ id, title, when, what, whenNot }: Strategy): Card {
  const number = STRATEGIES.findIndex((strategy) => strategy.id === id) + 1;
  return {
    title: `${number}. ${title}`,
    parts: [
      {
        kind: 'facts',
        facts: [
          { label: 'When', value: [text(when)] },
          { label: 'What to do', value: [text(what)] },
          { label: 'When not', value: [text(whenNot)] },
        ],
      },
      { kind: 'note', spans: [text(`In decisions: ${id}`)] },
    ],
    buttons: [],
    summary: `Strategy ${number}, ${title}.`,
  };
}
