export {
  type Action,
  type ActionEffect,
  intendAction,
  isAnotherQuestion,
  isPending,
  settleAction,
  startAction,
} from './action.ts';
export { type Actor, type ActorSource, githubLogin, holdsRole, ROLES, type Role } from './actor.ts';
export { type AgentEvent, MAX_PAYLOAD_CHARACTERS } from './agent-event.ts';
export {
  type AnsweredApproval,
  type AnswerFault,
  APPROVE,
  type Approval,
  type ApprovalStep,
  type ApprovalSubject,
  answerApproval,
  approvedText,
  type Choice,
  DENY,
  expireApproval,
  type OpenApproval,
  openApproval,
  withdrawApproval,
} from './approval.ts';
export {
  type ButtonRequest,
  bold,
  type Card,
  type CardButton,
  type CardFile,
  type CardPart,
  code,
  link,
  type Span,
  sentenceCard,
  spoken,
  text,
  timeOf,
} from './card.ts';
export type { Decision, StoredDecision, Verdict } from './decision.ts';
export type { Event, EventKind, StoredEvent } from './event.ts';
export {
  ATTENTION_ABOVE_PERCENT,
  HEALTHY_BELOW_DISK_PERCENT,
  HEALTHY_BELOW_MEMORY_PERCENT,
  type Health,
  healthErrors,
  isHealthy,
  type Metric,
  wantsAttention,
} from './health.ts';
export {
  DEFAULT_CAPACITY,
  type Host,
  type HostState,
  isHostName,
  isSshTarget,
  mayActOn,
  type Reach,
  type Transport,
  type Tunnel,
} from './host.ts';
export type { HostFacts, Stranger } from './host-facts.ts';
export {
  endBetween,
  type HostIdentity,
  isSameServer,
  learnIdentity,
  type Misroute,
  misrouteOf,
  type TmuxServer,
  tmuxServerOf,
} from './host-identity.ts';
export {
  type ActionId,
  type ActorId,
  type ApprovalId,
  actionId,
  actorId,
  approvalId,
  type DeliveryId,
  deliveryId,
  type HostId,
  hostId,
  type PauseId,
  type ProjectId,
  parseTaskLabel,
  pauseId,
  projectId,
  type SessionId,
  sessionId,
  type TaskId,
  type ThreadId,
  taskId,
  taskLabel,
  threadId,
  type WatchId,
  watchId,
} from './ids.ts';
export type { Delivery, DeliverySource, Job, JobKind } from './job.ts';
export {
  type Discovery,
  type HostListing,
  type HostRules,
  isNamedBy,
  type ListedHost,
  type ListingFault,
} from './listed-host.ts';
export type { Log } from './log.ts';
export type { Notification } from './notification.ts';
export {
  type Capture,
  type Dialog,
  type DialogOption,
  dialogFingerprint,
  dialogOf,
  isAtPrompt,
  isBusy,
  meaningOf,
  needsHuman,
  type Observation,
  type ObservationSource,
  type ObservedState,
  type PaneFacts,
  type ProcessFacts,
  type Reading,
  standsUnsent,
  textQuestionOf,
} from './observation.ts';
export {
  type EndedPause,
  endPause,
  FAILED_CYCLES_UNTIL_PAUSE,
  type OpenPause,
  openPause,
  type Pause,
} from './pause.ts';
export { branchName, sessionName } from './place-names.ts';
export { type Project, parseRepo, type RepoFault, type RepoName, sameRepository } from './project.ts';
export type { PullRequest } from './pull-request.ts';
export { byOurClock, type Report, type ReportedMoment } from './report.ts';
export { err, ok, type Result, unreachable } from './result.ts';
export { type Place, type SeenSession, seenOnce } from './seen-session.ts';
export { isAdoptableName, MISSED_LOOKS_UNTIL_LOST, NEW_SESSION, type Session } from './session.ts';
export {
  chooseStrategies,
  MOST_STRATEGIES,
  STRATEGIES,
  type Strategy,
  type StrategyId,
  type StrategySituation,
  strategyNamed,
  strategyOf,
} from './strategy.ts';
export { STUCK_AFTER_MS, stuckSince } from './stuck.ts';
export type { StyledScreen } from './styled-screen.ts';
export {
  type AssignedTask,
  assignTask,
  byUrgency,
  type CancelledTask,
  type CompletedTask,
  cancelTask,
  completeTask,
  type FailedTask,
  failTask,
  hasEnded,
  isLive,
  isLocked,
  type LiveTask,
  lockOf,
  lockTask,
  type NewTask,
  notePullRequest,
  type Origin,
  PRIORITIES,
  type Priority,
  placeOf,
  type QueuedTask,
  queueTask,
  type RunningTask,
  requeueTask,
  type Step,
  startTask,
  type Task,
  type TaskState,
  unlockTask,
} from './task.ts';
export { LOCK_FOR_MAX_MS, LOCK_FOR_MIN_MS, lockHolds, type TaskLock, untilWords } from './task-lock.ts';
export { type IssuePlace, type SlackPlace, SURFACES, type Surface, type Thread } from './thread.ts';
export {
  emptyTranscript,
  FIRST_MESSAGES,
  LAST_MESSAGES,
  type TranscriptDigest,
  type TranscriptEntry,
  type TranscriptLine,
  type TranscriptMessage,
  type Usage,
} from './transcript.ts';
export { WATCH_FOR_MAX_MS, WATCH_FOR_MS, type Watch } from './watch.ts';
