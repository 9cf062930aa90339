/**
 * A request to an origin that passes stages on both ways. The fetch behind it sees an ordinary call: while a stage looks
 * at the request nothing has been sent, and while it looks at the answer's head the connection is paused.
 */
import type { Explained } from '../../cache/plan.ts';
import type { StageChange } from '../../contract/exchange.ts';
import type { ExchangeLog } from '../../contract/observer.ts';
import type { TraceStep } from '../../contract/reasons.ts';
import type { FieldList } from '../../http/fields.ts';
import type { Target } from '../../http/target.ts';
import type { OriginCall, OriginClient, OriginRequest, OriginSink } from '../origin/origin-client.ts';
import type { UpstreamFailure } from '../origin/proxy-errors.ts';
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
  type Verdict,
} from '../exchange/stages.ts';

/** What goes to the origin, and for whom. */
export interface StagedAsk {
  readonly method: string;
  readonly target: Target;
  readonly fields: FieldList;
  readonly body: OriginRequest['body'];
  /** Via, for what is sent. */
  readonly via: string;
  readonly about: StageView & Pick<OriginRequestView, 'plan' | 'reason'>;
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

/** As an origin's sink, and what stages do. */
export interface StagedSink extends OriginSink {
  /** The request goes out now. */
  onSending(): void;
  /** The head of the origin's answer, as received. */
  onReceived(status: number, fields: FieldList): void;
  /** A stage did something: for the records of all who wait. */
  onStaged(staged: Staged): void;
  /** A stage drops the connections of all who wait. Nothing more comes. */
  onDropped(explained: Explained): void;
  /** A stage failed. Nothing more comes. */
  onStageFailed(error: unknown): void;
}

/** What came behind a head that a stage looks at. The connection is paused, so that is not much. */
interface HeldAnswer {
  readonly chunks: Uint8Array[];
  trailers: FieldList | undefined;
}

export class StagedCall implements OriginCall {
  readonly #client: OriginClient;
  readonly #stages: Stages;
  readonly #now: () => number;
  readonly #ask: StagedAsk;
  readonly #sink: StagedSink;
  #call: OriginCall | undefined;
  #sent: StagedRequest;
  #held: HeldAnswer | undefined;
  #paused = false;
  /** Nobody is told anything any more. */
  #over = false;

  constructor(client: OriginClient, stages: Stages, now: () => number, ask: StagedAsk, sink: StagedSink) {
    this.#client = client;
    this.#stages = stages;
    this.#now = now;
    this.#ask = ask;
    this.#sink = sink;
    this.#sent = { method: ask.method, target: ask.target, keyUrl: ask.target.url, fields: ask.fields };
  }

