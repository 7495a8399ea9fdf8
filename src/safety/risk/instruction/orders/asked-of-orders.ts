import type { Frame } from '../frame.ts';
import type { Thing } from '../things.ts';

export const LOST: readonly Thing[] = [
  'data',
  'infra',
  'own',
  'repo',
  'branch',
  'trunk',
  'history',
  'work',
  'secret',
  'production',
  'fleet',
  'all',
  'secret-file',
  'request',
];

export const is = (frame: Frame, pattern: RegExp) => pattern.test(frame.text);
export const isHarmless = (frame: Frame) => frame.isCode || frame.isFeature;

/** It has no object: the verb alone orders something. */
export const isBare = ({ object }: Frame) => object.words.length === 0;
/** “Delete it”, and nothing before says what it is. */
export const isUnknownPronoun = ({ object }: Frame) => object.isPronoun && object.things.size === 0;
