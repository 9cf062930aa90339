/**
 * A front that adopts data instead of sockets: requests are written down by a test, what the driver answers is read as
 * lines. `>>` came in, `<<` went out: `>> GET http://a.test/`, `<< 200 OK`, `<< "content"`, `<< end`.
 */
import { duplexPair, PassThrough, type Duplex, type Readable } from 'node:stream';
import type { FieldList } from '../../../http/fields.ts';
import { Head } from '../../../http/head.ts';
import type { ClientReply, ClientRequest, ConnectionContext, Front, FrontHandlers, ReplyEnd } from '../front.ts';

/** Where a scripted connection comes from; without a context it is one to the proxy. */
export interface ScriptedConnection {
  readonly trace: string[];
  readonly client: string;
}

/** A reply, as far as it has come. */
export class ScriptedReply implements ClientReply {
  readonly trace: string[];
  /** Stands before what is said of this exchange: `1 `. */
  readonly #label: string;
  status: number | undefined;
  statusText = '';
  fields: FieldList = [];
  readonly interim: { status: number; fields: FieldList }[] = [];
  readonly chunks: Uint8Array[] = [];
  trailers: FieldList | undefined;
  /** How it ended; undefined while it runs. */
  over: ReplyEnd | undefined;
  /** Resolves with it. */
  readonly ended: Promise<ReplyEnd>;
  #resolveEnded: (end: ReplyEnd) => void = () => undefined;
  #onClose: ((end: ReplyEnd) => void)[] = [];
  #onDrain: (() => void)[] = [];
  #full = false;
  #said = false;
  readonly #fault: (where: string, error: unknown) => void;

