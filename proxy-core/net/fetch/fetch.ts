/**
 * One request to an origin on behalf of one or more exchanges: the leader that caused it, and those that wait for the
 * same answer (collapsed forwarding). Runs the cache's response plan and commits the body when it is complete.
 */
import type { Readable } from 'node:stream';
import type { UpstreamConnection } from '../../contract/observer.ts';
import type { RequestPlan, ResponsePlan } from '../../cache/plan.ts';
import { stripHopByHop } from '../../http/hop-by-hop.ts';
import type { FieldList } from '../../http/fields.ts';
import { sameHead, type Head } from '../../http/head.ts';
import type { Target } from '../../http/target.ts';
import type { Stages } from '../exchange/stages.ts';
import type { OriginCall, OriginSink } from '../origin/origin-client.ts';
import type { UpstreamFailure } from '../origin/proxy-errors.ts';
import { BodyFan, type BodySource } from './body-fan.ts';
import { isShareable } from './collapse.ts';
import { lateAnswer, SHARED, sharedAnswer } from './shared-answer.ts';
import { Discard } from './discard.ts';
import { sinkOf, stagedCall, tellStaged, type Staged, type StagedAsk } from './staged-call.ts';
import { Members } from './members.ts';
import { Storing } from './storing.ts';
import type { FetchDeps, FetchMember, FetchOwner, UpstreamHead } from './fetch-member.ts';

/** Of the answer before: one that is the same, field for field, need not be looked through again. */
let lastHead: Head | undefined;

export class Fetch implements OriginSink, BodySource {
  readonly #deps: FetchDeps;
  readonly #target: Target;
  readonly #leader: FetchMember;
  readonly #members: Members;
  readonly #owner: FetchOwner;
  #call: OriginCall | undefined;
  #fan: BodyFan | undefined;
  readonly #storing: Storing;
  #head: UpstreamHead | undefined;
  /** What this fetch asks, once that is no longer what its leader asked. */
  #asked: RequestPlan | undefined;
  /** What stages did with request and answer. */
  #staged: Staged[] | undefined;
  /** Its call passes stages, which tell of the answer as it was received. */
  #isStaged = false;
  #requestAtMs = 0;
  /** The present call has ended, perhaps before it was returned. */
  #answerOver = false;
  /** When its head came. */
  #answeredAtMs = 0;
  #expectedBytes: number | undefined;
  #over = false;
  #crashed = false;
  /** What is left of an answer that a stored one took the place of. */
  #discard: Discard | undefined;

  constructor(deps: FetchDeps, target: Target, leader: FetchMember, owner: FetchOwner) {
    this.#deps = deps;
    this.#target = target;
    this.#leader = leader;
    this.#members = new Members(leader);
    this.#storing = new Storing(deps, this.#members);
    this.#owner = owner;
  }

