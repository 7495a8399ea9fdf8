import type { Dialog } from '../domain/index.ts';
import { judgeRisk, type RiskVerdict } from '../safety/index.ts';

const UNREAD: RiskVerdict = {
  verdict: 'approve',
  category: 'undecided',
  reason: 'lets the agent do what only its screen tells',
};
const WIDER: RiskVerdict = {
  verdict: 'approve',
  category: 'protections',
  reason: 'lets the agent go on without asking again',
};
const EVERYDAY_EDIT: RiskVerdict = {
  verdict: 'allow',
  category: 'none',
  reason: 'changes a file of its own',
};

/** How agents word the question whether a command may run. `command` is what stands between their own lines. */
const COMMANDS: readonly RegExp[] = [
  // Claude Code
  /^Bash command\n(?<command>[\s\S]+?)(?:\nThis command requires approval)?\nDo you want to proceed\?$/,
  // Codex and opencode
  /^(?:Would you like to run the following command\?|△ Permission required)\n[\s\S]*?\n?\$ (?<command>[\s\S]+)$/,
  // Copilot
  /^(?<command>[\s\S]+)\nDo you want to run this command\?$/,
  // Gemini and Qwen: the command follows the line that begins it, whole.
  /^\?\s+Shell\s[^\n]*\n(?<command>[\s\S]+)\nAllow execution of[^\n]*\?$/,
  /^Do you want to run: (?<command>[\s\S]+)\?$/,
];

/** And whether a file may be changed. */
const EDITS: readonly RegExp[] = [
  /^(?:Edit|Update|Create|Write) file\n(?<path>\S+)\n/,
  /^\?\s+(?:Edit|WriteFile)\s+(?:Writing to )?(?<path>[^\s:]+)/,
  /^△ Permission required\n→ Edit (?<path>\S+)/,
];

const CUT = /\[… \d+ lines\]|lines hidden|…$/m;
// What agents say of a command themselves: words, as a sentence begins. No program is called so.
const REMARK = /^\p{Lu}\p{Ll}*(?: [\p{L}\d,.’'-]+)*$/u;
const FOR_LONGER = /\b(?:always|session|don['’]t ask again)\b|\ball edits\b/i;
// A file of the worktree that no tool reads as its settings.
const OWN_FILE = /^(?!\/|~|.*\.\.)(?!.*(?:^|\/)\.)[^\0]+$/;

/** What choosing this option lets an agent do, as far as its question tells. What cannot be read takes a person. */
export function dialogRisk({ promptKind, question }: Dialog, label: string): RiskVerdict {
  if (promptKind === 'question' || promptKind === 'menu') return judgeRisk(label, 'agent');
  if (promptKind !== 'permission') return UNREAD;
  const risk = riskOfQuestion(question);
  return risk.verdict === 'allow' && FOR_LONGER.test(label) ? WIDER : risk;
}

function riskOfQuestion(question: string): RiskVerdict {
  const command = firstMatch(COMMANDS, question)?.command;
  if (command !== undefined) return CUT.test(command) ? UNREAD : judgeRisk(withoutRemark(command), 'shell');
  const path = firstMatch(EDITS, question)?.path;
  return path !== undefined && OWN_FILE.test(path) ? EVERYDAY_EDIT : UNREAD;
}

function firstMatch(shapes: readonly RegExp[], text: string): Readonly<Record<string, string>> | undefined {
  for (const shape of shapes) {
    const { groups } = shape.exec(text) ?? {};
    if (groups !== undefined) return groups;
  }
  return undefined;
}

/** A remark stands before the command or after it. What might be a command stays. */
function withoutRemark(command: string): string {
  const lines = command.split('\n');
  const isRemark = (line: string | undefined) => line !== undefined && REMARK.test(line);
  if (lines.length > 1 && isRemark(lines.at(-1))) return lines.slice(0, -1).join('\n');
  return lines.length > 1 && isRemark(lines[0]) ? lines.slice(1).join('\n') : command;
}
