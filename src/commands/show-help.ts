import { type Card, code, ok, spoken, text } from '../domain/index.ts';
import type { Context, Outcome } from './context.ts';
import { HELP, type Topic } from './help-texts.ts';

export async function showHelp(context: Context, topic: Topic | null): Promise<Outcome> {
  const prefix = context.place.kind === 'slack' ? `${context.ports.settings.commandName} ` : '';
  return ok({ kind: 'card', card: topic === null ? overview(prefix) : detail(topic, prefix) });
}

function overview(prefix: string): Card {
  return {
    title: 'What I can do',
    parts: [
      {
        kind: 'list',
        items: HELP.map((topic) => [code(`${prefix}${topic.usage}`), text(' — '), ...spoken(topic.gist)]),
      },
      {
        kind: 'note',
        spans: [
          text(
            'In a task’s thread the task number can be left out, and anything else you write there goes to the agent. ',
          ),
          text('Labelling a GitHub issue starts a task too.'),
        ],
      },
    ],
    buttons: [],
    summary: 'What Fleet Director can do.',
  };
}

function detail(topic: Topic, prefix: string): Card {
  return {
    title: topic.verb,
    parts: [
      { kind: 'text', spans: [code(`${prefix}${topic.usage}`)] },
      { kind: 'text', spans: spoken(topic.does) },
      { kind: 'text', spans: [text('For example: '), code(`${prefix}${topic.example}`)] },
    ],
    buttons: [],
    summary: `Help on ${topic.verb}.`,
  };
}
