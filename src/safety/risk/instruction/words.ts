/** Entries of a table that is written as one text: parted by commas, whatever the lines. */
export function listed(text: string): readonly string[] {
  return text
    .split(',')
    .map((each) => each.trim().replaceAll(/\s+/g, ' '))
    .filter((each) => each !== '');
}

/**
 * The words of a clause, in lower case and without the marks around them. What stands in backticks or in quotes is one word and keeps its
 * first mark, so that nobody takes it for a word of the sentence.
 */
export function wordsOf(clause: string): readonly string[] {
  const words: string[] = [];
  for (const [found] of clause.matchAll(/`{1,2}[^`]+`{1,2}|"[^"]+"|“[^”]+”|[^\s,;]+/g)) {
    if (/^[`"“]/.test(found) && found.length > 1) words.push(found.toLowerCase());
    else if (/^[a-z]+[,.]?$/.test(found)) words.push(found.replace(/[,.]$/, ''));
    else {
      // Camel case is how code is written; the mark that makes it known as such survives lower case.
      const mark = /^[a-z]+[A-Z]\w*$/.test(found) ? '()' : '';
      const word = found.toLowerCase().replace(/^[^\p{L}\p{N}/~.$#@*-]+|[^\p{L}\p{N}/~*]+$/gu, '');
      if (word !== '') words.push(word.replaceAll('’', "'") + mark);
    }
  }
  return words;
}

export function isQuoted(word: string): boolean {
  return /^[`"“]/.test(word);
}

/** What one form of a verb can be: `delete`, `deletes`, `deleting`, `deleted`. */
export type VerbForm = 'base' | 'third' | 'ing' | 'past';

/** Forms that no rule makes. Those whose past looks like the base are told as the base. */
const IRREGULAR: Readonly<Record<string, readonly string[]>> = {
  blow: ['blown', 'blew'],
  bring: ['brought'],
  burn: ['burnt'],
  buy: ['bought'],
  do: ['done'],
  get: ['got', 'gotten'],
  give: ['given', 'gave'],
  go: ['gone'],
  hide: ['hidden'],
  leave: ['left'],
  make: ['made'],
  overwrite: ['overwritten'],
  pay: ['paid'],
  rebuild: ['rebuilt'],
  rewrite: ['rewritten'],
  send: ['sent'],
  shut: ['shut'],
  spin: ['spun'],
  steal: ['stolen'],
  take: ['taken'],
  tear: ['torn', 'tore'],
  tell: ['told'],
  throw: ['thrown', 'threw'],
  undo: ['undone'],
  write: ['written'],
};

/** Every form of a verb as people write it. */
export function formsOf(verb: string): readonly (readonly [string, VerbForm])[] {
  const stem = verb.replace(/(?<=[^aeo])e$/, '');
  const doubled =
    /^[^aeiou]*[aeiou][^aeiouwxy]$/.test(verb) || DOUBLES.has(verb) ? `${verb}${verb.slice(-1)}` : stem;
  const past = IRREGULAR[verb] ?? [/[^aeiou]y$/.test(verb) ? `${verb.slice(0, -1)}ied` : `${doubled}ed`];
  const third = /(?:s|x|z|ch|sh)$/.test(verb)
    ? `${verb}es`
    : /[^aeiou]y$/.test(verb)
      ? `${verb.slice(0, -1)}ies`
      : `${verb}s`;
  return [
    [verb, 'base'],
    [third, 'third'],
    [`${doubled}ing`, 'ing'],
    ...past.map((form) => [form, 'past'] as const),
  ];
}

const DOUBLES: ReadonlySet<string> = new Set(
  listed('submit, commit, unplug, forget, format, permit, reset, transfer, admit, rerun, cancel'),
);

/** One thing for many: the forms that tables are looked up by. */
export function singular(word: string): string {
  if (/^(?:prs|mrs|dbs|vms|ips|ids)$/.test(word)) return word.slice(0, -1);
  if (word.length < 4 || /(?:ss|us|is|as|os)$/.test(word)) return word.replace(/'s$/, '');
  const bare = word.replace(/'s$/, '').replace(/s'$/, 's');
  if (/[^aeiou]ies$/.test(bare)) return `${bare.slice(0, -3)}y`;
  if (/(?:ss|sh|ch|x)es$/.test(bare)) return bare.slice(0, -2);
  return bare.replace(/s$/, '');
}
