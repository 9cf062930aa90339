/** An exchange of a client that passes stages: before the cache is asked, and before its answer goes out. */
import { Readable } from 'node:stream';
import type { ServedReply } from '../../cache/plan.ts';
import type { FieldList } from '../../http/fields.ts';
import { tellStaged } from '../fetch/staged-call.ts';
import type { ReplyEnd } from '../front/front.ts';
import type { UpstreamFailure } from '../origin/proxy-errors.ts';
import { pacedBody } from '../throttle/paced-body.ts';
import { PacedReply } from '../throttle/paced-reply.ts';
import type { Link } from '../throttle/link.ts';
import { ClientExchange } from './client-exchange.ts';
import { HeldUpload } from './held-content.ts';
import { HeldReply, takeRequestChange, takeResponseVerdict } from './client-stages.ts';
import { sendLocal } from './local-answers.ts';
import { outcomeOf, type Ending } from './outcome.ts';
import type { ReplyFacts } from './reply-fields.ts';
import { noted, ownReply, responseHead } from './stage-changes.ts';
import {
  endedAt,
  lostOn,
  runStage,
  stageStep,
  throttleStep,
  type ClientRequestChange,
  type StageWait,
  type Verdict,
} from './stages.ts';

export class StagedExchange extends ClientExchange {
  /** What waits behind a head that a stage looks at. */
  #held: HeldReply | undefined;
  /** The slow line it goes over. */
  #link: Link | undefined;
  /** The content of the request, once a stage has read of it or put its own in its place. */
  #upload: HeldUpload | undefined;
  #content: Uint8Array | undefined;
  readonly #gone: (() => void)[] = [];

  /** What a stage that waits may do; content is read by `read`. */
  #wait(readContent: StageWait['readContent']): StageWait {
    return { readContent, onGone: (listener) => void this.#gone.push(listener) };
  }

  /** No verdict is wanted any more. */
  #tellGone(): void {
    for (const listener of this.#gone.splice(0)) listener();
  }

  async #readUpload(maxBytes: number): Promise<Uint8Array | undefined> {
    if (!this.client.hasBody) return NOTHING;
    return (this.#upload ??= new HeldUpload(this.client.openBody())).read(maxBytes);
  }

