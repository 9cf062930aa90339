/** An origin that writes bytes, for what no HTTP server would send: resets, odd heads, half answers. */
import net from 'node:net';

export interface RawOrigin {
  readonly port: number;
  /** `http://127.0.0.1:port`. */
  readonly url: string;
  /** Heads of the requests so far, as received. */
  readonly heads: string[];
  readonly sockets: Set<net.Socket>;
  close(): Promise<void>;
}

/** Opens one on 127.0.0.1; `answer` is called with each request head (content is not looked at). */
export async function openRawOrigin(answer: (socket: net.Socket, head: string) => void): Promise<RawOrigin> {
  const heads: string[] = [];
  const sockets = new Set<net.Socket>();
  const server = net.createServer({ noDelay: true }, (socket) => {
    sockets.add(socket);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
    let received = '';
    socket.on('data', (chunk: Buffer) => {
      received += chunk.toString('latin1');
      for (let end = received.indexOf('\r\n\r\n'); end >= 0; end = received.indexOf('\r\n\r\n')) {
        const head = received.slice(0, end + 4);
        received = received.slice(end + 4);
        heads.push(head);
        answer(socket, head);
      }
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (typeof address !== 'object' || address === null) throw new Error('the origin does not listen');
  const { port } = address;
  return {
    port,
    url: `http://127.0.0.1:${port}`,
    heads,
    sockets,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}
