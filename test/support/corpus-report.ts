import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { readRecordedScreens } from './corpus.ts';
import {
  forbiddenConfusion,
  hasPromptKind,
  isAccepted,
  type Judged,
  judgeScreens,
  renderScore,
  scoreScreens,
} from './corpus-score.ts';

/** Prints how the classifier does on recorded screens: `npm run corpus -- [folder] [--misses]`. */
const shared = fileURLToPath(new URL('../../../shared/corpus/captures', import.meta.url));
const fixtures = fileURLToPath(new URL('../fixtures/screens', import.meta.url));

const words = process.argv.slice(2);
const folder = words.find((word) => !word.startsWith('--')) ?? (existsSync(shared) ? shared : fixtures);
if (existsSync(folder)) {
  const judged = await judgeScreens(readRecordedScreens(folder));
  for (const score of scoreScreens(judged)) console.log(renderScore(score));
  const forbidden = judged.filter((each) => forbiddenConfusion(each) !== null);
  console.log(`harmful confusions: ${forbidden.length}`);
  if (words.includes('--misses')) for (const each of judged) printMiss(each);
} else {
  console.error(`There are no captures at ${folder}. Name their folder as the first word.`);
  process.exitCode = 1;
}

function printMiss(judged: Judged): void {
  const { screen, verdict } = judged;
  const { truth } = screen;
  const told = `by ${verdict.rule}: ${verdict.evidence}`;
  if (!isAccepted(judged)) {
    const harm = forbiddenConfusion(judged);
    console.log(
      `${screen.path}: ${truth.state} (${truth.sub}) read as ${verdict.state} ${told}${harm === null ? '' : ` — ${harm}`}`,
    );
  } else if (!hasPromptKind(judged)) {
    console.log(`${screen.path}: ${truth.promptKind} named ${verdict.promptKind} ${told}`);
  } else if (truth.needsHuman !== null && truth.needsHuman !== verdict.needsHuman) {
    console.log(
      `${screen.path}: a person is ${truth.needsHuman ? '' : 'not '}needed, said otherwise ${told}`,
    );
  }
}
