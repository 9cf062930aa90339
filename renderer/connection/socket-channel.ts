/** A channel over a WebSocket: JSON frames as text, bytes as one binary message. */
import { decodeBytesMessage, type Channel } from '../../proxy-core/contract/frames.ts';

function readMessage(data: unknown): unknown {
  try {
    if (typeof data === 'string') return JSON.parse(data) as unknown;
    if (!(data instanceof ArrayBuffer)) return null;
    const message = decodeBytesMessage(new Uint8Array(data));
    if (message === null) return null;
    const meta: unknown = JSON.parse(new TextDecoder().decode(message.metaJson));
    return { t: 'bytes', id: message.id, meta, bytes: message.bytes };
  } catch {
    // Not JSON: no frame. The session drops it.
    return null;
  }
}

/** Wraps an open WebSocket. */
export function makeSocketChannel(socket: WebSocket): Channel {
  socket.binaryType = 'arraybuffer';
  return {
    send(frame) {
      if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify(frame));
    },
    onFrame: (listener) =>
      socket.addEventListener('message', (event: MessageEvent<unknown>) => listener(readMessage(event.data))),
    onClose: (listener) => socket.addEventListener('close', () => listener()),
    pendingBytes: () => socket.bufferedAmount,
    close: () => socket.close(),
  };
}
