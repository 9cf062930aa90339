/**
 * A request of this program itself on its way through the proxy: to the driver it is one like those of clients, without a
 * connection behind it. What comes as content is counted and let go; the capture keeps what it keeps of any exchange.
 */
import type { Readable } from 'node:stream';
import type { FieldList } from '../http/fields.ts';
import { Head } from '../http/head.ts';
import type { ClientReply, ClientRequest, ReplyEnd } from '../net/front/front.ts';

export interface OwnRequestOptions {
  readonly method: string;
  readonly url: string;
  readonly fields: FieldList;
  readonly body: (() => Readable) | undefined;
  readonly chosen: ClientRequest['chosen'];
  /** What stands for the client's address. */
  readonly client: string;
  /** Told once, when the exchange is over. */
  readonly ended: (end: ReplyEnd) => void;
}

export class OwnRequest implements ClientRequest {
  readonly method: string;
  readonly target: string;
  readonly httpVersion = '1.1';
  readonly head: Head;
  readonly clientAddress: string;
  readonly hasBody: boolean;
  readonly chosen: ClientRequest['chosen'];
  readonly reply: OwnReply;
  readonly #body: (() => Readable) | undefined;
  #opened: Readable | undefined;

  constructor({ method, url, fields, body, chosen, client, ended }: OwnRequestOptions) {
    this.method = method;
    this.target = url;
    this.head = new Head(fields);
    this.clientAddress = client;
    this.hasBody = body !== undefined;
    this.chosen = chosen;
    this.#body = body;
    this.reply = new OwnReply((end) => {
      this.#opened?.destroy();
      ended(end);
    });
  }

  openBody(): Readable {
    if (this.#body === undefined) throw new Error('the request has no content');
    return (this.#opened = this.#body());
  }
}

class OwnReply implements ClientReply {
  status: number | undefined;
  bytes = 0;
  readonly #ended: (end: ReplyEnd) => void;
  readonly #onClose: ((end: ReplyEnd) => void)[] = [];
  #isOver = false;

  constructor(ended: (end: ReplyEnd) => void) {
    this.#ended = ended;
  }

  inform(): void {
    // interim responses are for clients that wait
  }

  start(status: number): void {
    this.status = status;
  }

  write(chunk: Uint8Array): boolean {
    this.bytes += chunk.length;
    return true;
  }

  onDrain(): void {
    // everything is taken at once
  }

  end(chunk?: Uint8Array): void {
    if (chunk !== undefined) this.bytes += chunk.length;
    this.#close('complete');
  }

  destroy(): void {
    this.#close('broken');
  }

  onClose(listener: (end: ReplyEnd) => void): void {
    this.#onClose.push(listener);
  }

  /** Later: whoever ends a reply does not expect its listeners to be called within. */
  #close(end: ReplyEnd): void {
    if (this.#isOver) return;
    this.#isOver = true;
    process.nextTick(() => {
      for (const listener of this.#onClose) listener(end);
      this.#ended(end);
    });
  }
}
