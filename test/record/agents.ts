import { claudeCode } from './agents/claude-code.ts';
import { cn } from './agents/cn.ts';
import { codex } from './agents/codex.ts';
import { copilot } from './agents/copilot.ts';
import { gemini } from './agents/gemini.ts';
import { grok } from './agents/grok.ts';
import { nanocoder } from './agents/nanocoder.ts';
import { openCodex } from './agents/open-codex.ts';
import { opencode } from './agents/opencode.ts';
import { pi } from './agents/pi.ts';
import { qwen } from './agents/qwen.ts';
import type { RecordedAgent } from './scenario.ts';

export const recordedAgents: readonly RecordedAgent[] = [
  claudeCode,
  codex,
  copilot,
  gemini,
  opencode,
  qwen,
  cn,
  grok,
  nanocoder,
  pi,
  openCodex,
];
