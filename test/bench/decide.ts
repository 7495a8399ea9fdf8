import { decisionFrom } from '../../src/director/ask-model.ts';
import type { LastModelCall } from '../../src/director/ports.ts';
import { questionForModel } from '../../src/director/question-for-model.ts';
import { reason } from '../../src/director/reason/index.ts';
import { strategySituation } from '../../src/director/strategy-situation.ts';
import {
  type Action,
  type ActionEffect,
  actionId,
  chooseStrategies,
  DEFAULT_RULES,
  dialogOf,
  emptyTranscript,
  FIRST_MESSAGES,
  intendAction,
  LAST_MESSAGES,
  meaningOf,
  type Observation,
  settleAction,
  startAction,
  type TranscriptDigest,
  type TranscriptMessage,
} from '../../src/domain/index.ts';
import { createModel, createScriptedProtocol, estimateTokens, renderPrompt } from '../../src/model/index.ts';
import { HOST, SERVER, SESSION, situation, TASKS } from '../director/situations.ts';
import { ANN } from '../domain/tasks.ts';
import { question } from '../model/questions.ts';
import { seeded } from '../support/seeded.ts';
import { rounded } from './figures.ts';

export type DecideFigures = {
  readonly cycles: number;
  readonly sessions: number;
  /** Cycles of one session in which what it shows had not changed since the model was asked about it, and those among them that asked again. */
  readonly unchanged: { readonly passes: number; readonly calls: number };
  readonly callsPerCycle: number;
  readonly tokensPerCycle: number;
  /** Of which a service that keeps what is stable reads again what it kept. */
  readonly stableTokensPerCycle: number;
  readonly mostTokensOfOneCall: number;
  /** Tokens of a cycle in each tenth of the time: what grows with uptime grows here. */
  readonly tokensPerCycleByTenth: readonly number[];
  /** The same fleet, where every session that does not think is told of as a whole, each time. */
  readonly everythingEachTime: {
    readonly tokensPerCycle: number;
    readonly tokensPerCycleByTenth: readonly number[];
  };
  readonly timesFewerTokens: number;
};

const CYCLE_MS = 60_000;
const TENTHS = 10;
/** Of so many sessions one rests the whole time, as one whose people are asleep. */
const RESTS_OF = 5;
const REPLY = { why: 'The brief says so.', strategy: 'none', text: 'Go on.', option: 1, replies: [] };

/** A fleet that is looked at again and again: what the model is asked, and what that takes. Nothing of it is a host, a database or a service. */
export async function benchDecide(
  { cycles, sessions }: { readonly cycles: number; readonly sessions: number },
  say: (line: string) => void,
): Promise<DecideFigures> {
  const random = seeded(cycles + sessions);
  const fleet = Array.from({ length: sessions }, (_, nth) => createAgent(random, nth % RESTS_OF === 0));
  const told: { readonly all: number; readonly stable: number }[][] = [];
  const everything: number[] = [];
  let unchangedPasses = 0;
  let unchangedCalls = 0;
  for (let cycle = 0; cycle < cycles; cycle += 1) {
    const now = new Date(Date.UTC(2026, 10, 22) + cycle * CYCLE_MS);
    const calls: { readonly all: number; readonly stable: number }[] = [];
    let whole = 0;
    for (const agent of fleet) {
      agent.goOn(now);
      if (agent.isUnchanged()) unchangedPasses += 1;
      const wasUnchanged = agent.isUnchanged();
      const call = await agent.pass(now);
      if (call !== null) {
        calls.push(call);
        if (wasUnchanged) unchangedCalls += 1;
      }
      whole += agent.tokensOfEverything();
    }
    told.push(calls);
    everything.push(whole);
    if ((cycle + 1) % Math.ceil(cycles / TENTHS) === 0) say(`${cycle + 1} cycles`);
  }
  const perCycle = told.map((calls) => sumOf(calls.map(({ all }) => all)));
  return {
    cycles,
    sessions,
    unchanged: { passes: unchangedPasses, calls: unchangedCalls },
    callsPerCycle: rounded(sumOf(told.map((calls) => calls.length)) / cycles, 2),
    tokensPerCycle: Math.round(sumOf(perCycle) / cycles),
    stableTokensPerCycle: Math.round(sumOf(told.flat().map(({ stable }) => stable)) / cycles),
    mostTokensOfOneCall: Math.max(0, ...told.flat().map(({ all }) => all)),
    tokensPerCycleByTenth: byTenth(perCycle),
    everythingEachTime: {
      tokensPerCycle: Math.round(sumOf(everything) / cycles),
      tokensPerCycleByTenth: byTenth(everything),
    },
    timesFewerTokens: Math.round(sumOf(everything) / sumOf(perCycle)),
  };
}

