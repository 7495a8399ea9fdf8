import type { Capture, Observation, ProcessFacts } from '../domain/index.ts';
import type { AgentKind, ScreenView } from './agent-kind.ts';
import {
  agentProcesses,
  isInForeground,
  isInteractiveShell,
  isShellName,
  isStopped,
  toolProcesses,
} from './process.ts';
import { readGenericScreen } from './screen/generic-screen.ts';
import { visibleLines } from './screen/live-region.ts';
import { GUESS, SURE, unsure } from './screen/reading.ts';
import { readTrouble } from './trouble.ts';

/**
 * What the newest capture means; earlier ones of the same session, oldest first, tell whether the screen moves.
 * Processes decide what lives, then the live part of the screen decides what it does. What they do not settle is unknown.
 */
export function observe(kind: AgentKind, captures: Capture | readonly Capture[]): Observation {
  const series: readonly Capture[] = 'plain' in captures ? [captures] : captures;
  const newest = series.at(-1);
  if (newest === undefined) return unknown('there is no capture', 'no-capture', '');
  const agents = agentProcesses(newest.processes, kind.processNames);
  return readProcesses(kind, newest, agents) ?? readScreen(kind, newest, agents, series.at(-2) ?? null);
}

/** What processes alone settle; null: the agent lives in the foreground, so its screen decides. */
function readProcesses(
  kind: AgentKind,
  capture: Capture,
  agents: readonly ProcessFacts[],
): Observation | null {
  const { pane, processes } = capture;
  if (pane.isDead) {
    const end = pane.deadStatus === null ? 'ended by a signal' : `exited with status ${pane.deadStatus}`;
    const trouble = pane.deadStatus === 0 ? null : `the program of the pane ${end}`;
    return shell('dead-pane', `the pane's program ${end}`, pane.deadStatus, trouble);
  }
  if (processes.length === 0) {
    return isShellName(pane.command)
      ? unknown('a shell is in front and the processes could not be read', 'no-processes', pane.command)
      : null;
  }
  const agent = agents[0];
  if (agent === undefined) return readWithoutAgent(kind, capture);
  if (agents.every(isStopped)) {
    return {
      state: 'suspended',
      source: 'process',
      rule: 'stopped',
      evidence: `${agent.stat} ${nameOf(agent)}`,
      confidence: SURE,
    };
  }
  if (!agents.some(isInForeground)) {
    return unknown('the agent lives, but something else is in front of it', 'in-background', nameOf(agent));
  }
  return null;
}

/** Without its arguments: they hold the task's text, and whatever else was handed over. */
function nameOf({ pid, comm }: ProcessFacts): string {
  return `${pid} ${comm}`;
}

function readWithoutAgent(kind: AgentKind, capture: Capture): Observation {
  const own = capture.processes[0];
  const line = own === undefined ? '' : nameOf(own);
  if (own !== undefined && isInteractiveShell(own)) {
    return shell('no-agent-process', line, null, readTrouble(kind, viewOf(kind, capture, [], null)));
  }
  // A wrapper that has not become the agent yet looks the same as one that outlived it.
  if (visibleLines(capture.plain).length === 0) {
    return {
      state: 'starting',
      source: 'process',
      rule: 'wrapper-without-output',
      evidence: line,
      confidence: GUESS,
    };
  }
  return unknown('a program runs in the pane and it is not the agent', 'another-program', line);
}

function readScreen(
  kind: AgentKind,
  capture: Capture,
  agents: readonly ProcessFacts[],
  before: Capture | null,
): Observation {
  const view = viewOf(kind, capture, agents, before);
  const reading = kind.readScreen(view) ?? readGenericScreen(view, kind);
  if (reading !== null)
    return capture.processes.length > 0 ? reading : { ...reading, confidence: reading.confidence / 2 };
  return unsure('the agent lives, but nothing known is on its screen', 'no-rule', view.lines.at(-1) ?? '');
}

/** Programs that the agent has running. */
export function toolsOf(kind: AgentKind, { processes }: Capture): readonly ProcessFacts[] {
  return toolProcesses(processes, agentProcesses(processes, kind.processNames), toolSigns(kind));
}

function toolSigns({ processNames, isKnown }: AgentKind) {
  return { names: processNames, isKnown };
}

function viewOf(
  kind: AgentKind,
  capture: Capture,
  agents: readonly ProcessFacts[],
  before: Capture | null,
): ScreenView {
  let ansiLines: readonly string[] | null = null;
  return {
    lines: visibleLines(capture.plain),
    ansiLines: () => (ansiLines ??= capture.ansi.split('\n')),
    title: capture.pane.title.trim(),
    titleForMs: capture.titleForMs ?? null,
    width: capture.pane.width,
    cursor: { x: capture.pane.cursorX, y: capture.pane.cursorY },
    isCursorVisible: capture.pane.isCursorVisible,
    agent: agents[0] ?? null,
    tools: toolProcesses(capture.processes, agents, toolSigns(kind)),
    isMoving: before === null ? null : before.plain !== capture.plain,
  };
}

function shell(
  rule: string,
  evidence: string,
  exitStatus: number | null,
  trouble: string | null,
): Observation {
  return { state: 'shell', exitStatus, trouble, source: 'process', rule, evidence, confidence: SURE };
}

function unknown(why: string, rule: string, evidence: string): Observation {
  return { state: 'unknown', why, source: 'process', rule, evidence, confidence: 0 };
}
