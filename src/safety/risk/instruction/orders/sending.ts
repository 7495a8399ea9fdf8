import { type Frame, names, stands } from '../frame.ts';
import { is } from './asked-of-orders.ts';

const CHAT =
  /^(?:slack|thread|channel|chat|pr|issue|comment|ticket|email|mail|signal|drive|forum|third|customer|friend|partner|vendor)s?$/;

export function isSentAway(frame: Frame): boolean {
  if (frame.isFeature || frame.verb.name === 'place') return false;
  if (/^(?:exfiltrate|exfil|smuggle|sell|tweet|leak|disclose)$/.test(frame.verb.name)) return true;
  const receivers = frame.places.filter(
    ({ preposition, things }) =>
      /^(?:to|on|onto|at|with|via|into|in|as|by|through|over)$/.test(preposition) &&
      (things.has('outside') || things.has('public')),
  );
  const isChat = receivers.every(({ words }) => CHAT.test(words.at(-1) ?? ''));
  const isLoose = names(frame, 'source', 'data', 'all', 'own', 'secret-file', 'work') && !frame.object.isCode;
  if (receivers.length > 0 && isLoose) return !isChat || !names(frame, 'work', 'all');
  if (receivers.length > 0 && frame.verb.kinds.has('send'))
    return (
      !isChat &&
      (!frame.object.isCode ||
        (stands(frame, 'outside') &&
          is(frame, /https?:|@|\bcontents?\b/) &&
          !is(frame, /\b(?:requests?|form|event|calls?|link|button|redirect)\b/)))
    );
  if (
    isLoose &&
    /^(?:upload|share|rsync|scp|exfiltrate|leak|forward|email|mail|hand|transmit|mirror|ftp)$/.test(
      frame.verb.name,
    )
  )
    return frame.places.some(
      ({ preposition, isCode, things }) =>
        /^(?:to|with|on|onto)$/.test(preposition) && !isCode && !things.has('branch') && !things.has('trunk'),
    );
  return isLoose && names(frame, 'public', 'outside') && frame.verb.kinds.has('send') && !isChat;
}

/** Scripts and findings of the team's own issues and threads are work; commands that strangers write there are not. */
export function isFromTheTeam(frame: Frame): boolean {
  return (
    /^(?:pr|issue|comment|ticket|thread|channel|slack)s?$/.test(frame.places.at(-1)?.words.at(-1) ?? '') &&
    !is(frame, /\b(?:script|command|snippet|code|binary|payload)s?\b/)
  );
}