const sumOf = (numbers: readonly number[]): number => numbers.reduce((sum, each) => sum + each, 0);

function byTenth(perCycle: readonly number[]): readonly number[] {
  const length = Math.ceil(perCycle.length / TENTHS);
  return Array.from({ length: TENTHS }, (_, nth) => perCycle.slice(nth * length, (nth + 1) * length))
    .filter((part) => part.length > 0)
    .map((part) => Math.round(sumOf(part) / part.length));
}

type Agent = {
  /** Whatever the agent does until its next look. */
  goOn(now: Date): void;
  /** It shows what it showed when the model was asked, and was not at work since. */
  isUnchanged(): boolean;
  /** One pass of the director. Value: what was sent to the model; null: it was not asked. */
  pass(now: Date): Promise<{ readonly all: number; readonly stable: number } | null>;
  /** What telling all of it each time takes; 0 while it thinks. */
  tokensOfEverything(): number;
};

const RULES_TOKENS = estimateTokens(
  renderPrompt(question(), DEFAULT_RULES.model, (text) => text).stable[0] ?? '',
);
/** Of so many texts one is a person's: a model that talks to an agent alone for long is not asked any more. */
const BY_A_PERSON_OF = 8;
const EVIDENCE = { confidence: 0.9, source: 'screen', rule: 'bench', evidence: '●' } as const;

const asksInProse = (asked: string): Observation => ({
  ...EVIDENCE,
  state: 'waiting_input',
  promptKind: 'text_question',
  question: asked,
});

