const PLAIN = /^[A-Za-z0-9 _./:=,@+-]*$/;

/**
 * One word for tmux's command parser, whatever bytes it has: inside double quotes, all but the plainest bytes are octal escapes,
 * so neither a variable, a format, a separator nor the end of the line can be read into it. Source: tmux(1), PARSING SYNTAX.
 */
export function tmuxWord(text: string): string {
  if (text.includes('\0')) throw new Error('a tmux word cannot hold a NUL character');
  if (PLAIN.test(text)) return `"${text}"`;
  let word = '"';
  for (const byte of Buffer.from(text, 'utf8')) {
    const character = String.fromCharCode(byte);
    word += PLAIN.test(character) ? character : `\\${byte.toString(8).padStart(3, '0')}`;
  }
  return `${word}"`;
}

/** Text for a place where tmux expands formats: it stays as it is. Source: tmux(1), FORMATS. */
export function literalFormat(text: string): string {
  return text.replaceAll('#', '##');
}

/** The target that means exactly this session (never a prefix of a name or a pattern) and its active pane. */
export function exactSession(name: string): string {
  return tmuxWord(`=${name}:`);
}
