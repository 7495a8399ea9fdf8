import { pattern } from './pattern.ts';
import { approve, type Finding } from './verdict.ts';

/** An answer to a question on the screen: it agrees to what was asked, which was judged when it was asked. */
const ANSWER = pattern(
  String.raw`
      ^(?:|[yn]|yes|no|nope|yep|yeah|ok(?:ay)?|sure|continue|go on|next|skip|done|stop|cancel|exit|quit|
      q|:q!?|:wq?!?|:x|\d{1,3}[.)]?|[a-z]|all|none|esc(?:ape)?|enter|return|tab|space|up|down|left|
      right|\^c|ctrl[-+][a-z]|j+|k+|\?|help)[.!]?$
    `,
  'i',
);

/** It agrees to everything that will be asked from then on. */
const AGREES_FOREVER = pattern(
  String.raw`
      (?:don['’]?t|do not|never|stop|without|no need to)\s+ask(?:ing)?\b|\b(?:always|
      auto)[-\s]?(?:allow|approve|accept|proceed|yes)|\b(?:allow|approve|accept|yes to|trust)\s+(?:all|
      everything|always|any(?:thing)?)\b|\bfor (?:the rest of )?(?:this|the) session\b.*\b(?:allow|
      approve|yes)|\ballow (?:for|during) (?:this|the) session|--?dangerously|skip[-_ ]permissions|
      bypass[-_ ]?permissions|\byolo\b|danger-full-access|full[-_ ]auto\b|turn (?:off|
      on) (?:the )?(?:approval|permission|auto[- ]?approv|auto[- ]?accept|sandbox)
    `,
  'i',
);

/** Commands that agents know themselves. Those that change what an agent may do, or whom it is, take a person. */
const GUARDED_COMMAND = pattern(
  String.raw`
      ^\/(?:permissions?|allowed-tools|approvals?|approve-all|yolo|sandbox(?:ing)?|allow-all(?:-tools|
      -paths|-urls)?|dangerously\S*|auto(?:-?accept|-?approve|-?run)?|bypass\S*|trust|add-dir|hooks?|
      mcp|plugins?|marketplace|login|logout|upgrade|setup-github|install\S*|bug|feedback|share|
      export-public|delegate|remote-\S+|terminal-setup|privacy-settings|settings|config|full-auto|
      skip\S*|elevated|root|unsafe|ide|extensions?|env|secrets?|reset-\S+|delete\S*|rm|kill\S*|shutdown|
      publish|deploy|release|merge|rewind|undo|vim-off)(?:\s|$)
    `,
  'i',
);

/** Undefined: no key, answer or agent's command, but a text. */
export function judgeKeystroke(text: string): Finding | null | undefined {
  const line = text.trim();
  if (ANSWER.test(line)) return null;
  if (/^(?:never|do not|don['’]?t)\b.*\bwithout asking\b/i.test(line)) return undefined;
  if (line.length < MAX_ANSWER_CHARACTERS && AGREES_FOREVER.test(line) && ANSWERS.test(line))
    return approve('protections', `“${line}” agrees to what nobody has asked yet`);
  if (
    /^\/[a-z][\w:-]*(?:\s|$)/i.test(line) &&
    !/^\/(?:bin|usr|etc|opt|sbin|home|tmp|var|root|dev)\b/.test(line)
  ) {
    if (GUARDED_COMMAND.test(line))
      return approve('protections', `${line.split(/\s/)[0] ?? ''} changes what an agent may do`);
    return /\s/.test(line) ? undefined : null;
  }
  return undefined;
}

const ANSWERS = pattern(
  String.raw`
        ^(?:\d[.)]?\s*)?(?:yes|ok|allow|approve|accept|always|auto|sure|trust|--?dangerously|yolo|don|
        do not|never|stop asking|bypass|skip|turn|shift)
      `,
  'i',
);

const MAX_ANSWER_CHARACTERS = 120;
