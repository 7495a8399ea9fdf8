import { expect, test } from 'vitest';
import { findAgentKind, observe } from '../../src/agents/index.ts';
import type { Capture } from '../../src/domain/index.ts';

const NARROW = [
  '  ┃',
  '  ┃  Run it',
  '  ┃',
  '',
  '     ▣  Build · Demo model',
  '',
  '  ┃',
  '  ┃',
  '  ┃',
  '  ┃  Build · Demo model Double',
  `  ╹${'▀'.repeat(45)}`,
  '   ⬝⬝⬝⬝⬝⬝⬝⬝  esc        tab agents ctrl+p commands',
  '             interrupt',
];

function look(lines: readonly string[]): Capture {
  const plain = lines.join('\n');
  return {
    plain,
    ansi: plain,
    pane: {
      command: 'opencode',
      title: 'OC | Run it',
      pid: 1,
      width: 50,
      height: 18,
      cursorX: 5,
      cursorY: 7,
      isCursorVisible: true,
      isAlternateScreen: true,
      isInMode: false,
      isDead: false,
      deadStatus: null,
    },
    processes: [{ pid: 1, ppid: 0, stat: 'Ssl+', comm: 'opencode', cmd: 'opencode' }],
    takenAt: new Date(0),
  };
}

test('an activity line that a narrow screen broke in two is work', () => {
  const kind = findAgentKind('opencode');
  if (kind === null) throw new Error('no kind');
  expect(observe(kind, look(NARROW))).toMatchObject({ state: 'thinking' });
});
