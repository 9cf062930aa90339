/**
 * Reads request heads out of the bytes of a connection (RFC 9112 §2 to §5). Strict: one spelling is taken, everything else
 * is refused, because what two readers may read in two ways is how requests are smuggled (RFC 9112 §11.2). Never more
 * lenient than node's parser. One pass; a head that comes in pieces is read on where it stopped, a line at a time.
 */
import { METHODS } from 'node:http';
import {
  ALPHA,
  AUTHORITY,
  CLASS,
  COLON,
  CR,
  LF,
  SP,
  TARGET,
  TOKEN,
  VALUE,
  addFieldLine,
  notALine,
} from '../../wire/field-lines.ts';
import { RecognisedBlocks, judgeBlock, type FieldBlock } from './field-block.ts';
import { MAX_FIELD_LINES, type Refusal } from '../http1-checks.ts';
import { MAX_HEAD_BYTES } from '../http1-limits.ts';

/** Longest request line, bytes. */
const MAX_LINE_BYTES = 64 * 1024;
/** A server should overlook an empty line before a request (RFC 9112 §2.2); more than one is nobody's habit. */
const MAX_EMPTY_LINES = 1;

/** The methods that node knows, by their text. */
const KNOWN_METHODS: ReadonlyMap<string, string> = new Map(METHODS.map((method) => [method, method]));

/** What {@link HeadParser.read} found. */
export type Found = 'head' | 'more' | 'refused';

const bad = (problem: string): Refusal => ({ status: 400, problem });

/** Reads one head after the other; what it found stands in its fields until the next. */
export class HeadParser {
  method = '';
  target = '';
  /** `1.1` or `1.0`. */
  httpVersion = '1.1';
  block!: FieldBlock;
  /** Why the head is refused. */
  refusal: Refusal | undefined;
  /** Where the head ends, in what was given to `read`. */
  next = 0;
  readonly #blocks: RecognisedBlocks;
  /** Of the head before: most heads of a connection say the same again. */
  #before: FieldBlock | undefined;
  #targetBefore = Buffer.alloc(0);
  /** Where the request line ended; 0 while it is still to be read. */
  #blockAt = 0;
  #lineAt = 0;
  /** Bytes of the current line that were looked at. */
  #seen = 0;
  #emptyLines = 0;
  #fields: string[] = [];

  constructor(blocks = new RecognisedBlocks()) {
    this.#blocks = blocks;
  }

  /** True between the first byte of a head and its end. */
  get begun(): boolean {
    return this.#blockAt !== 0 || this.#seen > 0 || this.#lineAt > 0;
  }

  /**
   * Reads a head that begins at `start`. After `more` it wants the same bytes again at the same distance from `start`, and
   * what has come since behind them.
   */
  read(bytes: Buffer, start: number): Found {
    if (this.#blockAt === 0) {
      const found = this.#readRequestLine(bytes, start);
      if (found !== 'head') return found;
      // The whole block at once, when it is the one of the head before or of another connection.
      if (this.httpVersion === '1.1' && this.method !== 'CONNECT') {
        const at = start + this.#blockAt;
        const before = this.#before;
        const known = before !== undefined && stands(bytes, at, before.bytes) ? before : this.#blocks.find(bytes, at);
        if (known !== undefined) {
          this.#before = this.block = known;
          this.next = at + known.bytes.length;
          this.#reset();
          return 'head';
        }
      }
    }
    return this.#readFields(bytes, start);
  }

