/** One window that watches the traffic, as the page does: over the control server's WebSocket, acknowledging what it gets. */
import type { CoreProcess } from './core-process.ts';

/** Resolves when the first items came; the socket closes with the core. */
export async function subscribe(core: CoreProcess): Promise<void> {
  const socket = new WebSocket(`${core.control.replace('http', 'ws')}/control`, ['bsdm', `token.${core.token}`]);
  await new Promise<void>((resolve, reject) => {
    socket.addEventListener('error', () => reject(new Error('the control server takes no window')));
    socket.addEventListener('open', () =>
      socket.send(JSON.stringify({ t: 'subscribe', id: 1, stream: 'traffic', params: { since: 0 } })),
    );
    socket.addEventListener('message', ({ data }) => {
      const frame: unknown = typeof data === 'string' ? JSON.parse(data) : undefined;
      if (typeof frame !== 'object' || frame === null || !('t' in frame) || frame.t !== 'item') return;
      const item: unknown = 'item' in frame ? frame.item : undefined;
      if (typeof item === 'object' && item !== null && 'lastSeq' in item)
        socket.send(JSON.stringify({ t: 'ack', id: 1, mark: item.lastSeq }));
      resolve();
    });
    setTimeout(resolve, 2000).unref();
  });
}
