/**
 * Makes messages of the bytes that pass a WebSocket, both ways (RFC 6455 §5.4): joins fragments, undoes
 * permessage-deflate, reads the code of a close. What it holds is bounded; what is longer is counted and cut.
 */
import type { MessageDirection, MessageType, SeenMessage } from '../../../contract/messages.ts';
import { Inflater, type DeflateAgreement } from './deflate.ts';
import { GrowingBytes } from './growing-bytes.ts';
import { FrameReader, OPCODE, type FrameHead, type FrameSink } from './frame-reader.ts';

export interface MessageReaderOptions {
  /** What the handshake agreed on (`agreedDeflate`). */
  deflate: DeflateAgreement | undefined;
  /** Payload bytes handed on of one message, at most. */
  keepBytes: () => number;
  /** A message was complete, or broken off by the end. */
  message(message: SeenMessage): void;
  /** The bytes of a direction are not WebSocket; nothing more is read of it. */
  broken(direction: MessageDirection, problem: string): void;
}

/** A compressed message longer than this, on the wire or inflated, is not decoded. */
const DECODE_BYTES = 16 * 1024 * 1024;

const TYPES: Record<number, MessageType> = {
  [OPCODE.text]: 'text',
  [OPCODE.binary]: 'binary',
  [OPCODE.close]: 'close',
  [OPCODE.ping]: 'ping',
  [OPCODE.pong]: 'pong',
};

/** A message that is being read. */
interface Draft {
  type: MessageType;
  compressed: boolean;
  frames: number;
  wireBytes: number;
  held: GrowingBytes;
}

class DirectionReader implements FrameSink {
  readonly #direction: MessageDirection;
  readonly #options: MessageReaderOptions;
  readonly #inflater: Inflater | undefined;
  readonly #frames: FrameReader;
  /** The data message under way: control frames may come between its fragments. */
  #data: Draft | undefined;
  #control: Draft | undefined;
  #fin = true;
  #isBroken = false;

  constructor(direction: MessageDirection, options: MessageReaderOptions) {
    this.#direction = direction;
    this.#options = options;
    this.#inflater = options.deflate && new Inflater(options.deflate, direction, DECODE_BYTES);
    this.#frames = new FrameReader(this, direction === 'up');
  }

  push(chunk: Uint8Array): void {
    if (!this.#isBroken) this.#frames.push(chunk);
  }

  end(): void {
    const left = this.#data;
    this.#data = this.#control = undefined;
    if (left !== undefined && !this.#isBroken) this.#tell(left, true);
    this.#isBroken = true;
  }

  frame(head: FrameHead): void {
    this.#fin = head.fin;
    if (head.opcode >= OPCODE.close) {
      this.#control = newDraft(TYPES[head.opcode] ?? 'ping', false);
      this.#control.frames = 1;
      return;
    }
    if (head.opcode === OPCODE.continuation) {
      if (this.#data === undefined) return this.#breakOff('a continuation of no message');
      if (head.rsv1) return this.#breakOff('a continuation is marked as compressed');
    } else {
      if (this.#data !== undefined) return this.#breakOff('a new message inside another');
      if (head.rsv1 && this.#inflater === undefined)
        return this.#breakOff('a compressed message, which was not agreed on');
      this.#data = newDraft(TYPES[head.opcode] ?? 'binary', head.rsv1);
    }
    this.#data.frames++;
  }

  payload(part: Uint8Array): void {
    const message = this.#control ?? this.#data;
    if (message === undefined) return;
    message.wireBytes += part.length;
    const limit = message.compressed ? DECODE_BYTES : Math.max(this.#options.keepBytes(), 125);
    const room = limit - message.held.length;
    if (room > 0) message.held.add(part.length > room ? part.subarray(0, room) : part);
  }

  frameEnd(): void {
    const control = this.#control;
    if (control !== undefined) {
      this.#control = undefined;
      this.#tell(control, false);
    } else if (this.#fin && this.#data !== undefined) {
      const message = this.#data;
      this.#data = undefined;
      this.#tell(message, false);
    }
  }

  broken(problem: string): void {
    this.#breakOff(problem);
  }

  #breakOff(problem: string): void {
    if (this.#isBroken) return;
    this.#isBroken = true;
    this.#data = this.#control = undefined;
    this.#options.broken(this.#direction, problem);
  }

  #tell(message: Draft, isCutOff: boolean): void {
    const { type, frames, wireBytes, compressed } = message;
    let payload = message.held.bytes;
    let bytes: number | undefined = wireBytes;
    let note: SeenMessage['note'] = isCutOff ? 'incomplete' : undefined;
    if (compressed) {
      const whole = !isCutOff && message.held.length === wireBytes;
      const inflated = whole ? this.#inflater?.inflate(payload) : undefined;
      if (!whole) this.#inflater?.skip();
      bytes = inflated?.length;
      payload = inflated ?? payload;
      if (inflated === undefined) note ??= 'not-decoded';
    }
    const keep = this.#options.keepBytes();
    const cut = payload.subarray(0, keep);
    if (bytes !== undefined && cut.length < bytes) note ??= 'truncated';
    this.#options.message({
      direction: this.#direction,
      type,
      wireBytes,
      bytes,
      payload: cut,
      frames,
      compressed,
      ...(note !== undefined && { note }),
      ...(type === 'close' && payload.length >= 2 && { close: closeOf(payload) }),
    });
  }
}

/** Reads both directions of one WebSocket; `push` fits the tap of a relay. */
export class MessageReader {
  readonly #up: DirectionReader;
  readonly #down: DirectionReader;

  constructor(options: MessageReaderOptions) {
    this.#up = new DirectionReader('up', options);
    this.#down = new DirectionReader('down', options);
  }

  push(direction: MessageDirection, chunk: Uint8Array): void {
    (direction === 'up' ? this.#up : this.#down).push(chunk);
  }

  /** The connection is over: what was cut off is told. */
  end(): void {
    this.#up.end();
    this.#down.end();
  }
}

const newDraft = (type: MessageType, compressed: boolean): Draft => ({
  type,
  compressed,
  frames: 0,
  wireBytes: 0,
  held: new GrowingBytes(),
});

function closeOf(payload: Uint8Array): { code: number; reason: string } {
  return { code: (payload[0]! << 8) | payload[1]!, reason: new TextDecoder().decode(payload.subarray(2)) };
}
