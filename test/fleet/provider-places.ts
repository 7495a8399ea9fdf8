import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Host, ListedHost } from '../../src/domain/index.ts';
import {
  createAzlinProvider,
  createSshConfigProvider,
  createStaticProvider,
  type Fleet,
  type Provider,
} from '../../src/fleet/index.ts';
import { type Azlin, openAzlin } from '../doubles/azlin.ts';
import { openSshd, type SshHost } from '../doubles/sshd.ts';
import { environment, localHost, openFleet, QUIET } from './places.ts';

/** A provider with one host, `dev1`, behind which a real sshd answers. */
export type ProvidedPlace = AsyncDisposable & {
  readonly provider: Provider;
  readonly fleet: Fleet;
  readonly sshd: SshHost;
};

export type AzlinPlace = ProvidedPlace & { readonly azlin: Azlin };

export async function openStaticPlace(): Promise<ProvidedPlace> {
  return await openPlace((sshd) =>
    createStaticProvider([
      {
        name: 'dev1',
        transport: { kind: 'ssh', target: sshd.alias, port: null, configFile: sshd.sshConfigFile },
        capacity: 3,
      },
    ]),
  );
}

export async function openSshConfigPlace(): Promise<ProvidedPlace> {
  return await openPlace((sshd, home) => createSshConfigProvider({ file: sshd.sshConfigFile, home }));
}

/** @param hasTunnel whether azlin has a port open that leads there */
export async function openAzlinPlace({ hasTunnel = false } = {}): Promise<AzlinPlace> {
  const azlin = openAzlin();
  const place = await openPlace(
    (sshd, home, env) => {
      const tunnel = hasTunnel ? { tunnelPort: sshd.port } : {};
      azlin.setVms([
        { name: 'dev1', status: 'Running', region: 'westus2', sessions: ['main'], sshd, ...tunnel },
      ]);
      // Through a tunnel every VM is this machine, so the config that ssh is given knows only who logs in, and with what.
      const configFile = join(home, 'tunnel-config');
      const known = join(home, 'known-hosts');
      writeFileSync(
        configFile,
        `Host localhost\n  IdentityFile ${sshd.identityFile}\n  IdentitiesOnly yes\n  UserKnownHostsFile ${known}\n  GlobalKnownHostsFile /dev/null\n`,
      );
      return createAzlinProvider({ env, user: sshd.user, configFile, log: QUIET });
    },
    { AZLIN_PATH: azlin.program },
  );
  return {
    ...place,
    azlin,
    async [Symbol.asyncDispose]() {
      await place[Symbol.asyncDispose]();
      azlin[Symbol.dispose]();
    },
  };
}

/** A listed host as the fleet has it. */
export function hostOf({ name, transport, capacity }: ListedHost): Host {
  return { ...localHost(name), name, transport, capacity: capacity ?? 3 };
}

async function openPlace(
  makeProvider: (sshd: SshHost, home: string, env: NodeJS.ProcessEnv) => Provider,
  more: Readonly<Record<string, string>> = {},
): Promise<ProvidedPlace> {
  const sshd = await openSshd();
  const folder = mkdtempSync(join(tmpdir(), 'fleet-provided-'));
  const home = join(folder, 'home');
  mkdirSync(home);
  const env = environment({ HOME: home, ...more });
  const fleet = openFleet(env, folder);
  return {
    provider: makeProvider(sshd, home, env),
    fleet,
    sshd,
    async [Symbol.asyncDispose]() {
      await fleet.close();
      await sshd.close();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
