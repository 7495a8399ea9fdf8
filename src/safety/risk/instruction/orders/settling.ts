import { type Frame, names, stands } from '../frame.ts';
import { isBare } from './asked-of-orders.ts';

export function isSettling(frame: Frame): boolean {
  const { verb } = frame;
  if (frame.object.isCode && !names(frame, 'request')) return false;
  if (frame.isFeature && !names(frame, 'request')) return false;
  switch (verb.name) {
    case 'merge':
    case 'megre':
    case 'fast-forward':
    case 'squash-merge': {
      const into = frame.places.find(({ preposition }) => /^(?:in|into|to|onto)$/.test(preposition));
      if (into !== undefined && (into.things.has('trunk') || into.things.has('production'))) return true;
      if (into !== undefined) return false;
      if (names(frame, 'trunk') && !names(frame, 'request')) return false;
      return (
        names(frame, 'request', 'all', 'version') ||
        isBare(frame) ||
        (frame.object.isPronoun && !frame.object.isCode) ||
        stands(frame, 'protection', 'check', 'right') ||
        (names(frame, 'branch', 'work') && frame.object.isVast)
      );
    }
    case 'land':
    case 'get in':
    case 'close':
    case 'dismiss':
    case 'resolve':
      return (
        (names(frame, 'request') &&
          (verb.name === 'land' || verb.name === 'get in' || frame.object.isVast)) ||
        (verb.name === 'dismiss' && names(frame, 'protection'))
      );
    case 'accept':
      return names(frame, 'request') || names(frame, 'all');
    case 'confirm':
    case 'okay':
    case 'bless':
    case 'vote':
      return names(frame, 'request', 'job', 'all');
    default:
      return !frame.isCode;
  }
}
