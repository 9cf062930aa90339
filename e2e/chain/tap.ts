/** A relay of bytes between two hops that counts what passes: requests, conditional ones, and answers that are a 304. */
import net, { type AddressInfo, type Socket } from 'node:net';

export interface Seen {
  requests: number;
  conditional: number;
  notModified: number;
}

export interface Tap {
  readonly port: number;
  /** Where the bytes go; set once the next hop listens. */
  to: number;
  /** What passed since the last call. */
  take(): Seen;
  close(): void;
}

const NOTHING: Readonly<Seen> = { requests: 0, conditional: 0, notModified: 0 };

/** Listens on a free port. Every head of these programs begins a piece of its own: bodies here are short. */
export async function openTap(): Promise<Tap> {
  let seen = { ...NOTHING };
  const sockets = new Set<Socket>();
  const keep = (socket: Socket): Socket => {
    sockets.add(socket);
    return socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket));
  };
  const server = net.createServer((client) => {
    const next = keep(net.connect(tap.to, '127.0.0.1'));
    keep(client);
    client.on('data', (chunk) => {
      const text = chunk.toString('latin1');
      if (text.startsWith('GET ')) seen.requests++;
      if (/^if-(?:none-match|modified-since):/im.test(text)) seen.conditional++;
    });
    next.on('data', (chunk) => {
      if (chunk.toString('latin1').startsWith('HTTP/1.1 304')) seen.notModified++;
    });
    client.pipe(next).pipe(client);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const tap: Tap = {
    port: (server.address() as AddressInfo).port,
    to: 0,
    take: () => {
      const taken = seen;
      seen = { ...NOTHING };
      return taken;
    },
    close: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
  return tap;
}
