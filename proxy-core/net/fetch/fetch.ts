/**
 * One request to an origin on behalf of one or more exchanges: the leader that caused it, and those that wait for the
 * same answer (collapsed forwarding). Runs the cache's response plan and commits the body when it is complete.
 */
import type { Readable } from 'node:stream';
import type { AbandonReason, RequestPlan, ResponsePlan, StoreTicket } from '../../cache/plan.ts';
import { stripHopByHop } from '../../http/hop-by-hop.ts';
import type { FieldList } from '../../http/fields.ts';
import { Head } from '../../http/head.ts';
import type { Target } from '../../http/target.ts';
import type { Stages } from '../exchange/stages.ts';
import type { OriginCall, OriginSink } from '../origin/origin-client.ts';
import { internalFailure, type UpstreamFailure } from '../origin/proxy-errors.ts';
import { BodyFan } from './body-fan.ts';
import { isShareable } from './collapse.ts';
import { lateAnswer, sharedAnswer, sharedContent } from './shared-answer.ts';
import { Discard } from './discard.ts';
import { stagedCall, tellStaged, type Staged, type StagedAsk } from './staged-call.ts';
import type { FetchDeps, FetchMember, FetchOwner, UpstreamHead } from './fetch-member.ts';

export class Fetch {
  readonly #deps: FetchDeps;
  readonly #target: Target;
  readonly #leader: FetchMember;
  readonly #waiters = new Set<FetchMember>();
  readonly #owner: FetchOwner;
  #call: OriginCall | undefined;
  #fan: BodyFan | undefined;
  #ticket: StoreTicket | undefined;
  #storePlan: (ResponsePlan & { kind: 'store' }) | undefined;
  #head: UpstreamHead | undefined;
  /** What this fetch asks, once that is no longer what its leader asked. */
  #asked: RequestPlan | undefined;
  /** What stages did with request and answer. */
  #staged: Staged[] | undefined;
  #requestAtMs = 0;
  /** When its head came. */
  #answeredAtMs = 0;
  #expectedBytes: number | undefined;
  #leaderGone = false;
  #over = false;
  #crashed = false;
  /** What is left of an answer that a stored one took the place of. */
  #discard: Discard | undefined;

  constructor(deps: FetchDeps, target: Target, leader: FetchMember, owner: FetchOwner) {
    this.#deps = deps;
    this.#target = target;
    this.#leader = leader;
    this.#owner = owner;
  }

  /** Sends the request with these end-to-end fields. */
  start(fields: FieldList, body: Readable | null): void {
    this.#guard(() => this.#start(fields, body));
  }

