/**
 * A HAR file cut into its entries while it comes, byte by byte, in memory that does not grow with it. Only where an entry
 * begins and ends is found here; what is in it is read by the platform's JSON parser, ten times as fast as parsers that
 * tell of every token.
 * Invariant: between two calls nothing is held but the value that is not whole yet, as far as it may be kept.
 */

/** A part of the file: an entry, or another member of `log` (creator, version …). */
export type HarPiece =
  | { kind: 'entry'; bytes: Uint8Array }
  | { kind: 'member'; name: string; bytes: Uint8Array }
  /** An entry of so many bytes that it was read past. */
  | { kind: 'too-large'; size: number }
  /** An entry that is nested deeper than anybody means. */
  | { kind: 'too-deep' };

/** What is no JSON, or no HAR, from this byte on. */
export class HarDamage extends Error {
  readonly at: number;

  constructor(message: string, at: number) {
    super(message);
    this.name = 'HarDamage';
    this.at = at;
  }
}

/** An entry above this is read past: the parser makes strings of it, and those lie in the heap. */
const ENTRY_MAX_BYTES = 64 * 1024 * 1024;
/** Other members are short; `pages` of a long session are not, and nothing is made of them. */
const MEMBER_MAX_BYTES = 1024 * 1024;
const DEPTH_MAX = 64;
const KEY_MAX_BYTES = 256;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
const COLON = 0x3a;
const COMMA = 0x2c;

const isSpace = (byte: number): boolean => byte === 0x20 || byte === 0x0a || byte === 0x0d || byte === 0x09;

/** Where in the file: before it, among the members of the root or of `log`, among the entries, behind it. */
type Place = 'start' | 'root' | 'log' | 'entries' | 'end';
/** What comes next there. */
type Expected = 'key' | 'colon' | 'value' | 'comma';

export class HarSplitter {
  #place: Place = 'start';
  #expected: Expected = 'key';
  #key = '';
  /** Of the file, before the chunk. */
  #read = 0;
  #sawLog = false;
  #sawEntries = false;

  // The value or the key that is being read through.
  #inValue = false;
  #isKey = false;
  #isScalar = false;
  #depth = 0;
  #inString = false;
  #escaped = false;
  #tooDeep = false;
  #size = 0;
  #limit = 0;
  #parts: Uint8Array[] = [];

  /** True when the file was whole. */
  get isWhole(): boolean {
    return this.#place === 'end';
  }

  /** True when an entry was cut off. */
  get isInEntry(): boolean {
    return this.#place === 'entries' && this.#inValue;
  }

  /** True when there were entries to be found. */
  get hasEntries(): boolean {
    return this.#sawEntries;
  }

