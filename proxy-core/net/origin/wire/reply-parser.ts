/**
 * Reads the heads of replies out of the bytes of a connection (RFC 9112 §4, §5, §6.3). Strict as the front is with requests:
 * one spelling is taken, for what a cache and its client read in two ways is how replies are swapped (RFC 9112 §11.1).
 * Bounded; a head that comes in pieces is gathered, and read once when it is whole.
 */
import { CLASS, CR, LF, SP, VALUE, isLength, notALine, withoutBlanks } from '../../wire/field-lines.ts';
import { KnownLines } from './known-lines.ts';

/** Longest head, bytes. */
const MAX_HEAD_BYTES = 128 * 1024;
const END = Buffer.from('\r\n\r\n');
/** Length of `HTTP/1.1 200`. */
const STATUS_LINE_BYTES = 12;

/** {@link ReplyParser.contentLength} of chunked content. */
export const CHUNKED = -1;
/** {@link ReplyParser.contentLength} of content that ends with its connection. */
export const UNTIL_END = -2;

/** What {@link ReplyParser.read} found. */
export type Found = 'head' | 'more' | 'refused';

const lines = new KnownLines();

/** Reads one head after the other; what it found stands in its fields until the next. */
export class ReplyParser {
  status = 0;
  statusText = '';
  /** Flat list of the field lines as received. */
  fields: string[] = [];
  /** Bytes of content, {@link CHUNKED} or {@link UNTIL_END}; whether there is any, method and status say. */
  contentLength = 0;
  /** Transfer-Encoding is among the lines. */
  isCoded = false;
  /** Another request may follow on the connection (RFC 9112 §9.3). */
  keepsAlive = false;
  /** How long the connection may be idle as the origin says, seconds (`Keep-Alive: timeout=…`). */
  idleSeconds: number | undefined;
  /** Why the head is refused. */
  problem = '';
  /** The head is longer than is taken. */
  tooLong = false;
  /** Where content begins, in what was given to `read`. */
  next = 0;
  #held = Buffer.alloc(0);
  #heldBytes = 0;
  readonly #lines: string[] = [];

  /** Bytes of a head that has not ended yet are held. */
  get begun(): boolean {
    return this.#heldBytes > 0;
  }

  /** Reads a head that begins, or goes on, at `from`. After `more` it wants what comes next. */
  read(bytes: Buffer, from: number): Found {
    if (this.#heldBytes === 0) {
      const end = bytes.indexOf(END, from);
      if (end >= 0) {
        this.next = end + END.length;
        return this.next - from > MAX_HEAD_BYTES ? this.#tooLong() : this.#parse(bytes, from, end + 2);
      }
    }
    const before = this.#heldBytes;
    if (before === 0 && bytes.length - from > MAX_HEAD_BYTES) return this.#tooLong();
    this.#hold(bytes, from);
    const end = this.#held.subarray(0, this.#heldBytes).indexOf(END, Math.max(0, before - 3));
    if (end < 0 ? this.#heldBytes > MAX_HEAD_BYTES : end + END.length > MAX_HEAD_BYTES) return this.#tooLong();
    if (end < 0) return this.#isForeign() ? this.#refuse('it does not begin with HTTP/1.1 and a status') : 'more';
    this.next = from + end + END.length - before;
    const held = this.#held;
    this.#held = Buffer.alloc(0);
    this.#heldBytes = 0;
    return this.#parse(held, 0, end + 2);
  }

  #hold(bytes: Buffer, from: number): void {
    const needed = this.#heldBytes + bytes.length - from;
    if (needed > this.#held.length) {
      const larger = Buffer.allocUnsafeSlow(Math.max(1024, 2 * needed));
      this.#held.copy(larger, 0, 0, this.#heldBytes);
      this.#held = larger;
    }
    bytes.copy(this.#held, this.#heldBytes, from);
    this.#heldBytes = needed;
  }

  /** What speaks another protocol may never send the end of a head. */
  #isForeign(): boolean {
    return this.#heldBytes >= STATUS_LINE_BYTES && !isStatusLine(this.#held, 0);
  }

