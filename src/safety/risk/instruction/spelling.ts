/** Letters of other alphabets that look like Latin ones. */
const LOOK_ALIKE: Readonly<Record<string, string>> = {
  а: 'a',
  е: 'e',
  о: 'o',
  р: 'p',
  с: 'c',
  у: 'y',
  х: 'x',
  к: 'k',
  м: 'm',
  т: 't',
  в: 'b',
  н: 'h',
  і: 'i',
  ѕ: 's',
  ԁ: 'd',
  ο: 'o',
  α: 'a',
  ε: 'e',
  ι: 'i',
  ρ: 'p',
};

const DIGITS: Readonly<Record<string, string>> = {
  '0': 'o',
  '1': 'l',
  '3': 'e',
  '4': 'a',
  '5': 's',
  '7': 't',
  '@': 'a',
  $: 's',
};

/** As it is read, not as it is spelt: `d3l3te`, `d e l e t e`, Latin words with letters of other alphabets. */
export function withoutDisguise(text: string): string {
  const latin = /[\u0370-\u04FF]/.test(text)
    ? text.replace(MIXED, (word) => word.replace(/[^\p{ASCII}]/gu, (letter) => LOOK_ALIKE[letter] ?? letter))
    : text;
  return latin
    .replace(SPACED, (letters) => letters.replace(/[ .*_-]/g, ''))
    .replace(LEET, (word) =>
      word.replace(/(?<=[a-z])[013457@$](?=[a-z])/gi, (digit) => DIGITS[digit] ?? digit),
    );
}

const MIXED = /(?=\p{L}*[a-z])(?=\p{L}*[\p{Script=Cyrillic}\p{Script=Greek}])\p{L}{3,}/giu;
const SPACED = /(?<![\w])[a-z](?:[ .*_-][a-z]){3,}(?!\w)/gi;
/** Names with digits in them have few letters or few places for one: `k8s`, `i18n`, `sha256sum`. */
const LEET = /(?<![\w$@])[a-z]+[013457@$][a-z]+(?:[013457@$][a-z]+)*(?![\w$@])/gi;

/** What stands in the text in base 64, in plain letters. */
export function decodedIn(text: string): readonly string[] {
  return [...text.matchAll(/(?<![\w/+])[A-Za-z0-9+/]{12,}={0,2}(?![\w/+=])/g)]
    .map(([code]) => Buffer.from(code, 'base64').toString('latin1'))
    .filter((decoded) => /^[\x20-\x7e\n]+$/.test(decoded) && /\s/.test(decoded));
}

/** Scripts of languages that nobody has taught to read. */
export const UNREAD_SCRIPT =
  /[\p{Script=Arabic}\p{Script=Hebrew}\p{Script=Devanagari}\p{Script=Bengali}\p{Script=Thai}\p{Script=Tamil}\p{Script=Telugu}\p{Script=Greek}\p{Script=Armenian}\p{Script=Georgian}\p{Script=Khmer}\p{Script=Ethiopic}]{3,}/u;
