/**
 * What a 304, or a 200 to HEAD, does to a stored response (RFC 9111 §3.2, §4.3.4, §4.3.5): does it speak of that at
 * all, what of it enters the store, and what goes to the client that asked and to nobody else. Pure.
 */
import type { ReasonCode } from '../../contract/reasons.ts';
import { isStrongEtag, weakMatch } from '../../http/conditionals.ts';
import { parseHttpDate } from '../../http/dates.ts';
import { getField, withoutFields, type FieldList } from '../../http/fields.ts';
import { Head } from '../../http/head.ts';
import type { Candidate, StoredFacts } from './candidate.ts';
import { decideStoring, describeStored, PER_CLIENT, timeOfDay } from './storing.ts';
import { computeLifetime, effectiveDirectives } from './freshness.ts';
import type { CachePolicy, CacheRequest, CacheResponse, Explained } from '../plan.ts';
import { Trace } from './trace.ts';
import { varyNames } from './vary.ts';

/**
 * What becomes of the stored response: it takes the update; it stays as it is, for the update is this client's alone;
 * or it goes, for the update says that such a response is not to be kept.
 */
export type Fate = 'updated' | 'untouched' | 'removed';

export interface Update {
  /** The response to reply from: the stored one under the update, without `own`. */
  facts: StoredFacts;
  /** Lines of the update for the client that asked: never stored. */
  own: FieldList;
  fate: Fate;
  /** Why a 200 with these fields would not have been stored; undefined when it would. */
  refused: ReasonCode | undefined;
  /** What the sentence of that reason is made of. */
  refusedFacts: Explained['facts'];
}

/** Not taken over: they describe the stored content, not the response (RFC 9111 §3.2). */
const NOT_UPDATED: ReadonlySet<string> = new Set([
  'content-encoding',
  'content-length',
  'content-md5',
  'content-range',
  'content-digest',
  'etag',
  'age',
]);

/** Refusals caused by this request or by the settings: they do not make what is stored unusable for others. */
const OF_THIS_REQUEST: ReadonlySet<ReasonCode> = new Set<ReasonCode>([
  'authorization',
  'request-no-store',
  'storing-off',
  'body-over-limit',
]);

/** Which representation a 304 is about: the stored one, one that only matches weakly, or another. */
export type Spoken = 'same' | 'weakly' | 'other';

/**
 * Compares the validators of a 304 with those that were asked about (RFC 9111 §4.3.4). A strong entity tag names one
 * representation; where only the weak comparison holds (a front that compresses weakens the tag of the 200 and not that
 * of the 304), the stored response is good but is not updated. A 304 without validators answers what was asked.
 */
export function spokenOf(candidate: Pick<Candidate, 'etag' | 'lastModified'>, response: Head, nowMs: number): Spoken {
  const etag = response.get('etag');
  const lastModified = response.get('last-modified');
  if (etag !== undefined && candidate.etag !== undefined) {
    if (etag === candidate.etag) return 'same';
    if (!weakMatch(etag, candidate.etag)) return 'other';
    return isStrongEtag(etag) ? 'weakly' : 'same';
  }
  const sameDate =
    lastModified === undefined || candidate.lastModified === undefined
      ? undefined
      : isSameDate(lastModified, candidate.lastModified, nowMs);
  if (etag !== undefined) return sameDate === true || !isStrongEtag(etag) ? 'same' : 'other';
  return sameDate === false ? 'other' : 'same';
}

function isSameDate(a: string, b: string, nowMs: number): boolean {
  if (a === b) return true;
  const ms = parseHttpDate(a, nowMs);
  return ms !== undefined && ms === parseHttpDate(b, nowMs);
}

/** Whether a 200 to HEAD matches the stored response: all its validators, and its length (RFC 9111 §4.3.5). */
export function agrees(candidate: Candidate, response: Head, trace: Trace): boolean {
  const etag = response.get('etag');
  const lastModified = response.get('last-modified');
  const length = response.get('content-length');
  const same =
    candidate.status === 200 &&
    (etag === undefined || etag === candidate.etag) &&
    (lastModified === undefined || lastModified === candidate.lastModified) &&
    (length === undefined || length.trim() === String(candidate.bodyBytes));
  trace.note('head-update', {
    agrees: same,
    etag: etag ?? null,
    lastModified: lastModified ?? null,
    length: length ?? null,
    storedLength: candidate.bodyBytes,
  });
  return same;
}

/** The stored response under the fields of a 304 or of a 200 to HEAD: kept only where a 200 with these fields would be. */
export function decideUpdate(
  request: CacheRequest,
  candidate: Candidate,
  response: CacheResponse,
  policy: CachePolicy,
): Update {
  const update = response.head.fields;
  const merged = new Head(updateFields(candidate.fields, withoutFields(update, PER_CLIENT)));
  const directives = effectiveDirectives(merged, policy);
  const { control } = directives;
  const ownNames = new Set([...PER_CLIENT, ...control.privateFields, ...control.noCacheFields]);
  const own: string[] = [];
  for (let i = 0; i < update.length; i += 2)
    if (ownNames.has(update[i]!.toLowerCase())) own.push(update[i]!, update[i + 1]!);
  const as200: CacheResponse = { ...response, status: candidate.status, head: merged };
  const lifetime = computeLifetime(
    candidate.status,
    merged,
    directives,
    policy,
    timeOfDay(response),
    request.head.has('authorization'),
  );
  const names = varyNames(merged);
  const described = describeStored(
    request,
    as200,
    lifetime,
    control,
    names === '*' ? [] : names,
    policy.mode === 'fixed-ttl',
  );
  const facts: StoredFacts = { ...described, headOnly: candidate.headOnly, partial: candidate.partial };
  const storing = decideStoring(request, as200, policy, new Trace('response'));
  if (storing.store) return { facts, own, fate: 'updated', refused: undefined, refusedFacts: {} };
  const fate = OF_THIS_REQUEST.has(storing.reason) ? 'untouched' : 'removed';
  return { facts, own, fate, refused: storing.reason, refusedFacts: storing.facts };
}

/** Stored fields with those of the update in the place of all lines of the same name (RFC 9111 §3.2). */
export function updateFields(stored: FieldList, update: FieldList): string[] {
  const replaced = new Set<string>();
  for (let i = 0; i < update.length; i += 2) {
    const name = update[i]!.toLowerCase();
    if (!NOT_UPDATED.has(name)) replaced.add(name);
  }
  const out: string[] = [];
  for (let i = 0; i < stored.length; i += 2) {
    const name = stored[i]!.toLowerCase();
    // A 304 is dated when it was made; a stored Date would make the freshened response old at once.
    if (!replaced.has(name) && name !== 'date') out.push(stored[i]!, stored[i + 1]!);
  }
  for (let i = 0; i < update.length; i += 2)
    if (replaced.has(update[i]!.toLowerCase())) out.push(update[i]!, update[i + 1]!);
  const age = getField(update, 'age');
  if (age !== undefined) out.push('Age', age);
  return out;
}
