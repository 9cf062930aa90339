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
import { HeldContent } from './held-content.ts';
import { endedAt, stageStep, type ClientRequestChange, type ResponseChange, type Verdict } from './stages.ts';

/** The request as it goes on: the three values of an exchange may part here (URL asked for, URL of the key, what is dialled). */
export function takeRequestChange(
  request: CacheRequest,
  received: Head,
  target: Target,
  verdict: { kind: 'change'; change: ClientRequestChange; by?: string },
  waitedMs: number | undefined,
): {
  request: CacheRequest;
  target: Target;
  content: Uint8Array | undefined;
  step: Staged['step'];
  change: StageChange<FieldList>;
} {
  const before: StagedRequest = { method: request.method, target, keyUrl: request.url, fields: received.fields };
  const after = changeRequest('client-request', before, verdict.change);
  const { method, keyUrl, fields, content } = after;
  const hasBody = content === undefined ? request.hasBody : content.length > 0;
  const keyBefore = cacheKey(request.method, request.url);
  const key = cacheKey(method, keyUrl);
  let { head } = request;
  if (fields !== before.fields) {
    const { forwarded } = new Head(fields);
    head = oneForwardLess(method, forwarded) ?? forwarded;
  }
  return {
    request: { ...request, method, url: keyUrl, head, hasBody },
    target: after.target,
    content,
    step: stageStep('client-request', verdict, waitedMs, {
      what: requestDifference(before, after),
      bytes: content?.length,
    }),
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
    case 'pass':
      return {
        kind: 'go-on',
        head: before,
        staged:
          waitedMs === undefined && verdict === undefined
            ? undefined
            : { step: stageStep('client-response', verdict, waitedMs) },
      };
    case 'change': {
      const head = changeResponse('client-response', before, verdict.change);
      const step = stageStep('client-response', verdict, waitedMs, {
        what: responseDifference(before, head),
        bytes: head.content?.length,
      });
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

/** What came of the content while a stage looked at the head: one chunk, for a reader that took it is told to wait, or all that is read. */
export class HeldReply {
  /** Takes everything and keeps nothing: another reply has been sent. */
  static readonly nowhere = new HeldReply(true);
  readonly #isNowhere: boolean;
  readonly #content = new HeldContent();
  #trailers: FieldList | undefined;

  constructor(isNowhere = false) {
    this.#isNowhere = isNowhere;
  }

  data(chunk: Uint8Array): boolean {
    return this.#isNowhere || this.#content.take(chunk);
  }

  end(trailers: FieldList): void {
    if (this.#isNowhere) return;
    this.#trailers = trailers;
    this.#content.end();
  }

  /** Reads on until all of it is here, or more than `maxBytes`; `drained` asks for more. */
  read(maxBytes: number, drained: () => void): Promise<Uint8Array | undefined> {
    const read = this.#content.read(maxBytes);
    if (this.#content.takesMore) drained();
    return read;
  }

  /** Hands on what came; `drained` asks for more. */
  release(to: { data(chunk: Uint8Array): boolean; end(trailers: FieldList): void }, drained: () => void): void {
    const chunks = this.#content.letGo();
    let takesMore = chunks.length > 0;
    for (const chunk of chunks) takesMore = to.data(chunk);
    if (this.#trailers !== undefined) to.end(this.#trailers);
    else if (takesMore) drained();
  }
}
