export { createNotifier } from './notifier.ts';
export type { DeliveryFailure, NotifyStore, SurfaceClient, ThreadStory } from './ports.ts';
