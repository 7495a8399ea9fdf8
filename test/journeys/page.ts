import { z } from 'zod';
import { type Fields, fieldsListAt, isFields, parseJson, textAt } from '../../src/workspace/json.ts';
import { until } from '../support/until.ts';
import { parseShown, type Shown } from './shown.ts';

/** The people of the local workspace. */
export const YOU = 'U0YOU';
export const ROBIN = 'U0ROBIN';
export const SAM = 'U0SAM';
export const FLEET_CHANNEL = 'C0FLEET';
export const RANDOM_CHANNEL = 'C0RANDOM';
const BOT = 'U0FLEET';

const SEEN_WITHIN_MS = 30_000;

const comment = z.object({ id: z.number(), author: z.string(), body: z.string() });
const overview = z.object({
  issues: z.array(
    z.object({
      number: z.number(),
      title: z.string(),
      labels: z.array(z.string()),
      comments: z.array(comment),
    }),
  ),
  pullRequests: z.array(
    z.object({
      number: z.number(),
      title: z.string(),
      branch: z.string(),
      body: z.string(),
      state: z.string(),
    }),
  ),
});

export type GithubOverview = z.infer<typeof overview>;

/** The local workspace, used the way its page uses it. */
export type Page = ReturnType<typeof openPage>;

export function openPage(origin: string) {
  async function act(request: Fields): Promise<unknown> {
    const response = await fetch(`${origin}/workspace/page/do`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', origin },
      body: JSON.stringify(request),
    });
    return response.json();
  }

  /** What the page of this person shows when it is opened. */
  async function snapshot(person: string): Promise<Fields> {
    const response = await fetch(`${origin}/workspace/page/stream?as=${person}`);
    const decoder = new TextDecoder();
    let text = '';
    const stream: AsyncIterable<Uint8Array> | null = response.body;
    for await (const chunk of stream ?? []) {
      text += decoder.decode(chunk, { stream: true });
      const line = /^data: (.*)\n\n/m.exec(text)?.[1];
      const value = line === undefined ? undefined : parseJson(line);
      if (isFields(value)) return value;
    }
    throw new Error('the stream ended before the snapshot');
  }

  async function messages(person = YOU): Promise<readonly Shown[]> {
    return fieldsListAt(await snapshot(person), 'messages').map(parseShown);
  }

  /** Everything the bot ever posted and left standing. */
  async function posted(): Promise<readonly Shown[]> {
    return (await messages()).filter((each) => each.user === BOT);
  }

  async function cards(): Promise<readonly Shown[]> {
    return (await posted()).filter((each) => each.threadTs === null);
  }

  async function replies(card: Shown): Promise<readonly Shown[]> {
    return (await posted()).filter((each) => each.threadTs === card.ts && each.ts !== card.ts);
  }

  async function ephemerals(person: string): Promise<readonly Shown[]> {
    return fieldsListAt(await snapshot(person), 'ephemerals').map(parseShown);
  }

  const waitFor = <T>(what: string, look: () => Promise<T>, withinMs = SEEN_WITHIN_MS) =>
    until(look, { withinMs, what });

  /** The one card of the task with these words in its title. */
  const card = (title: string, words: string | RegExp = '', withinMs = SEEN_WITHIN_MS): Promise<Shown> =>
    waitFor(
      `the card “${title}” with “${words}”`,
      async () =>
        (await cards()).find((each) => each.words.split('\n')[0]?.includes(title) && reads(each, words)),
      withinMs,
    );

  const reply = (under: Shown, words: string | RegExp, withinMs = SEEN_WITHIN_MS): Promise<Shown> =>
    waitFor(
      `a reply with “${words}”`,
      async () => (await replies(under)).find((each) => reads(each, words)),
      withinMs,
    );

  /** The open question of a thread: a reply with buttons. */
  const question = (under: Shown, words: string | RegExp = ''): Promise<Shown> =>
    waitFor(`a question with “${words}”`, async () =>
      (await replies(under)).find((each) => each.buttons.length > 0 && reads(each, words)),
    );

  const ephemeral = (person: string, words: string | RegExp): Promise<Shown> =>
    waitFor(`“${words}” for the eyes of ${person}`, async () =>
      (await ephemerals(person)).find((each) => reads(each, words)),
    );

  async function github(): Promise<GithubOverview> {
    return overview.parse(await (await fetch(`${origin}/workspace/page/github`)).json());
  }

  return {
    origin,
    snapshot,
    messages,
    posted,
    cards,
    replies,
    ephemerals,
    card,
    reply,
    question,
    ephemeral,
    github,
    /** Writes in a channel or in the thread of a message. */
    say: (person: string, text: string, place: { thread?: Shown; channel?: string } = {}) =>
      act({
        kind: 'say',
        person,
        channel: place.thread?.channel ?? place.channel ?? FLEET_CHANNEL,
        threadTs: place.thread?.ts ?? null,
        text,
      }),
    async press(person: string, message: Shown, label: string | RegExp) {
      const button = message.buttons.find((each) =>
        typeof label === 'string' ? each.label === label : label.test(each.label),
      );
      if (button === undefined) {
        throw new Error(`no button ${label} among ${message.buttons.map((each) => each.label).join(', ')}`);
      }
      return act({
        kind: 'press',
        person,
        place: { kind: 'message', channel: message.channel, ts: message.ts },
        blockId: button.blockId,
        actionId: button.actionId,
        input: null,
        inputs: {},
      });
    },
    /** The form that is open before a person. */
    form: (person: string, title: string) =>
      waitFor(`the form “${title}” before ${person}`, async () =>
        fieldsListAt(await snapshot(person), 'modals')
          .map((view) => ({ id: textAt(view, 'id') ?? '', words: JSON.stringify(view) }))
          .find(({ words }) => words.includes(`"${title}"`)),
      ),
    /** Sends a form whose fields are named as their blocks. */
    submit: (person: string, { id }: { readonly id: string }, fields: Readonly<Record<string, string>>) =>
      act({
        kind: 'submit',
        person,
        viewId: id,
        inputs: Object.fromEntries(Object.entries(fields).map(([name, value]) => [name, { [name]: value }])),
      }),
    createIssue: (title: string, body: string) => act({ kind: 'create-issue', title, body }),
    addLabel: (number: number, label = 'fleet') => act({ kind: 'add-label', number, label }),
    removeLabel: (number: number, label = 'fleet') => act({ kind: 'remove-label', number, label }),
  };
}

export function reads(message: Shown, words: string | RegExp): boolean {
  return typeof words === 'string' ? message.words.includes(words) : words.test(message.words);
}