/** An agent that works for some cycles, then asks in prose, shows a dialog or rests, until it is answered. */
function createAgent(random: () => number, staysAtRest: boolean): Agent {
  let observation: Observation = { ...EVIDENCE, state: 'thinking' };
  let since = new Date(0);
  let workedAt: Date | null = null;
  let worksFor = 1 + Math.floor(random() * 8);
  let turns = 0;
  let typed = 0;
  let settled: readonly Action[] = [];
  let before: LastModelCall | null = null;
  let askedAbout: string | null = null;
  let digest: TranscriptDigest = emptyTranscript;
  let allWords = '';
  const script = createScriptedProtocol([
    // An agent that rests is not always sent on: people read about it, and it stays as it is.
    ...(staysAtRest ? [{ reply: { ...REPLY, action: 'wait', confidence: 0.9 } }] : []),
    { about: '(permission)', reply: { ...REPLY, action: 'answer', confidence: 0.9 } },
    { reply: { ...REPLY, action: 'send', confidence: 0.9 } },
  ]);
  let sent = { all: 0, stable: 0 };
  const model = createModel({
    protocol: {
      name: script.name,
      ask: (asking, signal) => {
        const stable = estimateTokens(asking.stable.join(''));
        sent = { all: stable + estimateTokens(asking.fresh), stable };
        return script.ask(asking, signal);
      },
    },
    name: 'bench',
    prices: new Map(),
    redact: (text) => text,
    log: { info() {}, warn() {}, error() {} },
    now: () => new Date(0),
  });
  const screen = () =>
    Array.from({ length: 40 }, (_, row) => `row ${row} of turn ${turns}: ${'word '.repeat(12)}`);

  function write(by: TranscriptMessage['by']): void {
    const text = `${by} in turn ${turns}: ${'so much to say about it. '.repeat(1 + Math.floor(random() * 30))}`;
    allWords += text;
    const message = { by, text, at: null };
    const isFirst = digest.first.length < FIRST_MESSAGES;
    digest = {
      ...digest,
      first: isFirst ? [...digest.first, message] : digest.first,
      last: isFirst ? digest.last : [...digest.last, message].slice(-LAST_MESSAGES),
      userMessages: digest.userMessages + (by === 'user' ? 1 : 0),
      assistantMessages: digest.assistantMessages + (by === 'assistant' ? 1 : 0),
    };
  }

  function show(next: Observation, now: Date): void {
    if (meaningOf(next) !== meaningOf(observation)) since = now;
    observation = next;
  }

  function act(effect: ActionEffect, now: Date): void {
    if (effect.kind === 'type-text') typed += 1;
    const intended = intendAction(
      {
        id: actionId(`${settled.length}`),
        task: SESSION.task,
        session: SESSION.id,
        generation: SESSION.generation,
        effect,
        by: effect.kind === 'type-text' && typed % BY_A_PERSON_OF === 0 ? ANN : null,
      },
      now,
    );
    settled = [...settled, settleAction(startAction(intended, now), { state: 'succeeded' }, now)];
  }

  return {
    goOn(now) {
      if (observation.state !== 'thinking') return;
      workedAt = now;
      askedAbout = null;
      for (let said = 0; said < 3; said += 1) write('assistant');
      worksFor -= 1;
      if (worksFor > 0) return;
      turns += 1;
      const end = random();
      if (staysAtRest || end < 0.4) return show({ ...EVIDENCE, state: 'completed' }, now);
      if (end < 0.7) {
        return show(asksInProse(`Which of the two ways in turn ${turns}?`), now);
      }
      const dialog = {
        promptKind: 'permission',
        question: `Run test ${turns}?`,
        options: [{ label: 'Yes', keys: ['1'] }],
      } as const;
      show({ ...EVIDENCE, state: 'waiting_input', promptKind: 'permission', dialog }, now);
    },
    isUnchanged: () => askedAbout === meaningOf(observation),
    async pass(now) {
      const lines = screen();
      const given = situation({
        sight: {
          kind: 'seen',
          observation,
          readings: [],
          screen: lines,
          name: SESSION.name,
          server: SERVER,
          takenAt: now,
        },
        since,
        settled,
        isTold: true,
        workedAt,
        isModelAtHand: true,
        now,
      });
      const asks = reason(given).find(({ kind }) => kind === 'ask-model');
      if (asks?.kind !== 'ask-model') return null;
      const last = { observation, readings: [], screen: lines, since, lastSeenAt: now };
      const known = { task: TASKS.running, session: SESSION, last, now, digest };
      const project = { defaultBranch: 'main', repo: 'acme/api' };
      const strategies = chooseStrategies(
        strategySituation({ ...known, project, seen: null, queuedTasks: 0 }),
      );
      const asked = questionForModel({
        ...known,
        host: HOST,
        facts: null,
        project,
        strategies,
        gathered: null,
        objectives: [],
        before,
      });
      const { advice } = await model.decide(asked, DEFAULT_RULES.model, new AbortController().signal);
      const decision = decisionFrom(observation, advice);
      act({ kind: 'ask-model', meaning: asks.meaning, about: asks.about }, now);
      before = { endedAt: now, messagesRead: asked.messagesRead, decision, verdict: { kind: 'proceed' } };
      askedAbout = meaningOf(observation);
      const dialog = dialogOf(observation);
      if (decision.kind === 'send-text') {
        act({ kind: 'type-text', text: decision.text }, now);
        write('user');
      }
      if (decision.kind === 'send-text' || (decision.kind === 'press-option' && dialog !== null)) {
        worksFor = 1 + Math.floor(random() * 8);
        show({ ...EVIDENCE, state: 'thinking' }, now);
      }
      return sent;
    },
    tokensOfEverything() {
      if (observation.state === 'thinking') return 0;
      return RULES_TOKENS + estimateTokens(allWords) + estimateTokens(screen().join('\n'));
    },
  };
}
