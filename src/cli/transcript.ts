import { createReadStream } from 'node:fs';
import { appendFile, readFile } from 'node:fs/promises';
import {
  addLines,
  agentKinds,
  analyseTranscripts,
  richContext,
  type TranscriptAnalysis,
  type Transcripts,
  transcriptStatus,
  withNewStrategies,
} from '../agents/index.ts';
import {
  emptyTranscript,
  err,
  ok,
  type Result,
  type TranscriptDigest,
  type TranscriptLine,
} from '../domain/index.ts';
import { redactDeep } from '../safety/index.ts';
import { createLineSplitter, type InputLine } from './input-lines.ts';

const USAGE = 'Usage: fleet transcript AGENT FILE… [--record STRATEGIES-FILE]';

/** `exitCode` 2: the words cannot be carried out as they are; 1: a file cannot. */
type Refused = { readonly exitCode: 1 | 2; readonly sentence: string };

type Wish = {
  readonly agent: string;
  readonly transcripts: Transcripts;
  readonly files: readonly string[];
  /** Where the strategies are kept that were seen before; null: nowhere. */
  readonly record: string | null;
};

type ReadFile = { readonly digest: TranscriptDigest; readonly lines: readonly TranscriptLine[] };

/** What agents wrote down of their conversations in files of this machine, as JSON without secrets. */
export async function tellTranscripts(words: readonly string[]): Promise<Result<string, Refused>> {
  const wish = wishFrom(words);
  if (!wish.ok) return wish;
  const { agent, transcripts, files, record } = wish.value;
  const read: (ReadFile & { readonly file: string })[] = [];
  for (const file of files) {
    const one = await readTranscript(transcripts, file);
    if (!one.ok) return one;
    if (one.value.lines.length === 0 && one.value.digest.malformedLines > 0) {
      return refused(
        1,
        `No line of ${file} can be read: name the agent that wrote it, which is not ${agent}.`,
      );
    }
    read.push({ file, ...one.value });
  }
  const analysis = analyseTranscripts(read.map(({ lines }) => lines));
  const isRecorded = record === null ? ok(null) : await recordStrategies(record, analysis);
  if (!isRecorded.ok) return isRecorded;
  const told = {
    agent,
    transcripts: read.map(({ file, digest, lines }) => ({
      file,
      status: transcriptStatus(lines),
      // What only the next line needs is nobody's to read.
      digest: { ...digest, pending: undefined },
      context: richContext(lines),
    })),
    analysis: {
      ...analysis,
      tools: Object.fromEntries(analysis.tools),
      skills: Object.fromEntries(analysis.skills),
      agents: Object.fromEntries(analysis.agents),
      strategies: Object.fromEntries(analysis.strategies),
    },
    ...(isRecorded.value === null ? {} : { newStrategies: isRecorded.value }),
  };
  return ok(`${JSON.stringify(redactDeep(told), null, 2)}\n`);
}

function wishFrom(words: readonly string[]): Result<Wish, Refused> {
  const at = words.indexOf('--record');
  const record = at === -1 ? null : (words[at + 1] ?? '');
  const [agent, ...files] = at === -1 ? words : words.toSpliced(at, 2);
  if (agent === undefined || files.length === 0 || record === '' || files.some(isOption)) {
    return refused(2, USAGE);
  }
  const transcripts = agentKinds.find((kind) => kind.name === agent)?.transcripts ?? null;
  if (transcripts === null) {
    const readable = agentKinds.filter((kind) => kind.transcripts !== null).map(({ name }) => name);
    return refused(2, `\`${agent}\` is no agent whose transcripts can be read: choose ${oneOf(readable)}.`);
  }
  return ok({ agent, transcripts, files, record });
}

function isOption(word: string): boolean {
  return word.startsWith('--');
}

async function readTranscript(transcripts: Transcripts, file: string): Promise<Result<ReadFile, Refused>> {
  let digest = emptyTranscript;
  const lines: TranscriptLine[] = [];
  const known = new Set<string>();
  try {
    for await (const line of linesOf(file)) {
      if (line.kind === 'too-long') {
        digest = { ...digest, malformedLines: digest.malformedLines + 1 };
        continue;
      }
      digest = addLines(transcripts, digest, [line.text]);
      const read = line.text.trim() === '' ? null : transcripts.read(line.text);
      if (read === null || (read.id !== null && known.has(read.id))) continue;
      if (read.id !== null) known.add(read.id);
      lines.push(read);
    }
  } catch (cause) {
    return refused(1, `${file} cannot be read, ${reasonOf(cause)}.`);
  }
  return ok({ digest, lines });
}

async function* linesOf(file: string): AsyncGenerator<InputLine> {
  const splitter = createLineSplitter();
  const chunks: AsyncIterable<Uint8Array> = createReadStream(file);
  for await (const chunk of chunks) yield* splitter.add(chunk);
  yield* splitter.end();
}

/** A title to a line. Value: the ones that were not there yet, and are now. */
async function recordStrategies(
  file: string,
  analysis: TranscriptAnalysis,
): Promise<Result<readonly string[], Refused>> {
  try {
    const text = await readFile(file, 'utf8').catch((cause: unknown) => {
      if (codeOf(cause) !== 'ENOENT') throw cause;
      return '';
    });
    const recorded = text.split(/\r?\n/).filter((line) => line !== '');
    const added = withNewStrategies(recorded, analysis).slice(new Set(recorded).size);
    const start = text === '' || text.endsWith('\n') ? '' : '\n';
    if (added.length > 0) await appendFile(file, `${start}${added.join('\n')}\n`);
    return ok(added);
  } catch (cause) {
    return refused(1, `${file} cannot keep the strategies, ${reasonOf(cause)}.`);
  }
}

/** Of a failure of the file system; any other is one of ours and is thrown on. */
function reasonOf(cause: unknown): string {
  switch (codeOf(cause)) {
    case null:
      throw cause;
    case 'ENOENT':
      return 'for it is not there: check its path';
    case 'EISDIR':
      return 'for it is a folder: name a file in it';
    case 'EACCES':
    case 'EPERM':
      return 'for you may not: ask whoever owns it';
    default:
      return `for the system says ${codeOf(cause)}: try a copy of it`;
  }
}

function codeOf(cause: unknown): string | null {
  return cause instanceof Error && 'code' in cause && typeof cause.code === 'string' ? cause.code : null;
}

function refused(exitCode: Refused['exitCode'], sentence: string): Result<never, Refused> {
  return err({ exitCode, sentence });
}

function oneOf(names: readonly string[]): string {
  return `${names.slice(0, -1).join(', ')} or ${names.at(-1) ?? ''}`;
}