  /** What became whole with this chunk. Throws {@link HarDamage}; what came before stays good. */
  push(chunk: Uint8Array, found: (piece: HarPiece) => void): void {
    let from = 0;
    let i = 0;
    // A byte order mark.
    if (this.#read === 0 && chunk[0] === 0xef && chunk[1] === 0xbb && chunk[2] === 0xbf) i = from = 3;
    while (i < chunk.length) {
      if (this.#inValue) {
        const end = this.#scan(chunk, i);
        if (end < 0) break;
        this.#keep(chunk.subarray(from, end));
        this.#whole(found);
        i = from = end;
        continue;
      }
      const byte = chunk[i]!;
      if (!isSpace(byte)) {
        this.#structure(byte, this.#read + i);
        if (this.#inValue) {
          from = i;
          continue;
        }
      }
      i++;
    }
    if (this.#inValue) this.#keep(chunk.subarray(from));
    this.#read += chunk.length;
  }

  /** Reads on in a value; answers where it ends, or -1 when it goes on. */
  #scan(chunk: Uint8Array, from: number): number {
    let i = from;
    for (; i < chunk.length; i++) {
      if (this.#inString) {
        i = this.#scanString(chunk, i);
        if (i < 0) return -1;
        if (this.#depth === 0) return i + 1;
        continue;
      }
      const byte = chunk[i]!;
      if (this.#isScalar) {
        if (byte === COMMA || byte === CLOSE_BRACE || byte === CLOSE_BRACKET || isSpace(byte)) return i;
      } else if (byte === QUOTE) this.#inString = true;
      else if (byte === OPEN_BRACE || byte === OPEN_BRACKET) {
        if (++this.#depth > DEPTH_MAX) this.#tooDeep = true;
      } else if (byte === CLOSE_BRACE || byte === CLOSE_BRACKET) {
        if (--this.#depth <= 0) return i + 1;
      } else if (this.#depth === 0) this.#isScalar = true;
    }
    return -1;
  }

  /** Answers where the string closes, or -1. */
  #scanString(chunk: Uint8Array, from: number): number {
    for (let i = from; i < chunk.length; i++) {
      if (this.#escaped) this.#escaped = false;
      else {
        const byte = chunk[i]!;
        if (byte === BACKSLASH) this.#escaped = true;
        else if (byte === QUOTE) {
          this.#inString = false;
          return i;
        }
      }
    }
    return -1;
  }

  #keep(part: Uint8Array): void {
    this.#size += part.length;
    if (this.#tooDeep || this.#size > this.#limit) this.#parts = [];
    else if (part.length > 0) this.#parts.push(part);
  }

  #begin(isKey: boolean): void {
    this.#inValue = true;
    this.#isKey = isKey;
    this.#isScalar = this.#inString = this.#escaped = this.#tooDeep = false;
    this.#depth = this.#size = 0;
    this.#parts = [];
    this.#limit = isKey
      ? KEY_MAX_BYTES
      : this.#place === 'entries'
        ? ENTRY_MAX_BYTES
        : this.#place === 'log'
          ? MEMBER_MAX_BYTES
          : 0;
  }

  /** A key or a value is whole. */
  #whole(found: (piece: HarPiece) => void): void {
    this.#inValue = false;
    const isKept = this.#size <= this.#limit;
    const parts = this.#parts;
    this.#parts = [];
    const bytes = (): Uint8Array => (parts.length === 1 ? parts[0]! : Buffer.concat(parts));
    if (this.#isKey) {
      this.#key = isKept ? keyText(bytes()) : '';
      this.#expected = 'colon';
      return;
    }
    this.#expected = 'comma';
    if (this.#place === 'entries') {
      if (this.#tooDeep) found({ kind: 'too-deep' });
      else if (isKept) found({ kind: 'entry', bytes: bytes() });
      else found({ kind: 'too-large', size: this.#size });
    } else if (this.#place === 'log' && isKept && !this.#tooDeep)
      found({ kind: 'member', name: this.#key, bytes: bytes() });
  }

  /** A byte between keys and values. */
  #structure(byte: number, at: number): void {
    switch (this.#place) {
      case 'start':
        if (byte !== OPEN_BRACE) throw new HarDamage('a HAR file begins with {"log": {', at);
        this.#enter('root', 'key');
        return;
      case 'end':
        throw new HarDamage('something follows the end of the file', at);
      case 'entries':
        if (byte === CLOSE_BRACKET) this.#enter('log', 'comma');
        else if (this.#expected === 'comma' && byte === COMMA) this.#expected = 'value';
        else if (this.#expected === 'value' && byte === OPEN_BRACE) this.#begin(false);
        else throw new HarDamage('no entry begins here', at);
        return;
      case 'root':
      case 'log':
        this.#member(byte, at);
    }
  }

  #member(byte: number, at: number): void {
    const expected = this.#expected;
    if (byte === CLOSE_BRACE && (expected === 'comma' || expected === 'key')) {
      if (this.#place === 'log') this.#enter('root', 'comma');
      else if (this.#sawLog) this.#enter('end', 'key');
      else throw new HarDamage('there is no "log" in it: this is no HAR file', at);
    } else if (expected === 'comma' && byte === COMMA) this.#expected = 'key';
    else if (expected === 'key' && byte === QUOTE) this.#begin(true);
    else if (expected === 'colon' && byte === COLON) this.#expected = 'value';
    else if (expected === 'value' && this.#place === 'root' && this.#key === 'log' && byte === OPEN_BRACE) {
      this.#sawLog = true;
      this.#enter('log', 'key');
    } else if (expected === 'value' && this.#place === 'log' && this.#key === 'entries' && byte === OPEN_BRACKET) {
      this.#sawEntries = true;
      this.#enter('entries', 'value');
    } else if (expected === 'value') this.#begin(false);
    else
      throw new HarDamage(
        `${expected === 'colon' ? 'a colon' : expected === 'key' ? 'a name' : 'a comma'} is missing`,
        at,
      );
  }

  #enter(place: Place, expected: Expected): void {
    this.#place = place;
    this.#expected = expected;
  }
}

/** A member's name; empty when it is none. */
function keyText(bytes: Uint8Array): string {
  try {
    const text: unknown = JSON.parse(new TextDecoder().decode(bytes));
    return typeof text === 'string' ? text : '';
  } catch {
    return '';
  }
}
