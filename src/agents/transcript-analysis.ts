import { STRATEGIES, type StrategyId, type TranscriptEntry, type TranscriptLine } from '../domain/index.ts';

/** The words by which each strategy shows. */
export const STRATEGY_PHRASES: Readonly<Record<StrategyId, string>> = {
  'workflow-compliance': 'workflow compliance',
  'outside-in-testing-gate': 'outside-in',
  'philosophy-enforcement': 'philosophy',
  'parallel-investigation': 'parallel investigation',
  'multi-agent-review': 'multi-agent review',
  'lock-mode': 'lock mode',
  'goal-measurement': 'goal status',
  'quality-audit': 'quality audit',
  'pre-commit-diagnostic': 'pre-commit',
  'ci-recovery': 'ci failure',
  'worktree-isolation': 'worktree',
  'investigate-first': 'investigate first',
  'architect-first': 'architect first',
  'sprint-planning': 'sprint',
  'n-version': 'n-version',
  debate: 'debate',
  'dry-run-first': 'dry-run',
  'adoption-protocol': 'adopt',
  'morning-briefing': 'briefing',
  escalation: 'escalat',
};

/** The workflow's steps are numbered from 0. */
export const WORKFLOW_STEPS = 23;

export type TranscriptAnalysis = {
  readonly transcripts: number;
  /** Calls, over all transcripts. */
  readonly tools: ReadonlyMap<string, number>;
  readonly skills: ReadonlyMap<string, number>;
  readonly agents: ReadonlyMap<string, number>;
  /** In how many transcripts each shows, by its title. */
  readonly strategies: ReadonlyMap<string, number>;
  /** For each step the share of transcripts that mention it, 0 to 1; all 0 where there is no transcript. */
  readonly steps: readonly number[];
};

/** What a set of transcripts tells of how the work was done. */
export function analyseTranscripts(transcripts: readonly (readonly TranscriptLine[])[]): TranscriptAnalysis {
  const entries = transcripts.map((lines) => lines.flatMap((line) => line.entries));
  const all = entries.flat();
  const texts = entries.map((each) => each.map(textOf).join('\n').toLowerCase());
  const share = (count: number) => (texts.length === 0 ? 0 : count / texts.length);
  return {
    transcripts: transcripts.length,
    tools: counted(all.flatMap((entry) => (entry.kind === 'tool-call' ? [entry.tool] : []))),
    skills: counted(all.flatMap(skillOf)),
    agents: counted(all.flatMap(agentOf)),
    strategies: new Map(
      STRATEGIES.map(({ id, title }) => [
        title,
        texts.filter((text) => text.includes(STRATEGY_PHRASES[id])).length,
      ]),
    ),
    steps: Array.from({ length: WORKFLOW_STEPS }, (_, step) =>
      share(texts.filter((text) => stepWords(step).test(text)).length),
    ),
  };
}

/** The strategies that are known from now on: those recorded before, and each that shows for the first time once, after them. */
export function withNewStrategies(
  recorded: readonly string[],
  { strategies }: Pick<TranscriptAnalysis, 'strategies'>,
): readonly string[] {
  const seen = STRATEGIES.map(({ title }) => title).filter((title) => (strategies.get(title) ?? 0) > 0);
  return [...new Set<string>([...recorded, ...seen])];
}

/** `Step 7`, `step 07:`, but not `step 70` or `7 steps`. */
function stepWords(step: number): RegExp {
  return new RegExp(`\\bstep[ #-]?0?${step}(?!\\d|\\.\\d)`);
}

function textOf(entry: TranscriptEntry): string {
  switch (entry.kind) {
    case 'message':
      return entry.text;
    case 'tool-call':
      // Plans and to-do lists are inputs of tools.
      return JSON.stringify(entry.input) ?? '';
    default:
      return '';
  }
}

/** Called as a tool, or typed as a command. */
function skillOf(entry: TranscriptEntry): readonly string[] {
  if (entry.kind === 'tool-call')
    return entry.tool === 'Skill' ? inputText(entry.input, ['skill', 'command']) : [];
  if (entry.kind !== 'message' || entry.by !== 'user') return [];
  const command = /^\/([a-z][\w:-]*)(?=\s|$)/i.exec(entry.text)?.[1];
  return command === undefined ? [] : [command];
}

function agentOf(entry: TranscriptEntry): readonly string[] {
  return entry.kind === 'tool-call' ? inputText(entry.input, ['subagent_type', 'agent']) : [];
}

function inputText(input: unknown, keys: readonly string[]): readonly string[] {
  if (typeof input !== 'object' || input === null) return [];
  const fields = new Map<string, unknown>(Object.entries(input));
  return keys
    .map((key) => fields.get(key))
    .filter((value) => typeof value === 'string')
    .slice(0, 1);
}

/** The most frequent first. */
function counted(names: readonly string[]): ReadonlyMap<string, number> {
  return new Map(
    [...Map.groupBy(names, (name) => name)]
      .map(([name, each]): [string, number] => [name, each.length])
      .toSorted(([one, few], [other, many]) => many - few || one.localeCompare(other)),
  );
}
