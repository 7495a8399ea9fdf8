import type { WebClient } from '@slack/web-api';
import { type CardPart, err, ok, type Result } from '../../domain/index.ts';
import { redact } from '../../safety/index.ts';
import type { SlackFetch } from '../client.ts';
import type { ScreenPictures } from '../ports.ts';
import { type SlackFailure, slackFailure } from './failure.ts';
import { cutText } from './mrkdwn.ts';

export type Attachment = Extract<CardPart, { kind: 'attachment' }>;

const UPLOAD_TIMEOUT_MS = 30_000;
const UPLOAD_RETRY_MS = 5_000;
const ALT_MAX = 1000;
const TITLE_MAX = 200;

/** Makes the files of a message and shows them below it. An error is why they are not there, in one clause. */
export async function shareFiles(
  { client, fetch, pictures }: { client: WebClient; fetch: SlackFetch; pictures: ScreenPictures },
  place: { readonly channel: string; readonly threadTs: string | null },
  attachments: readonly Attachment[],
): Promise<Result<void, string>> {
  const shared: { id: string; title: string }[] = [];
  const faults: string[] = [];
  for (const attachment of attachments) {
    const made = await fileOf(attachment, pictures);
    const uploaded = made.ok ? await upload(client, fetch, made.value) : made;
    if (uploaded.ok) shared.push(uploaded.value);
    else faults.push(`${attachment.file.kind === 'picture' ? 'no picture' : 'no file'}: ${uploaded.error}`);
  }
  const [first, ...others] = shared;
  if (first !== undefined) {
    try {
      await client.files.completeUploadExternal({
        files: [first, ...others],
        channel_id: place.channel,
        ...(place.threadTs === null ? {} : { thread_ts: place.threadTs }),
      });
    } catch (cause) {
      faults.push(`no picture: ${whyOf(slackFailure(cause))}`);
    }
  }
  return faults.length === 0 ? ok(undefined) : err(faults.join('; '));
}

type MadeFile = {
  readonly name: string;
  readonly title: string;
  readonly alt: string;
  readonly bytes: Uint8Array<ArrayBuffer>;
};

async function fileOf(
  { file, alt }: Attachment,
  pictures: ScreenPictures,
): Promise<Result<MadeFile, string>> {
  const what = {
    title: cutText(redact(alt.split('. ')[0] ?? alt), TITLE_MAX),
    alt: cutText(redact(alt), ALT_MAX),
  };
  if (file.kind === 'text') {
    const bytes = new TextEncoder().encode(`${redact(file.lines.join('\n'))}\n`);
    return ok({ ...what, name: `${redact(file.name)}.${file.ending ?? 'txt'}`, bytes });
  }
  const drawn = await pictures.draw(file.screen);
  return drawn.ok
    ? ok({ ...what, name: `${redact(file.name)}.png`, bytes: drawn.value })
    : err(drawn.error.why);
}

/** docs.slack.dev/messaging/working-with-files: an address is asked for, takes the bytes, and the file is then completed. */
async function upload(
  client: WebClient,
  fetch: SlackFetch,
  { name, title, alt, bytes }: MadeFile,
): Promise<Result<{ id: string; title: string }, string>> {
  try {
    // The documented name of the description; the client's own types call it `alt_text`.
    const described = { alt_txt: alt };
    const { upload_url: url, file_id: id } = await client.files.getUploadURLExternal({
      filename: name,
      length: bytes.length,
      ...described,
    });
    if (url === undefined || id === undefined) throw new Error('Slack gives no address for an upload');
    const form = new FormData();
    form.append('file', new Blob([bytes]), name);
    const sent = await send(fetch, url, form);
    return sent.ok ? ok({ id, title }) : err(whyOf(sent.error));
  } catch (cause) {
    return err(whyOf(slackFailure(cause)));
  }
}

async function send(fetch: SlackFetch, url: string, body: FormData): Promise<Result<void, SlackFailure>> {
  try {
    const response = await fetch(url, {
      method: 'POST',
      body,
      signal: AbortSignal.timeout(UPLOAD_TIMEOUT_MS),
    });
    await response.text();
    if (response.ok) return ok(undefined);
    return err({ kind: 'retry', afterMs: UPLOAD_RETRY_MS, why: `Slack answered with ${response.status}` });
  } catch (cause) {
    // fetch throws TypeError when nobody answers, DOMException when time is up.
    if (cause instanceof TypeError || cause instanceof DOMException) {
      return err({ kind: 'retry', afterMs: UPLOAD_RETRY_MS, why: 'Slack did not take the file' });
    }
    throw cause;
  }
}

function whyOf(failure: SlackFailure): string {
  switch (failure.kind) {
    case 'retry':
    case 'refused':
      return failure.why.replace(/\.$/, '');
    case 'message-gone':
      return 'its message was deleted';
    case 'too-late':
      return 'Slack stopped waiting';
  }
}
