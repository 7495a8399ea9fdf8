import type { PermissionMode, Priority, RepoName, Strategy, TaskId } from '../../domain/index.ts';
import type { Topic } from '../help-texts.ts';
import type { Target } from '../target.ts';
import type { RoundCommand } from './parse-rounds.ts';

/** A request in words, understood but neither allowed nor done. `task: null`: the task of the thread it was said in. */
export type Command =
  | { readonly kind: 'help'; readonly topic: Topic | null }
  | { readonly kind: 'open-add-form'; readonly brief: string }
  | {
      readonly kind: 'add';
      readonly brief: string;
      readonly repo: RepoName | null;
      readonly priority: Priority;
      readonly agent: string | null;
      readonly host: string | null;
      /** Tasks that have to be completed first. */
      readonly after: readonly TaskId[];
      readonly budgetUsd: number | null;
      readonly permissionMode: PermissionMode | null;
      readonly maxTurns: number | null;
    }
  | { readonly kind: 'status'; readonly task: TaskId | null }
  | { readonly kind: 'queue' }
  | { readonly kind: 'observe'; readonly host: string }
  /** No sessions: every one that can be. */
  | { readonly kind: 'adopt'; readonly host: string; readonly sessions: readonly string[] }
  | { readonly kind: 'explain'; readonly target: Target }
  | {
      readonly kind: 'snapshot';
      readonly target: Target;
      /** Null: what is to be seen. */
      readonly lines: number | null;
      readonly isTextOnly: boolean;
    }
  | { readonly kind: 'watch'; readonly target: Target; readonly forMs: number }
  /** `host: null`: all of them. */
  | { readonly kind: 'health'; readonly host: string | null }
  | {
      readonly kind: 'cancel' | 'retry' | 'resume-task' | 'restart' | 'unlock' | 'stop' | 'undo' | 'report';
      readonly task: TaskId | null;
    }
  /** Of two tasks that overlap: one waits, or both may work. */
  | { readonly kind: 'hold' | 'release'; readonly task: TaskId | null }
  /** `host: null`: any other one. */
  | { readonly kind: 'reassign'; readonly task: TaskId | null; readonly host: string | null }
  /** `forMs: null`: until somebody unlocks it. */
  | {
      readonly kind: 'lock';
      readonly task: TaskId | null;
      readonly forMs: number | null;
      /** Towards which the agent is guided; null: it is left alone. */
      readonly goal: string | null;
    }
  /** Null: all of them. */
  | { readonly kind: 'strategies'; readonly strategy: Strategy | null }
  /** `why: null`: no reason was given. */
  | { readonly kind: 'pause'; readonly why: string | null }
  | { readonly kind: 'resume' }
  | { readonly kind: 'decisions'; readonly task: TaskId | null }
  | RoundCommand
  /** `model` and `policy` null: not said. `policy`: a file on the bot's machine. */
  | {
      readonly kind: 'replay';
      readonly sinceMs: number;
      readonly model: string | null;
      readonly policy: string | null;
    }
  /** `of: null`: all projects. `capUsd: null`: shown only. */
  | { readonly kind: 'budget'; readonly of: BudgetOf | null; readonly capUsd: number | null }
  /** `lift: null`: shown only. */
  | { readonly kind: 'quota'; readonly lift: string | null }
  | { readonly kind: 'approvals' }
  | { readonly kind: 'answer'; readonly approval: string; readonly choice: string }
  | { readonly kind: 'hosts-list' }
  | {
      readonly kind: 'hosts-add';
      readonly name: string;
      readonly ssh: string | null;
      readonly port: number | null;
      readonly capacity: number | null;
    }
  | { readonly kind: 'hosts-refresh' }
  | { readonly kind: `hosts-${HostChange}`; readonly name: string }
  | { readonly kind: 'projects-list' }
  | {
      readonly kind: 'projects-add';
      readonly repo: RepoName;
      readonly cloneUrl: string | null;
      readonly branch: string | null;
      readonly agent: string | null;
    };

/** Whose money is asked about. */
export type BudgetOf =
  | { readonly kind: 'task'; readonly task: TaskId }
  | { readonly kind: 'project'; readonly repo: RepoName };

/** What people do with a host that there is. */
export type HostChange = (typeof HOST_CHANGES)[number];

export const HOST_CHANGES = ['drain', 'resume', 'exclude', 'include', 'accept', 'remove'] as const;
