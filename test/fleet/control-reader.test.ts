import { describe, expect, test } from 'vitest';
import { type Answer, createControlReader } from '../../src/fleet/control-reader.ts';

function openReader() {
  const notices: string[] = [];
  const faults: string[] = [];
  const answers: Answer[] = [];
  const reader = createControlReader(
    (line) => notices.push(line),
    (why) => faults.push(why),
  );
  return {
    notices,
    faults,
    answers,
    expect: (marker: string) => reader.expect(marker, (answer) => answers.push(answer)),
    feed: (...lines: readonly string[]) => reader.feed(Buffer.from(`${lines.join('\n')}\n`)),
    feedBytes: (bytes: Buffer) => reader.feed(bytes),
  };
}

const marked = (number: number, marker: string) => [
  `%begin 1700000000 ${number} 1`,
  marker,
  `%end 1700000000 ${number} 1`,
];

describe('an answer', () => {
  test.each([
    ['nothing', []],
    ['an empty line', ['']],
    ['lines that look like the protocol', ['%end 1 2 0', '%begin', '%exit', '%error 1700000000 8 1']],
    ['its own end, guessed', ['%end 1700000000 7 1', 'more']],
    [
      'its own end and a whole answer after it',
      ['%end 1700000000 7 1', '%begin 1700000000 8 1', 'x', '%end 1700000000 8 1'],
    ],
    ['its own failure, guessed', ['%error 1700000000 7 1', 'more']],
    ['the markers of other questions', ['marker-0', 'marker-2']],
  ])('may hold %s', (_what, text) => {
    const reader = openReader();
    reader.expect('marker-1');
    reader.feed('%begin 1700000000 7 1', ...text, '%end 1700000000 7 1', ...marked(8, 'marker-1'));
    expect(reader.answers).toEqual([{ ok: true, text: text.join('\n') }]);
    expect(reader.faults).toEqual([]);
  });

  test('that says no brings the words of tmux', () => {
    const reader = openReader();
    reader.expect('m');
    reader.feed('%begin 1700000000 7 1', "can't find pane", '%error 1700000000 7 1', ...marked(8, 'm'));
    expect(reader.answers).toEqual([{ ok: false, text: "can't find pane" }]);
  });

  test('of a sequence says no when one of its commands does', () => {
    const reader = openReader();
    reader.expect('m');
    reader.feed(
      '%begin 1700000000 7 1',
      '%end 1700000000 7 1',
      '%begin 1700000000 8 1',
      'no',
      '%error 1700000000 8 1',
      ...marked(9, 'm'),
    );
    expect(reader.answers).toEqual([{ ok: false, text: 'no' }]);
  });

  test('comes whole however its bytes are cut', () => {
    const bytes = Buffer.from(
      `${['%begin 1700000000 7 1', 'é 🦊 %', '%end 1700000000 7 1', ...marked(8, 'm')].join('\n')}\n`,
    );
    for (let size = 1; size < 40; size += 1) {
      const reader = openReader();
      reader.expect('m');
      for (let at = 0; at < bytes.length; at += size) reader.feedBytes(bytes.subarray(at, at + size));
      expect(reader.answers).toEqual([{ ok: true, text: 'é 🦊 %' }]);
    }
  });

  test('goes to its own question, in their order', () => {
    const reader = openReader();
    reader.expect('a');
    reader.expect('b');
    reader.feed('%begin 1 1 1', 'first', '%end 1 1 1', ...marked(2, 'a'));
    reader.feed('%begin 1 3 1', 'second', '%end 1 3 1', ...marked(4, 'b'));
    expect(reader.answers.map((each) => each.text)).toEqual(['first', 'second']);
  });

  test('without a block is disorder, not an answer', () => {
    const reader = openReader();
    reader.expect('m');
    reader.feed(...marked(8, 'm'));
    expect(reader.answers).toEqual([]);
    expect(reader.faults).toHaveLength(1);
  });
});

test('notices are heard when nothing is asked, before an answer and behind it', () => {
  const reader = openReader();
  reader.feed('%sessions-changed');
  reader.expect('m');
  reader.feed('%one', '%begin 1 7 1', '%inside', '%end 1 7 1', '%two', ...marked(8, 'm'), '%three');
  expect(reader.notices).toEqual(['%sessions-changed', '%one', '%two', '%three']);
  expect(reader.answers).toEqual([{ ok: true, text: '%inside' }]);
});
