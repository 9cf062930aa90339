/** Two joined ends of an in-memory wire: tests and the demo put a core at the other end. */
import type { Channel, Frame } from '../../proxy-core/contract/frames.ts';

/** Makes both ends. Frames are delivered in order, each in its own microtask, as copies. */
export function makeMemoryChannels(): [client: Channel, server: Channel] {
  const frames: ((frame: unknown) => void)[][] = [[], []];
  const closes: (() => void)[][] = [[], []];
  let open = true;
  const make = (own: 0 | 1, other: 0 | 1): Channel => ({
    send(frame: Frame) {
      const copy: unknown = structuredClone(frame);
      queueMicrotask(() => {
        if (open) for (const listener of frames[other] ?? []) listener(copy);
      });
    },
    onFrame: (listener) => void frames[own]?.push(listener),
    onClose: (listener) => void closes[own]?.push(listener),
    pendingBytes: () => 0,
    close() {
      if (!open) return;
      open = false;
      for (const listener of [...(closes[0] ?? []), ...(closes[1] ?? [])]) listener();
    },
  });
  return [make(0, 1), make(1, 0)];
}
