import { judgeInstruction } from './risk/instruction.ts';
import { judgeKeystroke } from './risk/keystroke.ts';
import { judgeScript } from './risk/script.ts';
import { type Finding, HARMLESS, type RiskVerdict } from './risk/verdict.ts';

export { RISK_CATEGORIES, type RiskCategory, type RiskVerdict } from './risk/verdict.ts';

/** Who reads the text: a shell's prompt, or an agent to whom it is an instruction. */
export type RiskTarget = 'shell' | 'agent';

/**
 * What typing this text would do. Judged by what it does, not by what it looks like: words in quotes, in a commit message or in a question are
 * no commands, and a command stays one behind any wrapper, quoting or variable that the text itself resolves. What nobody can tell before it
 * runs is `approve`. Never throws, whatever the text.
 */
export function judgeRisk(text: string, target: RiskTarget): RiskVerdict {
  return findingIn(text, target) ?? HARMLESS;
}

function findingIn(text: string, target: RiskTarget): Finding | null {
  const answer = judgeKeystroke(text);
  if (answer !== undefined) return answer;
  return target === 'shell' ? judgeScript(text) : judgeInstruction(text);
}
