import { type AgentKind, PASTED, PROMPT } from './agent-kind.ts';

/**
 * Not measured: no recorded screens exist, so its screen is read by the rules for any terminal program, and its keys are those of
 * a line-reading Python program. Source of the launch words: the run command of microsoft/amplifier-app-cli.
 */
export const amplifier: AgentKind = {
  name: 'amplifier',
  title: 'Amplifier',
  processNames: ['amplifier', 'amplifier_app_cli'],
  isKnown: true,
  // It has no permission modes on its command line: what it may do is set in its own configuration.
  launch: () => ({ words: ['amplifier', 'run', '--mode', 'chat', '--', PROMPT], env: {}, files: [] }),
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
