/**
 * The first bytes of a connection: a TLS ClientHello (RFC 8446 §4.1.2), of which name and protocols are read, an HTTP/1
 * request, or anything else. Fed chunk by chunk, linear in what was fed, bounded, and never wrong about length fields.
 */

/** What a client says first. */
export type FirstBytes =
  | { kind: 'tls'; serverName?: string; /** In the client's order; empty when it names none. */ protocols: string[] }
  | { kind: 'http' }
  | { kind: 'other'; why: 'not-tls' | 'malformed' | 'too-long' };

const HANDSHAKE_RECORD = 22;
const CLIENT_HELLO = 1;
/** RFC 8446 §5.1: no record is longer. */
const MAX_RECORD = 16_384;
/** A hello with post-quantum key shares has about 2 KB; browsers know none above this. */
const MAX_HELLO = 32 * 1024;
/** With headers of records; somebody who sends one byte per record gets that far. */
const MAX_WIRE = 64 * 1024;
/** The longest method of HTTP/1 that is looked for, with the space behind it. */
const MAX_METHOD = 20;
const SERVER_NAME = 0;
const ALPN = 16;
/** RFC 6066 §3: a DNS name in ASCII, no address, no dot at the end. */
const NAME = /^[a-z0-9_-]+(\.[a-z0-9_-]+)*$/i;
const MAX_NAME = 253;

export class FirstBytesReader {
  /** All that was fed. */
  #wire = Buffer.alloc(0);
  #length = 0;
  /** Of the next record within {@link #wire}. */
  #at = 0;
  /** The handshake message without the headers of records. */
  #hello = Buffer.alloc(0);
  #helloLength = 0;

  /** What was fed, for whoever comes after. */
  get bytes(): Buffer {
    return this.#wire.subarray(0, this.#length);
  }

