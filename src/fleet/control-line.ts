import { randomBytes } from 'node:crypto';
import { execa } from 'execa';
import { err, ok, type Result } from '../domain/index.ts';
import { type Answer, createControlReader } from './control-reader.ts';
import { tellsHostKey } from './host-key.ts';

/** How the client is started: on this machine, or through ssh. */
export type LineCommand = {
  readonly file: string;
  readonly args: readonly string[];
  readonly env: NodeJS.ProcessEnv;
};

/** Why a line gave no answer. */
export type LineFault =
  | { readonly kind: 'ended'; readonly why: string; readonly exitCode: number | null }
  | { readonly kind: 'not-found' }
  | { readonly kind: 'timed-out'; readonly afterMs: number };

/** Builds command lines; `fence` is a word that no pane can know, for telling fields of the output apart. */
export type Commands = (fence: string) => readonly string[];

/** One tmux client in control mode. */
export interface ControlLine {
  /** Resolves when the client stands in its session. What it is asked before that may find no client yet. */
  readonly attached: Promise<Result<void, LineFault>>;
  /** Answers of the commands, in their order. They are carried out with nothing of ours between them. */
  ask(commands: Commands, limitMs: number): Promise<Result<readonly Answer[], LineFault>>;
  /** The beginning of what the client and those below it complained of. */
  complaints(): string;
  /** Resolves once, when the client has ended, with the reason. */
  readonly ended: Promise<LineFault>;
  /** Ends the client; asking fails from now on. */
  end(why: LineFault): void;
}

const FENCE_BYTES = 16;
export const FENCE_LENGTH = 2 * FENCE_BYTES;
const MAX_STDERR_CHARACTERS = 16_000;
const MAX_COMPLAINTS_CHARACTERS = 4_000;
const END_WITHIN_MS = 1_000;

export function openControlLine(
  command: LineCommand,
  attachWithinMs: number,
  onNotice: (line: string) => void,
): ControlLine {
  const child = execa(command.file, command.args, {
    env: command.env,
    extendEnv: false,
    reject: false,
    buffer: { stdout: false, stderr: false },
    encoding: 'buffer',
    stdin: 'pipe',
    // Ctrl-C in our terminal is for us, not for the client.
    detached: true,
  });
  const pending = new Set<(fault: LineFault) => void>();
  let fault: LineFault | null = null;
  let stderr = '';
  let complaints = '';
  // What was said before the client was attached: the greeting of a host, or why it was not attached.
  const greeting: string[] = [];
  const attaching = Promise.withResolvers<Result<void, LineFault>>();
  const attachTimer = setTimeout(() => end({ kind: 'timed-out', afterMs: attachWithinMs }), attachWithinMs);
  let isAttached = false;

  const settleAll = (why: LineFault) => {
    fault ??= why;
    clearTimeout(attachTimer);
    attaching.resolve(err(fault));
    for (const settle of pending) settle(fault);
    pending.clear();
  };
  // What carries the client may have started programs of its own.
  const killGroup = (signal: NodeJS.Signals) => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, signal);
    } catch {
      // It has ended already.
    }
  };
  const end = (why: LineFault) => {
    settleAll(why);
    child.stdin.end();
    // A client that got a line's end leaves by itself; a connection that is stuck does not.
    const timer = setTimeout(() => killGroup('SIGKILL'), END_WITHIN_MS);
    void child.finally(() => clearTimeout(timer));
    killGroup('SIGTERM');
  };
  let isSending = false;
  /** What is asked at once goes out at once: every write wakes all the programs on the way. */
  const send = (text: string) => {
    if (!isSending) {
      isSending = true;
      child.stdin.cork();
      setImmediate(() => {
        isSending = false;
        child.stdin.uncork();
      });
    }
    child.stdin.write(text);
  };
  const read = (line: string) => {
    const isAttaching = line.startsWith('%session-changed ');
    // A program that connects again by itself brings a new client, which knows nothing of what the old one was asked.
    if (isAttached && isAttaching)
      return end({ kind: 'ended', why: 'another client took its place', exitCode: null });
    if (isAttached) return onNotice(line);
    if (!isAttaching) return void greeting.push(line);
    isAttached = true;
    clearTimeout(attachTimer);
    attaching.resolve(ok(undefined));
  };
  const reader = createControlReader(read, (why) => end({ kind: 'ended', why, exitCode: null }));

  child.stdout.on('data', (bytes: Buffer) => reader.feed(bytes));
  child.stderr.on('data', (bytes: Buffer) => {
    const text = bytes.toString('utf8');
    stderr = (stderr + text).slice(-MAX_STDERR_CHARACTERS);
    if (complaints.length < MAX_COMPLAINTS_CHARACTERS) complaints += text;
  });
  // Writing to a client that has just ended: `ended` tells of it.
  child.stdin.on('error', () => {});

  const ended = child.then((result): LineFault => {
    const words = [...(isAttached ? [] : greeting), ...stderr.split('\n')]
      .map((line) => line.trim())
      .filter((line) => line !== '' && !line.startsWith('%') && !tellsHostKey(line));
    settleAll(
      result.code === 'ENOENT'
        ? { kind: 'not-found' }
        : {
            kind: 'ended',
            why: words.slice(-3).join('; ') || 'the tmux client ended',
            exitCode: result.exitCode ?? null,
          },
    );
    return fault ?? { kind: 'not-found' };
  });

  return {
    attached: attaching.promise,
    async ask(commands, limitMs) {
      if (fault !== null) return err(fault);
      const fence = randomBytes(FENCE_BYTES).toString('hex');
      const lines = commands(fence);
      const answers: Answer[] = [];
      return await new Promise((resolve) => {
        const fail = (why: LineFault) => {
          clearTimeout(timer);
          pending.delete(fail);
          resolve(err(why));
        };
        // Answers come in order, so one that does not come holds up all behind it: the line is of no use any more.
        const timer = setTimeout(() => end({ kind: 'timed-out', afterMs: limitMs }), limitMs);
        pending.add(fail);
        const text = lines.map((line, index) => {
          const marker = `${fence}.${index}`;
          reader.expect(marker, (answer) => {
            answers.push(answer);
            if (answers.length < lines.length) return;
            clearTimeout(timer);
            pending.delete(fail);
            resolve(ok(answers));
          });
          return `${line}\ndisplay-message -p ${marker}\n`;
        });
        send(text.join(''));
      });
    },
    complaints: () => complaints,
    ended,
    end,
  };
}
