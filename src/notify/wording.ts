import {
  type ActorId,
  code,
  link,
  type PullRequest,
  type Span,
  type Task,
  taskLabel,
} from '../domain/index.ts';
import type { ThreadStory } from './ports.ts';

const TITLE_BRIEF_MAX = 100;
const QUOTE_MAX = 300;

/** `T12 · Add a health endpoint` */
export function taskTitle(task: Task): string {
  return `${taskLabel(task.id)} · ${excerpt(task.brief, TITLE_BRIEF_MAX)}`;
}

/** The beginning of a text, in one line. */
export function excerpt(text: string, maxChars: number = QUOTE_MAX): string {
  const line = text.replace(/\s+/g, ' ').trim();
  if (line.length <= maxChars) return line;
  return `${line.slice(0, maxChars - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

export function nameOf(story: ThreadStory, actor: ActorId): string {
  return story.people.get(actor)?.name ?? 'someone';
}

/** A sentence inside a sentence: without the full stop it may end with. */
export function withoutStop(sentence: string): string {
  return sentence.trim().replace(/\.$/, '');
}

export function pullRequestLink({ url, number, title }: PullRequest): Span {
  return link(url, `#${number} ${excerpt(title, TITLE_BRIEF_MAX)}`.trim());
}

export function hostSpan(story: ThreadStory, host: string): Span {
  return code(story.hostNames.get(host) ?? host);
}
