import type { IncomingMessage } from 'node:http';

export type BodyFault =
  | { readonly kind: 'too-large'; readonly maxBytes: number }
  | { readonly kind: 'cut-off' };

/** The bytes of a request, never more than `maxBytes` of them in memory. */
export function readBody(
  request: IncomingMessage,
  maxBytes: number,
): Promise<
  { readonly ok: true; readonly value: Buffer } | { readonly ok: false; readonly error: BodyFault }
> {
  return new Promise((resolve) => {
    const tooLarge = { ok: false, error: { kind: 'too-large', maxBytes } } as const;
    if (Number(request.headers['content-length'] ?? 0) > maxBytes) {
      // Left to flow: closing on a sender in mid-sentence would lose the answer.
      request.resume();
      resolve(tooLarge);
      return;
    }
    const chunks: Buffer[] = [];
    let length = 0;
    request.on('data', (chunk: Buffer) => {
      length += chunk.length;
      if (length > maxBytes) {
        chunks.length = 0;
        resolve(tooLarge);
      } else {
        chunks.push(chunk);
      }
    });
    request.once('end', () => resolve({ ok: true, value: Buffer.concat(chunks) }));
    request.once('close', () => resolve({ ok: false, error: { kind: 'cut-off' } }));
    request.once('error', () => resolve({ ok: false, error: { kind: 'cut-off' } }));
  });
}