  constructor(trace: string[], fault: (where: string, error: unknown) => void, label = '') {
    this.trace = trace;
    this.#label = label;
    this.#fault = fault;
    this.ended = new Promise((resolve) => (this.#resolveEnded = resolve));
  }

  /** The content so far, as latin1 text. */
  get text(): string {
    return Buffer.concat(this.chunks).toString('latin1');
  }

  /** Value of the first line of that name. */
  field(name: string): string | undefined {
    for (let i = 0; i < this.fields.length; i += 2)
      if (this.fields[i]!.toLowerCase() === name.toLowerCase()) return this.fields[i + 1];
    return undefined;
  }

  /** From now on the client takes nothing: `write` answers false. */
  stopReading(): void {
    this.#full = true;
  }

  /** The client has taken everything. */
  readOn(): void {
    this.#full = false;
    this.trace.push(`>> ${this.#label}(reads on)`);
    for (const listener of this.#onDrain) this.#guard('drain', listener);
  }

  /** The client goes away, or is let go because it takes nothing. */
  leave(end: 'broken' | 'stalled' = 'broken'): void {
    if (this.over !== undefined) return;
    this.trace.push(`>> ${this.#label}(${end === 'broken' ? 'gone' : 'stalled'})`);
    this.#close(end);
  }

  inform(status: number, fields: FieldList): void {
    if (this.over !== undefined || this.status !== undefined) return;
    this.interim.push({ status, fields });
    this.trace.push(`<< ${this.#label}${status}`);
  }

  start(status: number, statusText: string, fields: FieldList): void {
    if (this.over !== undefined || this.status !== undefined) return;
    this.status = status;
    this.statusText = statusText;
    this.fields = fields;
    this.trace.push(`<< ${this.#label}${status} ${statusText}`);
  }

  write(chunk: Uint8Array): boolean {
    if (this.#said || this.over !== undefined) return true;
    this.#take(chunk);
    return !this.#full;
  }

  onDrain(listener: () => void): void {
    this.#onDrain.push(listener);
  }

  end(chunk?: Uint8Array, trailers?: FieldList): void {
    if (this.#said || this.over !== undefined) return;
    this.#said = true;
    if (chunk !== undefined) this.#take(chunk);
    this.trailers = trailers;
    this.trace.push(`<< ${this.#label}end`);
    // As with a socket, the end is told after the call that caused it.
    queueMicrotask(() => this.#close('complete'));
  }

  destroy(): void {
    if (this.over !== undefined) return;
    this.trace.push(`<< ${this.#label}(broken)`);
    this.#close('broken');
  }

  onClose(listener: (end: ReplyEnd) => void): void {
    const { over } = this;
    if (over === undefined) this.#onClose.push(listener);
    else this.#guard('close', () => listener(over));
  }

  #take(chunk: Uint8Array): void {
    if (chunk.length === 0) return;
    // Whoever wrote it may use its memory again.
    this.chunks.push(Buffer.from(chunk));
    this.trace.push(`<< ${this.#label}${JSON.stringify(Buffer.from(chunk).toString('latin1'))}`);
  }

  #close(end: ReplyEnd): void {
    if (this.over !== undefined) return;
    this.over = end;
    for (const listener of this.#onClose.splice(0)) this.#guard('close', () => listener(end));
    this.#resolveEnded(end);
  }

  #guard(where: string, run: () => void): void {
    try {
      run();
    } catch (error) {
      this.#fault(where, error);
      this.destroy();
    }
  }
}

/** What a test asks. */
export interface ScriptedRequest {
  fields?: FieldList;
  httpVersion?: '1.0' | '1.1' | '2';
  /** Content: all of it, or a stream that the test writes; without it the request has none. */
  body?: string | Readable;
  /** Name of the exchange in the trace, where several are under way. */
  label?: string;
}

const TO_PROXY: ScriptedConnection = { trace: [], client: '127.0.0.1' };

export class ScriptedFront implements Front<ScriptedConnection> {
  /** All connections together, in the order of events. */
  readonly trace: string[] = [];
  readonly faults: { where: string; error: unknown }[] = [];
  readonly #handlers: FrontHandlers;
  readonly #contexts = new Map<ScriptedConnection, ConnectionContext>();

  constructor(handlers: FrontHandlers) {
    this.#handlers = handlers;
  }

  /** A request: `GET http://a.test/x`. Answers as far as the reply has come when the handler returns. */
  ask(line: string, request: ScriptedRequest = {}, on: ScriptedConnection = this.toProxy()): ScriptedReply {
    const [method = '', target = ''] = line.split(' ');
    const { body, fields = [], httpVersion = '1.1', label } = request;
    const prefix = label === undefined ? '' : `${label} `;
    this.trace.push(`>> ${prefix}${line}`);
    const reply = new ScriptedReply(this.trace, this.#onFault, prefix);
    const context = this.#contexts.get(on);
    const asked: ClientRequest = {
      method,
      target,
      httpVersion,
      head: new Head(fields),
      connection: context,
      clientAddress: context?.client ?? on.client,
      hasBody: body !== undefined,
      openBody: () => {
        if (body !== undefined && typeof body !== 'string') return body;
        const stream = new PassThrough();
        stream.end(body ?? '');
        return stream;
      },
      reply,
    };
    try {
      this.#handlers.onRequest(asked);
    } catch (error) {
      this.#onFault('request', error);
      reply.destroy();
    }
    return reply;
  }

  /** CONNECT, or a request with Upgrade: answers the client's end of the connection that is handed over. */
  takeOver(line: string, fields: FieldList = [], early = '', on: ScriptedConnection = this.toProxy()): Duplex {
    const [method = '', target = ''] = line.split(' ');
    this.trace.push(`>> ${line}`);
    const [socket, remote] = duplexPair();
    const context = this.#contexts.get(on);
    const handler = method === 'CONNECT' ? 'onConnect' : 'onUpgrade';
    this.#handlers[handler]({
      method,
      target,
      httpVersion: '1.1',
      fields,
      connection: context,
      clientAddress: context?.client ?? on.client,
      socket,
      head: Buffer.from(early, 'latin1'),
    });
    return remote;
  }

  toProxy(): ScriptedConnection {
    return { ...TO_PROXY, trace: this.trace };
  }

  /** Requests on this connection are for the origin of the context. */
  adopt(connection: ScriptedConnection, context: ConnectionContext): () => void {
    this.#contexts.set(connection, context);
    return () => this.#contexts.delete(connection);
  }

  /** There is nothing to listen on. */
  listen(): Promise<{ host: string; port: number }> {
    return Promise.resolve({ host: 'script', port: 0 });
  }

  connectionCount(): number {
    return this.#contexts.size;
  }

  stopAccepting(): void {
    // nobody comes by himself
  }

  close(): Promise<void> {
    this.#contexts.clear();
    return Promise.resolve();
  }

  readonly #onFault = (where: string, error: unknown): void => {
    this.faults.push({ where, error });
    this.#handlers.onFault(where, error);
  };
}
