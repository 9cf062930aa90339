/** Writes to a client's connection: small things together in one piece, large ones without copying them. */
import { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';

/** What is not larger goes out in one piece with the text around it, bytes. */
const MAX_JOINED_BYTES = 16 * 1024;
/** Text around a piece of content that is still joined with it, characters. */
const MAX_JOINED_TEXT = 16 * 1024;
const EMPTY = Buffer.alloc(0);

/** One place to put small pieces together, for all connections: the system copies them before the next is made. */
const SCRATCH_BYTES = MAX_JOINED_BYTES + MAX_JOINED_TEXT;
let scratch = Buffer.allocUnsafeSlow(SCRATCH_BYTES);

export class Output {
  readonly socket: Socket;
  /** What was written is the system's when `write` returns, unless the socket counts it as waiting. */
  readonly #isPlain: boolean;

  constructor(socket: Socket) {
    this.socket = socket;
    this.#isPlain = socket instanceof Socket && !(socket instanceof TLSSocket);
  }

  /**
   * Text (latin1), content, text. False when the client is slower than this. `onTaken` is called when the system has all of
   * it, which may be at once.
   */
  write(before: string, chunk: Uint8Array, after: string, onTaken?: () => void): boolean {
    const { socket } = this;
    const textLength = before.length + after.length;
    const isLarge = chunk.length > MAX_JOINED_BYTES || textLength > MAX_JOINED_TEXT;
    if (!this.#isPlain)
      return isLarge
        ? this.#writeApart(before, chunk, after, onTaken)
        : socket.write(join(Buffer.allocUnsafe(textLength + chunk.length), before, chunk, after), taken(onTaken));
    let isBelow: boolean;
    if (isLarge) isBelow = this.#writeApart(before, chunk, after);
    else {
      isBelow = socket.write(join(scratch, before, chunk, after).subarray(0, textLength + chunk.length));
      if (socket.writableLength > 0) scratch = Buffer.allocUnsafeSlow(SCRATCH_BYTES);
    }
    if (socket.writableLength > 0) {
      // An empty piece behind it: its end is the end of all before.
      if (onTaken !== undefined) socket.write(EMPTY, taken(onTaken));
      return isBelow;
    }
    onTaken?.();
    return true;
  }

  /** Puts it behind what is corked, uncopied. */
  queue(before: string, chunk: Uint8Array, after: string, onTaken?: () => void): void {
    this.#writeApart(before, chunk, after, onTaken);
  }

  #writeApart(before: string, chunk: Uint8Array, after: string, onTaken?: () => void): boolean {
    const { socket } = this;
    socket.cork();
    if (before !== '') socket.write(Buffer.from(before, 'latin1'));
    const isBelow =
      after === ''
        ? socket.write(chunk, taken(onTaken))
        : (socket.write(chunk), socket.write(Buffer.from(after, 'latin1'), taken(onTaken)));
    socket.uncork();
    return isBelow;
  }
}

function taken(onTaken: (() => void) | undefined): ((error?: Error | null) => void) | undefined {
  if (onTaken === undefined) return undefined;
  return (error) => {
    if (!error) onTaken();
  };
}

function join(into: Buffer, before: string, chunk: Uint8Array, after: string): Buffer {
  const at = before === '' ? 0 : into.write(before, 0, 'latin1');
  if (chunk.length > 0) into.set(chunk, at);
  if (after !== '') into.write(after, at + chunk.length, 'latin1');
  return into;
}
