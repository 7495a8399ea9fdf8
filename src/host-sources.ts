import { type FleetFile, pathOf } from './config.ts';
import { type HostRules, isNamedBy, type Transport } from './domain/index.ts';

/** Who is asked which hosts there are, and what the operator wants done with what is listed. */
export type HostSource = { readonly rules: HostRules } & (
  | {
      readonly kind: 'static';
      readonly hosts: readonly {
        readonly name: string;
        readonly transport: Transport;
        readonly capacity: number;
      }[];
    }
  /** Null: the config that ssh reads anyway. */
  | { readonly kind: 'ssh-config'; readonly file: string | null }
  | { readonly kind: 'azlin'; readonly user: string | null; readonly configFile: string | null }
);

/** As `fleet.toml` has it. The hosts that it names itself come first. */
export function hostSources({ hosts, providers }: FleetFile): readonly HostSource[] {
  const { azlin, 'ssh-config': sshConfig } = providers;
  const excluded = hosts.filter((host) => host.excluded).map(({ name }) => name);
  const sources: HostSource[] = [
    {
      kind: 'static',
      hosts: hosts.map((host) => ({
        name: host.name,
        transport: transportOf(host),
        capacity: host.capacity,
      })),
      rules: { capacity: 1, startsAs: 'active', allowed: ['*'], excluded },
    },
  ];
  if (sshConfig !== undefined) {
    const file = sshConfig.file === undefined ? null : pathOf(sshConfig.file);
    sources.push({ kind: 'ssh-config', file, rules: rulesOf(sshConfig) });
  }
  if (azlin !== undefined) {
    const configFile = azlin.ssh_config === undefined ? null : pathOf(azlin.ssh_config);
    sources.push({ kind: 'azlin', user: azlin.user ?? null, configFile, rules: rulesOf(azlin) });
  }
  return sources;
}

/** What commands may know of them. */
export function providerFacts(sources: readonly HostSource[]) {
  const written = sources.flatMap((source) => (source.kind === 'static' ? source.hosts : []));
  return {
    finders: sources.map(({ kind }) => kind).filter((kind) => kind !== 'static'),
    keepsExcluded: (provider: string, host: string) =>
      sources.some(({ kind, rules }) => kind === provider && isNamedBy(rules.excluded, host)),
    writesDown: (host: string) => written.some(({ name }) => name === host),
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
