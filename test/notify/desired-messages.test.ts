import { expect, test } from 'vitest';
import {
  actionId,
  answerApproval,
  type Card,
  type Event,
  type EventKind,
  endPause,
  expireApproval,
  openPause,
  type Pause,
  pauseId,
  type Span,
  sessionId,
  taskId,
  threadId,
  withdrawApproval,
} from '../../src/domain/index.ts';
import { desiredMessages } from '../../src/notify/desired-messages.ts';
import { containing } from '../support/containing.ts';
import { ANN, PULL_REQUEST, type StoryTeller, tellStory } from './story.ts';

const of = (at: Date) => ({ task: taskId(12), thread: threadId('thread-1'), at }) as const;
const input = { by: ANN.id, text: 'use port 8080' } as const;

/** Each event of a running task, the replies it leads to in Slack below `progress:12`, and words one of them holds. */
const replies: Readonly<
  Record<EventKind, { tell: (story: StoryTeller) => void; keys: readonly string[]; says: RegExp }>
> = {
  'task-queued': { tell: () => {}, keys: [], says: /Queued by Ann/ },
  'task-assigned': { tell: () => {}, keys: [], says: /Assigned to dev1, branch fleet\/t12-/ },
  'task-started': { tell: () => {}, keys: [], says: /Running: the agent has started/ },
  'task-requeued': {
    tell: (story) =>
      story.tell((at) => ({ ...of(at), kind: 'task-requeued', by: null, why: 'the host went away.' })),
    keys: [],
    says: /Back in the queue: the host went away/,
  },
  'overlap-found': {
    tell: (story) =>
      story.tell((at) => ({
        ...of(at),
        kind: 'overlap-found',
        other: taskId(11),
        files: ['src/a.ts'],
        isSameBranch: false,
        isHeld: false,
      })),
    keys: ['overlap:12:11'],
    says: /Overlaps with T11 · both change\nsrc\/a\.ts\nBoth may go on/,
  },
  'overlap-released': {
    tell: (story) =>
      story.tell((at) => ({ ...of(at), kind: 'overlap-released', other: taskId(11), by: ANN.id })),
    keys: ['overlap:12:11'],
    says: /Overlap released by Ann · this task and T11 may both work/,
  },
  'work-saved': {
    tell: (story) =>
      story.tell((at) => ({
        ...of(at),
        kind: 'work-saved',
        branch: 'fleet/t12-add',
        files: 2,
        isPushed: true,
      })),
    keys: ['event:4'],
    says: /Work saved · 2 files not committed before, on fleet\/t12-add, pushed/,
  },
  'pull-request-opened': {
    tell: (story) => story.openPullRequest(),
    keys: ['pull-request:12:7'],
    says: /Pull request · #7 Add a health endpoint <https:\/\/github\.example\/demo\/shop\/pull\/7>/,
  },
  'task-completed': {
    tell: (story) => story.complete(),
    keys: ['ended:12'],
    says: /Finished · without a pull request/,
  },
  'task-failed': {
    tell: (story) => story.fail(),
    keys: ['ended:12'],
    says: /Failed · the agent ended with status 1\.\nnpm test\n1 failed\nRetry starts it again/,
  },
  'task-cancelled': { tell: (story) => story.cancel(), keys: ['ended:12'], says: /Cancelled · by Ann/ },
  'task-locked': {
    tell: (story) =>
      story.tell((at) => ({
        ...of(at),
        kind: 'task-locked',
        by: ANN.id,
        until: new Date(Date.UTC(2026, 10, 22, 15)),
      })),
    keys: ['event:4'],
    says: /Locked · by Ann until 2026-11-22 15:00 UTC/,
  },
  'task-unlocked': {
    tell: (story) => story.tell((at) => ({ ...of(at), kind: 'task-unlocked', by: ANN.id })),
    keys: ['event:4'],
    says: /Unlocked · by Ann/,
  },
  'lock-ended': {
    tell: (story) =>
      story.tell((at) => ({ ...of(at), kind: 'lock-ended', by: null, why: 'its goal is reached' })),
    keys: ['event:4'],
    says: /Unlocked · its goal is reached\./,
  },
  'permission-refused': {
    tell: (story) =>
      story.tell((at) => ({
        ...of(at),
        kind: 'permission-refused',
        by: null,
        what: 'Bash: rm -rf /',
        why: 'Not allowed here: rm -rf / deletes everything.',
      })),
    keys: ['event:4'],
    says: /Refused · Bash: rm -rf \/ · Not allowed here: rm -rf \/ deletes everything\./,
  },
  'agent-observed': {
    tell: (story) =>
      story.tell((at) => ({ ...of(at), kind: 'agent-observed', state: 'rate_limited', why: 'Its limit.' })),
    keys: ['event:4'],
    says: /Waits for you · Its limit\./,
  },
  'screen-shown': {
    tell: (story) =>
      story.tell((at) => ({ ...of(at), kind: 'screen-shown', by: ANN.id, lines: ['$ npm test', 'ok'] })),
    keys: ['event:4'],
    says: /Snapshot · for Ann\n\$ npm test\nok/,
  },
  'approval-requested': {
    tell: (story) => void story.ask(),
    keys: ['approval:approval-1'],
    says: /The agent of T12 asks: Run `npm test`\?\nRun npm test\?\n> 1\. Yes\nThe first answer counts, until 2026-11-22 12:30 UTC/,
  },
  'approval-voted': {
    tell: (story) => {
      const voted = answerApproval(story.ask(undefined, { votes: 2 }), '1', ANN.id, story.now());
      if (voted.ok) story.settle(voted.value.next, voted.value.events);
    },
    keys: ['approval:approval-1'],
    says: /Yes · Ann, 2026-11-22 11:\d\d UTC\n2 people have to say the same yes until 2026-11-22 12:30 UTC; one no is enough\./,
  },
  'approval-answered': {
    tell: (story) => {
      const answered = answerApproval(story.ask(), '1', ANN.id, story.now());
      if (answered.ok) story.settle(answered.value.next, answered.value.events);
    },
    keys: ['approval:approval-1'],
    says: /asks: Run `npm test`\?\nYes · answered by Ann, 2026-11-22 11:\d\d UTC/,
  },
  'approval-expired': {
    tell: (story) => {
      const expired = expireApproval(story.ask(), new Date(Date.UTC(2026, 10, 22, 12, 30)));
      if (expired !== null) story.settle(expired.next, expired.events);
    },
    keys: ['approval:approval-1'],
    says: /Expired · nobody answered until 2026-11-22 12:30 UTC, so nothing was done/,
  },
  'approval-withdrawn': {
    tell: (story) => {
      const withdrawn = withdrawApproval(story.ask(), 'it was answered at the terminal', story.now());
      if (withdrawn !== null) story.settle(withdrawn.next, withdrawn.events);
    },
    keys: ['approval:approval-1'],
    says: /No longer needed · it was answered at the terminal\./,
  },
  'input-queued': {
    tell: (story) => story.tell((at) => ({ ...of(at), kind: 'input-queued', ...input })),
    keys: ['input:4'],
    says: /On its way to the agent\nAnn: use port 8080/,
  },
  'input-typed': {
    tell: (story) => {
      story.tell((at) => ({ ...of(at), kind: 'input-queued', ...input }));
      story.tell((at) => ({ ...of(at), kind: 'input-typed', ...input }));
    },
    keys: ['input:4'],
    says: /Typed · the agent has not taken it yet\nAnn: use port 8080/,
  },
  'input-accepted': {
    tell: (story) => {
      story.tell((at) => ({ ...of(at), kind: 'input-queued', ...input }));
      story.tell((at) => ({ ...of(at), kind: 'input-typed', ...input }));
      story.tell((at) => ({ ...of(at), kind: 'input-accepted', ...input, shownBy: 'hook' }));
    },
    keys: ['input:4'],
    says: /Delivered to the agent · the agent said so itself/,
  },
  'input-undone': {
    tell: (story) => {
      story.tell((at) => ({ ...of(at), kind: 'input-queued', ...input }));
      story.tell((at) => ({ ...of(at), kind: 'input-undone', ...input, undoneBy: ANN.id }));
    },
    keys: ['input:4'],
    says: /Taken back · by Ann, before it was typed/,
  },
  'turn-interrupted': {
    tell: (story) =>
      story.tell((at) => ({ ...of(at), kind: 'turn-interrupted', by: ANN.id, wasAtWork: true })),
    keys: ['event:4'],
    says: /Stopped by Ann · the agent waits at its prompt/,
  },
  'input-held': {
    tell: (story) => {
      story.tell((at) => ({ ...of(at), kind: 'input-queued', ...input }));
      story.tell((at) => ({ ...of(at), kind: 'input-held', ...input, why: 'a question is open' }));
    },
    keys: ['input:4'],
    says: /Held · a question is open\. It is typed as soon as that is over\./,
  },
  'input-refused': {
    tell: (story) =>
      story.tell((at) => ({ ...of(at), kind: 'input-refused', ...input, why: 'the agent is gone.' })),
    keys: ['input:4'],
    says: /Not delivered · the agent is gone\./,
  },
  'session-restarted': {
    tell: (story) =>
      story.tell((at) => ({
        ...of(at),
        kind: 'session-restarted',
        session: sessionId('s'),
        by: ANN.id,
        generation: 2,
      })),
    keys: ['event:4'],
    says: /Agent restarted · by Ann/,
  },
  'model-acted': {
    tell: (story) =>
      story.tell((at) => ({
        ...of(at),
        kind: 'model-acted',
        what: 'Sent “One more column.”',
        why: 'The brief asks for the smallest change.',
        confidence: 0.8,
        strategy: 'debate',
      })),
    keys: ['model:12'],
    says: /Sent “One more column.” \(80 % sure, Debate\): The brief asks for the smallest change\./,
  },
  reported: {
    tell: (story) => {
      const news = { kind: 'reported', by: null, because: 'no-answer', tail: ['> '] } as const;
      story.tell((at) => ({ ...of(at), ...news, words: 'dev1 has not answered since 09:00' }));
      story.tell((at) => ({ ...of(at), ...news, words: 'dev1 has not answered since 11:00' }));
    },
    keys: ['report:12:no-answer'],
    says: /Report · dev1 has not answered since 11:00/,
  },
  'action-failed': {
    tell: (story) =>
      story.tell((at) => ({ ...of(at), kind: 'action-failed', what: 'Typing', why: 'tmux is gone' })),
    keys: ['event:4'],
    says: /Did not work · Typing: tmux is gone\./,
  },
};

