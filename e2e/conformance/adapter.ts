/**
 * A reverse proxy in front of the forward proxy under test: the suite's client speaks origin form to it, it speaks
 * absolute form to the proxy. Each client connection has exactly one proxy connection; fields pass as they came.
 */
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import net, { type AddressInfo, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import tls from 'node:tls';

/** Fields of the connection between client and adapter. */
const OWN = new Set(['connection', 'keep-alive', 'host']);

export interface Adapter {
  /** `http://127.0.0.1:port` */
  readonly base: string;
  close(): Promise<void>;
}

/** The way through the proxy. */
type Way = Pick<http.RequestOptions, 'host' | 'port'> & { readonly origin: string; readonly prefix: string };

/**
 * Opens the adapter before `proxyPort`, for the origin `http://127.0.0.1:originPort`; with `inside`, for
 * `https://localhost:originPort`, in tunnels whose TLS is with the proxy.
 */
export async function openAdapter(proxyPort: number, originPort: number, inside = false): Promise<Adapter> {
  const origin = `${inside ? 'localhost' : '127.0.0.1'}:${originPort}`;
  const way: Way = { host: '127.0.0.1', port: proxyPort, origin, prefix: inside ? '' : `http://${origin}` };
  const agents = new WeakMap<Socket, http.Agent>();
  const server = http.createServer((request, response) => {
    const made = inside ? new TunnelAgent(proxyPort, origin) : new http.Agent({ keepAlive: true, maxSockets: 1 });
    const agent = agents.get(request.socket) ?? made;
    agents.set(request.socket, agent);
    forward(request, response, agent, way);
  });
  server.on('connection', (socket: Socket) => socket.on('close', () => agents.get(socket)?.destroy()));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  return {
    base: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

/** Connections inside CONNECT, over TLS. Whom the client trusts is tested elsewhere. */
class TunnelAgent extends http.Agent {
  readonly #proxyPort: number;
  readonly #origin: string;

  constructor(proxyPort: number, origin: string) {
    super({ keepAlive: true, maxSockets: 1 });
    this.#proxyPort = proxyPort;
    this.#origin = origin;
  }

  override createConnection(
    _options: http.ClientRequestArgs,
    done?: (error: Error | null, stream: Duplex) => void,
  ): undefined {
    const socket = net.connect({ port: this.#proxyPort, host: '127.0.0.1', noDelay: true });
    const fail = (error: Error): void => done?.(error, socket);
    socket.once('error', fail);
    socket.once('data', () => {
      const inner = tls.connect({ socket, servername: 'localhost', rejectUnauthorized: false });
      socket.off('error', fail);
      inner.once('error', fail);
      inner.once('secureConnect', () => {
        inner.off('error', fail);
        done?.(null, inner);
      });
    });
    socket.write(`CONNECT ${this.#origin} HTTP/1.1\r\nHost: ${this.#origin}\r\n\r\n`);
  }
}

/** TLS before an origin that speaks none. */
export async function openTlsBefore(port: number, identity: tls.TlsOptions): Promise<{ port: number; close(): void }> {
  const open = new Set<Socket>();
  const server = tls.createServer(identity, (client) => {
    const origin = net.connect({ port, host: '127.0.0.1', noDelay: true });
    open.add(client);
    client.on('close', () => {
      open.delete(client);
      origin.destroy();
    });
    origin.on('close', () => client.destroy());
    for (const socket of [client, origin]) socket.on('error', () => socket.destroy());
    client.pipe(origin).pipe(client);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    port: (server.address() as AddressInfo).port,
    close: () => {
      server.close();
      for (const client of open) client.destroy();
    },
  };
}

function forward(
  request: IncomingMessage,
  response: ServerResponse,
  agent: http.Agent,
  { host, port, origin, prefix }: Way,
): void {
  const outgoing = http.request({
    host,
    port,
    agent,
    method: request.method ?? 'GET',
    path: `${prefix}${request.url ?? '/'}`,
    headers: ['Host', origin, ...without(request.rawHeaders)],
    setDefaultHeaders: false,
  });
  outgoing.on('information', (info) => {
    if (info.statusCode === 103) response.writeEarlyHints(info.headers as Record<string, string>);
    else if (info.statusCode === 102) response.writeProcessing();
  });
  outgoing.on('response', (incoming) => {
    response.sendDate = false;
    response.writeHead(incoming.statusCode ?? 502, incoming.statusMessage, without(incoming.rawHeaders));
    incoming.pipe(response);
    incoming.on('error', () => request.socket.destroy());
    incoming.on('aborted', () => request.socket.destroy());
  });
  outgoing.on('error', () => request.socket.destroy());
  response.on('close', () => outgoing.destroy());
  request.pipe(outgoing);
}

function without(rawHeaders: readonly string[]): string[] {
  const out: string[] = [];
  for (let i = 0; i < rawHeaders.length; i += 2)
    if (!OWN.has(rawHeaders[i]!.toLowerCase())) out.push(rawHeaders[i]!, rawHeaders[i + 1]!);
  return out;
}
