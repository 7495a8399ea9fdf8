export type InputLine =
  | { readonly kind: 'line'; readonly text: string }
  | { readonly kind: 'too-long'; readonly maxBytes: number };

export type LineSplitter = {
  /** The lines that end in these bytes. */
  add(chunk: Uint8Array): readonly InputLine[];
  /** What is left when nothing more comes. */
  end(): readonly InputLine[];
};

/** A screen with all its colours has some ten thousand bytes. */
const MAX_LINE_BYTES = 16 * 1024 * 1024;

const LINE_FEED = 0x0a;

/** Bytes in, lines out; of a line that is not at its end yet, no more than that is kept. What is not UTF-8 becomes a mark. */
export function createLineSplitter(maxBytes = MAX_LINE_BYTES): LineSplitter {
  const decoder = new TextDecoder();
  let parts: Uint8Array[] = [];
  let bytes = 0;
  const keep = (part: Uint8Array) => {
    bytes += part.length;
    if (bytes > maxBytes) parts = [];
    else parts.push(part);
  };
  const take = (): InputLine => {
    const line: InputLine =
      bytes > maxBytes
        ? { kind: 'too-long', maxBytes }
        : { kind: 'line', text: decoder.decode(parts.length === 1 ? parts[0] : Buffer.concat(parts)) };
    parts = [];
    bytes = 0;
    return line;
  };
  return {
    add(chunk) {
      const lines: InputLine[] = [];
      let start = 0;
      for (let end = chunk.indexOf(LINE_FEED); end !== -1; end = chunk.indexOf(LINE_FEED, start)) {
        keep(chunk.subarray(start, end));
        lines.push(take());
        start = end + 1;
      }
      if (start < chunk.length) keep(chunk.subarray(start));
      return lines;
    },
    end: () => (bytes > 0 ? [take()] : []),
  };
}
