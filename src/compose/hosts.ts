import { homedir } from 'node:os';
import type { Log } from '../domain/index.ts';
import {
  createAzlinProvider,
  createSshConfigProvider,
  createStaticProvider,
  type Provider,
} from '../fleet/index.ts';
import type { HostSource } from '../host-sources.ts';

export function providerOf(source: HostSource, env: NodeJS.ProcessEnv, log: Log): Provider {
  switch (source.kind) {
    case 'static':
      return createStaticProvider(source.hosts);
    case 'ssh-config':
      return createSshConfigProvider({ file: source.file, home: homedir() });
    case 'azlin':
      return createAzlinProvider({ env, user: source.user, configFile: source.configFile, log });
  }
}
