/**
 * Stages of an exchange: four places where something may look at a head and change it, answer instead, or drop the
 * connection. Rules, breakpoints, mocks and throttling stand here and nowhere else. Without one nothing of this runs, and
 * one that answers at once keeps the exchange synchronous.
 */
import type { Explained, RequestPlan } from '../../cache/plan.ts';
import type { HeldEnd } from '../../contract/breakpoints/held.ts';
import type { StageName } from '../../contract/exchange.ts';
import type { ReasonCode, TraceInput, TraceStep } from '../../contract/reasons.ts';
import type { ThrottleProfile } from '../../contract/throttle.ts';
import type { FieldList } from '../../http/fields.ts';
import type { Link } from '../throttle/link.ts';

/** For a stage that waits: what comes behind the head, and whether anybody waits with it. */
export interface StageWait {
  /**
   * The content, when all of it has come and is at most `maxBytes`; undefined for more, and for one that breaks off. It goes
   * on behind the head all the same.
   */
  readContent(maxBytes: number): Promise<Uint8Array | undefined>;
  /** Calls back when no verdict is wanted any more. */
  onGone(listener: () => void): void;
}

/** Which exchange it is. Views are plain data of this moment; not to be changed. */
export interface StageView {
  /** Number of the exchange within its session. */
  readonly exchange: number;
  /** Address of the client, without port; empty when the cache asks for itself. */
  readonly client: string;
  /** URL the client asked for, whatever stages made of it. */
  readonly askedUrl: string;
}

export interface RequestView extends StageView {
  readonly wait: StageWait;
  readonly method: string;
  readonly url: string;
  readonly fields: FieldList;
  readonly hasBody: boolean;
}

/** A request before the cache is asked, as received. */
export interface ClientRequestView extends RequestView {
  /** `1.0`, `1.1` or `2`. */
  readonly httpVersion: string;
}

/** A request before it goes to the origin, with the conditions of the cache. */
export interface OriginRequestView extends RequestView {
  readonly plan: RequestPlan['kind'];
  /** Why the cache sends it. */
  readonly reason: ReasonCode;
}

/** A response: of the origin as received, or on its way to the client without the fields this proxy adds. */
export interface ResponseView extends StageView {
  readonly wait: StageWait;
  readonly method: string;
  readonly url: string;
  readonly status: number;
  readonly statusText: string;
  readonly fields: FieldList;
  /** Of the request it answers, as it went on from here. */
  readonly requestFields: FieldList;
  readonly reason: ReasonCode;
}

/** What of a request is to be another. Framing (Content-Length) follows the content; Host follows the URL. */
export interface RequestChange {
  readonly method?: string;
  /** What is dialled and asked for. */
  readonly url?: string;
  readonly fields?: FieldList;
  /** Host stays what it was though the URL is another. */
  readonly keepHost?: boolean;
  /** In the place of the content that came, which was read whole. */
  readonly content?: Uint8Array;
}

export interface ClientRequestChange extends RequestChange {
  /** URL the cache keeps the answer under; by default the changed one. */
  readonly keyUrl?: string;
}

/** What of a response is to be another. Framing follows the content; a status without content stays one. */
export interface ResponseChange {
  readonly status?: number;
  readonly statusText?: string;
  readonly fields?: FieldList;
  /** In the place of the content that comes, whatever of it has come. */
  readonly content?: Uint8Array;
}

/** A reply of a stage's own; Content-Length is made from the content. */
export interface StageReply {
  readonly status: number;
  readonly statusText?: string;
  readonly fields: FieldList;
  readonly body?: Uint8Array;
}

/** That it was held for a person: how that ended, and how long the content was that was changed, bytes. */
export interface HeldNote {
  readonly how: HeldEnd;
  readonly bytesBefore?: number;
  /** That content, as it was shown. */
  readonly contentBefore?: Uint8Array;
}

/**
 * What a stage wants: nothing (go on), or one of these; `pass` goes on as well, and stands in the record. `by` names what
 * acted, for the record. `throttle`, at the client's side: the profile of the slow line that the client is to have for
 * this exchange.
 */
export type Verdict<Change> =
  | undefined
  | ((
      { kind: 'pass' } | { kind: 'change'; change: Change } | { kind: 'answer'; reply: StageReply } | { kind: 'drop' }
    ) & {
      by?: string;
      held?: HeldNote;
      throttle?: string;
    });

/** At once, or later: then the exchange waits. */
export type Stage<View, Change> = (view: View) => Verdict<Change> | Promise<Verdict<Change>>;

