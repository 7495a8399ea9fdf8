export { createWatchKeeper, type WatchedScreen, type WatchSurface } from './keep-watch.ts';
export { createNotifier } from './notifier.ts';
export type { DeliveryFailure, NotifyStore, SurfaceClient, ThreadStory } from './ports.ts';
