import type { ApprovalId, DeliveryId, ProjectId, RoundId, SessionId, ThreadId, WatchId } from './ids.ts';

/** Work that outlives the request that made it necessary. Enqueued in the transaction of that request. */
export type Job =
  | { readonly kind: 'intake'; readonly source: DeliverySource; readonly delivery: DeliveryId }
  | { readonly kind: 'place' }
  /** Asks the providers which hosts there are. */
  | { readonly kind: 'discover' }
  /** Reads which issues the project wants to be done with. */
  | { readonly kind: 'objectives'; readonly project: ProjectId }
  | { readonly kind: 'prepare'; readonly session: SessionId }
  | { readonly kind: 'cycle'; readonly session: SessionId }
  /** Goes round the sessions that a person asked about. */
  | { readonly kind: 'round'; readonly round: RoundId }
  /** Asks the model what is to be done about the session. Apart from cycles: an answer takes long. */
  | { readonly kind: 'ask-model'; readonly session: SessionId }
  /** `notBefore`: when a surface asked to be left alone until then; null: now. */
  | { readonly kind: 'notify'; readonly thread: ThreadId; readonly notBefore: Date | null }
  /** Looks at what a watch shows. `notBefore` null: at once, because it was begun or stopped. */
  | { readonly kind: 'watch'; readonly watch: WatchId; readonly notBefore: Date | null }
  | { readonly kind: 'expire'; readonly approval: ApprovalId; readonly at: Date };

export type JobKind = Job['kind'];

export type DeliverySource = 'slack' | 'github';

/**
 * One request as it arrived, stored before it is acknowledged. `(source, id)` is unique: a repeat is not stored again.
 * `kind` is the sender's name of it: `issues.labeled`, `command`, `event`, `block_actions`, `view_submission`.
 */
export type Delivery = {
  readonly source: DeliverySource;
  readonly id: DeliveryId;
  readonly kind: string;
  readonly payload: unknown;
  readonly receivedAt: Date;
};
