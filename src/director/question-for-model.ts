import {
  type Asked,
  type Decision,
  dialogOf,
  type Host,
  type HostFacts,
  type Metric,
  type ModelQuestion,
  type Project,
  placeOf,
  STRATEGIES,
  type Strategy,
  type TranscriptDigest,
  taskLabel,
  textQuestionOf,
} from '../domain/index.ts';
import { redactDeep } from '../safety/index.ts';
import type { Gathered } from './gather.ts';
import type { LastModelCall } from './ports.ts';
import type { AtHand } from './strategy-situation.ts';

/** What is at hand of a session that the model is asked about. */
export type AtHandForModel = Omit<AtHand, 'project' | 'queuedTasks' | 'seen'> & {
  readonly host: Host;
  readonly facts: Pick<HostFacts, 'health'> | null;
  readonly project: Pick<Project, 'repo' | 'defaultBranch'>;
  readonly strategies: readonly Strategy[];
  readonly objectives: readonly string[];
  /** Read just now, where the host answered. */
  readonly gathered: Pick<Gathered, 'screen' | 'branch' | 'changedFiles'> | null;
  /** The last call about it; null: the first. */
  readonly before: LastModelCall | null;
};

/** The newest messages tell where it stands; how much of them fits is decided where they are worded. */
const MESSAGES_MOST = 60;
const FILES_MOST = 40;
const ERRORS_MOST = 10;

export function questionForModel(atHand: AtHandForModel): ModelQuestion {
  const { task, session, host, project, last, digest, before, gathered, now } = atHand;
  const { observation } = last;
  const { state, confidence, source, rule, evidence } = observation;
  const files = filesIn(digest, gathered?.changedFiles ?? []);
  const errors = digest?.errors ?? [];
  const read = before?.messagesRead ?? 0;
  const messages = newMessages(digest, read);
  const question: ModelQuestion = {
    project: { repo: project.repo, defaultBranch: project.defaultBranch },
    task: {
      label: taskLabel(task.id),
      brief: task.brief,
      priority: task.priority,
      attempt: task.attempt,
      pullRequestUrl: placeOf(task)?.pullRequest?.url ?? digest?.pullRequestUrls.at(-1) ?? null,
    },
    session: {
      host: host.name,
      name: session.name,
      agent: session.agent,
      branch: gathered?.branch ?? session.branch,
      isAdopted: session.isAdopted,
    },
    status: { state, confidence, source, rule, evidence, forMs: now.getTime() - last.since.getTime() },
    asks: asksOf(atHand),
    before:
      before?.decision == null
        ? null
        : { words: decisionWords(before.decision), agoMs: now.getTime() - before.endedAt.getTime() },
    changedFiles: files.slice(-FILES_MOST),
    errors: errors.slice(-ERRORS_MOST),
    messages,
    messagesRead: countOf(digest),
    leftOut: {
      messages: newCount(digest, read) - messages.length,
      changedFiles: Math.max(0, files.length - FILES_MOST),
      errors: Math.max(0, errors.length - ERRORS_MOST),
    },
    screen: gathered?.screen ?? last.screen,
    health: healthOf(atHand),
    objectives: atHand.objectives,
    strategies: atHand.strategies.map(({ id }) => id),
  };
  return redactDeep(question);
}

/** What the agent says that it changed, and what git says that is not committed; the newest last. */
function filesIn(digest: TranscriptDigest | null, uncommitted: readonly string[]): readonly string[] {
  return [...new Set([...(digest?.changedFiles ?? []), ...uncommitted])];
}

function asksOf({ last: { observation } }: AtHandForModel): Asked {
  const words = textQuestionOf(observation);
  if (words !== null) return { kind: 'words', question: words };
  const dialog = dialogOf(observation);
  return dialog === null ? { kind: 'nothing' } : { kind: 'choice', dialog };
}

function countOf(digest: TranscriptDigest | null): number {
  return digest === null ? 0 : digest.userMessages + digest.assistantMessages;
}

/** How much the conversation gained since. One that was begun anew is new as a whole. */
function newCount(digest: TranscriptDigest | null, read: number): number {
  const count = countOf(digest);
  return read <= count ? count - read : count;
}

/** The newest of what it gained, as far as it is kept. */
function newMessages(digest: TranscriptDigest | null, read: number): ModelQuestion['messages'] {
  const fresh = Math.min(MESSAGES_MOST, newCount(digest, read));
  if (digest === null || fresh === 0) return [];
  return [...digest.first, ...digest.last].slice(-fresh).map(({ by, text }) => ({ by, text }));
}

function healthOf({ facts }: AtHandForModel): ModelQuestion['health'] {
  const health = facts?.health ?? null;
  if (health === null) return null;
  const read = (metric: Metric) => (metric.kind === 'read' ? metric.value : null);
  return {
    memoryUsedPercent: read(health.memoryUsedPercent),
    diskUsedPercent: read(health.diskUsedPercent),
    load: read(health.load),
  };
}

/** For the model itself: what became of its last answer. */
function decisionWords(decision: Decision): string {
  const title = STRATEGIES.find(({ id }) => id === decision.strategy)?.title;
  const following = title === undefined ? '' : ` (${title})`;
  switch (decision.kind) {
    case 'send-text':
      return `send “${decision.text}”${following}`;
    case 'press-option':
      return `answer “${decision.dialog.question}” with “${decision.option.label}”${following}`;
    default:
      return `${decision.kind}${following}: ${decision.why}`;
  }
}
