/**
 * One request to an origin, on the own client or on undici's dispatch: one retry for a stale keep-alive connection, interim
 * heads, trailers, backpressure, and a sink that may throw.
 */
import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Dispatcher } from 'undici';
import type { ReportFault } from '../../contract/faults.ts';
import { hasField } from '../../http/fields.ts';
import { parseTarget } from '../../http/target.ts';
import { allowedTrailers, foreignCoding } from '../../http/trailers.ts';
import { CertificateError } from './certificate-facts.ts';
import { connectionOf, type ConnectionFacts } from './origin-connection.ts';
import type { Agents, OriginCall, OriginRequest, OriginSink } from './origin-request.ts';
import type { Seat, Seats } from './origin-seats.ts';
import { wrongCredentials } from './proxy-handshake.ts';
import { internalFailure, nameFailure } from './proxy-errors.ts';
import { ASTERISK, onSending, toFieldList } from './undici-hooks.ts';
import { basicCredentials, type UpstreamProxy } from './upstream-route.ts';
import type { WireControl, WireHandler } from './wire/wire-connection.ts';

/** Methods that may be sent twice without harm (RFC 9110 §9.2.2). */
const IDEMPOTENT = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PUT', 'DELETE']);

/** The other side ended the connection, as undici and the own client call it. */
const ENDED: ReadonlySet<unknown> = new Set(['UND_ERR_SOCKET', 'BSDM_REPLY_ENDED']);

const ABORTED = Object.assign(new Error('the client went away'), { code: 'BSDM_CLIENT_GONE' });

export class Call implements OriginCall, Dispatcher.DispatchHandler, WireHandler {
  readonly #agents: Agents;
  #relief = false;
  readonly #seats: Seats;
  #seat: Seat | undefined;
  readonly #request: OriginRequest;
  readonly #sink: OriginSink;
  #controller: Dispatcher.DispatchController | undefined;
  /** The same on the own client. */
  #wire: WireControl | undefined;
  #over = false;
  #retried = false;
  #gotHead = false;
  /** The answer has no length of its own: the end of the connection is its end. */
  #endsWithConnection = false;
  #paused = false;
  #connection: ConnectionFacts | undefined;
  /** The proxy further up that takes the request itself. */
  #forwarder: UpstreamProxy | undefined;

  /** The turn in which a stream is opened for it. */
  #isOpening = false;
  #givenUp = false;

  readonly #report: ReportFault;
  #crashed = false;

  constructor(agents: Agents, seats: Seats, request: OriginRequest, sink: OriginSink, report: ReportFault) {
    this.#agents = agents;
    this.#seats = seats;
    this.#request = request;
    this.#sink = sink;
    this.#report = report;
  }

