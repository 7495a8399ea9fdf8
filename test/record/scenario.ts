import type { Step, Turn } from '../doubles/model-script.ts';
import type { ToolCall } from '../doubles/model-wires.ts';

/** What holds at a moment, as the model's service and the processes know it. No word on a screen is part of it. */
export type Moment =
  /** A request of the conversation is in this step of its turn. */
  | { readonly kind: 'in-flight'; readonly step: Step['kind'] }
  | { readonly kind: 'tool-runs' }
  /** The last thing the model said was a call, its program does not run, nothing is in flight and the screen stands still. */
  | { readonly kind: 'waits' }
  /** No more turns are queued, nothing is in flight, no program runs and the screen stands still. */
  | { readonly kind: 'turn-over' }
  /** So many requests have failed and none is in flight. */
  | { readonly kind: 'failed'; readonly times: number }
  /** One request more than when the wait began. */
  | { readonly kind: 'asked-again' }
  /** Another request, or a program of the agent. */
  | { readonly kind: 'goes-on' }
  | { readonly kind: 'still' }
  | { readonly kind: 'gone' | 'stopped' };

/** The state that a sample shows; `states.ts` says how it is labelled and what has to hold for it. */
export type Claim = { readonly state: string; readonly sub: string | null; readonly note?: string };

/** One thing that is done, or waited for, or taken down. */
export type Act =
  /** Types the agent's launch line into the shell; `asPane`: the agent takes the shell's place. */
  | { readonly act: 'start'; readonly words?: readonly string[]; readonly asPane?: boolean }
  /** Waits until the agent draws no more. */
  | { readonly act: 'settle' }
  | { readonly act: 'type'; readonly text: string }
  | { readonly act: 'press'; readonly keys: readonly string[] }
  /** Pastes a prompt and sends it; done when its request arrives. */
  | { readonly act: 'send'; readonly text: string; readonly expects?: Moment }
  | { readonly act: 'wait'; readonly for: Moment; readonly withinMs?: number }
  | { readonly act: 'pause'; readonly ms: number }
  | { readonly act: 'release' }
  | {
      readonly act: 'sample';
      readonly as: Claim;
      readonly frames?: number;
      readonly everyMs?: number;
      /** These samples count only if a later `prove` comes out. */
      readonly onProof?: boolean;
    }
  /** Presses keys; unless this comes of it, all samples that wait for a proof are thrown away. */
  | {
      readonly act: 'prove';
      readonly keys?: readonly string[];
      readonly send?: string;
      readonly by: Moment;
      readonly withinMs?: number;
    }
  | { readonly act: 'signal'; readonly signal: NodeJS.Signals }
  | { readonly act: 'network'; readonly up: boolean }
  | { readonly act: 'resize'; readonly size: Size }
  | { readonly act: 'copy-mode' };

export type Size = { readonly width: number; readonly height: number };

export type Scenario = {
  readonly name: string;
  readonly about: string;
  readonly tags: readonly string[];
  readonly size?: Size;
  /** How freely the agent may use its tools. */
  readonly mode: 'ask' | 'all';
  /** What differs from an agent that is set up, signed in and trusted. */
  readonly setup?: Setup;
  readonly turns: readonly Turn[];
  readonly acts: readonly Act[];
  /** Files of the project beside the usual ones. */
  readonly files?: Readonly<Record<string, string>>;
};

export type Setup = 'no-key' | 'not-trusted' | 'first-start' | 'plan-mode' | 'narrow-loop';

/** Stands in a scripted call for the folder of the project, which is another one at each recording. */
export const PROJECT_FOLDER = '{project}';

/** What an agent calls its tools. Left out: it has none of that sort. */
export type Tools = {
  /** @param mode whether the agent may run it without asking; asks when left out */
  run(command: string, mode?: Scenario['mode']): ToolCall;
  write(path: string, content: string): ToolCall;
  edit(path: string, before: string, after: string): ToolCall;
  /** Set where a file has to be read before it may be changed. */
  read?(path: string): ToolCall;
  ask?(question: string, answers: readonly string[]): ToolCall;
  todo?(items: readonly Todo[]): ToolCall;
  plan?(text: string): readonly ToolCall[];
};

export type Todo = { readonly text: string; readonly state: 'pending' | 'in_progress' | 'completed' };

/** Where a recording takes place: everything an agent has to be told of it. */
export type Stage = { readonly home: string; readonly project: string; readonly modelUrl: string };

/** A program that is recorded. */
export type RecordedAgent = {
  /** As the corpus calls it, and the folder of its fixtures. */
  readonly name: string;
  readonly program: string;
  /** What to install when the program is missing. */
  readonly install: string;
  readonly versionWords: readonly string[];
  set(stage: Stage, scenario: Scenario): Preparation;
  readonly tools: Tools;
  readonly interrupt: readonly string[];
  /** Typed at the prompt to leave. */
  readonly leave: string;
  /** Answers a permission dialog with yes. */
  readonly agree: readonly string[];
  /** Accepts the folder in a trust dialog. */
  readonly trust?: readonly string[];
  /** False: the agent takes no notice of Ctrl-Z. */
  readonly suspends: boolean;
  /** Only the model's first steps that this agent tells apart. */
  readonly scenarios: (shared: readonly Scenario[]) => readonly Scenario[];
};

export type Preparation = {
  /** Paths are absolute. */
  readonly files: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string>>;
  readonly words: readonly string[];
};

export const say = (text: string): Step => ({ kind: 'say', text, lasts: 'at-once' });
export const saySlowly = (text: string): Step => ({ kind: 'say', text, lasts: 'until-released' });
export const think = (text: string): Step => ({ kind: 'think', text, lasts: 'at-once' });
export const thinkSlowly = (text: string): Step => ({ kind: 'think', text, lasts: 'until-released' });
export const hold: Step = { kind: 'hold' };
export const stall: Step = { kind: 'stall' };
export const cut: Step = { kind: 'cut' };
export const call = (toolCall: ToolCall): Step => ({ kind: 'call', call: toolCall });
export const fail = (status: number, message?: string): Step =>
  message === undefined ? { kind: 'fail', status } : { kind: 'fail', status, message };

export const turn = (...steps: readonly Step[]): Turn => ({ steps });
export const always = (...steps: readonly Step[]): Turn => ({ steps, repeats: true });
