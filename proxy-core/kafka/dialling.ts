/** How the mirror opens sockets: by the same rule as the proxy (setting `dialAllow`), which the core hands in. */
import dns from 'node:dns';
import net from 'node:net';
import tls from 'node:tls';

/** The rule, asked for each socket. */
export interface Dialling {
  /** Why this literal address may not be dialled; undefined when it may, or when `host` is a name (the lookup decides then). */
  refusal: (host: string, port: number) => Error | undefined;
  lookup: (port: number) => net.LookupFunction;
}

/** No rule: for tests of the library alone. */
export const DIAL_ANY: Dialling = { refusal: () => undefined, lookup: () => dns.lookup };

/** Opens a socket, with TLS when options are given. A forbidden one fails as any other does, by its `error` event. */
export function openSocket(
  dial: Dialling,
  { host, port }: { host: string; port: number },
  secure: tls.ConnectionOptions | undefined,
  onConnect: () => void,
): net.Socket {
  const refused = dial.refusal(host, port);
  if (refused !== undefined) return new net.Socket().destroy(refused);
  const lookup = dial.lookup(port);
  return secure
    ? tls.connect({ host, port, lookup, ...(net.isIP(host) === 0 && { servername: host }), ...secure }, onConnect)
    : net.connect({ host, port, lookup }, onConnect);
}

/** All addresses of a name, as a socket would be given them. */
export function lookUpAll(dial: Dialling, { host, port }: { host: string; port: number }): Promise<string[]> {
  return new Promise((resolve, reject) => {
    dial.lookup(port)(host, { all: true }, (error, found) => {
      if (error) reject(error);
      else resolve(typeof found === 'string' ? [found] : found.map((item) => item.address));
    });
  });
}
