import type { IncomingMessage, ServerResponse } from 'node:http';
import { readBody, sendJson } from './http-body.ts';
import { type Fields, isFields, parseJson } from './json.ts';
import { answerReplyAddress, callSlackApi, GRANTED_SCOPES, storeUpload } from './slack-api.ts';
import type { SlackState } from './slack-state.ts';

export const SLACK_PATH = '/workspace/slack/';

const MAX_CALL_BYTES = 4 * 1024 * 1024;
const MAX_FILE_BYTES = 32 * 1024 * 1024;

/** One call as it came over HTTP, before anybody decides about it. */
export type SlackCall = { readonly method: string; readonly args: Fields; readonly token: string | null };

/**
 * Answers everything below `/workspace/slack/`: the Web API, file uploads and response addresses.
 * `intercept` sees each Web API call first and answers it itself by returning true.
 */
export async function answerSlackHttp(
  state: SlackState,
  request: IncomingMessage,
  response: ServerResponse,
  intercept: (call: SlackCall, response: ServerResponse) => boolean = () => false,
): Promise<void> {
  const { pathname, searchParams } = new URL(request.url ?? '/', state.origin);
  const [kind = '', name = ''] = pathname.slice(SLACK_PATH.length).split('/');
  switch (kind) {
    case 'api': {
      const body = await readBody(request, MAX_CALL_BYTES);
      const args =
        body === null ? null : argsFromBody(body.toString('utf8'), request.headers['content-type'] ?? '');
      if (args === null) return sendJson(response, 200, { ok: false, error: 'invalid_json' });
      const all = { ...Object.fromEntries(searchParams), ...args };
      const call = { method: name, args: all, token: tokenOf(request, all) };
      if (intercept(call, response)) return;
      const answer = callSlackApi(state, call.method, call.args, call.token);
      return sendJson(response, 200, answer, { 'x-oauth-scopes': GRANTED_SCOPES.join(',') });
    }
    case 'upload': {
      const body = request.method === 'POST' ? await readBody(request, MAX_FILE_BYTES) : null;
      const bytes = body === null ? null : await fileInBody(body, request.headers['content-type'] ?? '');
      const isStored = bytes !== null && storeUpload(state, name, bytes);
      response.writeHead(isStored ? 200 : 404, { 'content-type': 'text/plain' });
      response.end(isStored ? `OK - ${bytes.length}` : 'not found');
      return;
    }
    case 'respond': {
      const body = request.method === 'POST' ? await readBody(request, MAX_CALL_BYTES) : null;
      const answer = answerReplyAddress(state, name, parseJson(body?.toString('utf8') ?? ''));
      return sendJson(response, answer.status, answer.body);
    }
    default:
      return sendJson(response, 404, { ok: false, error: 'not_found' });
  }
}

function argsFromBody(text: string, contentType: string): Fields | null {
  if (contentType.startsWith('application/json')) {
    const value = text === '' ? {} : parseJson(text);
    return isFields(value) ? value : null;
  }
  return Object.fromEntries(new URLSearchParams(text));
}

/** Slack takes a file as the body itself or as the one file of a form. */
async function fileInBody(body: Buffer, contentType: string): Promise<Buffer | null> {
  if (!contentType.startsWith('multipart/form-data')) return body;
  const form = await new Response(new Uint8Array(body), {
    headers: { 'content-type': contentType },
  }).formData();
  const file = [...form.values()].find((value) => typeof value !== 'string');
  return file === undefined ? null : Buffer.from(await file.arrayBuffer());
}

function tokenOf(request: IncomingMessage, args: Fields): string | null {
  const header = request.headers.authorization;
  if (header?.startsWith('Bearer ')) return header.slice('Bearer '.length);
  return typeof args.token === 'string' ? args.token : null;
}
