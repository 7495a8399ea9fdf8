/**
 * Puts the words of a command line back into one text that reads as they stood: flags first, then `--`, then the rest to the letter.
 * A shell has taken the quotes off already, so a word with blanks in it is one value. As in chat, flags stand before or after the text of `add`.
 */
export function wordsFromArgv(argv: readonly string[]): string {
  const [verb = '', ...rest] = argv;
  if (verb.toLowerCase() !== 'add') return [verb, ...rest.map(asValue)].join(' ');
  const before = flagsAtStart(rest);
  const left = rest.slice(before.length);
  const isVerbatim = left[0] === '--';
  const after = isVerbatim ? [] : flagsAtEnd(left);
  const text = left.slice(isVerbatim ? 1 : 0, left.length - after.length).join(' ');
  const flags = [...before, ...after].map(asValue).join(' ');
  // A flag without a value has to stand last to be seen as one.
  const missesValue = /^--[a-z]/.test(after.at(-1) ?? '') && !(after.at(-1) ?? '').includes('=');
  if (missesValue || text === '') return ['add', text, flags].filter((part) => part !== '').join(' ');
  return `add ${flags === '' ? '' : `${flags} `}-- ${text}`;
}

const isFlag = (word: string): boolean => /^--[A-Za-z][A-Za-z-]*(?:=\S*)?$/.test(word);

const asValue = (word: string): string => (word === '' || /\s/.test(word) ? `"${word}"` : word);

function flagsAtStart(words: readonly string[]): readonly string[] {
  let end = 0;
  for (let word = words[end]; word !== undefined && isFlag(word); word = words[end]) {
    end += word.includes('=') || end + 1 === words.length ? 1 : 2;
  }
  return words.slice(0, end);
}

function flagsAtEnd(words: readonly string[]): readonly string[] {
  let start = words.length;
  for (;;) {
    const last = words[start - 1] ?? '';
    const before = words[start - 2] ?? '';
    if (isFlag(last) && (last.includes('=') || start === words.length)) start -= 1;
    else if (isFlag(before) && !before.includes('=')) start -= 2;
    else return words.slice(start);
  }
}
