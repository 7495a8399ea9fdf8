import { request } from 'node:http';
import { networkInterfaces } from 'node:os';

/** An address of this machine that is no loopback address; null: it has none. */
export const OTHER_ADDRESS =
  Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .find(({ family, internal }) => family === 'IPv4' && !internal)?.address ?? null;

/** Asks a server of 127.0.0.1 from there, as a machine of the network would: the status it answers with. */
export function statusFromElsewhere(
  url: string,
  options: { readonly method?: string; readonly headers?: Readonly<Record<string, string>> } = {},
): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const asked = request(url, { ...options, localAddress: OTHER_ADDRESS ?? undefined }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    asked.on('error', reject).end();
  });
}
