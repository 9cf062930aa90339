/**
 * Ends the TLS of clients whose tunnels are read: one TLSSocket per connection, with a certificate for the name the
 * client asked for. What is agreed on decides which front serves it.
 */
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import type { ClientPeer } from '../../../contract/observer.ts';
import type { InterceptionStatus, RefusalCause } from '../../../contract/interception.ts';
import type { ReportFault } from '../../../contract/faults.ts';
import type { Authority } from '../../../http/target.ts';
import { setCarrier } from '../../front/break-connection.ts';
import type { ConnectionContext } from '../../front/front.ts';
import type { InterceptPolicy } from '../decide-inside.ts';
import { notRead, type NotRead } from '../decide-inside.ts';
import { causeOf, Refusals } from './refusals.ts';
import { clientTlsOf } from './client-tls.ts';
import type { HostContext, SecureContexts } from './secure-contexts.ts';

/** What is spoken inside (RFC 7301 §6), the best first. */
const PROTOCOLS = ['h2', 'http/1.1', 'http/1.0'] as const;
/** A handshake may take this long, ms. */
const HANDSHAKE_MS = 30_000;

/** A connection that can be asked to end when nothing is under way on it. */
export type Retire = () => void;

/** Who serves connections whose TLS ended here. Each answers how to end one gracefully. */
export interface InsideFronts {
  http1(socket: TLSSocket, context: ConnectionContext): Retire;
  http2(socket: TLSSocket, context: ConnectionContext): Retire;
}

export interface InterceptorOptions {
  contexts: SecureContexts;
  fronts: InsideFronts;
  /** Time of day, unix ms. */
  timeOfDay: () => number;
  report: ReportFault;
}

export interface Handshake {
  socket: Duplex;
  /** What the client asked the proxy for. */
  connect: Authority;
  /** Whom it means: the host of the certificate, and of its requests. */
  authority: Authority;
  serverName: string | undefined;
  client: string;
  peer?: ClientPeer | undefined;
  onRefused: (cause: RefusalCause, text: string, count: number) => void;
}

interface Entry {
  hosts: readonly Authority[];
  retire: Retire;
  isHttp1: boolean;
}

export class Interceptor {
  readonly #options: InterceptorOptions;
  readonly #refusals = new Refusals();
  /** Open connections: what each was opened for, and how to end it. */
  readonly #open = new Map<TLSSocket, Entry>();
  #policy: InterceptPolicy;
  #handshakes = 0;

  constructor(policy: InterceptPolicy, options: InterceptorOptions) {
    this.#policy = policy;
    this.#options = options;
  }

  get policy(): InterceptPolicy {
    return this.#policy;
  }

  /** Why a tunnel to this host is not looked into; undefined when it is. */
  notRead(hostname: string, port: number): NotRead | undefined {
    return notRead(this.#policy, hostname, port);
  }

  /** Another policy: connections it does not want end when what is under way on them is over. */
  apply(policy: InterceptPolicy): void {
    this.#policy = policy;
    for (const { hosts, retire } of this.#open.values())
      if (hosts.some(({ hostname, port }) => this.notRead(hostname, port) !== undefined)) retire();
  }

  /** Another CA: whoever connects from now on sees it, and nobody stays with the old one. */
  retireAll(): void {
    for (const { retire } of this.#open.values()) retire();
  }

  forget(host: string): void {
    this.#refusals.forget(host);
  }

  status(): InterceptionStatus {
    return {
      mode: this.#policy.mode,
      connections: this.#open.size,
      handshakes: this.#handshakes,
      failed: this.#refusals.total,
      certificates: this.#options.contexts.size,
      refusals: this.#refusals.list(),
    };
  }

  /** Connections served as HTTP/1, whose front counts what they came in by as well. */
  get http1Count(): number {
    let count = 0;
    for (const { isHttp1 } of this.#open.values()) if (isHttp1) count++;
    return count;
  }

  /** The certificate for a tunnel's host; throws when there is no CA. */
  prepare(hostname: string): HostContext {
    return this.#options.contexts.for(hostname);
  }

  /** Shakes hands with a client that said a ClientHello, which is in the socket still. */
  take(handshake: Handshake, { context, certificate }: HostContext): void {
    const { authority, connect, serverName } = handshake;
    const { fronts, report, timeOfDay } = this.#options;
    this.#handshakes++;
    const socket = new TLSSocket(handshake.socket, {
      isServer: true,
      secureContext: context,
      ALPNProtocols: [...PROTOCOLS],
    });
    setCarrier(socket, handshake.socket);
    let isUnwanted = false;
    const entry: Entry = {
      hosts: authority === connect ? [authority] : [authority, connect],
      // Before it is secure that has to wait.
      retire: () => {
        isUnwanted = true;
      },
      isHttp1: false,
    };
    this.#open.set(socket, entry);
    let isSecure = false;
    let problem: Error | undefined;
    const timer = setTimeout(() => {
      problem ??= new Error(`no handshake within ${HANDSHAKE_MS / 1000} s`);
      socket.destroy();
    }, HANDSHAKE_MS).unref();
    socket.on('error', (error: Error) => {
      problem ??= error;
    });
    // Node tells errors of TLS by this one until a server takes the connection over, which nobody does here.
    socket.on('_tlsError', (error: Error) => {
      problem ??= error;
      socket.destroy();
    });
    // The connection may be half open: a client that ends it in the middle of the handshake is not waited for.
    socket.once('end', () => {
      if (!isSecure) socket.destroy();
    });
    socket.once('close', () => {
      clearTimeout(timer);
      this.#open.delete(socket);
      handshake.socket.destroy();
      if (isSecure) return;
      const cause = causeOf(problem);
      const { count } = this.#refusals.add(authority.hostname, cause, timeOfDay());
      try {
        handshake.onRefused(cause, problem?.message ?? 'the client closed the connection', count);
      } catch (error) {
        report('a refused handshake', error);
      }
    });
    socket.once('secure', () => {
      isSecure = true;
      clearTimeout(timer);
      const connection: ConnectionContext = {
        scheme: 'https',
        authority: authority.authority,
        client: handshake.client,
        peer: handshake.peer,
        tls: clientTlsOf(socket, certificate, serverName),
        ...(authority !== connect && { connect: connect.authority }),
      };
      try {
        entry.isHttp1 = socket.alpnProtocol !== 'h2';
        entry.retire = !entry.isHttp1 ? fronts.http2(socket, connection) : fronts.http1(socket, connection);
        if (isUnwanted) entry.retire();
      } catch (error) {
        report('an intercepted connection', error);
        socket.destroy();
      }
    });
  }

  /** Breaks what is open. */
  close(): void {
    for (const socket of this.#open.keys()) socket.destroy();
  }
}
