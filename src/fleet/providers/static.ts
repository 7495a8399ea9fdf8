import { type ListedHost, ok, type Transport } from '../../domain/index.ts';
import type { Provider } from './provider.ts';

/** The hosts that the operator wrote down. */
export function createStaticProvider(
  hosts: readonly { readonly name: string; readonly transport: Transport; readonly capacity: number }[],
): Provider {
  const listed = hosts.map(
    ({ name, transport, capacity }): ListedHost => ({
      name,
      transport,
      capacity,
      region: null,
      isRunning: null,
      toldSessions: [],
    }),
  );
  return { name: 'static', list: async () => ok({ hosts: listed, isComplete: true }) };
}
