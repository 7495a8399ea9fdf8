import { type Asked, payloadFrom } from '../agents/index.ts';
import { exactUse, type Session, textOfUse, type Wanted } from '../domain/index.ts';
import { judgeToolUse, redact } from '../safety/index.ts';
import type { HostWatch } from './host-watch.ts';
import { kindFor } from './perceive/index.ts';
import type { DirectorPorts, SpooledEvent } from './ports.ts';

/** What a message can show. */
const MAX_SHOWN_CHARACTERS = 2_500;
/** How a hook that waited says that it waits no longer. */
const ENDED = 'ask-ended';

/**
 * Keeps what hooks ask, and tells them that they were heard. One that asks for nothing that could be answered is let go at once.
 * @param spooled of one session, in their order
 */
export async function hearRequests(
  { store, fleet, agents, digest, log }: DirectorPorts,
  watch: HostWatch,
  session: Session,
  spooled: readonly SpooledEvent[],
  signal: AbortSignal,
): Promise<void> {
  const { host } = watch.current();
  const answers = kindFor(agents, session.agent).hooks?.answers ?? null;
  const ended = spooled.flatMap(endOf);
  const asking = spooled.flatMap((each) => (each.ask === null ? [] : [{ ...each, ask: each.ask }]));
  if (ended.length + asking.length === 0) return;
  for (const { ask, generation, event, payload, at } of asking) {
    if (ended.some((each) => each.ask === ask)) continue;
    const asked = generation === session.generation ? answers?.asked(event, payloadFrom(payload)) : null;
    if (asked === null || asked === undefined) {
      await fleet.answerHook(host, session.id, ask, '', signal);
      continue;
    }
    const askedAt = new Date(at.getTime() - watch.clockAheadMs);
    const wants = wantedFrom(asked, digest);
    await store.addRequest({ session: session.id, generation, ask, event, wants, askedAt, state: 'waiting' });
    const heeded = await fleet.heedHook(host, session.id, ask, signal);
    if (!heeded.ok)
      log.warn(
        { session: session.id, failure: heeded.error.kind },
        'a hook could not be told that it was heard',
      );
  }
  for (const { ask, state } of ended) await store.endRequest(session.id, ask, state);
  await store.enqueue({ kind: 'cycle', session: session.id });
}

function wantedFrom(asked: Asked, digest: (text: string) => string): Wanted {
  if (asked.kind === 'stop')
    return { kind: 'stop', said: asked.said === null ? null : cut(redact(asked.said)) };
  const { tool, use } = asked;
  const { verdict, category, reason } = judgeToolUse(use);
  return {
    kind: 'permission',
    tool,
    shown: cut(redact(textOfUse(use))),
    use: digest(exactUse(tool, use)),
    risk: { verdict, category, reason: redact(reason) },
  };
}

function cut(text: string): string {
  const more = text.length - MAX_SHOWN_CHARACTERS;
  return more <= 0 ? text : `${text.slice(0, MAX_SHOWN_CHARACTERS)}… [${more} more characters]`;
}

function endOf({
  event,
  payload,
}: SpooledEvent): readonly { readonly ask: string; readonly state: 'told' | 'over' }[] {
  const match = event === ENDED ? /^\{"ask":"(\d+-\d+)","how":"([a-z-]+)"\}/.exec(payload) : null;
  return match?.[1] === undefined ? [] : [{ ask: match[1], state: match[2] === 'told' ? 'told' : 'over' }];
}
