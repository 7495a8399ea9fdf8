import { err, type Host, ok, type Result, type SessionId } from '../domain/index.ts';
import type { Connection } from './connection.ts';
import type { HostFailure } from './host-failure.ts';
import { sectionText } from './host-script.ts';
import { inSession } from './in-session.ts';

/** What became of an answer. gone: no hook waits for it, so the agent knows nothing of it. */
export type AnswerTaken = 'taken' | 'gone';

/** Longer than a hook takes to look again. */
const TAKEN_WITHIN_S = 5;

/** Tells a hook that its question was heard: it goes on waiting. */
export async function heedHook(
  connection: Connection,
  session: SessionId,
  ask: string,
  signal: AbortSignal,
): Promise<Result<void, HostFailure>> {
  const heeded = await connection.read(inSession(session, HEED, [ask]), signal);
  return heeded.ok ? ok(undefined) : heeded;
}

/** Hands an answer to the hook that waits for it. @param printed what the hook prints to its agent; empty: nothing */
export async function answerHook(
  host: Host,
  connection: Connection,
  session: SessionId,
  ask: string,
  printed: string,
  signal: AbortSignal,
): Promise<Result<AnswerTaken, HostFailure>> {
  const answered = await connection.read(inSession(session, ANSWER, [ask, printed]), signal);
  if (!answered.ok) return answered;
  switch (sectionText(answered.value, 'answer')?.trim()) {
    case 'taken':
      return ok('taken');
    case 'gone':
      return ok('gone');
    default:
      return err({ kind: 'refused', host: host.id, exitCode: 1, stderr: 'the hook did not take the answer' });
  }
}

/** Whether the session's hooks ask about the end of a turn, which they do where the file is. */
export async function guideSession(
  connection: Connection,
  session: SessionId,
  file: string,
  isGuided: boolean,
  signal: AbortSignal,
): Promise<Result<void, HostFailure>> {
  const script = isGuided ? 'umask 077; : >"$2"' : 'rm -f -- "$2"';
  const guided = await connection.read(inSession(session, script, [file]), signal);
  return guided.ok ? ok(undefined) : guided;
}

const HEED = ': >".ask-$2/heard"';

/** A hook that was killed leaves its folder behind. One that lives takes the answer by renaming the folder. */
const ANSWER = `umask 077
if ! kill -0 "$(cat ".ask-$2/pid")"; then
  rm -rf -- ".ask-$2"
  echo gone | section answer
  exit
fi
printf %s "$3" >".ask-$2/answer.new" && mv ".ask-$2/answer.new" ".ask-$2/answer" || { echo gone | section answer; exit; }
tenths=0
while [ -d ".ask-$2" ] && [ "$tenths" -lt ${TAKEN_WITHIN_S}0 ]; do
  sleep 0.1
  tenths=$((tenths + 1))
done
if [ ! -d ".ask-$2" ]; then echo taken | section answer
elif rm -f ".ask-$2/answer"; then echo kept | section answer
fi`;
