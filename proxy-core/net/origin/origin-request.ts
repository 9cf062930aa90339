/** What is asked of an origin, and what is told of it: the words between a fetch and the clients that send. */
import type { Duplex, Readable } from 'node:stream';
import type { Dispatcher } from 'undici';
import type { UpstreamConnection } from '../../contract/observer.ts';
import type { FieldList } from '../../http/fields.ts';
import type { UpstreamFailure } from './proxy-errors.ts';
import type { UpstreamRoute } from './upstream-route.ts';
import type { WireControl, WireHandler } from './wire/wire-connection.ts';

/** A request to send. Fields are end-to-end ones; Host and framing are added here. */
export interface OriginRequest {
  method: string;
  /** `http://host:port`. */
  origin: string;
  /** Origin form, or `*`. */
  path: string;
  fields: FieldList;
  body: Readable | null;
  /** Ask for a switch of protocols (`websocket`). */
  upgrade?: string;
}

/**
 * What happens with a request, in this order: dispatched, interim*, head, data*, end | failed. Or upgraded.
 * A sink that throws loses its connection and is told `onFailed`, also after the end it threw at.
 */
export interface OriginSink {
  /** The head goes out over this connection; told again when it has to be sent once more over another one. */
  onDispatched(connection: UpstreamConnection): void;
  /** This connection was opened and given up before anything was sent; a failure follows. */
  onRefused?(connection: UpstreamConnection): void;
  /** What the connection carried for this request; before the end or the failure, once it was dispatched. */
  onBytes?(sent: number, received: number): void;
  onInterim(status: number, fields: FieldList): void;
  onHead(status: number, statusText: string, fields: FieldList): void;
  onData(chunk: Uint8Array): void;
  onEnd(trailers: FieldList): void;
  onFailed(failure: UpstreamFailure): void;
  onUpgraded?(status: number, fields: FieldList, socket: Duplex): void;
}

/** A request under way. */
export interface OriginCall {
  pause(): void;
  resume(): void;
  /** Closes the connection to the origin unless the answer is complete. Nothing is called afterwards. */
  abort(): void;
}

/** Connections within the limit, on top of it, or for another protocol. */
export type AgentKind = 'within' | 'onTop' | 'upgrade';

/** A request as it goes out. */
export type WireRequest = Pick<OriginRequest, 'method' | 'path' | 'fields'>;

/** What requests are sent with, and which way, as the settings stand. */
export interface Agents {
  agent(kind: AgentKind, origin: string, hasBody: boolean): Dispatcher;
  /** Sends a request without content to an origin of `http:` by the own client; absent while undici is to send all. */
  wire?: ((origin: string, request: WireRequest, handler: WireHandler) => WireControl | undefined) | undefined;
  readonly route: UpstreamRoute;
}