  protected override openBody(): Readable {
    if (this.#content !== undefined) return Readable.from([this.#content], { objectMode: false });
    const body = this.#upload?.rest() ?? super.openBody();
    return this.#link === undefined ? body : pacedBody(body, this.#link);
  }

  protected override admit(): void {
    const { deps } = this.driver;
    const { throttle } = deps;
    if (throttle?.link !== undefined && !this.#slow(throttle.link)) return;
    const stage = deps.stages?.clientRequest;
    if (stage === undefined) {
      super.admit();
      return;
    }
    const { method, head, hasBody, httpVersion } = this.client;
    runStage(
      'client-request',
      stage,
      {
        ...this.about(),
        wait: this.#wait((maxBytes) => this.#readUpload(maxBytes)),
        method,
        url: this.askedUrl,
        fields: head.fields,
        hasBody,
        httpVersion,
      },
      deps.now,
      (verdict, waitedMs) => {
        if (!this.isClosed && !this.isCrashed) this.#admitted(verdict, waitedMs);
      },
      (error) => {
        // Who has gone needs no answer, and the record is complete.
        if (this.isClosed) deps.report('a stage', error);
        else this.crash(error);
      },
    );
  }

  #admitted(verdict: Verdict<ClientRequestChange>, waitedMs: number | undefined): void {
    const { log } = this;
    if (!this.#throttled(verdict)) return;
    switch (verdict?.kind) {
      case undefined:
      case 'pass':
        if (waitedMs !== undefined || verdict !== undefined) log.noted(stageStep('client-request', verdict, waitedMs));
        this.ask();
        return;
      case 'change': {
        const changed = takeRequestChange(this.request, this.client.head, this.target, verdict, waitedMs);
        this.request = changed.request;
        this.target = changed.target;
        this.#content = changed.content;
        this.key = changed.change.cacheKey ?? this.key;
        tellStaged(log, changed);
        this.ask();
        return;
      }
      case 'answer': {
        const reply = ownReply('client-request', verdict.reply);
        // Or the client would never read its answer.
        this.#upload?.rest().resume();
        const { method, url } = this.request;
        const step = stageStep('client-request', verdict, waitedMs, { status: reply.status });
        const told = endedAt('client-request', verdict, step);
        log.decided(told);
        const received = { method, url, fields: this.client.head.fields };
        log.changed(noted('client-request', verdict, received, responseHead(reply)));
        this.isStarted = true;
        sendLocal(this.driver.deps, this.reply, log, reply, outcomeOf({ by: 'proxy', why: 'stage' }));
        return;
      }
      case 'drop':
        this.drop(endedAt('client-request', verdict, stageStep('client-request', verdict, waitedMs)));
    }
  }

  protected override start(
    status: number,
    statusText: string,
    fields: FieldList,
    ending: Ending,
    facts: ReplyFacts,
    served?: ServedReply,
  ): void {
    const { deps } = this.driver;
    const stage = deps.stages?.clientResponse;
    if (stage === undefined) {
      super.start(status, statusText, fields, ending, facts, served);
      return;
    }
    const held = (this.#held = new HeldReply());
    let passes = false;
    const before = { status, statusText, fields };
    const { method, head } = this.request;
    runStage(
      'client-response',
      stage,
      {
        ...this.about(),
        wait: this.#wait((maxBytes) => this.#readReply(held, served, maxBytes)),
        method,
        url: this.target.url,
        ...before,
        requestFields: head.fields,
        reason: ending.reason,
      },
      deps.now,
      (verdict, waitedMs) => {
        // Meanwhile the client may have gone, or the answer broken off.
        if (this.#held !== held) return;
        passes = true;
        if (!this.#throttled(verdict)) {
          this.#held = undefined;
          return;
        }
        const passed = takeResponseVerdict(before, verdict, waitedMs);
        this.#held = undefined;
        if (passed.kind === 'drop') {
          this.drop(passed.explained);
          return;
        }
        if (passed.staged !== undefined) tellStaged(this.log, passed.staged);
        const { head } = passed;
        this.send(head.status, head.statusText, head.fields, ending, facts);
        const own = passed.kind === 'answer' ? passed.head.body : passed.head.content;
        if (own !== undefined) {
          // What comes of the other answer is read away, as long as this reply lasts.
          this.#held = HeldReply.nowhere;
          held.release(NOWHERE, () => this.sharedFetch?.drained(this));
          this.log.responseData(own);
          this.reply.end(own);
        } else if (served !== undefined) this.sendStored(served);
        else held.release(this, () => this.sharedFetch?.drained(this));
      },
      (error) => {
        // Where something else was answered meanwhile, that stands.
        if (passes || this.#held === held) this.crash(error);
        else deps.report('a stage', error);
      },
    );
  }

  async #readReply(
    held: HeldReply,
    served: ServedReply | undefined,
    maxBytes: number,
  ): Promise<Uint8Array | undefined> {
    if (served === undefined) return held.read(maxBytes, () => this.sharedFetch?.drained(this));
    const bytes = served.parts.reduce((sum, { length }) => sum + length, 0);
    return bytes > maxBytes ? undefined : Buffer.concat(served.parts, bytes);
  }

  /** Over a slow line from here on. False when the line loses the connection. */
  #slow(link: Link, by?: string): boolean {
    const { profile } = link;
    if (profile === undefined) return true;
    this.log.noted(throttleStep(profile.name, profile, by));
    const lost = lostOn(link);
    if (lost !== undefined) {
      this.drop(lost);
      return false;
    }
    this.#link = link;
    this.reply = new PacedReply(this.client.reply, link);
    this.reply.onDrain(() => this.sharedFetch?.drained(this));
    return true;
  }

  /** The same when a stage wants it. */
  #throttled(verdict: Verdict<unknown>): boolean {
    if (verdict?.throttle === undefined || verdict.kind === 'drop') return true;
    const { throttle, by } = verdict;
    const link = this.driver.deps.throttle?.line(throttle);
    if (link !== undefined) return this.#slow(link, by);
    this.log.noted(throttleStep(throttle, undefined, by));
    return true;
  }

  override data(chunk: Uint8Array): boolean {
    return this.#held === undefined ? super.data(chunk) : this.#held.data(chunk);
  }

  override end(trailers: FieldList): void {
    if (this.#held === undefined) super.end(trailers);
    else this.#held.end(trailers);
  }

  override broken(failure: UpstreamFailure): void {
    if (this.#held === HeldReply.nowhere) return;
    if (this.#held === undefined) super.broken(failure);
    else {
      // Nothing has been sent yet: an answer that breaks off before it is let through is none.
      this.#held = undefined;
      this.#tellGone();
      this.fail(failure);
    }
  }

  override crash(error: unknown): void {
    this.#held = undefined;
    this.#tellGone();
    super.crash(error);
  }

  protected override onClose(end: ReplyEnd): void {
    this.#held = undefined;
    this.#tellGone();
    super.onClose(end);
  }
}

const NOTHING = new Uint8Array();
/** For what came of an answer in the place of which another one is sent. */
const NOWHERE = { data: (): boolean => true, end: (): void => undefined };
