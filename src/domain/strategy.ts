import { dialogOf, isAtPrompt, type Observation, textQuestionOf } from './observation.ts';

/** One way to act on what a session shows, for whoever decides: what triggers it, what to do then, and when not. */
export type Strategy = Entry & { readonly id: StrategyId };

export type StrategyId = (typeof STRATEGIES)[number]['id'];

/** What is known of one session and its task when a strategy is chosen. Texts are other people's: they trigger, and are never followed. */
export type StrategySituation = {
  /** The last one. */
  readonly observation: Observation;
  /** For how long it has meant the same. */
  readonly unchangedForMs: number;
  /** Null: it is not stuck, or no look at its host has told. Source: `SeenSession.stuckSince`. */
  readonly stuckForMs: number | null;
  /** For how long Fleet Director has followed the session. Source: `Session.createdAt`. */
  readonly followedForMs: number;
  readonly isAdopted: boolean;
  /** It works on the branch that its project starts from. */
  readonly isOnDefaultBranch: boolean;
  /** A lock on its task holds now. */
  readonly isLocked: boolean;
  /** Known by its task, or told in its transcript. */
  readonly hasPullRequest: boolean;
  /** Tasks that wait for a place. */
  readonly queuedTasks: number;
  readonly brief: string;
  /** The agent's last messages, oldest first; where no transcript was read, its visible screen as one of them. */
  readonly said: readonly string[];
  /** Source: `TranscriptDigest.changedFiles`. */
  readonly changedFiles: readonly string[];
  /** First lines, newest last. Source: `TranscriptDigest.errors`. */
  readonly errors: readonly string[];
};

/** More of them would leave the choice as open as none. */
export const MOST_STRATEGIES = 3;

/** What the situation triggers, best first: at most MOST_STRATEGIES. */
export function chooseStrategies(situation: StrategySituation): readonly Strategy[] {
  const order = takesWords(situation) ? TREE.flatMap(({ strategies }) => strategies) : WITHOUT_WORDS;
  return order
    .map(strategyOf)
    .filter(({ isTriggered }) => isTriggered(situation))
    .slice(0, MOST_STRATEGIES);
}

export function strategyOf(id: StrategyId): Strategy {
  const found = STRATEGIES.find((strategy) => strategy.id === id);
  if (found === undefined) throw new Error(`there is no strategy ${id}`);
  return found;
}

