/** A channel over a WebSocket: JSON frames as text, bytes as one binary message beside their JSON. */
import { WebSocket } from 'ws';
import { decodeBytesMessage, encodeBytesMessage, type Channel, type Frame } from '../contract/frames.ts';

/** A peer that was told to go gets this long to agree, ms. */
const CLOSE_MS = 2000;

/** Wraps an open socket. */
export function createWebSocketChannel(socket: WebSocket): Channel {
  // A peer that breaks the protocol is gone: 'close' follows, and tells all that wait for it.
  socket.on('error', () => socket.terminate());
  return {
    send: (frame: Frame) => {
      if (socket.readyState !== WebSocket.OPEN) return;
      if (frame.t === 'bytes')
        socket.send(encodeBytesMessage(frame.id, Buffer.from(JSON.stringify(frame.meta)), frame.bytes));
      else socket.send(JSON.stringify(frame));
    },
    onFrame: (listener) => {
      socket.on('message', (data: Buffer, binary: boolean) => listener(binary ? readBinary(data) : readText(data)));
    },
    onClose: (listener) => void socket.on('close', listener),
    pendingBytes: () => socket.bufferedAmount,
    close: () => {
      socket.close();
      const timer = setTimeout(() => socket.terminate(), CLOSE_MS);
      timer.unref();
      socket.once('close', () => clearTimeout(timer));
    },
  };
}

function readText(data: Buffer): unknown {
  try {
    return JSON.parse(data.toString('utf8')) as unknown;
  } catch {
    return undefined;
  }
}

function readBinary(data: Buffer): unknown {
  const message = decodeBytesMessage(data);
  return message === null
    ? undefined
    : { t: 'bytes', id: message.id, meta: readText(Buffer.from(message.metaJson)), bytes: message.bytes };
}
