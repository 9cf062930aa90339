/**
 * A driver with stages between a scripted front and an origin that is data: what goes in and out on both sides is one
 * list of lines. `>>` the client sends, `<<` it gets, `=>` the origin is asked, `<=` it answers.
 */
import type { ExchangeDetail } from '../../../contract/exchange.ts';
import type { FieldList } from '../../../http/fields.ts';
import { ScriptedCall, scriptedOrigin } from '../../origin/testkit/scripted-origin.ts';
import type { Stages } from '../stages.ts';
import { openDriverWorld } from './driver-world.ts';

/** A call whose answers are lines of the trace as well. */
class ToldCall extends ScriptedCall {
  readonly #trace: string[];

  constructor(request: ScriptedCall['request'], sink: ConstructorParameters<typeof ScriptedCall>[1], trace: string[]) {
    // Pauses are looked at where they matter.
    super(request, sink, (what) => what === '(aborted)' && trace.push(`=> ${what}`));
    this.#trace = trace;
  }

  /** The fields asked with, as lines. */
  get lines(): string[] {
    const { fields } = this.request;
    return fields.flatMap((name, i) => (i % 2 === 0 ? [`${name}: ${fields[i + 1] ?? ''}`] : []));
  }

  override head(status: number, fields: FieldList = []): this {
    this.#trace.push(`<= ${status}`);
    return super.head(status, fields);
  }

  override data(text: string): this {
    this.#trace.push(`<= "${text}"`);
    return super.data(text);
  }

  override end(): this {
    this.#trace.push('<= end');
    return super.end();
  }

  override break(): this {
    this.#trace.push('<= (broken)');
    return super.break();
  }
}

export function openStageWorld(stages: Stages | undefined) {
  const calls: ToldCall[] = [];
  const client = scriptedOrigin((request, sink) => {
    const { trace } = world.front;
    trace.push(`=> ${request.method} ${request.origin}${request.path}`);
    const call = new ToldCall(request, sink, trace);
    calls.push(call);
    return call;
  });
  const world = openDriverWorld(client, {}, stages);
  return {
    ...world,
    calls,
    get trace(): string {
      return world.front.trace.join('\n');
    },
    /** The record of the n-th exchange, from 1. */
    detail: (id: number): ExchangeDetail => {
      const detail = world.session.detail(id);
      if (detail === undefined) throw new Error(`no exchange ${id}`);
      return detail;
    },
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
