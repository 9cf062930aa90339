/**
 * What a front (HTTP/1 today) hands to the exchange driver: a request without any server library's objects behind it,
 * so that another front can take its place without the driver knowing.
 */
import type { Socket } from 'node:net';
import type { Duplex, Readable } from 'node:stream';
import type { FieldList } from '../../http/fields.ts';
import type { ClientPeer } from '../../contract/observer.ts';
import type { TlsFacts } from '../../contract/tls.ts';
import type { Head } from '../../http/head.ts';

/** What is known of a connection before its first request. */
export interface ConnectionContext {
  /** Scheme of what is asked for on it. */
  readonly scheme: 'http' | 'https';
  /** `host[:port]` the client takes us for; absent when only its Host fields say that. */
  readonly authority?: string;
  /** Address of the client, without port. */
  readonly client: string;
  /** The connection to the proxy it came over. */
  readonly peer?: ClientPeer | undefined;
  /** `host:port` of the CONNECT, where the client then named another host in TLS. */
  readonly connect?: string;
  /** What the TLS handshake with the client agreed on, for one exchange after the other. */
  readonly tls?: { next(): TlsFacts };
}

/** Field lines that come again with one reply after the other: those of a stored response. */
export interface KnownFields {
  readonly fields: FieldList;
  /** What a front made of them, for the next time; nobody else's. */
  prepared: unknown;
}

/** The reply side of one request. Nothing of it throws; calls after the client has gone are ignored. */
export interface ClientReply {
  /** An interim (1xx) response. Ignored for HTTP/1.0 clients. */
  inform(status: number, fields: FieldList): void;
  /**
   * Status line and fields; called once. Framing (Content-Length given, else chunked) is the front's work, and so is
   * cleaning what may not stand in a head: `statusText` is text and goes out in UTF-8, field values stand for bytes (latin1). `begin`:
   * lines that `fields` begins with.
   */
  start(status: number, statusText: string, fields: FieldList, begin?: KnownFields): void;
  /** False when the client is slower than this: wait for `onDrain`. */
  write(chunk: Uint8Array): boolean;
  onDrain(listener: () => void): void;
  /** Ends the reply, with a last chunk and trailer fields where the framing allows them. */
  end(chunk?: Uint8Array, trailers?: FieldList): void;
  /** Breaks the connection, so that the client sees an incomplete reply. */
  destroy(): void;
  /** Called once, when the reply is over. */
  onClose(listener: (end: ReplyEnd) => void): void;
}

/**
 * Everything was handed to the system; the connection closed before that; the client stalled and was disconnected; or what
 * it sent as content of the request is malformed.
 */
export type ReplyEnd = 'complete' | 'broken' | 'stalled' | 'malformed';

/** A request as received. */
export interface ClientRequest {
  readonly method: string;
  /** Request target as received: absolute-form for a proxy, origin-form on an adopted connection. */
  readonly target: string;
  /** Of an adopted connection; undefined where the client knows it speaks to a proxy. */
  readonly connection?: ConnectionContext | undefined;
  /** `1.0`, `1.1` or `2`. */
  readonly httpVersion: string;
  /** Fields as received. */
  readonly head: Head;
  readonly clientAddress: string;
  readonly peer?: ClientPeer | undefined;
  readonly hasBody: boolean;
  /** The content; asks a client that waits for it to go on (100 Continue). Call at most once. */
  openBody(): Readable;
  /** What was chosen for it beside its fields; never by a client. */
  readonly chosen?: 'past' | 'refresh' | undefined;
  readonly reply: ClientReply;
}

/** A CONNECT request, or one with Upgrade: the connection itself is handed over. */
export interface ClientTakeover {
  readonly method: string;
  readonly target: string;
  /** As in {@link ClientRequest}. */
  readonly connection?: ConnectionContext | undefined;
  readonly httpVersion: string;
  readonly fields: FieldList;
  readonly clientAddress: string;
  readonly peer?: ClientPeer | undefined;
  readonly socket: Duplex;
  /** Bytes that came right behind the head. */
  readonly head: Uint8Array;
}

/** What a front calls. */
export interface FrontHandlers {
  readonly onRequest: (request: ClientRequest) => void;
  onConnect(request: ClientTakeover): void;
  onUpgrade(request: ClientTakeover): void;
  /** A client has connected: called once for each connection to the proxy, before its first request. */
  readonly onPeer?: ((peer: ClientPeer) => void) | undefined;
  /** Malformed bytes or a request that was refused; the front has answered it (400 and the like). */
  onMalformed(clientAddress: string, problem: string): void;
  /** One of the calls above, or a listener of a reply, threw: the front has answered 500 or broken the connection. */
  onFault(where: string, error: unknown): void;
  /** How long a client may take nothing of a reply that waits for it, ms. */
  readPatienceMs(): number;
}

/** Serves connections that were made elsewhere. */
export interface AdoptingFront<Connection = Socket> {
  /**
   * Serves a connection that was accepted elsewhere (the inside of an intercepted tunnel). Its requests are for the
   * origin named by the context, not for a proxy. What is answered ends the connection behind what is under way on it.
   */
  adopt(connection: Connection, context: ConnectionContext): () => void;
  connectionCount(): number;
  /** Stops accepting; idle connections close at once, busy ones when their reply ends. */
  stopAccepting(): void;
  /** Stops accepting, waits at most `graceMs` for busy connections, then breaks them. */
  close(graceMs: number): Promise<void>;
}

/** A front that listens for connections to the proxy, too. */
export interface Front<Connection = Socket> extends AdoptingFront<Connection> {
  /** Rejects with the system's error (EADDRINUSE, EACCES …). */
  listen(host: string, port: number): Promise<{ host: string; port: number }>;
}
