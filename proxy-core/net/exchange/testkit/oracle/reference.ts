/**
 * The cache as RFC 9111 has it, next to the real one: is told what clients ask, what origins answer and what passes between,
 * sees what the real one asked of the origin, and says what must be said of each exchange.
 */
import { requestDirectives } from './directives.ts';
import { fromNobody, fromOrigin, fromStored, refused, unanswered, type Expected } from './expected.ts';
import { without, type Answered, type Asked } from './fields.ts';
import { compareFields, type Exchange, type Flight, type Report, type Seen } from './flights.ts';
import { FAILURES, judge, judgeFailure, type Verdict } from './judging.ts';
import { join } from './numbers.ts';
import { CONDITIONS, numbersOf, planFor, type Plan } from './planning.ts';
import type { Settings } from './settings.ts';
import { isPlain, mayShare } from './sharing.ts';
import { Shelf } from './shelf.ts';
import { ageSeconds, leftMs, type Stored } from './stored.ts';

export class Reference {
  readonly shelf = new Shelf();
  readonly exchanges: Exchange[] = [];
  readonly flights: Flight[] = [];
  readonly #settings: Settings;
  readonly #now: () => number;
  readonly #report: Report;

  constructor(settings: Settings, now: () => number, report: Report) {
    this.#settings = settings;
    this.#now = now;
    this.#report = report;
  }

  #plan(asked: Asked): Plan {
    const { shelf } = this;
    const under = shelf.under(asked.url);
    const plan = planFor(asked, under, shelf.gone(asked.url), this.#settings, this.#now());
    return { ...plan, near: { under, urls: shelf.all.map(({ url }) => url), gone: shelf.gone(asked.url) } };
  }

  /** A client asks. */
  ask(asked: Asked, seen: Seen): Exchange {
    const plan = this.#plan(asked);
    const exchange: Exchange = {
      n: asked.n,
      background: false,
      asked,
      plan,
      looks: [plan],
      waitsFor: [],
      expected: undefined,
      left: false,
    };
    this.exchanges.push(exchange);
    this.#begin(exchange, seen, true);
    return exchange;
  }

