import { createGithubSource } from '../../webhooks/index.ts';
import type { Config } from '../config.ts';
import { type Log, sentenceCard } from '../domain/index.ts';
import type { createGithubClient, createIssueSurface } from '../github/index.ts';

export function githubSource(
  config: Config,
  github: ReturnType<typeof createGithubClient>,
  issues: ReturnType<typeof createIssueSurface>,
  log: Log,
): ReturnType<typeof createGithubSource> {
  return createGithubSource({
    rules: async () => {
      const self = await github.self();
      return {
        label: config.file.fleet.label,
        objectiveLabel: config.file.fleet.objective_label,
        allowedBots: config.file.fleet.allowed_bots,
        ownLogin: self.ok ? self.value.login : null,
      };
    },
    tell: async (place, sentence, marker) => {
      const told = await issues.tell(place, sentenceCard(sentence), marker);
      if (!told.ok) log.warn({ failure: told.error }, 'a refusal could not be told on its issue');
    },
  });
}
