/**
 * What frames chunked content (RFC 9112 §7.1): sizes, extensions, line ends and trailers, read a byte at a time. The content
 * itself is its owner's. Strict: one spelling is taken. Bounded, whatever comes.
 */
import { CLASS, CR, LF, TOKEN, addFieldLine, isValueByte } from './field-lines.ts';

/** Hexadecimal digits of a chunk size; more than these are no longer exact. */
const MAX_SIZE_DIGITS = 12;
/** Bytes of chunk extensions of one message, which carry nothing we use (RFC 9112 §7.1.1). */
const MAX_EXTENSION_BYTES = 16 * 1024;
/** Bytes of the trailer section. */
const MAX_TRAILER_BYTES = 64 * 1024;
/** Lines of the trailer section. */
const MAX_TRAILER_LINES = 1000;

const SEMICOLON = 0x3b;
const EQUALS = 0x3d;
const QUOTE = 0x22;

/** Where the next byte stands. */
const SIZE = 0;
const EXTENSION_NAME = 1;
const EXTENSION_VALUE = 6;
const EXTENSION_QUOTED = 7;
const EXTENSION_END = 8;
const SIZE_END = 2;
const DATA = 3;
const DATA_END = 4;
const TRAILER = 5;

export class Chunked {
  /** Content bytes of the present chunk that are still to come; while there are any, `read` takes nothing. */
  remaining = 0;
  /** The last byte of the trailer section was read. */
  complete = false;
  /** What is wrong with it; nothing more is read then. */
  problem: string | undefined;
  /** Flat list of trailer fields, as received. */
  readonly trailers: string[] = [];
  #part = SIZE;
  /** Of the chunk whose framing is being read. */
  #size = 0;
  #digits = 0;
  #extensionBytes = 0;
  /** Nothing of a name or a value was read yet. */
  #isEmpty = true;
  #escaped = false;
  #trailerBytes = 0;
  #line: number[] = [];
  readonly #refused: ReadonlySet<string>;

  /** `refused`: names that must not be in the trailer section, lower case. */
  constructor(refused: ReadonlySet<string> = new Set()) {
    this.#refused = refused;
  }

  /** Reads from `from` to the next content, the end, or the end of the bytes; answers where it stopped. */
  read(bytes: Buffer, from: number): number {
    let at = from;
    while (at < bytes.length && this.#part !== DATA && !this.complete && this.problem === undefined) {
      const byte = bytes[at++]!;
      switch (this.#part) {
        case SIZE:
          this.#takeSize(byte);
          break;
        case EXTENSION_NAME:
        case EXTENSION_VALUE:
        case EXTENSION_QUOTED:
        case EXTENSION_END:
          this.#takeExtension(byte);
          break;
        case SIZE_END:
          if (byte !== LF) this.problem = 'a chunk size ends with a bare CR';
          else {
            this.remaining = this.#size;
            this.#part = this.#size === 0 ? TRAILER : DATA;
            this.#size = 0;
          }
          break;
        case DATA_END:
          this.#takeDataEnd(byte);
          break;
        default:
          this.#takeTrailer(byte);
      }
    }
    return at;
  }

  /** So many bytes of content were taken, at most {@link remaining}. */
  took(bytes: number): void {
    this.remaining -= bytes;
    if (this.remaining === 0) this.#part = DATA_END;
  }

  #takeSize(byte: number): void {
    const digit = hexDigit(byte);
    if (digit >= 0) {
      this.#size = this.#size * 16 + digit;
      if (++this.#digits > MAX_SIZE_DIGITS) this.problem = 'a chunk size has too many digits';
      return;
    }
    if (this.#digits === 0) this.problem = 'a chunk does not begin with its size';
    else if (byte === CR) this.#part = SIZE_END;
    else if (byte === SEMICOLON) this.#part = EXTENSION_NAME;
    else this.problem = 'a chunk size is not a hexadecimal number';
    this.#digits = 0;
  }

  /** `;name`, `;name=token` or `;name="text"`: not used, but where they end has to be the same for everybody. */
  #takeExtension(byte: number): void {
    if (++this.#extensionBytes > MAX_EXTENSION_BYTES) {
      this.problem = 'chunk extensions are too long';
      return;
    }
    if (this.#part === EXTENSION_QUOTED) {
      if (!isValueByte(byte)) this.problem = 'a quoted chunk extension is cut off';
      else if (this.#escaped) this.#escaped = false;
      else if (byte === 0x5c) this.#escaped = true;
      else if (byte === QUOTE) this.#part = EXTENSION_END;
      return;
    }
    if (this.#part !== EXTENSION_END && (CLASS[byte]! & TOKEN) !== 0) {
      this.#isEmpty = false;
      return;
    }
    if (this.#part === EXTENSION_VALUE && this.#isEmpty && byte === QUOTE) {
      this.#isEmpty = false;
      this.#part = EXTENSION_QUOTED;
      return;
    }
    const wasEmpty = this.#isEmpty;
    this.#isEmpty = true;
    if (wasEmpty) this.problem = 'a chunk extension is malformed';
    else if (byte === CR) this.#part = SIZE_END;
    else if (byte === SEMICOLON) this.#part = EXTENSION_NAME;
    else if (byte === EQUALS && this.#part === EXTENSION_NAME) this.#part = EXTENSION_VALUE;
    else this.problem = 'a chunk extension is malformed';
  }

  #takeDataEnd(byte: number): void {
    if (this.#digits === 0) {
      if (byte !== CR) this.problem = 'a chunk is longer than its size';
      this.#digits = 1;
      return;
    }
    if (byte !== LF) this.problem = 'a chunk ends with a bare CR';
    this.#digits = 0;
    this.#part = SIZE;
  }

  #takeTrailer(byte: number): void {
    const line = this.#line;
    if (++this.#trailerBytes > MAX_TRAILER_BYTES) this.problem = 'the trailer section is too long';
    else if (line.at(-1) === CR) {
      if (byte !== LF) this.problem = 'a bare CR is in the trailer section';
      else if (line.length === 1) this.complete = true;
      else {
        const text = Buffer.from(line);
        this.problem = addFieldLine(text, 0, text.length - 1, this.trailers) ?? this.#trailerProblem();
        this.#line = [];
      }
    } else if (byte === CR || isValueByte(byte)) line.push(byte);
    else this.problem = 'a control byte is in the trailer section';
  }

  #trailerProblem(): string | undefined {
    const { trailers } = this;
    if (trailers.length > 2 * MAX_TRAILER_LINES) return 'the trailer section has too many lines';
    return this.#refused.has(trailers.at(-2)!.toLowerCase())
      ? 'a field that frames the message is in its trailer section'
      : undefined;
  }
}

function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}
