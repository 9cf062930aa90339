/** What stages at the client's side make of an exchange: its request before the cache is asked, its reply before it is sent. */
import { cacheKey } from '../../cache/key.ts';
import type { CacheRequest, Explained } from '../../cache/plan.ts';
import type { StageChange } from '../../contract/exchange.ts';
import type { FieldList } from '../../http/fields.ts';
import { Head } from '../../http/head.ts';
import type { Target } from '../../http/target.ts';
import type { Staged } from '../fetch/staged-call.ts';
import { oneForwardLess } from './local-answers.ts';
import {
  changeRequest,
  changeResponse,
  noted,
  ownReply,
  requestDifference,
  requestHead,
  responseDifference,
  responseHead,
  type OwnReply,
  type StagedRequest,
  type StagedResponse,
} from './stage-changes.ts';
import { endedAt, stageStep, type ClientRequestChange, type ResponseChange, type Verdict } from './stages.ts';

/** The request as it goes on: the three values of an exchange may part here (URL asked for, URL of the key, what is dialled). */
export function takeRequestChange(
  request: CacheRequest,
  received: Head,
  target: Target,
  verdict: { kind: 'change'; change: ClientRequestChange; by?: string },
  waitedMs: number | undefined,
): { request: CacheRequest; target: Target; step: Staged['step']; change: StageChange<FieldList> } {
  const before: StagedRequest = { method: request.method, target, keyUrl: request.url, fields: received.fields };
  const after = changeRequest('client-request', before, verdict.change);
  const { method, keyUrl, fields } = after;
  const keyBefore = cacheKey(request.method, request.url);
  const key = cacheKey(method, keyUrl);
  let { head } = request;
  if (fields !== before.fields) {
    const { forwarded } = new Head(fields);
    head = oneForwardLess(method, forwarded) ?? forwarded;
  }
  return {
    request: { ...request, method, url: keyUrl, head },
    target: after.target,
    step: stageStep('client-request', verdict, waitedMs, { what: requestDifference(before, after) }),
    change: {
      ...noted('client-request', verdict, requestHead(before), requestHead(after)),
      ...(key !== keyBefore && { cacheKey: key }),
    },
  };
}

/** How a reply goes on. */
type Passed =
  | { kind: 'go-on'; head: StagedResponse; staged: Staged | undefined }
  | { kind: 'answer'; head: OwnReply; staged: Staged }
  | { kind: 'drop'; explained: Explained };

export function takeResponseVerdict(
  before: StagedResponse,
  verdict: Verdict<ResponseChange>,
  waitedMs: number | undefined,
): Passed {
  switch (verdict?.kind) {
    case undefined:
      return {
        kind: 'go-on',
        head: before,
        staged: waitedMs === undefined ? undefined : { step: stageStep('client-response', verdict, waitedMs) },
      };
    case 'change': {
      const head = changeResponse('client-response', before, verdict.change);
      const step = stageStep('client-response', verdict, waitedMs, { what: responseDifference(before, head) });
      const change = noted('client-response', verdict, responseHead(before), responseHead(head));
      return { kind: 'go-on', head, staged: { step, change } };
    }
    case 'answer': {
      const head = ownReply('client-response', verdict.reply);
      const step = stageStep('client-response', verdict, waitedMs, { status: head.status });
      const change = noted('client-response', verdict, responseHead(before), responseHead(head));
      return { kind: 'answer', head, staged: { step, change } };
    }
    case 'drop':
      return {
        kind: 'drop',
        explained: endedAt('client-response', verdict, stageStep('client-response', verdict, waitedMs)),
      };
  }
}

/** What came of the content while a stage looked at the head: one chunk, for a reader that took it is told to wait. */
export class HeldReply {
  /** Takes everything and keeps nothing: another reply has been sent. */
  static readonly nowhere = new HeldReply(true);
  readonly #isNowhere: boolean;
  readonly #chunks: Uint8Array[] = [];
  #trailers: FieldList | undefined;

  constructor(isNowhere = false) {
    this.#isNowhere = isNowhere;
  }

  data(chunk: Uint8Array): boolean {
    if (!this.#isNowhere) this.#chunks.push(chunk);
    return this.#isNowhere;
  }

  end(trailers: FieldList): void {
    if (!this.#isNowhere) this.#trailers = trailers;
  }

  /** Hands on what came; `drained` asks for more. */
  release(to: { data(chunk: Uint8Array): boolean; end(trailers: FieldList): void }, drained: () => void): void {
    let takesMore = this.#chunks.length > 0;
    for (const chunk of this.#chunks) takesMore = to.data(chunk);
    if (this.#trailers !== undefined) to.end(this.#trailers);
    else if (takesMore) drained();
  }
}
