import type { AgentKind } from './agent-kind.ts';
import { amplifier } from './amplifier.ts';
import { claudeCode } from './claude-code.ts';
import { codex } from './codex.ts';
import { copilot } from './copilot.ts';
import { gemini } from './gemini.ts';
import { opencode } from './opencode.ts';
import { qwen } from './qwen.ts';

/** Every kind that needs no configuration. A new kind is a file and its name here. */
export const agentKinds: readonly AgentKind[] = [
  claudeCode,
  codex,
  copilot,
  opencode,
  gemini,
  qwen,
  amplifier,
];

export function findAgentKind(name: string, kinds: readonly AgentKind[] = agentKinds): AgentKind | null {
  return kinds.find((kind) => kind.name === name) ?? null;
}
