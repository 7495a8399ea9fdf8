import { z } from 'zod';
import { judgeRisk, type RiskVerdict, redact } from '../safety/index.ts';
import { createLineSplitter, type InputLine } from './input-lines.ts';
import { idOf, parseJson } from './json-line.ts';

/** Without a target a text is for a shell, where it can do the most. */
const input = z.object({ text: z.string(), target: z.enum(['shell', 'agent']).default('shell') });

/**
 * Texts in, `{id, text, target}` to a line; what typing each would do out, `{id, verdict, category, reason}`, in the same order, one line for each.
 * A line that cannot be read is a person's to look at; it ends nothing.
 */
export async function* judgeRisks(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<string> {
  const splitter = createLineSplitter();
  let number = 0;
  const answer = (line: InputLine): string => {
    number += 1;
    return answerTo(line, number);
  };
  for await (const chunk of chunks) {
    const text = splitter.add(chunk).map(answer).join('');
    if (text !== '') yield text;
  }
  const rest = splitter.end().map(answer).join('');
  if (rest !== '') yield rest;
}

function answerTo(line: InputLine, number: number): string {
  const fallback = `line ${number}`;
  if (line.kind === 'too-long')
    return render(fallback, unreadable(`the line has more than ${line.maxBytes} bytes`));
  const value = parseJson(line.text);
  if (value === undefined) return render(fallback, unreadable('the line is not JSON'));
  const id = idOf(value) ?? fallback;
  const parsed = input.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return render(id, unreadable(`${issue?.path.join('.') || 'the line'}: ${issue?.message ?? 'no input'}`));
  }
  return render(id, judgeRisk(parsed.data.text, parsed.data.target));
}

function unreadable(reason: string): RiskVerdict {
  return { verdict: 'approve', category: 'unreadable', reason };
}

/** A reason names the command, and a command may hold a secret. */
function render(id: string | number, { verdict, category, reason }: RiskVerdict): string {
  const safe = { id: typeof id === 'string' ? redact(id) : id, verdict, category, reason: redact(reason) };
  return `${JSON.stringify(safe)}\n`;
}
