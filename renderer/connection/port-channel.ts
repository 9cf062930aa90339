/** A channel over the MessagePort the desktop shell hands to the page. */
import type { Channel } from '../../proxy-core/contract/frames.ts';

/**
 * Wraps a port. A page's MessagePort has no close event, so the listener given to `onClose` runs only when this side
 * closes; the shell reports a core that went away.
 */
export function makePortChannel(port: MessagePort): Channel {
  const closed: (() => void)[] = [];
  return {
    send: (frame) => port.postMessage(frame),
    onFrame(listener) {
      port.onmessage = (event: MessageEvent<unknown>) => listener(event.data);
      port.start();
    },
    onClose: (listener) => void closed.push(listener),
    pendingBytes: () => 0,
    close() {
      port.close();
      for (const listener of closed.splice(0)) listener();
    },
  };
}
