import { type CommandPorts, runRequest } from '../commands/index.ts';
import type { AnswerFor } from '../director/index.ts';
import { err, ok } from '../domain/index.ts';

/** Whoever asked for a round answers by the same rules as with the button. */
export function createAnswerFor(ports: CommandPorts): AnswerFor {
  return async (by, approval, choice) => {
    const actor = (await ports.store.actorsById([by])).get(by);
    if (actor === undefined) return err('Nobody knows who asked.');
    const answered = await runRequest(
      ports,
      {
        from: actor,
        place: { kind: 'shell' },
        ask: { kind: 'button', button: { kind: 'answer', approval, choice } },
      },
      null,
    );
    return answered.ok ? ok(undefined) : err(answered.error.sentence);
  };
}
