export { reason } from './chain.ts';
export { reasonForFleet } from './fleet/chain.ts';
export type {
  AtWork,
  FleetDecision,
  FleetReasoner,
  FleetSituation,
  HostLoad,
} from './fleet/fleet-situation.ts';
export { RESTS_FOR_MS } from './rest.ts';
