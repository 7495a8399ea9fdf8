import type { RiskCategory } from '../../verdict.ts';
import type { Frame } from '../frame.ts';
import type { VerbKind } from '../verbs.ts';

/** An order that takes a person: what is done to what. */
export type OrderRule = {
  readonly kinds: readonly VerbKind[];
  readonly category: RiskCategory | 'by-thing';
  readonly what: string;
  readonly isMet: (frame: Frame) => boolean;
};
