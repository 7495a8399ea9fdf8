import { z } from 'zod';
import {
  actionId,
  approvalId,
  type ButtonRequest,
  err,
  hostId,
  ok,
  type Result,
  roundId,
  taskId,
  watchId,
} from '../domain/index.ts';

/** What a button carries. The action id only tells buttons of one block apart; the request is in the value. */
export type ButtonIdentity = { readonly action_id: string; readonly value: string };

export type ButtonFault = { readonly kind: 'not-ours'; readonly why: string };

/** Every action id of ours starts so: the listener is registered for these and no others. */
export const BUTTON_ACTION = /^fleet:/;

// Block Kit: an action id has 255 characters at most, a button's value 2000.
const ACTION_ID_MAX = 255;
const VALUE_MAX = 2000;

export function encodeButton(request: ButtonRequest): ButtonIdentity {
  const value = JSON.stringify(request);
  if (value.length > VALUE_MAX) throw new Error(`a button of kind ${request.kind} carries more than ids`);
  return { action_id: buttonId(request).slice(0, ACTION_ID_MAX), value };
}

export function parseButton(value: string): Result<ButtonRequest, ButtonFault> {
  const parsed = buttonRequest.safeParse(jsonOf(value));
  return parsed.success
    ? ok(parsed.data)
    : err({ kind: 'not-ours', why: 'this button belongs to a version that is gone' });
}

function buttonId(request: ButtonRequest): string {
  switch (request.kind) {
    case 'answer':
      return `fleet:answer:${request.approval}:${request.choice}`;
    case 'ask-again':
    case 'say-why':
      return `fleet:${request.kind}:${request.approval}`;
    case 'task':
      return `fleet:${request.verb}:${request.task}`;
    case 'session':
      return `fleet:${request.verb}:${request.host}:${request.name}`;
    case 'undo':
      return `fleet:undo:${request.action}`;
    case 'stop-watch':
      return `fleet:stop-watch:${request.watch}`;
    case 'round':
      return `fleet:${request.verb}:${request.round}`;
  }
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

const approval = z.string().min(1).transform(approvalId);

const buttonRequest = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('answer'), approval, choice: z.string() }),
  z.object({ kind: z.literal('ask-again'), approval }),
  z.object({ kind: z.literal('say-why'), approval }),
  z.object({
    kind: z.literal('task'),
    verb: z.enum(['snapshot', 'cancel', 'retry', 'resume-task', 'hold', 'release']),
    task: z.number().int().positive().transform(taskId),
  }),
  z.object({
    kind: z.literal('session'),
    verb: z.enum(['snapshot', 'watch', 'explain']),
    host: z.string().min(1).transform(hostId),
    name: z.string().min(1),
  }),
  z.object({
    kind: z.literal('undo'),
    task: z.number().int().positive().transform(taskId),
    action: z.string().min(1).transform(actionId),
  }),
  z.object({ kind: z.literal('stop-watch'), watch: z.string().min(1).transform(watchId) }),
  z.object({
    kind: z.literal('round'),
    verb: z.enum(['again', 'advance']),
    round: z.number().int().positive().transform(roundId),
  }),
]);
