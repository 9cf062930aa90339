/**
 * What is said to the proxy further up before its connection carries ours: CONNECT (RFC 9110 §9.3.6), or SOCKS version 5
 * (RFC 1928) with a user name where one is set (RFC 1929). Names are resolved by the proxy.
 */
import net, { type Socket } from 'node:net';
import { joinHostPort } from '../../contract/address.ts';
import { basicCredentials, type UpstreamProxy } from './upstream-route.ts';

/** A proxy that did not do what it was asked. */
class UpstreamProxyError extends Error {
  readonly code: 'BSDM_PROXY_REFUSED' | 'BSDM_PROXY_CREDENTIALS' | 'BSDM_PROXY_FOREIGN';
  constructor(code: UpstreamProxyError['code'], message: string) {
    super(message);
    this.name = 'UpstreamProxyError';
    this.code = code;
  }
}

/** Longest answer to CONNECT that is read; a SOCKS answer has 262 bytes at most. */
const MAX_ANSWER_BYTES = 16 * 1024;
const END = Buffer.from('\r\n\r\n');
const EMPTY = Buffer.alloc(0);

/** What the bytes so far mean: more are needed, this many were the answer, or it went wrong. */
type Step = { need: 'more' } | { used: number; send?: Buffer; done?: boolean } | { error: UpstreamProxyError };

/** One side of the conversation: what is said first, and what each answer leads to. */
interface Conversation {
  readonly opening: Buffer;
  next(data: Buffer): Step;
}

/** Asks the proxy at the other end of `socket` for a connection; told once, with undefined when it stands. */
export function askProxy(
  socket: Socket,
  proxy: UpstreamProxy,
  hostname: string,
  port: number,
  done: (error: Error | undefined) => void,
): void {
  const conversation =
    proxy.scheme === 'socks5' ? new Socks5(proxy, hostname, port) : new HttpConnect(proxy, hostname, port);
  let data: Buffer = EMPTY;
  const settle = (error?: Error): void => {
    socket.off('readable', read);
    socket.off('end', ended);
    socket.off('close', ended);
    socket.off('error', settle);
    if (error === undefined && data.length > 0) socket.unshift(data);
    done(error);
  };
  const ended = (): void =>
    settle(new UpstreamProxyError('BSDM_PROXY_REFUSED', `the proxy ${proxy.label} closed the connection`));
  const read = (): void => {
    for (let chunk: unknown; Buffer.isBuffer((chunk = socket.read()));)
      data = data.length === 0 ? chunk : Buffer.concat([data, chunk]);
    while (data.length > 0) {
      const step = conversation.next(data);
      if ('error' in step) {
        settle(step.error);
        return;
      }
      if ('need' in step) {
        if (data.length > MAX_ANSWER_BYTES) settle(foreign(proxy, 'its answer does not end'));
        return;
      }
      data = data.subarray(step.used);
      if (step.send !== undefined) socket.write(step.send);
      if (step.done === true) {
        settle();
        return;
      }
    }
  };
  socket.on('readable', read);
  socket.on('end', ended);
  socket.on('close', ended);
  socket.on('error', settle);
  socket.write(conversation.opening);
}

/** The proxy asks who we are, and did not like the answer. */
export function wrongCredentials(proxy: UpstreamProxy): UpstreamProxyError {
  return new UpstreamProxyError(
    'BSDM_PROXY_CREDENTIALS',
    `the proxy ${proxy.label} ${proxy.username === '' ? 'asks for a user name and a password' : 'does not take the user name and the password'}`,
  );
}

function foreign(proxy: UpstreamProxy, what: string): UpstreamProxyError {
  return new UpstreamProxyError(
    'BSDM_PROXY_FOREIGN',
    `what listens at ${proxy.label} does not answer as such a proxy: ${what}`,
  );
}

/** Printable ASCII of what a stranger wrote, not too long. */
function quoted(text: string): string {
  let out = '';
  for (const char of text.slice(0, 80)) out += char >= ' ' && char <= '~' ? char : '?';
  return out;
}

class HttpConnect implements Conversation {
  readonly opening: Buffer;
  readonly #proxy: UpstreamProxy;

  constructor(proxy: UpstreamProxy, hostname: string, port: number) {
    this.#proxy = proxy;
    const authority = joinHostPort(hostname, port);
    const credentials = basicCredentials(proxy);
    this.opening = Buffer.from(
      `CONNECT ${authority} HTTP/1.1\r\nHost: ${authority}\r\n${credentials === undefined ? '' : `Proxy-Authorization: ${credentials}\r\n`}\r\n`,
      'latin1',
    );
  }

