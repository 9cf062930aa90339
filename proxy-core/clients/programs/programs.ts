/**
 * Finds out which programs the clients are: once for each connection from this machine, beside the exchanges and never in
 * their way. Those that connect while the system is being asked wait for the next time; the more that costs, the longer it
 * rests, and who does not fit in meanwhile stays unknown.
 */
import { setTimeout as pause } from 'node:timers/promises';
import type { ReportFault } from '../../contract/faults.ts';
import type { ClientPeer } from '../../contract/observer.ts';
import type { Owners } from './wanted.ts';

/** Connections that wait to be asked about. */
const MAX_WAITING = 256;
/** Rest between two times, ms, and as a multiple of what the last one took: at most a twentieth of a processor. */
const REST_MS = 20;
const REST_TIMES = 20;
const MAX_REST_MS = 5000;

/** Only of these does this machine know the program. */
const isLoopback = (address: string): boolean => address === '::1' || address.startsWith('127.');

export class Programs {
  readonly #owners: Owners | undefined;
  readonly #known: (peer: ClientPeer) => void;
  readonly #report: ReportFault;
  readonly #rest: (ms: number) => Promise<unknown>;
  #waiting: { peer: ClientPeer; proxyPort: number }[] = [];
  #isAsking = false;
  /** Connections nobody asked about: too many came at once. */
  skipped = 0;

  /** `known` is told when a peer's program is known, or will not be. */
  constructor(
    owners: Owners | undefined,
    known: (peer: ClientPeer) => void,
    report: ReportFault,
    rest: (ms: number) => Promise<unknown> = (ms) => pause(ms, undefined, { ref: false }),
  ) {
    this.#owners = owners;
    this.#known = known;
    this.#report = report;
    this.#rest = rest;
  }

  /** A client has connected to this port of the proxy. Returns at once. */
  look(peer: ClientPeer, proxyPort: number): void {
    if (this.#owners === undefined || !isLoopback(peer.address)) return;
    if (this.#waiting.length >= MAX_WAITING) {
      this.skipped++;
      return;
    }
    peer.pending = true;
    this.#waiting.push({ peer, proxyPort });
    if (this.#isAsking) return;
    this.#isAsking = true;
    // What came in one go is asked about in one go, and the first request is answered before.
    setImmediate(() => void this.#ask(this.#owners!));
  }

  async #ask(owners: Owners): Promise<void> {
    while (this.#waiting.length > 0) {
      const asked = this.#waiting;
      this.#waiting = [];
      const began = performance.now();
      for (const proxyPort of new Set(asked.map((one) => one.proxyPort)))
        await this.#name(
          owners,
          asked.filter((one) => one.proxyPort === proxyPort).map(({ peer }) => peer),
          proxyPort,
        );
      const rest = (performance.now() - began) * REST_TIMES;
      await this.#rest(Math.min(MAX_REST_MS, Math.max(REST_MS, rest)));
    }
    this.#isAsking = false;
  }

  async #name(owners: Owners, peers: readonly ClientPeer[], proxyPort: number): Promise<void> {
    try {
      const found = await owners(peers, proxyPort);
      for (const peer of peers) peer.program = found.get(peer.port);
    } catch (error) {
      this.#report('looking for the programs of clients', error);
    }
    for (const peer of peers) {
      peer.pending = false;
      try {
        this.#known(peer);
      } catch (error) {
        this.#report('telling of a client', error);
      }
    }
  }
}
