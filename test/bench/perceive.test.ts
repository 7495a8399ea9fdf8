import { expect, test } from 'vitest';
import { benchPerceive } from './perceive.ts';

test('the bench sees a small fleet, a change of a screen and a hook, over one connection for each host', {
  timeout: 120_000,
}, async () => {
  const figures = await benchPerceive(
    { hosts: 2, sessions: 2, samples: 2, settleSeconds: 1, idleSeconds: 1, profileFolder: null },
    () => {},
  );
  expect(figures).toMatchObject({
    firstLook: { sessions: 4, sessionsStored: 4, sshConnections: 2 },
    changeByControlMode: { samples: 2, lost: 0 },
    changeByHook: { samples: 2, lost: 0 },
    sshConnectionsAtTheEnd: 2,
    complaints: [],
  });
});
