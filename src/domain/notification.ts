import type { ThreadId } from './ids.ts';
import type { Surface } from './thread.ts';

/**
 * One message of one thread on one surface. `key` says which: `card`, or what the reply is about (`approval:…`, `event:…`).
 *
 * claimed: about to be posted; a crash may have posted it, so the surface is asked before it is posted again.
 * sent: `messageId` names it and `digest` (SHA-256 of what it shows, hex) tells whether it is still true.
 * undeliverable: the surface refused it for good; the card on the other surface says `why`.
 */
export type Notification = {
  readonly id: string;
  readonly thread: ThreadId;
  readonly surface: Surface;
  readonly key: string;
} & (
  | { readonly state: 'claimed' }
  | { readonly state: 'sent'; readonly messageId: string; readonly digest: string }
  | { readonly state: 'undeliverable'; readonly why: string }
);
