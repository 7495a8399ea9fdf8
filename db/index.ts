export {
  type Connection,
  type Database,
  type DatabaseFault,
  type DatabaseLocation,
  openDatabase,
} from './connect.ts';
export { JOB_KINDS, type Jobs, openJobs } from './jobs.ts';
export { createStore, type Store, type Tables } from './store.ts';
