export {
  type DeliverThreadWith,
  deliverThread,
  type ThreadDelivery,
  type Undeliverable,
} from './deliver-thread.ts';
export type { DeliveryFailure, NotifyStore, SurfaceClient, ThreadStory } from './ports.ts';
