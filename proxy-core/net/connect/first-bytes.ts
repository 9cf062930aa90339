/** Waits for what a client says first in its tunnel, and puts it back for whoever reads on. */
import type { Duplex } from 'node:stream';
import { timeLimit } from './time-limit.ts';
import { FirstBytesReader, type FirstBytes } from './tls/client-hello.ts';

/** A client that says nothing for so long waits for the server to speak first, ms. */
const SILENT_MS = 3000;

/** Calls back once: with what it is, `silent`, or `gone`. All bytes are in the socket again then. */
export function readFirstBytes(
  socket: Duplex,
  early: Uint8Array,
  onKnown: (first: FirstBytes | 'silent' | 'gone') => void,
  silentMs = SILENT_MS,
): void {
  const reader = new FirstBytesReader();
  let settled = false;
  const settle = (first: FirstBytes | 'silent' | 'gone'): void => {
    if (settled) return;
    settled = true;
    timer.clear();
    socket.off('readable', onReadable);
    socket.off('end', onEnd);
    socket.off('close', onEnd);
    if (reader.bytes.length > 0 && !socket.destroyed && !socket.readableEnded)
      socket.unshift(Buffer.from(reader.bytes));
    onKnown(first);
  };
  const feed = (chunk: Uint8Array): boolean => {
    const found = reader.feed(chunk);
    // A slow client is no silent one.
    timer.refresh();
    if (found !== undefined) settle(found);
    return found === undefined;
  };
  const onReadable = (): void => {
    for (let chunk: unknown = socket.read(); chunk !== null; chunk = socket.read())
      if (chunk instanceof Uint8Array && !feed(chunk)) return;
  };
  const onEnd = (): void => settle('gone');
  const timer = timeLimit(silentMs, () => settle('silent'));
  socket.on('readable', onReadable);
  socket.on('end', onEnd);
  socket.on('close', onEnd);
  if (early.length > 0) feed(early);
}
