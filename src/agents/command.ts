import { type AgentKind, PASTED, PROMPT } from './agent-kind.ts';

export type CommandOptions = {
  readonly name: string;
  /** The program and its arguments, as words. */
  readonly words: readonly [string, ...string[]];
  /** What the program is given besides the environment of its host. */
  readonly env?: Readonly<Record<string, string>>;
};

/** Any program an operator configures, given the prompt as its last word. Its screen is read by the rules for any terminal program. */
export function createCommandKind({ name, words, env = {} }: CommandOptions): AgentKind {
  const program = words[0].slice(words[0].lastIndexOf('/') + 1);
  return {
    name,
    title: name,
    processNames: [program],
    isKnown: false,
    launch: () => ({ words: [...words, PROMPT], env, files: [] }),
    readScreen: () => null,
    interruptKeys: ['C-c'],
    hooks: null,
    transcripts: null,
    stateFile: null,
    escapes: null,
    resume: null,
    usageLimit: null,
    typing: PASTED,
  };
}
