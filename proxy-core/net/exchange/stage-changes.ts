/** What a stage asked for, made into heads that may be sent: malformed ones are refused with words. */
import { STATUS_CODES } from 'node:http';
import type { StageChange, StageHead, StageName } from '../../contract/exchange.ts';
import { getCombined, withoutFields, type FieldList } from '../../http/fields.ts';
import { stripHopByHop } from '../../http/hop-by-hop.ts';
import { parseTarget, targetFor, type Target } from '../../http/target.ts';
import { isClean, isToken } from '../front/wire-text.ts';
import { StageError, type ClientRequestChange, type HeldNote, type ResponseChange, type StageReply } from './stages.ts';

/** A request as a stage got it or left it. */
export interface StagedRequest {
  readonly method: string;
  /** What is dialled. */
  readonly target: Target;
  /** URL the answer is kept under. */
  readonly keyUrl: string;
  readonly fields: FieldList;
  /** What a stage put in the place of the content. */
  readonly content?: Uint8Array | undefined;
}

/** A response as a stage got it or left it. */
export interface StagedResponse {
  readonly status: number;
  readonly statusText: string;
  readonly fields: FieldList;
  /** What a stage put in the place of the content. */
  readonly content?: Uint8Array | undefined;
}

/** A reply of a stage's own, complete. */
export interface OwnReply extends StagedResponse {
  readonly fields: string[];
  readonly body: Uint8Array;
}

const CONTENT_LENGTH = new Set(['content-length']);
const FRAMING = new Set(['content-length', 'transfer-encoding']);
const EMPTY = new Uint8Array();

/** The request after a change. */
export function changeRequest(stage: StageName, before: StagedRequest, change: ClientRequestChange): StagedRequest {
  const { method = before.method, url } = change;
  if (method !== before.method) {
    if (!isToken(method)) throw new StageError(stage, `set a malformed method ${quote(method)}`);
    if (method === 'CONNECT' || method === 'HEAD')
      throw new StageError(stage, `made ${method} of ${before.method}: the client does not expect its answer`);
  }
  const asked = url === undefined ? withPath(before.target) : urlOf(stage, url);
  const target = targetFor(method, asked);
  return {
    method,
    target: change.keepHost === true ? { ...target, host: before.target.host } : target,
    keyUrl:
      change.keyUrl === undefined ? (url === undefined ? before.keyUrl : target.url) : urlOf(stage, change.keyUrl).url,
    ...framed(stage, change, before),
  };
}

/** The response after a change. */
export function changeResponse(stage: StageName, before: StagedResponse, change: ResponseChange): StagedResponse {
  const { status = before.status } = change;
  checkStatus(stage, status);
  if (isEmpty(status) !== isEmpty(before.status))
    throw new StageError(stage, `made ${status} of ${before.status}: one of them has no content; answer instead`);
  return {
    status,
    statusText: phrase(stage, status, change.statusText ?? (status === before.status ? before.statusText : undefined)),
    ...framed(stage, change, before),
  };
}

/** A reply of the stage's own. */
export function ownReply(stage: StageName, reply: StageReply): OwnReply {
  const { status, body = EMPTY } = reply;
  checkStatus(stage, status);
  if (isEmpty(status) && body.length > 0) throw new StageError(stage, `answered ${status} with content`);
  const fields = withoutFields(stripHopByHop(checked(stage, reply.fields)), CONTENT_LENGTH);
  if (!isEmpty(status)) fields.push('Content-Length', String(body.length));
  return { status, statusText: phrase(stage, status, reply.statusText), fields, body };
}

/** Parts of a request that are not what they were, for the trace. */
export function requestDifference(before: StagedRequest, after: StagedRequest): string {
  const parts: string[] = [];
  if (before.method !== after.method) parts.push('method');
  if (before.target.url !== after.target.url) parts.push('url');
  if (before.keyUrl !== after.keyUrl) parts.push('key');
  if (before.target.host !== after.target.host) parts.push('host');
  if (before.fields !== after.fields) parts.push('fields');
  if (after.content !== undefined) parts.push('content');
  return parts.join(', ');
}

export function responseDifference(before: StagedResponse, after: StagedResponse): string {
  const parts: string[] = [];
  if (before.status !== after.status || before.statusText !== after.statusText) parts.push('status');
  if (before.fields !== after.fields) parts.push('fields');
  if (after.content !== undefined) parts.push('content');
  return parts.join(', ');
}