  #refuse(refusal: Refusal): Found {
    this.refusal = refusal;
    this.#reset();
    return 'refused';
  }

  #reset(): void {
    this.#blockAt = this.#lineAt = this.#seen = this.#emptyLines = 0;
  }

  /** `method SP request-target SP HTTP-version CRLF` (RFC 9112 §3), with exactly these spaces. */
  #readRequestLine(bytes: Buffer, start: number): Found {
    const { length } = bytes;
    let lineAt = start + this.#lineAt;
    if (this.#seen === 0) {
      while (bytes[lineAt] === CR) {
        if (lineAt + 1 >= length) return 'more';
        if (bytes[lineAt + 1] !== LF) return this.#refuse(bad('a bare CR stands before the request line'));
        if (++this.#emptyLines > MAX_EMPTY_LINES) return this.#refuse(bad('empty lines stand before the request line'));
        lineAt += 2;
        this.#lineAt += 2;
      }
    }
    // A line in pieces is looked at again from its start: it is short, and its pieces are few, or the check below ends it.
    let at = lineAt + this.#seen;
    while (at < length && CLASS[bytes[at]!]! & VALUE) at++;
    this.#seen = at - lineAt;
    if (this.#seen > MAX_LINE_BYTES)
      return this.#refuse({ status: 414, problem: `the request line is longer than ${MAX_LINE_BYTES} bytes` });
    if (at >= length) {
      // Other protocols are told at once that they are wrong here.
      return at > lineAt && !(CLASS[bytes[lineAt]!]! & TOKEN)
        ? this.#refuse(bad('the request line does not begin with a method'))
        : 'more';
    }
    if (bytes[at] !== CR)
      return this.#refuse(
        bad(bytes[at] === LF ? 'a line ends with a bare LF' : 'a control byte is in the request line'),
      );
    if (at + 1 >= length) return 'more';
    if (bytes[at + 1] !== LF) return this.#refuse(bad('a bare CR is in the request line'));
    return this.#splitRequestLine(bytes, lineAt, at, start);
  }

  #splitRequestLine(bytes: Buffer, from: number, to: number, start: number): Found {
    let space = from;
    while (CLASS[bytes[space]!]! & TOKEN) space++;
    if (space === from || bytes[space] !== SP)
      return this.#refuse(bad('the request line does not begin with a method'));
    const isGet = space - from === 3 && bytes[from] === 0x47 && bytes[from + 1] === 0x45 && bytes[from + 2] === 0x54;
    const method = isGet ? 'GET' : bytes.toString('latin1', from, space);
    const targetAt = space + 1;
    let targetEnd = targetAt;
    while (CLASS[bytes[targetEnd]!]! & TARGET) targetEnd++;
    // Exactly " HTTP/D.D"
    const versionAt = targetEnd + 1;
    if (
      bytes[targetEnd] !== SP ||
      to - versionAt !== 8 ||
      bytes[versionAt] !== 0x48 ||
      bytes[versionAt + 1] !== 0x54 ||
      bytes[versionAt + 2] !== 0x54 ||
      bytes[versionAt + 3] !== 0x50 ||
      bytes[versionAt + 4] !== 0x2f ||
      !isDigit(bytes[versionAt + 5]!) ||
      bytes[versionAt + 6] !== 0x2e ||
      !isDigit(bytes[versionAt + 7]!)
    )
      return this.#refuse(bad('the request line is not "method target HTTP/1.1"'));
    const major = bytes[versionAt + 5]! - 0x30;
    const minor = bytes[versionAt + 7]! - 0x30;
    if (major !== 1 || minor > 1) return this.#refuse(wrongVersion(major, minor));
    const known = isGet ? method : KNOWN_METHODS.get(method);
    if (known === undefined) return this.#refuse(bad('the method is not one that is known'));
    if (!isTarget(bytes, targetAt, targetEnd, known))
      return this.#refuse(bad('the request target is malformed (RFC 9112 §3.2)'));
    this.method = known;
    this.httpVersion = minor === 1 ? '1.1' : '1.0';
    const { length } = this.#targetBefore;
    if (length !== targetEnd - targetAt || !stands(bytes, targetAt, this.#targetBefore)) {
      this.target = bytes.toString('latin1', targetAt, targetEnd);
      this.#targetBefore = Buffer.from(bytes.subarray(targetAt, targetEnd));
    }
    this.#blockAt = this.#lineAt = to + 2 - start;
    this.#seen = 0;
    this.#fields = [];
    return 'head';
  }

  /** Field lines to the empty line (RFC 9112 §5). */
  #readFields(bytes: Buffer, start: number): Found {
    const { length } = bytes;
    const fields = this.#fields;
    let lineAt = start + this.#lineAt;
    for (;;) {
      let at = lineAt + this.#seen;
      while (at < length && CLASS[bytes[at]!]! & VALUE) at++;
      if (at - start > MAX_HEAD_BYTES)
        return this.#refuse({ status: 431, problem: `the head is longer than ${MAX_HEAD_BYTES} bytes` });
      this.#lineAt = lineAt - start;
      this.#seen = at - lineAt;
      if (at >= length || (bytes[at] === CR && at + 1 >= length)) return 'more';
      if (bytes[at] !== CR || bytes[at + 1] !== LF) return this.#refuse(bad(notALine(bytes[at]!)));
      this.#seen = 0;
      if (at === lineAt) {
        this.next = at + 2;
        return this.#finish(bytes, start);
      }
      if (fields.length >= 2 * MAX_FIELD_LINES)
        return this.#refuse({ status: 431, problem: `the request has more than ${MAX_FIELD_LINES} field lines` });
      const problem = addFieldLine(bytes, lineAt, at, fields);
      if (problem !== undefined) return this.#refuse(bad(problem));
      lineAt = at + 2;
    }
  }

  #finish(bytes: Buffer, start: number): Found {
    const text = bytes.subarray(start + this.#blockAt, this.next);
    const block = judgeBlock(this.#fields, { method: this.method, httpVersion: this.httpVersion }, text, this.#before);
    if ('status' in block) return this.#refuse(block);
    this.block = block;
    if (this.httpVersion === '1.1' && this.method !== 'CONNECT') {
      this.#before = block;
      this.#blocks.keep(block);
    }
    this.#reset();
    return 'head';
  }
}

