/**
 * The messages of one WebSocket, as they are kept: the newest, bounded by count and by the bytes of their payloads. Each
 * payload is a body of the ring, so that all captured bytes share one limit and the oldest go first.
 */
import type { MessageQuery } from '../contract/commands.ts';
import type { MessageDirection, MessagePage, MessageRow, SeenMessage } from '../contract/messages.ts';
import { readCaptured, type BodyRing, type CapturedBody } from './body-ring.ts';

/** Kept of one conversation, at most. */
export const MAX_MESSAGES = 10_000;
/** One message beside its payload, as heap snapshots show it. */
const MESSAGE_BYTES = 160;
/** Characters of a text and bytes of a binary payload that a line shows. */
const PREVIEW_CHARACTERS = 256;
const PREVIEW_BYTES = 32;

interface KeptMessage {
  n: number;
  atMs: number;
  seen: Omit<SeenMessage, 'payload'>;
  /** What was kept of its payload when it came. */
  bytes: number;
  body: CapturedBody | undefined;
}

/** Stands where a message was: nothing of it is held. */
const GONE: KeptMessage = {
  n: 0,
  atMs: 0,
  seen: { direction: 'up', type: 'text', wireBytes: 0, bytes: 0, frames: 0, compressed: false },
  bytes: 0,
  body: undefined,
};

export class Conversation {
  readonly #bodies: BodyRing;
  readonly #maxBytes: () => number;
  readonly #messages: KeptMessage[] = [];
  #first = 0;
  #payloadBytes = 0;
  #seen = 0;
  readonly #problems: Partial<Record<MessageDirection, string>> = {};

  /** `maxBytes`: payload kept of this conversation. */
  constructor(bodies: BodyRing, maxBytes: () => number) {
    this.#bodies = bodies;
    this.#maxBytes = maxBytes;
  }

  /** Memory of the lines, estimated; payloads are charged by their ring. */
  get chargedBytes(): number {
    return this.size * MESSAGE_BYTES;
  }

  get size(): number {
    return this.#messages.length - this.#first;
  }

  get seen(): number {
    return this.#seen;
  }

  add(message: SeenMessage, atMs: number): void {
    const { payload, ...seen } = message;
    const body = this.#bodies.add(undefined, payload);
    const bytes = body?.kept ?? 0;
    this.#payloadBytes += bytes;
    this.#messages.push({ n: ++this.#seen, atMs, seen, bytes, body });
    while (this.size > MAX_MESSAGES || (this.#payloadBytes > this.#maxBytes() && this.size > 1)) this.#dropOldest();
  }

  /** So many were seen before the first one that is added. */
  skip(count: number): void {
    this.#seen += count;
  }

  broken(direction: MessageDirection, problem: string): void {
    this.#problems[direction] ??= problem;
  }

  /** Lets go of everything. */
  drop(): void {
    while (this.size > 0) this.#dropOldest();
  }

  /** A page of what matches, oldest first. */
  page({ text, direction, type, after = 0, offset = 0, limit = 200 }: MessageQuery): MessagePage {
    const wanted = text?.toLowerCase();
    const rows: MessageRow[] = [];
    let total = 0;
    for (let i = this.#first; i < this.#messages.length; i++) {
      const message = this.#messages[i]!;
      if (message.n <= after) continue;
      if (direction !== undefined && message.seen.direction !== direction) continue;
      if (type !== undefined && message.seen.type !== type) continue;
      if (wanted !== undefined && !textOf(message).toLowerCase().includes(wanted)) continue;
      if (total++ >= offset && rows.length < limit) rows.push(toRow(message));
    }
    return {
      rows,
      total,
      seen: this.#seen,
      dropped: this.#seen - this.size,
      problems: { ...this.#problems },
    };
  }

  /** What is kept of a message's payload; undefined when the message is not kept. */
  body(n: number): { kept: number; dropped: boolean; read(offset: number, length: number): Uint8Array } | undefined {
    const message = this.#messages[this.#first + n - 1 - (this.#seen - this.size)];
    if (message?.n !== n) return undefined;
    const { body } = message;
    return {
      kept: body?.kept ?? 0,
      dropped: body?.dropped ?? false,
      read: (offset, length) => (body ? readCaptured(body, offset, length) : new Uint8Array()),
    };
  }

  #dropOldest(): void {
    const { body, bytes } = this.#messages[this.#first]!;
    this.#payloadBytes -= bytes;
    if (body) this.#bodies.drop(body);
    this.#messages[this.#first++] = GONE;
    if (this.#first > 1024 && this.#first * 2 > this.#messages.length) {
      this.#messages.splice(0, this.#first);
      this.#first = 0;
    }
  }
}

/** The payload as text, as far as it is kept; empty for binary. */
function textOf({ seen, body }: KeptMessage): string {
  if (body === undefined || (seen.type !== 'text' && seen.type !== 'close')) return '';
  const bytes = readCaptured(body, seen.type === 'close' ? 2 : 0, body.kept);
  return new TextDecoder().decode(bytes);
}

function toRow({ n, atMs, seen, body }: KeptMessage): MessageRow {
  const note = body?.dropped === true ? 'dropped' : seen.note;
  return {
    n,
    direction: seen.direction,
    type: seen.type,
    atMs,
    wireBytes: seen.wireBytes,
    ...(seen.bytes !== undefined && { bytes: seen.bytes }),
    kept: body?.kept ?? 0,
    frames: seen.frames,
    ...(seen.compressed && { compressed: true as const }),
    ...(note !== undefined && { note }),
    ...(seen.close !== undefined && { close: seen.close }),
    preview: body === undefined ? '' : previewOf(seen, body),
  };
}

function previewOf(seen: KeptMessage['seen'], body: CapturedBody): string {
  const isText = seen.type === 'text' && seen.note !== 'not-decoded';
  const bytes = readCaptured(body, 0, isText ? PREVIEW_CHARACTERS * 4 : PREVIEW_BYTES);
  if (isText) return new TextDecoder().decode(bytes).slice(0, PREVIEW_CHARACTERS);
  return Buffer.from(bytes).toString('hex');
}
