import { z } from 'zod';
import { type Fields, fieldsAt, fieldsListAt, isFields, listAt, textAt } from '../../src/workspace/json.ts';

/** A message as a person sees it. */
export type Shown = {
  readonly channel: string;
  readonly ts: string;
  readonly threadTs: string | null;
  readonly user: string;
  /** Everything there is to read in it, line by line. */
  readonly words: string;
  /** Line for line what stands in frames of fixed width: screens of terminals. */
  readonly screen: string;
  readonly buttons: readonly ShownButton[];
  readonly isEdited: boolean;
};

export type ShownButton = { readonly label: string; readonly blockId: string; readonly actionId: string };

const message = z.looseObject({
  channel: z.string(),
  ts: z.string(),
  threadTs: z.string().nullable(),
  user: z.string().default(''),
  text: z.string(),
  blocks: z.array(z.unknown()),
  editedTs: z.string().nullable().default(null),
});

export function parseShown(value: unknown): Shown {
  const { channel, ts, threadTs, user, text, blocks, editedTs } = message.parse(value);
  return {
    channel,
    ts,
    threadTs,
    user,
    words: blocks.length === 0 ? text : linesOf(blocks),
    screen: screensOf(blocks).join('\n'),
    buttons: blocks.flatMap(buttonsOf),
    isEdited: editedTs !== null,
  };
}

/** The words of blocks without their buttons. A link reads as its label and its address. */
export function linesOf(blocks: readonly unknown[]): string {
  return blocks
    .map(wordsOf)
    .filter((words) => words !== '')
    .join('\n');
}

function wordsOf(value: unknown): string {
  if (!isFields(value)) return '';
  switch (value.type) {
    case 'actions':
      return '';
    case 'link':
      return `${textAt(value, 'text') ?? ''} ${textAt(value, 'url') ?? ''}`;
    case 'rich_text_section':
    case 'rich_text_preformatted':
      return listAt(value, 'elements').map(wordsOf).join('');
    default: {
      const own = typeof value.text === 'string' ? value.text : wordsOf(fieldsAt(value, 'text'));
      const inner = [...listAt(value, 'fields'), ...listAt(value, 'elements')].map(wordsOf);
      return [own, ...inner].filter((words) => words !== '').join('\n');
    }
  }
}

function screensOf(blocks: readonly unknown[]): string[] {
  return blocks.flatMap((block) =>
    fieldsListAt(block, 'elements')
      .filter((element) => element.type === 'rich_text_preformatted')
      .map(wordsOf),
  );
}

function buttonsOf(block: unknown): ShownButton[] {
  return fieldsListAt(block, 'elements')
    .filter((element) => element.type === 'button')
    .map((element: Fields) => ({
      label: textAt(fieldsAt(element, 'text'), 'text') ?? '',
      blockId: textAt(block, 'block_id') ?? '',
      actionId: textAt(element, 'action_id') ?? '',
    }));
}
