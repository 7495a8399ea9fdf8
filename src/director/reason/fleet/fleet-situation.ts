import type {
  Action,
  Approval,
  ChooseOption,
  Decision,
  Footprint,
  Hold,
  Host,
  HostId,
  KnownOverlap,
  LiveTask,
  Neighbour,
  ProjectId,
  ProjectRules,
  QueuedTask,
  ReportReason,
  Session,
  Task,
  TaskId,
  ToldNeighbours,
  TrackRecord,
} from '../../../domain/index.ts';

/** A host and how many sessions it has that are not over. */
export type HostLoad = { readonly host: Host; readonly sessions: number };

/** A task with its session. */
export type AtWork = {
  readonly task: LiveTask;
  readonly session: Session;
  readonly host: Host;
  /** Intended or started. */
  readonly pending: readonly Action[];
  /** It was to make room, and its work could not be saved: it is left alone as long as its agent lives. */
  readonly couldNotLeave: boolean;
  /** What people were told of it, or are about to be; oldest first. */
  readonly reported: readonly Action[];
  /** People were asked about it; oldest first. */
  readonly questions: readonly Approval[];
  /** The others at its repository, as its agent was last told; null: it was told nothing since it was started. */
  readonly told: ToldNeighbours | null;
  /** Since when nothing moves that should; null: it is not stuck. */
  readonly stuckSince: Date | null;
  /** Since when its host does not answer that its provider has stopped or lists no more; null: it may come back by itself. */
  readonly goneSince: Date | null;
};

/** All that a decision about the whole fleet rests on. */
export type FleetSituation = {
  readonly queued: readonly QueuedTask[];
  readonly atWork: readonly AtWork[];
  readonly hosts: readonly HostLoad[];
  /** What the tasks that others wait for have become: of each the newest try. */
  readonly awaited: ReadonlyMap<TaskId, Task>;
  /** Hosts that waiting tasks were taken off. */
  readonly left: ReadonlyMap<TaskId, ReadonlySet<HostId>>;
  /** What keeps a task from being started on a host; null: nothing. */
  readonly holdOn: (task: QueuedTask, host: Host) => Hold | null;
  /** What each of these tasks changes, as far as is known. */
  readonly footprints: ReadonlyMap<TaskId, Footprint>;
  /** What people know of overlaps between them. */
  readonly overlaps: readonly KnownOverlap[];
  readonly rulesOf: (project: ProjectId) => Pick<ProjectRules, 'holdsOverlaps'>;
  readonly records: readonly TrackRecord[];
  readonly now: Date;
};

/** What is intended for the fleet. */
export type FleetDecision = Pick<Decision, 'confidence' | 'why' | 'reasoner'> &
  (
    | { readonly kind: 'place'; readonly task: QueuedTask; readonly host: Host }
    | { readonly kind: 'leave'; readonly task: QueuedTask }
    | {
        readonly kind: 'ask';
        readonly about: AtWork;
        readonly question: string;
        readonly options: readonly ChooseOption[];
      }
    | {
        readonly kind: 'report';
        readonly about: AtWork;
        readonly reason: ReportReason;
        readonly text: string;
      }
    /** What it was about is over. */
    | { readonly kind: 'withdraw'; readonly question: Approval }
    /** Tell its agent who else works on its repository. */
    | {
        readonly kind: 'tell-neighbours';
        readonly about: AtWork;
        readonly neighbours: readonly Neighbour[];
      }
    /** Tell both threads. */
    | { readonly kind: 'tell-overlap'; readonly overlap: KnownOverlap }
    /** End its agent, for `makesRoomFor`. */
    | { readonly kind: 'reassign'; readonly victim: AtWork; readonly makesRoomFor: QueuedTask }
  );

/** One way of thinking about the fleet. Pure. It hears what those before it decided; an empty list: nothing to say. */
export type FleetReasoner = {
  readonly name: string;
  decide(situation: FleetSituation, earlier: readonly FleetDecision[]): readonly FleetDecision[];
};

export function because(reasoner: string, why: string): Pick<Decision, 'confidence' | 'why' | 'reasoner'> {
  return { reasoner, why, confidence: 1 };
}
