/**
 * Knows which addresses are this process itself (the proxy, and servers beside it such as the control server), so that
 * a request does not loop back to the proxy and the proxy cannot be used to reach services that are open to this machine only.
 */
import os from 'node:os';
import { bracketed } from '../../contract/address.ts';
import { canonicalAddress, canonicalHost } from '../../http/host.ts';

export interface SocketAddress {
  host: string;
  port: number;
}

/** Interfaces come and go: the list is refreshed at most this often, ms. */
const INTERFACES_KEPT_MS = 10_000;

export class OwnAddresses {
  /** Where the proxy listens now. */
  listening: SocketAddress | null = null;
  readonly #now: () => number;
  readonly #others: SocketAddress[] = [];
  #interfaces: ReadonlySet<string> = new Set();
  #askedAtMs = -Infinity;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Another server of this process. */
  add(address: SocketAddress): void {
    this.#others.push(address);
  }

  /**
   * True when a connection to this address arrives at a server of this process. `address` is an IP address; for a name
   * only those that always mean this machine are known here, others when they have been looked up.
   */
  has(address: string, port: number): boolean {
    const { listening } = this;
    if (listening !== null && listening.port === port && this.#reaches(address, listening.host)) return true;
    for (const other of this.#others) if (other.port === port && this.#reaches(address, other.host)) return true;
    return false;
  }

  /** Whether dialling `address` arrives where something listens on `host`. */
  #reaches(address: string, host: string): boolean {
    const at = canonicalAddress(host);
    const dialled = dialledFor(address);
    if (address === at || dialled.includes(at)) return true;
    if (at === '0.0.0.0') return dialled.some((item) => !item.includes(':') && this.#isOfThisMachine(item));
    return at === '::' && dialled.some((item) => this.#isOfThisMachine(item));
  }

  #isOfThisMachine(address: string): boolean {
    if (address.startsWith('127.') || address === '::1') return true;
    const now = this.#now();
    if (Math.abs(now - this.#askedAtMs) > INTERFACES_KEPT_MS) {
      this.#askedAtMs = now;
      this.#interfaces = new Set(
        Object.values(os.networkInterfaces()).flatMap((list) =>
          (list ?? []).map((item) => canonicalAddress(item.address)),
        ),
      );
    }
    return this.#interfaces.has(address);
  }
}

/** The addresses a system dials when it is given this one: the unspecified address means this machine, and so does `localhost` (RFC 6761 §6.3). */
function dialledFor(address: string): readonly string[] {
  if (address === 'localhost' || address.endsWith('.localhost')) return ['127.0.0.1', '::1'];
  const result = canonicalHost(bracketed(address));
  const canonical = result.ok ? result.hostname : address;
  return canonical === '0.0.0.0' ? ['127.0.0.1'] : canonical === '::' ? ['::1', '127.0.0.1'] : [canonical];
}