test.each(Object.entries(replies))(
  '%s is told in Slack once, where it belongs',
  (_kind, { tell, keys, says }) => {
    const teller = tellStory();
    teller.start();
    tell(teller);
    const messages = desiredMessages(teller.story(), 'slack', []);
    expect(messages.map((message) => message.key)).toEqual(['card', 'progress:12', ...keys]);
    expect(messages.map((message) => message.isReply)).toEqual([false, true, ...keys.map(() => true)]);
    expect(messages.map(({ card }) => wordsOf(card)).join('\n---\n')).toMatch(says);
    for (const { card } of messages) expect(card.summary).toMatch(/\w/);
  },
);

test.each(Object.entries(replies))('%s changes nothing on GitHub but the one comment', (_kind, { tell }) => {
  const teller = tellStory({ issue: { repo: 'demo/shop', issue: 3 } });
  teller.start();
  tell(teller);
  const messages = desiredMessages(teller.story(), 'github', []);
  expect(messages.map((message) => message.key)).toEqual(['card']);
  expect(messages[0]?.card.buttons).toEqual([]);
});

const buttons: readonly [string, (story: StoryTeller) => void, readonly string[]][] = [
  ['queued', () => {}, ['Cancel']],
  ['running', (story) => story.start(), ['Snapshot', 'Cancel']],
  [
    'completed',
    (story) => {
      story.start();
      story.complete();
    },
    [],
  ],
  [
    'failed',
    (story) => {
      story.start();
      story.fail();
    },
    ['Retry'],
  ],
  ['cancelled', (story) => story.cancel(), ['Retry']],
];

