/** A channel over a message port: Electron's in the utility process, node:worker_threads' in tests. */
import type { Channel, Frame } from '../contract/frames.ts';

/** What both kinds of ports have in common; Electron wraps the value in an event, worker_threads does not. */
export interface PortLike {
  postMessage(value: unknown): void;
  on(event: 'message', listener: (value: unknown) => void): unknown;
  on(event: 'close', listener: () => void): unknown;
  start?(): void;
  close(): void;
}

function unwrap(value: unknown): unknown {
  return typeof value === 'object' && value !== null && 'data' in value && 'ports' in value ? value.data : value;
}

/** Wraps a port. */
export function createPortChannel(port: PortLike): Channel {
  return {
    send: (frame: Frame) => port.postMessage(frame),
    onFrame: (listener) => {
      port.on('message', (value) => listener(unwrap(value)));
      port.start?.();
    },
    onClose: (listener) => void port.on('close', listener),
    pendingBytes: () => 0, // a port cannot tell; feeds are held back by acknowledgements
    close: () => port.close(),
  };
}
