import { randomBytes } from 'node:crypto';
import { err, ok, type Result } from '../domain/index.ts';
import { unlessAborted } from './abort.ts';
import type { ControlLine, LineFault } from './control-line.ts';
import { type HostScript, jobFor, parseSections, type Section } from './host-script.ts';
import { tmuxWord } from './tmux-word.ts';

/** Scripts that the tmux server at the end of one line runs for us. */
export interface HostJobs {
  run(script: HostScript, signal: AbortSignal): Promise<Result<readonly Section[], JobFault>>;
  /** The window of our own session got this name. */
  readName(windowName: string): void;
  /** Takes what is there already: a ring was not heard. */
  lookForFilled(): Promise<void>;
  /** Deletes what jobs filled after the line of whoever began them was lost. */
  dropForgotten(): Promise<void>;
}

/** unfinished: nothing came in time, which says nothing about the line. garbled: something else came. */
export type JobFault =
  | LineFault
  | { readonly kind: 'unfinished'; readonly afterMs: number }
  | { readonly kind: 'garbled'; readonly why: string };

type Rung = Result<void, JobFault>;

const ANSWER = 'answer ';
const BUFFER = 'fleet-answer-';
const ANSWER_LIMIT_MS = 10_000;
/** Longer than any job goes on, of whoever else reaches the host. */
const FORGOTTEN_AFTER_S = 600;
/** Jobs that nobody waits for any more and that still go on. */
const MAX_HANGING = 8;

/**
 * tmux is not made to wait for a job, so a host whose disk hangs still answers everything else. A job says that its buffer is filled by
 * renaming our own window, which every client of that session is told at once; only who began the job knows the buffer's name.
 * @param ownWindow its target, exact
 */
export function createHostJobs(line: ControlLine, ownWindow: string): HostJobs {
  const waiting = new Map<string, (rung: Rung) => void>();
  let hanging = 0;
  void line.ended.then((fault) => {
    for (const settle of waiting.values()) settle(err(fault));
  });

  async function bring(buffer: string): Promise<Result<readonly Section[], JobFault>> {
    const asked = await line.ask(
      () => [`show-buffer -b ${buffer}`, `delete-buffer -b ${buffer}`],
      ANSWER_LIMIT_MS,
    );
    if (!asked.ok) return asked;
    const [shown] = asked.value;
    if (shown?.ok !== true) return err(garbled(shown?.text));
    const sections = parseSections(shown.text);
    return sections === null ? err(garbled('the end of the answer is missing')) : ok(sections);
  }

  async function begin(script: HostScript, buffer: string): Promise<Rung> {
    const ring = `rename-window -t ${ownWindow} '${ANSWER}${buffer}'`;
    const begun = await line.ask(
      () => [`run-shell -b ${tmuxWord(jobFor(script, buffer, ring))}`],
      ANSWER_LIMIT_MS,
    );
    if (!begun.ok) return begun;
    const [answer] = begun.value;
    return answer?.ok === true ? ok(undefined) : err(garbled(answer?.text));
  }

  /** Nobody wants it any more, but it would stay among the buffers of whoever uses that tmux. */
  function drop(buffer: string): void {
    hanging += 1;
    waiting.set(buffer, () => {
      waiting.delete(buffer);
      hanging -= 1;
      void line.ask(() => [`delete-buffer -b ${buffer}`], ANSWER_LIMIT_MS);
    });
  }

  return {
    async run(script, signal) {
      if (hanging >= MAX_HANGING) return err(garbled('what was asked before still hangs there'));
      const buffer = BUFFER + randomBytes(12).toString('hex');
      const rung = Promise.withResolvers<Rung>();
      waiting.set(buffer, rung.resolve);
      let isFilled = false;
      const limit = setTimeout(
        () => rung.resolve(err({ kind: 'unfinished', afterMs: script.limitMs })),
        script.limitMs,
      );
      try {
        return await unlessAborted(signal, async () => {
          const begun = await begin(script, buffer);
          if (!begun.ok) return begun;
          const heard = await rung.promise;
          if (!heard.ok) return heard;
          isFilled = true;
          return await bring(buffer);
        });
      } finally {
        clearTimeout(limit);
        if (isFilled) waiting.delete(buffer);
        else drop(buffer);
      }
    },
    readName(windowName) {
      if (windowName.startsWith(ANSWER)) waiting.get(windowName.slice(ANSWER.length))?.(ok(undefined));
    },
    async dropForgotten() {
      const asked = await line.ask(
        () => [`display-message -p ${tmuxWord('%s')}`, "list-buffers -F '#{buffer_created} #{buffer_name}'"],
        ANSWER_LIMIT_MS,
      );
      const [now, listed] = asked.ok ? asked.value : [];
      if (now?.ok !== true || listed?.ok !== true) return;
      const forgotten = listed.text.split('\n').flatMap((each) => {
        const match = /^(\d+) (fleet-answer-[0-9a-f]+)$/.exec(each);
        const isOld = Number(now.text) - Number(match?.[1]) > FORGOTTEN_AFTER_S;
        return isOld && match?.[2] !== undefined ? [match[2]] : [];
      });
      if (forgotten.length === 0) return;
      await line.ask(() => forgotten.map((buffer) => `delete-buffer -b ${buffer}`), ANSWER_LIMIT_MS);
    },
    async lookForFilled() {
      if (waiting.size === 0) return;
      const asked = await line.ask(() => ["list-buffers -F '#{buffer_name}'"], ANSWER_LIMIT_MS);
      const [listed] = asked.ok ? asked.value : [];
      if (listed?.ok !== true) return;
      for (const buffer of listed.text.split('\n')) waiting.get(buffer)?.(ok(undefined));
    },
  };
}

function garbled(why: string | undefined): JobFault {
  return { kind: 'garbled', why: why ?? 'tmux gave no answer' };
}