/** A request's head for the record. */
export function requestHead({ method, target, keyUrl, fields, content }: StagedRequest): StageHead<FieldList> {
  const head: StageHead<FieldList> = { method, url: target.url, fields };
  const begins = beginning(content);
  if (begins !== undefined) head.content = begins;
  if (keyUrl !== target.url) head.keyUrl = keyUrl;
  if (!target.origin.endsWith(`//${target.host}`)) head.host = target.host;
  return head;
}

export function responseHead({ status, statusText, fields, content }: StagedResponse): StageHead<FieldList> {
  const begins = beginning(content);
  return { status, statusText, fields, ...(begins !== undefined && { content: begins }) };
}

/** What stands in the record beside what was received. */
export function noted(
  stage: StageName,
  verdict: { kind: 'change' | 'answer'; by?: string; held?: HeldNote },
  received: StageHead<FieldList>,
  sent: StageHead<FieldList>,
): StageChange<FieldList> {
  const did = verdict.kind === 'change' ? 'changed' : 'answered';
  const before = beginning(verdict.held?.contentBefore);
  return {
    stage,
    ...(verdict.by !== undefined && { by: verdict.by }),
    did,
    received: before === undefined ? received : { ...received, content: before },
    sent,
  };
}

/** Characters of content that stand in the record beside the heads. */
const SHOWN_BYTES = 2000;

/** How content begins, as text; undefined for bytes that are none. */
function beginning(content: Uint8Array | undefined): string | undefined {
  if (content === undefined) return undefined;
  try {
    // A character that is cut is left out.
    return new TextDecoder('utf-8', { fatal: true }).decode(content.subarray(0, SHOWN_BYTES), {
      stream: content.length > SHOWN_BYTES,
    });
  } catch {
    return undefined;
  }
}

function urlOf(stage: StageName, url: string): Target {
  const parsed = parseTarget(url);
  if (!parsed.ok) throw new StageError(stage, `set a URL that cannot be asked for: ${parsed.problem}`);
  return parsed.target;
}

/** `*` stands for the whole server with OPTIONS only. */
const withPath = (target: Target): Target => (target.path === '*' ? { ...target, path: '/' } : target);

/** Statuses that never have content (RFC 9110 §6.4.1). */
const isEmpty = (status: number): boolean => status === 204 || status === 304;

function checkStatus(stage: StageName, status: number): void {
  if (!Number.isInteger(status) || status < 200 || status > 599)
    throw new StageError(stage, `set the status ${status}; a final one is between 200 and 599`);
}

function phrase(stage: StageName, status: number, text = STATUS_CODES[status] ?? ''): string {
  if (/[\r\n\0]/.test(text)) throw new StageError(stage, `set a malformed reason phrase ${quote(text)}`);
  return text;
}

function checked(stage: StageName, fields: FieldList): FieldList {
  if (fields.length % 2 !== 0) throw new StageError(stage, 'set a field without a value');
  for (let i = 0; i < fields.length; i += 2) {
    if (!isToken(fields[i]!)) throw new StageError(stage, `set a malformed field name ${quote(fields[i]!)}`);
    if (!isClean(fields[i + 1]!)) throw new StageError(stage, `set a malformed value of ${fields[i]!}`);
  }
  return fields;
}

/** Fields and content after a change. */
function framed(
  stage: StageName,
  { fields, content }: { fields?: FieldList; content?: Uint8Array },
  before: { fields: FieldList },
): { fields: FieldList; content?: Uint8Array } {
  if (content !== undefined) {
    const own = withoutFields(checked(stage, fields ?? before.fields), FRAMING);
    if (content.length > 0 || getCombined(before.fields, 'content-length') !== undefined)
      own.push('Content-Length', String(content.length));
    return { fields: own, content };
  }
  return { fields: fields === undefined ? before.fields : sameFraming(checked(stage, fields), before.fields) };
}

/** The content stays, so its length does. */
function sameFraming(fields: FieldList, before: FieldList): FieldList {
  const length = getCombined(before, 'content-length');
  if (getCombined(fields, 'content-length') === length) return fields;
  const out = withoutFields(fields, CONTENT_LENGTH);
  if (length !== undefined) out.push('Content-Length', length);
  return out;
}

const quote = (text: string): string => JSON.stringify(text.slice(0, 80));
