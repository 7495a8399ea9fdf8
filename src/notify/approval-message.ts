import {
  type ActorId,
  type Advised,
  type Approval,
  type ApprovalPolicy,
  type Approver,
  bold,
  type Card,
  type CardButton,
  type CardPart,
  type Choice,
  type ChooseOption,
  dollars,
  isLive,
  mention,
  type OpenApproval,
  type Span,
  STRATEGIES,
  type StrategyId,
  taskLabel,
  text,
  timeOf,
  unreachable,
} from '../domain/index.ts';
import type { ThreadStory } from './ports.ts';
import { excerpt, nameOf, withoutStop } from './wording.ts';

/** A question with its buttons; once it is settled, the same message says how. */
export function approvalMessage(story: ThreadStory, approval: Approval): Card {
  const question = questionOf(story, approval);
  const parts: CardPart[] = [{ kind: 'text', spans: [bold(question)] }, ...detailsOf(approval)];
  const asked = `${taskLabel(approval.task)}: ${excerpt(question, 200)}`;
  switch (approval.state) {
    case 'open':
      return {
        title: '',
        parts: [
          ...parts,
          ...votesSoFar(story, approval),
          {
            kind: 'note',
            spans: [text(askedBy(story, approval)), ...whoAnswers(story, approval)],
          },
        ],
        buttons: [
          ...approval.choices.map((choice) => answerButton(approval, choice)),
          ...(approval.subject.kind === 'permission' ? [sayWhyButton(approval)] : []),
        ],
        summary: `Answer needed for ${asked}`,
      };
    case 'answered': {
      const label =
        approval.choices.find((choice) => choice.id === approval.choice)?.label ?? approval.choice;
      return {
        title: '',
        parts: [
          ...parts,
          {
            kind: 'text',
            spans: [
              bold(label),
              text(` · answered by ${nameOf(story, approval.by)}, ${timeOf(approval.at)}`),
            ],
          },
          ...votesSoFar(story, approval),
        ],
        buttons: [],
        summary: `${asked} Answered: ${label}`,
      };
    }
    case 'expired':
      return {
        title: '',
        parts: [
          ...parts,
          {
            kind: 'text',
            spans: [
              bold('Expired'),
              text(` · nobody answered until ${timeOf(approval.at)}, so nothing was done.`),
            ],
          },
        ],
        buttons: canAskAgain(story, approval) ? [askAgainButton(approval)] : [],
        summary: `${asked} Expired without an answer`,
      };
    case 'withdrawn':
      return {
        title: '',
        parts: [
          ...parts,
          { kind: 'text', spans: [bold('No longer needed'), text(` · ${withoutStop(approval.why)}.`)] },
        ],
        buttons: [],
        summary: `${asked} No longer needed`,
      };
    default:
      return unreachable(approval);
  }
}

/** Source: docs.slack.dev/reference/block-kit, the text of a button. */
const BUTTON_SHOWS = 75;

const WHAT_STOP_DOES =
  'Until somebody answers, nothing is typed and nothing is started. Stop ends this agent and cancels its task; its work stays on its branch.';

function questionOf(story: ThreadStory, { subject, task }: Approval): string {
  const label = taskLabel(task);
  switch (subject.kind) {
    case 'dialog':
      return `The agent of ${label} asks: ${subject.dialog.question}`;
    case 'permission':
      return `The agent of ${label} wants to use ${subject.tool}`;
    case 'cancel-task':
      return `Cancel ${label}${hostOf(story, subject.session)} and end its agent?`;
    case 'complete-task':
      return `Count ${label} as completed and end its agent?`;
    case 'restart-session':
      return `Restart the agent of ${label}${hostOf(story, subject.session)}? Its turn in progress is lost.`;
    case 'reassign-task': {
      const to =
        subject.to === null ? 'to another host' : `to ${story.hostNames.get(subject.to) ?? subject.to}`;
      return `Take ${label} off ${story.hostNames.get(subject.from) ?? subject.from} and ${to}? Its work is saved to its branch, then its agent is ended.`;
    }
    case 'spend-more': {
      const { title, spentUsd, capUsd } = subject.question;
      return `The budget of ${title} is spent: ${dollars(spentUsd)} of ${dollars(capUsd)}. Go on?`;
    }
    case 'send-text':
      return subject.question === null
        ? `The agent of ${label} rests, and a model wants to go on.`
        : `The agent of ${label} asks: ${subject.question}`;
    case 'allow-action':
      return `Type this to the agent of ${label}${hostOf(story, subject.session)}?`;
    case 'choose':
      return `${label}: ${subject.question}`;
    default:
      return unreachable(subject);
  }
}

