import {
  type CardButton,
  type CardPart,
  code,
  type HostFacts,
  link,
  ok,
  type SeenSession,
  type Span,
  type Task,
  taskLabel,
  text,
  toldNeighbours,
} from '../domain/index.ts';
import type { Context, Outcome } from './context.ts';
import { heldFacts } from './held-actions.ts';
import { pullRequestOf, type Sight, sightOf } from './known-sessions.ts';
import {
  confidenceWords,
  excerpt,
  readingWords,
  ruleWords,
  sourceWords,
  stateWords,
  whyNotWords,
} from './observation-words.ts';
import { decisionWords } from './show-decisions.ts';
import { eventLines, factsOfLimits, lockFacts, reachWords } from './show-status.ts';
import { type FoundSession, findTarget, type Target } from './target.ts';
import { transcriptParts } from './transcript-words.ts';
import { briefTitle, duration } from './wording.ts';

const EVENTS_SHOWN = 8;
const EVIDENCE_MAX = 400;
const DECISIONS_READ = 20;

/** Why a session is believed to be in its state: every source with its age, the rule, the line, and what spoke against it. */
export async function explain(context: Context, target: Target): Promise<Outcome> {
  const found = await findTarget(context, target, 'explain');
  if (!found.ok) return found;
  const { host, name, seen, task } = found.value;
  const { store } = context.ports;
  const sight = await sightOf(context, found.value);
  const facts = (await store.hostFacts()).find((each) => each.host === host.id) ?? null;
  const parts: CardPart[] = [
    {
      kind: 'facts',
      facts: [
        ...sightFacts(found.value, sight, context.at),
        ...(task === null ? [] : await lockFacts(context, task)),
        ...(task === null ? [] : await heldFacts(context, task)),
        ...(task === null ? [] : await decidedFacts(context, task)),
        ...(task === null ? [] : await factsOfLimits(context, task)),
        ...(await neighbourFacts(context, found.value)),
        ...identityFacts(seen, facts),
      ],
    },
  ];
  if (sight !== null) parts.push(...readingParts(agedTo(sight, context.at)));
  if (host.reach.state === 'unreachable') {
    parts.push({
      kind: 'note',
      spans: [text(`${host.name} is ${reachWords(host, context.at)}.`)],
    });
  }
  const told = await transcriptOf(context, found.value);
  if (told !== null) parts.push(...transcriptParts(told, context.at));
  if (task !== null) {
    const items = await eventLines(context, task.id, EVENTS_SHOWN);
    parts.push({ kind: 'text', spans: [text('What happened last')] }, { kind: 'list', items });
  }
  const state = sight === null ? 'not looked at yet' : stateWords(sight.observation);
  return ok({
    kind: 'card',
    card: {
      title: `Why ${task === null ? `${host.name}:${name}` : briefTitle(task.brief)} counts as ${sight === null ? 'not known' : sight.observation.state.replaceAll('_', ' ')}`,
      parts,
      buttons: nextSteps(found.value),
      summary: `${host.name}:${name} is ${state}.`,
    },
  });
}

function transcriptOf({ ports }: Context, { session, seen }: FoundSession) {
  const id = session?.id ?? seen?.session ?? null;
  return id === null ? null : ports.store.transcriptOf(id);
}

type Fact = { readonly label: string; readonly value: readonly Span[] };

function sightFacts(
  { host, name, seen, session, task }: FoundSession,
  sight: Sight | null,
  at: Date,
): readonly Fact[] {
  const where: Fact = { label: 'Session', value: [code(`${host.name}:${name}`)] };
  if (sight === null) return [where, { label: 'State', value: [text('not looked at yet')] }];
  const { observation, observedAt, since } = sight;
  const agent = seen?.agent ?? session?.agent ?? null;
  const version = seen?.agentVersion ?? null;
  const pullRequest = pullRequestOf(seen, task);
  return [
    where,
    {
      label: 'State',
      value: [text(`${stateWords(observation)} — ${confidenceWords(observation.confidence)}`)],
    },
    { label: 'Since', value: [text(`${ago(since, at)}; looked at ${ago(observedAt, at)}`)] },
    { label: 'Source', value: [text(`${observation.source}: ${sourceWords(observation.source)}`)] },
    { label: 'Rule', value: [text(`${ruleWords(observation.rule)} `), code(observation.rule)] },
    {
      label: 'Matched line',
      value:
        observation.evidence === '' ? [text('none')] : [code(excerpt(observation.evidence, EVIDENCE_MAX))],
    },
    {
      label: 'Agent',
      value: [text(agent === null ? 'none that is known' : `${agent} ${version ?? '(version not known)'}`)],
    },
    ...(seen?.place == null
      ? []
      : [{ label: 'Works in', value: [code(seen.place.folder), text(placeWords(seen))] }]),
    ...(pullRequest === null ? [] : [{ label: 'Pull request', value: [link(pullRequest, pullRequest)] }]),
    ...(seen?.stuckSince == null
      ? []
      : [{ label: 'Stuck', value: [text(`since ${ago(seen.stuckSince, at)}`)] }]),
  ];
}

