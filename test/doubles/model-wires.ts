import { z } from 'zod';

/** One way of asking a model for a turn: what a request means, and how an answer is written. */
export type Wire = {
  readonly name: 'anthropic' | 'responses' | 'chat' | 'gemini';
  /** Null: this path is not part of it. */
  read(path: string, body: unknown): Asked | null;
  /** The body of a request that is turned away with this status. */
  refusal(status: number, message: string): string;
  writer(asked: Asked, nth: number): Writer;
};

/** A program the model wants to be run. `text` in place of fields: a tool that takes one text. */
export type ToolCall = {
  readonly tool: string;
  readonly input: Readonly<Record<string, unknown>> | { readonly text: string };
  readonly takesText?: boolean;
};

export type Asked = {
  readonly model: string;
  readonly streams: boolean;
  /** Names of the tools that were offered; a turn of the conversation has some, a helper's small question none. */
  readonly tools: readonly string[];
  /** The whole request as text: to look for words in it. */
  readonly text: string;
  /** The shape the answer has to have, where the caller gave one. */
  readonly schema: unknown;
  /** Set where the path asks for something else than an answer: how many tokens, say. */
  readonly other: unknown;
};

/** Writes one streamed answer piece by piece. Each function returns what goes on the line. */
export type Writer = {
  open(): string;
  think(text: string): string;
  say(text: string): string;
  call(call: ToolCall): string;
  close(): string;
  /** The whole answer at once, for a request that does not stream. */
  whole(text: string): string;
};

const fields = z.record(z.string(), z.unknown());
const tools = z
  .array(
    z.looseObject({
      name: z.string().optional(),
      function: z.looseObject({ name: z.string() }).optional(),
      functionDeclarations: z.array(z.looseObject({ name: z.string() })).optional(),
    }),
  )
  .catch([]);

function toolNames(value: unknown): readonly string[] {
  return tools
    .parse(value ?? [])
    .flatMap((tool) => [
      ...(tool.name === undefined ? [] : [tool.name]),
      ...(tool.function === undefined ? [] : [tool.function.name]),
      ...(tool.functionDeclarations ?? []).map((each) => each.name),
    ]);
}

function askedIn(body: unknown, more: Partial<Asked> = {}): Asked {
  const request = fields.catch({}).parse(body);
  return {
    model: typeof request.model === 'string' ? request.model : 'a-model',
    streams: request.stream === true,
    tools: toolNames(request.tools),
    text: JSON.stringify(body),
    schema: null,
    other: null,
    ...more,
  };
}

function event(name: string, data: Readonly<Record<string, unknown>>): string {
  return `event: ${name}\ndata: ${JSON.stringify({ type: name, ...data })}\n\n`;
}

function data(value: unknown): string {
  return `data: ${JSON.stringify(value)}\n\n`;
}

/** Source: docs.claude.com, "Streaming Messages". */
const anthropic: Wire = {
  name: 'anthropic',
  read(path, body) {
    if (path === '/v1/messages/count_tokens') return askedIn(body, { other: { input_tokens: 1_000 } });
    return path === '/v1/messages' ? askedIn(body) : null;
  },
  refusal: (status, message) =>
    JSON.stringify({ type: 'error', error: { type: anthropicError(status), message } }),
  writer: ({ model }, nth) => {
    const message = (content: readonly unknown[], stopReason: string | null) => ({
      id: `msg_${nth}`,
      type: 'message',
      role: 'assistant',
      model,
      content,
      stop_reason: stopReason,
      stop_sequence: null,
      usage: { input_tokens: 1_000, output_tokens: 1 },
    });
    let index = -1;
    let open: 'text' | 'thinking' | null = null;
    let stopReason = 'end_turn';
    const shut = () => {
      if (open === null) return '';
      open = null;
      return event('content_block_stop', { index });
    };
    const begin = (kind: 'text' | 'thinking') => {
      if (open === kind) return '';
      const before = shut();
      open = kind;
      index += 1;
      const block = kind === 'text' ? { type: kind, text: '' } : { type: kind, thinking: '', signature: '' };
      return before + event('content_block_start', { index, content_block: block });
    };
    const delta = (value: Readonly<Record<string, unknown>>) =>
      event('content_block_delta', { index, delta: value });
    return {
      open: () => event('message_start', { message: message([], null) }),
      think: (text) => begin('thinking') + delta({ type: 'thinking_delta', thinking: text }),
      say: (text) => begin('text') + delta({ type: 'text_delta', text }),
      call: ({ tool, input }) => {
        const before = shut();
        index += 1;
        stopReason = 'tool_use';
        const block = { type: 'tool_use', id: `toolu_${nth}_${index}`, name: tool, input: {} };
        return (
          before +
          event('content_block_start', { index, content_block: block }) +
          delta({ type: 'input_json_delta', partial_json: JSON.stringify(input) }) +
          event('content_block_stop', { index })
        );
      },
      close: () =>
        shut() +
        event('message_delta', {
          delta: { stop_reason: stopReason, stop_sequence: null },
          usage: { output_tokens: 40 },
        }) +
        event('message_stop', {}),
      whole: (text) => JSON.stringify(message([{ type: 'text', text }], 'end_turn')),
    };
  },
};

