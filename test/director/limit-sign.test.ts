import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { type AgentKind, agentKinds, findAgentKind, observe } from '../../src/agents/index.ts';
import { rememberLimit } from '../../src/director/learn/index.ts';
import { limitSignIn } from '../../src/director/perceive/index.ts';
import { type Action, DEFAULT_RULES, type Observation } from '../../src/domain/index.ts';
import { readRecordedScreens } from '../support/corpus.ts';
import { openFleetState } from '../support/fleet-state.ts';
import { EVIDENCE, succeeded } from './situations.ts';

const SINCE = new Date('2026-11-22T14:30:00Z');
const SESSION_LIMIT = "You've hit your session limit · resets 5pm (Europe/Berlin)";

function kindOf(name: string): AgentKind {
  const kind = findAgentKind(name, agentKinds);
  if (kind === null) throw new Error(`there is no agent ${name}`);
  return kind;
}

const limited = (evidence: string, willRetry = false): Observation => ({
  ...EVIDENCE,
  state: 'rate_limited',
  willRetry,
  evidence,
});

const signIn = (name: string, observation: Observation, screen: readonly string[] = []) =>
  limitSignIn(kindOf(name), { observation, readings: [], screen }, SINCE);

test.each<[string, string, Observation, readonly string[], string | null]>([
  ['what the turn ended with', 'claude', limited(SESSION_LIMIT), [], '2026-11-22T16:00:00.000Z'],
  [
    'the screen says until when',
    'claude',
    limited('rate_limit'),
    ['●', SESSION_LIMIT, '❯'],
    '2026-11-22T16:00:00.000Z',
  ],
  [
    'over two lines',
    'gemini',
    limited('Usage limit reached for gemini-2.5-pro.'),
    ['Usage limit reached for gemini-2.5-pro.', 'Access resets at 2:00 PM PDT.'],
    '2026-11-22T21:00:00.000Z',
  ],
  [
    'an agent that tries again of a limit that lasts',
    'codex',
    limited("You've hit your usage limit. Try again in 3 hours.", true),
    [],
    '2026-11-22T17:30:00.000Z',
  ],
  ['no time is named', 'qwen', limited('Qwen OAuth quota exceeded: your free daily quota.'), [], 'no time'],
  ['too many requests', 'claude', limited('API Error: Request rejected (429)'), [], 'no time'],
  [
    'a model that is overloaded is no limit',
    'claude',
    limited('API Error: Repeated 529 Overloaded errors.'),
    [],
    null,
  ],
  ['nor is an agent that goes on by itself', 'codex', limited('429 Too Many Requests', true), [], null],
  ['nor are words in an answer', 'claude', { ...EVIDENCE, state: 'completed' }, [SESSION_LIMIT], null],
])('a sign of a usage limit: %s', (_what, agent, observation, screen, until) => {
  const sign = signIn(agent, observation, screen);
  expect(sign === null ? null : (sign.until?.toISOString() ?? 'no time')).toBe(until);
});

test('a menu that an agent shows at its limit is a sign too', () => {
  const dialog = {
    promptKind: 'menu',
    question: `${SESSION_LIMIT} What do you want to do?`,
    options: [],
  } as const;
  const shown: Observation = { ...EVIDENCE, state: 'waiting_input', promptKind: 'menu', dialog };
  expect(signIn('claude', shown)?.until).toEqual(new Date('2026-11-22T16:00:00Z'));
});

test('no recorded screen of an agent that is not limited is one', () => {
  const folder = fileURLToPath(new URL('../fixtures/screens', import.meta.url));
  const screens = readRecordedScreens(folder).filter(({ truth }) => truth.state !== 'rate_limited');
  expect(screens.length).toBeGreaterThan(200);
  for (const { kind, capture, path } of screens) {
    const observation = observe(kind, capture);
    const screen = capture.plain.split('\n');
    expect(limitSignIn(kind, { observation, readings: [], screen }, SINCE), path).toBeNull();
  }
});

test('what stands on a screen for long is one limit; after words it is another', async () => {
  await using state = await openFleetState();
  const { store, clock } = state;
  const host = await state.addHost();
  const { task, session } = await state.addRunningTask(host);
  const observation = limited('You’ve hit your usage limit, resets 3pm');
  const remember = (settled: readonly Action[] = []) => {
    const kind = kindOf('claude');
    const now = clock.now();
    const sign = limitSignIn(kind, { observation, readings: [], screen: [] }, now);
    const about = { task, session, host, kind, rules: DEFAULT_RULES, settled };
    return rememberLimit(store, about, observation, sign, { since: now, now });
  };
  const first = await remember();
  expect(first?.until).toEqual(new Date('2026-11-22T15:00:00Z'));
  clock.advance(7 * 60 * 60_000);
  expect(await remember()).toEqual(first);
  const typed = { ...succeeded('type-text'), endedAt: clock.now() };
  clock.advance(60_000);
  expect((await remember([typed]))?.until).toEqual(new Date('2026-11-23T15:00:00Z'));
});