test.each(buttons)('the card of a %s task has the buttons that make sense', (_state, move, labels) => {
  const teller = tellStory();
  move(teller);
  const card = desiredMessages(teller.story(), 'slack', [])[0]?.card;
  expect(card?.buttons.map((button) => button.label)).toEqual(labels);
  for (const button of card?.buttons ?? []) expect(button.confirm === null).toBe(button.style !== 'danger');
});

test('the card says what, where, by whom and what it waits for', () => {
  const teller = tellStory();
  teller.start();
  teller.openPullRequest();
  teller.ask();
  const card = desiredMessages(teller.story(), 'slack', [])[0]?.card;
  expect(card?.title).toBe('T12 · Add a health endpoint and test it');
  const words = wordsOf(card);
  for (const part of [
    'Running',
    'demo/shop',
    'high',
    'claude',
    'dev1',
    'fleet/t12-add-a-health-endpoint',
    PULL_REQUEST.url,
    'Ann',
    'Waits for: an answer to “Run `npm test`?”',
  ]) {
    expect(words).toContain(part);
  }
});

test('the card says who locked the task and for how long, and nothing of it after the end', () => {
  const teller = tellStory({ issue: { repo: 'demo/shop', issue: 3 } });
  teller.start();
  teller.lock(new Date(Date.UTC(2026, 10, 22, 15)));
  const cards = () =>
    (['slack', 'github'] as const).map((surface) =>
      wordsOf(desiredMessages(teller.story(), surface, [])[0]?.card),
    );
  for (const words of cards()) expect(words).toContain('Locked: by Ann until 2026-11-22 15:00 UTC');
  teller.lock(null);
  for (const words of cards()) expect(words).toContain('Locked: by Ann until it is unlocked');
  teller.complete();
  for (const words of cards()) expect(words).not.toContain('Locked');
});

