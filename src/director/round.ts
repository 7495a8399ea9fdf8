import {
  type Action,
  type Decision,
  type Host,
  mayActOn,
  objectiveWords,
  type Project,
  type Round,
  type RoundEntry,
  type RoundId,
  type SeenSession,
  type Session,
  type Verdict,
} from '../domain/index.ts';
import { redact } from '../safety/index.ts';
import { askModelNow, consultModel } from './ask-model.ts';
import { type Considered, consider, cycle } from './cycle.ts';
import { MODEL } from './gate.ts';
import { pause } from './pause.ts';
import { place } from './place.ts';
import type { AnswerFor, DirectorPorts } from './ports.ts';
import { yesTo } from './yes-to.ts';

/** Runs a cycle of a session after those that are under way in this process. */
export type InTurn = (session: Session, work: () => Promise<'done' | 'busy'>) => Promise<void>;

export type RoundMeans = {
  readonly ports: DirectorPorts;
  readonly answerFor: AnswerFor;
  readonly inTurn: InTurn;
  readonly signal: AbortSignal;
};

/** Each takes a look at a host, and some of them a model's answer. */
const AT_ONCE = 4;
/** People see it go on, and nobody's limit of edits is used up. */
const TELL_EVERY_MS = 2_000;
const EARLIER_ROUNDS = 20;
const LIVE_WITHIN_MS = 60_000;
const LOOK_AGAIN_AFTER_MS = 250;

