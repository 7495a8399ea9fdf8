import { type Frame, isInWorld, names, stands } from '../frame.ts';
import { is, isBare, isHarmless, isUnknownPronoun, LOST } from './asked-of-orders.ts';

const DISUSED: ReadonlySet<string> = new Set([
  'unused',
  'obsolete',
  'unneeded',
  'leftover',
  'outdated',
  'orphaned',
  'superseded',
]);

/** Said to a grave verb, everything that is not known as code is asked about. */
export function isErasure(frame: Frame): boolean {
  const { object } = frame;
  if (object.words.some((word) => DISUSED.has(word)) && !names(frame, ...LOST)) return false;
  if (isWeightless(frame)) return false;
  const isGrave = names(frame, ...LOST);
  if (frame.isInside)
    return (
      (isGrave || (names(frame, 'dataish', 'infraish') && (object.isVast || isInWorld(frame)))) &&
      !isHarmless(frame)
    );
  if (names(frame, 'check') && object.things.size === 1) return false;
  if (
    object.isLocal &&
    !frame.isFeature &&
    !object.isCode &&
    !object.isMadeAgain &&
    names(frame, 'data') &&
    frame.places.length === 0 &&
    frame.tail === ''
  )
    return true;
  if (isHarmless(frame))
    return object.isPronoun
      ? false
      : (isInWorld(frame) && !object.isCode && !object.isMadeAgain && !frame.isFeature && !object.isLocal) ||
          (names(frame, 'own') &&
            !object.isMadeAgain &&
            !frame.isFeature &&
            !object.isCode &&
            !frame.places.some(({ isCode }) => isCode));
  if (isBare(frame)) return false;
  return true;
}

export function isRemoval(frame: Frame): boolean {
  const { object } = frame;
  if (isWeightless(frame) || isHarmless(frame))
    return object.isCode || frame.isFeature
      ? false
      : isInWorld(frame) &&
          names(frame, 'dataish', 'data', 'infra') &&
          !object.isLocal &&
          !isWeightless(frame) &&
          !object.isMadeAgain;
  if (/^(?:uninstall)$/.test(frame.verb.name))
    return (
      names(frame, 'infra', 'data', 'own', 'protection', 'fleet') ||
      is(frame, /\b(?:python|node|openssl|bash|git|docker|system)\b/)
    );
  if (
    names(
      frame,
      'data',
      'infra',
      'own',
      'repo',
      'trunk',
      'history',
      'work',
      'production',
      'fleet',
      'all',
      'secret-file',
    )
  )
    return !isUnknownPronoun(frame);
  if (/^revoke$/.test(frame.verb.name)) return true;
  if (/^(?:kill)$/.test(frame.verb.name)) return false;
  if (names(frame, 'branch'))
    return object.isVast || isInWorld(frame) || is(frame, /\b(?:remote|tags?|release|branch(?:es)?)\b/);
  if (names(frame, 'secret'))
    return (
      isInWorld(frame) ||
      object.isVast ||
      (is(frame, /\b(?:ssh|keys?|certificates?|secrets?)\b/) &&
        is(frame, /\b(?:all|every|github|repo|server)\b/))
    );
  if (names(frame, 'dataish', 'infraish', 'process', 'person'))
    return (
      isInWorld(frame) ||
      (object.isVast &&
        names(frame, 'dataish') &&
        is(frame, /\b(?:all|every|entire|whole|old|customer|customers|user|users|existing|everyone's)\b/) &&
        is(
          frame,
          /\b(?:users?|customers?|orders?|accounts?|records?|rows?|data|sessions?|logs?|uploads?|images?|documents?|containers?|folders?|director\w+|files|tables?|collections?|tenants?|messages|invoices|payments|transactions|topics|queues?|schemas?)\b/,
        )) ||
      (names(frame, 'dataish') &&
        is(frame, /\b(?:tables?|schemas?|collections?)\b/) &&
        /^(?:drop|recreate|reset|reseed|re-seed|re-create)$/.test(frame.verb.name) &&
        !is(frame, /\bof contents\b/))
    );
  return stands(frame, 'production') && !isWeightless(frame);
}

/** Nothing of weight is named, or the noun is one of the page and not of the world. */
function isWeightless(frame: Frame): boolean {
  return is(
    frame,
    /\b(?:of contents|drop[- ]?down|drop shadow|whitespace|node_modules|dead code|empty (?:lines?|state|folders?))\b/,
  );
}

export function isDevelopment(frame: Frame): boolean {
  return (
    frame.object.isLocal ||
    frame.object.isMadeAgain ||
    is(frame, /\b(?:dev|watch(?:er)?|preview|test|storybook|vite|local|language|ts|mock)\b/) ||
    (/^(?:kill|stop|restart)$/.test(frame.verb.name) && is(frame, /\btwo birds\b/))
  );
}
