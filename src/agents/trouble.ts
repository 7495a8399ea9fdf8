import type { AgentKind, ScreenView } from './agent-kind.ts';
import { linesAbove } from './screen/live-region.ts';

/** What a shell prints when a signal ended its program; it prints it where the cursor stands, which may be in what the program drew. */
const KILLED =
  /(?:^|\s|[❯›>] ?)((?:Killed|Terminated|Hangup|Quit|Aborted|Segmentation fault|Bus error|Illegal instruction|Trace\/breakpoint trap|Floating point exception)(?: \(core dumped\))?)(?:\s|:|$)/;
/** The line of a shell that started a program. */
const COMMAND_LINE = /[$#%❯>] (?:\S+=\S* )*(\S+)((?: .*)?)$/u;
const PRINTS_AN_ANSWER = / (?:-p|--print|exec|run)(?: |$)/;
const SAYS_WHY =
  /^\W{0,4}(?:[\w./-]+: )*(?:\w*error\b|fatal\b|failed\b|unable to\b|cannot\b|could not\b|panic\b|uncaught\b|traceback\b)|\bcommand not found\b|\bno such file or directory\b|\bpermission denied\b/i;

/** Why an agent that is gone did not leave by itself, as far as the screen still shows it. Null: nothing says so. */
export function readTrouble(kind: AgentKind, view: ScreenView): string | null {
  const tail = linesAbove(view.lines, view.lines.length, 12);
  const killed = tail
    .slice(0, 6)
    .map((line) => KILLED.exec(line)?.[1])
    .find((word) => word !== undefined);
  if (killed !== undefined) return killed;
  // Whoever leaves takes the live part of the screen away.
  const left = kind.readScreen(view);
  if (left !== null)
    return left.state === 'exiting' ? null : `its screen was left as it was: ${left.evidence}`;
  return readStartupError(kind, view);
}

/** The agent was asked for, and what stands under its command line is an error. */
function readStartupError(kind: AgentKind, view: ScreenView): string | null {
  const start = view.lines.findLastIndex((line) => {
    const command = COMMAND_LINE.exec(line);
    const program = command?.[1]?.slice(command[1].lastIndexOf('/') + 1) ?? '';
    return kind.processNames.includes(program) && !PRINTS_AN_ANSWER.test(command?.[2] ?? '');
  });
  if (start === -1 && view.lines.some((line) => COMMAND_LINE.test(line))) return null;
  return (
    view.lines
      .slice(start + 1)
      .find((line) => SAYS_WHY.test(line))
      ?.trim() ?? null
  );
}
