export type { LineState, Watcher } from './connection.ts';
export { createFleet, type Fleet, type FleetOptions } from './fleet.ts';
export type { HostFailure } from './host-failure.ts';
export type { LaunchRequest } from './launch.ts';
export type { ListedSession } from './sessions.ts';
export { checkThisMachine, type MachineReport, programsOnPath } from './this-machine.ts';
export type { WorkspaceRequest } from './workspace.ts';
