import { createHmac } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { Log } from '../domain/index.ts';
import { readBody, sendJson } from './http-body.ts';
import { isFields, parseJson } from './json.ts';
import { openWriteLog, type Write, type WriteLog } from './write-log.ts';

export type EmulatedApp = {
  readonly appId: number;
  readonly slug: string;
  readonly privateKey: string;
  readonly installationId: number;
  readonly account: string;
  readonly permissions: Readonly<Record<string, string>>;
};

export type EmulatedGithubOptions = {
  /** 0: any free one. */
  readonly port: number;
  readonly users: readonly string[];
  readonly repositories: readonly { readonly owner: string; readonly name: string }[];
  readonly apps: readonly EmulatedApp[];
  /** Token → login. Any other token is refused, as GitHub does. */
  readonly tokens: ReadonlyMap<string, string>;
  /** Logins that count as bots. */
  readonly bots: readonly string[];
  /** Where people read issues and pull requests: what `html_url` begins with. */
  readonly pagesUrl: string;
  /** What `git clone` is given for a repository. */
  readonly cloneUrl: (repo: string) => string;
  /** Null: forgotten when it closes. */
  readonly writesFile: string | null;
  /** Why a write is refused that the emulator itself would let pass; null: it is not. */
  readonly refuse: (write: Write) => Promise<Refusal | null>;
  readonly now: () => Date;
  readonly newId: () => string;
  readonly log: Log;
};

export type Refusal = { readonly status: number; readonly message: string };

export type EmulatedGithub = {
  readonly apiUrl: string;
  /** Tells `url` of everything that happens in a repository from now on. */
  subscribe(hook: {
    readonly repo: string;
    readonly events: readonly string[];
    readonly url: string;
    readonly secret: string;
  }): Promise<void>;
  close(): Promise<void>;
};

/** Source: the answer of GitHub's API, "body is too long (maximum is 65536 characters)". */
const BODY_MAX = 65_536;
const MAX_REQUEST_BYTES = 1024 * 1024;
const DELIVERY_TIMEOUT_MS = 10_000;
/** Headers of one connection; the other connection has its own. */
const HOP_HEADERS = new Set([
  'connection',
  'keep-alive',
  'transfer-encoding',
  'content-length',
  'content-encoding',
]);

/**
 * GitHub's API on this machine. The emulator holds everything in memory; this server in front of it adds what GitHub has and
 * the emulator has not: it knows its tokens, limits lengths, gives every delivery an id of its own and survives a restart.
 * Each write is logged before it is done and done one after the other, so doing them again leads to the same numbers.
 */
export async function openEmulatedGithub(options: EmulatedGithubOptions): Promise<EmulatedGithub> {
  const { createEmulator } = await import('emulate');
  const emulator = await createEmulator({
    service: 'github',
    port: 0,
    hostname: '127.0.0.1',
    seed: {
      tokens: Object.fromEntries([...options.tokens].map(([token, login]) => [token, { login }])),
      github: {
        users: options.users.map((login) => ({ login })),
        repos: options.repositories.map(({ owner, name }) => ({ owner, name })),
        apps: options.apps.map((app) => ({
          app_id: app.appId,
          slug: app.slug,
          name: app.slug,
          private_key: app.privateKey,
          permissions: app.permissions,
          events: [],
          installations: [{ installation_id: app.installationId, account: app.account }],
        })),
      },
    },
  });
  const inner = emulator.url.replace('//localhost:', '//127.0.0.1:');
  const names: Names = {
    inner: [emulator.url, inner],
    api: '',
    times: new Map(),
    authors: new Map(),
    options,
  };
  const hooks = new Map<string, { readonly url: string; readonly secret: string }>();
  const writes = options.writesFile === null ? null : openWriteLog(options.writesFile);
  const enqueue = oneAtATime();

  const server = createServer((request, response) => {
    const hook = hooks.get(request.url ?? '');
    const answered =
      hook === undefined
        ? answer(request, response, { inner, names, writes, enqueue })
        : deliver(request, response, hook, names);
    answered.catch((cause: unknown) => {
      options.log.error({ cause, path: request.url }, 'the emulated GitHub broke');
      if (response.headersSent) response.destroy();
      else sendJson(response, 500, { message: 'Server Error' });
    });
  });
  names.api = await listen(server, options.port);
  for (const write of writes?.past ?? []) await repeat(write, inner, names);

  return {
    apiUrl: names.api,
    async subscribe({ repo, events, url, secret }) {
      const path = `/-/deliveries/${options.newId()}`;
      hooks.set(path, { url, secret });
      const made = await fetch(`${inner}/repos/${repo}/hooks`, {
        method: 'POST',
        headers: headersFor(tokenOf(options.tokens, repo.split('/')[0] ?? '')),
        body: JSON.stringify({ events, config: { url: `${names.api}${path}` } }),
      });
      if (!made.ok) throw new Error(`the emulated GitHub took no webhook for ${repo}: ${made.status}`);
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await emulator.close();
    },
  };
}