  /** Takes the next chunk; undefined while more is needed. */
  feed(chunk: Uint8Array): FirstBytes | undefined {
    this.#wire = appended(this.#wire, this.#length, chunk);
    this.#length += chunk.length;
    if (this.#length === 0) return undefined;
    if (this.#wire[0] !== HANDSHAKE_RECORD) return this.#text();
    // 3, and then 1 to 4: nobody has said anything else since 1996.
    if (this.#length > 1 && this.#wire[1] !== 3) return { kind: 'other', why: 'not-tls' };
    return this.#records();
  }

  /** A method in capitals and a space behind it is HTTP; so is the preface of HTTP/2, whose method is PRI. */
  #text(): FirstBytes | undefined {
    const end = Math.min(this.#length, MAX_METHOD);
    for (let i = 0; i < end; i++) {
      const code = this.#wire[i]!;
      if (code === 0x20 && i > 2) return { kind: 'http' };
      const isLetter = (code >= 0x41 && code <= 0x5a) || (code === 0x2d && i > 0);
      if (!isLetter) return { kind: 'other', why: 'not-tls' };
    }
    return end === MAX_METHOD ? { kind: 'other', why: 'not-tls' } : undefined;
  }

  #records(): FirstBytes | undefined {
    for (;;) {
      if (this.#helloLength >= 4) {
        if (this.#hello[0] !== CLIENT_HELLO) return { kind: 'other', why: 'malformed' };
        const length = this.#hello.readUIntBE(1, 3);
        if (length > MAX_HELLO) return { kind: 'other', why: 'too-long' };
        if (this.#helloLength >= 4 + length) return readHello(this.#hello.subarray(4, 4 + length));
      }
      if (this.#length > MAX_WIRE) return { kind: 'other', why: 'too-long' };
      const at = this.#at;
      if (this.#length < at + 5) return undefined;
      const size = this.#wire.readUInt16BE(at + 3);
      if (this.#wire[at] !== HANDSHAKE_RECORD || size === 0 || size > MAX_RECORD)
        return { kind: 'other', why: 'malformed' };
      if (this.#length < at + 5 + size) return undefined;
      const content = this.#wire.subarray(at + 5, at + 5 + size);
      this.#hello = appended(this.#hello, this.#helloLength, content);
      this.#helloLength += size;
      this.#at = at + 5 + size;
    }
  }
}

/** A buffer with the chunk behind its first `length` bytes, twice as large when it has to grow. */
function appended(buffer: Buffer<ArrayBuffer>, length: number, chunk: Uint8Array): Buffer<ArrayBuffer> {
  let target = buffer;
  if (length + chunk.length > buffer.length) {
    target = Buffer.alloc(Math.max(512, 2 * buffer.length, length + chunk.length));
    buffer.copy(target, 0, 0, length);
  }
  target.set(chunk, length);
  return target;
}

/** A run of bytes read from its beginning; reading beyond its end gives nothing. */
class Reader {
  readonly #bytes: Buffer;
  #at = 0;

  constructor(bytes: Buffer) {
    this.#bytes = bytes;
  }

  get isOver(): boolean {
    return this.#at >= this.#bytes.length;
  }

  /** A number of so many bytes. */
  number(size: 1 | 2): number | undefined {
    if (this.#at + size > this.#bytes.length) return undefined;
    const value = this.#bytes.readUIntBE(this.#at, size);
    this.#at += size;
    return value;
  }

  skip(count: number): boolean {
    this.#at += count;
    return this.#at <= this.#bytes.length;
  }

  /** What stands behind its own length. */
  vector(size: 1 | 2): Buffer | undefined {
    const length = this.number(size);
    if (length === undefined || this.#at + length > this.#bytes.length) return undefined;
    this.#at += length;
    return this.#bytes.subarray(this.#at - length, this.#at);
  }
}

const MALFORMED: FirstBytes = { kind: 'other', why: 'malformed' };

function readHello(body: Buffer): FirstBytes {
  const reader = new Reader(body);
  // Version and random; session, cipher suites, compression methods.
  if (!reader.skip(34)) return MALFORMED;
  if (reader.vector(1) === undefined || reader.vector(2) === undefined || reader.vector(1) === undefined)
    return MALFORMED;
  if (reader.isOver) return { kind: 'tls', protocols: [] };
  const all = reader.vector(2);
  if (all === undefined) return MALFORMED;
  const extensions = new Reader(all);
  let serverName: string | undefined;
  let protocols: string[] | undefined;
  while (!extensions.isOver) {
    const type = extensions.number(2);
    const content = extensions.vector(2);
    if (type === undefined || content === undefined) return MALFORMED;
    if (type === SERVER_NAME && serverName === undefined) {
      serverName = readServerName(content);
      if (serverName === undefined) return MALFORMED;
    } else if (type === ALPN && protocols === undefined) {
      protocols = readProtocols(content);
      if (protocols === undefined) return MALFORMED;
    }
  }
  return { kind: 'tls', ...(serverName !== undefined && { serverName }), protocols: protocols ?? [] };
}

/** RFC 6066 §3: a list of which only a host name is known. */
function readServerName(content: Buffer): string | undefined {
  const list = new Reader(content).vector(2);
  if (list === undefined) return undefined;
  const reader = new Reader(list);
  while (!reader.isOver) {
    const type = reader.number(1);
    const name = reader.vector(2);
    if (type === undefined || name === undefined) return undefined;
    if (type !== 0) continue;
    const text = name.toString('latin1');
    return text.length <= MAX_NAME && NAME.test(text) ? text.toLowerCase() : undefined;
  }
  return undefined;
}

/** RFC 7301 §3.1. */
function readProtocols(content: Buffer): string[] | undefined {
  const list = new Reader(content).vector(2);
  if (list === undefined) return undefined;
  const reader = new Reader(list);
  const out: string[] = [];
  while (!reader.isOver) {
    const name = reader.vector(1);
    if (name === undefined || name.length === 0) return undefined;
    out.push(name.toString('latin1'));
  }
  return out;
}