  get #what(): string {
    return `${this.#request.method} ${this.#request.origin}${this.#request.path}`;
  }

  /** The sink threw: the exception ends here, for undici would let some of them end the process. */
  #crash(where: string, error: unknown): void {
    this.#report(`an origin's answer (${where})`, error);
    if (this.#crashed) return;
    this.#crashed = true;
    const begun = !this.#over;
    this.#end();
    try {
      this.#sink.onFailed(internalFailure(error, this.#what));
    } catch (further) {
      this.#report("an origin's answer (onFailed)", further);
    }
    // Not in this turn: undici may be in the middle of writing the head.
    if (begun) queueMicrotask(() => this.#giveUp());
  }

  /** Waits for a connection, then sends. */
  begin(): void {
    const seat = this.#seats.enter(this.#request.origin, (relief) => {
      this.#relief = relief;
      this.#dispatch();
    });
    if (this.#over) seat.leave();
    else this.#seat = seat;
  }

  /** Nothing more comes: the connection is another's. */
  #end(): void {
    this.#over = true;
    this.#seat?.leave();
    this.#seat = undefined;
  }

  #dispatch(): void {
    const { origin, method, body, upgrade } = this.#request;
    try {
      const { path, fields } = this.#asSent();
      if (this.#agents.wire !== undefined && body === null && upgrade === undefined && origin.startsWith('http:')) {
        this.#wire = undefined;
        const control = this.#agents.wire(origin, { method, path, fields }, this);
        // Told of its connection already, or failed, when it is undefined.
        this.#wire ??= control;
        return;
      }
      this.#agents
        .agent(upgrade !== undefined ? 'upgrade' : this.#relief ? 'onTop' : 'within', origin, body !== null)
        .dispatch(
          {
            origin,
            path: path === '*' ? ASTERISK : path,
            method,
            headers: fields as string[],
            body,
            ...(upgrade !== undefined && { upgrade }),
          },
          this,
        );
    } catch (error) {
      this.#fail(error);
    }
  }

  /** A proxy further up that takes the request itself is sent the whole URL (RFC 9112 §3.2.2), and who asks. */
  #asSent(): Pick<OriginRequest, 'path' | 'fields'> {
    const { origin, path, fields, upgrade } = this.#request;
    const { route } = this.#agents;
    if (!route.isSet || upgrade !== undefined) return this.#request;
    const parsed = parseTarget(origin);
    if (!parsed.ok) return this.#request;
    const { scheme, hostname, port } = parsed.target;
    const proxy = route.forwarding(scheme, hostname, port);
    if (proxy === undefined) return this.#request;
    this.#forwarder = proxy;
    const credentials = basicCredentials(proxy);
    return {
      path: path === '*' ? origin : origin + path,
      fields: credentials === undefined ? fields : [...fields, 'Proxy-Authorization', credentials],
    };
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller;
    if (this.#over) controller.abort(ABORTED);
    else onSending((socket) => this.#sentOver(connectionOf(socket)));
  }

  onSent(connection: ConnectionFacts, control: WireControl): void {
    this.#wire = control;
    if (this.#over) control.abort(this);
    else this.#sentOver(connection);
  }

  onReplyHead(status: number, statusText: string, fields: string[]): void {
    if (!this.#over) this.#replyHead(status, statusText, fields);
  }

  onContent(chunk: Uint8Array): void {
    if (!this.#over) this.#content(chunk);
  }

  onContentEnd(trailers: string[]): void {
    if (!this.#over) this.#contentEnd(trailers);
  }

  onBroken(error: Error): void {
    this.#fail(error);
  }

  /** The head is written to this connection next. */
  #sentOver(connection: ConnectionFacts | undefined): void {
    this.#connection = connection;
    if (connection?.isShared === true) this.#opening();
    try {
      this.#sink.onDispatched(connection?.begin() ?? { address: '', reused: false });
    } catch (error) {
      this.#crash('onDispatched', error);
    }
  }

  #tellBytes(): void {
    // Of a connection with many exchanges at a time it is not known which bytes are whose.
    if (this.#connection === undefined || this.#connection.isShared) return;
    try {
      this.#sink.onBytes?.(this.#connection.bytesSent, this.#connection.bytesReceived);
    } catch (error) {
      // Not essential: the response itself continues.
      this.#report("an origin's answer (onBytes)", error);
    }
  }

  onResponseStart(
    controller: Dispatcher.DispatchController,
    status: number,
    _headers: unknown,
    statusText?: string,
  ): void {
    if (this.#over) return;
    this.#connection?.onResponse?.();
    const fields = toFieldList(controller.rawHeaders);
    const isShared = this.#connection?.isShared === true;
    this.#endsWithConnection =
      !isShared &&
      !hasField(fields, 'content-length') &&
      !hasField(fields, 'transfer-encoding') &&
      status !== 204 &&
      status !== 304 &&
      this.#request.method !== 'HEAD';
    // HTTP/2 has no reason phrases (RFC 9113 §8.3.1).
    this.#replyHead(status, (isShared ? STATUS_CODES[status] : statusText) ?? '', fields);
    if (this.#paused) controller.pause();
  }

  #replyHead(status: number, statusText: string, fields: string[]): void {
    if (status < 100 || status > 599) {
      // Neither forwardable nor storable (RFC 9110 §15); three digits is all the parser asks for.
      this.#refuse(Object.assign(new Error(`its status is ${status}`), { code: 'BSDM_BAD_STATUS' }));
      return;
    }
    if (status < 200) {
      try {
        this.#sink.onInterim(status, fields);
      } catch (error) {
        this.#crash('onInterim', error);
      }
      return;
    }
    if (status === 407 && this.#forwarder !== undefined) {
      // What the proxy further up asks for is not for the client to give.
      this.#refuse(wrongCredentials(this.#forwarder));
      return;
    }
    const coding = foreignCoding(fields);
    if (coding !== undefined) {
      this.#refuse(Object.assign(new Error(coding), { code: 'BSDM_TRANSFER_CODING' }));
      return;
    }
    this.#gotHead = true;
    try {
      this.#sink.onHead(status, statusText, fields);
    } catch (error) {
      this.#crash('onHead', error);
    }
  }

  /** An answer that nothing is made of. */
  #refuse(error: unknown): void {
    this.#fail(error);
    this.#giveUp();
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    if (this.#over) return;
    this.#content(chunk);
    if (this.#paused) controller.pause();
  }

  #content(chunk: Uint8Array): void {
    try {
      this.#sink.onData(chunk);
    } catch (error) {
      this.#crash('onData', error);
    }
  }

  onResponseEnd(controller: Dispatcher.DispatchController): void {
    if (this.#over) return;
    // undici completes such an answer by a reset as well (RFC 9112 §8: then it is incomplete).
    if (this.#endsWithConnection && this.#connection?.ended === false) {
      this.#fail(Object.assign(new Error('the connection was reset'), { code: 'ECONNRESET' }));
      return;
    }
    this.#contentEnd(toFieldList(controller.rawTrailers));
  }

  #contentEnd(trailers: string[]): void {
    this.#end();
    this.#tellBytes();
    try {
      this.#sink.onEnd(trailers.length === 0 ? trailers : allowedTrailers(trailers));
    } catch (error) {
      this.#crash('onEnd', error);
    }
  }

  onRequestUpgrade(controller: Dispatcher.DispatchController, status: number, _headers: unknown, socket: Duplex): void {
    if (this.#over || !this.#sink.onUpgraded) {
      socket.destroy();
      return;
    }
    this.#end();
    this.#tellBytes();
    try {
      this.#sink.onUpgraded(status, toFieldList(controller.rawHeaders), socket);
    } catch (error) {
      socket.destroy();
      this.#crash('onUpgraded', error);
    }
  }

  onResponseError(_controller: Dispatcher.DispatchController, error: Error): void {
    this.#fail(error);
  }

  #fail(error: unknown): void {
    if (this.#over) return;
    if (this.#mayRetry(error)) {
      this.#retried = true;
      this.#dispatch();
      return;
    }
    this.#end();
    this.#tellBytes();
    try {
      if (error instanceof CertificateError && error.connection !== undefined) this.#sink.onRefused?.(error.connection);
      this.#sink.onFailed(nameFailure(this.#causeOf(error), this.#what, this.#gotHead));
    } catch (further) {
      this.#crash('onFailed', further);
    }
  }

  /** An alert of the server comes before the end of its connection, and says more. */
  #causeOf(error: unknown): unknown {
    const isEnd = error instanceof Error && 'code' in error && ENDED.has(error.code);
    return isEnd && !this.#gotHead ? (this.#connection?.failure ?? error) : error;
  }

  /** An idle connection may die just as a request is written to it: then nothing was received and trying once more is safe. */
  #mayRetry(error: unknown): boolean {
    if (this.#retried || this.#gotHead || this.#request.body !== null || !IDEMPOTENT.has(this.#request.method))
      return false;
    if (typeof error !== 'object' || error === null || !('code' in error)) return false;
    if (error.code === 'ECONNRESET' || error.code === 'EPIPE') return true;
    if (!ENDED.has(error.code)) return false;
    // A fresh connection that closes is the origin's answer.
    return this.#connection?.reused === true;
  }

  pause(): void {
    if (this.#paused) return;
    this.#paused = true;
    if (this.#seat !== undefined) this.#seats.pause(this.#seat);
    this.#controller?.pause();
    this.#wire?.pause(this);
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#seat?.resume();
    this.#controller?.resume();
    this.#wire?.resume(this);
  }

  abort(): void {
    if (this.#over) return;
    this.#end();
    this.#tellBytes();
    this.#giveUp();
  }

  /** undici loses a stream that is given up while it is opened, and its next error would end the process. */
  #giveUp(): void {
    this.#wire?.abort(this);
    if (this.#isOpening) this.#givenUp = true;
    else this.#controller?.abort(ABORTED);
  }

  #opening(): void {
    this.#isOpening = true;
    setImmediate(() => {
      this.#isOpening = false;
      if (this.#givenUp) this.#controller?.abort(ABORTED);
    });
  }
}
