import { ok, sentenceCard, taskLabel, text, type WatchId, watchId } from '../domain/index.ts';
import { type Context, type Outcome, refuse } from './context.ts';
import { sightOf } from './known-sessions.ts';
import { stateWords } from './observation-words.ts';
import { shoot } from './snapshot.ts';
import { findTarget, type Target } from './target.ts';

/** Together they share what Slack lets a bot edit in a minute. */
const WATCHES_MAX = 8;
const REPAINT_AFTER_MS = 1_000;

/** Begins to follow a screen. In a chat a message does, for a limited time; a shell asks for look after look. */
export async function startWatch(
  context: Context,
  { target, forMs }: { readonly target: Target; readonly forMs: number },
): Promise<Outcome> {
  const found = await findTarget(context, target, 'watch');
  if (!found.ok) return found;
  const { host, name, task } = found.value;
  const { ports, place, actor, at } = context;
  if (place.kind !== 'slack') {
    const shot = await shoot(context, found.value, null);
    if (!shot.ok) return shot;
    const sight = await sightOf(context, found.value);
    const state = sight === null ? 'not looked at yet' : stateWords(sight.observation);
    const card = {
      title: `${host.name}:${name}${task === null ? '' : ` ${taskLabel(task.id)}`}`,
      parts: [
        { kind: 'screen' as const, lines: shot.value.lines },
        { kind: 'note' as const, spans: [text(state)] },
      ],
      buttons: [],
      summary: `The screen of ${name}.`,
    };
    return ok({ kind: 'live', card, againAfterMs: REPAINT_AFTER_MS });
  }
  const mayPost = await ports.channels.mayPost(place.channel);
  if (!mayPost.ok) return refuse('unavailable', mayPost.error);
  return context.change(async (tx): Promise<Outcome> => {
    const open = await tx.openWatches();
    const same = open.find(
      (each) =>
        each.host === host.id &&
        each.name === name &&
        each.channel === place.channel &&
        each.threadTs === place.threadTs,
    );
    if (same !== undefined) {
      return refuse(
        'wrong-state',
        `${name} on ${host.name} is being watched here already, by the message above.`,
      );
    }
    if (open.length >= WATCHES_MAX) {
      return refuse(
        'wrong-state',
        `${open.length} screens are being watched, and Slack takes no more edits in a minute. Stop one of them, or use \`snapshot\`.`,
      );
    }
    await tx.addWatch({
      id: watchId(ports.newId()),
      host: host.id,
      name,
      by: actor.id,
      channel: place.channel,
      threadTs: place.threadTs,
      messageTs: null,
      shown: null,
      startedAt: at,
      until: new Date(at.getTime() + forMs),
      state: 'watching',
    });
    return ok({ kind: 'nothing' });
  });
}

/** Twice is once: a watch that is over says so in its message. */
export async function stopWatch(context: Context, id: WatchId): Promise<Outcome> {
  return context.change(async (tx): Promise<Outcome> => {
    const watch = await tx.findWatch(id);
    if (watch === null) return refuse('expired', 'This watch is not known any more.');
    await tx.endWatch(id, `stopped by ${context.actor.name}`);
    if (context.place.kind === 'slack') return ok({ kind: 'nothing' });
    return ok({ kind: 'card', card: sentenceCard('It is not watched any more.') });
  });
}
