/**
 * A request to an origin that passes stages on both ways. The fetch behind it sees an ordinary call: while a stage looks
 * at the request nothing has been sent, and while it looks at the answer's head the connection is paused.
 */
import { Readable } from 'node:stream';
import type { Explained, RequestPlan } from '../../cache/plan.ts';
import type { StageChange } from '../../contract/exchange.ts';
import type { ReportFault } from '../../contract/faults.ts';
import type { ExchangeLog } from '../../contract/observer.ts';
import type { TraceStep } from '../../contract/reasons.ts';
import type { FieldList } from '../../http/fields.ts';
import type { Target } from '../../http/target.ts';
import type { OriginCall, OriginClient, OriginRequest, OriginSink } from '../origin/origin-client.ts';
import type { UpstreamFailure } from '../origin/proxy-errors.ts';
import type { FetchDeps, FetchMember } from './fetch-member.ts';
import { HeldContent, HeldUpload } from '../exchange/held-content.ts';
import {
  changeRequest,
  changeResponse,
  noted,
  ownReply,
  requestDifference,
  requestHead,
  responseDifference,
  responseHead,
  type StagedRequest,
  type StagedResponse,
} from '../exchange/stage-changes.ts';
import {
  endedAt,
  runStage,
  stageStep,
  type OriginRequestView,
  type RequestChange,
  type ResponseChange,
  type Stages,
  type StageReply,
  type StageView,
  type StageWait,
  type Verdict,
} from '../exchange/stages.ts';

/** What goes to the origin. */
export interface StagedAsk {
  readonly method: string;
  readonly target: Target;
  readonly fields: FieldList;
  readonly body: OriginRequest['body'];
  /** Via, for what is sent. */
  readonly via: string;
}

/** What a stage did: its step of the trace, and the heads when it changed one. */
export interface Staged {
  readonly step: TraceStep;
  readonly change?: StageChange<FieldList>;
}

/** For the record of one who is answered so. */
export function tellStaged(log: ExchangeLog, { step, change }: Staged): void {
  log.noted(step);
  if (change !== undefined) log.changed(change);
}

/** A fetch whose call passes stages. */
interface StagedFetch extends OriginSink {
  /** The request goes out now. */
  onSending(): void;
  /** A stage did something: for the records of all who are answered so. */
  onStaged(staged: Staged): void;
  /** There will be no answer; what is left to say to each member is `tell`. Nothing more comes. */
  onUnanswered(tell: (member: FetchMember) => void): void;
}

/** Makes the call of a fetch. `plan` is what it asks by. */
export function stagedCall(
  { client, now, report }: Pick<FetchDeps, 'client' | 'now' | 'report'>,
  stages: Stages,
  leader: FetchMember,
  plan: RequestPlan,
  ask: StagedAsk,
  fetch: StagedFetch,
): StagedCall {
  const about = { ...leader.about(), plan: plan.kind, reason: plan.reason };
  return new StagedCall({ client, now, report }, stages, ask, about, {
    ...fetch,
    onReceived: (status, fields) => leader.log.upstreamHead(status, fields),
    onStaged: (staged) => {
      fetch.onStaged(staged);
      tellStaged(leader.log, staged);
    },
    onDropped: (explained) => fetch.onUnanswered((member) => member.drop(explained)),
    onStageFailed: (error) => {
      let isTold = false;
      fetch.onUnanswered((member) => {
        isTold ||= member === leader;
        // The others go on their own: it was not their stage that failed.
        if (member === leader) member.crash(error);
        else member.release(false);
      });
      if (!isTold) report('a stage', error);
    },
  });
}

/** As an origin's sink, and what stages do. */
interface StagedSink extends OriginSink {
  onSending(): void;
  /** The head of the origin's answer, as received. */
  onReceived(status: number, fields: FieldList): void;
  onStaged(staged: Staged): void;
  /** A stage drops the connections of all who wait. Nothing more comes. */
  onDropped(explained: Explained): void;
  /** A stage failed. Nothing more comes. */
  onStageFailed(error: unknown): void;
}

