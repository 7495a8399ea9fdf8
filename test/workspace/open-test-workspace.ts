import { randomUUID } from 'node:crypto';
import { createServer } from 'node:http';
import { App, type Receiver } from '@slack/bolt';
import type { Visitors } from '../../src/workspace/door.ts';
import { type Fields, isFields, parseJson } from '../../src/workspace/json.ts';
import type { WorkspaceGithub } from '../../src/workspace/ports.ts';
import { openWorkspace } from '../../src/workspace/workspace.ts';
import { until } from '../support/until.ts';

/** A workspace behind a real server, with a real Bolt app on its receiver, used the way the page uses it. */
export async function openTestWorkspace({
  journalFile = null,
  github = null,
  install = () => {},
  host = '127.0.0.1',
  visitors = 'this-machine',
}: {
  journalFile?: string | null;
  github?: WorkspaceGithub | null;
  install?: (app: App) => void;
  host?: string;
  visitors?: Visitors;
} = {}) {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const origin = `http://127.0.0.1:${port}`;
  const workspace = await openWorkspace({
    origin,
    visitors,
    team: { id: 'T0LOCAL', name: 'Local' },
    bot: { userId: 'U0BOT', botId: 'B0BOT', name: 'Fleet Director', token: 'xoxb-local' },
    channel: { id: 'C0FLEET', name: 'fleet' },
    people: [
      { id: 'U0ANA', name: 'Ana', about: 'approver' },
      { id: 'U0SAM', name: 'Sam', about: 'stranger' },
    ],
    commands: [
      { command: '/deploy', description: 'Deploys', usageHint: 'name', words: [], examples: [] },
      { command: '/silent', description: 'Never answers', usageHint: '', words: [], examples: [] },
    ],
    github,
    journalFile,
    now: () => new Date(),
    newId: () => randomUUID(),
    log: () => {},
  });
  const receiver: Receiver = workspace.receiver;
  const app = new App({
    token: 'xoxb-local',
    receiver,
    clientOptions: { slackApiUrl: workspace.slackApiUrl, retryConfig: { retries: 0 } },
  });
  install(app);
  await app.start();
  server.on('request', (request, response) => {
    void workspace.handle(request, response).then((isAnswered) => {
      if (!isAnswered) response.writeHead(404).end('not ours');
    });
  });

  async function act(request: Fields, headers: Record<string, string> = { origin }): Promise<Response> {
    return fetch(`${origin}/workspace/page/do`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: JSON.stringify(request),
    });
  }

  async function outcome(request: Fields): Promise<unknown> {
    return (await act(request)).json();
  }

  /** What the page of this person is told first: the whole truth of the moment. */
  async function snapshot(person = 'U0ANA'): Promise<Fields> {
    const response = await fetch(`${origin}/workspace/page/stream?as=${person}`);
    const decoder = new TextDecoder();
    let text = '';
    const stream: AsyncIterable<Uint8Array> | null = response.body;
    for await (const chunk of stream ?? []) {
      text += decoder.decode(chunk, { stream: true });
      const line = /^data: (.*)\n\n/m.exec(text)?.[1];
      const value = line === undefined ? undefined : parseJson(line);
      if (!isFields(value)) continue;
      return value;
    }
    throw new Error('the stream ended before the snapshot');
  }

  /** Waits until the page of this person would show what `look` looks for. */
  async function sees<T>(look: (shown: Fields) => T, person = 'U0ANA') {
    return until(async () => look(await snapshot(person)), { withinMs: 5_000 });
  }

  return {
    origin,
    workspace,
    act,
    outcome,
    snapshot,
    sees,
    async [Symbol.asyncDispose]() {
      await workspace.close();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
