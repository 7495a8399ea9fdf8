import { expect, test } from 'vitest';
import { type AgentKind, createCommandKind } from '../../src/agents/index.ts';
import { type Beforehand, sightOf } from '../../src/director/perceive/look.ts';
import { type Capture, dialogOf, type Host, hostId, type Observation, ok } from '../../src/domain/index.ts';
import { containing } from '../support/containing.ts';
import { hostLook, sessionLook } from './looks.ts';
import { EVIDENCE, SESSION } from './situations.ts';

const SECRET = `ghp_${'a1B2'.repeat(9)}`;
const CAPTURE: Capture = {
  plain: `$ echo ${SECRET}\n\n`,
  ansi: '',
  pane: {
    command: 'agent',
    title: '',
    pid: 10,
    width: 80,
    height: 24,
    cursorX: 0,
    cursorY: 0,
    isCursorVisible: true,
    isAlternateScreen: false,
    isInMode: false,
    isDead: false,
    deadStatus: null,
  },
  processes: [],
  takenAt: new Date(0),
};

const HOST: Host = {
  id: hostId('host-1'),
  name: 'dev1',
  transport: { kind: 'local' },
  capacity: 3,
  state: 'active',
  reach: { state: 'unknown' },
};
const LOOK = hostLook([sessionLook({ name: SESSION.name, session: SESSION.id, capture: CAPTURE })]);
const BEFOREHAND: Beforehand = { identity: null, otherHosts: [], reports: [], now: () => new Date(0) };

/** An agent whose screen always means the same. */
const showing = (observation: Observation): AgentKind => ({
  ...createCommandKind({ name: 'agent', words: ['agent'] }),
  readScreen: () => observation,
});

const evidence = `export TOKEN=${SECRET}`;
const MEANINGS: readonly Observation[] = [
  { ...EVIDENCE, evidence, state: 'running' },
  { ...EVIDENCE, evidence, state: 'unknown', why: `${SECRET} is no word` },
  { ...EVIDENCE, evidence, state: 'shell', exitStatus: 1, trouble: null },
  { ...EVIDENCE, evidence, state: 'waiting_input', promptKind: 'text_question', question: `Use ${SECRET}?` },
  {
    ...EVIDENCE,
    evidence,
    state: 'waiting_input',
    promptKind: 'permission',
    dialog: {
      promptKind: 'permission',
      question: `Run deploy --token ${SECRET}?`,
      options: [{ label: `Yes, and remember ${SECRET}`, keys: ['1', 'Enter'] }],
    },
  },
];

test.each(MEANINGS.map((meaning) => [meaning.state, meaning] as const))(
  'no secret of a screen gets any further than the look: %s',
  (state, meaning) => {
    const sight = sightOf(showing(meaning), HOST, SESSION, ok(LOOK), BEFOREHAND);
    expect(sight).toMatchObject({ kind: 'seen', observation: { state, evidence: containing('[redacted') } });
    expect(JSON.stringify(sight)).not.toContain(SECRET);
    const dialog = sight.kind === 'seen' ? dialogOf(sight.observation) : null;
    if (dialog !== null) expect(dialog.options[0]?.keys).toEqual(['1', 'Enter']);
  },
);