type Names = {
  /** How the emulator calls itself. */
  readonly inner: readonly string[];
  /** How this server is called; known once it listens. */
  api: string;
  /** Page → when it was made and changed. After a restart the emulator thinks that it was just now. */
  readonly times: Map<string, { createdAt: string; updatedAt: string }>;
  /** Page → login of the app that made it. The emulator takes an app for the account it is installed in. */
  readonly authors: Map<string, string>;
  readonly options: EmulatedGithubOptions;
};

async function answer(
  request: IncomingMessage,
  response: ServerResponse,
  {
    inner,
    names,
    writes,
    enqueue,
  }: {
    readonly inner: string;
    readonly names: Names;
    readonly writes: WriteLog | null;
    readonly enqueue: <T>(work: () => Promise<T>) => Promise<T>;
  },
): Promise<void> {
  const { tokens, now, refuse } = names.options;
  const method = request.method ?? 'GET';
  const path = request.url ?? '/';
  const authorization = request.headers.authorization ?? '';
  const token = authorization.replace(/^(?:bearer|token)\s+/i, '');
  const isRead = method === 'GET' || method === 'HEAD';
  if (!isKnown(token, tokens) || (token === '' && !isRead)) {
    sendJson(response, 401, { message: token === '' ? 'Requires authentication' : 'Bad credentials' });
    return;
  }
  const bytes = await readBody(request, MAX_REQUEST_BYTES);
  if (bytes === null) {
    sendJson(response, 413, { message: 'Payload too large' });
    return;
  }
  const body = bytes.toString('utf8');
  const forward = async () => {
    const answered = await fetch(`${inner}${path}`, {
      method,
      headers: headersFor(token),
      ...(isRead || body === '' ? {} : { body }),
    });
    const text = await answered.text();
    return { answered, text };
  };
  if (isRead) {
    const { answered, text } = await forward();
    pass(response, answered, text, names);
    return;
  }
  await enqueue(async () => {
    const write: Write = { at: now(), login: tokens.get(token) ?? '', method, path, body };
    const refusal = lengthFault(body) ?? (await refuse(write));
    if (refusal !== null) {
      sendJson(response, refusal.status, { message: refusal.message });
      return;
    }
    if (write.login !== '') writes?.append(write);
    const { answered, text } = await forward();
    noteTimes(text, write, names);
    noteAuthor(text, token, names);
    pass(response, answered, text, names);
  });
}

async function repeat(write: Write, inner: string, names: Names): Promise<void> {
  const answered = await fetch(`${inner}${write.path}`, {
    method: write.method,
    headers: headersFor(tokenOf(names.options.tokens, write.login)),
    ...(write.body === '' ? {} : { body: write.body }),
  });
  noteTimes(await answered.text(), write, names);
}

/** The emulator counts its deliveries from 1 after each start and signs bodies that name it; both are put right here. */
async function deliver(
  request: IncomingMessage,
  response: ServerResponse,
  hook: { readonly url: string; readonly secret: string },
  names: Names,
): Promise<void> {
  const bytes = await readBody(request, MAX_REQUEST_BYTES);
  sendJson(response, 200, {});
  const body = JSON.stringify(rewrite(parseJson(bytes?.toString('utf8') ?? ''), names));
  const event = request.headers['x-github-event'];
  try {
    const answered = await fetch(hook.url, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'user-agent': 'GitHub-Hookshot/demo',
        'x-github-delivery': names.options.newId(),
        'x-github-event': typeof event === 'string' ? event : '',
        'x-hub-signature-256': `sha256=${createHmac('sha256', hook.secret).update(body).digest('hex')}`,
      },
      body,
      signal: AbortSignal.timeout(DELIVERY_TIMEOUT_MS),
    });
    if (!answered.ok) names.options.log.warn({ event, status: answered.status }, 'a delivery was refused');
  } catch (cause) {
    names.options.log.warn({ cause, event }, 'a delivery did not arrive');
  }
}

