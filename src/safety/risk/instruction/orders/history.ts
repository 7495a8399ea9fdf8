import { type Frame, names, stands } from '../frame.ts';
import { is, isHarmless } from './asked-of-orders.ts';

export function isPlainRebase(frame: Frame): boolean {
  return (
    (frame.verb.name === 'rebase' &&
      !is(frame, /\b(?:interactive\w*|history|main onto|master onto|published|root)\b/)) ||
    (/^(?:replace|alter|filter|edit|change|collapse|restore|reset|doctor|reword|amend|squash|flatten|force)$/.test(
      frame.verb.name,
    ) &&
      !is(
        frame,
        /\b(?:history|published|pushed|remote|origin|upstream|main|master|public|past|old|all|entire|whole|every|commits|force|shared|hard|authors?|timestamps?)\b/,
      )) ||
    (/^(?:edit|change|replace|alter|reset|restore)$/.test(frame.verb.name) &&
      !names(frame, 'history') &&
      !is(frame, /\b(?:hard|default|main|master|visibility|back to)\b/)) ||
    (frame.verb.name === 'reset' &&
      !is(frame, /\b(?:hard|main|master|origin|branch|repo\w*|history|head)\b/)) ||
    (/^(?:squash|reword|amend)$/.test(frame.verb.name) &&
      is(frame, /\b(?:last|two|three|both|your|these|those|wip|fixup|message)\b/) &&
      !is(frame, /\b(?:main|master|pushed|published|remote|all|whole|entire)\b/))
  );
}

export function isOthersWork(frame: Frame): boolean {
  if (isHarmless(frame)) return false;
  if (/^(?:discard|throw away|abandon|hard-reset|hard reset)$/.test(frame.verb.name))
    return (
      names(frame, 'work', 'all', 'history', 'branch', 'repo', 'trunk') ||
      is(frame, /\b(?:changes|edits|work|progress|what you)\b/)
    );
  if (/^(?:revert|undo|roll back|rollback)$/.test(frame.verb.name))
    return (
      names(frame, 'all', 'production', 'fleet', 'infra', 'data', 'trunk', 'request') ||
      (names(frame, 'version', 'job') && !/^your$/.test(frame.object.words[0] ?? '')) ||
      stands(frame, 'production') ||
      is(frame, /\bmigrations?\b|\ball (?:the |my )?(?:changes|commits)\b|\bto (?:origin|upstream)/)
    );
  return (
    /^(?:reset|clean|checkout|restore|stash|wipe|clear|delete|drop|remove|nuke|trash|ditch|scrap|blow away|get rid of|lose|forget|dump|toss|bin)$/.test(
      frame.verb.name,
    ) &&
    (names(frame, 'work') ||
      is(
        frame,
        /\b(?:my|uncommitted|unsaved|unstaged|local|pending|your|all)( \w+)? (?:changes|edits|work|modifications|progress)\b/,
      ))
  );
}