/** True when exactly these bytes stand there. */
function stands(bytes: Buffer, at: number, wanted: Buffer): boolean {
  const { length } = wanted;
  return bytes.length - at >= length && bytes.compare(wanted, 0, length, at, at + length) === 0;
}

const isDigit = (byte: number): boolean => byte >= 0x30 && byte <= 0x39;

/** RFC 9110 §15.6.6 is for versions there are; HTTP/0.9 knew no fields and no versions. */
function wrongVersion(major: number, minor: number): Refusal {
  return major === 0
    ? bad('HTTP/0.9 and request lines without a version are not supported')
    : { status: 505, problem: `HTTP/${major}.${minor} is not supported, use HTTP/1.1` };
}

/** The four forms of RFC 9112 §3.2. What is no URL is left to those who read it: here only what splits differently is refused. */
function isTarget(bytes: Buffer, from: number, to: number, method: string): boolean {
  if (from === to) return false;
  const first = bytes[from]!;
  if (method === 'CONNECT') return authorityEnd(bytes, from, to) === to;
  if (first === 0x2f) return true;
  if (first === 0x2a) return to === from + 1;
  let at = from;
  while (at < to && CLASS[bytes[at]!]! & ALPHA) at++;
  if (at === from || at + 3 > to || bytes[at] !== COLON || bytes[at + 1] !== 0x2f || bytes[at + 2] !== 0x2f)
    return false;
  at += 3;
  at = authorityEnd(bytes, at, to);
  return at === to || bytes[at] === 0x2f || bytes[at] === 0x3f;
}

/** Where the authority ends; before a second `@`, of which nobody can say what it belongs to. */
function authorityEnd(bytes: Buffer, from: number, to: number): number {
  let ats = 0;
  for (let at = from; at < to; at++) {
    const byte = bytes[at]!;
    if (!(CLASS[byte]! & AUTHORITY) || (byte === 0x40 && ++ats > 1)) return at;
  }
  return to;
}
