import { afterAll, expect, test } from 'vitest';
import { openSshd, type SshHost } from '../doubles/sshd.ts';
import { endTmux, installStandIn, type StandIn, startByHand, tmuxOn } from '../doubles/stand-in-agent.ts';
import { until } from '../support/until.ts';
import { JOURNEY, QUICK, shareWorld } from './world.ts';

const NOTICED_WITHIN_MS = 60_000;

const hosts = new Map<string, SshHost>();
const agents = new Map<string, StandIn>();

// Closed after the world that reaches them: hooks of this kind run in reverse.
afterAll(async () => {
  await Promise.all([...hosts.values()].map((host) => host.close()));
});

const shared = shareWorld({
  toml: async () => {
    const entries = await Promise.all(['ash', 'birch', 'cedar', 'dogwood', 'elm'].map(openHost));
    return QUICK + entries.join('');
  },
});

/** A host with one session that somebody began by hand: `work-ash` on `ash`. */
async function openHost(name: string): Promise<string> {
  const host = await openSshd({ alias: name });
  hosts.set(name, host);
  await installStandIn(host);
  for (const agent of await startByHand(host, [{ name: `work-${name}` }])) agents.set(agent.name, agent);
  return `[[hosts]]\nname = "${name}"\nssh = "${name}"\nconfig_file = "${host.sshConfigFile}"\n`;
}

function hostNamed(name: string): SshHost {
  const host = hosts.get(name);
  if (host === undefined) throw new Error(`there is no host ${name}`);
  return host;
}

function agentNamed(name: string): StandIn {
  const agent = agents.get(name);
  if (agent === undefined) throw new Error(`nobody began ${name}`);
  return agent;
}

/** What people are told of a host, as soon as it has all these words. */
async function sees(host: string, ...words: readonly RegExp[]): Promise<string> {
  let told = '';
  await until(
    async () => {
      told = await shared().ask('observe', host);
      return words.every((each) => each.test(told));
    },
    { withinMs: NOTICED_WITHIN_MS, what: `${words.join(' and ')} in what is told of ${host}` },
  ).catch((cause: unknown) => {
    throw new Error(`told of ${host} was:\n${told}`, { cause });
  });
  return told;
}

test(
  'of three hosts one is cut off and one freezes: what is known of them stays, and the third goes on',
  JOURNEY,
  async () => {
    for (const name of ['ash', 'birch', 'cedar']) {
      await sees(name, /^reachable; 1 session/m, new RegExp(`work-${name}.* — thinking`));
    }
    hostNamed('ash').cut();
    hostNamed('birch').freeze();
    // Nobody can see this before it is reached again.
    for (const name of ['work-ash', 'work-birch', 'work-cedar']) await agentNamed(name).show('waiting_input');

    await sees('cedar', /work-cedar.* — waiting input \(permission\)/);
    for (const name of ['ash', 'birch']) {
      const told = await sees(name, /unreachable/);
      expect(told).toMatch(new RegExp(`work-${name}.* — thinking`));
      expect(told).not.toContain('Not there any more');
    }
    await agentNamed('work-cedar').show('thinking');
    await sees('cedar', /work-cedar.* — thinking/);

    for (const name of ['ash', 'birch']) hostNamed(name).restore();
    for (const name of ['ash', 'birch']) {
      await sees(name, /^reachable/m, new RegExp(`work-${name}.* — waiting input`));
    }
  },
);

test(
  'a tmux server that was killed has lost its sessions, and a new one under the old name is another one',
  JOURNEY,
  async () => {
    const host = hostNamed('cedar');
    await sees('cedar', /work-cedar.* — thinking/);
    const before = await shared().ask('explain', 'cedar', 'work-cedar');
    await endTmux(host);
    await sees('cedar', /^reachable; 0 sessions/m, /Not there any more: work-cedar/);

    await startByHand(host, [{ name: 'work-cedar' }]);
    const back = await sees('cedar', /work-cedar.* — thinking/);
    expect(back).not.toContain('Not there any more');
    expect(serverIn(await shared().ask('explain', 'cedar', 'work-cedar'))).not.toBe(serverIn(before));
  },
);

test(
  'a host that was started anew while nobody looked has none of the sessions it had',
  JOURNEY,
  async () => {
    const host = hostNamed('dogwood');
    await sees('dogwood', /work-dogwood.* — thinking/);
    host.cut();
    await sees('dogwood', /unreachable/, /work-dogwood.* — thinking/);
    await endTmux(host);
    await startByHand(host, [{ name: 'begun-at-boot' }]);
    host.restore();
    await sees(
      'dogwood',
      /^reachable; 1 session/m,
      /begun-at-boot.* — thinking/,
      /Not there any more: work-dogwood/,
    );
  },
);

test(
  'a session that is renamed is the same one, and its old name may be given to another',
  JOURNEY,
  async () => {
    const host = hostNamed('elm');
    await agentNamed('work-elm').show('waiting_input');
    await sees('elm', /work-elm.* — waiting input/);
    await tmuxOn(host, 'rename-session', '-t', '=work-elm', 'renamed');
    const renamed = await sees('elm', /renamed.* — waiting input/);
    expect(renamed).not.toContain('work-elm');

    await startByHand(host, [{ name: 'work-elm' }]);
    const both = await sees('elm', /2 sessions/, /work-elm.* — thinking/);
    expect(both).toMatch(/renamed.* — waiting input/);
    await tmuxOn(host, 'kill-session', '-t', '=renamed');
    await sees('elm', /; 1 session/, /work-elm.* — thinking/, /Not there any more: renamed/);
  },
);

function serverIn(explained: string): string {
  const pid = /\bserver (\d+)\b/.exec(explained)?.[1];
  if (pid === undefined) throw new Error(`no tmux server is named in:\n${explained}`);
  return pid;
}
