import {
  agentKinds,
  agentProcesses,
  createCommandKind,
  createDemoKind,
  programInFront,
  weigh,
} from '../agents/index.ts';
import { type Capture, dialogOf, needsHuman, type Observation } from '../domain/index.ts';
import { redact } from '../safety/index.ts';
import { createLineSplitter, type InputLine } from './input-lines.ts';
import { idOf, parseJson } from './json-line.ts';
import { parseRecordedCapture } from './recorded-capture.ts';

/** How many series are remembered at a time; of each, its last capture. */
const MAX_SERIES = 500;

/** Names that recordings give to agents whose command has another one. */
const OTHER_NAMES: Readonly<Record<string, string>> = { 'claude-code': 'claude' };

type Verdict = {
  readonly id: string | number;
  readonly state: Observation['state'];
  readonly needsHuman: boolean;
  readonly promptKind: string | null;
  readonly options: readonly { readonly label: string; readonly keys: readonly string[] }[];
  readonly confidence: number;
  readonly source: string;
  readonly rule: string;
  readonly evidence: string;
  /** Only with state `unknown`. */
  readonly reason?: string;
};

/** Captures of a series that wait for the next one: no more than this many, and only as long as the next one is there. */
const MAX_HELD = 16;
const HELD_FOR_MS = 200;

/**
 * Recorded captures in, one JSON value to a line; what each means out, in the same order, one line for each. Every text that comes is one
 * or more whole lines: those that could be told together.
 * A line that cannot be read means `unknown`; it ends nothing.
 */
export async function* classify(input: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const splitter = createLineSplitter();
  const answers = createAnswers();
  const chunks = input[Symbol.asyncIterator]();
  let heldSince = 0;
  for (let next = chunks.next(); ; next = chunks.next()) {
    if (answers.isHolding() && !(await comesWithin(next, HELD_FOR_MS - (performance.now() - heldSince))))
      yield answers.release();
    const chunk = await next;
    const lines = chunk.done === true ? splitter.end() : splitter.add(chunk.value);
    const told = lines.map(answers.add).join('');
    if (lines.length > 0) heldSince = performance.now();
    const text = chunk.done === true ? told + answers.release() : told;
    if (text !== '') yield text;
    if (chunk.done === true) return;
  }
}

type Answer = { readonly series: string | null; readonly verdict: Verdict };

/** Line by line what can be told by then: nothing while a series may still turn out otherwise, and then all of it. */
function createAnswers() {
  const before = new Map<string, Capture>();
  let number = 0;
  let held: readonly Answer[] = [];
  const release = (): string => {
    const text = held.map(render).join('');
    held = [];
    return text;
  };
  return {
    isHolding: () => held.length > 0,
    release,
    add(line: InputLine): string {
      number += 1;
      const answer = answerTo(line, number, before);
      const isSame = answer.series !== null && held.at(-1)?.series === answer.series;
      const told = isSame ? '' : release();
      const series = isSame ? [...held.map((earlier) => inHindsight(earlier, answer)), answer] : [answer];
      const mayChange =
        answer.series !== null && answer.verdict.state === 'thinking' && series.length < MAX_HELD;
      held = series;
      return mayChange ? told : told + release();
    },
  };
}

function render({ verdict }: Answer): string {
  const { id, options, evidence, reason } = verdict;
  // Everything that comes from outside; the rest are words of ours.
  const safe: Verdict = {
    ...verdict,
    id: typeof id === 'string' ? redact(id) : id,
    options: options.map(({ label, keys }) => ({ label: redact(label), keys })),
    evidence: redact(evidence),
    ...(reason === undefined ? {} : { reason: redact(reason) }),
  };
  return `${JSON.stringify(safe)}\n`;
}

function comesWithin(next: Promise<unknown>, ms: number): Promise<boolean> {
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(false), ms);
    const hasCome = () => {
      clearTimeout(timer);
      resolve(true);
    };
    next.then(hasCome, hasCome);
  });
}

/** A series shows one state: a silence that turns out to be one of failing requests was that before it was long. */
function inHindsight(earlier: Answer, later: Answer): Answer {
  const { verdict } = later;
  if (earlier.verdict.state !== 'thinking' || !verdict.rule.endsWith('/silent-turn')) return earlier;
  const { state, rule, confidence } = verdict;
  return { ...earlier, verdict: { ...earlier.verdict, state, rule, confidence } };
}

function answerTo(line: InputLine, number: number, before: Map<string, Capture>): Answer {
  const fallback = `line ${number}`;
  if (line.kind === 'too-long') return unreadable(fallback, `the line has more than ${line.maxBytes} bytes`);
  const value = parseJson(line.text);
  if (value === undefined) return unreadable(fallback, 'the line is not JSON');
  const id = idOf(value) ?? fallback;
  const parsed = parseRecordedCapture(value);
  if (!parsed.ok) return unreadable(id, parsed.error);
  const { agent, series, capture, reports } = parsed.value;
  const kind = kindNamed(agent, capture);
  const earlier = series === null ? undefined : before.get(series);
  if (series !== null) remember(before, series, capture);
  const captures = earlier === undefined ? [capture] : [earlier, capture];
  const { observation } = weigh(kind, captures, reports(kind), capture.takenAt);
  return { series, verdict: verdictFrom(id, observation) };
}

const kinds = [...agentKinds, createDemoKind({ nodePath: 'node', scriptPath: 'demo-agent', env: {} })];

/** Any program's rules for a kind that is not known. Its program may have another name: then it is the one that has the terminal. */
function kindNamed(agent: string, { processes }: Capture) {
  const name = OTHER_NAMES[agent] ?? agent;
  const known = kinds.find((kind) => kind.name === name);
  if (known !== undefined) return known;
  const isThere = agentProcesses(processes, [name]).length > 0;
  const program = isThere ? name : (programInFront(processes) ?? name);
  return createCommandKind({ name: 'any', words: [program || 'agent'] });
}

/** The map keeps the order in which series were last seen. */
function remember(before: Map<string, Capture>, series: string, capture: Capture): void {
  before.delete(series);
  before.set(series, capture);
  const oldest = before.keys().next();
  if (before.size > MAX_SERIES && oldest.done !== true) before.delete(oldest.value);
}

function verdictFrom(id: string | number, observation: Observation): Verdict {
  const { state, confidence, source, rule, evidence } = observation;
  return {
    id,
    state,
    needsHuman: needsHuman(observation),
    promptKind: state === 'waiting_input' ? observation.promptKind : null,
    options: dialogOf(observation)?.options ?? [],
    confidence,
    source,
    rule,
    evidence,
    ...(state === 'unknown' ? { reason: observation.why } : {}),
  };
}

function unreadable(id: string | number, reason: string): Answer {
  const verdict: Verdict = {
    id,
    state: 'unknown',
    needsHuman: false,
    promptKind: null,
    options: [],
    confidence: 0,
    source: 'screen',
    rule: 'unreadable-line',
    evidence: '',
    reason,
  };
  return { series: null, verdict };
}
