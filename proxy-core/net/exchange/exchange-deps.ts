/** What the parts of an exchange are given, and what the driver does for each of them. */
import type { Readable } from 'node:stream';
import type { CacheEngine, CacheRequest, RequestPlan } from '../../cache/plan.ts';
import type { ReportFault } from '../../contract/faults.ts';
import type { ExchangeLog, ExchangeObserver } from '../../contract/observer.ts';
import type { FieldList } from '../../http/fields.ts';
import type { Target } from '../../http/target.ts';
import type { HeldBytes } from '../fetch/body-fan.ts';
import type { Fetch } from '../fetch/fetch.ts';
import type { FetchMember } from '../fetch/fetch-member.ts';
import type { OwnPages } from '../setup/own-pages.ts';
import type { Stages } from './stages.ts';
import type { OriginClient } from '../origin/origin-client.ts';
import type { Throttle } from '../throttle/throttle.ts';

export interface ExchangeDeps {
  engine: CacheEngine;
  client: OriginClient;
  observer: ExchangeObserver;
  now: () => number;
  /** What to add to `now` for the time of day, ms. */
  wallOffsetMs: () => number;
  held: HeldBytes;
  finishAbandonedBytes: () => number;
  /** How long a client may take or send nothing. */
  patienceSeconds: () => number;
  /** Whether Cache-Status and X-Cache-Status are added. */
  statusFields: () => boolean;
  /** `1.1 bsdm-proxy-1a2b3c`, with the protocol version the message was received with. */
  via: (httpVersion: string) => string;
  /** Part of `via` that names this very instance. */
  instance: string;
  /** `127.0.0.1:1488`, for the page that tells how to connect. */
  address: () => string;
  /** Pages of the proxy's own; undefined for what is somebody else's. */
  ownPages?: OwnPages | undefined;
  isSelf: (hostname: string, port: number) => boolean;
  /** Whether a request carries a secret of this program, of which nothing may be stored. */
  isSecret: (target: string, fields: FieldList) => boolean;
  report: ReportFault;
  /** What steps in on the way; without it an exchange stays synchronous. */
  stages?: Stages | undefined;
  /** Slow lines to clients. */
  throttle?: Throttle | undefined;
}

/** The driver, as one exchange sees it. */
export interface ExchangeOwner {
  readonly deps: ExchangeDeps;
  /** Starts or joins a fetch. */
  fetch(
    member: FetchMember,
    target: Target,
    fields: FieldList,
    collapseKey: string | undefined,
    body: Readable | null,
  ): Fetch;
  /** Asks the second cache about what memory does not have; undefined when there is nothing to ask. */
  lookFurther(request: CacheRequest, plan: RequestPlan): Promise<{ found: number }> | undefined;
  /** Validates a stored response without a client. Never throws. */
  revalidateInBackground(
    request: CacheRequest,
    plan: RequestPlan & { kind: 'serve-stale-and-revalidate' },
    target: Target,
    parent: ExchangeLog,
    client: string,
  ): void;
}

/** Before the cache has said anything. */
export const UNPLANNED: RequestPlan = {
  kind: 'bypass',
  forward: 'bypass',
  forwardFields: [],
  reason: 'upstream-failed',
  facts: {},
  trace: [],
};