/** What is registered. Never changed: another one takes its place. */
export interface Stages {
  /** Before the cache is asked. */
  readonly clientRequest?: Stage<ClientRequestView, ClientRequestChange>;
  /**
   * Before a request goes to an origin: once for all who wait for its answer, and for those the cache sends itself. An
   * answer takes the place of the origin's: it is stored as its fields say, and passes no `originResponse`.
   */
  readonly originRequest?: Stage<OriginRequestView, RequestChange>;
  /** Before an origin's answer is judged and stored; once for all who wait for it. */
  readonly originResponse?: Stage<ResponseView, ResponseChange>;
  /** Before the answer of cache or origin goes to a client. What is stored stays as it is. */
  readonly clientResponse?: Stage<ResponseView, ResponseChange>;
}

/** A stage threw, rejected, or asked for something malformed: the exchange fails with these words. */
export class StageError extends Error {
  constructor(stage: StageName, what: string, options?: ErrorOptions) {
    super(`the stage ${stage} ${what}`, options);
    this.name = 'StageError';
  }
}

/**
 * Runs a stage. `then` comes at once when the stage answers at once, else later, with the time it took, ms. A stage that
 * throws or rejects, or whose verdict `then` finds malformed, comes to `failed`; so does whatever `then` throws later.
 */
export function runStage<View, Change>(
  name: StageName,
  stage: Stage<View, Change>,
  view: View,
  now: () => number,
  then: (verdict: Verdict<Change>, waitedMs: number | undefined) => void,
  failed: (error: unknown) => void,
): void {
  let verdict: ReturnType<typeof stage>;
  try {
    verdict = stage(view);
  } catch (error) {
    failed(threw(name, error));
    return;
  }
  if (verdict instanceof Promise) {
    const beganMs = now();
    verdict
      .then(
        (late) => then(late, Math.round(now() - beganMs)),
        (error: unknown) => failed(threw(name, error)),
      )
      .catch(failed);
    return;
  }
  try {
    then(verdict, undefined);
  } catch (error) {
    if (!(error instanceof StageError)) throw error;
    failed(error);
  }
}

function threw(name: StageName, error: unknown): StageError {
  return new StageError(name, `failed (${error instanceof Error ? error.message : String(error)})`, { cause: error });
}

const PHASES = {
  'client-request': 'request',
  'origin-request': 'upstream',
  'origin-response': 'response',
  'client-response': 'response',
} as const satisfies Record<StageName, TraceStep['phase']>;

/** The step of the trace that tells what a stage did. */
export function stageStep(
  stage: StageName,
  verdict: Verdict<unknown>,
  waitedMs: number | undefined,
  { bytes, ...more }: { what?: string; status?: number; bytes?: number | undefined } = {},
): TraceStep {
  const inputs: Record<string, TraceInput> = { stage, did: DID[verdict?.kind ?? 'pass'], ...more };
  if (verdict?.by !== undefined) inputs['by'] = verdict.by;
  if (verdict?.held !== undefined) inputs['held'] = verdict.held.how;
  if (verdict?.held?.bytesBefore !== undefined && bytes !== undefined) {
    inputs['bytesBefore'] = verdict.held.bytesBefore;
    inputs['bytesAfter'] = bytes;
  }
  if (waitedMs !== undefined) inputs['waitedMs'] = waitedMs;
  const stops = verdict?.kind === 'answer' || verdict?.kind === 'drop';
  return { code: 'stage', phase: PHASES[stage], result: stops ? 'stop' : 'note', inputs };
}

/** The step of the trace that tells of a slow line; of one that is not known only its name. */
export function throttleStep(name: string, line: ThrottleProfile | undefined, by: string | undefined): TraceStep {
  const inputs: Record<string, TraceInput> = { profile: name };
  if (line !== undefined) {
    inputs['latencyMs'] = line.latencyMs;
    inputs['downKbps'] = line.downKbps;
    inputs['upKbps'] = line.upKbps;
  }
  if (by !== undefined) inputs['by'] = by;
  return { code: 'throttle', phase: 'request', result: 'note', inputs };
}

/** What the record says of an exchange that a stage ends: with a reply of its own before the cache was asked, or without one. */
export function endedAt(stage: StageName, verdict: Verdict<unknown> & object, step: TraceStep): Explained {
  return {
    reason: verdict.kind === 'drop' ? 'stage-drop' : 'stage-reply',
    facts: { stage, ...(verdict.by !== undefined && { by: verdict.by }) },
    trace: [step],
  };
}

/** What the record says of one whose connection a slow line loses, drawn here; undefined when it gets through. */
export function lostOn(link: Link | undefined): Explained | undefined {
  if (link?.profile === undefined || !link.loses()) return undefined;
  const verdict = { kind: 'drop', by: `throttle: ${link.profile.name}` } as const;
  return endedAt('client-request', verdict, stageStep('client-request', verdict, undefined));
}

/** That a stage dropped it, for the record. */
export function droppedText({ method, url }: { method: string; url: string }, { facts }: Explained): string {
  const by = facts['by'] === undefined ? '' : ` (${facts['by']})`;
  return `${method} ${url}: dropped by the stage ${facts['stage']}${by}`;
}

const DID = { pass: 'passed', change: 'changed', answer: 'answered', drop: 'dropped' } as const;
