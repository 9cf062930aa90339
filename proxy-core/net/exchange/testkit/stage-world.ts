/**
 * A driver with stages between a scripted front and an origin that is data: what goes in and out on both sides is one
 * list of lines. `>>` the client sends, `<<` it gets, `=>` the origin is asked, `<=` it answers.
 */
import { createCacheEngine } from '../../../cache/cache-engine.ts';
import { LiveSession } from '../../../capture/live-session.ts';
import type { ExchangeDetail } from '../../../contract/exchange.ts';
import { FaultLog } from '../../../contract/faults.ts';
import type { FieldList } from '../../../http/fields.ts';
import { HeldBytes } from '../../fetch/body-fan.ts';
import { ScriptedFront } from '../../front/testkit/scripted-front.ts';
import type { OriginCall, OriginClient, OriginRequest, OriginSink } from '../../origin/origin-client.ts';
import { nameFailure } from '../../origin/proxy-errors.ts';
import { ExchangeDriver } from '../driver.ts';
import { guardObserver } from '../guarded-log.ts';
import type { Stages } from '../stages.ts';

/** One request the origin was asked, answered by the test. */
class ScriptedCall implements OriginCall {
  readonly request: OriginRequest;
  readonly #sink: OriginSink;
  readonly #trace: string[];
  isPaused = false;
  isAborted = false;

  constructor(request: OriginRequest, sink: OriginSink, trace: string[]) {
    this.request = request;
    this.#sink = sink;
    this.#trace = trace;
  }

  /** The fields asked with, as lines. */
  get lines(): string[] {
    const { fields } = this.request;
    return fields.flatMap((name, i) => (i % 2 === 0 ? [`${name}: ${fields[i + 1] ?? ''}`] : []));
  }

  head(status: number, fields: FieldList = []): this {
    this.#trace.push(`<= ${status}`);
    this.#sink.onHead(status, '', fields);
    return this;
  }

  data(text: string): this {
    this.#trace.push(`<= "${text}"`);
    this.#sink.onData(Buffer.from(text));
    return this;
  }

  end(): this {
    this.#trace.push('<= end');
    this.#sink.onEnd([]);
    return this;
  }

  /** The connection breaks. */
  break(): this {
    this.#trace.push('<= (broken)');
    const error = Object.assign(new Error('reset'), { code: 'ECONNRESET' });
    this.#sink.onFailed(nameFailure(error, `${this.request.method} ${this.request.origin}`, false));
    return this;
  }

  pause(): void {
    this.isPaused = true;
  }

  resume(): void {
    this.isPaused = false;
  }

  abort(): void {
    if (!this.isAborted) this.#trace.push('=> (aborted)');
    this.isAborted = true;
  }
}

export function openStageWorld(stages: Stages | undefined) {
  let nowMs = Date.UTC(2026, 0, 1);
  const now = (): number => nowMs;
  const faults = new FaultLog(() => undefined);
  const { report } = faults;
  const session = new LiveSession({
    sessionId: 's',
    now,
    maxRows: () => 1000,
    maxBytes: () => 1e7,
    maxBodyBytes: () => 1e6,
    maxBodyBytesOne: () => 1e4,
    report,
  });
  const calls: ScriptedCall[] = [];
  const held = new HeldBytes(1e6);
  const client: OriginClient = {
    send(request, sink) {
      front.trace.push(`=> ${request.method} ${request.origin}${request.path}`);
      const call = new ScriptedCall(request, sink, front.trace);
      calls.push(call);
      return call;
    },
    reconfigure: () => undefined,
    close: () => Promise.resolve(),
  };
  const driver = new ExchangeDriver({
    engine: createCacheEngine({
      policy: () => ({
        mode: 'standard',
        ttlSeconds: 0,
        maxBodyBytes: 100_000,
        shareAnyway: false,
        cdnCacheControl: false,
        compress: false,
      }),
      budget: () => ({ capacity: 100, maxBytes: 1e6 }),
    }),
    client,
    observer: guardObserver(session, report),
    now,
    wallOffsetMs: () => 0,
    held,
    finishAbandonedBytes: () => 0,
    patienceSeconds: () => 60,
    statusFields: () => true,
    via: (version) => `${version} test`,
    instance: 'nobody',
    address: () => 'here',
    isSelf: () => false,
    isSecret: () => false,
    report,
    stages,
  });
  const front = new ScriptedFront({
    onRequest: (request) => driver.handle(request),
    onConnect: () => undefined,
    onUpgrade: () => undefined,
    onMalformed: () => undefined,
    onFault: report,
    readPatienceMs: () => 60_000,
  });
  return {
    /** Lets time pass, ms. */
    advance: (ms: number): void => {
      nowMs += ms;
    },
    faults,
    front,
    calls,
    driver,
    session,
    held,
    get trace(): string {
      return front.trace.join('\n');
    },
    /** The record of the n-th exchange, from 1. */
    detail: (id: number): ExchangeDetail => {
      const detail = session.detail(id);
      if (detail === undefined) throw new Error(`no exchange ${id}`);
      return detail;
    },
    inFlight: () => session.totals.inFlight,
  };
}

/** Whatever has been promised has come. */
export const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

/** A stage that waits: what it was asked about, and its answer when the test gives it. */
export function waiting<View, Verdict>() {
  const asked: View[] = [];
  const promises: { resolve: (verdict: Verdict) => void; reject: (error: unknown) => void }[] = [];
  return {
    asked,
    stage: (view: View): Promise<Verdict> => {
      asked.push(view);
      return new Promise((resolve, reject) => promises.push({ resolve, reject }));
    },
    /** The first that waits goes on so. */
    give: async (verdict: Verdict): Promise<void> => {
      promises.shift()?.resolve(verdict);
      await settled();
    },
    fail: async (message: string): Promise<void> => {
      promises.shift()?.reject(new Error(message));
      await settled();
    },
  };
}
