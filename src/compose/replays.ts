import type { Store } from '../../db/index.ts';
import type { CommandPorts } from '../commands/index.ts';
import { type Config, readFleetFile } from '../config.ts';
import { type ReplayPorts, replay } from '../director/index.ts';
import { err, ok } from '../domain/index.ts';
import { rulesByProject } from '../rules.ts';

// Whoever asks waits for the answer, and the job behind it has two minutes.
const REPLAY_WITHIN_MS = 90_000;

export function replaysOf(
  config: Config,
  store: Store,
  model: ReplayPorts['model'],
  signal: AbortSignal,
): CommandPorts['replays'] {
  return {
    async run({ since, model: name, policy }) {
      const file = policy === null ? ok(config.file) : readFleetFile(policy);
      if (!file.ok) return err(file.error.sentence);
      const isAskedAgain = policy === null || name !== null;
      if (isAskedAgain && model === null) {
        return err('No model is configured that could be asked again. `--policy FILE` needs none.');
      }
      const rulesOf = rulesByProject(file.value, await store.listProjects());
      const within = AbortSignal.any([signal, AbortSignal.timeout(REPLAY_WITHIN_MS)]);
      return ok(await replay({ store, model }, { since, rulesOf, isAskedAgain, model: name }, within));
    },
  };
}
