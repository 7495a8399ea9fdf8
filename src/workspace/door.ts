import { readFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { unreachable } from '../domain/index.ts';
import { isFromNearby, isFromThisMachine } from '../safety/index.ts';
import { renderGithubPage } from './github-pages.ts';
import { readBody, sendJson } from './http-body.ts';
import type { Interactions, Outcome } from './interactions.ts';
import { parseJson } from './json.ts';
import type { LiveStream } from './live-stream.ts';
import { type PageRequest, parsePageRequest } from './page-requests.ts';
import type { WorkspaceGithub } from './ports.ts';
import { isFromOwnPage, isOwnHost } from './same-origin.ts';
import { answerSlackHttp, SLACK_PATH } from './slack-http.ts';
import type { SlackState } from './slack-state.ts';

const PAGE_PATH = '/workspace/page/';
const FILES_PATH = '/workspace/files/';
const MAX_REQUEST_BYTES = 1024 * 1024;

/** Nothing on the page comes from elsewhere, so nothing from elsewhere can run, be shown, or be sent to. */
const PAGE_HEADERS = {
  'content-security-policy':
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'cache-control': 'no-cache',
} as const;

const ASSET_TYPES: Readonly<Record<string, string>> = {
  'index.html': 'text/html; charset=utf-8',
  'style.css': 'text/css; charset=utf-8',
  'icon.svg': 'image/svg+xml',
  'main.js': 'text/javascript; charset=utf-8',
  'dom.js': 'text/javascript; charset=utf-8',
  'markup.js': 'text/javascript; charset=utf-8',
  'blocks.js': 'text/javascript; charset=utf-8',
  'elements.js': 'text/javascript; charset=utf-8',
  'modal.js': 'text/javascript; charset=utf-8',
  'confirm.js': 'text/javascript; charset=utf-8',
  'composer.js': 'text/javascript; charset=utf-8',
  'github.js': 'text/javascript; charset=utf-8',
  'github-page.js': 'text/javascript; charset=utf-8',
};

/** Who may come in. Whoever does speaks as anybody on the page: headers tell browsers apart, not people. */
export type Visitors = 'this-machine' | 'nearby';

/** Answers what belongs to the workspace; `false` leaves the request untouched for somebody else. */
export async function answerAtDoor(
  at: {
    state: SlackState;
    interactions: Interactions;
    live: LiveStream;
    github: WorkspaceGithub | null;
    visitors: Visitors;
  },
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  const { state } = at;
  const { pathname, searchParams } = new URL(request.url ?? '/', state.origin);
  const isOurs =
    pathname === '/' ||
    pathname.startsWith('/workspace/') ||
    pathname.startsWith('/archives/') ||
    (at.github !== null && pathname.startsWith('/github/'));
  if (!isOurs) return false;

  if (at.visitors === 'nearby' ? !isFromNearby(request) : !isFromThisMachine(request)) {
    refuse(response, 'This page is for the machine it runs on.');
    return true;
  }
  if (!isOwnHost(request.headers, state.origin)) {
    refuse(response, `This page answers only at ${state.origin}.`);
    return true;
  }
  const isCall = pathname.startsWith(SLACK_PATH);
  const changes = request.method !== 'GET' && request.method !== 'HEAD';
  const isFromBrowser =
    request.headers.origin !== undefined || request.headers['sec-fetch-site'] !== undefined;
  // The bot is no browser and has a token; a page in a browser has to be ours.
  if (changes && (!isCall || isFromBrowser) && !isFromOwnPage(request.headers, state.origin)) {
    refuse(response, 'Only the page of this workspace may do that: send its Origin.');
    return true;
  }

  if (isCall) await answerSlackHttp(state, request, response);
  else if (pathname === '/') await sendAsset(response, 'index.html');
  else if (pathname.startsWith('/archives/')) redirectToMessage(response, pathname);
  else if (pathname.startsWith('/github/')) await sendGithubPage(response, at.github, pathname);
  else if (pathname.startsWith(FILES_PATH)) sendFile(response, state, pathname.slice(FILES_PATH.length));
  else if (pathname === `${PAGE_PATH}stream`) {
    const person = searchParams.get('as') ?? '';
    at.live.join(state.isPerson(person) ? person : (state.people[0]?.id ?? ''), response);
  } else if (pathname === `${PAGE_PATH}github`) await sendGithubOverview(response, at.github);
  else if (pathname === `${PAGE_PATH}do` && request.method === 'POST') {
    await answerPageRequest(at, request, response);
  } else await sendAsset(response, pathname.startsWith(PAGE_PATH) ? pathname.slice(PAGE_PATH.length) : '');
  return true;
}

async function answerPageRequest(
  at: { state: SlackState; interactions: Interactions; github: WorkspaceGithub | null },
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  if (!request.headers['content-type']?.startsWith('application/json')) {
    return sendJson(response, 415, { kind: 'problem', problem: 'Send JSON.' });
  }
  const body = await readBody(request, MAX_REQUEST_BYTES);
  const parsed = parsePageRequest(parseJson(body?.toString('utf8') ?? ''));
  if (!parsed.ok) return sendJson(response, 400, { kind: 'problem', problem: parsed.error });
  const asked = parsed.value;
  if ('person' in asked && !at.state.isPerson(asked.person)) {
    return sendJson(response, 400, { kind: 'problem', problem: 'There is no such person here.' });
  }
  if (asked.kind === 'suggest') {
    return sendJson(response, 200, { kind: 'options', options: await at.interactions.suggest(asked) });
  }
  sendJson(response, 200, await carryOut(at, asked));
}

async function carryOut(
  { interactions, github }: { interactions: Interactions; github: WorkspaceGithub | null },
  asked: Exclude<PageRequest, { kind: 'suggest' }>,
): Promise<Outcome> {
  switch (asked.kind) {
    case 'say':
      return interactions.say(asked);
    case 'press':
      return interactions.press(asked);
    case 'submit':
      return interactions.submit(asked);
    case 'close':
      return interactions.close(asked);
    case 'open-home':
      return interactions.openHome(asked);
    case 'dismiss':
      return interactions.dismiss(asked);
    case 'react':
      return interactions.react(asked);
    case 'create-issue':
      return onGithub(github, (repository) => repository.createIssue(asked.title, asked.body));
    case 'add-label':
      return onGithub(github, (repository) => repository.addLabel(asked.number, asked.label));
    case 'remove-label':
      return onGithub(github, (repository) => repository.removeLabel(asked.number, asked.label));
    case 'comment':
      return onGithub(github, (repository) => repository.comment(asked.number, asked.body));
    default:
      return unreachable(asked);
  }
}

async function onGithub(
  github: WorkspaceGithub | null,
  act: (repository: WorkspaceGithub) => Promise<unknown>,
): Promise<Outcome> {
  if (github === null) return { kind: 'problem', problem: 'There is no emulated GitHub in this workspace.' };
  await act(github);
  return { kind: 'done' };
}

async function sendGithubOverview(response: ServerResponse, github: WorkspaceGithub | null): Promise<void> {
  if (github === null)
    return sendJson(response, 404, { kind: 'problem', problem: 'There is no emulated GitHub.' });
  const [issues, pullRequests] = await Promise.all([github.issues(), github.pullRequests()]);
  sendJson(response, 200, { issues, pullRequests });
}

async function sendGithubPage(
  response: ServerResponse,
  github: WorkspaceGithub | null,
  path: string,
): Promise<void> {
  const html = github === null ? null : await renderGithubPage(github, path);
  response
    .writeHead(html === null ? 404 : 200, { ...PAGE_HEADERS, 'content-type': 'text/html; charset=utf-8' })
    .end(
      html ??
        '<!doctype html><title>Not here</title><p>There is no such page here. <a href="/#github">Back</a></p>',
    );
}

function sendFile(response: ServerResponse, state: SlackState, id: string): void {
  const file = state.file(id);
  if (file === null) return void response.writeHead(404).end();
  response
    .writeHead(200, {
      ...PAGE_HEADERS,
      'content-type': `${file.mimeType}${file.mimeType === 'text/plain' ? '; charset=utf-8' : ''}`,
    })
    .end(Buffer.from(file.base64, 'base64'));
}

function redirectToMessage(response: ServerResponse, pathname: string): void {
  const [, , channel = '', ts = ''] = pathname.split('/');
  const digits = ts.replace(/\D/g, '');
  const target = `/#${encodeURIComponent(channel)}/${digits.slice(0, -6)}.${digits.slice(-6)}`;
  response.writeHead(302, { location: target }).end();
}

async function sendAsset(response: ServerResponse, name: string): Promise<void> {
  const type = Object.hasOwn(ASSET_TYPES, name) ? ASSET_TYPES[name] : undefined;
  if (type === undefined)
    return void response.writeHead(404, { 'content-type': 'text/plain' }).end('not found');
  const content = await readFile(new URL(`page/${name}`, import.meta.url));
  response.writeHead(200, { ...PAGE_HEADERS, 'content-type': type }).end(content);
}

function refuse(response: ServerResponse, why: string): void {
  sendJson(response, 403, { kind: 'problem', problem: why });
}
