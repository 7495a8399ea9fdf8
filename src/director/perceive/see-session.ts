import { type AgentKind, agentIn, createCommandKind, weigh } from '../../agents/index.ts';
import {
  byOurClock,
  type Capture,
  type HostId,
  meaningOf,
  type Observation,
  type Reading,
  type Report,
  type SeenSession,
  stuckSince,
  type TranscriptDigest,
} from '../../domain/index.ts';
import { redact, redactScreen } from '../../safety/index.ts';
import type { SessionLook } from '../ports.ts';

/** All that tells of a session beside its screen. */
export type Told = {
  /** Of this start of it. */
  readonly reports: readonly Report[];
  readonly transcript: TranscriptDigest | null;
};

export const NOTHING_TOLD: Told = { reports: [], transcript: null };

type Knowledge = {
  readonly host: HostId;
  readonly agents: ReadonlyMap<string, AgentKind>;
  /** The agent it was started with; null: not one of ours. */
  readonly agent: string | null;
  readonly told: Told;
  /** Of the host's clock, ahead of ours. */
  readonly clockAheadMs: number;
  readonly agentVersion: string | null;
  /** As it was seen before; null: for the first time. */
  readonly before: SeenSession | null;
  readonly captureBefore: Capture | null;
  /** Its task is locked. */
  readonly isProtected: boolean;
  readonly stuckAfterMs: number;
  readonly now: Date;
};

/** What is known of a session after a look at its screen. */
export function seeSession(look: SessionLook, capture: Capture, knowledge: Knowledge): SeenSession {
  const { agents, before, now } = knowledge;
  const living = agentIn(agents.values(), capture.processes);
  const kind = kindFor(agents, knowledge.agent ?? living?.kind.name ?? null);
  const captures = knowledge.captureBefore === null ? [capture] : [knowledge.captureBefore, capture];
  const weighed = weigh(
    kind,
    captures,
    [...knowledge.told.reports, ...fileReports(kind, look, capture, knowledge.clockAheadMs)],
    now,
  );
  const observation = redacted(weighed.observation);
  // Most screens that are weighed anew are the same ones, and to search one for secrets takes longer than to weigh it.
  const isSameText = before !== null && knowledge.captureBefore?.plain === capture.plain;
  const screen = isSameText ? before.screen : screenLines(capture.plain);
  const isSame = before !== null && meaningOf(before.observation) === meaningOf(observation);
  const isUnchanged = before !== null && before.screen.join('\n') === screen.join('\n');
  const unchangedSince = isUnchanged ? before.unchangedSince : capture.takenAt;
  const place = look.place ?? before?.place ?? null;
  return {
    ...factsOf(look, knowledge.host),
    place,
    agent: living?.kind.name ?? null,
    agentVersion:
      living === null ? null : (knowledge.told.transcript?.agentVersion ?? knowledge.agentVersion),
    pullRequestUrl:
      knowledge.told.transcript?.pullRequestUrls.at(-1) ??
      pullRequestOn(screen, place?.remote ?? null) ??
      before?.pullRequestUrl ??
      null,
    observation,
    readings: weighed.readings.map(redactedReading),
    screen,
    observedAt: capture.takenAt,
    since: isSame ? before.since : capture.takenAt,
    unchangedSince,
    stuckSince: stuckSince(
      { observation, unchangedSince, isProtected: knowledge.isProtected },
      knowledge.stuckAfterMs,
      now,
    ),
    presence: 'present',
  };
}

/** What a look tells of a session without its screen. */
export function factsOf(
  look: SessionLook,
  host: HostId,
): Pick<
  SeenSession,
  'host' | 'name' | 'tmuxId' | 'session' | 'windows' | 'isAttached' | 'createdAt' | 'presence'
> {
  const { name, tmuxId, session, windows, isAttached, createdAt } = look;
  return { host, name, tmuxId, session, windows, isAttached, createdAt, presence: 'present' };
}

/** Whether somebody who knows `before` learns anything from `after`: that time goes by is no news. */
export function isNews(before: SeenSession | null, after: SeenSession): boolean {
  return before === null || essence(before) !== essence(after);
}

function essence({ observedAt: _at, readings, ...seen }: SeenSession): string {
  return JSON.stringify([seen, readings.map(({ source, state, rule }) => [source, state, rule])]);
}

/** An agent that is not known any more, or of which nothing is known, is read by the rules for any program. */
export function kindFor(agents: ReadonlyMap<string, AgentKind>, name: string | null): AgentKind {
  return (
    (name === null ? undefined : agents.get(name)) ??
    createCommandKind({ name: name ?? 'any', words: [name ?? 'agent'] })
  );
}

/** What the files say that the agent keeps about itself. */
export function fileReports(
  kind: AgentKind,
  look: SessionLook,
  capture: Capture,
  clockAheadMs: number,
): readonly Report[] {
  const { stateFile } = kind;
  if (stateFile === undefined || stateFile === null) return [];
  return look.stateFiles.flatMap(({ content }) => {
    for (const { pid } of capture.processes) {
      const report = stateFile.report(content, pid);
      if (report !== null) return [byOurClock(report, clockAheadMs)];
    }
    return [];
  });
}

/** The last pull request of its repository that an agent shows. */
function pullRequestOn(screen: readonly string[], remote: string | null): string | null {
  const repo = remote === null ? null : /[/:]([\w.-]+\/[\w.-]+?)(?:\.git)?\/?$/.exec(remote)?.[1];
  if (repo === null || repo === undefined) return null;
  const urls = screen.flatMap((line) => line.match(/https:\/\/[\w.-]+\/[\w.-]+\/[\w.-]+\/pull\/\d+/g) ?? []);
  return urls.findLast((url) => url.toLowerCase().includes(`/${repo.toLowerCase()}/pull/`)) ?? null;
}

/** What is seen is stored, told and compared by its fingerprint: secrets leave it once, here, before any of that. Keys are no text. */
export function redacted(observation: Observation): Observation {
  const evidence = redact(observation.evidence);
  switch (observation.state) {
    case 'waiting_input': {
      if (observation.promptKind === 'text_question')
        return { ...observation, evidence, question: redact(observation.question) };
      const { question, options } = observation.dialog;
      const dialog = {
        ...observation.dialog,
        question: redact(question),
        options: options.map((option) => ({ ...option, label: redact(option.label) })),
      };
      return { ...observation, evidence, dialog };
    }
    case 'unknown':
      return { ...observation, evidence, why: redact(observation.why) };
    case 'shell':
      return {
        ...observation,
        evidence,
        trouble: observation.trouble === null ? null : redact(observation.trouble),
      };
    default:
      return { ...observation, evidence };
  }
}

export function redactedReading(reading: Reading): Reading {
  return { ...reading, evidence: redact(reading.evidence) };
}

/** Redacted, without the blank lines at the end. */
export function screenLines(plain: string): readonly string[] {
  return redactScreen(plain)
    .replace(/\s+$/, '')
    .split('\n')
    .map((line) => line.trimEnd());
}
