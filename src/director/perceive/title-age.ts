import type { Capture } from '../../domain/index.ts';

/** Titles may come and go between two looks that are further apart. */
const WATCHED_WITHIN_MS = 5_000;

/**
 * The capture with the age of its title, where it is known: somebody watched the title change, and has watched ever since. A program that
 * printed nothing between two looks did not change it either.
 * @param before the last look at the same session; null: this is the first one
 */
export function withTitleAge(capture: Capture, before: Capture | null): Capture {
  if (before === null) return capture;
  const betweenMs = capture.takenAt.getTime() - before.takenAt.getTime();
  const isWatched = betweenMs <= WATCHED_WITHIN_MS || (capture.quietForMs ?? 0) >= betweenMs;
  if (!isWatched) return capture;
  const isSame = capture.pane.title.trim() === before.pane.title.trim();
  if (!isSame) return { ...capture, titleForMs: 0 };
  return before.titleForMs === undefined
    ? capture
    : { ...capture, titleForMs: before.titleForMs + Math.max(0, betweenMs) };
}
