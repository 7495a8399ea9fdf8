import { createHmac, generateKeyPairSync, randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { openEmulatedGithub } from '../../src/workspace/emulated-github.ts';

/** How a request goes wrong. `lost-answer`: it is carried out, and the line breaks before the answer. */
export type Mishap =
  | {
      readonly kind: 'answer';
      readonly status: number;
      readonly headers?: Readonly<Record<string, string>>;
      readonly body?: unknown;
    }
  | { readonly kind: 'lost-answer' }
  | { readonly kind: 'no-answer' };

export type SentDelivery = {
  readonly id: string;
  readonly event: string;
  readonly body: string;
  readonly signature: string;
};

export type DoubleComment = { readonly id: number; readonly author: string; readonly body: string };

export type GithubDouble = {
  readonly apiUrl: string;
  readonly repo: string;
  readonly tokens: { readonly person: string; readonly bot: string; readonly agent: string };
  readonly logins: { readonly person: string; readonly bot: string; readonly agent: string };
  readonly app: { readonly appId: number; readonly privateKey: string; readonly slug: string };
  readonly secret: string;
  /** Everything that was asked of the API, in order, without the double's own requests. */
  readonly requests: readonly { readonly method: string; readonly path: string }[];
  /** What GitHub delivered so far, oldest first. */
  readonly deliveries: readonly SentDelivery[];
  /** From now on deliveries go to this address too. */
  connect(webhookUrl: string): void;
  /** The next `times` requests that match go wrong. */
  spoil(
    match: { readonly method: string; readonly path: RegExp },
    mishap: Mishap,
    options?: { readonly times?: number },
  ): void;
  /** As a person with the API; the answer's JSON. */
  call(method: string, path: string, body?: unknown, token?: string): Promise<unknown>;
  createIssue(issue: { title: string; body?: string; labels?: readonly string[] }): Promise<number>;
  label(issue: number, label: string): Promise<void>;
  unlabel(issue: number, label: string): Promise<void>;
  openPullRequest(pull: { title: string; branch: string }): Promise<{ number: number; url: string }>;
  comments(issue: number): Promise<readonly DoubleComment[]>;
  /** Sends a delivery made by hand, signed with `secret` unless told otherwise. */
  deliver(
    webhookUrl: string,
    delivery: { event: string; payload: unknown; id?: string; secret?: string },
  ): Promise<Response>;
  /** Sends a delivery again as GitHub does: same id, same bytes. */
  redeliver(webhookUrl: string, delivery: SentDelivery): Promise<Response>;
  [Symbol.asyncDispose](): Promise<void>;
};

const OWNER = 'octo';
const NAME = 'shop';
const REPO = `${OWNER}/${NAME}`;
const LOGINS = { person: OWNER, bot: 'fleet-bot', agent: 'coding-agent' } as const;
const TOKENS = { person: 'token-person', bot: 'token-bot', agent: 'token-agent' } as const;
const SECRET = 'a secret only GitHub knows';

/** GitHub on loopback: the emulator, its limits, and a thin proxy in front that makes requests go wrong on demand. */
export async function openGithubDouble(): Promise<GithubDouble> {
  const { privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
    publicKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });
  const app = { appId: 4711, privateKey, slug: 'fleet-director' };
  const emulated = await openEmulatedGithub({
    port: 0,
    users: Object.values(LOGINS),
    repositories: [{ owner: OWNER, name: NAME }],
    apps: [
      {
        ...app,
        installationId: 99,
        account: OWNER,
        permissions: { issues: 'write', contents: 'write', pull_requests: 'write', metadata: 'read' },
      },
    ],
    tokens: new Map([
      [TOKENS.person, LOGINS.person],
      [TOKENS.bot, LOGINS.bot],
      [TOKENS.agent, LOGINS.agent],
    ]),
    bots: [LOGINS.bot],
    pagesUrl: 'http://github.test',
    cloneUrl: (repo) => `http://github.test/${repo}.git`,
    writesFile: null,
    refuse: async () => null,
    now: () => new Date(),
    newId: randomUUID,
    log: { info: () => {}, warn: () => {}, error: (fields, message) => console.error(message, fields) },
  });

  const requests: { method: string; path: string }[] = [];
  const planned: { method: string; path: RegExp; mishap: Mishap; left: number }[] = [];
  const deliveries: SentDelivery[] = [];
  const targets: string[] = [];

  const proxy = createServer((request, response) => {
    const method = request.method ?? 'GET';
    const path = request.url ?? '/';
    requests.push({ method, path });
    const plan = planned.find((each) => each.left > 0 && each.method === method && each.path.test(path));
    if (plan !== undefined) plan.left -= 1;
    pass(request, response, emulated.apiUrl, plan?.mishap ?? null).catch(() => response.destroy());
  });
  const apiUrl = await listen(proxy);
  const recorder = createServer((request, response) => {
    record(request)
      .then(async (delivery) => {
        deliveries.push(delivery);
        await Promise.all(targets.map((url) => send(url, delivery)));
        response.end('{}');
      })
      .catch(() => response.writeHead(502).end());
  });
  await emulated.subscribe({ repo: REPO, events: ['*'], url: await listen(recorder), secret: SECRET });

  const call: GithubDouble['call'] = async (method, path, body, token = TOKENS.person) => {
    const answered = await fetch(`${emulated.apiUrl}/repos/${REPO}${path}`, {
      method,
      headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await answered.text();
    if (!answered.ok) throw new Error(`${method} ${path} was answered ${answered.status}: ${text}`);
    const value: unknown = text === '' ? null : JSON.parse(text);
    return value;
  };

  return {
    apiUrl,
    repo: REPO,
    tokens: TOKENS,
    logins: LOGINS,
    app,
    secret: SECRET,
    requests,
    deliveries,
    connect: (url) => targets.push(url),
    spoil: ({ method, path }, mishap, { times = 1 } = {}) => {
      planned.push({ method, path, mishap, left: times });
    },
    call,
    async createIssue(issue) {
      return parseIssue(await call('POST', '/issues', issue)).number;
    },
    async label(issue, label) {
      await call('POST', `/issues/${issue}/labels`, { labels: [label] });
    },
    async unlabel(issue, label) {
      await call('DELETE', `/issues/${issue}/labels/${encodeURIComponent(label)}`);
    },
    async openPullRequest({ title, branch }) {
      const made = parseIssue(
        await call('POST', '/pulls', { title, head: branch, base: 'main' }, TOKENS.agent),
      );
      return { number: made.number, url: made.html_url };
    },
    async comments(issue) {
      const all: DoubleComment[] = [];
      for (let page = 1; ; page += 1) {
        const some = parseComments(await call('GET', `/issues/${issue}/comments?per_page=100&page=${page}`));
        all.push(...some.map(({ id, user, body }) => ({ id, author: user.login, body })));
        if (some.length < 100) return all;
      }
    },
    async deliver(webhookUrl, { event, payload, id = randomUUID(), secret = SECRET }) {
      const body = JSON.stringify(payload);
      return send(webhookUrl, { id, event, body, signature: sign(body, secret) });
    },
    redeliver: send,
    async [Symbol.asyncDispose]() {
      for (const server of [proxy, recorder]) {
        server.closeAllConnections();
        await new Promise((resolve) => server.close(resolve));
      }
      await emulated.close();
    },
  };
}

export function sign(body: string, secret: string): string {
  return `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
}

async function send(url: string, { id, event, body, signature }: SentDelivery): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/json',
      'user-agent': 'GitHub-Hookshot/double',
      'x-github-delivery': id,
      'x-github-event': event,
      'x-hub-signature-256': signature,
    },
    body,
  });
}

async function pass(
  request: IncomingMessage,
  response: ServerResponse,
  apiUrl: string,
  mishap: Mishap | null,
): Promise<void> {
  const body = await bytesOf(request);
  if (mishap?.kind === 'no-answer') {
    response.destroy();
    return;
  }
  if (mishap?.kind === 'answer') {
    response.writeHead(mishap.status, { 'content-type': 'application/json', ...mishap.headers });
    response.end(JSON.stringify(mishap.body ?? { message: 'spoiled' }));
    return;
  }
  const { host: _host, connection: _connection, 'content-length': _length, ...headers } = request.headers;
  const answered = await fetch(`${apiUrl}${request.url ?? '/'}`, {
    method: request.method ?? 'GET',
    headers: Object.entries(headers).flatMap(([name, value]) =>
      typeof value === 'string' ? [[name, value] as [string, string]] : [],
    ),
    ...(body.length === 0 ? {} : { body }),
  });
  const text = await answered.text();
  if (mishap?.kind === 'lost-answer') {
    response.destroy();
    return;
  }
  const kept = [...answered.headers].filter(
    ([name]) => !/^(?:connection|keep-alive|transfer-encoding|content-(?:length|encoding))$/.test(name),
  );
  response.writeHead(
    answered.status,
    Object.fromEntries(
      kept.map(([name, value]) => [name, value.replaceAll(apiUrl, `http://${request.headers.host}`)]),
    ),
  );
  response.end(text);
}

async function record(request: IncomingMessage): Promise<SentDelivery> {
  const body = (await bytesOf(request)).toString('utf8');
  const header = (name: string) => String(request.headers[name] ?? '');
  return {
    id: header('x-github-delivery'),
    event: header('x-github-event'),
    signature: header('x-hub-signature-256'),
    body,
  };
}

async function bytesOf(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  request.on('data', (chunk: Buffer) => chunks.push(chunk));
  await new Promise((resolve, reject) => request.once('end', resolve).once('error', reject));
  return Buffer.concat(chunks);
}

function listen(server: Server): Promise<string> {
  return new Promise((resolve) => {
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      resolve(`http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`);
    });
  });
}

type MadeIssue = { readonly number: number; readonly html_url: string };
type ListedComment = {
  readonly id: number;
  readonly body: string;
  readonly user: { readonly login: string };
};

function parseIssue(value: unknown): MadeIssue {
  return value as MadeIssue;
}

function parseComments(value: unknown): readonly ListedComment[] {
  return value as readonly ListedComment[];
}
