import { type Span, type Task, taskLabel, text } from '../domain/index.ts';

const TITLE_MAX = 80;

/** The first line of a brief, short enough for a list. */
export function briefTitle(brief: string): string {
  const line = brief.trim().split('\n')[0] ?? '';
  return line.length > TITLE_MAX ? `${line.slice(0, TITLE_MAX - 1)}…` : line;
}

/** `4 min`, `2 h 5 min`, `3 d`. */
export function duration(fromMs: number, toMs: number): string {
  const seconds = Math.max(0, Math.round((toMs - fromMs) / 1000));
  if (seconds < 60) return `${seconds} s`;
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min`;
  const hours = Math.floor(minutes / 60);
  if (hours < 48) return minutes % 60 === 0 ? `${hours} h` : `${hours} h ${minutes % 60} min`;
  return `${Math.floor(hours / 24)} d`;
}

/** `T12 Add a health endpoint`. */
export function taskLine(task: Task): readonly Span[] {
  return [{ kind: 'text', text: taskLabel(task.id), style: 'bold' }, text(` ${briefTitle(task.brief)}`)];
}
