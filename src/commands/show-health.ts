import {
  ATTENTION_ABOVE_PERCENT,
  bold,
  type CardPart,
  HEALTHY_BELOW_DISK_PERCENT,
  HEALTHY_BELOW_MEMORY_PERCENT,
  type Health,
  type Host,
  type HostFacts,
  healthErrors,
  isHealthy,
  type Metric,
  ok,
  type Span,
  text,
  wantsAttention,
} from '../domain/index.ts';
import { type Context, type Outcome, refuse } from './context.ts';
import { reachWords } from './show-status.ts';
import { unknownHost } from './target.ts';
import { duration } from './wording.ts';

// A message has 50 blocks: a host takes two.
const SHOWN = 20;

/** How the hosts are, the ones that need somebody first. */
export async function showHealth(context: Context, name: string | null): Promise<Outcome> {
  const { store } = context.ports;
  const named = name === null ? null : await store.hostNamed(name);
  if (name !== null && named === null) return refuse('no-such-host', await unknownHost(context, name));
  const hosts = named === null ? await store.listHosts() : [named];
  const facts = new Map((await store.hostFacts()).map((each) => [each.host, each]));
  const judged = hosts
    .map((host) => ({ host, facts: facts.get(host.id) ?? null }))
    .map((each) => ({ ...each, verdict: verdictOf(each.host, each.facts) }))
    .toSorted((one, other) => one.verdict.rank - other.verdict.rank);
  const parts: CardPart[] = judged
    .slice(0, SHOWN)
    .flatMap(({ host, facts, verdict }): readonly CardPart[] => [
      { kind: 'text', spans: [bold(host.name), text(` — ${verdict.words}`)] },
      ...(verdict.isKnown ? [{ kind: 'list' as const, items: metricLines(host, facts, context.at) }] : []),
    ]);
  if (judged.length > SHOWN) {
    parts.push({
      kind: 'note',
      spans: [text(`${judged.length - SHOWN} more, all of them no worse: health HOST`)],
    });
  }
  const trouble = judged.filter(({ verdict }) => verdict.rank < HEALTHY_RANK).length;
  return ok({
    kind: 'card',
    card: {
      title: 'Health',
      parts: [
        ...(hosts.length === 0 ? [{ kind: 'text' as const, spans: [text('There is no host yet.')] }] : parts),
        {
          kind: 'note',
          spans: [
            text(
              `Healthy: memory below ${HEALTHY_BELOW_MEMORY_PERCENT} %, disk below ${HEALTHY_BELOW_DISK_PERCENT} %, and everything readable. Attention: memory or disk above ${ATTENTION_ABOVE_PERCENT} %.`,
            ),
          ],
        },
      ],
      buttons: [],
      summary:
        trouble === 0
          ? `${hosts.length} hosts, all healthy.`
          : `${trouble} of ${hosts.length} hosts want attention.`,
    },
  });
}

type Verdict = { readonly rank: number; readonly words: string; readonly isKnown: boolean };
const HEALTHY_RANK = 5;

function verdictOf(host: Host, facts: HostFacts | null): Verdict {
  const health = facts?.health ?? null;
  const isKnown = health !== null;
  if (host.reach.state === 'unreachable') return { rank: 0, words: 'unreachable', isKnown };
  if (facts?.stranger != null) return { rank: 1, words: 'another machine answers in its place', isKnown };
  if (health === null) return { rank: 4, words: 'not looked at yet', isKnown };
  if (healthErrors(health).length > 0) return { rank: 1, words: 'cannot be read in full', isKnown };
  if (!isHealthy(health)) return { rank: 2, words: 'unhealthy', isKnown };
  if (wantsAttention(health)) return { rank: 3, words: 'healthy, wants attention', isKnown };
  if (facts?.silentSince != null) return { rank: 3, words: 'healthy, but tells nothing by itself', isKnown };
  return { rank: HEALTHY_RANK, words: 'healthy', isKnown };
}

function metricLines(host: Host, facts: HostFacts | null, at: Date): readonly (readonly Span[])[] {
  const health = facts?.health ?? null;
  if (health === null) return [];
  const since = (moment: Date): string => duration(moment.getTime(), at.getTime());
  return [
    ...(host.reach.state === 'unreachable' ? [[text(`${reachWords(host, at)}`)]] : []),
    [
      text(
        [
          metricWords('memory', health.memoryUsedPercent, percent),
          metricWords('disk', health.diskUsedPercent, percent),
          loadWords(health),
          metricWords('up', health.uptimeMs, (value) => duration(0, value)),
          metricWords('agents', health.agents, String),
        ].join(' · '),
      ),
    ],
    [
      text(
        `read ${since(health.readAt)} ago${facts?.silentSince == null ? '' : `, tells nothing by itself for ${since(facts.silentSince)}`}`,
      ),
    ],
  ];
}

function loadWords({ load, cores }: Health): string {
  const words = metricWords('load', load, (value) => value.toFixed(2));
  if (cores.kind === 'unreadable') return `${words}, ${metricWords('cores', cores, String)}`;
  return `${words} on ${cores.value} ${cores.value === 1 ? 'core' : 'cores'}`;
}

/** What could not be read says so: a missing number is no zero. */
function metricWords(name: string, metric: Metric, show: (value: number) => string): string {
  return metric.kind === 'unreadable'
    ? `${name} unreadable (${metric.why})`
    : `${name} ${show(metric.value)}`;
}

const percent = (value: number): string => `${Math.round(value)} %`;
