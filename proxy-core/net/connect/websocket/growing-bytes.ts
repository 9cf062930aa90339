/** Bytes that come in pieces of any size, held as one: a message that trickles in must not cost an object for each byte. */
export class GrowingBytes {
  #buffer = new Uint8Array(0);
  length = 0;

  add(part: Uint8Array): void {
    const length = this.length + part.length;
    if (length > this.#buffer.length) {
      const grown = new Uint8Array(Math.max(length, Math.min(this.#buffer.length * 2, length + 1024 * 1024)));
      grown.set(this.#buffer.subarray(0, this.length));
      this.#buffer = grown;
    }
    this.#buffer.set(part, this.length);
    this.length = length;
  }

  /** What was added; goes on to be this object's memory. */
  get bytes(): Uint8Array {
    return this.#buffer.subarray(0, this.length);
  }
}