/** The last one that is not to wait: also what the gate held back. */
async function decidedFacts({ ports, at }: Context, { id }: Task): Promise<readonly Fact[]> {
  const decisions = await ports.store.decisionsOfTasks([id], DECISIONS_READ);
  const last = decisions.findLast(({ decision }) => decision.kind !== 'wait');
  if (last === undefined) return [];
  return [{ label: 'Last decision', value: [text(`${decisionWords(last)}, ${ago(last.at, at)}`)] }];
}

async function neighbourFacts(
  { ports, at }: Context,
  { session, task }: FoundSession,
): Promise<readonly Fact[]> {
  if (session === null || task === null) return [];
  const told = toldNeighbours(await ports.store.actionsOfTasks([task.id]), session);
  if (told === null) return [];
  const who = told.neighbours.map(
    ({ task: other, agent, host, branch }) => `${taskLabel(other)} (${agent} on ${host}, branch ${branch})`,
  );
  const words = who.length === 0 ? 'nobody else any more' : who.join(', ');
  const outcome = told.isRefused ? '; it could not be told' : '';
  return [{ label: 'Told it works with', value: [text(`${words}, ${ago(told.at, at)}${outcome}`)] }];
}

function placeWords({ place }: SeenSession): string {
  const branch = place?.branch == null ? '' : `, branch ${place.branch}`;
  return place?.remote == null ? branch : `${branch}, from ${place.remote}`;
}

function identityFacts(seen: SeenSession | null, facts: HostFacts | null): readonly Fact[] {
  const identity = facts?.identity ?? null;
  const tmux = [
    seen === null ? null : `session ${seen.tmuxId}`,
    seen === null || seen.windows === 1 ? null : `${seen.windows} windows`,
    seen?.isAttached === true ? 'somebody is attached' : null,
    identity === null ? null : `server ${identity.tmuxPid}`,
  ].filter((each) => each !== null);
  const machine = [
    identity?.hostName ?? null,
    identity?.bootId == null ? null : `boot ${identity.bootId.slice(0, 8)}`,
    identity?.hostKey == null ? null : `host key ${excerpt(identity.hostKey, 60)}`,
  ].filter((each) => each !== null);
  return [
    ...(tmux.length === 0 ? [] : [{ label: 'tmux', value: [text(tmux.join(', '))] }]),
    ...(machine.length === 0 ? [] : [{ label: 'Machine', value: [text(machine.join(', '))] }]),
    ...(facts?.stranger == null
      ? []
      : [
          {
            label: 'Answers',
            value: [
              text(`another machine, since ${facts.stranger.since.toISOString()}: ${facts.stranger.why}`),
            ],
          },
        ]),
    ...(facts === null || facts.misroutedLooks === 0
      ? []
      : [{ label: 'Thrown away', value: [text(`${facts.misroutedLooks} answers of another machine`)] }]),
  ];
}

/** How old each source is by now. What was looked at again and had not changed is as old as that look. */
function agedTo(sight: Sight, at: Date): Sight {
  const sinceWeighed = at.getTime() - sight.weighedAt.getTime();
  const sinceLooked = at.getTime() - sight.observedAt.getTime();
  return {
    ...sight,
    readings: sight.readings.map((reading) => ({
      ...reading,
      ageMs:
        reading.ageMs +
        (reading.source === 'screen' || reading.source === 'process' ? sinceLooked : sinceWeighed),
    })),
  };
}

function readingParts({ observation, readings }: Sight): readonly CardPart[] {
  if (readings.length === 0) return [];
  const against = readings.flatMap((reading) => whyNotWords(observation, reading, readings) ?? []);
  return [
    { kind: 'text', spans: [text('What each source says')] },
    { kind: 'list', items: readings.map((reading) => [text(readingWords(reading))]) },
    ...(against.length === 0
      ? [{ kind: 'note' as const, spans: [text('The sources agree.')] }]
      : [
          { kind: 'text' as const, spans: [text('Why not otherwise')] },
          { kind: 'list' as const, items: against.map((sentence) => [text(sentence)]) },
        ]),
  ];
}

function nextSteps({ host, name, task }: FoundSession): readonly CardButton[] {
  const look = (verb: 'snapshot' | 'watch', label: string): CardButton => ({
    request: { kind: 'session', verb, host: host.id, name },
    label,
    style: 'plain',
    confirm: null,
  });
  const own: readonly CardButton[] =
    task === null
      ? []
      : [
          {
            request: { kind: 'task', verb: 'snapshot', task: task.id },
            label: 'Snapshot',
            style: 'plain',
            confirm: null,
          },
        ];
  return [...(task === null ? [look('snapshot', 'Snapshot')] : own), look('watch', 'Watch')];
}

const ago = (moment: Date, at: Date): string => `${duration(moment.getTime(), at.getTime())} ago`;