/** For whom a request is sent, and why. */
type About = StageView & Pick<OriginRequestView, 'plan' | 'reason'>;

/** What came behind a head that a stage looks at. The connection is paused unless it is read, so that is not much. */
interface HeldAnswer {
  readonly content: HeldContent;
  trailers: FieldList | undefined;
}

/** Answers that have no content (RFC 9110 §6.4.1). */
const hasNoContent = (method: string, status: number): boolean => method === 'HEAD' || status === 204 || status === 304;

class StagedCall implements OriginCall {
  readonly #client: OriginClient;
  readonly #report: ReportFault;
  readonly #stages: Stages;
  readonly #now: () => number;
  readonly #ask: StagedAsk;
  readonly #about: About;
  readonly #sink: StagedSink;
  #call: OriginCall | undefined;
  #sent: StagedRequest;
  #held: HeldAnswer | undefined;
  #paused = false;
  /** Nobody is told anything any more. */
  #over = false;
  #upload: HeldUpload | undefined;
  readonly #gone: (() => void)[] = [];

  constructor(
    { client, now, report }: Pick<FetchDeps, 'client' | 'now' | 'report'>,
    stages: Stages,
    ask: StagedAsk,
    about: About,
    sink: StagedSink,
  ) {
    this.#report = report;
    this.#client = client;
    this.#stages = stages;
    this.#now = now;
    this.#ask = ask;
    this.#about = about;
    this.#sink = sink;
    this.#sent = { method: ask.method, target: ask.target, keyUrl: ask.target.url, fields: ask.fields };
  }

