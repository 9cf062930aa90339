/** Bytes handed over piece by piece by one side and read as they come by the other: nobody hands over faster than is read. */
export class Inbox implements AsyncIterable<Uint8Array> {
  #piece: { bytes: Uint8Array; taken: () => void; failed: (error: Error) => void } | undefined;
  #wake: (() => void) | undefined;
  #isOver = false;
  #closed: Error | undefined;

  /** Resolves when the reader comes for more; rejects when it does not any more. */
  async give(bytes: Uint8Array): Promise<void> {
    if (this.#closed !== undefined) throw this.#closed;
    if (this.#piece !== undefined) throw new Error('the bytes before these are not taken yet');
    await new Promise<void>((taken, failed) => {
      this.#piece = { bytes, taken, failed };
      this.#wake?.();
    });
  }

  /** No more bytes come. */
  end(): void {
    this.#isOver = true;
    this.#wake?.();
  }

  /** Nobody reads on: who waits is told why. */
  close(why: Error): void {
    this.#closed ??= why;
    this.#piece?.failed(why);
    this.#piece = undefined;
    this.end();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Uint8Array> {
    for (;;) {
      while (this.#piece === undefined && !this.#isOver) await new Promise<void>((resolve) => (this.#wake = resolve));
      const piece = this.#piece;
      if (piece === undefined) return;
      yield piece.bytes;
      // Only now: the reader is through with them.
      if (this.#piece === piece) this.#piece = undefined;
      piece.taken();
    }
  }
}
