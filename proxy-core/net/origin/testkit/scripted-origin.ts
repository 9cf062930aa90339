/** Origins that are data: what they are asked is a call that a test answers, and what the proxy does with it is told. */
import type { FieldList } from '../../../http/fields.ts';
import type { OriginCall, OriginClient, OriginRequest, OriginSink } from '../origin-client.ts';
import { nameFailure } from '../proxy-errors.ts';

/** One request the origin was asked, answered by the test. */
export class ScriptedCall implements OriginCall {
  readonly request: OriginRequest;
  readonly #sink: OriginSink;
  readonly #told: (what: string) => void;
  isPaused = false;
  isAborted = false;

  /** `told` hears what becomes of the connection: `(pause)`, `(resume)`, `(aborted)`. */
  constructor(request: OriginRequest, sink: OriginSink, told: (what: string) => void) {
    this.request = request;
    this.#sink = sink;
    this.#told = told;
  }

  interim(status: number, fields: FieldList): void {
    this.#sink.onInterim(status, fields);
  }

  head(status: number, fields: FieldList = []): this {
    this.#sink.onHead(status, '', fields);
    return this;
  }

  data(text: string): this {
    this.#sink.onData(Buffer.from(text));
    return this;
  }

  end(trailers: FieldList = []): this {
    this.#sink.onEnd(trailers);
    return this;
  }

  /** The connection breaks, or was never made: `code` as Node or undici have it. */
  break(code = 'ECONNRESET'): this {
    const error = Object.assign(new Error('as the script wants it'), { code });
    this.#sink.onFailed(nameFailure(error, `${this.request.method} ${this.request.origin}${this.request.path}`, false));
    return this;
  }

  pause(): void {
    this.isPaused = true;
    if (!this.isAborted) this.#told('(pause)');
  }

  resume(): void {
    this.isPaused = false;
    if (!this.isAborted) this.#told('(resume)');
  }

  abort(): void {
    if (!this.isAborted) this.#told('(aborted)');
    this.isAborted = true;
  }
}

/** All origins at once; `begin` makes the call of a request, and keeps it. */
export function scriptedOrigin(begin: (request: OriginRequest, sink: OriginSink) => ScriptedCall): OriginClient {
  return { send: begin, reconfigure: () => undefined, close: () => Promise.resolve() };
}
