/** Content behind a head that a stage looks at: read as far as it asks, and sent on behind the head as it came. */
import { Readable } from 'node:stream';

/** Chunks that came, and who reads them. */
export class HeldContent {
  #chunks: Uint8Array[] = [];
  #bytes = 0;
  #isOver = false;
  #reader: { maxBytes: number; done: (content: Uint8Array | undefined) => void } | undefined;

  /** Takes a chunk; false when it is to be the last for now. */
  take(chunk: Uint8Array): boolean {
    this.#chunks.push(chunk);
    this.#bytes += chunk.length;
    this.#look();
    return this.takesMore;
  }

  /** All of it has come. */
  end(): void {
    this.#isOver = true;
    this.#look();
  }

  /** Somebody reads, and more may come. */
  get takesMore(): boolean {
    return this.#reader !== undefined && !this.#isOver;
  }

  /** All of it, once it has come; undefined when it is more than `maxBytes`, or is let go before. */
  read(maxBytes: number): Promise<Uint8Array | undefined> {
    return new Promise((resolve) => {
      this.#reader?.done(undefined);
      this.#reader = { maxBytes, done: resolve };
      this.#look();
    });
  }

  /** What came, in order. Nobody reads any more. */
  letGo(): Uint8Array[] {
    this.#answer(undefined);
    const chunks = this.#chunks;
    this.#chunks = [];
    return chunks;
  }

  #look(): void {
    if (this.#reader === undefined) return;
    if (this.#bytes > this.#reader.maxBytes) this.#answer(undefined);
    else if (this.#isOver) this.#answer(Buffer.concat(this.#chunks, this.#bytes));
  }

  #answer(content: Uint8Array | undefined): void {
    const reader = this.#reader;
    this.#reader = undefined;
    reader?.done(content);
  }
}

/** The content of a request on its way, as a stage may read it. */
export class HeldUpload {
  readonly #source: Readable;
  readonly #content = new HeldContent();
  #isReading = false;

  constructor(source: Readable) {
    this.#source = source;
    // Whoever takes it on hears of it by what becomes of the exchange.
    source.on('error', () => this.#content.letGo());
  }

  read(maxBytes: number): Promise<Uint8Array | undefined> {
    const read = this.#content.read(maxBytes);
    if (this.#isReading || this.#source.destroyed) {
      if (this.#source.destroyed && !this.#source.readableEnded) this.#content.letGo();
      return read;
    }
    this.#isReading = true;
    this.#source.on('data', this.#onData).on('end', this.#onEnd).on('close', this.#onClose);
    return read;
  }

  /** The content from its first byte; nothing is read here any more. */
  rest(): Readable {
    const source = this.#source;
    if (!this.#isReading) return source;
    this.#isReading = false;
    source.pause();
    source.off('data', this.#onData).off('end', this.#onEnd).off('close', this.#onClose);
    const chunks = this.#content.letGo();
    if (source.readableEnded) return Readable.from(chunks, { objectMode: false });
    if (chunks.length > 0 && !source.destroyed) source.unshift(Buffer.concat(chunks));
    return source;
  }

  readonly #onData = (chunk: Uint8Array): void => {
    if (!this.#content.take(chunk)) this.#source.pause();
  };
  readonly #onEnd = (): void => this.#content.end();
  /** It broke off. */
  readonly #onClose = (): void => {
    if (!this.#source.readableEnded) this.#content.letGo();
  };
}
