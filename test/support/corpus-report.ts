import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { observe } from '../../src/agents/index.ts';
import { readRecordedScreens } from './corpus.ts';
import { forbiddenConfusion, renderConfusion, scoreScreens } from './corpus-score.ts';

/** Prints how the classifier does on a corpus of recorded screens: `node test/support/corpus-report.ts [folder] [--misses]`. */
const shared = fileURLToPath(new URL('../../../shared/corpus/captures', import.meta.url));
const folder = process.argv.slice(2).find((word) => !word.startsWith('--')) ?? shared;
if (!existsSync(folder)) {
  console.error(`No corpus at ${folder}. Name its folder of captures as the first word.`);
  process.exit(1);
}
const screens = readRecordedScreens(folder);
const answers = screens.map((screen) => ({ screen, observation: observe(screen.kind, screen.capture) }));
for (const score of scoreScreens(answers)) console.log(renderConfusion(score));
const forbidden = answers.filter(
  ({ screen, observation }) => forbiddenConfusion(screen, observation) !== null,
);
console.log(`forbidden confusions: ${forbidden.length}`);
if (process.argv.includes('--misses')) {
  for (const { screen, observation } of answers) {
    if (screen.truth.accept.includes(observation.state)) continue;
    console.log(
      `${screen.path}: ${screen.truth.state} (${screen.truth.sub}) read as ${observation.state} by ${observation.rule}: ${observation.evidence}`,
    );
  }
}
const kinds = answers.filter(({ screen }) => screen.truth.promptKind !== null);
const right = kinds.filter(
  ({ screen, observation }) =>
    observation.state === 'waiting_input' && observation.promptKind === screen.truth.promptKind,
);
console.log(`prompt kinds: ${right.length} of ${kinds.length}`);
if (process.argv.includes('--misses')) {
  for (const { screen, observation } of kinds) {
    if (observation.state === 'waiting_input' && observation.promptKind !== screen.truth.promptKind) {
      console.log(`${screen.path}: ${screen.truth.promptKind} named ${observation.promptKind}`);
    }
  }
}
const rounds = 5;
const start = performance.now();
for (let round = 0; round < rounds; round++)
  for (const screen of screens) observe(screen.kind, screen.capture);
const perSecond = (rounds * screens.length * 1_000) / (performance.now() - start);
console.log(`${Math.round(perSecond)} captures per second`);
