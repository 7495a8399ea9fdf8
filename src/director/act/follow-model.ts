import {
  type ActionEffect,
  type Advised,
  actionId,
  type Decision,
  dialogFingerprint,
  intendAction,
  type Session,
  type Task,
  unreachable,
  type Verdict,
} from '../../domain/index.ts';
import type { DirectorTables } from '../ports.ts';
import type { AskingPorts, Behind } from './ask.ts';
import { askToChoose } from './ask-to-allow.ts';
import { askPeople, askToEndTurn, askToSend } from './change-task.ts';

/** About which session the model was asked, and what it showed. */
export type Advising = {
  readonly task: Task;
  readonly session: Session;
  /** Redacted. */
  readonly screen: readonly string[];
};

/** What a model may decide. */
export type ModelDecision = Extract<
  Decision,
  { kind: 'wait' | 'ask-a-person' | 'send-text' | 'press-option' | 'restart-agent' | 'complete-task' }
>;

/**
 * Stores what follows from a decision of the model: an action that the next cycle carries out, a question to people, or nothing. A host is not touched
 * here. Value: whether the task is to be completed now.
 */
export async function followModel(
  ports: AskingPorts,
  tx: DirectorTables,
  about: Advising,
  decision: ModelDecision,
  verdict: Verdict,
): Promise<{ readonly completes: boolean }> {
  if (verdict.kind === 'needs-approval') {
    // Without a risk of its own the question has that of what it lets people allow.
    const { why: because, risk } = verdict;
    const behind = { because, ...(risk === undefined ? {} : { risk }) };
    await askWhetherTo(ports, tx, about, decision, behind);
  }
  if (verdict.kind !== 'proceed') return { completes: false };
  switch (decision.kind) {
    case 'wait':
      return { completes: false };
    case 'ask-a-person':
      await ask(ports, tx, about, decision);
      return { completes: false };
    case 'send-text':
      await intend(ports, tx, about, decision, typing(decision), `Sent “${decision.text}”`);
      return { completes: false };
    case 'press-option': {
      const { label, keys } = decision.option;
      const effect = {
        kind: 'press-option',
        dialog: dialogFingerprint(decision.dialog),
        label,
        keys,
      } as const;
      const what = `Answered “${decision.dialog.question}” with “${label}”`;
      await intend(ports, tx, about, decision, effect, what);
      return { completes: false };
    }
    case 'restart-agent':
      await intend(ports, tx, about, decision, { kind: 'restart-agent' }, 'Restarted the agent');
      return { completes: false };
    case 'complete-task':
      return { completes: true };
    default:
      return unreachable(decision);
  }
}

function typing({
  text,
  question,
}: Pick<Extract<Decision, { kind: 'send-text' }>, 'text' | 'question'>): ActionEffect {
  return { kind: 'type-text', text, ...(question === null ? {} : { answers: question }) };
}

async function intend(
  { now, newId }: AskingPorts,
  tx: DirectorTables,
  { task, session }: Advising,
  { why, confidence, strategy }: ModelDecision,
  effect: ActionEffect,
  what: string,
): Promise<void> {
  const at = now();
  await tx.addAction(
    intendAction(
      {
        id: actionId(newId()),
        task: task.id,
        session: session.id,
        generation: session.generation,
        effect,
        by: null,
      },
      at,
    ),
  );
  await tx.addEvents([
    {
      kind: 'model-acted',
      task: task.id,
      thread: task.thread,
      at,
      what,
      why,
      confidence,
      ...(strategy === undefined ? {} : { strategy }),
    },
  ]);
}

/** People decide, with what the model would do before their eyes. */
async function askWhetherTo(
  ports: AskingPorts,
  tx: DirectorTables,
  about: Advising,
  decision: ModelDecision,
  behind: Behind,
): Promise<void> {
  const { why, confidence, strategy } = decision;
  switch (decision.kind) {
    case 'send-text': {
      const { question, text } = decision;
      const follows = strategy === undefined ? {} : { strategy };
      return askToSend(ports, tx, about, { question, text, why, confidence, ...follows }, behind);
    }
    case 'press-option': {
      const advised = advisedBy(decision, decision.option.label);
      return askPeople(ports, tx, about, decision.dialog, about.screen, advised, behind);
    }
    case 'restart-agent':
      return askToEndTurn(ports, tx, about, 'restart-session', advisedBy(decision, 'Restart'), behind);
    case 'complete-task':
      return askToEndTurn(ports, tx, about, 'complete-task', advisedBy(decision, 'Completed'), behind);
    case 'wait':
    case 'ask-a-person':
      return ask(ports, tx, about, decision);
    default:
      return unreachable(decision);
  }
}

/** What the agent shows becomes their question; where it shows none, they read why they are needed. */
async function ask(
  ports: AskingPorts,
  tx: DirectorTables,
  about: Advising,
  decision: Extract<ModelDecision, { kind: 'wait' | 'ask-a-person' }>,
): Promise<void> {
  if (decision.kind === 'wait') return;
  if (decision.dialog !== null) {
    return askPeople(ports, tx, about, decision.dialog, about.screen, advisedBy(decision, null));
  }
  if (decision.replies.length === 0) {
    const { id: task, thread } = about.task;
    return tx.addEvents([
      { kind: 'agent-observed', task, thread, at: ports.now(), state: 'waiting_input', why: decision.why },
    ]);
  }
  const replies = decision.replies.map((text) => ({ label: text, effect: typing({ text, question: null }) }));
  await askToChoose(ports, tx, about, {
    question: decision.why,
    because: null,
    options: [...replies, { label: 'Leave it to me', effect: null }],
    screen: about.screen,
  });
}

function advisedBy({ why, confidence, strategy }: ModelDecision, option: string | null): Advised {
  return { option, why, confidence, ...(strategy === undefined ? {} : { strategy }) };
}
