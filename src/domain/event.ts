import type { ReportReason } from './action.ts';
import type { ActionId, ActorId, ApprovalId, HostId, SessionId, TaskId, ThreadId } from './ids.ts';
import type { PullRequest } from './pull-request.ts';
import type { StrategyId } from './strategy.ts';
import type { StyledScreen } from './styled-screen.ts';

/** What showed that an agent took what was typed. */
export type InputProof = 'hook' | 'transcript' | 'screen';

/** `action`: what types them; left out: told before it was written down. */
type Input = { readonly by: ActorId; readonly text: string; readonly action?: ActionId };

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
    /** `by` null: the director. */
    | { readonly kind: 'task-requeued'; readonly by: ActorId | null; readonly why: string }
    /** Again when more is found. `isHeld`: this one waits until the other has ended, or somebody releases it. */
    | {
        readonly kind: 'overlap-found';
        readonly other: TaskId;
        readonly files: readonly string[];
        readonly isSameBranch: boolean;
        readonly isHeld: boolean;
      }
    | { readonly kind: 'overlap-released'; readonly other: TaskId; readonly by: ActorId }
    /** What an agent had not committed, before it was ended. `isPushed` false: it is on its host only. */
    | {
        readonly kind: 'work-saved';
        readonly branch: string;
        readonly files: number;
        readonly isPushed: boolean;
      }
    | { readonly kind: 'pull-request-opened'; readonly pullRequest: PullRequest }
    | { readonly kind: 'task-completed'; readonly pullRequest: PullRequest | null }
    | { readonly kind: 'task-failed'; readonly why: string; readonly tail: readonly string[] }
    | { readonly kind: 'task-cancelled'; readonly by: ActorId }
    /** Again when a lock is changed. `until` null: until somebody unlocks it. */
    | {
        readonly kind: 'task-locked';
        readonly by: ActorId;
        readonly until: Date | null;
        /** Towards which its agent is guided. Left out: there is none. */
        readonly goal?: string;
      }
    | { readonly kind: 'task-unlocked'; readonly by: ActorId }
    /** The goal of a lock is reached, or nothing can be done for it without people. */
    | { readonly kind: 'lock-ended'; readonly by: null; readonly why: string }
    /** The director refused what an agent asked for by itself. */
    | { readonly kind: 'permission-refused'; readonly by: null; readonly what: string; readonly why: string }
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
    /** One of several that its policy wants. */
    | {
        readonly kind: 'approval-voted';
        readonly approval: ApprovalId;
        readonly choice: string;
        readonly by: ActorId;
      }
    | { readonly kind: 'approval-expired'; readonly approval: ApprovalId }
    | { readonly kind: 'approval-withdrawn'; readonly approval: ApprovalId; readonly why: string }
    /**
     * A person's words for the agent: on their way, waiting for a dialog to close, in the agent's prompt with Enter pressed, taken by the
     * agent, taken back by a person, or not delivered.
     */
    | (Input & { readonly kind: 'input-queued' | 'input-typed' })
    | (Input & { readonly kind: 'input-held' | 'input-refused'; readonly why: string })
    | (Input & { readonly kind: 'input-accepted'; readonly shownBy: InputProof })
    | (Input & { readonly kind: 'input-undone'; readonly undoneBy: ActorId })
    /** `wasAtWork` false: the agent rested when it was to be stopped, and no key was pressed. */
    | { readonly kind: 'turn-interrupted'; readonly by: ActorId; readonly wasAtWork: boolean }
    | {
        readonly kind: 'session-restarted';
        readonly session: SessionId;
        readonly by: ActorId;
        readonly generation: number;
        /** Whether its conversation goes on, and waits for words; left out: told before this was written down. */
        readonly isResumed?: boolean;
      }
    /** What a model wanted was done, or begun, without asking people. `what`: for people, in the past tense. */
    | {
        readonly kind: 'model-acted';
        readonly what: string;
        readonly why: string;
        readonly confidence: number;
        readonly strategy?: StrategyId;
      }
    /** How things stand, told because somebody asked or should know. `tail`: the last lines of the screen, redacted. */
    | {
        readonly kind: 'reported';
        readonly by: ActorId | null;
        readonly because: ReportReason;
        readonly words: string;
        readonly tail: readonly string[];
      }
    /** Something that was meant to be done was not, or nobody can know whether it was. */
    | { readonly kind: 'action-failed'; readonly what: string; readonly why: string }
  );

export type EventKind = Event['kind'];

/** An event as it was stored: `sequence` orders all events of the installation. */
export type StoredEvent = Event & { readonly sequence: number };
