/** A part of a word after its expansions were made. `isSplit`: it came from one outside quotes, so blanks in it end the word. */
export type Piece = { readonly text: string; readonly isSplit: boolean; readonly isQuoted: boolean };

/** Blanks in an expansion that stands outside quotes end a word. */
export function fieldsOf(pieces: readonly Piece[]): readonly string[] {
  if (!pieces.some(({ text, isSplit }) => isSplit && /[ \t\n]/.test(text))) {
    const text = pieces.map((piece) => piece.text).join('');
    return text === '' && !pieces.some(({ isQuoted }) => isQuoted) ? [] : [text];
  }
  const fields: string[] = [];
  let field: string | null = null;
  for (const { text, isSplit } of pieces) {
    if (!isSplit) {
      field = (field ?? '') + text;
      continue;
    }
    const [head = '', ...rest] = text.split(/[ \t\n]+/);
    if (head !== '') field = (field ?? '') + head;
    for (const each of rest) {
      if (field !== null) fields.push(field);
      field = each === '' ? null : each;
    }
  }
  return field === null ? fields : [...fields, field];
}

/** The parts between the commas of what stands in braces, which may have quotes and braces of their own. */
export function splitBraces(text: string): readonly string[] {
  const parts: string[] = [];
  let depth = 0;
  let quote = '';
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    const character = text[at] ?? '';
    if (quote !== '') {
      if (character === quote) quote = '';
    } else if (character === '\\') at += 1;
    else if (character === "'" || character === '"') quote = character;
    else if (character === '{') depth += 1;
    else if (character === '}') depth -= 1;
    else if (character === ',' && depth === 0) {
      parts.push(text.slice(start, at));
      start = at + 1;
    }
  }
  return [...parts, text.slice(start)];
}
