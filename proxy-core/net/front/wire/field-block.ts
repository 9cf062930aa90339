/**
 * The field lines of a request head as one block: its {@link Head}, made once, and what they say of framing and connection
 * (RFC 9112 §6, §9). A block whose bytes are known is taken as it was judged; nothing of the cache is decided here.
 */
import { poolHead } from '../../../http/field-pool.ts';
import type { Head } from '../../../http/head.ts';
import { isLength, withoutBlanks } from '../../wire/field-lines.ts';
import { checkHead, type HeadToCheck, type Refusal } from '../http1-checks.ts';

/** Length of chunked content. */
export const CHUNKED = -1;
/** Longer blocks are not compared with those of other connections, bytes. */
const MAX_SHARED_BYTES = 4096;
/** Blocks shared by connections. */
const MAX_SHARED = 64;

/** Immutable, and the same for all requests that have these bytes. */
export interface FieldBlock {
  readonly bytes: Buffer;
  readonly head: Head;
  /** Bytes of content; {@link CHUNKED} for chunked, 0 for none. */
  readonly contentLength: number;
  /** The connection ends behind this request (RFC 9112 §9.3). */
  readonly closes: boolean;
  /** Connection names Upgrade, and there is one. */
  readonly upgrades: boolean;
  /** Waits for 100 (Continue) before it sends its content. */
  readonly awaitsContinue: boolean;
}

/** What the lines of a head mean, or why it is refused. `bytes` is copied. */
export function judgeBlock(
  fields: string[],
  line: Omit<HeadToCheck, 'fields'>,
  bytes: Buffer,
  before: FieldBlock | undefined,
): FieldBlock | Refusal {
  const refusal = checkHead({ ...line, fields });
  if (refusal !== undefined) return refusal;
  const isCurrent = line.httpVersion === '1.1';
  let length: string | undefined;
  let isChunked = false;
  let expectation: string | undefined;
  let hasUpgrade = false;
  const options = new Set<string>();
  for (let i = 0; i < fields.length; i += 2) {
    const value = fields[i + 1]!;
    switch (fields[i]!.toLowerCase()) {
      case 'content-length':
        if (length !== undefined) return refused('the request has more than one Content-Length (RFC 9112 §6.3)');
        if (!isLength(value)) return refused('Content-Length is not a number of bytes (RFC 9110 §8.6)');
        length = value;
        break;
      case 'transfer-encoding':
        isChunked = true; // the only one that is let through
        break;
      case 'expect':
        expectation = expectation === undefined ? value : `${expectation},${value}`;
        break;
      case 'upgrade':
        hasUpgrade ||= value !== '';
        break;
      case 'connection':
      case 'proxy-connection':
        for (const option of value.split(',')) options.add(withoutBlanks(option).toLowerCase());
        break;
    }
  }
  if (isChunked && length !== undefined)
    return refused('Content-Length and Transfer-Encoding contradict each other (RFC 9112 §6.1)');
  if (expectation !== undefined && isCurrent && expectation.toLowerCase() !== '100-continue')
    return { status: 417, problem: '100-continue is the only expectation supported (RFC 9110 §10.1.1)' };
  return {
    bytes: Buffer.from(bytes),
    head: poolHead(fields, before?.head),
    contentLength: isChunked ? CHUNKED : Number(length ?? 0),
    closes: options.has('close') || !(isCurrent || options.has('keep-alive')),
    upgrades: hasUpgrade && options.has('upgrade'),
    awaitsContinue: expectation !== undefined && isCurrent,
  };
}

function refused(problem: string): Refusal {
  return { status: 400, problem };
}

/** The blocks seen last on any connection, by their length: clients of one kind say the same. Bounded, the oldest gives way. */
export class RecognisedBlocks {
  readonly #byLength = new Map<number, FieldBlock>();

  /** The block of a known length whose bytes stand at `at` and end there. */
  find(bytes: Buffer, at: number): FieldBlock | undefined {
    const length = bytes.length - at;
    const block = this.#byLength.get(length);
    if (block === undefined) return undefined;
    return bytes.compare(block.bytes, 0, length, at, at + length) === 0 ? block : undefined;
  }

  keep(block: FieldBlock): void {
    const { length } = block.bytes;
    if (length > MAX_SHARED_BYTES) return;
    if (this.#byLength.size >= MAX_SHARED && !this.#byLength.has(length)) {
      const [oldest] = this.#byLength.keys();
      if (oldest !== undefined) this.#byLength.delete(oldest);
    }
    this.#byLength.set(length, block);
  }
}
