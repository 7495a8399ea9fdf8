import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { z } from 'zod';
import { type AgentKind, agentKinds, createCommandKind, createDemoKind } from '../../src/agents/index.ts';
import type { Capture } from '../../src/domain/index.ts';

/** A recorded screen of a real agent, with the states a watcher may fairly answer. */
export type RecordedScreen = {
  readonly path: string;
  /** As the command line is given it: one JSON line named by its path, without what only the makers of the recording know. */
  readonly line: string;
  readonly kind: AgentKind;
  readonly capture: Capture;
  readonly truth: {
    readonly state: string;
    readonly sub: string;
    readonly promptKind: string | null;
    readonly accept: readonly string[];
    /** Null: the recording does not say. */
    readonly needsHuman: boolean | null;
  };
  readonly isAdversarial: boolean;
  readonly series: string;
  readonly frame: number;
};

const flag = z.string().transform((text) => text === '1');

const schema = z.object({
  agent: z.string(),
  series: z.string(),
  frame: z.number(),
  tags: z.array(z.string()).optional(),
  plain: z.string(),
  ansi: z.string(),
  pane: z.object({
    pane_current_command: z.string(),
    pane_title: z.string(),
    pane_pid: z.number(),
    pane_width: z.number(),
    pane_height: z.number(),
    cursor_x: z.number(),
    cursor_y: z.number(),
    cursor_flag: flag,
    alternate_on: flag,
    pane_in_mode: flag,
    pane_dead: flag,
    pane_dead_status: z.string(),
  }),
  processes: z.array(
    z.object({ pid: z.number(), ppid: z.number(), stat: z.string(), comm: z.string(), cmd: z.string() }),
  ),
  truth: z.object({
    state: z.string(),
    sub: z.string().nullish(),
    prompt_kind: z.string().nullish(),
    accept: z.array(z.string()),
    needs_human: z.boolean().nullish(),
  }),
});

/** What only the makers of a recording know. */
const HIDDEN = ['truth', 'server', 'scenario', 'tags', 'last_input'];

function lineOf(content: unknown, id: string): string {
  const shown = Object.entries(z.record(z.string(), z.unknown()).parse(content)).filter(
    ([name]) => !HIDDEN.includes(name),
  );
  return JSON.stringify({ ...Object.fromEntries(shown), id });
}

/** The corpus names some agents otherwise than their commands. */
const COMMAND_NAMES: Readonly<Record<string, string>> = { 'claude-code': 'claude' };

const kinds = [...agentKinds, createDemoKind({ nodePath: 'node', scriptPath: 'demo-agent.ts', env: {} })];

export function readRecordedScreen(file: string, root: string): RecordedScreen {
  const content: unknown = JSON.parse(readFileSync(file, 'utf8'));
  const recorded = schema.parse(content);
  const name = COMMAND_NAMES[recorded.agent] ?? recorded.agent;
  const kind =
    kinds.find((candidate) => candidate.name === name) ?? createCommandKind({ name, words: [name] });
  const { pane } = recorded;
  return {
    path: relative(root, file),
    line: lineOf(content, relative(root, file)),
    kind,
    capture: {
      plain: recorded.plain,
      ansi: recorded.ansi,
      pane: {
        command: pane.pane_current_command,
        title: pane.pane_title,
        pid: pane.pane_pid,
        width: pane.pane_width,
        height: pane.pane_height,
        cursorX: pane.cursor_x,
        cursorY: pane.cursor_y,
        isCursorVisible: pane.cursor_flag,
        isAlternateScreen: pane.alternate_on,
        isInMode: pane.pane_in_mode,
        isDead: pane.pane_dead,
        deadStatus: pane.pane_dead_status === '' ? null : Number(pane.pane_dead_status),
      },
      processes: recorded.processes,
      takenAt: new Date(0),
    },
    truth: {
      state: recorded.truth.state,
      sub: recorded.truth.sub ?? '-',
      promptKind: recorded.truth.prompt_kind ?? null,
      accept: recorded.truth.accept,
      needsHuman: recorded.truth.needs_human ?? null,
    },
    isAdversarial: recorded.tags?.includes('adversarial') ?? false,
    series: recorded.series,
    frame: recorded.frame,
  };
}

/** All recorded screens under a folder that has one folder for each agent. */
export function readRecordedScreens(root: string): readonly RecordedScreen[] {
  return readdirSync(root, { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.json'))
    .sort()
    .map((path) => readRecordedScreen(join(root, path), root));
}
