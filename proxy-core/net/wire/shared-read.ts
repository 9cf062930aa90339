/**
 * Reads plain sockets into one piece of memory. As a stream, a socket takes 64 KiB from the system for each read, gives most
 * of it back, and hands the rest through its queue: for requests of a few hundred bytes that costs more than reading them.
 * Node has this as `onread`, for sockets it is told to make; for accepted ones it has no name, so what `onread` sets is set
 * here, and where that is not to be had everything goes the usual way.
 */
import { Socket } from 'node:net';
import { TLSSocket } from 'node:tls';

/** As much as node reads at once, bytes. */
const READ_BYTES = 64 * 1024;
/** What is not larger is copied, larger pieces are given away with their memory. */
const MAX_COPIED_BYTES = 16 * 1024;

const memory = Buffer.allocUnsafeSlow(READ_BYTES);
/** The view given out last: a client's requests are often of one length. */
let view = memory;

type TakeRead = (length: number, buffer: Uint8Array) => boolean;

/** Where a socket keeps its `onread`. */
interface Keys {
  readonly buffer: symbol;
  readonly take: symbol;
  readonly next: symbol;
}

function findKeys(): Keys | undefined {
  const socket = new Socket({ onread: { buffer: memory, callback: () => true } });
  socket.destroy();
  const named = (name: string): symbol | undefined =>
    Object.getOwnPropertySymbols(socket).find(({ description }) => description === name);
  const [buffer, take, next] = [named('kBuffer'), named('kBufferCb'), named('kBufferGen')];
  return buffer !== undefined && take !== undefined && next !== undefined && Reflect.get(socket, buffer) === memory
    ? { buffer, take, next }
    : undefined;
}

const keys = findKeys();

interface Handle {
  useUserBuffer(buffer: Uint8Array): void;
}

function isHandle(value: unknown): value is Handle {
  return (
    typeof value === 'object' && value !== null && 'useUserBuffer' in value && typeof value.useUserBuffer === 'function'
  );
}

/**
 * Gives what comes on a connected socket to `take`, which must copy what it keeps ({@link owned}); pausing and resuming
 * work as ever. With `inBulk`, once much comes at once, it comes in memory of its own, uncopied. False when this socket
 * cannot be read so: then nothing was done.
 */
export function readShared(socket: Socket, take: (bytes: Buffer) => void, inBulk = false): boolean {
  if (keys === undefined || !(socket instanceof Socket) || socket instanceof TLSSocket) return false;
  const handle: unknown = Reflect.get(socket, '_handle');
  // What was read before is in its queue; and whoever was read so and is a stream now stays one.
  if (!isHandle(handle) || socket.readableLength > 0 || Reflect.get(socket, keys.buffer) !== null) return false;
  const onRead: TakeRead = (length) => {
    if (view.length !== length) view = memory.subarray(0, length);
    take(view);
    return true;
  };
  Reflect.set(socket, keys.buffer, memory);
  if (inBulk) readApart(socket, keys, onRead, (bytes) => (take(bytes), true));
  else Reflect.set(socket, keys.take, onRead);
  handle.useUserBuffer(memory);
  socket.resume();
  return true;
}

/** Makes an ordinary stream of a socket that was read by {@link readShared}, for whoever takes it over; else does nothing. */
export function readAsStream(socket: Socket): void {
  if (keys === undefined || Reflect.get(socket, keys.buffer) !== memory) return;
  const push = (bytes: Buffer): boolean => socket.push(bytes);
  readApart(socket, keys, (length) => push(Buffer.from(memory.subarray(0, length))), push);
  // To the stream a read is under way since the first: whoever listens would not begin another.
  socket.read(0);
}

/** After a large read the next goes into memory of its own, which is given away; after a small one into the shared again. */
function readApart(socket: Socket, at: Keys, onShared: TakeRead, onOwn: (bytes: Buffer) => boolean): void {
  let next = memory;
  const onRead: TakeRead = (length, buffer) => {
    const isSmall = length <= MAX_COPIED_BYTES;
    next = isSmall ? memory : Buffer.allocUnsafeSlow(READ_BYTES);
    if (buffer === memory) return onShared(length, buffer);
    const bytes = Buffer.from(buffer.buffer, buffer.byteOffset, length);
    return onOwn(isSmall ? Buffer.from(bytes) : bytes);
  };
  Reflect.set(socket, at.take, onRead);
  Reflect.set(socket, at.next, () => next);
}

/** The bytes themselves, or a copy where they lie in the memory that is read into. */
export function owned(bytes: Buffer): Buffer {
  return bytes.buffer === memory.buffer ? Buffer.from(bytes) : bytes;
}
