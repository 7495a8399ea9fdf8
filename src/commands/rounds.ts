import {
  type Card,
  code,
  type Host,
  ok,
  type Round,
  type RoundId,
  roundCard,
  roundFile,
  roundLabel,
  roundReport,
  type TaskId,
  type ThreadId,
  text,
  threadId,
  timeOf,
} from '../domain/index.ts';
import { adoptCandidates, type Candidates, findCandidates } from './adopt.ts';
import { type Context, type Outcome, refuse, requireRole } from './context.ts';
import type { RoundCommand } from './grammar/parse-rounds.ts';
import type { CommandTables } from './ports.ts';

type Wish = Exclude<RoundCommand, { kind: 'rounds' }>;

const ROUNDS_LISTED = 20;
const LOOK_AGAIN_AFTER_MS = 1_000;

/** Begins a round. In a chat a message of its own follows it; a shell asks for it again until it is done. */
export async function startRound(context: Context, wish: Wish): Promise<Outcome> {
  const allowed = requireRole(context, 'operator', `use \`${wish.kind}\``);
  if (!allowed.ok) return allowed;
  const { ports, place } = context;
  const host = wish.host === null ? null : await ports.store.hostNamed(wish.host);
  if (wish.host !== null && host === null)
    return refuse('no-such-host', `There is no host \`${wish.host.slice(0, 40)}\`. \`hosts\` lists them.`);
  if (place.kind === 'slack') {
    const mayPost = await ports.channels.mayPost(place.channel);
    if (!mayPost.ok) return refuse('unavailable', mayPost.error);
  }
  const candidates = wish.kind === 'scout' ? await toAdopt(context, host, wish.session) : [];
  return context.change(async (tx): Promise<Outcome> => {
    const adopted: TaskId[] = [];
    for (const each of candidates) adopted.push(...(await adoptCandidates(tx, context, each)));
    const round: Round = {
      id: await tx.nextRoundId(),
      kind: wish.kind,
      by: context.actor.id,
      thread: await threadFor(context, tx),
      scope: { host: host?.name ?? null, session: wish.session },
      isIncremental: wish.isIncremental,
      isSaved: wish.isSaved,
      isForced: wish.isForced,
      adopted,
      entries: [],
      objectives: [],
      total: null,
      startedAt: context.at,
      endedAt: null,
    };
    await tx.addRound(round);
    return round.thread === null ? ok(follow(round)) : ok({ kind: 'nothing' });
  });
}

/** The newest rounds, or one of them as far as it is. */
export async function showRounds(
  { ports, place }: Context,
  { round: named, format }: Extract<RoundCommand, { kind: 'rounds' }>,
): Promise<Outcome> {
  if (named === null) {
    const rounds = await ports.store.recentRounds(ROUNDS_LISTED);
    return ok({ kind: 'card', card: listCard(rounds) });
  }
  const round = await ports.store.findRound(named);
  if (round === null)
    return refuse('expired', `There is no round ${roundLabel(named)}. \`rounds\` lists them.`);
  if (format === 'json') return ok({ kind: 'card', card: jsonCard(round) });
  if (place.kind === 'shell' && round.endedAt === null) return ok(follow(round));
  return ok({ kind: 'card', card: withFile(round) });
}

/** A button of a round: the same once more, or on with the sessions it was about. */
export async function goOnWithRound(
  context: Context,
  verb: 'again' | 'advance',
  id: RoundId,
): Promise<Outcome> {
  const round = await context.ports.store.findRound(id);
  if (round === null) return refuse('expired', 'This round is not known any more.');
  return startRound(context, {
    kind: verb === 'advance' ? 'advance' : round.kind,
    ...round.scope,
    isIncremental: verb === 'again',
    isSaved: round.isSaved,
    isForced: false,
  });
}

/** What can be adopted on the hosts that may be acted on. */
async function toAdopt(
  context: Context,
  host: Host | null,
  session: string | null,
): Promise<readonly Candidates[]> {
  const hosts = host === null ? await context.ports.store.listHosts() : [host];
  const acting = hosts.filter(({ state }) => state === 'active' || state === 'draining');
  return Promise.all(acting.map((each) => findCandidates(context, each, session === null ? [] : [session])));
}

async function threadFor({ ports, place }: Context, tx: CommandTables): Promise<ThreadId | null> {
  if (place.kind !== 'slack') return null;
  const id = threadId(ports.newId());
  await tx.addThread({ id, slack: { channel: place.channel, messageTs: null }, issue: null });
  return id;
}

function follow(round: Round) {
  return {
    kind: 'live',
    card: roundCard(round),
    againAfterMs: LOOK_AGAIN_AFTER_MS,
    next: ['rounds', roundLabel(round.id)],
  } as const;
}

function withFile(round: Round): Card {
  const card = roundCard(round);
  const file = roundFile(round);
  return file === null ? card : { ...card, parts: [...card.parts, file] };
}

function jsonCard(round: Round): Card {
  const lines = roundReport(round).split('\n');
  return {
    title: '',
    parts: [{ kind: 'screen', lines }],
    buttons: [],
    summary: `${roundLabel(round.id)} as JSON.`,
  };
}

function listCard(rounds: readonly Round[]): Card {
  const items = rounds.map(({ id, kind, entries, startedAt, endedAt }) => [
    code(roundLabel(id)),
    text(
      ` ${kind}, ${timeOf(startedAt)}: ${entries.length} ${entries.length === 1 ? 'session' : 'sessions'}${endedAt === null ? ', not done yet' : ''}`,
    ),
  ]);
  return {
    title: 'Rounds',
    parts:
      items.length === 0
        ? [{ kind: 'text', spans: [text('There were none. '), code('scout'), text(' is one.')] }]
        : [{ kind: 'list', items }],
    buttons: [],
    summary: `${rounds.length} rounds.`,
  };
}