function detailsOf(approval: Approval): CardPart[] {
  const why: CardPart[] =
    approval.because === null
      ? []
      : [{ kind: 'note', spans: [text(`You are asked because ${withoutStop(approval.because)}.`)] }];
  return [...subjectDetails(approval), ...why];
}

function subjectDetails({ subject, state }: Approval): CardPart[] {
  switch (subject.kind) {
    case 'allow-action':
      return [{ kind: 'screen', lines: subject.text.split('\n') }];
    case 'choose':
    case 'dialog':
      // A settled question keeps its words; the screen was only needed to decide.
      return [
        ...(state === 'open' && subject.tail.length > 0
          ? [{ kind: 'screen' as const, lines: subject.tail }]
          : []),
        ...(subject.kind === 'choose' && state === 'open' ? cutLabels(subject.options) : []),
        ...advisedNotes(subject.kind === 'dialog' ? subject.advised : undefined),
      ];
    case 'send-text': {
      const { why, strategy } = subject;
      const what = subject.question === null ? 'these words' : 'this answer';
      return [
        { kind: 'text', spans: [text(`A model suggests ${what} (${sureWords(subject)}):`)] },
        { kind: 'screen', lines: subject.text.split('\n') },
        ...reasonNotes({ why, ...(strategy === undefined ? {} : { strategy }) }),
      ];
    }
    case 'permission': {
      const { verdict, category, reason } = subject.risk;
      const words = verdict === 'allow' ? 'Risk: none known' : `Risk: ${category}, ${withoutStop(reason)}`;
      return [
        { kind: 'screen', lines: subject.shown.split('\n') },
        { kind: 'note', spans: [text(`${words}.`)] },
      ];
    }
    case 'spend-more':
      return state === 'open' ? [{ kind: 'note', spans: [text(WHAT_STOP_DOES)] }] : [];
    case 'cancel-task':
    case 'reassign-task':
      return [];
    case 'complete-task':
    case 'restart-session':
      return advisedNotes(subject.advised);
    default:
      return unreachable(subject);
  }
}

/** A button shows only how it begins; whoever presses it is to know the rest. */
function cutLabels(options: readonly ChooseOption[]): CardPart[] {
  const items = options.filter(({ label }) => label.length > BUTTON_SHOWS).map(({ label }) => [text(label)]);
  return items.length === 0 ? [] : [{ kind: 'list', items }];
}

/** What a model thinks of it, below what only people decide. */
function advisedNotes(advised: Advised | undefined): CardPart[] {
  if (advised === undefined) return [];
  const choice = advised.option === null ? 'leaves it to you' : `would choose “${advised.option}”`;
  return [
    { kind: 'note', spans: [text(`A model ${choice} (${sureWords(advised)}).`)] },
    ...reasonNotes(advised),
  ];
}

function reasonNotes({ why, strategy }: Pick<Advised, 'why' | 'strategy'>): CardPart[] {
  const title = titleOf(strategy);
  return [
    ...(why === '' ? [] : [{ kind: 'note' as const, spans: [text(`Why: ${withoutStop(why)}.`)] }]),
    ...(title === null ? [] : [{ kind: 'note' as const, spans: [text(`Strategy: ${title}.`)] }]),
  ];
}

function sureWords({ confidence }: Pick<Advised, 'confidence'>): string {
  return `${Math.round(confidence * 100)} % sure`;
}

/** Null: none, or one that an older version knew. */
function titleOf(id: StrategyId | undefined): string | null {
  return STRATEGIES.find((strategy) => strategy.id === id)?.title ?? null;
}

function askedBy(story: ThreadStory, { requestedBy }: OpenApproval): string {
  return requestedBy === null ? '' : `Asked for by ${nameOf(story, requestedBy)}. `;
}