  next(data: Buffer): Step {
    const begin = data.toString('latin1', 0, 7);
    if (!'HTTP/1.'.startsWith(begin)) return { error: foreign(this.#proxy, 'it does not speak HTTP') };
    const end = data.indexOf(END);
    if (end < 0) return { need: 'more' };
    const line = data.toString('latin1', 0, data.indexOf('\r\n'));
    const status = Number(line.slice(9, 12));
    const used = end + END.length;
    if (status >= 100 && status < 200) return { used };
    if (status >= 200 && status < 300) return { used, done: true };
    if (status === 407) return { error: wrongCredentials(this.#proxy) };
    return {
      error: new UpstreamProxyError(
        'BSDM_PROXY_REFUSED',
        `the proxy ${this.#proxy.label} answered CONNECT with ${quoted(line.slice(9))}`,
      ),
    };
  }
}

/** RFC 1928 §6. */
const SOCKS_FAILURES: Readonly<Record<number, string>> = {
  1: 'a general failure',
  2: 'that its rules do not allow it',
  3: 'that the network cannot be reached',
  4: 'that the host cannot be reached',
  5: 'that the connection was refused',
  6: 'that the connection took too many hops',
  7: 'that it does not know the command',
  8: 'that it does not know this kind of address',
};

class Socks5 implements Conversation {
  readonly opening: Buffer;
  readonly #proxy: UpstreamProxy;
  readonly #request: Buffer;
  #stage: 'method' | 'credentials' | 'reply' = 'method';

  constructor(proxy: UpstreamProxy, hostname: string, port: number) {
    this.#proxy = proxy;
    this.#request = Buffer.concat([
      Buffer.from([5, 1, 0]),
      socksAddress(hostname),
      Buffer.from([port >> 8, port & 0xff]),
    ]);
    // Without a user name only "no authentication" is offered.
    this.opening = Buffer.from(proxy.username === '' ? [5, 1, 0] : [5, 2, 0, 2]);
  }

  next(data: Buffer): Step {
    if (this.#stage !== 'credentials' && data[0] !== 5)
      return { error: foreign(this.#proxy, 'it does not speak SOCKS 5') };
    if (data.length < 2) return { need: 'more' };
    if (this.#stage === 'method') return this.#chosen(data[1]!);
    if (this.#stage === 'credentials') {
      if (data[1] !== 0) return { error: wrongCredentials(this.#proxy) };
      this.#stage = 'reply';
      return { used: 2, send: this.#request };
    }
    return this.#answered(data);
  }

  #chosen(method: number): Step {
    if (method === 0) {
      this.#stage = 'reply';
      return { used: 2, send: this.#request };
    }
    if (method !== 2 || this.#proxy.username === '') return { error: wrongCredentials(this.#proxy) };
    this.#stage = 'credentials';
    const username = Buffer.from(this.#proxy.username);
    const password = Buffer.from(this.#proxy.password);
    if (username.length > 255 || password.length > 255) return { error: wrongCredentials(this.#proxy) };
    return {
      used: 2,
      send: Buffer.concat([Buffer.from([1, username.length]), username, Buffer.from([password.length]), password]),
    };
  }

  #answered(data: Buffer): Step {
    const failure = data[1]!;
    if (failure !== 0)
      return {
        error: new UpstreamProxyError(
          'BSDM_PROXY_REFUSED',
          `the proxy ${this.#proxy.label} reports ${SOCKS_FAILURES[failure] ?? `failure ${failure}`}`,
        ),
      };
    if (data.length < 5) return { need: 'more' };
    const kind = data[3];
    const size = kind === 1 ? 4 : kind === 4 ? 16 : kind === 3 ? 1 + data[4]! : undefined;
    if (size === undefined) return { error: foreign(this.#proxy, 'its reply has an unknown kind of address') };
    const used = 4 + size + 2;
    return data.length < used ? { need: 'more' } : { used, done: true };
  }
}

/** The kind of the address and the address (RFC 1928 §5). */
function socksAddress(hostname: string): Buffer {
  if (net.isIPv4(hostname)) return Buffer.from([1, ...hostname.split('.').map(Number)]);
  if (net.isIPv6(hostname)) return Buffer.concat([Buffer.from([4]), ipv6Bytes(hostname)]);
  const name = Buffer.from(hostname, 'latin1').subarray(0, 255);
  return Buffer.concat([Buffer.from([3, name.length]), name]);
}

function ipv6Bytes(address: string): Buffer {
  const [head = '', tail] = withHexTail(address).split('::');
  const groups = (text: string): number[] => (text === '' ? [] : text.split(':').map((group) => parseInt(group, 16)));
  const before = groups(head);
  const after = tail === undefined ? [] : groups(tail);
  const bytes = Buffer.alloc(16);
  before.forEach((group, i) => bytes.writeUInt16BE(group, i * 2));
  after.forEach((group, i) => bytes.writeUInt16BE(group, 16 - (after.length - i) * 2));
  return bytes;
}

/** A dotted IPv4 tail as two groups; without a zone. */
function withHexTail(address: string): string {
  const bare = address.split('%')[0]!;
  const at = bare.lastIndexOf(':') + 1;
  const tail = bare.slice(at);
  if (!net.isIPv4(tail)) return bare;
  const [a = 0, b = 0, c = 0, d = 0] = tail.split('.').map(Number);
  return `${bare.slice(0, at)}${((a << 8) | b).toString(16)}:${((c << 8) | d).toString(16)}`;
}
