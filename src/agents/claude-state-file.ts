import type { Report, ReportedMoment } from '../domain/index.ts';
import type { StateFile } from './agent-kind.ts';
import { type Fields, fieldsFrom, textAt, timeAt } from './json-fields.ts';

/**
 * `~/.claude/sessions/<pid>.json`, which no documentation names. It lags a fraction of a second behind the screen, tells neither a failure
 * nor an interruption from an ended turn, and outlives a killed program. A program that lives under that number has written it anew.
 * Seen with 2.1.197.
 */
export const claudeStateFile: StateFile = {
  pattern: '.claude/sessions/*.json',
  report(content, pid): Report | null {
    // Most files are about other processes.
    if (!content.includes(String(pid))) return null;
    const file = fieldsFrom(content);
    if (file === null || file.pid !== pid) return null;
    const says = momentOf(file);
    const at = timeAt(file, 'statusUpdatedAt') ?? timeAt(file, 'updatedAt');
    if (says === null || at === null) return null;
    const detail = [textAt(file, 'status'), textAt(file, 'waitingFor')].filter((part) => part !== null);
    return { channel: 'session-file', says, at, detail: `status ${detail.join(' for ')}` };
  },
};

function momentOf(file: Fields): ReportedMoment | null {
  switch (file.status) {
    case 'busy':
      return { kind: 'working' };
    case 'idle':
    // The prompt is free, and a command runs in the background.
    case 'shell':
      return { kind: 'at-prompt' };
    case 'waiting':
      // Said so of its own questions, too.
      return { kind: 'asks', promptKind: 'permission', question: textAt(file, 'waitingFor') ?? '' };
    default:
      return null;
  }
}
