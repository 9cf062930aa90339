/** A reply that goes over a throttled line: later by its latency, and no faster than it. */
import type { FieldList } from '../../http/fields.ts';
import type { ClientReply, KnownFields, ReplyEnd } from '../front/front.ts';
import type { Link } from './link.ts';
import { PacedLine } from './paced-line.ts';

export class PacedReply implements ClientReply {
  readonly #reply: ClientReply;
  readonly #line: PacedLine;
  readonly #listeners: (() => void)[] = [];

  constructor(reply: ClientReply, link: Link) {
    this.#reply = reply;
    this.#line = new PacedLine({
      clock: link.clock,
      lane: link.down,
      delayMs: () => link.latencyMs,
      out: (piece) => reply.write(piece),
      onRoom: () => {
        for (const listener of this.#listeners) listener();
      },
    });
    reply.onDrain(() => this.#line.drained());
    reply.onClose(() => this.#line.stop());
  }

  inform(status: number, fields: FieldList): void {
    this.#line.then(() => this.#reply.inform(status, fields));
  }

  start(status: number, statusText: string, fields: FieldList, begin?: KnownFields): void {
    this.#line.then(() => this.#reply.start(status, statusText, fields, begin));
  }

  write(chunk: Uint8Array): boolean {
    return chunk.length === 0 || this.#line.push(chunk);
  }

  onDrain(listener: () => void): void {
    this.#listeners.push(listener);
  }

  end(chunk?: Uint8Array, trailers?: FieldList): void {
    if (chunk !== undefined) this.write(chunk);
    this.#line.then(() => this.#reply.end(undefined, trailers));
  }

  destroy(): void {
    this.#line.stop();
    this.#reply.destroy();
  }

  onClose(listener: (end: ReplyEnd) => void): void {
    this.#reply.onClose(listener);
  }
}
