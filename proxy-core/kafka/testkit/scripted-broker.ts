/** Servers that misbehave in ways a real broker does not on demand. */
import net from 'node:net';

export interface ScriptedBroker {
  /** `127.0.0.1:port` */
  address: string;
  /** Connections accepted so far. */
  accepted: number;
  close(): Promise<void>;
}

/**
 * Accepts connections and does what it is told with them: `silent` reads and never answers, `deaf` never reads either,
 * `hang-up` closes at the first byte.
 */
export async function startScriptedBroker(behaviour: 'silent' | 'deaf' | 'hang-up'): Promise<ScriptedBroker> {
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    broker.accepted += 1;
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => undefined);
    if (behaviour === 'silent') socket.resume();
    if (behaviour === 'hang-up') socket.once('data', () => socket.destroy());
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  const broker: ScriptedBroker = {
    address: `127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`,
    accepted: 0,
    close: () =>
      new Promise((resolve) => {
        for (const socket of sockets) socket.destroy();
        server.close(() => resolve());
      }),
  };
  return broker;
}
