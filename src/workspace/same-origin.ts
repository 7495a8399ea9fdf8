import type { IncomingHttpHeaders } from 'node:http';

/**
 * Whether a request may see the page: its `Host` must be this server by one of the names of this machine. A foreign
 * name that was made to point here (DNS rebinding) does not pass.
 */
export function isOwnHost(headers: IncomingHttpHeaders, origin: string): boolean {
  return ownHosts(origin).includes(headers.host ?? '');
}

/** Whether a request may change something: it must come from the page itself, and say so. */
export function isFromOwnPage(headers: IncomingHttpHeaders, origin: string): boolean {
  if (!isOwnHost(headers, origin)) return false;
  const site = headers['sec-fetch-site'];
  if (site !== undefined && site !== 'same-origin') return false;
  const { protocol } = new URL(origin);
  return headers.origin === `${protocol}//${headers.host}`;
}

function ownHosts(origin: string): readonly string[] {
  const { host, port } = new URL(origin);
  const suffix = port === '' ? '' : `:${port}`;
  return [host, `localhost${suffix}`, `127.0.0.1${suffix}`, `[::1]${suffix}`];
}
