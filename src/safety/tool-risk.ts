import type { ToolUse } from '../domain/index.ts';
import { quoteWord } from './quote.ts';
import { judgeRisk, type RiskVerdict } from './risk.ts';

/** What an agent's use of a tool would do: the same as the command that does it. Of a tool that nobody knows nobody can tell. */
export function judgeToolUse(use: ToolUse): RiskVerdict {
  switch (use.kind) {
    case 'run':
      return judgeRisk(use.command, 'shell');
    case 'read':
      return judgeCommand('cat --', use.path);
    case 'write':
      return judgeCommand(': >>', use.path);
    case 'fetch':
      return judgeCommand('curl --', use.url);
    case 'other':
      return UNKNOWN;
  }
}

function judgeCommand(command: string, word: string): RiskVerdict {
  return word.includes('\0') ? UNKNOWN : judgeRisk(`${command} ${quoteWord(word)}`, 'shell');
}

const UNKNOWN: RiskVerdict = {
  verdict: 'approve',
  category: 'undecided',
  reason: 'nobody can tell what this tool does',
};
