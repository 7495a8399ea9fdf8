import type { RiskCategory } from '../../verdict.ts';
import { type Frame, names } from '../frame.ts';
import type { Thing } from '../things.ts';

/** What an order does to a thing of the world is told in the category of that thing. The first one counts. */
const CATEGORY_OF: readonly (readonly [Thing, RiskCategory])[] = [
  ['fleet', 'fleet'],
  ['data', 'database'],
  ['history', 'git'],
  ['work', 'git'],
  ['branch', 'git'],
  ['trunk', 'git'],
  ['repo', 'github'],
  ['request', 'github'],
  ['infra', 'cloud'],
  ['secret', 'secrets'],
  ['right', 'privilege'],
  ['person', 'privilege'],
  ['process', 'processes'],
  ['network', 'network'],
];

export function categoryOf(frame: Frame, other: RiskCategory): RiskCategory {
  return CATEGORY_OF.find(([thing]) => names(frame, thing))?.[1] ?? other;
}
