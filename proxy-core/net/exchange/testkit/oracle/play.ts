/** Plays a scenario with the real driver, tells the reference what happens, and holds what is said against what is so. */
import { toEventRecord } from '../../../../contract/event-record.ts';
import type { ExchangeRecord } from '../../../../capture/record.ts';
import type { ScriptedReply } from '../../../front/testkit/scripted-front.ts';
import type { OriginRequest, OriginSink } from '../../../origin/origin-client.ts';
import { ScriptedCall, scriptedOrigin } from '../../../origin/testkit/scripted-origin.ts';
import { openDriverWorld } from '../driver-world.ts';
import { check } from './check.ts';
import { claimsOf, type Claims } from './claims.ts';
import { valueOf } from './fields.ts';
import type { Call, Exchange, Flight, Seen } from './flights.ts';
import { Reference } from './reference.ts';
import type { Settings } from './settings.ts';
import type { Named, Step } from './steps.ts';
import { leftMs } from './stored.ts';
import type { Tally } from './tally.ts';

/** What lies between the product and whoever judges it: a test puts lies there. */
export type Telling = (claims: Claims, exchange: Exchange) => Claims;

interface OpenCall {
  name: Named;
  call: ScriptedCall;
  flight: Flight | undefined;
  /** How far the answer has come. */
  stage: 'asked' | 'answered' | 'over';
}

const TICK = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));
const numberOf = (id: string): number => Number(id.slice(id.lastIndexOf('-') + 1));
const numberIn = (fields: OriginRequest['fields']): number => Number(valueOf(fields, 'x-id'));

export class Play {
  readonly reference: Reference;
  readonly calls: OpenCall[] = [];
  readonly replies = new Map<number, ScriptedReply>();
  readonly #world: ReturnType<typeof openDriverWorld>;
  readonly #tally: Tally;
  readonly #tell: Telling;
  readonly #capacity: number;
  #made: OpenCall[] = [];
  #finished: ExchangeRecord[] = [];
  readonly #told = new Set<string>();
  readonly #ids = new Map<number, number>();

  constructor(settings: Settings, tally: Tally, tell: Telling = (claims) => claims) {
    this.#tally = tally;
    this.#tell = tell;
    this.#capacity = settings.capacity;
    this.#world = openDriverWorld(
      scriptedOrigin((request, sink) => this.#asked(request, sink)),
      settings,
    );
    this.#world.session.onFinished(({ record }) => this.#finished.push(record));
    this.reference = new Reference(settings, this.#world.now, (kind, text) => tally.contradict(kind, text));
  }

  get nowMs(): number {
    return this.#world.now();
  }

  #asked(request: OriginRequest, sink: OriginSink): ScriptedCall {
    const call = new ScriptedCall(request, sink, () => undefined);
    const n = numberIn(request.fields);
    const nth = this.calls.filter(({ name }) => name.n === n).length;
    const open: OpenCall = { name: { n, nth }, call, flight: undefined, stage: 'asked' };
    request.body?.resume();
    this.calls.push(open);
    this.#made.push(open);
    return call;
  }

  /** False when the step cannot be taken here: what it is about is not there. */
  async play(step: Step): Promise<boolean> {
    this.#made = [];
    const open = 'call' in step ? this.#find(step.call) : undefined;
    if ('call' in step && !this.#isPossible(step, open)) return false;
    const flight = open?.flight;
    switch (step.do) {
      case 'ask':
        this.replies.set(
          step.asked.n,
          this.#world.front.ask(`${step.asked.method} ${step.asked.url}`, {
            fields: ['Host', 'a.test', ...step.asked.fields, 'X-Id', String(step.asked.n)],
            ...(step.asked.content !== undefined && { body: step.asked.content }),
          }),
        );
        await this.#settle();
        this.reference.ask(
          { ...step.asked, fields: [...step.asked.fields, 'X-Id', String(step.asked.n)] },
          this.#seen(),
        );
        break;
      case 'head':
        open!.stage = 'answered';
        open!.call.head(step.status, step.fields);
        await this.#settle();
        if (flight !== undefined) this.reference.head(flight, step, this.#seen());
        break;
      case 'data':
        open!.call.data(step.text);
        await this.#settle();
        if (flight !== undefined) this.reference.data(flight, step.text);
        break;
      case 'end':
        open!.stage = 'over';
        open!.call.end();
        await this.#settle();
        if (flight !== undefined) this.reference.end(flight);
        break;
      case 'break':
        open!.stage = 'over';
        open!.call.break(step.code);
        await this.#settle();
        if (flight !== undefined) this.reference.broken(flight, step.code, this.#seen());
        break;
      case 'wait':
        this.#world.advance(step.ms);
        break;
      case 'leave':
        if (this.replies.get(step.n)?.over !== undefined || !this.replies.has(step.n)) return false;
        this.replies.get(step.n)!.leave('broken');
        await this.#settle();
        this.reference.leave(step.n);
        break;
      case 'purge':
        this.#world.engine.purge({ url: step.url }, false, this.nowMs);
        this.reference.purge(step.url);
        break;
    }
    this.#afterwards();
    return true;
  }

  #find({ n, nth }: Named): OpenCall | undefined {
    return this.calls.find(({ name }) => name.n === n && name.nth === nth);
  }

