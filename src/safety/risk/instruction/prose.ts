import { pattern } from '../pattern.ts';

export type Block = { readonly code: string; readonly before: string };

const SHELL_LANGUAGE = /^(?:|sh|bash|shell|zsh|console|terminal|shellsession|cmd|powershell|ps1|sql)$/i;

/** Fenced blocks apart from the prose around them; those in a language of code are no commands. */
export function withoutBlocks(text: string): { readonly prose: string; readonly blocks: readonly Block[] } {
  const blocks: Block[] = [];
  const prose = text.replace(
    /```([\w-]{0,20})[^\n]{0,80}\n([\s\S]*?)(?:```|$)/g,
    (_, language: string, code: string, at: number) => {
      if (SHELL_LANGUAGE.test(language))
        blocks.push({
          code: code.replace(/^\s*[$>]\s+/gm, ''),
          before: text.slice(Math.max(0, at - 300), at),
        });
      return '\n';
    },
  );
  return { prose, blocks };
}

export function lastClause(text: string): string {
  return (
    text
      .trim()
      .split(/[.!?\n]/)
      .findLast((each) => each.trim() !== '')
      ?.trim() ?? ''
  );
}

/** Quoted words are names of things; a dot inside a word ends nothing. */
export function sentencesOf(text: string): readonly string[] {
  return text
    .split(/(?<=[^.][.!?])\s+(?=\S)|\n+|[;。！？；]|\s(?=\d[.)]\s)/)
    .map((each) => each.trim())
    .filter((each) => each !== '');
}

/** Stands around the number of a code in backticks while a sentence comes apart. */
const MARK = '\uE002';

const CLAUSE_ENDS = pattern(
  String.raw`
    ,\s+(?:and\s+|but\s+|or\s+)?(?:then\s+)?|\s+(?:and|or|but)\s+(?:then|afterwards|after that|
    finally|also|now|please|immediately|just)\s+|\s+then\s+|\s*(?:→|—|–|->|=>)\s*|(?<!\bbetween\s[^,]{1,30})\s+and\s+(?=[\p{Ll}\uE002])|
    (?<!(?:\bdon['’]?t|\bdo not|\bnever|\bnot|\bno|\bwithout|\bavoid)\b[^,.;:]{0,60})\s+or\s+(?=[\p{Ll}\uE002])|\s+(?:but|&|\+)\s+(?=[\p{Ll}\uE002])|:\s+|\s+-\s+|，|、
  `,
  'iu',
);

/** Where a new order may begin: after a comma, a dash, “then”, or “and” with a word behind it. Quoted words stay whole. */
export function clausesOf(sentence: string): readonly string[] {
  const codes: string[] = [];
  const masked = sentence.replace(/`{1,2}[^`]+`{1,2}|"[^"]+"|“[^”]+”/g, (code) => {
    codes.push(code);
    return `${MARK}${codes.length - 1}${MARK}`;
  });
  return masked
    .split(CLAUSE_ENDS)
    .map((each) =>
      each.replace(/\uE002(\d+)\uE002/g, (_, index: string) => codes[Number(index)] ?? '').trim(),
    )
    .filter((each) => each !== '');
}
