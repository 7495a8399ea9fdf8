import { type FleetFile, pathOf } from './config.ts';
import { type HostRules, isNamedBy, type Log, type Transport } from './domain/index.ts';
import {
  createAzlinProvider,
  createSshConfigProvider,
  createStaticProvider,
  type Provider,
} from './fleet/index.ts';

/** A provider, with what the operator wants done with what it lists. */
export type HostSource = {
  readonly provider: Provider;
  readonly rules: HostRules;
  readonly nature: 'written' | 'found';
};

/** Who is asked which hosts there are, as `fleet.toml` has it. */
export function hostSources(
  { hosts, providers }: FleetFile,
  means: { readonly env: NodeJS.ProcessEnv; readonly home: string; readonly log: Log },
): readonly HostSource[] {
  const { env, home, log } = means;
  const { azlin, 'ssh-config': sshConfig } = providers;
  const written = hosts.map((host) => ({ ...host, transport: transportOf(host) }));
  const sources: HostSource[] = [
    {
      provider: createStaticProvider(written),
      rules: {
        capacity: 1,
        startsAs: 'active',
        allowed: ['*'],
        excluded: hosts.filter(({ excluded }) => excluded).map(({ name }) => name),
      },
      nature: 'written',
    },
  ];
  if (sshConfig !== undefined) {
    const file = sshConfig.file === undefined ? null : pathOf(sshConfig.file);
    sources.push({
      provider: createSshConfigProvider({ file, home }),
      rules: rulesOf(sshConfig),
      nature: 'found',
    });
  }
  if (azlin !== undefined) {
    const configFile = azlin.ssh_config === undefined ? null : pathOf(azlin.ssh_config);
    sources.push({
      provider: createAzlinProvider({ env, user: azlin.user ?? null, configFile, log }),
      rules: rulesOf(azlin),
      nature: 'found',
    });
  }
  return sources;
}

/** What commands may know of the same. */
export function providerFacts({ hosts, providers }: FleetFile) {
  const { azlin, 'ssh-config': sshConfig } = providers;
  const excluded: Readonly<Record<string, readonly string[]>> = {
    static: hosts.filter((host) => host.excluded).map(({ name }) => name),
    'ssh-config': sshConfig?.exclude ?? [],
    azlin: azlin?.exclude ?? [],
  };
  return {
    finders: [...(sshConfig === undefined ? [] : ['ssh-config']), ...(azlin === undefined ? [] : ['azlin'])],
    keepsExcluded: (provider: string, host: string) => isNamedBy(excluded[provider] ?? [], host),
    writesDown: (host: string) => hosts.some(({ name }) => name === host),
  };
}

function transportOf({ ssh, port, config_file: configFile }: FleetFile['hosts'][number]): Transport {
  if (ssh === undefined) return { kind: 'local' };
  return {
    kind: 'ssh',
    target: ssh,
    port: port ?? null,
    configFile: configFile === undefined ? null : pathOf(configFile),
  };
}

type Found = NonNullable<FleetFile['providers']['azlin' | 'ssh-config']>;

function rulesOf({ capacity, start, allow, exclude }: Found): HostRules {
  return { capacity, startsAs: start, allowed: allow, excluded: exclude };
}
