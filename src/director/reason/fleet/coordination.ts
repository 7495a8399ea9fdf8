import { isDeepStrictEqual } from 'node:util';
import { mayActOn, type Neighbour, taskLabel } from '../../../domain/index.ts';
import { redact } from '../../../safety/index.ts';
import {
  type AtWork,
  because,
  type FleetDecision,
  type FleetReasoner,
  type FleetSituation,
} from './fleet-situation.ts';

const NAME = 'coordination';

const TITLE_MAX = 80;
const FILES_NAMED = 10;
/** Who is there is told at once. What they change grows all the time, and each telling takes room in an agent's context. */
const FILES_AGAIN_AFTER_MS = 10 * 60_000;

/**
 * Agents that work on the same repository learn of each other: each is told of the others, again when that changes, and that it is alone
 * once it is. One that a person began is told of to others and told nothing itself: there is nowhere to tell it.
 */
export const coordination: FleetReasoner = {
  name: NAME,
  decide(situation) {
    const working = situation.atWork.filter(({ session }) => session.state === 'live');
    return working.flatMap((about) => decideAbout(about, neighboursOf(about, working, situation), situation));
  },
};

function decideAbout(
  about: AtWork,
  neighbours: readonly Neighbour[],
  { now }: FleetSituation,
): readonly FleetDecision[] {
  const { session, host, told, pending } = about;
  if (session.isAdopted || !mayActOn(host)) return [];
  if (pending.some(({ effect }) => effect.kind === 'tell-neighbours')) return [];
  const before = told?.neighbours ?? [];
  if (isDeepStrictEqual(before, neighbours)) return [];
  const isTooSoon = told !== null && now.getTime() - told.at.getTime() < FILES_AGAIN_AFTER_MS;
  if (isTooSoon && isDeepStrictEqual(before.map(withoutFiles), neighbours.map(withoutFiles))) return [];
  return [{ kind: 'tell-neighbours', about, neighbours, ...because(NAME, whyOf(neighbours)) }];
}

function whyOf(neighbours: readonly Neighbour[]): string {
  const labels = neighbours.map(({ task }) => taskLabel(task)).join(', ');
  return labels === ''
    ? 'nobody else works on its repository any more'
    : `${labels} ${neighbours.length === 1 ? 'works' : 'work'} on the same repository`;
}

function neighboursOf(
  { task }: AtWork,
  working: readonly AtWork[],
  { footprints }: FleetSituation,
): readonly Neighbour[] {
  return working
    .filter((each) => each.task.id !== task.id)
    .filter((each) => each.task.repo.toLowerCase() === task.repo.toLowerCase())
    .toSorted((one, other) => one.task.id - other.task.id)
    .map((each) => ({
      task: each.task.id,
      title: titleOf(each.task.brief),
      branch: each.session.branch,
      agent: each.session.agent,
      host: each.host.name,
      files: (footprints.get(each.task.id)?.files ?? []).toSorted().slice(0, FILES_NAMED),
    }));
}

/** Redacted before it is cut: half a secret is not known for one. */
function titleOf(brief: string): string {
  const line =
    redact(brief)
      .trim()
      .split('\n')[0]
      ?.replaceAll(/\p{Cc}+/gu, ' ') ?? '';
  return line.length > TITLE_MAX ? `${line.slice(0, TITLE_MAX - 1)}…` : line;
}

function withoutFiles(neighbour: Neighbour): Neighbour {
  return { ...neighbour, files: [] };
}
