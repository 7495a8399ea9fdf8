import {
  type Approval,
  bold,
  type Card,
  type CardButton,
  type CardPart,
  isLive,
  type OpenApproval,
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
          {
            kind: 'note',
            spans: [
              text(
                `${askedBy(story, approval)}The first answer counts, until ${timeOf(approval.expiresAt)}.`,
              ),
            ],
          },
        ],
        buttons: approval.choices.map((choice) => answerButton(approval, choice)),
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

function questionOf(story: ThreadStory, { subject, task }: Approval): string {
  const label = taskLabel(task);
  switch (subject.kind) {
    case 'dialog':
      return `The agent of ${label} asks: ${subject.dialog.question}`;
    case 'cancel-task':
      return `Cancel ${label}${hostOf(story, subject.session)} and end its agent?`;
    case 'restart-session':
      return `Restart the agent of ${label}${hostOf(story, subject.session)}? Its turn in progress is lost.`;
    case 'send-text':
      return `The agent of ${label} asks: ${subject.question}`;
    default:
      return unreachable(subject);
  }
}

function detailsOf({ subject, state }: Approval): CardPart[] {
  switch (subject.kind) {
    case 'dialog':
      // A settled question keeps its words; the screen was only needed to decide.
      return state === 'open' && subject.tail.length > 0 ? [{ kind: 'screen', lines: subject.tail }] : [];
    case 'send-text': {
      const title = titleOf(subject.strategy);
      const sure = `${Math.round(subject.confidence * 100)} % sure`;
      return [
        { kind: 'text', spans: [text(`A model suggests this answer (${sure}):`)] },
        { kind: 'screen', lines: subject.text.split('\n') },
        { kind: 'note', spans: [text(`Why: ${withoutStop(subject.why)}.`)] },
        ...(title === null ? [] : [{ kind: 'note' as const, spans: [text(`Strategy: ${title}.`)] }]),
      ];
    }
    case 'cancel-task':
    case 'restart-session':
      return [];
    default:
      return unreachable(subject);
  }
}

/** Null: none, or one that an older version knew. */
function titleOf(id: StrategyId | undefined): string | null {
  return STRATEGIES.find((strategy) => strategy.id === id)?.title ?? null;
}

function askedBy(story: ThreadStory, { requestedBy }: OpenApproval): string {
  return requestedBy === null ? '' : `Asked for by ${nameOf(story, requestedBy)}. `;
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