test('a question has one button per answer, and none once it is settled', () => {
  const teller = tellStory();
  teller.start();
  const approval = teller.ask();
  const question = () =>
    desiredMessages(teller.story(), 'slack', []).find(({ key }) => key.startsWith('approval:'))?.card;
  expect(question()?.buttons.map((button) => button.request)).toEqual([
    { kind: 'answer', approval: approval.id, choice: '1' },
    { kind: 'answer', approval: approval.id, choice: '3' },
  ]);
  const answered = answerApproval(approval, '3', ANN.id, teller.now());
  if (answered.ok) teller.settle(answered.value.next, answered.value.events);
  expect(question()?.buttons).toEqual([]);
});

test('the card does not repeat what the agent waited for: nobody takes it back when the agent goes on', () => {
  const teller = tellStory();
  teller.start();
  teller.tell((at) => ({ ...of(at), kind: 'agent-observed', state: 'rate_limited', why: 'Its limit.' }));
  const [card] = desiredMessages(teller.story(), 'slack', []);
  expect(JSON.stringify(card)).toContain('Running');
  expect(JSON.stringify(card)).not.toContain('rate limited');
});

test('an expired question offers to ask again while its agent is there, and not after', () => {
  const teller = tellStory();
  teller.start();
  const expired = expireApproval(teller.ask(), new Date(Date.UTC(2026, 10, 22, 13)));
  if (expired !== null) teller.settle(expired.next, expired.events);
  const offered = () =>
    desiredMessages(teller.story(), 'slack', [])
      .find(({ key }) => key.startsWith('approval:'))
      ?.card.buttons.map((button) => button.label);
  expect(offered()).toEqual(['Ask again']);
  teller.cancel();
  expect(offered()).toEqual([]);
});

test('two equal inputs of one person have a message each', () => {
  const teller = tellStory();
  teller.start();
  for (const _ of [1, 2]) teller.tell((at): Event => ({ ...of(at), kind: 'input-queued', ...input }));
  for (const _ of [1, 2])
    teller.tell((at): Event => ({ ...of(at), kind: 'input-accepted', ...input, shownBy: 'screen' }));
  const messages = desiredMessages(teller.story(), 'slack', []).filter(({ key }) => key.startsWith('input:'));
  expect(messages.map(({ key }) => key)).toEqual(['input:4', 'input:5']);
  for (const { card } of messages) expect(wordsOf(card)).toContain('Delivered');
});

