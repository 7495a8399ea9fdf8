export { createHostDiscovery, type HostDiscovery } from './discover.ts';
export { type FirstRequest, readFirstRequest } from './first-request.ts';
export { createDirector, type Director } from './loop.ts';
export { createObjectiveReader, type ObjectiveReader } from './objectives.ts';
export { describeFailure, screenLines } from './perceive/index.ts';
export type {
  AnswerFor,
  DirectorPorts,
  DirectorSettings,
  DirectorStore,
  Fleet,
  HostFailure,
  Model,
} from './ports.ts';
export { type ReplayPorts, type ReplayRequest, replay } from './replay.ts';
