import type { Delivery } from '../domain/index.ts';

/** Where a delivery is kept before Slack is told that it arrived. */
export interface SlackIntake {
  /** Stores the delivery and the job that will work on it, in one transaction. False: it was stored before. */
  accept(delivery: Delivery): Promise<boolean>;
}
