import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Delivery } from '../src/domain/index.ts';

/** Where a verified delivery is kept before it is acknowledged. */
export interface Intake {
  /** Stores the delivery and the job that will work on it, in one transaction. False: it was stored before. */
  accept(delivery: Delivery): Promise<boolean>;
}

/** Something that answers part of the HTTP server's paths. False: not mine. */
export type Answerer = (request: IncomingMessage, response: ServerResponse) => Promise<boolean>;

/** What `/readyz` asks. */
export interface Readiness {
  check(): Promise<{ readonly ready: boolean; readonly why: string }>;
}