  /** Runs a step; an exception in it ends this fetch for all its members. */
  #guard(step: () => void): void {
    try {
      step();
    } catch (error) {
      this.#crash(error);
    }
  }

  /** Calls one member; its exception does not affect the others. */
  #tell(member: FetchMember, step: () => void): void {
    try {
      step();
    } catch (error) {
      this.#leave(member);
      member.crash(error);
    }
  }

  #crash(error: unknown): void {
    this.#deps.report('a fetch', error);
    if (this.#crashed) return;
    this.#crashed = true;
    this.#over = true;
    this.#discard?.stop();
    const members = this.#members();
    const ticket = this.#ticket;
    this.#ticket = undefined;
    this.#waiters.clear();
    const ends = [
      () => this.#call?.abort(),
      () => ticket && this.#deps.engine.abandon(ticket, 'incomplete'),
      () => this.#fan?.release(),
      () => this.#owner.onOver(),
      ...members.map((member) => () => (this.#fan?.detach(member), member.crash(error))),
      () => this.#fan?.release(),
    ];
    for (const end of ends) {
      try {
        end();
      } catch (further) {
        this.#deps.report('the end of a fetch', further);
      }
    }
  }

  #start(fields: FieldList, body: Readable | null): void {
    this.#requestAtMs = this.#deps.now();
    let over = false;
    const sink: OriginSink = {
      onDispatched: (connection) => {
        this.#leader.log.dispatched();
        this.#leader.log.connected(connection);
      },
      onRefused: (connection) => this.#leader.log.connected(connection),
      onBytes: (sent, received) => this.#leader.log.upstreamBytes(sent, received),
      onInterim: (status, interim) => {
        if (!this.#leaderGone && this.#head === undefined)
          this.#tell(this.#leader, () => this.#leader.interim(status, stripHopByHop(interim)));
      },
      onHead: (status, statusText, raw) => this.#guard(() => this.#onHead(status, statusText, raw)),
      onData: (chunk) => this.#onData(chunk),
      onEnd: (trailers) => {
        over = true;
        this.#guard(() => this.#onEnd(trailers));
      },
      onFailed: (failure) => {
        over = true;
        this.#guard(() => this.#onFailed(failure));
      },
    };
    const { client, stages, via } = this.#deps;
    const { method } = this.#leader.request;
    if (stages !== undefined) {
      this.#startStaged(stages, { method, target: this.#target, fields, body, via: via('1.1') }, sink);
      return;
    }
    const { origin, path } = this.#target;
    const call = client.send({ method, origin, path, fields: [...fields, 'Via', via('1.1')], body }, sink);
    if (!over) this.#call = call;
  }

  #startStaged(stages: Stages, ask: StagedAsk, sink: OriginSink): void {
    const call = stagedCall(this.#deps, stages, this.#leader, this.#asked ?? this.#leader.plan, ask, {
      ...sink,
      onSending: () => (this.#requestAtMs = this.#deps.now()),
      onStaged: (staged) => (this.#staged ??= []).push(staged),
      onUnanswered: (tell) => this.#guard(() => this.#endUnanswered(tell)),
    });
    this.#call = call;
    call.begin();
  }

  /** There will be no response for the members. */
  #endUnanswered(tell: (member: FetchMember) => void): void {
    if (this.#over) return;
    const members = this.#members();
    this.#giveUp();
    for (const member of members) this.#tell(member, () => tell(member));
  }

  /** True while another exchange may wait for this answer. */
  get joinable(): boolean {
    return !this.#over && (this.#head === undefined || (this.#ticket !== undefined && this.#fan !== undefined));
  }

  /** The exchange that caused it. */
  get leader(): FetchMember {
    return this.#leader;
  }

  /** Has its head come? */
  get answered(): boolean {
    return this.#head !== undefined;
  }

  /** Was its URL invalidated or evicted since it began? */
  get overtaken(): boolean {
    return this.#deps.engine.isOvertaken(this.#leader.request.url, this.#leader.plan);
  }

  /** Waits for (or streams along with) this fetch. False when its answer is known not to fit. */
  join(member: FetchMember): boolean {
    if (this.#head === undefined) {
      this.#waiters.add(member);
      return true;
    }
    if (
      this.#storePlan === undefined ||
      this.#ticket === undefined ||
      this.#fan === undefined ||
      !this.#deps.engine.mayShare(member.request, this.#ticket, this.#deps.now())
    )
      return false;
    this.#waiters.add(member);
    this.#share(member, this.#storePlan);
    return true;
  }

  /** A member's client went away. */
  leave(member: FetchMember): void {
    this.#guard(() => this.#leave(member));
  }

  #leave(member: FetchMember): void {
    this.#waiters.delete(member);
    if (member === this.#leader) this.#leaderGone = true;
    this.#fan?.detach(member);
    if (
      this.#over ||
      this.#discard !== undefined ||
      !this.#leaderGone ||
      this.#waiters.size > 0 ||
      this.#worthFinishing()
    )
      return;
    this.#giveUp();
  }

  /** The rest is not needed. */
  #giveUp(): void {
    if (this.#over) return;
    this.#over = true;
    this.#discard?.stop();
    this.#call?.abort();
    if (this.#ticket) this.#deps.engine.abandon(this.#ticket, 'incomplete');
    this.#ticket = undefined;
    this.#fan?.release();
    this.#owner.onOver();
  }

  /** A reader can take more. */
  drained(member: FetchMember): void {
    this.#guard(() => this.#fan?.drained(member));
  }

  #worthFinishing(): boolean {
    if (this.#ticket === undefined || this.#fan === undefined || this.#expectedBytes === undefined) return false;
    return this.#expectedBytes - this.#fan.bytes <= this.#deps.finishAbandonedBytes();
  }

  #onHead(status: number, statusText: string, raw: FieldList): void {
    const { engine } = this.#deps;
    const leader = this.#leader;
    const now = this.#deps.now();
    const head = new Head(raw).endToEnd;
    if (this.#deps.stages === undefined) leader.log.upstreamHead(status, raw);
    const plan = engine.planResponse(
      leader.request,
      this.#asked ?? leader.plan,
      {
        status,
        statusText,
        head,
        requestAtMs: this.#requestAtMs,
        responseAtMs: now,
        wallOffsetMs: this.#deps.wallOffsetMs(),
      },
      now,
    );
    leader.log.decided(plan);
    if (plan.kind === 'refetch') {
      this.#call?.abort();
      // Judged as an answer to what is asked now: a second 304 is no reason to ask a third time.
      this.#asked = plan.next;
      this.start(plan.next.forwardFields, null);
      return;
    }
    this.#head = { status, statusText, fields: head.fields };
    this.#answeredAtMs = now;
    this.#expectedBytes = head.contentLength;
    // They stay members until they have been called, so that none is lost if something throws in between.
    const waiters = [...this.#waiters];
    this.#owner.onAnswered(isShareable(engine, plan, status, now));
    switch (plan.kind) {
      case 'store':
      case 'skip': {
        const fan = new BodyFan(
          { pause: () => this.#call?.pause(), resume: () => this.#call?.resume() },
          this.#deps.held,
          plan.kind === 'store',
        );
        this.#fan = fan;
        if (plan.kind === 'store') {
          this.#ticket = plan.ticket;
          this.#storePlan = plan;
        }
        if (!this.#leaderGone) this.#stream(leader, plan, false);
        for (const waiter of waiters) {
          if (plan.kind === 'store' && engine.mayShare(waiter.request, plan.ticket, now)) this.#share(waiter, plan);
          else this.#release(waiter, false);
        }
        // No reader is left and nothing is to be stored: the rest is not needed.
        if (this.#leaderGone && this.#waiters.size === 0 && !this.#worthFinishing()) this.#giveUp();
        return;
      }
      case 'freshened':
      case 'serve-stale':
        this.#discard = new Discard(() => this.#guard(() => this.#giveUp()));
        if (!this.#leaderGone) this.#tell(leader, () => leader.serve(plan.reply, plan, status));
        this.#leaderGone = true;
        for (const waiter of waiters) this.#release(waiter, plan.kind === 'freshened');
        if (status === 304 || leader.request.method === 'HEAD') return; // no content follows
        this.#discard.begin(this.#expectedBytes ?? 0);
        return;
    }
  }

  /** One who waited, or comes while the content does, gets the same answer. */
  #share(member: FetchMember, plan: ResponsePlan & { kind: 'store' }): void {
    const nowMs = this.#deps.now();
    const shared = sharedAnswer(plan, member.plan, nowMs);
    member.log.decided(shared);
    this.#stream(member, nowMs > this.#answeredAtMs ? lateAnswer(shared, nowMs) : shared, true);
  }

  #stream(member: FetchMember, plan: ResponsePlan & { kind: 'store' | 'skip' }, collapsed: boolean): void {
    this.#tell(member, () => {
      if (collapsed) for (const staged of this.#staged ?? []) tellStaged(member.log, staged);
      member.stream(plan, this.#head!, collapsed);
      this.#fan!.attach(member);
    });
  }

  #release(waiter: FetchMember, mayJoin: boolean): void {
    this.#waiters.delete(waiter);
    this.#tell(waiter, () => waiter.release(mayJoin));
  }

  #onData(chunk: Uint8Array): void {
    try {
      this.#take(chunk);
    } catch (error) {
      this.#crash(error);
    }
  }

  #take(chunk: Uint8Array): void {
    if (this.#discard !== undefined) {
      this.#discard.take(chunk.length);
      return;
    }
    const fan = this.#fan;
    if (!fan) return;
    if (this.#ticket && fan.bytes + chunk.length > this.#ticket.maxBodyBytes) {
      this.#giveUpStoring('body-over-limit');
      fan.stopKeeping();
    }
    fan.push(chunk);
  }

  #onEnd(trailers: FieldList): void {
    if (this.#over) return;
    this.#over = true;
    this.#discard?.stop();
    const fan = this.#fan;
    if (this.#ticket && fan) this.#store(this.#ticket, fan);
    this.#ticket = undefined;
    // Told of the end first: a source that has ended is not paused for a slow reader.
    fan?.finish(trailers);
    fan?.stopKeeping();
    this.#owner.onOver();
  }

  #onFailed(failure: UpstreamFailure): void {
    if (this.#over) return;
    this.#over = true;
    this.#discard?.stop();
    const { engine } = this.#deps;
    if (this.#head !== undefined) {
      this.#giveUpStoring('incomplete');
      this.#fan?.fail(failure);
      this.#fan?.stopKeeping();
      this.#owner.onOver();
      return;
    }
    this.#owner.onOver();
    for (const member of this.#members()) {
      const plan = engine.planFailure(member.request, member.plan, failure.code, this.#deps.now());
      member.log.decided(plan);
      this.#tell(member, () => {
        if (plan.kind === 'serve-stale') member.serve(plan.reply, plan, undefined);
        else member.fail(failure, plan.status);
      });
    }
  }

  /** Before the last byte goes out: a client that has seen the end can rely on a hit. */
  #store(ticket: StoreTicket, fan: BodyFan): void {
    const { engine } = this.#deps;
    try {
      const entry = engine.commit(ticket, fan.chunks, this.#deps.now());
      if (entry) {
        const explained = engine.explainStored(ticket);
        for (const member of this.#members()) {
          const told = explained && sharedContent(this.#storePlan!, member.plan, explained, this.#answeredAtMs);
          if (told !== undefined) member.log.decided(told);
          this.#tell(member, () => member.stored(entry, ticket.ttlSecondsAt(this.#answeredAtMs)));
        }
      } else if (engine.isOutdated(ticket)) this.#giveUpStoring('invalidated-meanwhile');
    } catch (error) {
      // The answer is whole, only the store is not: the clients get it, and their exchanges say what failed.
      this.#deps.report('storing an answer', error);
      const failure = internalFailure(error, 'storing the answer');
      for (const member of this.#members()) member.log.failed(failure.code, failure.text);
    }
  }

  /** The body is not stored after all; every member's record says why. */
  #giveUpStoring(why: AbandonReason): void {
    if (!this.#ticket) return;
    const explained = this.#deps.engine.abandon(this.#ticket, why);
    this.#ticket = undefined;
    for (const member of this.#members()) member.log.decided(explained);
  }

  #members(): FetchMember[] {
    return this.#leaderGone ? [...this.#waiters] : [this.#leader, ...this.#waiters];
  }
}
