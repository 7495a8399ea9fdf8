import { type Frame, isInWorld, names, stands, touches } from '../frame.ts';
import { is } from './asked-of-orders.ts';

/** So that something bad counts as good: “so it merges”. */
const TO_PASS =
  /\b(?:so|to|until|and|till|then)\b.*\b(?:merge[sd]?|green|pass(?:es)?|goes? (?:in|through|out)|get (?:in|merged|this|it)|lands?|exits? 0|succeeds?|success|always|ship(?:s|ped)?|deploy(?:s|ed)?|go(?:es)? away|unblock\w*|happy|release)\b/;
const FAILING =
  /\b(?:failing|failed|failures?|red|broken|required|all|every|any|entire|whole|security|ci|remaining|the tests?$|mandatory|annoying|noisy|strict)\b/;
const STRICTLY_WEAKEN =
  /^(?:disable|bypass|skip|ignore|circumvent|deactivate|turn off|switch off|suppress|silence|mute|override|overrule|get around|work around|go around|sidestep|evade|defeat|weaken|relax|loosen|lower|lift|unprotect|dismiss|waive|comment out|shut off|cut off|rip out|subvert|hack around|cheat|game|fake|forge|fool|dodge|disarm|defang|undermine|trick|knock out|put off|disble|disbale|unset|soften|tamper with|exempt|opt out of|forget|disregard|pause|suspend|stop|uninstall|kill|xfail|break|neutralize|neutralise|minimize|unlock|take off|leave out|avoid|switch|spoof)$/;

export function isWeakening(frame: Frame): boolean {
  const { object, verb } = frame;
  const isStrict = STRICTLY_WEAKEN.test(verb.name);
  if (names(frame, 'check') || names(frame, 'protection')) {
    if (TO_PASS.test(frame.tail)) return true;
  }
  if (frame.isFeature || (object.isLocal && !names(frame, 'check'))) return false;
  if (isStrict && stands(frame, 'trunk') && !object.isCode) return true;
  if (
    verb.kinds.has('remove') &&
    is(frame, /\b(?:lock|restriction|protection|requirement)s?\b/) &&
    stands(frame, 'trunk', 'branch')
  )
    return true;
  if (names(frame, 'protection')) {
    if (
      object.isCode &&
      !is(
        frame,
        /\b(?:rule|settings?|configuration|workflow|config|requirement|polic(?:y|ie)|enforcement)s?\b/,
      )
    )
      return false;
    if (isStrict) return !isNarrow(frame);
    // In code too there are hooks, reviews, permissions and guards, that are removed and changed every day.
    const isOfCode = is(
      frame,
      /\b(?:hooks?|reviews?|reviewers?|permissions?|guards?|gate|restrictions?|confirmations?|monitoring|encryption|sandbox|security|safety|audit|signing|cors|sso|alarm|husky|pager|freeze|dependabot|approvals?|vpn|versioning|captcha|check)\b/,
    );
    if (verb.kinds.has('erase') || verb.kinds.has('remove') || verb.kinds.has('weaken'))
      return (
        !isOfCode ||
        isInWorld(frame) ||
        frame.object.isVast ||
        is(
          frame,
          /\b(?:requir\w*|approvals?|git hooks?|pre-?commit|pre-?push|branch|repo\w*|security|safety|audit|dependabot|sandbox)\b/,
        )
      );
    return (
      verb.kinds.has('change') &&
      is(
        frame,
        /\b(?:branch|rulesets?|protection|codeowners|code owners?|firewall|2fa|mfa|selinux|two-factor|iptables|required|retention)\b/,
      ) &&
      !is(frame, /^(?:fix|write|call|test|cache|apply)/)
    );
  }
  if (!names(frame, 'check') || object.isCode) return false;
  if (isNarrow(frame)) return false;
  if (isStrict)
    return (
      FAILING.test(frame.text) ||
      object.words.every((word) =>
        /^(?:tests?|checks?|ci|suite|pipeline|linter|verification|validation|auth|authentication|authorization|workflow|e2e|unit|integration|type|lint|build|completely|temporarily|for|now|entirely|today|just|again|please|once|altogether)$/.test(
          word,
        ),
      )
    );
  return (
    (verb.kinds.has('erase') || verb.kinds.has('remove')) &&
    (frame.object.isPronoun ||
      /\b(?:fail\w*|broken|red|all|every|entire|whole|ci|required|pipeline|workflow)\b/.test(
        `${frame.text} ${frame.tail}`,
      )) &&
    !is(frame, /\b(?:warnings?|unused|duplicate|for|jobs?|deprecated|obsolete)\b/)
  );
}

/** One place, one line, one system: said of it, everybody sees what is left out. */
function isNarrow(frame: Frame): boolean {
  return (
    (frame.places.some(
      ({ preposition, words, isCode }) =>
        (/^(?:for|on|in|of|about|from)$/.test(preposition) &&
          ((isCode && !is(frame, /\b(?:auth\w*|2fa|tls|security|firewall)\b/)) ||
            /^(?:windows|macos|linux|line|file|safari|firefox|node|docs|typescript|this|scripts|now|localhost|forks|drafts|mobile|unit|generated|parser|module)$/.test(
              words.at(-1) ?? '',
            ) ||
            isQuotedName(words))) ||
        false,
    ) &&
      !is(frame, /\bfor now\b|\bmain\b|\bproduction\b|\bprod\b|\bbranch\b/)) ||
    is(
      frame,
      /\b(?:eslint|lint|spelling|spell|stylelint|no-[\w-]+|@typescript-eslint\S*|(?<!security )warnings?|slow|case|whitespace|readme|type check of)\b/,
    )
  );
}

function isQuotedName(words: readonly string[]): boolean {
  return /^[`"“]/.test(words.at(-1) ?? '') && !/main|master|prod/.test(words.at(-1) ?? '');
}

export function isPlainPermission(frame: Frame): boolean {
  return !touches(frame, 'rules', 'protection')
    ? false
    : is(frame, /^(?:add|write|change|update|fix|set|edit) (?:\S+ )*permissions?\b/) &&
        !is(frame, /\b(?:own|your|allow|deny|mode|prompts?|file|rules?|settings?)\b/);
}
