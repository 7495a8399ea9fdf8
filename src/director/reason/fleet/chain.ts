import { assignment } from './assignment.ts';
import { collisions } from './collisions.ts';
import { coordination } from './coordination.ts';
import type { FleetDecision, FleetReasoner, FleetSituation } from './fleet-situation.ts';
import { fleetLifecycle } from './lifecycle.ts';
import { preemption } from './preemption.ts';
import { reports } from './reports.ts';

/** In this order; adding a reasoner is adding a line. */
const FLEET_REASONERS: readonly FleetReasoner[] = [
  fleetLifecycle,
  reports,
  collisions,
  coordination,
  preemption,
  assignment,
];

/** Each reasoner hears all that was decided before it. */
export function reasonForFleet(
  situation: FleetSituation,
  reasoners: readonly FleetReasoner[] = FLEET_REASONERS,
): readonly FleetDecision[] {
  const decisions: FleetDecision[] = [];
  for (const reasoner of reasoners) decisions.push(...reasoner.decide(situation, decisions));
  return decisions;
}
