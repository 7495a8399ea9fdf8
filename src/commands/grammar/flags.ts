import { err, ok, type Result } from '../../domain/index.ts';
import type { Refusal } from '../request.ts';
import { bad, clip } from './words.ts';

type Split = { readonly flags: ReadonlyMap<string, string>; readonly text: string };

const VALUE = String.raw`(?:"([^"\n]*)"|“([^”\n]*)”|([^\s"“”]+))`;

// Slack turns a typed `--` into one dash of its own in some clients.
const DASHES = '(--|—|–)';

const LEADING = new RegExp(String.raw`^\s*${DASHES}([A-Za-z][A-Za-z-]*)(?:=|\s+)${VALUE}(?=\s|$)`);

const TRAILING = new RegExp(String.raw`(?:^|\s)${DASHES}([A-Za-z][A-Za-z-]*)(?:=|[^\S\n]+)${VALUE}\s*$`);

const BARE_TRAILING = new RegExp(String.raw`(?:^|\s)${DASHES}([A-Za-z][A-Za-z-]*)=?\s*$`);

/** Takes flags off both ends of a text; what stands between is not looked into. */
export function splitFlags(input: string, known: readonly string[]): Result<Split, Refusal> {
  const flags = new Map<string, string>();
  const names = known.map((name) => `\`--${name}\``).join(', ');
  const isProse = ([, dashes = '', name = '']: RegExpExecArray): boolean =>
    dashes !== '--' && !known.includes(name.toLowerCase());
  const take = (match: RegExpExecArray): Refusal | null => {
    const [, , name = '', quoted, curly, plain] = match;
    const key = name.toLowerCase();
    if (!known.includes(key)) {
      return {
        kind: 'bad-words',
        sentence: `I don't know \`--${clip(name)}\`. Flags here are ${names}; if it belongs to the text, put \`--\` before the text.`,
      };
    }
    if (flags.has(key)) return { kind: 'bad-words', sentence: `\`--${key}\` is there twice. Keep one.` };
    flags.set(key, quoted ?? curly ?? plain ?? '');
    return null;
  };

  let text = input;
  for (let match = LEADING.exec(text); match !== null && !isProse(match); match = LEADING.exec(text)) {
    const refusal = take(match);
    if (refusal !== null) return err(refusal);
    text = text.slice(match[0].length);
  }
  const verbatim = /^\s*--(?:\s|$)([\s\S]*)$/.exec(text);
  if (verbatim?.[1] !== undefined) return ok({ flags, text: verbatim[1].trim() });

  for (let match = TRAILING.exec(text); match !== null && !isProse(match); match = TRAILING.exec(text)) {
    const refusal = take(match);
    if (refusal !== null) return err(refusal);
    text = text.slice(0, match.index);
  }
  const bare = BARE_TRAILING.exec(text);
  if (bare?.[2] !== undefined && known.includes(bare[2].toLowerCase())) {
    return bad(`\`--${bare[2].toLowerCase()}\` needs a value after it.`);
  }
  return ok({ flags, text: text.trim() });
}
