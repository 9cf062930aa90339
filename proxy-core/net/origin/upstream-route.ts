/** Which way a connection outwards takes: straight, or through the proxy further up that the settings name. Pure. */
import { isListed, parseHostPatterns, type HostPattern } from '../../contract/host-patterns.ts';
import { parseUpstreamProxy, type UpstreamProxyAddress } from '../../contract/upstream.ts';

/** The settings of it, as they stand. */
export interface UpstreamProxySettings {
  url: string;
  username: string;
  password: string;
  bypass: string;
}

/** The proxy further up. */
export interface UpstreamProxy extends UpstreamProxyAddress {
  /** Empty when it asks for none. */
  readonly username: string;
  readonly password: string;
}

/** The value of Proxy-Authorization for it (RFC 7617); undefined without a user name. */
export function basicCredentials({ username, password }: UpstreamProxy): string | undefined {
  return username === '' ? undefined : `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

export class UpstreamRoute {
  readonly #proxy: UpstreamProxy | undefined;
  readonly #bypass: readonly HostPattern[];

  constructor({ url, username, password, bypass }: UpstreamProxySettings) {
    const address = parseUpstreamProxy(url) ?? undefined;
    this.#proxy = address && { ...address, username, password };
    this.#bypass = parseHostPatterns(bypass) ?? [];
  }

  /** Whether there is another way than straight. */
  get isSet(): boolean {
    return this.#proxy !== undefined;
  }

  /** The proxy to go through; undefined for straight. `hostname` in lower case, IPv6 without brackets. */
  to(hostname: string, port: number): UpstreamProxy | undefined {
    return this.#proxy === undefined || isListed(this.#bypass, hostname, port) ? undefined : this.#proxy;
  }

  /** The proxy that takes plain requests for this origin in absolute form; undefined when there is a connection of its own. */
  forwarding(scheme: string, hostname: string, port: number): UpstreamProxy | undefined {
    if (this.#proxy?.scheme !== 'http' || scheme !== 'http') return undefined;
    return this.to(hostname, port);
  }
}

/** No proxy further up. */
export const STRAIGHT = new UpstreamRoute({ url: '', username: '', password: '', bypass: '' });
