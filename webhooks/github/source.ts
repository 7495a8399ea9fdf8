import type { Source } from '../../src/commands/index.ts';
import { err, ok, type RepoName } from '../../src/domain/index.ts';
import { commandFromPayload, type PayloadRules } from './command-from-payload.ts';

export type GithubSourceOptions = {
  /** Asked for each delivery: who the bot is on GitHub may not be known at the start. */
  readonly rules: () => Promise<PayloadRules>;
  /** Writes a sentence under an issue, once for each `marker`. */
  readonly tell: (
    issue: { repo: RepoName; issue: number },
    sentence: string,
    marker: string,
  ) => Promise<void>;
};

/** GitHub as a source of requests. The one comment of a task's thread is its answer; only a refusal is told besides. */
export function createGithubSource({ rules, tell }: GithubSourceOptions): Source {
  return {
    read: async (delivery) => {
      const reading = commandFromPayload(delivery, await rules());
      return reading.kind === 'request'
        ? ok(reading.request)
        : err({ kind: 'ignored', why: reading.why } as const);
    },
    answer: async () => undefined,
    refuse: async (delivery, refusal) => {
      const reading = commandFromPayload(delivery, await rules());
      if (reading.kind !== 'request' || reading.request.place.kind !== 'issue') return;
      const { repo, issue } = reading.request.place;
      await tell({ repo, issue }, refusal.sentence, `refusal ${refusal.kind}`);
    },
  };
}
