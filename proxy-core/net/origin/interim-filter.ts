/**
 * Takes `100 Continue` heads out of what an origin sends. Any number of interim heads may come before an answer, asked
 * for or not (RFC 9110 §15.2); undici takes an unasked 100 for a broken connection.
 */

/** An interim head longer than this is handed on for the parser to refuse. */
const MAX_HEAD_BYTES = 16 * 1024;
/** `HTTP/1.1 100 `: as much as tells an interim head from others, also from one with four digits. */
const STATUS_BYTES = 13;
const END = Buffer.from('\r\n\r\n');
const EMPTY = Buffer.alloc(0);

export class InterimFilter {
  #armed = false;
  #held: Buffer = EMPTY;

  /** A request goes out: the next bytes are the head of an answer. */
  arm(): void {
    this.#armed = true;
  }

  /** Bytes have to pass through `take`. */
  get armed(): boolean {
    return this.#armed;
  }

  /** What may be parsed of these bytes and those held back before; empty while a head is not complete. */
  take(chunk: Buffer): Buffer {
    const data = this.#held.length === 0 ? chunk : Buffer.concat([this.#held, chunk]);
    this.#held = EMPTY;
    const kept: Buffer[] = [];
    let at = 0;
    for (;;) {
      const left = data.length - at;
      const status = data.toString('latin1', at, at + STATUS_BYTES);
      if (left >= STATUS_BYTES && !isInterim(status)) break;
      const end = left < STATUS_BYTES ? -1 : data.indexOf(END, at);
      if (end < 0) {
        if (left > MAX_HEAD_BYTES) break;
        this.#held = Buffer.from(data.subarray(at));
        return joined(kept);
      }
      if (status.slice(9, 12) !== '100') kept.push(data.subarray(at, end + END.length));
      at = end + END.length;
    }
    this.#armed = false;
    kept.push(data.subarray(at));
    return joined(kept);
  }
}

/** 1xx of HTTP/1; after 101 other bytes than HTTP follow. */
function isInterim(status: string): boolean {
  return /^HTTP\/1\.\d 1(?!01)\d\d[ \r\n]/.test(status);
}

function joined(parts: readonly Buffer[]): Buffer {
  return parts.length === 1 ? parts[0]! : Buffer.concat(parts);
}
