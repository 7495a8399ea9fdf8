export {
  type Account,
  type AccountLimit,
  type AccountNames,
  accountOf,
  quotaHold,
  RESUMES_WITHIN_MS,
  resumesAt,
  UNNAMED_ACCOUNTS,
} from './account-limit.ts';
export {
  type Action,
  type ActionEffect,
  intendAction,
  isAnotherQuestion,
  isPending,
  type ReassignReason,
  type ReportReason,
  settleAction,
  startAction,
} from './action.ts';
export { type Actor, type ActorSource, githubLogin, holdsRole, ROLES, type Role } from './actor.ts';
export { type AgentEvent, MAX_PAYLOAD_CHARACTERS } from './agent-event.ts';
export {
  type AgentRequest,
  ALLOW,
  ALLOW_FOR_TASK,
  type HookAnswer,
  MAX_REASON_CHARACTERS,
  type ToolUse,
  type UseRisk,
  type Wanted,
} from './agent-request.ts';
export {
  type Advised,
  type AnsweredApproval,
  type AnswerFault,
  APPROVE,
  type Approval,
  type ApprovalStep,
  type ApprovalSubject,
  answerApproval,
  approvedText,
  type Choice,
  type ChooseOption,
  DENY,
  expireApproval,
  type OpenApproval,
  openApproval,
  policyOf,
  type Question,
  type Vote,
  votesLeft,
  withdrawApproval,
} from './approval.ts';
export {
  type ApprovalPolicies,
  type ApprovalPolicy,
  type Approver,
  DEFAULT_POLICIES,
  DEFAULT_POLICY,
  policyFor,
  type RiskClass,
} from './approval-policy.ts';
export {
  type ButtonRequest,
  bold,
  type Card,
  type CardButton,
  type CardFile,
  type CardPart,
  code,
  link,
  mention,
  type Span,
  sentenceCard,
  spoken,
  text,
  timeOf,
} from './card.ts';
export type { Decision, ReplayableDecision, StoredDecision, Verdict } from './decision.ts';
export type { Event, EventKind, InputProof, StoredEvent } from './event.ts';
export { type GateInput, gateInputOf } from './gate-input.ts';
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
export type { Hold } from './hold.ts';
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
  type RoundId,
  roundId,
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
export { addTokens, type ModelCall, NO_TOKENS, type StoredModelCall } from './model-call.ts';
export type { Advice, Asked, ModelQuestion } from './model-question.ts';
export type { Neighbour } from './neighbour.ts';
export type { Notification } from './notification.ts';
export { cleanTitle, OBJECTIVE_TITLE_MAX, type Objective, objectiveWords } from './objective.ts';
export {
  BUSY_STATES,
  type Capture,
  type Dialog,
  type DialogOption,
  declines,
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
  type Footprint,
  isNewOverlap,
  type KnownOverlap,
  type Overlap,
  overlapOf,
  pathsIn,
} from './overlap.ts';
export {
  type EndedPause,
  endPause,
  FAILED_CYCLES_UNTIL_PAUSE,
  type OpenPause,
  openPause,
  type Pause,
} from './pause.ts';
export {
  DEFAULT_PERMISSIONS,
  exactUse,
  judgePermission,
  type PermissionRule,
  type PermissionRules,
  type PermissionVerdict,
  parsePermissionRule,
  textOfUse,
} from './permission-rules.ts';
export { branchName, sessionName } from './place-names.ts';
export { type Project, parseRepo, type RepoFault, type RepoName, sameRepository } from './project.ts';
export { DEFAULT_RULES, type ModelRules, type ProjectRules } from './project-rules.ts';
export type { PullRequest } from './pull-request.ts';
export { parseQuietHours, type QuietHours, quietHold } from './quiet-hours.ts';
export { type Decided, type Difference, differenceOf, type Replay, type Replayed } from './replay.ts';
export { byOurClock, type Report, type ReportedMoment } from './report.ts';
export { err, ok, type Result, unreachable } from './result.ts';
export {
  ROUND_KINDS,
  type Round,
  type RoundEntry,
  type RoundKind,
  type RoundScope,
  roundLabel,
  roundReport,
} from './round.ts';
export { roundCard, roundFile } from './round-card.ts';
export {
  AS_CONFIGURED,
  allowsMore,
  areUsedUp,
  PERMISSION_MODES,
  type PermissionMode,
  type RunLimits,
  TURNS_MAX,
  type Turns,
  turnsHold,
  turnsWords,
} from './run-limits.ts';
export { type Place, type SeenSession, seenOnce } from './seen-session.ts';
export { isAdoptableName, MISSED_LOOKS_UNTIL_LOST, NEW_SESSION, type Session } from './session.ts';
export {
  type BudgetRules,
  type BudgetScope,
  type BudgetStanding,
  budgetHold,
  capOf,
  costOf,
  dollars,
  isDirectorSpent,
  isNearlySpent,
  isSpent,
  limitFacts,
  NO_BUDGET,
  NO_LIMITS,
  type Spend,
  type SpendingQuestion,
  scopeKey,
  scopesOf,
  scopeTitle,
  spendingQuestion,
  spendOf,
  spendWords,
  spentPercent,
  standingWords,
  type TaskLimits,
  type TokenPrices,
  type Tokens,
  type Used,
} from './spending.ts';
export { fractionOf } from './spread.ts';
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
  endLock,
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
export { type ToldNeighbours, toldNeighbours } from './told-neighbours.ts';
export {
  type Lesson,
  lessonOf,
  placeOfWork,
  successRate,
  type TrackRecord,
  type WorkKind,
  workKindOf,
} from './track-record.ts';
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
