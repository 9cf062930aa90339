/** Clients for tests: one that sends raw bytes, and one that asks a proxy over node:http. */
import http from 'node:http';
import net from 'node:net';

/** A connection that sends and reads bytes as text (latin1). */
export class RawClient {
  readonly socket: net.Socket;
  received = '';
  ended = false;
  #wake: (() => void)[] = [];

  private constructor(socket: net.Socket) {
    this.socket = socket;
    const wake = (): void => {
      for (const resolve of this.#wake.splice(0)) resolve();
    };
    socket.on('data', (chunk: Buffer) => {
      this.received += chunk.toString('latin1');
      wake();
    });
    socket.on('end', () => {
      this.ended = true;
      wake();
    });
    socket.on('close', () => {
      this.ended = true;
      wake();
    });
    socket.on('error', () => undefined);
  }

  /** `from` is the address it comes from, another of this machine. */
  static async open(port: number, from?: string): Promise<RawClient> {
    const socket = net.connect({
      port,
      host: '127.0.0.1',
      ...(from !== undefined && { localAddress: from }),
      allowHalfOpen: true,
      noDelay: true,
    });
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('error', reject);
    });
    return new RawClient(socket);
  }

  send(text: string | Uint8Array): void {
    this.socket.write(typeof text === 'string' ? Buffer.from(text, 'latin1') : text);
  }

  /** Resolves when what came contains `needle`; rejects when the connection ended without it. */
  async until(needle: string | RegExp): Promise<string> {
    const has = (): boolean =>
      typeof needle === 'string' ? this.received.includes(needle) : needle.test(this.received);
    while (!has()) {
      if (this.ended)
        throw new Error(`the connection ended before ${String(needle)} came; received:\n${this.received}`);
      await new Promise<void>((resolve) => this.#wake.push(resolve));
    }
    return this.received;
  }

  async untilEnd(): Promise<string> {
    while (!this.ended) await new Promise<void>((resolve) => this.#wake.push(resolve));
    return this.received;
  }

  close(): void {
    this.socket.destroy();
  }
}

export interface ProxyReply {
  status: number;
  /** Lower-case names; repeated ones joined. */
  fields: http.IncomingHttpHeaders;
  rawFields: string[];
  trailers: NodeJS.Dict<string>;
  body: Buffer;
}

export interface AskOptions {
  method?: string;
  headers?: http.OutgoingHttpHeaders | readonly string[];
  body?: string | Buffer;
  agent?: http.Agent;
}

/** Asks the proxy on `port` for `url`. */
export function ask(port: number, url: string, options: AskOptions = {}): Promise<ProxyReply> {
  return new Promise((resolve, reject) => {
    const request = http.request(
      {
        host: '127.0.0.1',
        port,
        path: url,
        method: options.method ?? 'GET',
        ...(options.headers && { headers: options.headers }),
        agent: options.agent ?? false,
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk: Buffer) => chunks.push(chunk));
        response.on('error', reject);
        response.on('end', () =>
          resolve({
            status: response.statusCode ?? 0,
            fields: response.headers,
            rawFields: response.rawHeaders,
            trailers: response.trailers,
            body: Buffer.concat(chunks),
          }),
        );
      },
    );
    request.on('error', reject);
    request.end(options.body);
  });
}
