/** What tmux answered to one command line. `text` has the lines of its output, or of its error. */
export type Answer = { readonly ok: boolean; readonly text: string };

export interface ControlReader {
  /** The next command was sent, and behind it one that prints `marker`. Answers come in the order of these calls. */
  expect(marker: string, settle: (answer: Answer) => void): void;
  feed(bytes: Buffer): void;
}

/**
 * Reads the output of a tmux client in control mode. Source: tmux(1), CONTROL MODE.
 *
 * A command's output stands between `%begin` and `%end` (or `%error`) lines with the same time, number and flags. A program in a pane
 * knows what such lines look like and may print them, and captured text stands in the output as it is. So what ends an answer is a marker
 * that nobody else can know: it is printed by a command of its own, and everything before that is the answer.
 */
export function createControlReader(
  onNotice: (line: string) => void,
  onDisorder: (why: string) => void,
): ControlReader {
  const expected: { readonly marker: string; readonly settle: (answer: Answer) => void }[] = [];
  let rest: Buffer[] = [];
  let lines: string[] = [];
  let isMarked = false;

  function take(line: string): void {
    const head = expected[0];
    if (head === undefined) {
      onNotice(line);
    } else if (isMarked) {
      // The marker's own %end.
      isMarked = false;
      expected.shift();
      const { blocks, notices } = blocksOf(lines);
      lines = [];
      if (blocks.length === 0) {
        onDisorder('tmux answered a command without a block');
        return;
      }
      head.settle({
        ok: blocks.every((block) => block.ok),
        text: blocks.flatMap((block) => block.lines).join('\n'),
      });
      notices.forEach(onNotice);
    } else if (line === head.marker) {
      // The marker's own %begin.
      lines.pop();
      isMarked = true;
    } else {
      lines.push(line);
    }
  }

  return {
    expect(marker, settle) {
      expected.push({ marker, settle });
    },
    feed(bytes) {
      const end = bytes.lastIndexOf(0x0a);
      if (end === -1) {
        rest.push(bytes);
        return;
      }
      // No character of UTF-8 holds the byte of a line's end, so whole lines can be decoded at once.
      const whole = Buffer.concat([...rest, bytes.subarray(0, end)]).toString('utf8');
      rest = end + 1 < bytes.length ? [bytes.subarray(end + 1)] : [];
      whole.split('\n').forEach(take);
    },
  };
}

type Block = { readonly ok: boolean; readonly lines: readonly string[] };

// The last number is 1 for what this client asked and 0 for what it did not (its own attaching).
const BEGIN = /^%begin (\d+ \d+ 1)$/;

/** A block ends at the last line that may end it: one before that is a pane's text. */
function blocksOf(lines: readonly string[]): { blocks: Block[]; notices: string[] } {
  const blocks: Block[] = [];
  const notices: string[] = [];
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at] ?? '';
    const stamp = BEGIN.exec(line)?.[1];
    const end =
      stamp === undefined
        ? -1
        : lines.findLastIndex((each) => each === `%end ${stamp}` || each === `%error ${stamp}`);
    if (end > at) {
      blocks.push({ ok: lines[end] === `%end ${stamp}`, lines: lines.slice(at + 1, end) });
      at = end;
    } else {
      notices.push(line);
    }
  }
  return { blocks, notices };
}
