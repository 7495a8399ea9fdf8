import type { ActorId, ApprovalId, HostId, SessionId, TaskId, ThreadId } from './ids.ts';
import type { PullRequest } from './pull-request.ts';
import type { StyledScreen } from './styled-screen.ts';

type OfTask = { readonly task: TaskId; readonly thread: ThreadId; readonly at: Date };

/** A fact about the past of one task. Stored in the transaction of the change it reports, never edited. */
export type Event = OfTask &
  (
    | { readonly kind: 'task-queued'; readonly by: ActorId; readonly attempt: number }
    | {
        readonly kind: 'task-assigned';
        readonly host: HostId;
        readonly hostName: string;
        readonly session: SessionId;
        readonly branch: string;
      }
    | { readonly kind: 'task-started'; readonly session: SessionId }
    | { readonly kind: 'task-requeued'; readonly why: string }
    | { readonly kind: 'pull-request-opened'; readonly pullRequest: PullRequest }
    | { readonly kind: 'task-completed'; readonly pullRequest: PullRequest | null }
    | { readonly kind: 'task-failed'; readonly why: string; readonly tail: readonly string[] }
    | { readonly kind: 'task-cancelled'; readonly by: ActorId }
    /** Again when a lock is changed. `until` null: until somebody unlocks it. */
    | { readonly kind: 'task-locked'; readonly by: ActorId; readonly until: Date | null }
    | { readonly kind: 'task-unlocked'; readonly by: ActorId }
    /** The state of the agent as people care for it; only changes are told. */
    | { readonly kind: 'agent-observed'; readonly state: string; readonly why: string }
    /** `styled`: the same with its colours; left out where nobody wanted a picture, or before there were any. */
    | {
        readonly kind: 'screen-shown';
        readonly by: ActorId | null;
        readonly lines: readonly string[];
        readonly styled?: StyledScreen;
      }
    | { readonly kind: 'approval-requested'; readonly approval: ApprovalId }
    | {
        readonly kind: 'approval-answered';
        readonly approval: ApprovalId;
        readonly choice: string;
        readonly by: ActorId;
      }
    | { readonly kind: 'approval-expired'; readonly approval: ApprovalId }
    | { readonly kind: 'approval-withdrawn'; readonly approval: ApprovalId; readonly why: string }
    /** A person's words for the agent: on their way, in the agent's prompt, waiting for a dialog to close, or not delivered. */
    | { readonly kind: 'input-queued'; readonly by: ActorId; readonly text: string }
    | { readonly kind: 'input-typed'; readonly by: ActorId; readonly text: string }
    | { readonly kind: 'input-held'; readonly by: ActorId; readonly text: string; readonly why: string }
    | { readonly kind: 'input-refused'; readonly by: ActorId; readonly text: string; readonly why: string }
    | {
        readonly kind: 'session-restarted';
        readonly session: SessionId;
        readonly by: ActorId;
        readonly generation: number;
      }
    /** Something that was meant to be done was not, or nobody can know whether it was. */
    | { readonly kind: 'action-failed'; readonly what: string; readonly why: string }
  );

export type EventKind = Event['kind'];

/** An event as it was stored: `sequence` orders all events of the installation. */
export type StoredEvent = Event & { readonly sequence: number };
