export { createHostDiscovery, type HostDiscovery } from './discover.ts';
export { type FirstRequest, readFirstRequest } from './first-request.ts';
export { DEFAULT_GATE, type GateRules } from './gate.ts';
export { createDirector, type Director } from './loop.ts';
export { describeFailure, screenLines } from './perceive/index.ts';
export type { DirectorPorts, DirectorSettings, DirectorStore, Fleet, HostFailure, Model } from './ports.ts';
