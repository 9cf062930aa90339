/** A small client of the proxy: absolute-form requests, each on a connection of its own. */
import http from 'node:http';

export interface ProxyReply {
  status: number;
  headers: http.IncomingHttpHeaders;
  body: string;
  /** The outcome the proxy names: HIT, MISS or BYPASS. */
  cache: string | undefined;
}

export interface StreamedReply {
  status: number;
  /** Resolves with the next piece of the body as text. */
  next(): Promise<string>;
  /** Resolves with everything that is still to come; rejects when the connection breaks. */
  rest(): Promise<string>;
}

function send(proxy: string, url: string, headers: http.OutgoingHttpHeaders): Promise<http.IncomingMessage> {
  const at = new URL(`http://${proxy}`);
  const { host } = new URL(url);
  return new Promise((resolve, reject) => {
    http
      .get({ host: at.hostname, port: at.port, path: url, headers: { host, ...headers }, agent: false }, resolve)
      .on('error', reject);
  });
}

async function collect(response: http.IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of response) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8');
}

/** Fetches `url` through the proxy at `host:port`. */
export async function getThrough(
  proxy: string,
  url: string,
  headers: http.OutgoingHttpHeaders = {},
): Promise<ProxyReply> {
  const response = await send(proxy, url, headers);
  const body = await collect(response);
  const outcome = response.headers['x-cache-status'];
  return {
    status: response.statusCode ?? 0,
    headers: response.headers,
    body,
    cache: Array.isArray(outcome) ? outcome[0] : outcome,
  };
}

/** Begins to fetch `url` and hands the body out as it comes. */
export async function streamThrough(proxy: string, url: string): Promise<StreamedReply> {
  const response = await send(proxy, url, {});
  response.setEncoding('utf8');
  return {
    status: response.statusCode ?? 0,
    next: () =>
      new Promise((resolve, reject) =>
        response.once('data', (text: string) => (response.pause(), resolve(text))).once('error', reject),
      ),
    rest: () =>
      new Promise((resolve, reject) => {
        let text = '';
        response
          .on('data', (part: string) => (text += part))
          .on('end', () => resolve(text))
          .on('error', reject);
        response.resume();
      }),
  };
}
