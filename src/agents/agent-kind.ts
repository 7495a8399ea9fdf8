import type { Observation, ProcessFacts } from '../domain/index.ts';

/** One word of a command line. `prompt` stands for the exact prompt, as one argument, whatever characters it has. */
export type LaunchWord = string | { readonly kind: 'prompt' };

/** What the agent may do without asking: nothing, edit files, anything. */
export type PermissionMode = 'ask' | 'edits' | 'all';

export type LaunchOptions = { readonly permissionMode: PermissionMode; readonly sessionUuid: string };

export type Launch = {
  readonly words: readonly LaunchWord[];
  readonly env: Readonly<Record<string, string>>;
};

/** A capture, prepared for the screen rules. The agent is known to be alive and in the foreground. */
export type ScreenView = {
  /** Visible lines from the top, without trailing blanks; empty lines at the end are dropped. */
  readonly lines: readonly string[];
  /** The same screen with its escape sequences, split when first asked for. */
  readonly ansiLines: () => readonly string[];
  /** What the agent called the terminal, blanks trimmed. */
  readonly title: string;
  readonly width: number;
  readonly cursor: { readonly x: number; readonly y: number };
  /** Null: the processes could not be read. */
  readonly agent: ProcessFacts | null;
  /** Programs the agent has running, one entry for each that it started itself. */
  readonly tools: readonly ProcessFacts[];
  /** Whether the screen changed since the look before; null: there was none. */
  readonly isMoving: boolean | null;
};

/** What Fleet Director knows of one coding program. Pure knowledge: nothing here starts or reads anything. */
export interface AgentKind {
  /** As written in commands and in the database. */
  readonly name: string;
  /** As written for people. */
  readonly title: string;
  /** Program names, script names or package folders that mean this agent is alive. */
  readonly processNames: readonly string[];
  launch(options: LaunchOptions): Launch;
  /** What the live part of the screen says; null: nothing this kind knows. */
  readScreen(view: ScreenView): Observation | null;
  /** Keys that stop the turn in progress, as tmux names keys. */
  readonly interruptKeys: readonly string[];
}

export const PROMPT = { kind: 'prompt' } as const;

/**
 * For programs that take a prompt only as the value of an option and read a leading dash of a separate word as another option:
 * a shell joins option and value into one word, and is replaced by the program. The prompt stays an argument, never shell text.
 */
export function withPromptOption(
  words: readonly [string, ...string[]],
  option: string,
): readonly LaunchWord[] {
  return ['sh', '-c', `p=$1; shift; exec "$@" ${option}="$p"`, 'sh', PROMPT, ...words];
}

/** The same kind, given more than the environment of its host. */
export function withEnvironment(kind: AgentKind, env: Readonly<Record<string, string>>): AgentKind {
  return {
    ...kind,
    launch: (options) => {
      const launch = kind.launch(options);
      return { ...launch, env: { ...launch.env, ...env } };
    },
  };
}
