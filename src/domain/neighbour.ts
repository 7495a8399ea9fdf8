import type { TaskId } from './ids.ts';

/** Another task with an agent at work on the same repository, as an agent is told of it. */
export type Neighbour = {
  readonly task: TaskId;
  /** Redacted, on one line, short enough for a list. */
  readonly title: string;
  readonly branch: string;
  /** A kind, by its name. */
  readonly agent: string;
  readonly host: string;
  /** Of what it changes, as far as is known. Paths are relative to the repository. */
  readonly files: readonly string[];
};
