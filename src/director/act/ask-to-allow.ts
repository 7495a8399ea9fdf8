import {
  type Action,
  APPROVE,
  type ChooseOption,
  DENY,
  type Session,
  type Task,
  type Verdict,
} from '../../domain/index.ts';
import { judgeRisk } from '../../safety/index.ts';
import type { DirectorTables } from '../ports.ts';
import { type AskedChoice, type AskingPorts, ask } from './ask.ts';
import { tailOf } from './change-task.ts';

type About = { readonly task: Task; readonly session: Session };

/** Asks people for a yes to words that are intended already; the action waits for it. */
export async function askToAllow(
  ports: AskingPorts,
  tx: DirectorTables,
  { task, session }: About,
  { id, by, effect }: Action,
  verdict: Extract<Verdict, { kind: 'needs-approval' }>,
): Promise<void> {
  if (effect.kind !== 'type-text') throw new Error(`nobody is asked whether to ${effect.kind}`);
  const { id: of, generation } = session;
  await ask(
    ports,
    tx,
    task,
    { kind: 'allow-action', session: of, generation, action: id, text: effect.text },
    [
      { id: APPROVE, label: 'Type it', style: 'danger' },
      { id: DENY, label: 'Don’t', style: 'plain', declines: true },
    ],
    { requestedBy: by, because: verdict.why, risk: verdict.risk ?? null },
  );
}

/** Asks people to choose what is done. An option without an effect leaves the agent as it is. */
export async function askToChoose(
  ports: AskingPorts,
  tx: DirectorTables,
  { task, session }: About,
  {
    question,
    because,
    options,
    screen,
  }: {
    readonly question: string;
    readonly because: string | null;
    readonly options: readonly ChooseOption[];
    readonly screen: readonly string[];
  },
): Promise<void> {
  const { id: of, generation } = session;
  await ask(
    ports,
    tx,
    task,
    { kind: 'choose', session: of, generation, question, options, tail: tailOf(screen) },
    options.flatMap(({ label, effect }, index): readonly AskedChoice[] => {
      const risk = effect?.kind === 'type-text' ? judgeRisk(effect.text, 'agent') : null;
      // It keeps its number: what a yes does is looked up by that.
      if (risk?.verdict === 'refuse') return [];
      return [
        {
          id: String(index),
          label,
          style: 'plain',
          risk: risk?.verdict === 'approve' ? risk : null,
          // An end takes no second person, as little as leaving the agent alone does.
          ...(effect === null || effect.kind === 'end-session' ? { declines: true } : {}),
        },
      ];
    }),
    { because },
  );
}
