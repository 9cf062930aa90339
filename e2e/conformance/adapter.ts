/**
 * A reverse proxy in front of the forward proxy under test: the suite's client speaks origin form to it, it speaks
 * absolute form to the proxy. Each client connection has exactly one proxy connection; fields pass as they came.
 */
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';

/** Fields of the connection between client and adapter. */
const OWN = new Set(['connection', 'keep-alive', 'host']);

export interface Adapter {
  /** `http://127.0.0.1:port` */
  readonly base: string;
  close(): Promise<void>;
}

/** Opens the adapter before `proxyPort`, for the origin `http://127.0.0.1:originPort`. */
export async function openAdapter(proxyPort: number, originPort: number): Promise<Adapter> {
  const origin = `127.0.0.1:${originPort}`;
  const agents = new WeakMap<Socket, http.Agent>();
  const server = http.createServer((request, response) => {
    const agent = agents.get(request.socket) ?? new http.Agent({ keepAlive: true, maxSockets: 1 });
    agents.set(request.socket, agent);
    forward(request, response, agent, proxyPort, origin);
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

function forward(
  request: IncomingMessage,
  response: ServerResponse,
  agent: http.Agent,
  port: number,
  origin: string,
): void {
  const outgoing = http.request({
    host: '127.0.0.1',
    port,
    agent,
    method: request.method ?? 'GET',
    path: `http://${origin}${request.url ?? '/'}`,
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
