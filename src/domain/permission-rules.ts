import type { ToolUse, UseRisk } from './agent-request.ts';

/** What the director may allow an agent that asks for permission. Whatever is risky goes to people all the same. */
export type PermissionRules = {
  /** Everything that risks nothing is allowed without asking anybody. */
  readonly allowsHarmless: boolean;
  /** What else is allowed, if it risks nothing. */
  readonly allowed: readonly PermissionRule[];
};

/** `Bash`, `Bash(npm test)`, `Bash(npm run *)`, `Edit(src/*)`: a tool, or what of it. */
export type PermissionRule = {
  readonly tool: string;
  /** `*` stands for anything; null: all the tool does. */
  readonly what: string | null;
};

/** What is known of a use of a tool when somebody has to say yes or no. */
export type PermissionAsked = {
  readonly tool: string;
  readonly shown: string;
  readonly use: string;
  readonly risk: UseRisk;
};

export type PermissionVerdict =
  | { readonly kind: 'allow'; readonly why: string }
  /** Nobody may allow it. */
  | { readonly kind: 'deny'; readonly why: string }
  | { readonly kind: 'ask'; readonly why: string };

export const DEFAULT_PERMISSIONS: PermissionRules = { allowsHarmless: false, allowed: [] };

/**
 * @param granted what a person has allowed for the whole task, by `use`
 * @param actsAlone false: people are asked about everything that they have not allowed themselves
 */
export function judgePermission(
  asked: PermissionAsked,
  rules: PermissionRules,
  granted: ReadonlySet<string>,
  actsAlone: boolean,
): PermissionVerdict {
  const { verdict, reason } = asked.risk;
  if (verdict === 'refuse') return { kind: 'deny', why: reason };
  if (granted.has(asked.use)) return { kind: 'allow', why: 'a person allowed exactly this for the task' };
  if (verdict === 'approve') return { kind: 'ask', why: reason };
  if (!actsAlone) return { kind: 'ask', why: 'people decide everything in this project' };
  const rule = rules.allowed.find((each) => covers(each, asked));
  if (rule !== undefined) return { kind: 'allow', why: `the rule ${wordsOf(rule)} allows it` };
  return rules.allowsHarmless
    ? { kind: 'allow', why: 'it risks nothing' }
    : { kind: 'ask', why: 'no rule allows it' };
}

/** Null: it is no rule. */
export function parsePermissionRule(written: string): PermissionRule | null {
  const match = /^([A-Za-z_][\w.-]*)(?:\((.+)\))?$/s.exec(written.trim());
  return match?.[1] === undefined ? null : { tool: match[1], what: match[2] ?? null };
}

/** A star in a rule for one command must not cover the command that follows it. */
const SEVERAL_COMMANDS = /[;&|<>\n\r`]|\$\(/;

function covers({ tool, what }: PermissionRule, { tool: asked, shown }: PermissionAsked): boolean {
  if (tool !== asked) return false;
  if (what === null || what === shown) return true;
  return !SEVERAL_COMMANDS.test(shown) && isLike(shown, what);
}

/** Compares from star to star, so that no pattern takes long. */
function isLike(text: string, pattern: string): boolean {
  const [first = '', ...rest] = pattern.split('*');
  if (rest.length === 0) return text === pattern;
  const last = rest.pop() ?? '';
  if (!text.startsWith(first)) return false;
  let from = first.length;
  for (const part of rest) {
    const at = text.indexOf(part, from);
    if (at === -1) return false;
    from = at + part.length;
  }
  return text.length - last.length >= from && text.endsWith(last);
}

const wordsOf = ({ tool, what }: PermissionRule): string => (what === null ? tool : `${tool}(${what})`);

/** The exact text of a use, of which `use` is the digest. */
export function exactUse(tool: string, use: ToolUse): string {
  return JSON.stringify([tool, use.kind, textOfUse(use)]);
}

export function textOfUse(use: ToolUse): string {
  switch (use.kind) {
    case 'run':
      return use.command;
    case 'read':
    case 'write':
      return use.path;
    case 'fetch':
      return use.url;
    case 'other':
      return use.input;
  }
}
