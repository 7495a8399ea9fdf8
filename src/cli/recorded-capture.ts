import { z } from 'zod';
import type { AgentKind } from '../agents/index.ts';
import { type Capture, err, ok, type Report, type Result } from '../domain/index.ts';

/** One look at a session as the corpus of recorded screens writes it down, without what only its makers know. */
export type RecordedCapture = {
  readonly agent: string;
  /** Captures with the same name show one session, one after the other; null: this one stands alone. */
  readonly series: string | null;
  readonly capture: Capture;
  /** What the agent told of itself until then. */
  readonly reports: (kind: AgentKind) => readonly Report[];
};

/** tmux prints its numbers and flags as text. */
const number = z.union([
  z.number(),
  z
    .string()
    .regex(/^-?\d+$/)
    .transform(Number),
]);
const status = z.union([z.literal('').transform(() => null), number, z.null()]);
const flag = z.union([
  // The first one is nearly always the one.
  z.literal(['0', '1']).transform((value) => value === '1'),
  z.boolean(),
  number.transform((value) => value !== 0),
  z.literal('').transform(() => false),
]);

const pane = z
  .object({
    pane_current_command: z.string(),
    pane_title: z.string(),
    pane_pid: number,
    pane_width: number,
    pane_height: number,
    cursor_x: number,
    cursor_y: number,
    cursor_flag: flag,
    alternate_on: flag,
    pane_in_mode: flag,
    pane_dead: flag,
    pane_dead_status: status,
  })
  .partial();

const processFacts = z.object({
  pid: number,
  ppid: number,
  stat: z.string(),
  comm: z.string(),
  cmd: z.string(),
});

const hook = z.object({ ago_ms: z.number(), event: z.string(), detail: z.string().nullish() });
const escapeSequence = z.object({ ago_ms: z.number(), type: z.string(), text: z.string().nullish() });

const signals = z
  .object({
    last_output_age_ms: z.number().nullable(),
    osc_recent: z.array(escapeSequence).nullable(),
    hooks: z.array(hook).nullable(),
    session_files: z.array(z.record(z.string(), z.unknown())).nullable(),
  })
  .partial();

const line = z.object({
  id: z.union([z.string(), z.number()]).nullish(),
  agent: z.string().nullish(),
  series: z.string().nullish(),
  plain: z.string(),
  ansi: z.string().nullish(),
  pane: pane.nullish(),
  processes: z.array(processFacts).nullish(),
  signals: signals.nullish(),
});
type Line = z.infer<typeof line>;

/** Captures say how old things are, not when they were taken, so each is taken at the same moment. */
const TAKEN_AT = new Date('2026-01-01T00:00:00Z');

export function parseRecordedCapture(value: unknown): Result<RecordedCapture, string> {
  const parsed = line.safeParse(value);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return err(`${issue?.path.join('.') || 'the line'}: ${issue?.message ?? 'not a capture'}`);
  }
  const { agent, series } = parsed.data;
  return ok({
    agent: agent ?? '',
    series: series ?? null,
    capture: captureFrom(parsed.data),
    reports: (kind) => reportsFrom(parsed.data, kind),
  });
}

function captureFrom({ plain, ansi, pane: facts, processes, signals: told }: Line): Capture {
  return {
    plain,
    ansi: ansi ?? '',
    pane: {
      command: facts?.pane_current_command ?? '',
      title: facts?.pane_title ?? '',
      pid: facts?.pane_pid ?? 0,
      width: facts?.pane_width ?? longestLine(plain),
      height: facts?.pane_height ?? plain.split('\n').length,
      cursorX: facts?.cursor_x ?? 0,
      cursorY: facts?.cursor_y ?? 0,
      isCursorVisible: facts?.cursor_flag ?? true,
      isAlternateScreen: facts?.alternate_on ?? false,
      isInMode: facts?.pane_in_mode ?? false,
      isDead: facts?.pane_dead ?? false,
      deadStatus: facts?.pane_dead_status ?? null,
    },
    processes: processes ?? [],
    takenAt: TAKEN_AT,
    ...(typeof told?.last_output_age_ms === 'number'
      ? { quietForMs: Math.max(0, told.last_output_age_ms) }
      : {}),
    ...titleAge(facts?.pane_title, told?.osc_recent ?? null),
  };
}

function longestLine(plain: string): number {
  return plain.split('\n').reduce((length, each) => Math.max(length, each.length), 0);
}

/** Escape sequences of the last quarter of a minute are recorded, twelve at most. */
const ESCAPES_ARE_KEPT_FOR_MS = 15_000;
const MAX_ESCAPES_KEPT = 12;

function titleAge(
  title: string | undefined,
  escapes: readonly z.infer<typeof escapeSequence>[] | null,
): { readonly titleForMs?: number } {
  if (title === undefined || escapes === null) return {};
  const titles = escapes.filter(({ type }) => type === 'osc0' || type === 'osc2');
  const other = titles.findLastIndex(({ text }) => text?.trim() !== title.trim());
  const first = titles[other + 1];
  if (first !== undefined) return { titleForMs: Math.max(0, first.ago_ms) };
  return titles.length === 0 && escapes.length < MAX_ESCAPES_KEPT
    ? { titleForMs: ESCAPES_ARE_KEPT_FOR_MS }
    : {};
}

function reportsFrom({ processes, signals: told }: Line, kind: AgentKind): readonly Report[] {
  const hooks = (told?.hooks ?? []).map(({ ago_ms, event, detail }) =>
    kind.hooks?.report(event, payloadFrom(event, detail ?? null), before(ago_ms)),
  );
  const escapes = (told?.osc_recent ?? []).map(({ ago_ms, type, text }) =>
    kind.escapes?.report(type.replace(/^osc/, ''), text ?? '', before(ago_ms)),
  );
  const contents =
    kind.stateFile === null ? [] : (told?.session_files ?? []).map((file) => JSON.stringify(file));
  const files = contents.flatMap((content) =>
    (processes ?? []).map(({ pid }) => kind.stateFile?.report(content, pid)),
  );
  return [
    ...[...hooks, ...escapes].flatMap((report) => report ?? []),
    // The file is what it is at the moment of the capture, however long it has been so.
    ...files.flatMap((report) => (report ? [{ ...report, at: TAKEN_AT }] : [])),
  ];
}

function before(ms: number): Date {
  return new Date(TAKEN_AT.getTime() - ms);
}

/** The corpus keeps one word of each payload: the tool, or else the reason. */
function payloadFrom(event: string, detail: string | null): unknown {
  return {
    hook_event_name: event,
    ...(detail === null
      ? {}
      : {
          tool_name: detail,
          toolName: detail,
          notification_type: detail,
          source: detail,
          trigger: detail,
          reason: detail,
          error: detail,
        }),
  };
}
