/** Who may use the control server: one Host (against DNS rebinding), no foreign Origin, the token; and what is asked for. */
import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { CommandError } from '../contract/errors.ts';

export interface Gate {
  /** The target's path and query, when Host and Origin are ours. Throws a CommandError otherwise. */
  open(request: IncomingMessage): { path: string; query: URLSearchParams };
  /** Throws a CommandError unless the token is the right one. */
  checkToken(given: string | undefined): void;
}

/** The checks of a server on this port. */
export function createGate(token: string, port: number): Gate {
  const names = ['127.0.0.1', 'localhost', '[::1]'];
  const hosts = new Set([...names.map((name) => `${name}:${port}`), ...(port === 80 ? names : [])]);
  const expected = Buffer.from(token);

  function checkHost(request: IncomingMessage): void {
    const { rawHeaders } = request;
    const given = rawHeaders.filter((name, i) => i % 2 === 0 && name.toLowerCase() === 'host').length;
    // RFC 9112 §3.2: more than one is 400, whatever they say.
    if (given > 1) throw new CommandError('bad-params', `the request has ${given} Host fields`);
    const host = request.headers.host?.toLowerCase() ?? '';
    if (!hosts.has(host))
      throw new CommandError(
        'forbidden',
        `this server answers to 127.0.0.1:${port} and localhost:${port}, not to ${JSON.stringify(host)}`,
      );
    const { origin } = request.headers;
    if (origin !== undefined && origin !== `http://${host}`)
      throw new CommandError('forbidden', `a page from ${origin} is not allowed to use this server`);
  }

  return {
    open(request) {
      checkHost(request);
      return parseTarget(request.url ?? '/', hosts);
    },
    checkToken(given) {
      const bytes = Buffer.from(given ?? '');
      if (bytes.length !== expected.length || !timingSafeEqual(bytes, expected)) {
        throw new CommandError(
          'unauthorized',
          given === undefined ? 'a token is required' : 'the token is wrong',
          'Send Authorization: Bearer TOKEN; the token is printed at the start, or set by BSDM_CONTROL_TOKEN.',
        );
      }
    },
  };
}

/** Origin form, or absolute form with our own authority (RFC 9112 §3.2.1, §3.2.2). */
function parseTarget(target: string, hosts: ReadonlySet<string>): { path: string; query: URLSearchParams } {
  // `//host` and `/\host` would be read as another authority by the URL parser.
  const isPath = target.startsWith('/') && !/^\/[/\\]/.test(target);
  const isOwn = target.startsWith('http://') && hosts.has(target.slice(7).split(/[/?#]/, 1)[0]!.toLowerCase());
  const url = isPath ? URL.parse(target, 'http://control') : isOwn ? URL.parse(target) : null;
  if (url === null)
    throw new CommandError('bad-params', `${JSON.stringify(target.slice(0, 200))} is not a path on this server`);
  return { path: url.pathname, query: url.searchParams };
}

/** The token of an API call. */
export function bearer(request: IncomingMessage): string | undefined {
  return /^Bearer ([\w.~+/=-]+)$/i.exec(request.headers.authorization ?? '')?.[1];
}

/** Browsers cannot set Authorization on a WebSocket: the token comes as a subprotocol `token.TOKEN`, or as Bearer from programs. */
export function socketToken(request: IncomingMessage): string | undefined {
  const protocols = (request.headers['sec-websocket-protocol'] ?? '').split(',').map((item) => item.trim());
  return protocols.find((item) => item.startsWith('token.'))?.slice(6) ?? bearer(request);
}