  begin(): void {
    const stage = this.#stages.originRequest;
    if (stage === undefined) {
      this.#send();
      return;
    }
    const { method, target, fields, body } = this.#ask;
    runStage(
      'origin-request',
      stage,
      {
        ...this.#about,
        wait: this.#wait(async (maxBytes) =>
          body === null ? NOTHING : (this.#upload ??= new HeldUpload(body)).read(maxBytes),
        ),
        method,
        url: target.url,
        fields,
        hasBody: body !== null,
      },
      this.#now,
      (verdict, waitedMs) => {
        if (!this.#over) this.#letOut(verdict, waitedMs);
      },
      this.#failed,
    );
  }

  #wait(readContent: StageWait['readContent']): StageWait {
    return { readContent, onGone: (listener) => void this.#gone.push(listener) };
  }

  /** No verdict is wanted any more. */
  #tellGone(): void {
    for (const listener of this.#gone.splice(0)) listener();
  }

  pause(): void {
    this.#paused = true;
    if (this.#held === undefined) this.#call?.pause();
  }

  resume(): void {
    this.#paused = false;
    if (this.#held === undefined) this.#call?.resume();
  }

  abort(): void {
    this.#over = true;
    this.#held = undefined;
    this.#tellGone();
    this.#call?.abort();
  }

  readonly #failed = (error: unknown): void => {
    if (this.#over) return;
    this.#stop();
    this.#sink.onStageFailed(error);
  };

  #letOut(verdict: Verdict<RequestChange>, waitedMs: number | undefined): void {
    switch (verdict?.kind) {
      case undefined:
      case 'pass':
        if (waitedMs !== undefined || verdict !== undefined)
          this.#sink.onStaged({ step: stageStep('origin-request', verdict, waitedMs) });
        break;
      case 'change': {
        const before = this.#sent;
        // The key is settled: the cache has been asked.
        this.#sent = { ...changeRequest('origin-request', before, verdict.change), keyUrl: before.keyUrl };
        const what = requestDifference(before, this.#sent);
        this.#sink.onStaged({
          step: stageStep('origin-request', verdict, waitedMs, { what, bytes: this.#sent.content?.length }),
          change: noted('origin-request', verdict, requestHead(before), requestHead(this.#sent)),
        });
        break;
      }
      case 'answer':
        this.#answer('origin-request', verdict, waitedMs, requestHead(this.#sent));
        return;
      case 'drop':
        this.#drop('origin-request', verdict, waitedMs);
        return;
    }
    this.#send();
  }

  #send(): void {
    const { method, target, fields, content } = this.#sent;
    const { via } = this.#ask;
    const body =
      content === undefined
        ? (this.#upload?.rest() ?? this.#ask.body)
        : content.length === 0
          ? null
          : Readable.from([content], { objectMode: false });
    const host = target.origin.endsWith(`//${target.host}`) ? [] : ['Host', target.host];
    const sink = this.#sink;
    sink.onSending();
    const call = this.#client.send(
      { method, origin: target.origin, path: target.path, fields: [...host, ...fields, 'Via', via], body },
      {
        onDispatched: (connection) => sink.onDispatched(connection),
        onRefused: (connection) => sink.onRefused?.(connection),
        onBytes: (sent, received) => sink.onBytes?.(sent, received),
        onInterim: (status, interim) => sink.onInterim(status, interim),
        onHead: (status, statusText, raw) => this.#onHead(status, statusText, raw),
        onData: (chunk) => {
          if (this.#held !== undefined) this.#keep(this.#held, chunk);
          else if (!this.#over) sink.onData(chunk);
        },
        onEnd: (trailers) => {
          if (this.#held !== undefined) this.#keepEnd(this.#held, trailers);
          else if (!this.#over) sink.onEnd(trailers);
        },
        onFailed: (failure) => this.#onFailed(failure),
      },
    );
    this.#call = call;
    if (this.#over) call.abort();
    else if (this.#held !== undefined && !this.#held.content.takesMore) call.pause();
  }

  #keep(held: HeldAnswer, chunk: Uint8Array): void {
    const wasRead = held.content.takesMore;
    if (!held.content.take(chunk) && wasRead) this.#call?.pause();
  }

  #keepEnd(held: HeldAnswer, trailers: FieldList): void {
    held.trailers = trailers;
    held.content.end();
  }

  async #readAnswer(held: HeldAnswer, maxBytes: number): Promise<Uint8Array | undefined> {
    const read = held.content.read(maxBytes);
    if (this.#held === held && held.content.takesMore) this.#call?.resume();
    return read;
  }

  #onHead(status: number, statusText: string, fields: FieldList): void {
    if (this.#over) return;
    const sink = this.#sink;
    sink.onReceived(status, fields);
    const stage = this.#stages.originResponse;
    if (stage === undefined) {
      sink.onHead(status, statusText, fields);
      return;
    }
    const { exchange, client, askedUrl, reason } = this.#about;
    const { method, target, fields: requestFields } = this.#sent;
    const held: HeldAnswer = { content: new HeldContent(), trailers: undefined };
    this.#held = held;
    const wait = this.#wait(async (maxBytes) =>
      hasNoContent(method, status) ? NOTHING : this.#readAnswer(held, maxBytes),
    );
    runStage(
      'origin-response',
      stage,
      { exchange, client, askedUrl, wait, method, url: target.url, status, statusText, fields, requestFields, reason },
      this.#now,
      (verdict, waitedMs) => {
        if (this.#held === held) this.#letIn({ status, statusText, fields }, held, verdict, waitedMs);
      },
      this.#failed,
    );
    if (this.#held === held && !held.content.takesMore) this.#call?.pause();
  }

  /** An answer that breaks off before its head was let in is none. */
  #onFailed(failure: UpstreamFailure): void {
    if (this.#over) return;
    this.#over = true;
    this.#held = undefined;
    this.#tellGone();
    this.#sink.onFailed(failure);
  }

  #letIn(
    received: { status: number; statusText: string; fields: FieldList },
    held: HeldAnswer,
    verdict: Verdict<ResponseChange>,
    waitedMs: number | undefined,
  ): void {
    const sink = this.#sink;
    let head: StagedResponse = received;
    switch (verdict?.kind) {
      case undefined:
      case 'pass':
        if (waitedMs !== undefined || verdict !== undefined)
          sink.onStaged({ step: stageStep('origin-response', verdict, waitedMs) });
        break;
      case 'change': {
        head = changeResponse('origin-response', received, verdict.change);
        const what = responseDifference(received, head);
        sink.onStaged({
          step: stageStep('origin-response', verdict, waitedMs, { what, bytes: head.content?.length }),
          change: noted('origin-response', verdict, responseHead(received), responseHead(head)),
        });
        break;
      }
      case 'answer':
        this.#answer('origin-response', verdict, waitedMs, responseHead(received));
        return;
      case 'drop':
        this.#drop('origin-response', verdict, waitedMs);
        return;
    }
    if (head.content !== undefined) {
      this.#replace(head, head.content, held.trailers !== undefined);
      return;
    }
    const chunks = held.content.letGo();
    sink.onHead(head.status, head.statusText, head.fields);
    // What comes while these are told stands behind them.
    while (this.#held === held && chunks.push(...held.content.letGo()) > 0) sink.onData(chunks.shift()!);
    if (this.#held !== held) return;
    this.#held = undefined;
    if (held.trailers !== undefined) sink.onEnd(held.trailers);
    else if (this.#paused) this.#call?.pause();
    else if (waitedMs !== undefined) this.#call?.resume();
  }

  /** The origin's answer with content of the stage's own; what is left of the origin's is not waited for. */
  #replace({ status, statusText, fields }: StagedResponse, content: Uint8Array, isOver: boolean): void {
    const sink = this.#sink;
    if (!isOver) this.#call?.abort();
    this.#held = undefined;
    this.#call = undefined;
    sink.onHead(status, statusText, fields);
    if (!this.#over && content.length > 0) sink.onData(content);
    if (!this.#over) sink.onEnd([]);
    this.#over = true;
  }

  /** A reply of the stage's own in the place of the origin's. */
  #answer(
    stage: 'origin-request' | 'origin-response',
    verdict: { kind: 'answer'; reply: StageReply; by?: string },
    waitedMs: number | undefined,
    received: StageChange<FieldList>['received'],
  ): void {
    const reply = ownReply(stage, verdict.reply);
    const sink = this.#sink;
    this.#stop();
    this.#over = false;
    this.#call = undefined;
    sink.onStaged({
      step: stageStep(stage, verdict, waitedMs, { status: reply.status }),
      change: noted(stage, verdict, received, responseHead(reply)),
    });
    sink.onHead(reply.status, reply.statusText, reply.fields);
    if (!this.#over && reply.body.length > 0 && this.#ask.method !== 'HEAD') sink.onData(reply.body);
    if (!this.#over) sink.onEnd([]);
    this.#over = true;
  }

  #drop(
    stage: 'origin-request' | 'origin-response',
    verdict: { kind: 'drop'; by?: string },
    waitedMs: number | undefined,
  ): void {
    this.#stop();
    this.#sink.onDropped(endedAt(stage, verdict, stageStep(stage, verdict, waitedMs)));
  }

  /** Both ways: nobody reads what the client still sends, nor what the origin does. Nothing of that keeps a verdict from being carried out. */
  #stop(): void {
    this.#over = true;
    this.#held = undefined;
    try {
      this.#ask.body?.destroy();
      this.#call?.abort();
    } catch (error) {
      this.#report('the end of a request to an origin', error);
    }
  }
}

const NOTHING = new Uint8Array();

/** The calls of a sink as an object of their own, to be added to. */
export function sinkOf(sink: Required<Omit<OriginSink, 'onUpgraded'>>): Required<Omit<OriginSink, 'onUpgraded'>> {
  return {
    onDispatched: (connection) => sink.onDispatched(connection),
    onRefused: (connection) => sink.onRefused(connection),
    onBytes: (sent, received) => sink.onBytes(sent, received),
    onInterim: (status, fields) => sink.onInterim(status, fields),
    onHead: (status, statusText, fields) => sink.onHead(status, statusText, fields),
    onData: (chunk) => sink.onData(chunk),
    onEnd: (trailers) => sink.onEnd(trailers),
    onFailed: (failure) => sink.onFailed(failure),
  };
}
