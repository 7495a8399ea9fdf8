import type {
  HookAnswer,
  Observation,
  PermissionMode,
  ProcessFacts,
  Report,
  ToolUse,
  TranscriptLine,
} from '../domain/index.ts';
import { resetTime } from './reset-time.ts';

/** A file of a launch, by its name there: its absolute path, in the session's own folder on its host. */
export type LaunchPath = { readonly kind: 'path'; readonly name: string };

/** One word of a command line. `prompt` stands for the exact prompt, as one argument, whatever characters it has. */
export type LaunchWord = string | { readonly kind: 'prompt' } | LaunchPath;

export type LaunchOptions = { readonly permissionMode: PermissionMode; readonly sessionUuid: string };

export type Launch = {
  readonly words: readonly LaunchWord[];
  readonly env: Readonly<Record<string, string | LaunchPath>>;
  /** Written into the session's own folder before the program starts: outside the worktree, and nobody's configuration. */
  readonly files: readonly { readonly name: string; readonly content: string }[];
};

/** A capture, prepared for the screen rules. The agent is known to be alive and in the foreground. */
export type ScreenView = {
  /** Visible lines from the top, without trailing blanks; empty lines at the end are dropped. */
  readonly lines: readonly string[];
  /** The same screen with its escape sequences, split when first asked for. */
  readonly ansiLines: () => readonly string[];
  /** What the agent called the terminal, blanks trimmed. */
  readonly title: string;
  /** Since it called it so; null: not known. */
  readonly titleForMs: number | null;
  readonly width: number;
  readonly cursor: { readonly x: number; readonly y: number };
  /** Many programs hide it and draw one of their own. */
  readonly isCursorVisible: boolean;
  /** Null: the processes could not be read. */
  readonly agent: ProcessFacts | null;
  /** Programs the agent has running, one entry for each that it started itself. */
  readonly tools: readonly ProcessFacts[];
  /** Whether the screen changed since the look before; null: there was none. */
  readonly isMoving: boolean | null;
};

/**
 * What an agent tells of itself. Its launch makes each event run `hookCommand`, for that session only, with the agent's payload on standard
 * input.
 */
export type Hooks = {
  /** What an event tells of the agent's state; null: nothing. `payload` is JSON as it was sent, or the text that came instead. */
  report(event: string, payload: unknown, at: Date): Report | null;
  /** The agent's own id of the conversation; null: the payload does not tell. */
  conversation(payload: unknown): string | null;
  /** Null: it takes no answers, or none are known. */
  readonly answers: HookAnswers | null;
  /** How its model learns of what Fleet Director has to tell it. `reads-list`: its hooks read the list of neighbours themselves. Null: it does not. */
  readonly context: HookContext | 'reads-list' | null;
};

/** Hooks whose words the agent gives its model, beside what was asked. */
export type HookContext = {
  readonly events: readonly string[];
  /** What the hook of such an event prints, for the model to read the text. */
  printed(event: string, text: string): string;
};

/** What a hook that waits wants to be told. */
export type Asked =
  | { readonly kind: 'permission'; readonly tool: string; readonly use: ToolUse }
  /** Whether the turn may end. */
  | { readonly kind: 'stop'; readonly said: string | null };

/** Hooks that an agent waits for, and whose word it takes. */
export type HookAnswers = {
  /** Null: nothing that could be answered here. */
  asked(event: string, payload: unknown): Asked | null;
  /** What the hook prints; empty: nothing, so that the agent does what it does without a hook. */
  printed(event: string, answer: HookAnswer): string;
  /** Whether the agent shows its own dialog meanwhile, and takes whichever answer comes first. */
  readonly showsDialog: boolean;
};

/** Where an agent writes down what was said, and how it is read. */
export type Transcripts = {
  /**
   * Files of a session, as a pattern under the home folder in which only `*` stands for anything; the newest one counts. Null: its files
   * cannot be told from those of other sessions.
   * @param folder the agent's working folder, absolute
   */
  pattern(folder: string, conversation: string | null): string | null;
  /** What one line tells; null: it cannot be read. */
  read(line: string): TranscriptLine | null;
  /** Whether its input tokens are also those that were read from the cache. */
  readonly countsCacheAsInput: boolean;
};

