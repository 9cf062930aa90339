/**
 * Reads the frames of one direction of a WebSocket (RFC 6455 §5.2) from whatever pieces they come in. Keeps nothing but
 * the head of the frame at hand; payload is handed on, unmasked, piece by piece. It watches and never answers, so
 * a stream that breaks the protocol is told once and read no further.
 */

/** RFC 6455 §11.8. */
export const OPCODE = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 } as const;

export interface FrameHead {
  fin: boolean;
  /** The first reserved bit: this message is compressed (RFC 7692 §6). */
  rsv1: boolean;
  opcode: number;
  length: number;
}

export interface FrameSink {
  frame(head: FrameHead): void;
  /** A part of the payload; the reader's own memory, to be copied when kept. */
  payload(part: Uint8Array): void;
  frameEnd(): void;
  /** The bytes are not WebSocket frames; nothing follows. */
  broken(problem: string): void;
}

/** Control frames carry at most so much (RFC 6455 §5.5). */
const CONTROL_BYTES = 125;
/** Two bytes, eight of length, four of mask. */
const HEAD_BYTES = 14;

export class FrameReader {
  readonly #sink: FrameSink;
  readonly #masked: boolean;
  readonly #head = new Uint8Array(HEAD_BYTES);
  #headBytes = 0;
  /** Bytes the head takes, known once its second byte is there. */
  #headNeeds = 2;
  #mask: Uint8Array | undefined;
  #maskAt = 0;
  /** Payload still to come; -1 while the head is read. */
  #left = -1;
  #broken = false;

  /** `masked`: what a client sends is (RFC 6455 §5.3), what a server sends is not. */
  constructor(sink: FrameSink, masked: boolean) {
    this.#sink = sink;
    this.#masked = masked;
  }

  /** True between frames, with nothing of the next one read. */
  get isBetween(): boolean {
    return this.#left < 0 && this.#headBytes === 0;
  }

  push(chunk: Uint8Array): void {
    let at = 0;
    while (at < chunk.length && !this.#broken)
      at = this.#left < 0 ? this.#readHead(chunk, at) : this.#readPayload(chunk, at);
  }

  #readHead(chunk: Uint8Array, from: number): number {
    let at = from;
    while (at < chunk.length && this.#headBytes < this.#headNeeds) {
      this.#head[this.#headBytes++] = chunk[at++]!;
      if (this.#headBytes === 2) {
        const short = this.#head[1]! & 0x7f;
        this.#headNeeds = 2 + (short === 126 ? 2 : short === 127 ? 8 : 0) + (this.#head[1]! & 0x80 ? 4 : 0);
      }
    }
    if (this.#headBytes === this.#headNeeds) this.#headDone();
    return at;
  }

  #headDone(): void {
    const head = this.#head;
    const opcode = head[0]! & 0x0f;
    const isMasked = (head[1]! & 0x80) !== 0;
    const length = this.#length();
    const isControl = opcode >= 8;
    const fin = (head[0]! & 0x80) !== 0;
    if (opcode > 10 || (opcode > 2 && opcode < 8)) return this.#breakOff(`opcode ${opcode} is reserved`);
    if ((head[0]! & 0x30) !== 0) return this.#breakOff('a reserved bit is set that no extension in use defines');
    if (isMasked !== this.#masked)
      return this.#breakOff(this.#masked ? 'a frame of the client is not masked' : 'a frame of the server is masked');
    if (length === undefined) return this.#breakOff('a frame is longer than 2^53 bytes');
    if (isControl && (!fin || length > CONTROL_BYTES))
      return this.#breakOff('a control frame is fragmented or longer than 125 bytes');
    this.#mask = isMasked ? head.slice(this.#headNeeds - 4, this.#headNeeds) : undefined;
    this.#maskAt = 0;
    this.#headBytes = 0;
    this.#headNeeds = 2;
    this.#left = length;
    this.#sink.frame({ fin, rsv1: (head[0]! & 0x40) !== 0, opcode, length });
    if (length === 0) this.#frameEnd();
  }

  /** Undefined when it is more than a number can hold. */
  #length(): number | undefined {
    const head = this.#head;
    const short = head[1]! & 0x7f;
    if (short < 126) return short;
    const view = new DataView(head.buffer);
    if (short === 126) return view.getUint16(2);
    const long = view.getBigUint64(2);
    return long > BigInt(Number.MAX_SAFE_INTEGER) ? undefined : Number(long);
  }

  #readPayload(chunk: Uint8Array, from: number): number {
    const end = Math.min(chunk.length, from + this.#left);
    const part = chunk.subarray(from, end);
    this.#left -= part.length;
    this.#sink.payload(this.#mask === undefined ? part : this.#unmask(part, this.#mask));
    if (this.#left === 0) this.#frameEnd();
    return end;
  }

  #unmask(part: Uint8Array, mask: Uint8Array): Uint8Array {
    const out = new Uint8Array(part.length);
    let at = this.#maskAt;
    for (let i = 0; i < part.length; i++) out[i] = part[i]! ^ mask[at++ & 3]!;
    this.#maskAt = at & 3;
    return out;
  }

  #frameEnd(): void {
    this.#left = -1;
    this.#sink.frameEnd();
  }

  #breakOff(problem: string): void {
    this.#broken = true;
    this.#sink.broken(problem);
  }
}
