import {
  bold,
  type CardPart,
  code,
  endPause,
  ok,
  openPause,
  type Pause,
  pauseId,
  type Span,
  sentenceCard,
  text,
} from '../domain/index.ts';
import { type Context, type Outcome, requireRole } from './context.ts';
import type { CommandTables } from './ports.ts';
import { duration } from './wording.ts';

/** Said again, nothing changes: the first reason counts. */
export async function pauseDirector(context: Context, why: string | null): Promise<Outcome> {
  const allowed = requireRole(context, 'operator', 'pause the director');
  if (!allowed.ok) return allowed;
  const { ports, actor, at } = context;
  return context.change(async (tx): Promise<Outcome> => {
    const { pause } = await tx.lockDirector();
    if (pause !== null)
      return say(`The director is paused already, ${await sinceWords(tx, pause, at)} \`resume\` ends that.`);
    await tx.addPause(openPause({ id: pauseId(ports.newId()), by: actor.id, why, thread: null }, at));
    return say(`The director is paused. ${WHILE_PAUSED} \`resume\` lets it go on.`);
  });
}

/** Everything that was held back is asked for anew. */
export async function resumeDirector(context: Context): Promise<Outcome> {
  const allowed = requireRole(context, 'operator', 'resume the director');
  if (!allowed.ok) return allowed;
  const { actor, at } = context;
  return context.change(async (tx): Promise<Outcome> => {
    const { pause } = await tx.lockDirector();
    if (pause === null) return say('The director is not paused.');
    await tx.savePause(endPause(pause, actor.id, at));
    for (const { id, state } of await tx.openSessions())
      await tx.enqueue({ kind: state === 'preparing' ? 'prepare' : 'cycle', session: id });
    return say(`The director goes on. It was paused ${await sinceWords(tx, pause, at)}`);
  });
}

const WHILE_PAUSED =
  'Nothing is started and nothing is decided by itself. Hosts are still looked at, and what people answer, write and cancel is carried out.';

/** What stands first wherever states are shown; empty: the director is not paused. */
export async function pauseParts({ ports, at }: Context): Promise<readonly CardPart[]> {
  const pause = await ports.store.openPause();
  if (pause === null) return [];
  const spans: readonly Span[] = [
    bold('Director paused'),
    text(` ${await sinceWords(ports.store, pause, at)} Nothing is started or decided by itself until `),
    code('resume'),
    text('.'),
  ];
  return [{ kind: 'text', spans }];
}

/** `by Ann for 5 min: deploying.` */
async function sinceWords(
  tx: Pick<CommandTables, 'actorsById'>,
  { by, why, since }: Pause,
  at: Date,
): Promise<string> {
  const name = by === null ? 'by itself' : `by ${(await tx.actorsById([by])).get(by)?.name ?? 'somebody'}`;
  const reason = why === null ? '' : `: ${why.replace(/\.$/, '')}`;
  return `${name} for ${duration(since.getTime(), at.getTime())}${reason}.`;
}

function say(sentence: string): Outcome {
  return ok({ kind: 'card', card: sentenceCard(sentence) });
}