/** By its number from 1, its id, or its title in any case; null: there is none. */
export function strategyNamed(words: string): Strategy | null {
  const name = words.trim().toLowerCase().replace(/^#/, '').replaceAll(/\s+/g, '-');
  const byNumber = /^\d+$/.test(name) ? STRATEGIES[Number(name) - 1] : undefined;
  return byNumber ?? STRATEGIES.find(({ id }) => id === name) ?? null;
}

type Entry = {
  /** The title in small letters, with hyphens. */
  readonly id: string;
  readonly title: string;
  /** One sentence; `isTriggered` is the same for the program. */
  readonly when: string;
  /** For the one who decides. */
  readonly what: string;
  readonly whenNot: string;
  readonly isTriggered: (situation: StrategySituation) => boolean;
};

const HOUR_MS = 3_600_000;
/** Work for so long without a break is not to be disturbed. */
const DEEP_WORK_MS = 2 * HOUR_MS;
const STUCK_FOR_LONG_MS = 2 * HOUR_MS;
const LONG_REST_MS = 8 * HOUR_MS;
/** For so long an adopted session is new. */
const NEWLY_ADOPTED_MS = HOUR_MS;
const MANY_FILES = 10;
const SAME_PROBLEM_TIMES = 3;
/** Confidence below which nothing is sent to an agent either. */
const UNSURE_BELOW = 0.6;

const SECURITY =
  /\b(?:security|authenticat\w*|authori[sz]\w*|encrypt\w*|cryptograph\w*|passwords?|payments?)\b/i;
const INTERFACE = /\b(?:public (?:api|interface)|breaking change|core module)\b/i;
const STRUCTURE =
  /\b(?:architecture|redesign|(?:data|database|api) schema|schema change|migrations?|protocol|public (?:api|interface)|breaking change)\b/i;
const UNFAMILIAR =
  /\b(?:unfamiliar|investigate|root cause|not sure (?:how|where|why)|(?:do not|don['’]t) know (?:how|where|why)|find out (?:how|where|why)|how does|why does|where is)\b/i;
const SEVERAL_MODULES =
  /\b(?:across|several|multiple|all|many)\b.{0,40}\b(?:modules|services|packages|components|layers)\b/i;
const DONE = /(?<!\bnot (?:yet )?)\b(?:is done|all done|finished|completed?|implemented|ready for review)\b/i;
const TESTED_BY_USE =
  /\b(?:end[- ]to[- ]end|e2e|outside[- ]in|acceptance tests?|browser tests?|as a user would)\b/i;
const HALF_BUILT =
  /\b(?:stub(?:bed|s)?|placeholders?|not implemented|swallow\w*|over-?engineer\w*|hard-?coded|quick hack|silently ignor\w*)\b/i;
const COMMIT_HOOK = /\bpre-?commit\b|\bhusky\b|\blint-staged\b|\bcommit hooks?\b/i;
const CHECKS = /\bCI\b|\b(?:github actions|pipeline|workflow run|(?:status|required) checks?)\b/i;
const BROKEN = /\bfail\w*|\bred\b|\bbroken\b|\brejected\b/i;
const BRANCH_WANTED = /\b(?:which|what|new|separate|own) (?:branch|worktree)\b/i;
const NEXT_WANTED = /\bwhat(?: is|'s|’s)? next\b|\bwhich (?:task|one) first\b|\bpriorit(?:y|ies|ise|ize)\b/i;
const NEWS_WANTED =
  /\b(?:briefing|where do we stand|how do things stand|status report|summary of the day)\b/i;
const WAYS = /\bwhich (?:approach|option|way)\b|\btrade-?offs?\b|\bor\b[^?]*\?/i;
const LIVE =
  /\b(?:deploy\w*|publish\w*|releas(?:e|ing)|roll out|merge (?:it|this|the)|production|live system)\b/i;
const DESTRUCTIVE =
  /\bforce[- ]?push|\bpush (?:-f|--force)|\bdrop (?:the |a )?(?:\w+ )?(?:table|database|schema)\b|\brm -rf\b|\breset --hard\b|\brewrite[^.?!]*\bhistory\b|\b(?:delete|wipe|erase)\b[^.?!]*\b(?:production|backups?|database|customer data|user data)\b/i;
const CREDENTIAL = /\b(?:credentials?|passwords?|secrets?|api keys?|access tokens?)\b/i;

/** Twenty, in the order in which people number them. */
export const STRATEGIES = [
  {
    id: 'workflow-compliance',
    title: 'Workflow compliance',
    when: 'The agent rests or asks.',
    what: 'Hold what it reports against the usual steps: issue and branch, design, tests, a try by hand, pull request. Name the first that it skipped, and have it take that step now.',
    whenNot: 'Not for a question that the brief answers plainly.',
    isTriggered: takesWords,
  },
  {
    id: 'outside-in-testing-gate',
    title: 'Outside-in testing gate',
    when: 'The work counts as done, and no test by a user’s door is told of.',
    what: 'Ask for tests through the door that a user has before anything counts as done: one plain use and one that is complex, with what came of them in the pull request.',
    whenNot: 'Not where nothing changes for a user, as in notes and comments.',
    isTriggered: (situation) => isDelivered(situation) && !says(situation, TESTED_BY_USE),
  },
  {
    id: 'philosophy-enforcement',
    title: 'Philosophy enforcement',
    when: 'What it says smells of stubs, swallowed errors or needless machinery.',
    what: 'Have it go through the files it changed, take out what nobody needs, and finish what only pretends to work.',
    whenNot: 'Not for a stand-in that the brief asks for.',
    isTriggered: (situation) => says(situation, HALF_BUILT),
  },
  {
    id: 'parallel-investigation',
    title: 'Parallel investigation',
    when: 'Several modules have to be understood before anything is changed.',
    what: 'Have it look into the modules at the same time, one helper for each, and put together what they found before it builds.',
    whenNot: 'Not when one module holds the answer, or each part waits for the one before.',
    isTriggered: (situation) => isUntouched(situation) && isAbout(situation, SEVERAL_MODULES),
  },
  {
    id: 'multi-agent-review',
    title: 'Multi-agent review',
    when: `A pull request touches security, a public interface or ${MANY_FILES} files and more.`,
    what: 'Have it reviewed for correctness, for security and for simplicity, each by an agent of its own, and the findings merged into one comment.',
    whenNot: 'Not for a small change: one reviewer is enough.',
    isTriggered: (situation) =>
      situation.hasPullRequest &&
      (situation.changedFiles.length >= MANY_FILES ||
        isAbout(situation, SECURITY) ||
        isAbout(situation, INTERFACE)),
  },
  {
    id: 'lock-mode',
    title: 'Lock mode',
    when: 'Its task is locked, or it has worked for two hours without a break; it asks nothing.',
    what: 'Leave the agent alone. Where its task is not locked yet, propose to people to lock it until the work is done.',
    whenNot: 'Not when it asks, or goes round in circles: that is no deep work.',
    isTriggered: (situation) => askedBy(situation) === '' && (situation.isLocked || isAtDeepWork(situation)),
  },
  {
    id: 'goal-measurement',
    title: 'Goal measurement',
    when: 'The agent ended its turn and calls the work done.',
    what: 'Hold the result against the brief: achieved, partly achieved with what is missing, or not achieved. Have it do what is missing, and nothing beyond.',
    whenNot: 'Not in the middle of the work.',
    isTriggered: isDone,
  },
  {
    id: 'quality-audit',
    title: 'Quality audit',
    when: 'The work is in a pull request and was tried by a user’s door.',
    what: 'Ask for an audit of what was built, have each finding put right, and again until an audit finds nothing.',
    whenNot: 'Not before the whole of it is there, and not after a third audit.',
    isTriggered: (situation) => situation.hasPullRequest && says(situation, TESTED_BY_USE),
  },
  {
    id: 'pre-commit-diagnostic',
    title: 'Pre-commit diagnostic',
    when: 'A hook before the commit fails.',
    what: 'Have it read which hook failed, let the tools repair what they can, correct the rest and run them again. Nothing is pushed before they pass.',
    whenNot: 'Not by going round the hooks: if one of them is wrong, people decide.',
    isTriggered: (situation) => isBroken(situation, COMMIT_HOOK),
  },
  {
    id: 'ci-recovery',
    title: 'CI recovery',
    when: 'Checks of its branch are red.',
    what: 'Have it read the log of the first failure, find the cause, correct it, push and look again. It never merges by itself.',
    whenNot: 'Not after three tries at the same failure: that is for people.',
    isTriggered: (situation) => isBroken(situation, CHECKS),
  },
  {
    id: 'worktree-isolation',
    title: 'Worktree isolation',
    when: 'It works on the default branch, or asks which branch to use.',
    what: 'Have it move to a branch and a worktree of its own before it changes anything more, and open the pull request from there.',
    whenNot: 'Not when the brief names the branch.',
    isTriggered: (situation) => situation.isOnDefaultBranch || BRANCH_WANTED.test(askedBy(situation)),
  },
  {
    id: 'investigate-first',
    title: 'Investigate first',
    when: 'Nothing is changed yet, and the area is not understood.',
    what: 'Have it find out how the area works, report that and its plan in a few sentences, and build after that.',
    whenNot: 'Not for a change whose place and effect are plain.',
    isTriggered: (situation) => isUntouched(situation) && isAbout(situation, UNFAMILIAR),
  },
  {
    id: 'architect-first',
    title: 'Architect first',
    when: 'An architecture, an interface or a schema is to change, and there is no pull request yet.',
    what: 'Have it write the design down first, build what that says, and hold the result against it.',
    whenNot: 'Not for a repair inside one module that changes no interface.',
    isTriggered: (situation) => !situation.hasPullRequest && isAbout(situation, STRUCTURE),
  },
  {
    id: 'sprint-planning',
    title: 'Sprint planning',
    when: 'It has finished while two tasks or more wait, or asks what comes next.',
    what: 'Rank what waits by urgency, by what it holds up and by what it brings, and name the first for a free session.',
    whenNot: 'Not while the agent has work of its own left.',
    isTriggered: (situation) =>
      (situation.queuedTasks >= 2 && isDone(situation)) || NEXT_WANTED.test(askedBy(situation)),
  },
  {
    id: 'n-version',
    title: 'N-version',
    when: 'Nothing is changed yet, and security hangs on the work.',
    what: 'Propose three versions that know nothing of each other, put to the same tests; the best is kept. It costs three to four times as much, so people decide.',
    whenNot: 'Not where a library that is known does it.',
    isTriggered: (situation) => isUntouched(situation) && SECURITY.test(situation.brief),
  },
  {
    id: 'debate',
    title: 'Debate',
    when: 'The agent offers more than one way and asks for a choice.',
    what: 'Put the best case for each way, let the others reply, decide for one, and say what decided it.',
    whenNot: 'Not when the brief settles it, or the choice is easy to undo: then the simpler way.',
    isTriggered: (situation) => WAYS.test(askedBy(situation)),
  },
  {
    id: 'dry-run-first',
    title: 'Dry-run first',
    when: 'It asks to do something that acts on what is live.',
    what: 'Have it show first what exactly would happen. It goes on only if that is what the brief asks for and does no harm; otherwise people decide.',
    whenNot: 'Not for what stays inside its own worktree.',
    isTriggered: (situation) => LIVE.test(askedBy(situation)),
  },
  {
    id: 'adoption-protocol',
    title: 'Adoption protocol',
    when: 'A person began the session, and it was adopted less than an hour ago.',
    what: 'Take what it is doing for the plan: make sure of its task, branch and state, and change nothing before these are clear.',
    whenNot: 'Not for sessions that Fleet Director began.',
    isTriggered: ({ isAdopted, followedForMs }) => isAdopted && followedForMs < NEWLY_ADOPTED_MS,
  },
  {
    id: 'morning-briefing',
    title: 'Morning briefing',
    when: 'It has rested for eight hours, or is asked how things stand.',
    what: 'Say what is done, in progress and blocked, what waits, what it cost, and what to do next.',
    whenNot: 'Not twice on one day.',
    isTriggered: (situation) =>
      situation.unchangedForMs >= LONG_REST_MS ||
      NEWS_WANTED.test(situation.brief) ||
      NEWS_WANTED.test(askedBy(situation)),
  },
  {
    id: 'escalation',
    title: 'Escalation',
    when: 'Little is sure, harm or a credential is asked for, one problem came three times, or it is stuck for two hours.',
    what: 'Do nothing. Lay out the ways there are with what speaks for each, and wait for a person.',
    whenNot: 'Not for what the brief settles and one step takes back.',
    isTriggered: (situation) =>
      situation.observation.confidence < UNSURE_BELOW ||
      DESTRUCTIVE.test(askedBy(situation)) ||
      CREDENTIAL.test(askedBy(situation)) ||
      timesOfWorst(situation.errors) >= SAME_PROBLEM_TIMES ||
      (situation.stuckForMs ?? 0) >= STUCK_FOR_LONG_MS,
  },
] as const satisfies readonly Entry[];

/** The questions in the order in which they are asked, each with what a yes leads to. Every strategy stands here once. */
const TREE: readonly { readonly question: string; readonly strategies: readonly StrategyId[] }[] = [
  { question: 'May it go on without a person?', strategies: ['escalation', 'dry-run-first', 'lock-mode'] },
  { question: 'Is something broken?', strategies: ['pre-commit-diagnostic', 'ci-recovery'] },
  {
    question: 'Is the task new?',
    strategies: [
      'adoption-protocol',
      'investigate-first',
      'parallel-investigation',
      'n-version',
      'architect-first',
      'worktree-isolation',
    ],
  },
  {
    question: 'Is it complete?',
    strategies: ['outside-in-testing-gate', 'goal-measurement', 'philosophy-enforcement', 'quality-audit'],
  },
  { question: 'Is there a pull request?', strategies: ['multi-agent-review'] },
  { question: 'Is a way to be chosen?', strategies: ['debate', 'sprint-planning'] },
  { question: 'Otherwise?', strategies: ['morning-briefing', 'workflow-compliance'] },
];

/** An agent that is at work, or gone, is told nothing: about it there is only this. */
const WITHOUT_WORDS: readonly StrategyId[] = ['escalation', 'lock-mode'];

function takesWords({ observation }: StrategySituation): boolean {
  return isAtPrompt(observation) || dialogOf(observation) !== null;
}

/** What the agent wants to know; empty: nothing. */
function askedBy({ observation }: StrategySituation): string {
  return textQuestionOf(observation) ?? dialogOf(observation)?.question ?? '';
}

function says(situation: StrategySituation, words: RegExp): boolean {
  return [...situation.said, askedBy(situation)].some((each) => words.test(each));
}

function isAbout(situation: StrategySituation, words: RegExp): boolean {
  return words.test(situation.brief) || words.test(askedBy(situation));
}

function isDone(situation: StrategySituation): boolean {
  const last = [...situation.said.slice(-1), askedBy(situation)];
  return situation.observation.state === 'completed' || last.some((each) => DONE.test(each));
}

function isAtDeepWork({ observation, unchangedForMs }: StrategySituation): boolean {
  return (
    (observation.state === 'thinking' || observation.state === 'running') && unchangedForMs >= DEEP_WORK_MS
  );
}

function isDelivered(situation: StrategySituation): boolean {
  return situation.hasPullRequest || isDone(situation);
}

function isUntouched({ changedFiles, hasPullRequest }: StrategySituation): boolean {
  return changedFiles.length === 0 && !hasPullRequest;
}

/** One text names the thing and that it fails. */
function isBroken(situation: StrategySituation, thing: RegExp): boolean {
  return [...situation.errors, ...situation.said.slice(-1), askedBy(situation)].some(
    (each) => thing.test(each) && BROKEN.test(each),
  );
}

/** How often the most frequent of them came. */
function timesOfWorst(errors: readonly string[]): number {
  const times = Array.from(Map.groupBy(errors, (error) => error).values(), (same) => same.length);
  return Math.max(0, ...times);
}