  /** Sends the request with these end-to-end fields. */
  start(fields: FieldList, body: Readable | null): void {
    try {
      this.#start(fields, body);
    } catch (error) {
      this.#crash(error);
    }
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
    const members = this.#members.all;
    this.#members.clear();
    const ends = [
      () => this.#call?.abort(),
      () => this.#storing.abandon(),
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
    this.#answerOver = false;
    const { client, stages, via } = this.#deps;
    const { method } = this.#leader.request;
    this.#isStaged = stages !== undefined;
    if (stages !== undefined) {
      this.#startStaged(stages, { method, target: this.#target, fields, body, via: via('1.1') });
      return;
    }
    const { origin, path } = this.#target;
    const call = client.send({ method, origin, path, fields: [...fields, 'Via', via('1.1')], body }, this);
    if (!this.#answerOver) this.#call = call;
  }

  #startStaged(stages: Stages, ask: StagedAsk): void {
    const call = stagedCall(this.#deps, stages, this.#leader, this.#asked ?? this.#leader.plan, ask, {
      ...sinkOf(this),
      onSending: () => (this.#requestAtMs = this.#deps.now()),
      onStaged: (staged) => (this.#staged ??= []).push(staged),
      onUnanswered: (tell) => this.#guard(() => this.#endUnanswered(tell)),
    });
    this.#call = call;
    call.begin();
  }

  onDispatched(connection: UpstreamConnection): void {
    this.#leader.log.dispatched();
    this.#leader.log.connected(connection);
  }

  onRefused(connection: UpstreamConnection): void {
    this.#leader.log.connected(connection);
  }

  onBytes(sent: number, received: number): void {
    this.#leader.log.upstreamBytes(sent, received);
  }

  onInterim(status: number, interim: FieldList): void {
    if (!this.#members.leaderGone && this.#head === undefined)
      this.#tell(this.#leader, () => this.#leader.interim(status, stripHopByHop(interim)));
  }

  onHead(status: number, statusText: string, raw: FieldList): void {
    try {
      this.#takeHead(status, statusText, raw);
    } catch (error) {
      this.#crash(error);
    }
  }

  onData(chunk: Uint8Array): void {
    try {
      this.#take(chunk);
    } catch (error) {
      this.#crash(error);
    }
  }

  onEnd(trailers: FieldList): void {
    this.#answerOver = true;
    try {
      this.#finish(trailers);
    } catch (error) {
      this.#crash(error);
    }
  }

  onFailed(failure: UpstreamFailure): void {
    this.#answerOver = true;
    this.#guard(() => this.#break(failure));
  }

  /** As the source of the body: its readers are slower than the origin. */
  pause(): void {
    this.#call?.pause();
  }

  resume(): void {
    this.#call?.resume();
  }

  /** There will be no response for the members. */
  #endUnanswered(tell: (member: FetchMember) => void): void {
    if (this.#over) return;
    const members = this.#members.all;
    this.#giveUp();
    for (const member of members) this.#tell(member, () => tell(member));
  }

  /** True while another exchange may wait for this answer. */
  get joinable(): boolean {
    return !this.#over && (this.#head === undefined || (this.#storing.ticket !== undefined && this.#fan !== undefined));
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
      this.#members.wait(member);
      return true;
    }
    const { plan, ticket } = this.#storing;
    if (
      plan === undefined ||
      ticket === undefined ||
      this.#fan === undefined ||
      !this.#deps.engine.mayShare(member.request, ticket, this.#deps.now())
    )
      return false;
    this.#members.wait(member);
    this.#share(member, plan);
    return true;
  }

  /** A member's client went away. */
  leave(member: FetchMember): void {
    this.#guard(() => this.#leave(member));
  }

  #leave(member: FetchMember): void {
    this.#members.leave(member);
    this.#fan?.detach(member);
    if (this.#over || this.#discard !== undefined || !this.#members.isEmpty || this.#worthFinishing()) return;
    this.#giveUp();
  }

  /** The rest is not needed. */
  #giveUp(): void {
    if (this.#over) return;
    this.#over = true;
    this.#discard?.stop();
    this.#call?.abort();
    this.#storing.abandon();
    this.#fan?.release();
    this.#owner.onOver();
  }

  /** A reader can take more. */
  drained(member: FetchMember): void {
    this.#guard(() => this.#fan?.drained(member));
  }

  #worthFinishing(): boolean {
    if (this.#storing.ticket === undefined || this.#fan === undefined || this.#expectedBytes === undefined)
      return false;
    return this.#expectedBytes - this.#fan.bytes <= this.#deps.finishAbandonedBytes();
  }

  #takeHead(status: number, statusText: string, raw: FieldList): void {
    const { engine } = this.#deps;
    const leader = this.#leader;
    const now = this.#deps.now();
    const head = (lastHead = sameHead(raw, lastHead)).endToEnd;
    if (!this.#isStaged) leader.log.upstreamHead(status, raw);
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
    const { waiters } = this.#members;
    this.#owner.onAnswered(isShareable(engine, plan, status, now));
    switch (plan.kind) {
      case 'store':
      case 'skip': {
        const fan = new BodyFan(this, this.#deps.held, plan.kind === 'store');
        this.#fan = fan;
        if (plan.kind === 'store') this.#storing.begin(plan);
        if (!this.#members.leaderGone) this.#stream(leader, plan, false);
        for (const waiter of waiters) {
          if (plan.kind === 'store' && engine.mayShare(waiter.request, plan.ticket, now)) this.#share(waiter, plan);
          else this.#release(waiter, false);
        }
        // No reader is left and nothing is to be stored: the rest is not needed.
        if (this.#members.isEmpty && !this.#worthFinishing()) this.#giveUp();
        return;
      }
      case 'freshened':
      case 'serve-stale':
        this.#discard = new Discard(() => this.#guard(() => this.#giveUp()));
        if (!this.#members.leaderGone) this.#tell(leader, () => leader.serve(plan.reply, plan, status));
        this.#members.leaderGone = true;
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
    member.log.noted(SHARED, { waited: 'shared' });
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
    this.#members.forget(waiter);
    this.#tell(waiter, () => waiter.release(mayJoin));
  }

  #take(chunk: Uint8Array): void {
    if (this.#discard !== undefined) {
      this.#discard.take(chunk.length);
      return;
    }
    const fan = this.#fan;
    if (!fan) return;
    const { ticket } = this.#storing;
    if (ticket && fan.bytes + chunk.length > ticket.maxBodyBytes) {
      this.#storing.giveUp('body-over-limit');
      fan.stopKeeping();
    }
    fan.push(chunk);
  }

  #finish(trailers: FieldList): void {
    if (this.#over) return;
    this.#over = true;
    this.#discard?.stop();
    const fan = this.#fan;
    if (fan) this.#storing.commit(fan.chunks, this.#answeredAtMs, (member, step) => this.#tell(member, step));
    // Told of the end first: a source that has ended is not paused for a slow reader.
    fan?.finish(trailers);
    fan?.stopKeeping();
    this.#owner.onOver();
  }

  #break(failure: UpstreamFailure): void {
    if (this.#over) return;
    this.#over = true;
    this.#discard?.stop();
    const { engine } = this.#deps;
    if (this.#head !== undefined) {
      this.#storing.giveUp('incomplete');
      this.#fan?.fail(failure);
      this.#fan?.stopKeeping();
      this.#owner.onOver();
      return;
    }
    this.#owner.onOver();
    for (const member of this.#members.all) {
      const plan = engine.planFailure(member.request, member.plan, failure.code, this.#deps.now());
      member.log.decided(plan);
      this.#tell(member, () => {
        if (plan.kind === 'serve-stale') member.serve(plan.reply, plan, undefined);
        else member.fail(failure, plan.status);
      });
    }
  }
}