  #isPossible(step: Step, open: OpenCall | undefined): open is OpenCall {
    if (open === undefined || open.call.isAborted || open.stage === 'over') return false;
    return step.do === 'head' ? open.stage === 'asked' : step.do === 'break' || open.stage === 'answered';
  }

  async #settle(): Promise<void> {
    await TICK();
  }

  #seen(): Seen {
    const calls = this.#made.map(({ name, call }): Call => ({
      n: name.n,
      method: call.request.method,
      url: call.request.origin + call.request.path,
      fields: call.request.fields,
    }));
    return { calls, hasBegun: (n) => this.replies.get(n)?.status !== undefined };
  }

  #afterwards(): void {
    for (const made of this.#made)
      made.flight = this.reference.flights.findLast(({ leader, over }) => !over && leader.n === made.name.n);
    for (const { call, flight, stage } of this.calls)
      if (call.isAborted && flight !== undefined && stage !== 'over' && this.#isLatest(call, flight))
        this.reference.aborted(flight);
    const { failed, engine } = this.#world;
    for (const fault of failed.splice(0)) this.#tally.contradict('fault', fault);
    const { entries } = engine.stats();
    const believed = this.reference.shelf.all.length;
    this.#tally.checked('store');
    if (entries !== believed) {
      if (this.#capacity < 100 && entries === this.#capacity) this.#evict();
      else this.#tally.contradict('store', `${entries} stored, not ${believed}`);
    }
    for (const record of this.#finished.splice(0)) this.#check(record);
  }

  /** A question asked anew is no longer the one that was given up. */
  #isLatest(call: ScriptedCall, flight: Flight): boolean {
    return this.calls.findLast((item) => item.flight === flight)?.call === call;
  }

  /** For want of room something had to go: which, is the cache's choice. */
  #evict(): void {
    for (const record of this.#finished) this.#learn(record);
    const held = this.#world.engine.list({ limit: 100 }).entries.map(({ id, url }) => ({ id: numberOf(id), url }));
    for (const stored of this.reference.shelf.all) {
      // Of what was stored for a client that had left nobody was told the number.
      const known = new Set(this.#ids.values());
      const id =
        this.#ids.get(stored.serial) ?? held.find((item) => item.url === stored.url && !known.has(item.id))?.id;
      if (id !== undefined) this.#ids.set(stored.serial, id);
      if (held.some((item) => item.id === id)) continue;
      const spent = -leftMs(stored, this.nowMs) > 1000 * Math.max(stored.whileRevalidating, stored.ifError);
      this.reference.shelf.drop(stored, { why: spent ? 'expired' : 'capacity', atMs: this.nowMs });
    }
  }

  /** Which entry of the cache is which of the reference's: one always the same. */
  #learn(record: ExchangeRecord): void {
    const { entryId: id } = record;
    const serial = this.#exchangeOf(record)?.expected?.serial;
    if (id === undefined || serial === undefined) return;
    const known = this.#ids.get(serial);
    this.#ids.set(serial, id);
    if (known !== undefined) this.#tally.same('entry', `exchange ${record.id}`, id, known);
  }

  #exchangeOf(record: ExchangeRecord): Exchange | undefined {
    const n = numberIn(record.start.fields);
    const background = record.start.parentId !== undefined;
    return this.reference.exchanges.find((item) => item.n === n && item.background === background);
  }

  #check(record: ExchangeRecord): void {
    const exchange = this.#exchangeOf(record);
    const detail = this.#world.session.detail(record.id);
    if (exchange === undefined || detail === undefined) {
      this.#tally.contradict('exchange', `${record.id} has no counterpart`);
      return;
    }
    if (exchange.unclear === true) {
      this.#told.add(String(exchange.n));
      this.#tally.exchanges++;
      this.#tally.notModelled('several answers under way, one of them shared');
      return;
    }
    this.#learn(record);
    const reply = exchange.background ? undefined : this.replies.get(exchange.n);
    const event = toEventRecord(detail, 's', () => true);
    this.#told.add(`${exchange.n}${exchange.background ? 'b' : ''}`);
    this.#tally.exchanges++;
    check(this.#tell(claimsOf(detail, event, reply), exchange), exchange, this.#tally);
  }

  /** At the end nothing may be left: what is still open is answered before. */
  finish(): void {
    if (this.#world.inFlight() > 0) this.#tally.contradict('exchange', `${this.#world.inFlight()} never ended`);
    for (const { n, background } of this.reference.exchanges)
      if (!this.#told.has(`${n}${background ? 'b' : ''}`)) this.#tally.contradict('exchange', `${n} left no record`);
  }
}
