import { bold, type CardPart, code, link, ok, type Span, taskLabel, text } from '../domain/index.ts';
import { type Context, type Outcome, refuse } from './context.ts';
import { byNeed, type KnownSession, knownSessions, pullRequestOf } from './known-sessions.ts';
import { confidenceWords, excerpt, ruleWords, sourceWords, stateWords } from './observation-words.ts';
import { reachWords } from './show-status.ts';
import { unknownHost } from './target.ts';
import { briefTitle, duration } from './wording.ts';

// A message has 50 blocks: a session takes two.
const SHOWN = 20;
const LAST_LINES = 3;
const LINE_MAX = 160;
const BUTTONS_SHOWN = 5;

/** Every session of one host, whoever began it, with what is believed of it and why. */
export async function observeHost(context: Context, name: string): Promise<Outcome> {
  const { store } = context.ports;
  const host = await store.hostNamed(name);
  if (host === null) return refuse('no-such-host', await unknownHost(context, name));
  const there = (await knownSessions(context)).filter((each) => each.host.id === host.id).toSorted(byNeed);
  const shown = there.slice(0, SHOWN);
  const parts: CardPart[] = [
    { kind: 'text', spans: [text(`${reachWords(host, context.at)}; ${countWords(there)}`)] },
    ...shown.flatMap((each) => sessionParts(each, context.at)),
  ];
  if (there.length > shown.length) {
    const names = there.slice(shown.length).map((each) => each.name);
    parts.push({ kind: 'note', spans: [text(`${names.length} more: ${excerpt(names.join(', '), 600)}`)] });
  }
  const missing = (await store.seenSessions(host.id)).filter((each) => each.presence === 'missing');
  if (missing.length > 0) {
    const gone = missing.map((each) => `${each.name} (last seen ${ago(each.observedAt, context.at)})`);
    parts.push({ kind: 'note', spans: [text(`Not there any more: ${excerpt(gone.join(', '), 600)}`)] });
  }
  return ok({
    kind: 'card',
    card: {
      title: `Sessions on ${host.name}`,
      parts,
      buttons: shown.slice(0, BUTTONS_SHOWN).map((each) => ({
        request: { kind: 'session', verb: 'explain', host: host.id, name: each.name },
        label: `Explain ${each.task === null ? excerpt(each.name, 40) : taskLabel(each.task.id)}`,
        style: 'plain',
        confirm: null,
      })),
      summary: `${host.name}: ${countWords(there)}.`,
    },
  });
}

function countWords(there: readonly KnownSession[]): string {
  const ours = there.filter(({ session }) => session !== null).length;
  const sessions = there.length === 1 ? '1 session' : `${there.length} sessions`;
  return ours === 0 || ours === there.length ? sessions : `${sessions}, ${ours} of them ours`;
}

function sessionParts(known: KnownSession, at: Date): readonly CardPart[] {
  const { name, task, seen, session, sight } = known;
  const title: readonly Span[] = [
    code(name),
    text(task === null ? '' : ` ${taskLabel(task.id)} ${briefTitle(task.brief)}`),
    text(seen === null || seen.windows === 1 ? '' : `, ${seen.windows} windows`),
    text(seen?.isAttached === true ? ', somebody is attached' : ''),
  ];
  if (sight === null) return [{ kind: 'text', spans: [...title, text(' — not looked at yet')] }];
  const { observation, observedAt, since, screen } = sight;
  const agent = [seen?.agent ?? session?.agent ?? 'no known agent', seen?.agentVersion].filter(
    (each) => each != null,
  );
  const branch = seen?.place?.branch ?? session?.branch ?? null;
  const pullRequest = pullRequestOf(seen, task);
  const lines = screen.filter((line) => line.trim() !== '').slice(-LAST_LINES);
  return [
    {
      kind: 'list',
      items: [
        [
          ...title,
          text(' — '),
          bold(stateWords(observation)),
          text(` (for ${duration(since.getTime(), at.getTime())})`),
        ],
        [
          text(
            `${confidenceWords(observation.confidence)}: ${ruleWords(observation.rule)} (${observation.rule}), ${sourceWords(observation.source)}, ${ago(observedAt, at)}`,
          ),
        ],
        ...(observation.evidence === ''
          ? []
          : [[text('matched '), code(excerpt(observation.evidence, LINE_MAX))]]),
        [
          text(`${agent.join(' ')}${branch === null ? '' : `, branch ${branch}`}`),
          ...(pullRequest === null ? [] : [text(', '), link(pullRequest, pullRequest)]),
        ],
      ],
    },
    ...(lines.length === 0
      ? []
      : [{ kind: 'screen' as const, lines: lines.map((line) => line.slice(0, LINE_MAX)) }]),
  ];
}

const ago = (moment: Date, at: Date): string => `${duration(moment.getTime(), at.getTime())} ago`;
