import { bold, type Card, code, type Pause, text, timeOf } from '../domain/index.ts';
import type { ThreadStory } from './ports.ts';
import { nameOf, withoutStop } from './wording.ts';

/** Says once that the director paused itself; when it goes on, the same message says so. */
export function pauseCard(story: ThreadStory, pause: Pause): Card {
  const why = withoutStop(pause.why ?? 'no reason is given');
  const reason = { kind: 'text' as const, spans: [bold('Director paused'), text(` · ${why}.`)] };
  if (pause.state === 'ended') {
    const end = `Resumed by ${nameOf(story, pause.endedBy)}, ${timeOf(pause.endedAt)}`;
    return {
      title: '',
      parts: [reason, { kind: 'text', spans: [bold(end)] }],
      buttons: [],
      summary: `Director resumed. It was paused: ${why}.`,
    };
  }
  return {
    title: '',
    parts: [
      reason,
      {
        kind: 'text',
        spans: [
          text(
            'Nothing is started and nothing is decided until somebody lets it go on. Hosts and sessions are still looked at, and what people ask for is done. When the fault is gone: ',
          ),
          code('resume'),
          text('; the program’s log knows more of it.'),
        ],
      },
      { kind: 'note', spans: [text(`Since ${timeOf(pause.since)}.`)] },
    ],
    buttons: [],
    summary: `Director paused: ${why}.`,
  };
}
