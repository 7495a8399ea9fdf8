import type { IncomingMessage, ServerResponse } from 'node:http';
import { Webhooks } from '@octokit/webhooks';
import { z } from 'zod';
import { type Delivery, deliveryId, type Log } from '../../src/domain/index.ts';
import { pathOf, say, sayJson } from '../http.ts';
import type { Metrics } from '../metrics.ts';
import type { Answerer, Intake } from '../ports.ts';
import { readBody } from '../read-body.ts';
import { deliveryKind, isHandled } from './events.ts';

export const GITHUB_WEBHOOK_PATH = '/webhooks/github';

/** GitHub sends nothing larger. Source: docs.github.com, "Webhook events and payloads", payload cap. */
export const MAX_PAYLOAD_BYTES = 25 * 1024 * 1024;

export type ReceiverOptions = {
  /** More than one while a secret is being replaced: a delivery signed with any of them is good. */
  readonly secrets: readonly string[];
  readonly intake: Intake;
  readonly metrics: Metrics;
  readonly log: Log;
  readonly now: () => Date;
};

const headersSchema = z.object({
  'x-github-delivery': z.string().regex(/^[\x21-\x7e]{1,128}$/),
  'x-github-event': z.string().regex(/^[a-z_]{1,64}$/),
});
const payloadSchema = z.record(z.string(), z.unknown());

/**
 * Takes GitHub's deliveries: signature over the bytes as they came, then what they say, then the store, then the answer.
 * GitHub sends a delivery once; one that could not be stored is answered 500, so that it shows as failed and can be sent again.
 */
export function createGithubReceiver(options: ReceiverOptions): Answerer {
  const verifiers = options.secrets.map((secret) => new Webhooks({ secret }));
  return async (request, response) => {
    if (pathOf(request) !== GITHUB_WEBHOOK_PATH) return false;
    await receive(request, response, verifiers, options);
    return true;
  };
}

async function receive(
  request: IncomingMessage,
  response: ServerResponse,
  verifiers: readonly Webhooks[],
  { intake, metrics, log, now }: ReceiverOptions,
): Promise<void> {
  const refuse = (status: number, line: string, headers: Readonly<Record<string, string>> = {}) => {
    metrics.countDelivery('github', 'refused');
    say(response, status, line, headers);
  };
  if (request.method !== 'POST') return refuse(405, 'GitHub delivers here with POST.', { allow: 'POST' });
  const body = await readBody(request, MAX_PAYLOAD_BYTES);
  if (!body.ok) {
    if (body.error.kind === 'cut-off') return refuse(400, 'The body was cut off.');
    return refuse(413, `A delivery is at most ${MAX_PAYLOAD_BYTES} bytes.`);
  }
  const signature = request.headers['x-hub-signature-256'];
  if (typeof signature !== 'string' || !(await isSigned(verifiers, body.value, signature))) {
    log.warn({ part: 'github' }, 'a delivery with a missing or wrong signature was refused');
    return refuse(401, 'The signature is missing or wrong: set the same secret here and in the webhook.');
  }
  if (!isJson(request.headers['content-type'])) {
    return refuse(415, 'Set the content type of the webhook to application/json.');
  }
  const headers = headersSchema.safeParse(request.headers);
  if (!headers.success) return refuse(400, 'X-GitHub-Delivery or X-GitHub-Event is missing.');
  const payload = payloadSchema.safeParse(parseJson(body.value));
  if (!payload.success) return refuse(400, 'The body is no JSON object.');

  const event = headers.data['x-github-event'];
  if (event === 'ping') return sayJson(response, 200, { outcome: 'pong' });
  const kind = deliveryKind(event, payload.data);
  if (!isHandled(kind)) {
    metrics.countDelivery('github', 'ignored');
    return sayJson(response, 202, { outcome: 'ignored', why: `${kind} is nothing Fleet Director acts on` });
  }
  const delivery: Delivery = {
    source: 'github',
    id: deliveryId(headers.data['x-github-delivery']),
    kind,
    payload: payload.data,
    receivedAt: now(),
  };
  let isNew: boolean;
  try {
    isNew = await intake.accept(delivery);
  } catch (cause) {
    metrics.countDelivery('github', 'failed');
    log.error({ cause, delivery: delivery.id, kind }, 'a GitHub delivery could not be stored');
    return say(response, 500, `Delivery ${delivery.id} was not stored: send it again.`);
  }
  metrics.countDelivery('github', isNew ? 'stored' : 'duplicate');
  sayJson(response, isNew ? 202 : 200, { outcome: isNew ? 'stored' : 'duplicate' });
}

async function isSigned(verifiers: readonly Webhooks[], body: Buffer, signature: string): Promise<boolean> {
  if (body.length === 0) return false;
  const text = body.toString('utf8');
  // Bytes that are no UTF-8 do not survive the way to a string and back, so what was signed cannot be checked.
  if (!Buffer.from(text, 'utf8').equals(body)) return false;
  for (const webhooks of verifiers) {
    if (await webhooks.verify(text, signature)) return true;
  }
  return false;
}

function isJson(contentType: string | undefined): boolean {
  return /^application\/json\s*(?:;|$)/i.test(contentType ?? '');
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined;
  }
}