  #begin(exchange: Exchange, seen: Seen, mayWait: boolean): void {
    const { asked, plan } = exchange;
    const calls = seen.calls.filter(({ n }) => n === exchange.n);
    const nowMs = this.#now();
    const { stored } = plan;
    switch (plan.kind) {
      case 'refuse':
        exchange.expected = refused(asked, plan);
        this.#expectCalls(exchange, calls.length, 0);
        return;
      case 'serve':
        exchange.expected = fromStored(asked, plan, stored!, { outcome: undefined, ...plan, hit: true }, nowMs);
        this.#expectCalls(exchange, calls.length, 0);
        return;
      case 'serve-and-revalidate':
        exchange.expected = fromStored(asked, plan, stored!, { outcome: 'STALE', ...plan, hit: true }, nowMs);
        this.#revalidate(exchange, calls);
        return;
      default:
        if (calls.length > 0) this.#takeOff(exchange, calls, mayWait);
        else if (mayWait) this.#wait(exchange, seen);
        else this.#report('asked', `${exchange.n} neither asked nor answered`);
    }
  }

  #expectCalls(exchange: Exchange, was: number, wanted: number): void {
    if (was !== wanted) this.#report('asked', `${exchange.n}: the origin was asked ${was} times, not ${wanted}`);
  }

  /** Its own question to the origin. */
  #takeOff(exchange: Exchange, calls: Seen['calls'], mayWait = true): Flight {
    this.#expectCalls(exchange, calls.length, 1);
    const { plan } = exchange;
    compareFields(exchange.n, plan.fields, calls[0]!.fields, this.#report);
    const { mark } = this.shelf;
    const flight: Flight = {
      leader: exchange,
      plan,
      sentMs: this.#now(),
      mark,
      answered: undefined,
      answeredMs: 0,
      ticket: undefined,
      streams: [],
      over: false,
      open: mayWait && isPlain(exchange),
    };
    this.flights.push(flight);
    return flight;
  }

  #revalidate(parent: Exchange, calls: Seen['calls']): void {
    const { asked, plan } = parent;
    if (calls.length === 0) {
      if (this.#underWay(asked).length === 0) this.#report('asked', `${parent.n}: stale, and nobody asks`);
      return;
    }
    const background: Exchange = {
      n: parent.n,
      background: true,
      asked: { ...asked, fields: without(asked.fields, [...CONDITIONS, 'range']) },
      plan: { ...plan, kind: 'validate', reasons: new Set(['background-validation']) },
      looks: [plan],
      waitsFor: [],
      expected: undefined,
      left: false,
    };
    this.exchanges.push(background);
    this.#takeOff(background, calls);
  }

  #underWay({ method, url }: Asked): Flight[] {
    return this.flights.filter(
      ({ over, leader }) => !over && leader.asked.method === method && leader.asked.url === url,
    );
  }

  /** It did not ask: it waits for another one's answer, or gets what is on its way already. */
  #wait(exchange: Exchange, seen: Seen): void {
    const flights = this.#underWay(exchange.asked);
    if (!seen.hasBegun(exchange.n)) {
      exchange.waitsFor = flights.filter(({ answered }) => answered === undefined);
      if (exchange.waitsFor.length === 0) this.#report('asked', `${exchange.n} waits for nothing`);
      return;
    }
    const sharing = flights.filter((item) => item.ticket !== undefined && this.#mayShare(exchange, item));
    if (sharing.length > 1) exchange.unclear = true;
    const flight = sharing.findLast(({ open }) => open) ?? sharing.at(-1);
    if (flight === undefined) this.#report('collapsed', `${exchange.n} was given what it may not share`);
    else this.#stream(exchange, flight, this.#reasonsFor(exchange, flight), true);
  }

  #mayShare({ asked }: Exchange, flight: Flight): boolean {
    const { ticket } = flight;
    if (ticket === undefined || this.shelf.isChangedSince(ticket.stored.url, ticket.mark)) return false;
    return mayShare(asked, flight, this.#settings, this.#now());
  }

  /** Why an exchange that shares an answer got it: by its own look into the store. */
  #reasonsFor({ plan }: Exchange, { leader }: Flight): ReadonlySet<string> {
    return plan.kind === 'validate' && leader.plan.kind === 'validate'
      ? new Set([...plan.reasons, 'validation-changed'])
      : plan.reasons;
  }

  #stream(
    exchange: Exchange,
    flight: Flight,
    reasons: ReadonlySet<string>,
    collapsed: boolean,
    numbers = exchange.plan.numbers,
  ): Expected {
    const kept = flight.ticket?.stored;
    const { asked, plan } = exchange;
    exchange.expected = fromOrigin(asked, plan, flight.answered!, { reasons, numbers, kept, collapsed }, this.#now());
    exchange.waitsFor = [];
    // Made for another request some time ago: its age goes along.
    if (collapsed && this.#now() > flight.answeredMs) exchange.expected.age = String(ageSeconds(kept!, this.#now()));
    flight.streams.push(exchange);
    return exchange.expected;
  }

  /** The head of an answer came. */
  head(flight: Flight, answered: Answered, seen: Seen): void {
    const { leader, plan } = flight;
    const nowMs = this.#now();
    const overtaken = plan.kind !== 'bypass' && this.shelf.isChangedSince(leader.asked.url, flight.mark);
    const verdict = judge(
      plan,
      { asked: leader.asked, answered, sentMs: flight.sentMs, arrivedMs: nowMs },
      this.#settings,
    );
    this.shelf.invalidate(leader.asked, answered.status, answered.fields, nowMs);
    if (verdict.kind === 'again') {
      this.#askAgain(flight, verdict, seen);
      return;
    }
    flight.answered = answered;
    flight.answeredMs = nowMs;
    const waiting = this.#waiting(flight, seen);
    // By then what is stored is older.
    if (plan.stored !== undefined)
      for (const member of [leader, ...waiting])
        member.looks.push({ ...plan, numbers: numbersOf(plan.stored, requestDirectives(leader.asked.fields), nowMs) });
    switch (verdict.kind) {
      case 'store':
        if (!overtaken) {
          const ttl = Math.floor(leftMs(verdict.stored, nowMs) / 1000);
          flight.ticket = { stored: verdict.stored, mark: this.shelf.mark, ttl };
        }
        this.#answer(leader, flight, overtaken ? new Set(['invalidated-meanwhile']) : verdict.reasons, verdict);
        break;
      case 'pass':
        if (verdict.outdates) this.shelf.drop(plan.stored!);
        this.#answer(leader, flight, verdict.reasons, verdict);
        break;
      case 'freshened':
        if (verdict.by.fate === 'updated') this.shelf.update(verdict.by.stored);
        else if (verdict.by.fate === 'removed') this.shelf.drop(plan.stored!);
        this.#standIn(flight, verdict.by.stored, 'REVALIDATED', verdict, answered);
        break;
      case 'stale':
        this.#standIn(flight, verdict.stored, 'STALE', verdict, answered);
        break;
    }
    for (const waiter of waiting) this.#tell(waiter, flight, seen);
  }

  #askAgain(flight: Flight, verdict: Verdict & { kind: 'again' }, seen: Seen): void {
    const { leader, plan } = flight;
    flight.plan = {
      ...plan,
      kind: 'fetch',
      reasons: verdict.reasons,
      numbers: verdict.numbers,
      fields: verdict.fields,
    };
    flight.sentMs = this.#now();
    flight.mark = this.shelf.mark;
    const calls = seen.calls.filter(({ n }) => n === leader.n);
    this.#expectCalls(leader, calls.length, 1);
    if (calls[0] !== undefined) compareFields(leader.n, flight.plan.fields, calls[0].fields, this.#report);
  }

  /** The leader gets the origin's answer. */
  #answer(leader: Exchange, flight: Flight, reasons: ReadonlySet<string>, verdict: Verdict): void {
    if (leader.left) return;
    const expected = this.#stream(leader, flight, reasons, false, verdict.numbers);
    if (verdict.kind === 'store') expected.judged = verdict.stored;
    // Nobody reads what is not stored.
    if (leader.background && flight.ticket === undefined) flight.streams = [];
  }

  /** The leader gets what is stored; the question is over with that. */
  #standIn(
    flight: Flight,
    stored: Stored,
    outcome: 'STALE' | 'REVALIDATED',
    verdict: Verdict,
    answered: Answered,
  ): void {
    const { leader } = flight;
    flight.over = true;
    if (leader.left) return;
    const { asked, plan } = leader;
    leader.expected = fromStored(asked, plan, stored, { outcome, ...verdict, hit: false, answered }, this.#now());
  }

  /** Who was waiting for this: something happened to them now. The others wait for something else. */
  #waiting(flight: Flight, seen: Seen): Exchange[] {
    const out: Exchange[] = [];
    for (const exchange of this.exchanges) {
      if (!exchange.waitsFor.includes(flight)) continue;
      if (seen.hasBegun(exchange.n) || seen.calls.some(({ n }) => n === exchange.n)) out.push(exchange);
      else {
        exchange.waitsFor = exchange.waitsFor.filter((item) => item !== flight);
        if (exchange.waitsFor.length === 0) this.#report('asked', `${exchange.n} waits for nothing any more`);
      }
    }
    return out;
  }

  /** One who waited shares the answer, or looks into the store again and goes on alone. */
  #tell(waiter: Exchange, flight: Flight, seen: Seen): void {
    waiter.waitsFor = [];
    const asks = seen.calls.some(({ n }) => n === waiter.n);
    if (!asks && this.#mayShare(waiter, flight)) {
      this.#stream(waiter, flight, this.#reasonsFor(waiter, flight), true);
      return;
    }
    waiter.plan = this.#plan(waiter.asked);
    waiter.looks.push(waiter.plan);
    this.#begin(waiter, seen, false);
  }

  /** Content came. */
  data(flight: Flight, text: string): void {
    const { ticket } = flight;
    if (flight.over || ticket === undefined) return;
    const { stored } = ticket;
    ticket.stored = { ...stored, content: stored.content + text };
    if (ticket.stored.content.length > this.#settings.maxBodyBytes) this.#giveUp(flight, 'body-over-limit');
  }

  #giveUp(flight: Flight, why: string): void {
    if (flight.ticket === undefined) return;
    flight.ticket = undefined;
    const limit = { limit: [this.#settings.maxBodyBytes], size: [] };
    for (const { expected } of flight.streams)
      if (expected !== undefined) {
        expected.reasons = new Set([why]);
        expected.numbers = join(expected.numbers, limit);
      }
    if (why === 'body-over-limit') flight.streams = flight.streams.filter(({ background }) => !background);
  }

  /** The answer is complete. */
  end(flight: Flight): void {
    const { ticket, leader } = flight;
    if (flight.over) return;
    flight.over = true;
    if (ticket === undefined) return;
    if (this.shelf.isChangedSince(ticket.stored.url, ticket.mark)) {
      this.#giveUp(flight, 'invalidated-meanwhile');
      return;
    }
    const { part, content, headOnly } = ticket.stored;
    if (part !== undefined && content.length !== part.last - part.first + 1) {
      for (const { expected } of flight.streams) if (expected !== undefined) expected.reasons = new Set(['partial']);
      return;
    }
    const validated = flight.plan.stored;
    const before = this.shelf.under(leader.asked.url).find(({ serial }) => serial === validated?.serial);
    const kept = this.shelf.put(headOnly ? { ...ticket.stored, content: '' } : ticket.stored, leader.asked, validated);
    for (const { expected } of flight.streams)
      if (expected !== undefined) {
        expected.serial = kept.serial;
        expected.ttl = expected.header?.ttl ?? ticket.ttl;
        expected.sameContent = before === undefined ? undefined : before.content === content;
      }
  }

  /** The connection to the origin broke, or was never made. */
  broken(flight: Flight, code: string, seen: Seen): void {
    if (flight.over) return;
    flight.over = true;
    const { name } = FAILURES[code]!;
    if (flight.answered !== undefined) {
      this.#giveUp(flight, 'incomplete');
      for (const exchange of flight.streams) this.#brokenOff(exchange, code, name);
      return;
    }
    const { leader } = flight;
    for (const member of [...(leader.left ? [] : [leader]), ...this.#waiting(flight, seen)]) {
      const { asked, plan } = member;
      member.waitsFor = [];
      const failure = judgeFailure(plan, asked, code, this.#now());
      member.expected =
        failure.kind === 'stale'
          ? fromStored(asked, plan, failure.stored, { outcome: 'STALE', ...failure, hit: false }, this.#now())
          : fromNobody(asked, plan, { ...failure, name });
    }
  }

  #brokenOff({ expected, background }: Exchange, code: string, name: string): void {
    if (expected === undefined) return;
    expected.error = name;
    expected.state = 'failed';
    if (!background) return;
    expected.outcome = 'ERROR';
    expected.status = FAILURES[code]!.status;
    expected.numbers = join(expected.numbers, { status: [...(expected.numbers.status ?? []), expected.status] });
  }

  /** The client went away before the end of its exchange. */
  leave(n: number): void {
    const exchange = this.exchanges.find((item) => item.n === n && !item.background);
    if (exchange === undefined) return;
    exchange.left = true;
    exchange.waitsFor = [];
    if (exchange.expected === undefined) exchange.expected = unanswered(exchange.asked, exchange.plan);
    exchange.expected.reasons = new Set(['client-left']);
    exchange.expected.state = 'client-left';
    for (const flight of this.flights) flight.streams = flight.streams.filter((item) => item !== exchange);
  }

  /** The proxy gave the question up. */
  aborted(flight: Flight): void {
    if (flight.over) return;
    flight.over = true;
    flight.ticket = undefined;
    for (const exchange of this.exchanges)
      if (exchange.waitsFor.includes(flight)) {
        exchange.waitsFor = exchange.waitsFor.filter((item) => item !== flight);
        if (exchange.waitsFor.length === 0) this.#report('asked', `${exchange.n} waits for what was given up`);
      }
  }

  purge(url: string): void {
    this.shelf.change(url, 'user', this.#now());
  }
}
