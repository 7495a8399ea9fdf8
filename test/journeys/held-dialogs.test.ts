import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest';
import { recordCardMessage } from '../../db/threads.ts';
import { agentKinds, createDemoKind, observe } from '../../src/agents/index.ts';
import { cycle } from '../../src/director/cycle.ts';
import type { DirectorPorts } from '../../src/director/index.ts';
import {
  actionId,
  approvalId,
  DEFAULT_RULES,
  dialogOf,
  type Host,
  intendAction,
  type Session,
} from '../../src/domain/index.ts';
import { ANN, openWorld, type World } from '../commands/world.ts';
import { recordDialog } from '../doubles/recorded-dialog.ts';
import { openLocalPlace, type Place, QUIET } from '../fleet/places.ts';
import { containing } from '../support/containing.ts';
import { type RecordedScreen, readRecordedScreens } from '../support/corpus.ts';
import { until } from '../support/until.ts';

const NEVER = new AbortController().signal;
const WITHIN_MS = 20_000;
const ASKED = ['permission', 'question', 'plan_approval'];

/** What a terminal sends for a key that tmux names. */
const BYTES: Readonly<Record<string, string>> = {
  Enter: '\r',
  Escape: '\x1b',
  Tab: '\t',
  Space: ' ',
  Up: '\x1b[A',
  Down: '\x1b[B',
  Right: '\x1b[C',
  Left: '\x1b[D',
};
const bytesOf = (keys: readonly string[]) => keys.map((key) => BYTES[key] ?? key).join('');

const kinds = [...agentKinds, createDemoKind({ nodePath: 'node', scriptPath: 'demo-agent.ts', env: {} })];
const dialogs = readRecordedScreens(fileURLToPath(new URL('../fixtures/screens', import.meta.url))).filter(
  ({ truth, kind }) =>
    truth.state === 'waiting_input' && ASKED.includes(truth.promptKind ?? '') && kind.processNames.length > 0,
);

let world: World;
let place: Place;
let host: Host;
let ports: DirectorPorts;

beforeAll(async () => {
  world = await openWorld();
  place = await openLocalPlace({ now: world.clock.now });
  host = await world.addHost({ ...place.host, capacity: 1_000 });
  ports = {
    store: world.store,
    fleet: place.fleet,
    agents: new Map(kinds.map((kind) => [kind.name, kind])),
    pullRequests: null,
    model: null,
    settings: {
      owner: 'test',
      permissionMode: 'ask',
      rulesOf: () => DEFAULT_RULES,
      alertChannel: null,
      pollEveryMs: 60_000,
      stuckAfterMs: 300_000,
      silentAfterMs: 60_000,
    },
    log: QUIET,
    digest: world.digest,
    now: world.clock.now,
    newId: world.newId,
  };
});
afterAll(async () => {
  await place[Symbol.asyncDispose]();
  await world[Symbol.asyncDispose]();
});

async function pass(session: Session): Promise<void> {
  world.clock.advance(1_000);
  expect(await cycle(ports, session.id, NEVER)).toBe('done');
}

/** A session of a task whose agent shows what was recorded. */
async function show({ kind, capture }: RecordedScreen, nth: number) {
  const { task, session } = await world.addRunningTask(host, { agent: kind.name });
  const name = kind.processNames[0] ?? kind.name;
  const dialog = recordDialog(join(place.home, `dialog-${nth}`), name, capture);
  const { width, height } = capture.pane;
  const size = ['-x', String(width), '-y', String(height)];
  await place.tmux('new-session', '-d', '-s', session.name, ...size, dialog.program);
  await place.tmux('set-option', '-t', `=${session.name}:`, '@fleet_session', session.id);
  await until(dialog.isShown, { withinMs: WITHIN_MS, what: 'the recorded screen' });
  return { task, session, dialog };
}

const HOOK_IS_LATE_MS = 5_000;

test('there are dialogs of every kind of agent that was recorded', () => {
  expect(dialogs.length).toBeGreaterThan(40);
});

/** Its answers do not all stand on the screen: several may be chosen, or the screen is too small. */
const ANSWERED_AT_TERMINAL = [
  'claude-code/waiting_input/ask-multi-80x24-01.json',
  'claude-code/waiting_input/perm-tiny-40x12-01.json',
];

/** Of a program that nobody knows it is often not known which keys lead to which answer. */
function isAnsweredAtTerminal({ path, kind, capture }: RecordedScreen): boolean {
  return (
    ANSWERED_AT_TERMINAL.includes(path) ||
    (!kind.isKnown && dialogOf(observe(kind, capture))?.options.length === 0)
  );
}

test.each(dialogs.map((screen, nth) => [screen.path, screen, nth] as const))(
  'no word gets into %s; its own answers are offered, and the chosen one is all that is pressed',
  async (_path, screen, nth) => {
    const { store, ask, clock } = world;
    const { task, session, dialog } = await show(screen, nth);
    onTestFinished(async () => void (await place.tmux('kill-session', '-t', `=${session.name}`)));
    const inThread = { kind: 'slack', channel: 'C1', threadTs: `${nth + 1}.000` } as const;
    await recordCardMessage(world.database.connection, task.thread, 'slack', inThread.threadTs);

    await pass(session);
    expect(await ask(ANN, { kind: 'thread-reply', words: 'Yes, go on' }, inThread)).toMatchObject({
      ok: true,
    });
    const own = { kind: 'type-text', text: 'Go on' } as const;
    const { generation } = session;
    await store.addAction(
      intendAction(
        {
          id: actionId(world.newId()),
          task: task.id,
          session: session.id,
          generation,
          effect: own,
          by: null,
        },
        clock.now(),
      ),
    );
    await pass(session);
    // By then a hook would have been heard.
    clock.advance(HOOK_IS_LATE_MS);
    await pass(session);
    expect(dialog.keys()).toBe('');
    const events = await store.eventsOfTask(task.id, 30);
    expect(events.filter(({ kind }) => kind === 'input-held')).toMatchObject([{ text: 'Yes, go on' }]);
    const seen = await store.lastObservation(session.id);
    const shown = seen === null ? null : dialogOf(seen.observation);
    const [question, ...more] = await store.approvalsOfSession(task.id, session.id);
    expect(more).toEqual([]);
    if (isAnsweredAtTerminal(screen)) {
      expect(shown?.options).toEqual([]);
      expect(question).toBeUndefined();
      expect(events.filter(({ kind }) => kind === 'agent-observed')).toMatchObject([
        { why: containing('Answer it at its terminal') },
      ]);
      return;
    }
    expect(shown?.options.length).toBeGreaterThan(0);
    expect(question?.choices.map(({ label }) => label)).toEqual(shown?.options.map(({ label }) => label));

    const chosen = nth % (shown?.options.length ?? 1);
    const button = {
      kind: 'answer',
      approval: approvalId(question?.id ?? ''),
      choice: String(chosen),
    } as const;
    expect(await ask(ANN, { kind: 'button', button }, inThread)).toMatchObject({ ok: true });
    await pass(session);
    expect(dialog.keys()).toBe(bytesOf(shown?.options[chosen]?.keys ?? []));
  },
);