/** How many answer, who, and until when. Those whom it concerns are told. */
function whoAnswers(story: ThreadStory, approval: OpenApproval): readonly Span[] {
  const { policy, choices, expiresAt } = approval;
  const others = policy.mayAnswerOwn ? '' : ' Who asked for it does not count.';
  const until = timeOf(expiresAt);
  const who = approversOf(story, approval, policy);
  const apart = choices.flatMap((choice) => choiceApart(story, approval, choice));
  if (policy.votes === 1) {
    return [text('The first answer'), ...who, text(` counts, until ${until}.${others}`), ...apart];
  }
  return [
    text(`${policy.votes}${who.length === 0 ? ' people' : ''}`),
    ...who,
    text(` have to say the same yes until ${until}; one no is enough.${others}`),
    ...apart,
  ];
}

/** Who gives an answer that risks more than the question as a whole. */
function choiceApart(story: ThreadStory, approval: OpenApproval, { label, policy }: Choice): readonly Span[] {
  if (policy === undefined || isAsStrict(approval.policy, policy)) return [];
  const who = approversOf(story, approval, policy);
  const people = policy.votes === 1 ? 'one' : String(policy.votes);
  const noun = who.length > 0 ? '' : policy.votes === 1 ? ' person' : ' people';
  const others = policy.mayAnswerOwn ? '' : ', not who asked for it';
  return [text(` “${label}” takes ${people}${noun}`), ...who, text(`${others}.`)];
}

function isAsStrict(one: ApprovalPolicy, other: ApprovalPolicy): boolean {
  const kept = ({ by, votes, mayAnswerOwn }: ApprovalPolicy) => JSON.stringify([by, votes, mayAnswerOwn]);
  return kept(one) === kept(other);
}

function approversOf(story: ThreadStory, { task }: OpenApproval, { by }: ApprovalPolicy): readonly Span[] {
  const asker = story.tasks.find(({ id }) => id === task)?.askedBy ?? null;
  return by.flatMap((approver, index) => [
    text(index === 0 ? ' of ' : ' or '),
    approverSpan(story, approver, asker),
  ]);
}

function approverSpan(story: ThreadStory, approver: Approver, asker: ActorId | null): Span {
  switch (approver.kind) {
    case 'role':
      return text(approver.role === 'admin' ? 'admins' : `${approver.role}s`);
    case 'asker': {
      const person = asker === null ? undefined : story.people.get(asker);
      return person?.source === 'slack'
        ? mention(person.name, person.externalId)
        : text('whoever asked for the task');
    }
    case 'slack-group':
      return mention('a group of this workspace', approver.group);
    case 'code-owners':
      return text('the code owners');
    default:
      return unreachable(approver);
  }
}

/** Who said what before the answer that counted. */
function votesSoFar(story: ThreadStory, { choices, votes }: Approval): CardPart[] {
  if (votes.length === 0) return [];
  return [
    {
      kind: 'list',
      items: votes.map(({ by, choice, at }) => [
        bold(choices.find(({ id }) => id === choice)?.label ?? choice),
        text(` · ${nameOf(story, by)}, ${timeOf(at)}`),
      ]),
    },
  ];
}

function hostOf(story: ThreadStory, session: string): string {
  const host = story.sessions.find((each) => each.id === session)?.host;
  return host === undefined ? '' : ` on ${story.hostNames.get(host) ?? host}`;
}

function answerButton(approval: OpenApproval, choice: OpenApproval['choices'][number]): CardButton {
  return {
    request: { kind: 'answer', approval: approval.id, choice: choice.id },
    label: choice.label,
    style: choice.style,
    confirm: choice.style === 'danger' ? `Answer “${excerpt(choice.label, 200)}”?` : null,
  };
}

function sayWhyButton(approval: OpenApproval): CardButton {
  return {
    request: { kind: 'say-why', approval: approval.id },
    label: 'Deny with a reason…',
    style: 'plain',
    confirm: null,
  };
}

function askAgainButton(approval: Approval): CardButton {
  return {
    request: { kind: 'ask-again', approval: approval.id },
    label: 'Ask again',
    style: 'plain',
    confirm: null,
  };
}

/** Asking again makes sense while the very agent is still there. */
function canAskAgain(story: ThreadStory, { task, subject }: Approval): boolean {
  const asked = story.tasks.find((each) => each.id === task);
  const session = story.sessions.find((each) => each.id === subject.session);
  return (
    asked !== undefined &&
    isLive(asked) &&
    session?.generation === subject.generation &&
    session.state !== 'ended'
  );
}