function anthropicError(status: number): string {
  switch (status) {
    case 401:
      return 'authentication_error';
    case 403:
      return 'permission_error';
    case 429:
      return 'rate_limit_error';
    case 529:
      return 'overloaded_error';
    default:
      return status < 500 ? 'invalid_request_error' : 'api_error';
  }
}

/** Source: platform.openai.com, "Streaming responses" and "Responses object". */
const responses: Wire = {
  name: 'responses',
  read: (path, body) => (/^(?:\/v1)?\/responses$/.test(path) ? askedIn(body) : null),
  refusal: openAiRefusal,
  writer: ({ model }, nth) => {
    const output: unknown[] = [];
    let text = '';
    let thought = '';
    let open: 'message' | 'reasoning' | null = null;
    const response = (status: string) => ({
      id: `resp_${nth}`,
      object: 'response',
      created_at: 0,
      model,
      status,
      output,
      usage: {
        input_tokens: 1_000,
        input_tokens_details: { cached_tokens: 0 },
        output_tokens: 40,
        output_tokens_details: { reasoning_tokens: 0 },
        total_tokens: 1_040,
      },
    });
    const at = () => ({ output_index: output.length, item_id: `item_${nth}_${output.length}` });
    const id = () => at().item_id;
    const part = () => ({ type: 'output_text', text, annotations: [] });
    const shut = () => {
      if (open === null) return '';
      const item =
        open === 'message'
          ? { type: open, id: id(), role: 'assistant', status: 'completed', content: [part()] }
          : { type: open, id: id(), summary: [{ type: 'summary_text', text: thought }] };
      const parts =
        open === 'message'
          ? event('response.output_text.done', { ...at(), content_index: 0, text }) +
            event('response.content_part.done', { ...at(), content_index: 0, part: part() })
          : event('response.reasoning_summary_text.done', { ...at(), summary_index: 0, text: thought }) +
            event('response.reasoning_summary_part.done', {
              ...at(),
              summary_index: 0,
              part: { type: 'summary_text', text: thought },
            });
      const done = event('response.output_item.done', { output_index: output.length, item });
      output.push(item);
      text = '';
      thought = '';
      open = null;
      return parts + done;
    };
    const begin = (kind: 'message' | 'reasoning') => {
      if (open === kind) return '';
      const before = shut();
      open = kind;
      const item =
        kind === 'message'
          ? { type: kind, id: id(), role: 'assistant', status: 'in_progress', content: [] }
          : { type: kind, id: id(), summary: [] };
      return (
        before +
        event('response.output_item.added', { output_index: output.length, item }) +
        (kind === 'message'
          ? event('response.content_part.added', { ...at(), content_index: 0, part: part() })
          : event('response.reasoning_summary_part.added', {
              ...at(),
              summary_index: 0,
              part: { type: 'summary_text', text: '' },
            }))
      );
    };
    return {
      open: () =>
        event('response.created', { response: response('in_progress') }) +
        event('response.in_progress', { response: response('in_progress') }),
      think: (delta) => {
        const before = begin('reasoning');
        thought += delta;
        return before + event('response.reasoning_summary_text.delta', { ...at(), summary_index: 0, delta });
      },
      say: (delta) => {
        const before = begin('message');
        text += delta;
        return before + event('response.output_text.delta', { ...at(), content_index: 0, delta });
      },
      call: ({ tool, input, takesText }) => {
        const before = shut();
        const common = { id: id(), call_id: `call_${nth}_${output.length}`, name: tool };
        const item =
          takesText === true
            ? { type: 'custom_tool_call', ...common, input: input.text }
            : { type: 'function_call', ...common, arguments: JSON.stringify(input), status: 'completed' };
        const added = event('response.output_item.added', { output_index: output.length, item });
        const done = event('response.output_item.done', { output_index: output.length, item });
        output.push(item);
        return before + added + done;
      },
      close: () => shut() + event('response.completed', { response: response('completed') }),
      whole: (answer) => {
        text = answer;
        open = 'message';
        shut();
        return JSON.stringify(response('completed'));
      },
    };
  },
};