  #tooLong(): Found {
    this.tooLong = true;
    return this.#refuse(`its head is longer than ${MAX_HEAD_BYTES} bytes`);
  }

  #refuse(problem: string): Found {
    this.problem = problem;
    return 'refused';
  }

  /** `HTTP/1.1 200 reason`, then field lines; `to` is behind the CRLF of the last. */
  #parse(bytes: Buffer, from: number, to: number): Found {
    if (!isStatusLine(bytes, from)) return this.#refuse('it does not begin with HTTP/1.1 and a status');
    const isCurrent = bytes[from + 7] === 0x31;
    const status = (bytes[from + 9]! - 48) * 100 + (bytes[from + 10]! - 48) * 10 + (bytes[from + 11]! - 48);
    let at = from + STATUS_LINE_BYTES;
    // Whatever stands in the phrase, it is for people: who sends it on takes out what cannot be sent.
    while (bytes[at] !== CR && bytes[at] !== LF) at++;
    if (bytes[at] !== CR || bytes[at + 1] !== LF) return this.#refuse(notALine(bytes[at]!));
    const reasonAt = from + STATUS_LINE_BYTES;
    if (at > reasonAt && bytes[reasonAt] !== SP) return this.#refuse('its status has more than three digits');
    this.status = status;
    this.statusText = at - reasonAt <= 1 ? '' : reasonOf(bytes, reasonAt + 1, at);
    at += 2;
    const found = this.#lines;
    found.length = 0;
    while (at < to) {
      const lineAt = at;
      let hash = 0;
      let byte = bytes[at]!;
      while (CLASS[byte]! & VALUE) {
        hash = (Math.imul(hash, 31) + byte) | 0;
        byte = bytes[++at]!;
      }
      if (byte !== CR || bytes[at + 1] !== LF) return this.#refuse(notALine(byte));
      const problem = lines.add(bytes, lineAt, at, hash, found);
      if (problem !== undefined) return this.#refuse(problem);
      at += 2;
    }
    this.fields = found.slice();
    return this.#frame(isCurrent);
  }

  /** Where the content ends, and whether anything may follow (RFC 9112 §6.3, §9.3). */
  #frame(isCurrent: boolean): Found {
    const { fields } = this;
    let length: string | undefined;
    let coding: string | undefined;
    let connection = '';
    this.idleSeconds = undefined;
    for (let i = 0; i < fields.length; i += 2) {
      const name = fields[i]!;
      switch (name.length) {
        case 14:
          if (name.toLowerCase() !== 'content-length') break;
          if (length !== undefined) return this.#refuse('it has more than one Content-Length');
          length = fields[i + 1]!;
          if (!isLength(length)) return this.#refuse('its Content-Length is not a number of bytes');
          break;
        case 17:
          if (name.toLowerCase() !== 'transfer-encoding') break;
          if (fields[i + 1] === '') return this.#refuse('its Transfer-Encoding is empty');
          coding = coding === undefined ? fields[i + 1]! : `${coding},${fields[i + 1]!}`;
          break;
        case 10: {
          const lower = name.toLowerCase();
          if (lower === 'connection') connection += `,${fields[i + 1]!}`;
          else if (lower === 'keep-alive') this.idleSeconds = idleSecondsIn(fields[i + 1]!);
          break;
        }
      }
    }
    if (coding !== undefined && length !== undefined)
      return this.#refuse('its Content-Length and Transfer-Encoding contradict each other');
    if (coding !== undefined) this.contentLength = lastOf(coding) === 'chunked' ? CHUNKED : UNTIL_END;
    else this.contentLength = length === undefined ? UNTIL_END : Number(length);
    this.isCoded = coding !== undefined;
    this.keepsAlive = connection === '' ? isCurrent : keepsOpen(connection, isCurrent);
    return 'head';
  }
}

/** `HTTP/1.0` or `HTTP/1.1`, a space, three digits. */
function isStatusLine(bytes: Buffer, at: number): boolean {
  return (
    bytes[at] === 0x48 &&
    bytes[at + 1] === 0x54 &&
    bytes[at + 2] === 0x54 &&
    bytes[at + 3] === 0x50 &&
    bytes[at + 4] === 0x2f &&
    bytes[at + 5] === 0x31 &&
    bytes[at + 6] === 0x2e &&
    (bytes[at + 7] === 0x31 || bytes[at + 7] === 0x30) &&
    bytes[at + 8] === SP &&
    isDigit(bytes[at + 9]) &&
    isDigit(bytes[at + 10]) &&
    isDigit(bytes[at + 11])
  );
}

const isDigit = (byte: number | undefined): boolean => byte !== undefined && byte >= 0x30 && byte <= 0x39;

function reasonOf(bytes: Buffer, from: number, to: number): string {
  return to - from === 2 && bytes[from] === 0x4f && bytes[from + 1] === 0x4b ? 'OK' : bytes.toString('utf8', from, to);
}

/** The last member of a list, lower case. */
function lastOf(list: string): string {
  return withoutBlanks(list.slice(list.lastIndexOf(',') + 1)).toLowerCase();
}

function keepsOpen(connection: string, isCurrent: boolean): boolean {
  const options = connection.toLowerCase().split(',');
  let keeps = isCurrent;
  for (const option of options) {
    const name = withoutBlanks(option);
    if (name === 'close') return false;
    if (name === 'keep-alive') keeps = true;
  }
  return keeps;
}

/** `timeout=5, max=100`; undefined when it names no timeout. */
function idleSecondsIn(value: string): number | undefined {
  for (const part of value.split(',')) {
    const [name, seconds] = part.split('=');
    if (withoutBlanks(name!).toLowerCase() === 'timeout' && seconds !== undefined && isLength(withoutBlanks(seconds)))
      return Number(seconds);
  }
  return undefined;
}
