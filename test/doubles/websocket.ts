import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';

/** The server's end of one WebSocket: text both ways, pings answered, a close answered with a close. */
export type WebSocketLine = {
  send(text: string): void;
  onText(listener: (text: string) => void): void;
  /** A closing handshake, as Slack does before it moves a connection elsewhere. */
  close(): void;
  /** No goodbye: the line is cut. */
  cut(): void;
  readonly isOpen: boolean;
};

const TEXT = 0x1;
const CLOSE = 0x8;
const PING = 0x9;
const PONG = 0xa;
/** RFC 6455, section 1.3. */
const HANDSHAKE_KEY = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** Accepts an upgrade request. RFC 6455 without extensions and without fragments of our own. */
export function acceptWebSocket(request: IncomingMessage, socket: Duplex): WebSocketLine {
  const accept = createHash('sha1')
    .update(`${request.headers['sec-websocket-key']}${HANDSHAKE_KEY}`)
    .digest('base64');
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}\r\n\r\n`,
  );
  const listeners = new Set<(text: string) => void>();
  let pending: Buffer = Buffer.alloc(0);
  let fragments: Buffer[] = [];
  let isOpen = true;

  function write(kind: number, payload: Buffer): void {
    if (!socket.destroyed) socket.write(Buffer.concat([header(kind, payload.length), payload]));
  }

  function take(frame: Frame): void {
    switch (frame.kind) {
      case PING:
        write(PONG, frame.payload);
        return;
      case PONG:
        return;
      case CLOSE:
        if (isOpen) write(CLOSE, frame.payload);
        isOpen = false;
        socket.end();
        return;
      default:
        fragments.push(frame.payload);
        if (!frame.isLast) return;
        for (const listener of listeners) listener(Buffer.concat(fragments).toString('utf8'));
        fragments = [];
    }
  }

  socket.on('data', (chunk: Buffer) => {
    pending = Buffer.concat([pending, chunk]);
    for (let frame = readFrame(pending); frame !== null; frame = readFrame(pending)) {
      pending = pending.subarray(frame.bytes);
      take(frame);
    }
  });
  socket.on('close', () => {
    isOpen = false;
  });
  socket.on('error', () => socket.destroy());

  return {
    send: (text) => write(TEXT, Buffer.from(text)),
    onText: (listener) => void listeners.add(listener),
    close() {
      isOpen = false;
      write(CLOSE, Buffer.from([0x03, 0xe8]));
    },
    cut: () => socket.destroy(),
    get isOpen() {
      return isOpen;
    },
  };
}

type Frame = {
  readonly kind: number;
  readonly isLast: boolean;
  readonly payload: Buffer;
  readonly bytes: number;
};

/** `null` until the whole frame has come. */
function readFrame(data: Buffer): Frame | null {
  if (data.length < 2) return null;
  const first = data.readUInt8(0);
  const second = data.readUInt8(1);
  const short = second & 0x7f;
  const lengthBytes = short === 126 ? 2 : short === 127 ? 8 : 0;
  const maskBytes = (second & 0x80) === 0 ? 0 : 4;
  const start = 2 + lengthBytes + maskBytes;
  if (data.length < start) return null;
  const length =
    lengthBytes === 0 ? short : lengthBytes === 2 ? data.readUInt16BE(2) : Number(data.readBigUInt64BE(2));
  if (data.length < start + length) return null;
  const mask = data.subarray(start - maskBytes, start);
  const payload = Buffer.from(data.subarray(start, start + length));
  if (maskBytes > 0) {
    for (const [index, byte] of payload.entries()) payload[index] = byte ^ mask.readUInt8(index % 4);
  }
  return { kind: first & 0x0f, isLast: (first & 0x80) !== 0, payload, bytes: start + length };
}

function header(kind: number, length: number): Buffer {
  const first = 0x80 | kind;
  if (length < 126) return Buffer.from([first, length]);
  if (length < 65_536) {
    const head = Buffer.from([first, 126, 0, 0]);
    head.writeUInt16BE(length, 2);
    return head;
  }
  const head = Buffer.alloc(10);
  head.writeUInt8(first, 0);
  head.writeUInt8(127, 1);
  head.writeBigUInt64BE(BigInt(length), 2);
  return head;
}
