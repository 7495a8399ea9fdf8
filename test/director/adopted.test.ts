import { expect, test } from 'vitest';
import { cycle } from '../../src/director/cycle.ts';
import { prepare } from '../../src/director/prepare.ts';
import {
  actionId,
  cancelTask,
  intendAction,
  isAtPrompt,
  isLive,
  type Session,
} from '../../src/domain/index.ts';
import { until } from '../support/until.ts';
import { openWatched, type Watched, WITHIN } from './watched.ts';

const NEVER = new AbortController().signal;

/** A session that a person began, with a task that takes it over. */
async function adopt(watched: Watched): Promise<Session> {
  await watched.beginByHand('by-hand');
  const begun = await watched.state.addRunningTask(watched.place.host, { agent: 'robo' });
  const session: Session = {
    ...begun.session,
    name: 'by-hand',
    isAdopted: true,
    isToBeObservedFirst: true,
    state: 'preparing',
  };
  await watched.state.store.saveSession(session);
  return session;
}

const markOf = async (watched: Watched) =>
  (await watched.place.tmux('show-options', '-v', '-q', '-t', '=by-hand:', '@fleet_session')).trim();

const find = async (watched: Watched, { id }: Session): Promise<Session> => {
  const session = await watched.state.store.findSession(id);
  if (session === null) throw new Error('the session is not there');
  return session;
};

const screen = (watched: Watched) => watched.place.tmux('capture-pane', '-p', '-t', '=by-hand:');

test('one cycle only looks before anything is done to a session that a person began', async () => {
  await using watched = await openWatched();
  const ports = watched.ports('one');
  const session = await adopt(watched);
  await watched.state.store.addAction(
    intendAction(
      {
        id: actionId('words'),
        task: session.task,
        session: session.id,
        generation: 1,
        effect: { kind: 'type-text', text: 'hello' },
        by: watched.state.ann.id,
      },
      watched.state.clock.now(),
    ),
  );
  await until(async () => (await screen(watched)).includes('ready'), { ...WITHIN, what: 'the agent' });
  const before = await screen(watched);
  expect(await prepare(ports, session.id, NEVER)).toBe('done');
  expect(await find(watched, session)).toMatchObject({ state: 'live', isToBeObservedFirst: true });
  expect(await markOf(watched)).toBe(session.id);

  expect(await cycle(ports, session.id, NEVER)).toBe('done');
  expect(await screen(watched)).toBe(before);
  expect(await find(watched, session)).toMatchObject({ isToBeObservedFirst: false });
  expect((await watched.state.store.lastObservation(session.id))?.observation).toSatisfy(isAtPrompt);

  await until(
    async () => {
      await cycle(ports, session.id, NEVER);
      return (await screen(watched)).includes('got hello');
    },
    { ...WITHIN, what: 'the words' },
  );
});

test('a task that is over lets go of a session that a person began, and ends nothing', async () => {
  await using watched = await openWatched();
  const ports = watched.ports('one');
  const session = await adopt(watched);
  await prepare(ports, session.id, NEVER);
  await cycle(ports, session.id, NEVER);
  const task = await watched.state.store.findTask(session.task);
  if (task === null || !isLive(task)) throw new Error('its task is not live');
  await watched.state.store.saveTask(cancelTask(task, watched.state.ann.id, watched.state.clock.now()));
  await cycle(ports, session.id, NEVER);
  expect(await find(watched, session)).toMatchObject({ state: 'ended' });
  expect(await markOf(watched)).toBe('');
  expect(await watched.place.tmux('list-panes', '-t', '=by-hand:', '-F', '#{pane_dead}')).toBe('0\n');
});

test('the mark of an adoption that is over does not stand in the way of the next', async () => {
  await using watched = await openWatched();
  const ports = watched.ports('one');
  const first = await adopt(watched);
  await prepare(ports, first.id, NEVER);
  await watched.state.store.saveSession({ ...(await find(watched, first)), state: 'ended' });
  const { session } = await watched.state.addRunningTask(watched.place.host, { agent: 'robo' });
  const second: Session = { ...session, name: 'by-hand', isAdopted: true, state: 'preparing' };
  await watched.state.store.saveSession(second);
  await prepare(ports, second.id, NEVER);
  expect(await markOf(watched)).toBe(second.id);
  expect(await find(watched, second)).toMatchObject({ state: 'live' });
});

test('a session that another Fleet Director follows is not taken from it', async () => {
  await using watched = await openWatched();
  const ports = watched.ports('one');
  const session = await adopt(watched);
  await watched.place.tmux('set-option', '-t', '=by-hand:', '@fleet_session', 'somebody-else');
  await prepare(ports, session.id, NEVER);
  expect(await markOf(watched)).toBe('somebody-else');
  expect(await find(watched, session)).toMatchObject({ state: 'ended' });
  expect(await watched.state.store.findTask(session.task)).toMatchObject({
    state: 'failed',
    why: 'its session could not be adopted',
  });
});

test('a renamed session is followed, and another one under its old name is not taken for it', async () => {
  await using watched = await openWatched();
  const ports = watched.ports('one');
  const session = await adopt(watched);
  await prepare(ports, session.id, NEVER);
  await cycle(ports, session.id, NEVER);
  await watched.place.tmux('rename-session', '-t', '=by-hand', 'renamed');
  await watched.beginByHand('by-hand');
  await cycle(ports, session.id, NEVER);
  expect(await find(watched, session)).toMatchObject({ name: 'renamed', missedLooks: 0 });

  await watched.place.tmux('kill-session', '-t', '=renamed');
  await watched.place.tmux('rename-session', '-t', '=by-hand', 'renamed');
  await cycle(ports, session.id, NEVER);
  expect(await find(watched, session)).toMatchObject({ missedLooks: 1 });
});

test('a tmux server that was ended takes its sessions with it at once', async () => {
  await using watched = await openWatched();
  const ports = watched.ports('one');
  const session = await adopt(watched);
  await prepare(ports, session.id, NEVER);
  await cycle(ports, session.id, NEVER);
  await watched.place.tmux('kill-server');
  await until(
    async () => {
      await cycle(ports, session.id, NEVER);
      return (await watched.state.store.findTask(session.task))?.state === 'failed';
    },
    { ...WITHIN, what: 'the end of the task' },
  );
  expect(await watched.state.store.findTask(session.task)).toMatchObject({
    why: 'the tmux server of its host was ended and started anew, and with it the session',
  });
  expect((await find(watched, session)).missedLooks).toBe(0);
});
