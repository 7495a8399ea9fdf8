import { type AgentKind, PROMPT } from './agent-kind.ts';

export type CommandOptions = {
  readonly name: string;
  /** The program and its arguments, as words. */
  readonly words: readonly [string, ...string[]];
  /** `argument`: the prompt is the last word. `none`: it is typed once the program waits. */
  readonly promptAs: 'argument' | 'none';
};

/** Any program an operator configures. Its screen is read by the rules for any terminal program. */
export function createCommandKind({ name, words, promptAs }: CommandOptions): AgentKind {
  const program = words[0].slice(words[0].lastIndexOf('/') + 1);
  return {
    name,
    title: name,
    processNames: [program],
    launch: () => ({ words: promptAs === 'argument' ? [...words, PROMPT] : words, env: {} }),
    readScreen: () => null,
    interruptKeys: ['C-c'],
  };
}