function pass(response: ServerResponse, answered: Response, text: string, names: Names): void {
  const headers = [...answered.headers].filter(([name]) => !HOP_HEADERS.has(name));
  response.writeHead(
    answered.status,
    Object.fromEntries(
      headers.map(([name, value]) => [name, name === 'link' ? outside(value, names) : value]),
    ),
  );
  const value = parseJson(text);
  response.end(value === undefined ? text : JSON.stringify(rewrite(value, names)));
}

function outside(text: string, names: Names): string {
  return names.inner.reduce((left, url) => left.replaceAll(url, names.api), text);
}

/** The emulator's own address in addresses, and what else it cannot know. Text that people wrote stays as it is. */
function rewrite(value: unknown, names: Names, key = ''): unknown {
  if (Array.isArray(value)) return value.map((each) => rewrite(each, names, key));
  if (isFields(value)) {
    const page = pageOf(value, names);
    const known = page === null ? undefined : names.times.get(page);
    const author = page === null ? undefined : names.authors.get(page);
    return {
      ...Object.fromEntries(
        Object.entries(value).map(([name, each]) => [
          name,
          rewrite(each, names, name === 'href' ? key : name),
        ]),
      ),
      ...(known === undefined ? {} : { created_at: known.createdAt, updated_at: known.updatedAt }),
      ...(author === undefined ? {} : { user: { login: author, type: 'Bot' } }),
      ...(typeof value.login === 'string' && names.options.bots.includes(value.login) ? { type: 'Bot' } : {}),
    };
  }
  if (typeof value !== 'string') return value;
  const path = pathInside(value, names);
  if (path === null || !(key === 'url' || key === 'self' || key === 'html' || key.endsWith('_url')))
    return value;
  if (key === 'clone_url') return names.options.cloneUrl(path.replace(/^\/|\.git$/g, ''));
  return `${key === 'html_url' || key === 'html' ? names.options.pagesUrl : names.api}${path}`;
}

function pathInside(url: string, names: Names): string | null {
  const inner = names.inner.find((each) => url.startsWith(`${each}/`));
  return inner === undefined ? null : url.slice(inner.length);
}

function pageOf(value: Readonly<Record<string, unknown>>, names: Names): string | null {
  return typeof value.html_url === 'string' ? pathInside(value.html_url, names) : null;
}

function noteTimes(text: string, { at }: Write, names: Names): void {
  const value = parseJson(text);
  const page = isFields(value) ? pageOf(value, names) : null;
  if (page === null) return;
  const time = at.toISOString();
  names.times.set(page, { createdAt: names.times.get(page)?.createdAt ?? time, updatedAt: time });
}

function noteAuthor(text: string, token: string, names: Names): void {
  const value = parseJson(text);
  const page = isFields(value) ? pageOf(value, names) : null;
  const app = names.options.apps[0];
  if (page !== null && app !== undefined && token.startsWith('ghs_'))
    names.authors.set(page, `${app.slug}[bot]`);
}

function isKnown(token: string, tokens: ReadonlyMap<string, string>): boolean {
  // The emulator itself checks an app's signed token and the ones it gave to installations.
  return token === '' || tokens.has(token) || token.startsWith('ghs_') || token.split('.').length === 3;
}

function tokenOf(tokens: ReadonlyMap<string, string>, login: string): string {
  return [...tokens].find(([, its]) => its === login)?.[0] ?? '';
}

function headersFor(token: string): Record<string, string> {
  return {
    'content-type': 'application/json',
    accept: 'application/vnd.github+json',
    ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
  };
}

function lengthFault(body: string): Refusal | null {
  const value = parseJson(body);
  const text = isFields(value) && typeof value.body === 'string' ? value.body : '';
  return text.length > BODY_MAX
    ? { status: 422, message: `Validation Failed: body is too long (maximum is ${BODY_MAX} characters)` }
    : null;
}

function oneAtATime(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const next = last.then(work);
    last = next.catch(() => undefined);
    return next;
  };
}

function listen(server: Server, port: number): Promise<string> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', () => {
      const address = server.address();
      server.off('error', reject);
      resolve(`http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : port}`);
    });
  });
}