/** Goes round the sessions that a person asked about. One that another process began is gone on with from its start: nothing is done twice. */
export async function goRound(means: RoundMeans, id: RoundId): Promise<void> {
  const { ports, signal } = means;
  const { store, now } = ports;
  const round = await store.findRound(id);
  if (round === null || round.endedAt !== null) return;
  if (round.kind === 'run-once') await place(ports);
  const subjects = await subjectsOf(ports, round);
  const earlier = round.isIncremental ? await store.recentRounds(EARLIER_ROUNDS) : [];
  const entries: RoundEntry[] = [];
  let toldAt = 0;
  const objectives = await objectivesOf(ports, subjects);
  const tell = (endedAt: Date | null) =>
    store.saveRound({ ...round, entries: [...entries], objectives, total: subjects.length, endedAt });
  const left = [...subjects];
  const work = async (): Promise<void> => {
    for (let next = left.shift(); next !== undefined && !signal.aborted; next = left.shift()) {
      entries.push(await entryFor({ ...means, round, earlier }, next));
      if (now().getTime() - toldAt < TELL_EVERY_MS) continue;
      toldAt = now().getTime();
      await tell(null);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  if (!signal.aborted) await tell(now());
}

/** One session that a round is about. `session` null: nobody adopted it. `seen` null: no look has found it yet. */
type Subject = {
  readonly host: Host;
  readonly name: string;
  readonly session: Session | null;
  readonly seen: SeenSession | null;
  readonly project: Project | null;
};

async function subjectsOf({ store }: DirectorPorts, { scope }: Round): Promise<readonly Subject[]> {
  const hosts = (await store.listHosts()).filter(
    (host) => host.state !== 'removed' && (scope.host === null || scope.host === host.name),
  );
  const open = await store.openSessions();
  const projects = await store.listProjects();
  const subjects: Subject[] = [];
  for (const host of hosts) {
    const seen = (await store.seenSessions(host.id)).filter(({ presence }) => presence === 'present');
    const own = open.filter((session) => session.host === host.id);
    for (const name of new Set([...own, ...seen].map((each) => each.name))) {
      if (scope.session !== null && scope.session !== name) continue;
      const session = own.find((each) => each.name === name) ?? null;
      const task = session === null ? null : await store.findTask(session.task);
      subjects.push({
        host,
        name,
        session,
        seen: seen.find((each) => each.name === name) ?? null,
        project: projects.find((each) => each.id === task?.project) ?? null,
      });
    }
  }
  return subjects;
}

async function objectivesOf(
  { store }: DirectorPorts,
  subjects: readonly Subject[],
): Promise<Round['objectives']> {
  const projects = new Map(
    subjects.flatMap(({ project }) => (project === null ? [] : [[project.id, project]])),
  );
  const wanted: Round['objectives'][number][] = [];
  for (const { id, repo } of projects.values()) {
    const open = await store.openObjectives(id);
    if (open.length > 0) wanted.push({ repo, open: open.map(objectiveWords) });
  }
  return wanted;
}

type Going = RoundMeans & {
  readonly round: Round;
  /** Newest first. */
  readonly earlier: readonly Round[];
};

/** What can be told of it without a look. */
function factsOf({ host, name, session, seen, project }: Subject): Omit<RoundEntry, 'why' | 'outcome'> {
  return {
    host: host.name,
    session: name,
    task: session?.task ?? null,
    repo: project?.repo ?? null,
    branch: session?.branch ?? seen?.place?.branch ?? null,
    agent: session?.agent ?? seen?.agent ?? null,
    state: seen?.observation.state ?? 'absent',
    evidence: seen?.observation.evidence ?? '',
    decision: null,
    confidence: null,
    isUnchanged: false,
  };
}

async function entryFor(going: Going, subject: Subject): Promise<RoundEntry> {
  const { host } = subject;
  const left = (why: string): RoundEntry => ({ ...factsOf(subject), why, outcome: 'skipped' });
  if (subject.session === null) return left('it has no task; `adopt` makes one');
  if (!mayActOn(host)) return left(`${host.name} is ${host.state}: it is only looked at`);
  const session = await onceLive(going, subject.session);
  if (session.state !== 'live') return left('it is being prepared');
  try {
    return await entryOf(going, subject, session);
  } catch (error) {
    if (going.signal.aborted) throw error;
    going.ports.log.error({ error, session: session.id }, 'a session could not be gone into');
    return { ...factsOf(subject), why: 'it could not be gone into; the log says more', outcome: 'failed' };
  }
}

/** What this round adopted is live in a moment, and belongs in its report. */
async function onceLive({ ports, round, signal }: Going, session: Session): Promise<Session> {
  if (!round.adopted.includes(session.task)) return session;
  const until = performance.now() + LIVE_WITHIN_MS;
  let now = session;
  while (now.state === 'preparing' && performance.now() < until && !signal.aborted) {
    await pause(LOOK_AGAIN_AFTER_MS, signal);
    now = (await ports.store.findSession(session.id)) ?? now;
  }
  return now;
}

async function entryOf(going: Going, subject: Subject, session: Session): Promise<RoundEntry> {
  const { round, ports } = going;
  const acts = round.kind === 'advance' || round.kind === 'run-once';
  const considered = acts ? await act(going, session) : await consider(ports, session, going.signal);
  if (considered === null) {
    return { ...factsOf(subject), why: 'it is over, or another worker is at it', outcome: 'skipped' };
  }
  const { sight } = considered.situation;
  const facts = {
    ...factsOf(subject),
    state: sight.kind === 'seen' ? sight.observation.state : sight.kind,
    evidence: sight.kind === 'seen' ? redact(sight.observation.evidence) : '',
  };
  const kept = keptEntry(going, subject, considered);
  if (kept !== null) return { ...facts, ...kept };
  const { decided, isUnchanged } = await decisionOn(going, considered, acts);
  const { decision, verdict } = decided;
  return {
    ...facts,
    decision: wordsFor(decision),
    confidence: decision.confidence,
    why: whyOf(decision, verdict),
    isUnchanged,
    outcome: acts ? await outcomeOf(going, considered, decided) : 'would',
  };
}

/** One cycle now. In `advance` people are asked before anything that the director would do of its own accord. */
async function act(going: Going, session: Session): Promise<Considered | null> {
  const { inTurn, signal } = going;
  let considered: Considered | null = null;
  const onConsidered = (found: Considered) => {
    considered = found;
  };
  await inTurn(session, () =>
    cycle(portsFor(going), session.id, signal, { leavesModel: true, onConsidered }),
  );
  return considered;
}

function portsFor({ ports, round }: Going): DirectorPorts {
  if (round.kind !== 'advance') return ports;
  const { settings } = ports;
  const rulesOf: typeof settings.rulesOf = (project) => ({ ...settings.rulesOf(project), actsAlone: false });
  return { ...ports, settings: { ...settings, rulesOf } };
}

type Decided = { readonly decision: Decision; readonly verdict: Verdict };

/** The decision that says most: the model's where it has a say, else the first that is not to wait. */
async function decisionOn(
  going: Going,
  { decided, situation }: Considered,
  acts: boolean,
): Promise<{ readonly decided: Decided; readonly isUnchanged: boolean }> {
  const { ports, signal } = going;
  const [first] = decided;
  const telling = decided.find(({ decision }) => decision.kind !== 'wait') ?? first;
  if (telling === undefined) throw new Error('the reasoners decide at least to wait');
  const about = { task: situation.task, session: situation.session };
  for (const { decision, verdict } of decided) {
    if (decision.kind !== 'ask-model' || verdict.kind !== 'proceed') continue;
    const advised = acts
      ? await askModelNow(portsFor(going), about, decision, signal)
      : await consultModel(ports, about.session.id, signal);
    if (advised !== null) return { decided: advised, isUnchanged: false };
  }
  const isNew = situation.pending.some(isQuestionToModel);
  if (isNew) await onceAnswered(going, situation);
  const before = await ports.store.lastModelCall(situation.session.id);
  return before?.decision != null && before.verdict !== null && before.endedAt >= situation.since
    ? { decided: { decision: before.decision, verdict: before.verdict }, isUnchanged: !isNew }
    : { decided: telling, isUnchanged: false };
}

const isQuestionToModel = ({ effect, endedAt }: Action) => effect.kind === 'ask-model' && endedAt === null;

/** The director asks a model about it right now: one question is enough, and its answer is the decision. */
async function onceAnswered(
  { ports, signal }: Going,
  { task, session }: Considered['situation'],
): Promise<void> {
  const until = performance.now() + LIVE_WITHIN_MS;
  while (performance.now() < until && !signal.aborted) {
    const actions = await ports.store.actionsOfTasks([task.id]);
    if (!actions.some((action) => action.session === session.id && isQuestionToModel(action))) return;
    await pause(LOOK_AGAIN_AFTER_MS, signal);
  }
}

/** What an earlier round decided of the same state; null: something changed since, or that is not what was asked for. */
function keptEntry(
  { earlier, round }: Going,
  { host, name }: Subject,
  { situation }: Considered,
): Pick<RoundEntry, 'decision' | 'confidence' | 'why' | 'outcome' | 'isUnchanged'> | null {
  for (const { entries, startedAt, id } of earlier) {
    if (id === round.id || startedAt < situation.since) continue;
    const entry = entries.find((each) => each.host === host.name && each.session === name);
    if (entry === undefined || entry.decision === null) continue;
    const { decision, confidence, why, outcome } = entry;
    return { decision, confidence, why, outcome, isUnchanged: true };
  }
  return null;
}

async function outcomeOf(
  going: Going,
  { situation }: Considered,
  { decision, verdict }: Decided,
): Promise<RoundEntry['outcome']> {
  if (verdict.kind === 'drop') return 'skipped';
  if (decision.reasoner === MODEL && decision.confidence === 0) return 'failed';
  const isAsked =
    verdict.kind === 'needs-approval' ||
    decision.kind === 'ask-a-person' ||
    situation.approvals.some(({ state }) => state === 'open');
  if (!isAsked) return 'done';
  return going.round.isForced ? forceOpen(going, situation, decision) : 'asked';
}

/** Says yes for the one who asked for the round, by the rules that hold for any yes of theirs. Where they may not, the question stays open. */
async function forceOpen(
  { ports, round, answerFor }: Going,
  { task, session }: Pick<Considered['situation'], 'task' | 'session'>,
  decision: Decision,
): Promise<RoundEntry['outcome']> {
  const { store } = ports;
  for (const approval of await store.approvalsOfSession(task.id, session.id)) {
    const yes = approval.state === 'open' ? yesTo(approval, decision) : null;
    if (yes === null) continue;
    await answerFor(round.by, approval.id, yes);
    // One yes of several that its policy wants lets nothing be done.
    const asked = await store.approvalsOfSession(task.id, session.id);
    const now = asked.find(({ id }) => id === approval.id);
    return now?.state === 'answered' && now.by === round.by ? 'done' : 'asked';
  }
  return 'asked';
}

function whyOf({ why }: Decision, verdict: Verdict): string {
  return redact(verdict.kind === 'proceed' ? why : `${why}; ${verdict.why}`);
}

/** What goes on after “to”. */
function wordsFor(decision: Decision): string {
  switch (decision.kind) {
    case 'send-text':
      return redact(`send “${decision.text}”`);
    case 'press-option':
      return redact(`answer “${decision.option.label}”`);
    case 'carry-out':
      return decision.effect.kind.replaceAll('-', ' ');
    default:
      return decision.kind.replaceAll('-', ' ');
  }
}
