import type { Dialog, DialogOption } from '../../domain/index.ts';
import type { ScreenView } from '../agent-kind.ts';

/**
 * A question that waits at the cursor on the last line of the screen, as line-based programs ask: `Run it? (Y)es/(N)o [Yes]:`, `Proceed? [y/N]`,
 * `Enter your choice (1-3):`, `Password:`, `Press ENTER to continue`, a pager's `--More--`. Null: the last line asks nothing.
 * Answers come with keys only where one letter says them.
 */
export function findLineQuestion(view: ScreenView): Dialog | null {
  const last = view.lines.length - 1;
  // Text that stands above where keys go is quoted.
  if (last < 0) return null;
  const line = wholeLine(view.lines, last, view.width);
  if (PROMPT.test(line)) return null;
  const asked = line.replace(/^[\s│┃║>?◆◇]+/u, '');
  const options = answersOf(asked);
  if (options !== null) return { promptKind: 'permission', question: asked.trim(), options };
  const form = view.cursor.y > last ? undefined : FORMS.find(({ shape }) => shape.test(asked));
  return form === undefined ? null : { promptKind: form.sort, question: asked.trim(), options: [] };
}

/** Text behind a prompt is what somebody types, or what stands there until they do. */
const PROMPT = /^\s*(?:\([^()]{0,4}\)|[\w.@~-]{0,12})\s?[>❯›»]\s+\S/u;

/** A question that was too long for the screen's width goes over two lines. */
function wholeLine(lines: readonly string[], last: number, width: number): string {
  const line = lines[last] ?? '';
  const before = lines[last - 1] ?? '';
  const word = line.trimStart().split(' ')[0] ?? '';
  return before !== '' && !ENDS.test(before) && before.length + word.length + 1 > width - 2
    ? `${before} ${line.trim()}`
    : line;
}

const ENDS = /[.!:]\s*$/;

/** What may stand behind the answers: the one that Enter takes, and a sign that it is somebody's turn. */
const TURN = String.raw`\s*(?:[[(][^\])\n]{1,24}[\])])?\s*[?:>›]?\s*`;
const GROUP = new RegExp(String.raw`[[(（]([^[\](（）)\n]{1,60}(?:\[[^\]]{1,20}\])?)[\])）]${TURN}$`, 'u');
/** `(Y)es/(N)o/(D)on't ask again`, `[y]es, [n]o`, `(y)es | (n)o` */
const LETTERED = new RegExp(
  String.raw`((?:[[(]\p{L}[\])][\p{L}'’ ]{0,24}\s*[/|,]\s*){1,7}(?:\bor\s+)?[[(]\p{L}[\])][\p{L}'’ ]{0,24})${TURN}$`,
  'u',
);

const YES = /^(?:y|yes|j|ja|o|oui|s|sí|si|sim|はい|是)$/i;
const NO = /^(?:n|no|nein|non|não|nao|いいえ|否|不)$/i;

function answersOf(line: string): readonly DialogOption[] | null {
  const lettered = LETTERED.exec(line)?.[1];
  if (lettered !== undefined) {
    return [...lettered.matchAll(/[[(](\p{L})[\])]([\p{L}'’ ]*)/gu)].map(([, letter = '', rest = '']) => ({
      label: `${letter.toUpperCase()}${rest.trim() === '' ? '' : rest.trimEnd()}`,
      keys: [letter.toLowerCase(), 'Enter'],
    }));
  }
  const items = GROUP.exec(line)?.[1]
    ?.split(/\s*[/|,／]\s*/u)
    .map((item) => item.trim());
  if (items === undefined) return null;
  const isYesAndNo = items.some((item) => YES.test(item)) && items.some((item) => NO.test(item));
  const isChoice =
    items.length > 1 && items.every((item) => /^(?:\p{L}[\p{L} ]{0,24}|\?|!|\/|\[\w+\])?$/u.test(item));
  if (!isYesAndNo && !(isChoice && ALLOWS.test(items.join(' ')))) return null;
  return items.flatMap(optionOf);
}

const ALLOWS = /\b(?:allow|deny|approve|reject|accept|yes|no|always|once)\b/i;

/** Where the word stands whole, a letter is not always enough. What other answers there are, nobody knows how to give. */
function optionOf(item: string): readonly DialogOption[] {
  if (!/^[a-z]+$/i.test(item)) return [];
  const keys = [...item.toLowerCase().split(''), 'Enter'];
  if (YES.test(item)) return [{ label: 'Yes', keys }];
  return NO.test(item) ? [{ label: 'No', keys }] : [];
}

type Form = { readonly sort: Dialog['promptKind']; readonly shape: RegExp };

/** Questions without a choice of letters: what would answer them is not known here. */
const FORMS: readonly Form[] = [
  {
    sort: 'login',
    shape:
      /(?:password|passphrase|passcode|passwort|contraseña|mot de passe|one-time (?:code|password)|verification code|api[ _-]?key|access token|auth(?:entication)? (?:code|token)|\botp|\bpin|\b2fa(?: code)?)\b[^:：?\n]{0,60}[:：]\s*$/iu,
  },
  { sort: 'login', shape: /\b(?:press|hit)\b.{0,24}\b(?:log|sign) ?in\b.{0,12}$/i },
  {
    sort: 'permission',
    shape:
      /\b(?:press|hit) \[?(?:enter|return|y|any key|space)\]? to (?:approve|allow|accept|confirm|run|execute|apply)\b.{0,50}$/i,
  },
  {
    sort: 'onboarding',
    shape:
      /\b(?:press|hit) \[?(?:enter|return|any key|space|any button)\]?(?: to \w+.{0,40}|\s*(?:…|\.{0,3}))$/i,
  },
  {
    sort: 'question',
    shape:
      /^(?:(?:please )?(?:enter|select|choose|pick|type|provide)\b|your\b).{0,50}\b(?:choices?|values?|options?|numbers?|answers?|selection|name|index)\b.{0,24}[:：>?]\s*$/i,
  },
  { sort: 'permission', shape: /\b(?:ok|okay|want) to (?:proceed|continue|install|run)\?.{0,12}$/i },
  { sort: 'question', shape: /[?？] › .{1,40} \/ .{1,40}$/u },
  {
    sort: 'menu',
    shape:
      /^--\s?More\s?--.{0,12}$|^\(END\)$|^:$|^(?:lines \d+-\d+.{0,24}\(END\)|Manual page .{1,80} line \d+.{0,60})$/,
  },
  { sort: 'menu', shape: /^(?:"[^"]+" (?:\[\w+\] )?\d+L, \d+B\b|-- (?:INSERT|VISUAL|REPLACE|NORMAL) --)/ },
];
