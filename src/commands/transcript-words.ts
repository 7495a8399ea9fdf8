import {
  type CardPart,
  code,
  link,
  type Span,
  type TranscriptDigest,
  text,
  type Usage,
} from '../domain/index.ts';
import { redact } from '../safety/index.ts';
import { excerpt } from './observation-words.ts';
import { duration } from './wording.ts';

type CardFact = Extract<CardPart, { kind: 'facts' }>['facts'][number];

const MESSAGE_MAX = 300;
const FILES_SHOWN = 8;
const FILE_MAX = 120;
const TOOLS_SHOWN = 8;
const TOOL_MAX = 40;
const PULL_REQUESTS_SHOWN = 3;
const ERRORS_SHOWN = 3;
const ERROR_MAX = 160;

/** What a session's transcript has told, for people: bounded, whatever an agent wrote down. None where it told nothing. */
export function transcriptParts(
  { digest, readAt }: { readonly digest: TranscriptDigest; readonly readAt: Date },
  at: Date,
): readonly CardPart[] {
  const facts = factsFrom(digest);
  if (facts.length === 0) return [];
  const age = duration(readAt.getTime(), at.getTime());
  return [
    { kind: 'text', spans: [text(`What its transcript tells, read ${age} ago`)] },
    { kind: 'facts', facts },
  ];
}

function factsFrom(digest: TranscriptDigest): readonly CardFact[] {
  const { first, last, userMessages, assistantMessages, changedFiles, errors, malformedLines } = digest;
  const messages = [...first, ...last];
  const request = messages.find(({ by }) => by === 'user');
  const newest = messages.at(-1);
  return [
    ...(request === undefined ? [] : [fact('First request', [text(quoted(request.text, MESSAGE_MAX))])]),
    ...(newest === undefined || newest === request
      ? []
      : [
          fact('Last message', [
            text(
              `${newest.by === 'user' ? 'of a person' : 'of the agent'}: ${quoted(newest.text, MESSAGE_MAX)}`,
            ),
          ]),
        ]),
    ...(messages.length === 0
      ? []
      : [fact('Messages', [text(`${userMessages} of people, ${assistantMessages} of the agent`)])]),
    ...toolFacts(digest.tools),
    ...(changedFiles.length === 0
      ? []
      : [
          fact('Changed files', [
            text(`${changedFiles.length}: `),
            ...listed(
              changedFiles.slice(-FILES_SHOWN).map((file) => code(quoted(file, FILE_MAX))),
              changedFiles.length,
            ),
          ]),
        ]),
    ...pullRequestFacts(digest.pullRequestUrls),
    ...(errors.length === 0
      ? []
      : [
          fact(
            'Errors',
            listed(
              errors.slice(-ERRORS_SHOWN).map((error) => text(`“${quoted(error, ERROR_MAX)}”`)),
              errors.length,
            ),
          ),
        ]),
    ...(digest.usage === null ? [] : [fact('Used', [text(usageWords(digest.usage))])]),
    ...(malformedLines === 0
      ? []
      : [
          fact('Unreadable', [
            text(`${malformedLines} ${malformedLines === 1 ? 'line' : 'lines'}, passed over`),
          ]),
        ]),
  ];
}

function toolFacts(tools: TranscriptDigest['tools']): readonly CardFact[] {
  const used = Object.entries(tools).toSorted(
    ([one, few], [other, many]) => many - few || one.localeCompare(other),
  );
  if (used.length === 0) return [];
  const calls = used.reduce((sum, [, count]) => sum + count, 0);
  const shown = used.slice(0, TOOLS_SHOWN).map(([tool, count]) => text(`${quoted(tool, TOOL_MAX)} ${count}`));
  return [
    fact('Tools', [text(`${calls} ${calls === 1 ? 'call' : 'calls'}: `), ...listed(shown, used.length)]),
  ];
}

function pullRequestFacts(urls: readonly string[]): readonly CardFact[] {
  if (urls.length === 0) return [];
  const links = urls.slice(-PULL_REQUESTS_SHOWN).map((url) => link(url, url));
  return [fact(urls.length === 1 ? 'It opened' : 'It opened, newest last', listed(links, urls.length))];
}

function usageWords({
  inputTokens,
  outputTokens,
  cacheReadTokens,
  cacheWriteTokens,
  costUsd,
}: Usage): string {
  const cache = [
    ...(cacheReadTokens === 0 ? [] : [`${counted(cacheReadTokens)} read from the cache`]),
    ...(cacheWriteTokens === 0 ? [] : [`${counted(cacheWriteTokens)} written to it`]),
  ];
  return [
    `${counted(inputTokens)} tokens in`,
    `${counted(outputTokens)} out`,
    ...cache,
    costUsd === null ? 'no cost reported' : `$${costUsd.toFixed(2)}`,
  ].join(', ');
}

function counted(tokens: number): string {
  return tokens.toLocaleString('en-US');
}

/** Commas between them, and how many more there are. */
function listed(shown: readonly Span[], of: number): readonly Span[] {
  const more = of - shown.length;
  return [
    ...shown.flatMap((span, at) => (at === 0 ? [span] : [text(', '), span])),
    ...(more > 0 ? [text(` and ${more} more`)] : []),
  ];
}

// Cut last: half a secret has no shape.
function quoted(words: string, limit: number): string {
  return excerpt(redact(words), limit);
}

function fact(label: string, value: readonly Span[]): CardFact {
  return { label, value };
}
