import type { WebClient } from '@slack/web-api';
import type { Source } from '../commands/index.ts';
import { err, type Log, type Result } from '../domain/index.ts';
import { requestFromDelivery } from './in/request-from-payload.ts';
import { createSlackAnswers } from './out/answers.ts';
import { createSlackPeople } from './out/people.ts';
import type { ScreenPictures } from './ports.ts';

/** Slack as a source of requests: how its stored deliveries are read, and how the one who asked is answered. */
export function createSlackSource(
  client: WebClient,
  pictures: ScreenPictures,
  now: () => Date,
  log: Log,
): Source {
  const answers = createSlackAnswers(client, pictures);
  const people = createSlackPeople(client, now);
  const shown = (result: Result<void, { readonly kind: string }>) => {
    if (!result.ok) {
      log.warn({ failure: result.error }, 'an answer could not be shown to the one who asked');
    }
  };
  const refused = (sentence: string) =>
    err({ kind: 'refused', refusal: { kind: 'not-allowed', sentence } } as const);
  return {
    read: async (delivery) => {
      const request = requestFromDelivery(delivery);
      if (!request.ok) return request;
      const recognised = await people.recognise(request.value);
      if (recognised.ok) return recognised;
      switch (recognised.error.kind) {
        case 'stranger':
          return refused(recognised.error.sentence);
        case 'refused':
          return refused(recognised.error.why);
        case 'retry':
          throw new Error(`Slack did not say who asked: ${recognised.error.why}`);
        case 'message-gone':
        case 'too-late':
          return err({ kind: 'ignored', why: 'Slack does not know who asked' });
      }
    },
    answer: async (delivery, answer) => shown(await answers.answer(delivery, answer)),
    refuse: async (delivery, refusal) => shown(await answers.refuse(delivery, refusal)),
  };
}
