import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { z } from 'zod';
import { err, ok, type Result, type TokenPrices } from './domain/index.ts';
import { tokenPrices } from './rules-table.ts';

/** Where models are asked. `baseUrl` null: the service's own. `prices`: by the model's name. */
export type ModelServiceConfig = {
  readonly name: string;
  readonly prices: ReadonlyMap<string, TokenPrices>;
} & (
  | { readonly protocol: 'anthropic'; readonly apiKey: string; readonly baseUrl: string | null }
  | { readonly protocol: 'openai'; readonly apiKey: string | null; readonly baseUrl: string | null }
  | { readonly protocol: 'scripted'; readonly replies: readonly ScriptedReplyConfig[] }
);

/** `about`: words that the question holds; left out: any question. */
export type ScriptedReplyConfig = { readonly about?: string; readonly reply: unknown };

const DEFAULT_ANTHROPIC_MODEL = 'claude-sonnet-5-5';

/** The variables of the environment that say where models are asked. */
export const modelVariables = {
  FLEET_MODEL: z.enum(['anthropic', 'openai', 'scripted', 'off']).optional(),
  FLEET_MODEL_SCRIPT: z.string().optional(),
  ANTHROPIC_API_KEY: z.string().optional(),
  ANTHROPIC_BASE_URL: z.url().optional(),
  ANTHROPIC_MODEL: z.string().default(DEFAULT_ANTHROPIC_MODEL),
  OPENAI_API_KEY: z.string().optional(),
  OPENAI_BASE_URL: z.url().optional(),
  OPENAI_MODEL: z.string().optional(),
};

type Variables = z.infer<z.ZodObject<typeof modelVariables>>;

/** `[models."NAME"]` */
export const modelsTable = z.record(z.string().min(1), z.strictObject({ prices: tokenPrices }));

/** Null: no model is asked. Of several services that are set up FLEET_MODEL names one; unsaid it is the script, then Anthropic, then OpenAI. */
export function readModelService(
  env: Variables,
  models: z.infer<typeof modelsTable>,
): Result<ModelServiceConfig | null, string> {
  const prices = new Map(Object.entries(models).map(([name, told]) => [name, told.prices]));
  switch (env.FLEET_MODEL ?? whatIsSetUp(env)) {
    case 'anthropic': {
      const { ANTHROPIC_API_KEY: apiKey, ANTHROPIC_BASE_URL: baseUrl = null, ANTHROPIC_MODEL: name } = env;
      if (apiKey === undefined) return err('FLEET_MODEL=anthropic needs ANTHROPIC_API_KEY.');
      return ok({ protocol: 'anthropic', apiKey, baseUrl, name, prices });
    }
    case 'openai': {
      const { OPENAI_API_KEY: apiKey = null, OPENAI_BASE_URL: baseUrl = null, OPENAI_MODEL: name } = env;
      if (name === undefined) return err('OPENAI_MODEL says which model is asked: set it.');
      if (apiKey === null && baseUrl === null) {
        return err('FLEET_MODEL=openai needs OPENAI_API_KEY, or OPENAI_BASE_URL of a service without keys.');
      }
      return ok({ protocol: 'openai', apiKey, baseUrl, name, prices });
    }
    case 'scripted': {
      if (env.FLEET_MODEL_SCRIPT === undefined) return err('FLEET_MODEL=scripted needs FLEET_MODEL_SCRIPT.');
      const replies = readScript(resolve(env.FLEET_MODEL_SCRIPT));
      return replies.ok
        ? ok({ protocol: 'scripted', replies: replies.value, name: 'script', prices })
        : replies;
    }
    case 'off':
      return ok(null);
  }
}

function whatIsSetUp(env: Variables): NonNullable<Variables['FLEET_MODEL']> {
  if (env.FLEET_MODEL_SCRIPT !== undefined) return 'scripted';
  if (env.ANTHROPIC_API_KEY !== undefined) return 'anthropic';
  // Its key alone may be there for other programs.
  return env.OPENAI_MODEL === undefined ? 'off' : 'openai';
}

const script = z.array(z.strictObject({ about: z.string().min(1).optional(), reply: z.unknown() }));

function readScript(path: string): Result<readonly ScriptedReplyConfig[], string> {
  let read: unknown;
  try {
    read = JSON.parse(readFileSync(path, 'utf8'));
  } catch (cause) {
    return err(`FLEET_MODEL_SCRIPT names ${path}, which cannot be read: ${String(cause)}.`);
  }
  const parsed = script.safeParse(read);
  if (!parsed.success) {
    return err(
      `${path} is no list of replies, each with \`reply\` and, where it does not fit all, \`about\`.`,
    );
  }
  return ok(parsed.data.map(({ about, reply }) => ({ reply, ...(about === undefined ? {} : { about }) })));
}