/** Source: platform.openai.com, "The chat completion chunk object"; `reasoning_content` as served by Qwen and others. */
const chat: Wire = {
  name: 'chat',
  read: (path, body) => {
    if (/^(?:\/v1)?\/models(?:\/|$)/.test(path))
      return askedIn(body, { other: { object: 'list', data: [{ id: 'demo-model', object: 'model' }] } });
    return /^(?:\/v1)?\/chat\/completions$/.test(path) ? askedIn(body) : null;
  },
  refusal: openAiRefusal,
  writer: ({ model }, nth) => {
    const usage = { prompt_tokens: 1_000, completion_tokens: 40, total_tokens: 1_040 };
    const id = `chatcmpl-${nth}`;
    let calls = 0;
    const chunk = (delta: unknown, finish: string | null = null, more: object = {}) =>
      data({
        id,
        object: 'chat.completion.chunk',
        created: 0,
        model,
        choices: [{ index: 0, delta, finish_reason: finish }],
        ...more,
      });
    return {
      open: () => chunk({ role: 'assistant', content: '' }),
      think: (text) => chunk({ reasoning_content: text }),
      say: (text) => chunk({ content: text }),
      call: ({ tool, input }) => {
        const call = {
          index: calls,
          id: `call_${nth}_${calls}`,
          type: 'function',
          function: { name: tool, arguments: JSON.stringify(input) },
        };
        calls += 1;
        return chunk({ tool_calls: [call] });
      },
      close: () => `${chunk({}, calls > 0 ? 'tool_calls' : 'stop', { usage })}data: [DONE]\n\n`,
      whole: (text) =>
        JSON.stringify({
          id,
          object: 'chat.completion',
          created: 0,
          model,
          choices: [{ index: 0, message: { role: 'assistant', content: text }, finish_reason: 'stop' }],
          usage,
        }),
    };
  },
};

const OPENAI_CODES: Readonly<Record<number, string>> = {
  401: 'invalid_api_key',
  429: 'rate_limit_exceeded',
  503: 'server_overloaded',
};

function openAiRefusal(status: number, message: string): string {
  const type = status < 500 ? 'invalid_request_error' : 'server_error';
  return JSON.stringify({ error: { message, type, param: null, code: OPENAI_CODES[status] ?? null } });
}

const GEMINI_PATH = /^\/v1(?:beta|alpha)?\/models\/([^:]+):(\w+)$/;
const GEMINI_STATUS: Readonly<Record<number, string>> = {
  400: 'INVALID_ARGUMENT',
  401: 'UNAUTHENTICATED',
  403: 'PERMISSION_DENIED',
  404: 'NOT_FOUND',
  429: 'RESOURCE_EXHAUSTED',
  500: 'INTERNAL',
  503: 'UNAVAILABLE',
};
const geminiConfig = z.looseObject({
  generationConfig: z
    .looseObject({ responseJsonSchema: z.unknown(), responseSchema: z.unknown() })
    .partial()
    .optional(),
});

/** Source: ai.google.dev, "Generate content" of the Gemini API. */
const gemini: Wire = {
  name: 'gemini',
  read: (path, body) => {
    const [, model = '', method = ''] = GEMINI_PATH.exec(path) ?? [];
    if (model === '') return null;
    const { generationConfig } = geminiConfig.catch({}).parse(body);
    return askedIn(body, {
      model,
      streams: method === 'streamGenerateContent',
      schema: generationConfig?.responseJsonSchema ?? generationConfig?.responseSchema ?? null,
      other: method === 'countTokens' ? { totalTokens: 1_000 } : null,
    });
  },
  refusal: (status, message) =>
    JSON.stringify({ error: { code: status, message, status: GEMINI_STATUS[status] ?? 'UNKNOWN' } }),
  writer: ({ model }, nth) => {
    let calls = 0;
    const answer = (parts: readonly unknown[], finish: string | null) => ({
      candidates: [
        {
          content: { role: 'model', parts },
          index: 0,
          ...(finish === null ? {} : { finishReason: finish }),
        },
      ],
      usageMetadata: { promptTokenCount: 1_000, candidatesTokenCount: 40, totalTokenCount: 1_040 },
      modelVersion: model,
      responseId: `response-${nth}`,
    });
    return {
      open: () => '',
      think: (text) => data(answer([{ text, thought: true }], null)),
      say: (text) => data(answer([{ text }], null)),
      call: ({ tool, input }) => {
        calls += 1;
        return data(
          answer([{ functionCall: { id: `call_${nth}_${calls}`, name: tool, args: input } }], null),
        );
      },
      close: () => data(answer([{ text: '' }], 'STOP')),
      whole: (text) => JSON.stringify(answer([{ text }], 'STOP')),
    };
  },
};

export const WIRES: readonly Wire[] = [anthropic, responses, chat, gemini];
