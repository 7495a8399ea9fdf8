import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { err, type Log, ok, type Result } from '../src/domain/index.ts';
import type { Metrics } from './metrics.ts';
import type { Answerer, Readiness } from './ports.ts';

export type HttpOptions = {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** Asked in this order until one says that the path is its own. */
  readonly answerers: readonly Answerer[];
  readonly readiness: Readiness;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly newId: () => string;
};

export type Http = {
  readonly port: number;
  /** `http://127.0.0.1:3000`, without a slash at the end. */
  readonly url: string;
  /** Takes no more requests, lets the running ones finish, ends what is left after a while. */
  close(): Promise<void>;
};

export type ListenFailure = {
  readonly kind: 'port-taken' | 'port-forbidden' | 'no-such-address';
  readonly sentence: string;
};

const HEADERS_TIMEOUT_MS = 10_000;
/** For the whole of a request to arrive; 25 MB must fit over a slow line. */
const REQUEST_TIMEOUT_MS = 60_000;
const KEEP_ALIVE_TIMEOUT_MS = 5_000;
const MAX_HEADER_BYTES = 16_384;
const CLOSE_WITHIN_MS = 10_000;

/** The one HTTP server: probes and metrics are its own, everything else is an answerer's. */
export async function openHttp(options: HttpOptions): Promise<Result<Http, ListenFailure>> {
  const { host, port, log, metrics, newId } = options;
  const server = createServer(
    {
      headersTimeout: HEADERS_TIMEOUT_MS,
      requestTimeout: REQUEST_TIMEOUT_MS,
      keepAliveTimeout: KEEP_ALIVE_TIMEOUT_MS,
      maxHeaderSize: MAX_HEADER_BYTES,
    },
    (request, response) => {
      const startedAtMs = performance.now();
      const ended = new Promise((resolve) => response.once('close', resolve));
      const count = async (route: string) => {
        await ended;
        const seconds = (performance.now() - startedAtMs) / 1000;
        metrics.countRequest({ route, status: response.statusCode, seconds });
      };
      answer(request, response, options).then(count, async (cause: unknown) => {
        const quote = newId().slice(0, 8);
        log.error({ cause, quote, method: request.method, path: request.url }, 'an HTTP request broke');
        if (response.headersSent) response.destroy();
        else say(response, 500, `This broke. Quote ${quote} to whoever runs Fleet Director.`);
        await count('broken');
      });
    },
  );
  const failure = await listen(server, host, port);
  if (failure !== null) return err(failure);
  const address = server.address();
  const actualPort = typeof address === 'object' && address !== null ? address.port : port;
  return ok({
    port: actualPort,
    url: `http://${host.includes(':') ? `[${host}]` : host}:${actualPort}`,
    close: () => closeGently(server),
  });
}

/** Answers with one line of plain text. */
export function say(
  response: ServerResponse,
  status: number,
  line: string,
  headers: Readonly<Record<string, string>> = {},
): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', ...headers });
  response.end(`${line}\n`);
}

export function sayJson(response: ServerResponse, status: number, value: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' });
  response.end(`${JSON.stringify(value)}\n`);
}

export function pathOf(request: IncomingMessage): string {
  return new URL(request.url ?? '/', 'http://any').pathname;
}

/** Value: the route as metrics name it; few names, whatever people ask for. */
async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { answerers, readiness, metrics }: HttpOptions,
): Promise<string> {
  const path = request.url?.startsWith('/') ? pathOf(request) : null;
  if (path === null) {
    say(response, 400, 'This is no request for a path of this server.');
    return 'unknown';
  }
  switch (path) {
    case '/healthz':
      say(response, 200, 'alive');
      return path;
    case '/readyz': {
      const { ready, why } = await readiness.check();
      say(response, ready ? 200 : 503, ready ? 'ready' : why);
      return path;
    }
    case '/metrics': {
      const { contentType, text } = await metrics.expose();
      response.writeHead(200, { 'content-type': contentType });
      response.end(text);
      return path;
    }
    default:
      for (const answerer of answerers) {
        if (await answerer(request, response)) return `/${path.split('/')[1] ?? ''}`;
      }
      say(response, 404, 'Nothing is here.');
      return 'unknown';
  }
}

function listen(server: Server, host: string, port: number): Promise<ListenFailure | null> {
  return new Promise((resolve, reject) => {
    const onError = (cause: NodeJS.ErrnoException) => {
      const failure = listenFailure(cause, host, port);
      if (failure === null) reject(new Error(`cannot listen on ${host}:${port}`, { cause }));
      else resolve(failure);
    };
    server.once('error', onError);
    server.listen(port, host, () => {
      server.off('error', onError);
      resolve(null);
    });
  });
}

function listenFailure(cause: NodeJS.ErrnoException, host: string, port: number): ListenFailure | null {
  switch (cause.code) {
    case 'EADDRINUSE':
      return {
        kind: 'port-taken',
        sentence: `Port ${port} is taken on ${host}: stop the program that holds it, or set PORT to another one (PORT=${port + 1} npm start).`,
      };
    case 'EACCES':
      return {
        kind: 'port-forbidden',
        sentence: `This user may not open port ${port}: set PORT to 1024 or more (PORT=3000 npm start).`,
      };
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
      return {
        kind: 'no-such-address',
        sentence: `This machine has no address ${host}: set FLEET_HOST to one it has, or leave FLEET_HOST out for 127.0.0.1.`,
      };
    default:
      return null;
  }
}

function closeGently(server: Server): Promise<void> {
  return new Promise((resolve, reject) => {
    const patience = setTimeout(() => server.closeAllConnections(), CLOSE_WITHIN_MS);
    server.close((cause) => {
      clearTimeout(patience);
      if (cause === undefined || ('code' in cause && cause.code === 'ERR_SERVER_NOT_RUNNING')) resolve();
      else reject(new Error('the HTTP server did not close', { cause }));
    });
    server.closeIdleConnections();
  });
}
