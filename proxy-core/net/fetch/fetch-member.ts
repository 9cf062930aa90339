/** Who takes part in a fetch, and what a fetch is given. */
import type {
  CacheEngine,
  CacheRequest,
  Explained,
  FailurePlan,
  RequestPlan,
  ResponsePlan,
  ServedReply,
  StoredResponse,
} from '../../cache/plan.ts';
import type { ReportFault } from '../../contract/faults.ts';
import type { ExchangeLog } from '../../contract/observer.ts';
import type { FieldList } from '../../http/fields.ts';
import type { Stages, StageView } from '../exchange/stages.ts';
import type { OriginClient } from '../origin/origin-client.ts';
import type { UpstreamFailure } from '../origin/proxy-errors.ts';
import type { BodyReader, HeldBytes } from './body-fan.ts';

/** The upstream's answer as far as its head goes. */
export interface UpstreamHead {
  status: number;
  statusText: string;
  fields: FieldList;
}

/**
 * An exchange that takes part in a fetch. Exactly one of these is called, then the body follows through `BodyReader`. One
 * that throws gets `crash` and is no longer a member; the others continue.
 */
export interface FetchMember extends BodyReader {
  readonly request: CacheRequest;
  readonly plan: RequestPlan;
  readonly log: ExchangeLog;
  /** What stages are told of the exchange. */
  about(): StageView;
  interim(status: number, fields: FieldList): void;
  /** Send this head; the body follows. */
  stream(plan: ResponsePlan & { kind: 'store' | 'skip' }, head: UpstreamHead, collapsed: boolean): void;
  /** Send a stored response. */
  serve(reply: ServedReply, plan: ResponsePlan | FailurePlan, forwardStatus: number | undefined): void;
  /** No answer, and nothing stored to give; `status` in the place of the failure's own. */
  fail(failure: UpstreamFailure, status?: number): void;
  /** A stage drops the connection. */
  drop(explained: Explained): void;
  /** This response cannot be shared with you: fetch on your own. `mayJoin` says whether joining another fetch makes sense. */
  release(mayJoin: boolean): void;
  /** The body was stored (or will not be: `undefined` is never passed). */
  stored(entry: StoredResponse, ttlSeconds: number): void;
}

export interface FetchDeps {
  engine: CacheEngine;
  client: OriginClient;
  now: () => number;
  /** What to add to `now` for the time of day, ms. */
  wallOffsetMs: () => number;
  held: HeldBytes;
  finishAbandonedBytes: () => number;
  via: (httpVersion: string) => string;
  report: ReportFault;
  stages?: Stages | undefined;
}

/** Gets the progress of a fetch. */
export interface FetchOwner {
  /** The head came; `shareable` as `Collapser.answered` takes it. */
  onAnswered(shareable: boolean | undefined): void;
  onOver(): void;
}
