import type { ActionId, ApprovalId, HostId, RoundId, TaskId, WatchId } from './ids.ts';
import type { StyledScreen } from './styled-screen.ts';

/** A run of text in a card. Never markup: whoever renders a card escapes for its surface. */
export type Span =
  | {
      readonly kind: 'text';
      readonly text: string;
      readonly style?: 'bold' | 'italic' | 'code';
      /** Slack's id of a person or a user group, who is told there of the message. Elsewhere the text stands alone. */
      readonly mention?: string;
    }
  | { readonly kind: 'link'; readonly url: string; readonly label: string };

export type CardPart =
  | { readonly kind: 'text'; readonly spans: readonly Span[] }
  | {
      readonly kind: 'facts';
      readonly facts: readonly { readonly label: string; readonly value: readonly Span[] }[];
    }
  | { readonly kind: 'list'; readonly items: readonly (readonly Span[])[] }
  /** Lines of a terminal, shown in fixed width. */
  | { readonly kind: 'screen'; readonly lines: readonly string[] }
  /** Shown beside the message where the surface takes files, with `alt` for who cannot see it; nowhere else. */
  | { readonly kind: 'attachment'; readonly file: CardFile; readonly alt: string }
  /** Small print. */
  | { readonly kind: 'note'; readonly spans: readonly Span[] };

/** A file that is made when it is shown: a screen becomes a picture. `name` without its ending; that of a text is `txt` where none is given. */
export type CardFile =
  | { readonly kind: 'picture'; readonly name: string; readonly screen: StyledScreen }
  | {
      readonly kind: 'text';
      readonly name: string;
      readonly ending?: 'json';
      readonly lines: readonly string[];
    };

/** What pressing a button asks for. It carries ids only; everything else is in the database. */
export type ButtonRequest =
  | { readonly kind: 'answer'; readonly approval: ApprovalId; readonly choice: string }
  | { readonly kind: 'ask-again'; readonly approval: ApprovalId }
  /** Opens a form for what the agent is told with a no. */
  | { readonly kind: 'say-why'; readonly approval: ApprovalId }
  | {
      readonly kind: 'task';
      readonly verb: 'snapshot' | 'cancel' | 'retry' | 'resume-task' | 'hold' | 'release';
      readonly task: TaskId;
    }
  /** `name` is the tmux session's. */
  | {
      readonly kind: 'session';
      readonly verb: 'snapshot' | 'watch' | 'explain';
      readonly host: HostId;
      readonly name: string;
    }
  /** again: the same question once more. advance: goes on with the sessions that it was about. */
  | { readonly kind: 'round'; readonly verb: 'again' | 'advance'; readonly round: RoundId }
  /** Takes back words that are not typed yet. */
  | { readonly kind: 'undo'; readonly task: TaskId; readonly action: ActionId }
  | { readonly kind: 'stop-watch'; readonly watch: WatchId };

export type CardButton = {
  readonly request: ButtonRequest;
  readonly label: string;
  /** danger is for what destroys, never for a mere "no". */
  readonly style: 'plain' | 'primary' | 'danger';
  /** Asked back before the press counts; null: at once. */
  readonly confirm: string | null;
};

/** A message before it has a surface: Slack renders blocks of it, GitHub Markdown, a terminal plain text. */
export type Card = {
  readonly title: string;
  readonly parts: readonly CardPart[];
  readonly buttons: readonly CardButton[];
  /** One line for notifications and screen readers. */
  readonly summary: string;
};

export const text = (value: string): Span => ({ kind: 'text', text: value });
export const bold = (value: string): Span => ({ kind: 'text', text: value, style: 'bold' });
export const code = (value: string): Span => ({ kind: 'text', text: value, style: 'code' });
export const mention = (value: string, slackId: string): Span => ({
  kind: 'text',
  text: value,
  mention: slackId,
});
export const link = (url: string, label: string): Span => ({ kind: 'link', url, label });

/** Our own words: what stands between back quotes is to be typed, and looks so. */
export function spoken(words: string): readonly Span[] {
  return words
    .split('`')
    .flatMap((piece, index) => (piece === '' ? [] : [index % 2 === 1 ? code(piece) : text(piece)]));
}

/** `2026-11-22 11:42 UTC`: people of one thread live in several time zones. */
export function timeOf(at: Date): string {
  return `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`;
}

/** A card of one sentence. */
export function sentenceCard(sentence: string): Card {
  return { title: '', parts: [{ kind: 'text', spans: spoken(sentence) }], buttons: [], summary: sentence };
}
