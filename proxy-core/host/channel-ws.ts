/** A channel over a WebSocket: JSON frames as text, bytes as one binary message beside their JSON. */
import { WebSocket } from 'ws';
import { decodeBytesMessage, encodeBytesMessage, type Channel, type Frame } from '../contract/frames.ts';

/** Wraps an open socket. */
export function createWebSocketChannel(socket: WebSocket): Channel {
  return {
    send: (frame: Frame) => {
      if (socket.readyState !== WebSocket.OPEN) return;
      if (frame.t === 'bytes') socket.send(encodeBytesMessage(frame.id, Buffer.from(JSON.stringify(frame.meta)), frame.bytes));
      else socket.send(JSON.stringify(frame));
    },
    onFrame: (listener) => {
      socket.on('message', (data: Buffer, binary: boolean) => listener(binary ? readBinary(data) : readText(data)));
    },
    onClose: (listener) => void socket.on('close', listener),
    pendingBytes: () => socket.bufferedAmount,
    close: () => socket.close(),
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
  return message === null ? undefined : { t: 'bytes', id: message.id, meta: readText(Buffer.from(message.metaJson)), bytes: message.bytes };
}
