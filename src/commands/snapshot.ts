import {
  type CardPart,
  ok,
  type Result,
  type Session,
  type StyledScreen,
  type Task,
  taskLabel,
  text,
} from '../domain/index.ts';
import { type Context, type Outcome, refuse } from './context.ts';
import { sightOf } from './known-sessions.ts';
import { stateWords } from './observation-words.ts';
import type { ScreenShot } from './ports.ts';
import type { Refusal } from './request.ts';
import { type FoundSession, findTarget, type Target } from './target.ts';
import { briefTitle } from './wording.ts';

export type SnapshotWish = {
  readonly target: Target;
  /** Null: what is to be seen. */
  readonly lines: number | null;
  readonly isTextOnly: boolean;
};

/** Looks at a screen now. Of a task it goes into the task's thread; of any other session, and a longer one, to where it was asked for. */
export async function takeSnapshot(context: Context, wish: SnapshotWish): Promise<Outcome> {
  const found = await findTarget(context, wish.target, 'snapshot');
  if (!found.ok) return found;
  const { task, session } = found.value;
  if (session !== null && session.state !== 'live') {
    const label = task === null ? session.name : taskLabel(task.id);
    return refuse('wrong-state', `The agent of ${label} has not started yet. Try again in a moment.`);
  }
  const shot = await shoot(context, found.value, wish.lines);
  if (!shot.ok) return shot;
  if (task !== null && session !== null && wish.lines === null) {
    return showInThread(context, { ...found.value, task, session }, shot.value, wish.isTextOnly);
  }
  const card = await snapshotCard(context, found.value, shot.value, wish);
  return ok(context.place.kind === 'slack' ? { kind: 'posted', card } : { kind: 'card', card });
}

export async function shoot(
  { ports }: Context,
  { host, name }: FoundSession,
  lines: number | null,
): Promise<Result<ScreenShot, Refusal>> {
  const read = await ports.screens.read(host, name, lines);
  return read.ok ? read : refuse('unavailable', read.error);
}

async function showInThread(
  context: Context,
  found: FoundSession & { readonly task: Task; readonly session: Session },
  shot: ScreenShot,
  isTextOnly: boolean,
): Promise<Outcome> {
  const { task } = found;
  const wish: SnapshotWish = { target: { kind: 'here' }, lines: null, isTextOnly };
  const card = await snapshotCard(context, found, shot, wish);
  return context.change(async (tx): Promise<Outcome> => {
    await tx.addEvents([
      {
        kind: 'screen-shown',
        task: task.id,
        thread: task.thread,
        at: context.at,
        by: context.actor.id,
        lines: shot.lines,
        ...(isTextOnly ? {} : { styled: shot.styled }),
      },
    ]);
    return ok(context.place.kind === 'slack' ? { kind: 'nothing' } : { kind: 'card', card });
  });
}

/** A message shows the end of a long text; more than this goes beside it as a file. */
const LINES_IN_MESSAGE = 60;

async function snapshotCard(
  context: Context,
  found: FoundSession,
  { lines, styled }: ScreenShot,
  { isTextOnly, lines: asked }: SnapshotWish,
) {
  const { host, name, task } = found;
  const sight = await sightOf(context, found);
  const title = task === null ? `${host.name}:${name}` : `${taskLabel(task.id)} ${briefTitle(task.brief)}`;
  const state = sight === null ? '' : `, ${stateWords(sight.observation)}`;
  const file = `${host.name}-${name}`.replace(/[^A-Za-z0-9._-]+/g, '-');
  const parts: CardPart[] = [
    lines.length === 0 ? { kind: 'note', spans: [text('The screen is empty.')] } : { kind: 'screen', lines },
    {
      kind: 'note',
      spans: [
        text(`${name} on ${host.name}${asked === null ? '' : `, the last ${lines.length} lines`}${state}`),
      ],
    },
  ];
  if (lines.length > LINES_IN_MESSAGE) {
    parts.push({
      kind: 'attachment',
      file: { kind: 'text', name: file, lines },
      alt: `The last ${lines.length} lines of ${name} on ${host.name}`,
    });
  }
  if (!isTextOnly)
    parts.push(pictureOf(styled, file, `The screen of ${name} on ${host.name}${state}`, lines));
  return { title, parts, buttons: [], summary: `The screen of ${title}.` };
}

const ALT_LINES = 12;

/** The picture of a screen. Who cannot see it hears what it is and how it ends. */
export function pictureOf(
  screen: StyledScreen,
  name: string,
  what: string,
  lines: readonly string[],
): Extract<CardPart, { kind: 'attachment' }> {
  const end = lines
    .map((line) => line.trim())
    .filter((line) => line !== '')
    .slice(-ALT_LINES);
  const alt = end.length === 0 ? `${what}: empty` : `${what}. It ends with: ${end.join(' / ')}`;
  return { kind: 'attachment', file: { kind: 'picture', name, screen }, alt };
}
