import { type TokenPrices, unreachable } from '../domain/index.ts';
import { createAnthropicProtocol } from './anthropic.ts';
import { createModel, type DecidingModel, type ModelOptions } from './create-model.ts';
import { createOpenaiProtocol } from './openai.ts';
import type { Protocol } from './protocol.ts';
import { createScriptedProtocol, type ScriptedReply } from './scripted.ts';

/** Which service is asked, and for which model where a project names none. `baseUrl` null: the service's own. */
export type ModelService = {
  readonly name: string;
  readonly prices: ReadonlyMap<string, TokenPrices>;
} & (
  | { readonly protocol: 'anthropic'; readonly apiKey: string; readonly baseUrl: string | null }
  | { readonly protocol: 'openai'; readonly apiKey: string | null; readonly baseUrl: string | null }
  | { readonly protocol: 'scripted'; readonly replies: readonly ScriptedReply[] }
);

export function createConfiguredModel(
  service: ModelService,
  means: Pick<ModelOptions, 'redact' | 'log' | 'now' | 'firstPauseMs'>,
): DecidingModel {
  const { name, prices } = service;
  return createModel({ protocol: protocolOf(service), name, prices, ...means });
}

function protocolOf(service: ModelService): Protocol {
  switch (service.protocol) {
    case 'anthropic':
      return createAnthropicProtocol(service);
    case 'openai':
      return createOpenaiProtocol(service);
    case 'scripted':
      return createScriptedProtocol(service.replies);
    default:
      return unreachable(service);
  }
}
