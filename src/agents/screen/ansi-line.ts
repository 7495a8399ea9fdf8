const ESCAPE = '\u001b';
const BELL = '\u0007';

/** A stretch of a line in one style. `style` names what is set, sorted: `b…` background, `d` dim, `f…` foreground, `r` reversed. */
type Run = { readonly text: string; readonly style: readonly string[] };

/** Reads one line as `tmux capture-pane -e` prints it: text with colours, sometimes with links. */
function runsOf(line: string): readonly Run[] {
  const [first = '', ...rest] = line.split(ESCAPE);
  let style: readonly string[] = [];
  const runs: Run[] = [{ text: first, style }];
  for (const part of rest) {
    const colour = /^\[([0-9;:]*)m/.exec(part);
    if (colour !== null) style = nextStyle(style, colour[1] ?? '');
    runs.push({ text: textAfterEscape(part), style });
  }
  return runs;
}

function textAfterEscape(part: string): string {
  if (part.startsWith('[')) return part.replace(/^\[[0-9;:?]*[A-Za-z]/, '');
  // A link's address ends with a bell, or with an escape of its own whose text is what follows the backslash.
  if (part.startsWith(']')) return part.includes(BELL) ? part.slice(part.indexOf(BELL) + 1) : '';
  return part.startsWith('\\') ? part.slice(1) : part.slice(2);
}

/** The lowest line that reads like the plain one, with its colours; null when it cannot be found again. */
export function ansiOf(ansiLines: readonly string[], plainLine: string): string | null {
  const wanted = plainLine.trim();
  return ansiLines.findLast((line) => textOf(line).replaceAll('\u00a0', ' ').trim() === wanted) ?? null;
}

const COLOUR = new RegExp(`${ESCAPE}\\[[0-9;:]*m`, 'g');

/** The line without its colours. Most lines have nothing else, and every line of a screen may be asked for. */
function textOf(line: string): string {
  if (!line.includes(ESCAPE)) return line;
  const text = line.replace(COLOUR, '');
  return text.includes(ESCAPE)
    ? runsOf(line)
        .map((run) => run.text)
        .join('')
    : text;
}

/** Colour and weight in force where `text` begins; null when the text is not in the line. */
export function styleAt(ansiLine: string, text: string): string | null {
  return stylesOf(ansiLine)(text);
}

/** The same for several texts of one line. */
export function stylesOf(ansiLine: string): (text: string) => string | null {
  const runs = runsOf(ansiLine);
  const plain = runs
    .map((run) => run.text)
    .join('')
    .replaceAll('\u00a0', ' ');
  return (text) => {
    let left = plain.indexOf(text);
    if (left === -1) return null;
    for (const run of runs) {
      if (left < run.text.length) return run.style.join(';');
      left -= run.text.length;
    }
    return '';
  };
}

/** Keeps one entry for each thing that can be set. Source: ECMA-48, SGR. */
function nextStyle(style: readonly string[], sequence: string): readonly string[] {
  const kept = new Map(style.map((entry) => [entry.slice(0, 1), entry]));
  const codes = sequence.split(/[;:]/).map((code) => Number(code === '' ? '0' : code));
  for (let index = 0; index < codes.length; index++) {
    const code = codes[index] ?? 0;
    if (code === 0) kept.clear();
    else if (code === 38 || code === 48) {
      const length = codes[index + 1] === 2 ? 5 : 3;
      const ground = code === 38 ? 'f' : 'b';
      kept.set(ground, `${ground}${codes.slice(index, index + length).join(',')}`);
      index += length - 1;
    } else if (code === 39) kept.delete('f');
    else if (code === 49) kept.delete('b');
    else if ((code >= 30 && code <= 37) || (code >= 90 && code <= 97)) kept.set('f', `f${code}`);
    else if ((code >= 40 && code <= 47) || (code >= 100 && code <= 107)) kept.set('b', `b${code}`);
    else if (code === 2) kept.set('d', 'd');
    else if (code === 22) kept.delete('d');
    else if (code === 7) kept.set('r', 'r');
    else if (code === 27) kept.delete('r');
  }
  return [...kept.values()].sort();
}
