/** Proxies further up, for tests: one of HTTP (CONNECT, and absolute form), one of SOCKS 5. They remember what they were asked. */
import http from 'node:http';
import net from 'node:net';
import type { AddressInfo } from 'node:net';

export interface ScriptedProxy {
  readonly port: number;
  /** `CONNECT host:port`, `GET http://…`, or `SOCKS host:port`. */
  readonly asked: string[];
  /** What the requests carried as credentials, `user:password`; empty for none. */
  readonly credentials: string[];
  close(): Promise<void>;
}

export interface ProxyScript {
  /** Asks for these, `user:password`. */
  credentials?: string;
  /** Refuses everything in its own way. */
  refuses?: boolean;
  /** Sends what it says byte by byte. */
  dribbles?: boolean;
}

/** Where names of tests lead. */
const hostOf = (name: string): string => (name.endsWith('.test') ? '127.0.0.1' : name);

function join(client: net.Socket, host: string, port: number, ready: (upstream: net.Socket) => void): void {
  const upstream = net.connect({ host: hostOf(host), port, allowHalfOpen: true }, () => {
    ready(upstream);
    client.pipe(upstream);
    upstream.pipe(client);
  });
  upstream.on('error', () => client.destroy());
  client.on('close', () => upstream.destroy());
}

/** Writes at once, or each byte in a packet of its own. */
function say(socket: net.Socket, bytes: Buffer, dribbles: boolean | undefined): void {
  if (dribbles !== true) socket.write(bytes);
  else for (const byte of bytes) socket.write(Buffer.from([byte]));
}

async function serve(
  server: net.Server,
  sockets: Set<net.Socket>,
  rest: Omit<ScriptedProxy, 'port' | 'close'>,
): Promise<ScriptedProxy> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    ...rest,
    port: (server.address() as AddressInfo).port,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        for (const socket of sockets) socket.destroy();
      }),
  };
}

function track(server: net.Server): Set<net.Socket> {
  const sockets = new Set<net.Socket>();
  server.on('connection', (socket: net.Socket) => {
    sockets.add(socket);
    socket.setNoDelay(true);
    socket.on('close', () => sockets.delete(socket));
    socket.on('error', () => socket.destroy());
  });
  return sockets;
}

/** Opens an HTTP proxy on 127.0.0.1. */
export async function openHttpProxy(script: ProxyScript = {}): Promise<ScriptedProxy> {
  const asked: string[] = [];
  const credentials: string[] = [];
  const isLetIn = (fields: http.IncomingHttpHeaders): boolean => {
    const given = Buffer.from((fields['proxy-authorization'] ?? '').slice(6), 'base64').toString();
    credentials.push(given);
    return script.credentials === undefined || given === script.credentials;
  };
  const server = http.createServer({ keepAliveTimeout: 60_000 }, (request, response) => {
    asked.push(`${request.method} ${request.url}`);
    if (!isLetIn(request.headers)) {
      response.writeHead(407, { 'Proxy-Authenticate': 'Basic realm="up"' }).end();
      return;
    }
    const url = new URL(request.url ?? '');
    const { 'proxy-authorization': _own, ...headers } = request.headers;
    const onwards = http.request(
      {
        host: hostOf(url.hostname),
        port: url.port,
        path: url.pathname + url.search,
        method: request.method,
        headers,
        agent: false,
      },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.rawHeaders);
        answer.pipe(response);
      },
    );
    onwards.on('error', () => response.destroy());
    request.pipe(onwards);
  });
  server.on('connect', (request, client: net.Socket) => {
    asked.push(`CONNECT ${request.url}`);
    if (!isLetIn(request.headers)) {
      client.end('HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Basic realm="up"\r\n\r\n');
      return;
    }
    if (script.refuses === true) {
      client.end('HTTP/1.1 403 Not \x07here\r\nContent-Length: 0\r\n\r\n');
      return;
    }
    const at = request.url?.lastIndexOf(':') ?? 0;
    join(client, request.url?.slice(0, at) ?? '', Number(request.url?.slice(at + 1)), () =>
      say(client, Buffer.from('HTTP/1.1 200 Fine\r\nX-Proxy: up\r\n\r\n'), script.dribbles),
    );
  });
  return serve(server, track(server), { asked, credentials });
}

/** Opens a SOCKS 5 proxy on 127.0.0.1. */
export async function openSocksProxy(script: ProxyScript = {}): Promise<ScriptedProxy> {
  const asked: string[] = [];
  const credentials: string[] = [];
  const server = net.createServer((client) => {
    let data = Buffer.alloc(0);
    let stage: 'hello' | 'credentials' | 'request' = 'hello';
    const tell = (...bytes: number[]): void => say(client, Buffer.from(bytes), script.dribbles);
    const take = (count: number): Buffer | undefined => {
      if (data.length < count) return undefined;
      const taken = data.subarray(0, count);
      data = data.subarray(count);
      return taken;
    };
    const step = (): boolean => {
      if (stage === 'hello') {
        if (data.length < 2) return false;
        const methods = take(2 + data[1]!)?.subarray(2);
        if (methods === undefined) return false;
        const wanted = script.credentials === undefined ? 0 : 2;
        if (!methods.includes(wanted)) {
          tell(5, 0xff);
          client.end();
          return false;
        }
        tell(5, wanted);
        stage = wanted === 2 ? 'credentials' : 'request';
        return true;
      }
      if (stage === 'credentials') {
        const user = data[1] ?? 0;
        const password = data[2 + user];
        if (password === undefined) return false;
        const all = take(3 + user + password);
        if (all === undefined) return false;
        const given = `${all.subarray(2, 2 + user).toString()}:${all.subarray(3 + user).toString()}`;
        credentials.push(given);
        tell(1, given === script.credentials ? 0 : 1);
        if (given !== script.credentials) client.end();
        stage = 'request';
        return given === script.credentials;
      }
      const kind = data[3];
      if (kind === undefined || (kind === 3 && data[4] === undefined)) return false;
      const size = kind === 1 ? 4 : kind === 4 ? 16 : 1 + data[4]!;
      const all = take(6 + size);
      if (all === undefined) return false;
      const address = all.subarray(4, 4 + size);
      const host =
        kind === 1 ? address.join('.') : kind === 3 ? address.subarray(1).toString() : address.toString('hex');
      const port = all.readUInt16BE(4 + size);
      asked.push(`SOCKS ${host}:${port}`);
      if (script.refuses === true) {
        tell(5, 2, 0, 1, 0, 0, 0, 0, 0, 0);
        client.end();
        return false;
      }
      client.off('data', read);
      // An address as a name, as some proxies have it.
      join(client, kind === 4 ? '127.0.0.1' : host, port, () => tell(5, 0, 0, 3, 2, 97, 98, 0, 80));
      return false;
    };
    const read = (chunk: Buffer): void => {
      data = Buffer.concat([data, chunk]);
      while (step());
    };
    client.on('data', read);
  });
  return serve(server, track(server), { asked, credentials });
}