test('words can be taken back by a button as long as they wait, and not when they are typed', () => {
  const teller = tellStory();
  teller.start();
  const words = { ...input, action: actionId('words-1') };
  const undo = () =>
    desiredMessages(teller.story(), 'slack', [])
      .find(({ key }) => key.startsWith('input:'))
      ?.card.buttons.map(({ request }) => request);
  teller.tell((at): Event => ({ ...of(at), kind: 'input-queued', ...words }));
  expect(undo()).toMatchObject([{ kind: 'undo', action: 'words-1' }]);
  teller.tell((at): Event => ({ ...of(at), kind: 'input-held', ...words, why: 'a question is open' }));
  expect(undo()).toMatchObject([{ kind: 'undo', action: 'words-1' }]);
  teller.tell((at): Event => ({ ...of(at), kind: 'input-typed', ...words }));
  expect(undo()).toEqual([]);
});

test('a retry goes on in the thread: the card shows it, the first failure loses its button', () => {
  const teller = tellStory();
  teller.start();
  teller.fail();
  teller.retry();
  const messages = desiredMessages(teller.story(), 'slack', []);
  expect(messages.map(({ key }) => key)).toEqual(['card', 'progress:12', 'ended:12', 'progress:13']);
  expect(messages[0]?.card.title).toMatch(/^T13 /);
  expect(wordsOf(messages[0]?.card)).toContain('Queued');
  expect(messages[2]?.card.buttons).toEqual([]);
});

/** A card as a person reads it. */
function wordsOf(card: Card | undefined): string {
  return (card?.parts ?? [])
    .flatMap((part) => {
      switch (part.kind) {
        case 'facts':
          return part.facts.map(({ label, value }) => `${label}: ${line(value)}`);
        case 'list':
          return part.items.map(line);
        case 'screen':
          return part.lines;
        case 'attachment':
          return [`[${part.alt}]`];
        default:
          return [line(part.spans)];
      }
    })
    .join('\n');
}

function line(spans: readonly Span[]): string {
  return spans.map((span) => (span.kind === 'text' ? span.text : `${span.label} <${span.url}>`)).join('');
}

test('a suggested answer is shown with its question, word for word, also after the answer', () => {
  const teller = tellStory();
  teller.start();
  const answer = 'The *README*,\n  not `docs/`.';
  const approval = teller.ask({
    kind: 'send-text',
    session: sessionId('session-1'),
    generation: 1,
    question: 'Which file?',
    text: answer,
    why: 'The brief names the README.',
    confidence: 0.825,
    strategy: 'debate',
  });
  const shown = () =>
    desiredMessages(teller.story(), 'slack', []).find(({ key }) => key.startsWith('approval:'));
  const parts = [
    { kind: 'text', spans: [{ text: 'The agent of T12 asks: Which file?' }] },
    { kind: 'text', spans: [{ text: 'A model suggests this answer (83 % sure):' }] },
    { kind: 'screen', lines: ['The *README*,', '  not `docs/`.'] },
    { kind: 'note', spans: [{ text: 'Why: The brief names the README.' }] },
    { kind: 'note', spans: [{ text: 'Strategy: Debate.' }] },
  ];
  expect(shown()?.card.parts.slice(0, 5)).toMatchObject(parts);
  const answered = answerApproval(approval, '1', ANN.id, teller.now());
  if (answered.ok) teller.settle(answered.value.next, answered.value.events);
  expect(shown()?.card.parts.slice(0, 5)).toMatchObject(parts);
});

test('a pause of the director is one message, which says why and how to go on, and later who ended it', () => {
  const at = new Date('2026-11-22T09:00:00Z');
  const pause = openPause({ id: pauseId('p1'), by: null, why: 'the disk is full.', thread: null }, at);
  const shown = (of: Pause) =>
    desiredMessages({ ...tellStory().story(), tasks: [], events: [], pause: of }, 'slack', []).map(
      ({ key, card, isReply }) => ({ key, isReply, words: wordsOf(card) }),
    );
  expect(shown(pause)).toEqual([
    {
      key: 'card',
      isReply: false,
      words: containing(/^Director paused · the disk is full\.\n.*resume/),
    },
  ]);
  expect(shown(endPause(pause, ANN.id, at))).toEqual([
    {
      key: 'card',
      isReply: false,
      words: 'Director paused · the disk is full.\nResumed by Ann, 2026-11-22 09:00 UTC',
    },
  ]);
});