  begin(): void {
    const stage = this.#stages.originRequest;
    if (stage === undefined) {
      this.#send();
      return;
    }
    const { about, method, target, fields, body } = this.#ask;
    runStage(
      'origin-request',
      stage,
      { ...about, method, url: target.url, fields, hasBody: body !== null },
      this.#now,
      (verdict, waitedMs) => {
        if (!this.#over) this.#letOut(verdict, waitedMs);
      },
      this.#failed,
    );
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
    this.#call?.abort();
  }

  readonly #failed = (error: unknown): void => {
    if (this.#over) return;
    this.abort();
    this.#stopBody();
    this.#sink.onStageFailed(error);
  };

  #letOut(verdict: Verdict<RequestChange>, waitedMs: number | undefined): void {
    switch (verdict?.kind) {
      case undefined:
        if (waitedMs !== undefined) this.#sink.onStaged({ step: stageStep('origin-request', verdict, waitedMs) });
        break;
      case 'change': {
        const before = this.#sent;
        // The key is settled: the cache has been asked.
        this.#sent = { ...changeRequest('origin-request', before, verdict.change), keyUrl: before.keyUrl };
        const what = requestDifference(before, this.#sent);
        this.#sink.onStaged({
          step: stageStep('origin-request', verdict, waitedMs, { what }),
          change: noted('origin-request', verdict, requestHead(before), requestHead(this.#sent)),
        });
        break;
      }
      case 'answer':
        this.#stopBody();
        this.#answer('origin-request', verdict, waitedMs, requestHead(this.#sent));
        return;
      case 'drop':
        this.#drop('origin-request', verdict, waitedMs);
        return;
    }
    this.#send();
  }

  #send(): void {
    const { method, target, fields } = this.#sent;
    const { body, via } = this.#ask;
    const host = target.origin.endsWith(`//${target.host}`) ? [] : ['Host', target.host];
    const sink = this.#sink;
    sink.onSending();
    const call = this.#client.send(
      { method, origin: target.origin, path: target.path, fields: [...host, ...fields, 'Via', via], body },
      {
        onDispatched: (connection) => sink.onDispatched(connection),
        onBytes: (sent, received) => sink.onBytes?.(sent, received),
        onInterim: (status, interim) => sink.onInterim(status, interim),
        onHead: (status, statusText, raw) => this.#onHead(status, statusText, raw),
        onData: (chunk) => {
          if (this.#held === undefined) sink.onData(chunk);
          else this.#held.chunks.push(chunk);
        },
        onEnd: (trailers) => {
          if (this.#held === undefined) sink.onEnd(trailers);
          else this.#held.trailers = trailers;
        },
        onFailed: (failure) => this.#onFailed(failure),
      },
    );
    this.#call = call;
    if (this.#over) call.abort();
    else if (this.#held !== undefined) call.pause();
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
    const { about } = this.#ask;
    const { exchange, client, askedUrl, reason } = about;
    const { method, target } = this.#sent;
    const held: HeldAnswer = { chunks: [], trailers: undefined };
    this.#held = held;
    runStage(
      'origin-response',
      stage,
      { exchange, client, askedUrl, method, url: target.url, status, statusText, fields, reason },
      this.#now,
      (verdict, waitedMs) => {
        if (this.#held === held) this.#letIn({ status, statusText, fields }, held, verdict, waitedMs);
      },
      this.#failed,
    );
    if (this.#held === held) this.#call?.pause();
  }

  /** An answer that breaks off before its head was let in is none. */
  #onFailed(failure: UpstreamFailure): void {
    if (this.#over) return;
    this.#over = true;
    this.#held = undefined;
    this.#sink.onFailed(failure);
  }

  #letIn(
    received: { status: number; statusText: string; fields: FieldList },
    held: HeldAnswer,
    verdict: Verdict<ResponseChange>,
    waitedMs: number | undefined,
  ): void {
    const sink = this.#sink;
    let head = received;
    switch (verdict?.kind) {
      case undefined:
        if (waitedMs !== undefined) sink.onStaged({ step: stageStep('origin-response', verdict, waitedMs) });
        break;
      case 'change': {
        head = changeResponse('origin-response', received, verdict.change);
        const what = responseDifference(received, head);
        sink.onStaged({
          step: stageStep('origin-response', verdict, waitedMs, { what }),
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
    sink.onHead(head.status, head.statusText, head.fields);
    // What comes while these are told stands behind them.
    for (let chunk = held.chunks.shift(); chunk !== undefined && this.#held === held; chunk = held.chunks.shift())
      sink.onData(chunk);
    if (this.#held !== held) return;
    this.#held = undefined;
    if (held.trailers !== undefined) sink.onEnd(held.trailers);
    else if (!this.#paused && waitedMs !== undefined) this.#call?.resume();
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
    this.#held = undefined;
    this.#call?.abort();
    this.#call = undefined;
    sink.onStaged({
      step: stageStep(stage, verdict, waitedMs, { status: reply.status }),
      change: noted(stage, verdict, received, responseHead(reply)),
    });
    sink.onHead(reply.status, reply.statusText, reply.fields);
    if (!this.#over && reply.body.length > 0 && this.#ask.method !== 'HEAD') sink.onData(reply.body);
    if (!this.#over) sink.onEnd([]);
  }

  #drop(
    stage: 'origin-request' | 'origin-response',
    verdict: { kind: 'drop'; by?: string },
    waitedMs: number | undefined,
  ): void {
    this.abort();
    this.#stopBody();
    this.#sink.onDropped(endedAt(stage, verdict, stageStep(stage, verdict, waitedMs)));
  }

  /** Nobody reads what the client still sends. */
  #stopBody(): void {
    this.#ask.body?.destroy();
  }
}