/** A file that the agent keeps about itself while it lives. */
export type StateFile = {
  /** A shell pattern under the home folder that finds the files of all sessions. */
  readonly pattern: string;
  /** Null: unreadable, or not about this process. */
  report(content: string, pid: number): Report | null;
};

/** Escape sequences in which an agent tells its terminal what it does. */
export type Escapes = {
  /**
   * @param code the number of the operating system command: `7501`
   * @param text what follows the number
   */
  report(code: string, text: string, at: Date): Report | null;
};

/** How text gets into the agent's prompt. */
export type TypingRecipe = {
  /** Between the paste and its Enter. */
  readonly gapMs: number;
  /** What a prompt keeps of a paste with several lines. */
  readonly keepsLines: boolean;
};

/** What Fleet Director knows of one coding program. Pure knowledge: nothing here starts or reads anything. */
export interface AgentKind {
  /** As written in commands and in the database. */
  readonly name: string;
  /** As written for people. */
  readonly title: string;
  /** Program names, script names or package folders that mean this agent is alive. */
  readonly processNames: readonly string[];
  /** False: any program; how it runs its tools and what its screens mean is told by what programs have in common. */
  readonly isKnown: boolean;
  readonly launch: (options: LaunchOptions) => Launch;
  /** What the live part of the screen says; null: nothing this kind knows. */
  readScreen(view: ScreenView): Observation | null;
  /** Keys that stop the turn in progress, as tmux names keys. */
  readonly interruptKeys: readonly string[];
  /** Null: it has none, or none is known. */
  readonly hooks: Hooks | null;
  readonly transcripts: Transcripts | null;
  readonly stateFile: StateFile | null;
  readonly escapes: Escapes | null;
  /** Goes on with a conversation, by the agent's own id of it, and waits there for words; null: it cannot, or nobody has tried. */
  readonly resume: ((options: LaunchOptions & { readonly conversation: string }) => Launch) | null;
  readonly usageLimit: UsageLimit | null;
  readonly typing: TypingRecipe;
}

/** A limit of the person's account, as this agent words it. */
export type UsageLimit = {
  /** The words that only a reached limit has. */
  readonly words: RegExp;
};

/**
 * When an account may be used again, by the agent's own words; null: they tell of no usage limit, or of no time.
 * @param since when the words appeared
 * @param timeZone of the agent's host, for a time without one
 */
export function usageLimitUntil(
  { usageLimit }: AgentKind,
  text: string,
  since: Date,
  timeZone?: string,
): Date | null {
  return usageLimit?.words.test(text) === true ? resetTime(text, since, timeZone) : null;
}

/** Whether its command line says what it may do without asking; if not, that is set where it runs. */
export function takesPermissionMode({ launch }: Pick<AgentKind, 'launch'>): boolean {
  const [least, most] = (['ask', 'all'] as const).map((permissionMode) =>
    JSON.stringify(launch({ permissionMode, sessionUuid: '' })),
  );
  return least !== most;
}

/**
 * Safe for every agent that takes a bracketed paste: an Enter that comes with the paste, or right behind it, is a line end to some, and
 * Gemini CLI loses it. Measured: 600 ms is enough for all we know.
 */
export const PASTED: TypingRecipe = { gapMs: 600, keepsLines: true };

export const PROMPT = { kind: 'prompt' } as const;

/**
 * For programs that take a prompt only as the value of an option and read a leading dash of a separate word as another option:
 * a shell joins option and value into one word, and is replaced by the program. The prompt stays an argument, never shell text.
 */
export function withPromptOption(launch: Launch, option: string): Launch {
  const words = ['sh', '-c', `p=$1; shift; exec "$@" ${option}="$p"`, 'sh', PROMPT, ...launch.words];
  return { ...launch, words };
}

/** The same kind, given more than the environment of its host. */
export function withEnvironment(kind: AgentKind, env: Readonly<Record<string, string>>): AgentKind {
  const { launch, resume } = kind;
  const given = (made: Launch): Launch => ({ ...made, env: { ...made.env, ...env } });
  return {
    ...kind,
    launch: (options) => given(launch(options)),
    resume: resume === null ? null : (options) => given(resume(options)),
  };
}
