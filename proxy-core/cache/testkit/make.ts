/** Builders for cache tests: a request, a response, a policy, a cache with something in it. */
import type { RevalidateResult } from '../../contract/entry.ts';
import type { FieldList } from '../../http/fields.ts';
import { Head } from '../../http/head.ts';
import { createCacheEngine, type CacheAdmin } from '../cache-engine.ts';
import type { CacheEngine, CachePolicy, CacheRequest, CacheResponse, ServedReply, StoredResponse } from '../plan.ts';
import type { Budget } from '../store/entry-store.ts';

/** Tue, 14 Nov 2023 22:13:20 GMT */
export const T0 = 1_700_000_000_000;
export const URL_A = 'http://example.test/a';

/** With the field list in the place of the head made of it. */
type WithFields<T> = Partial<Omit<T, 'head'>> & { fields?: FieldList };

export function makeRequest({ fields = [], ...overrides }: WithFields<CacheRequest> = {}): CacheRequest {
  return { method: 'GET', url: URL_A, head: new Head(fields), hasBody: false, ...overrides };
}

export function makeResponse({
  fields = ['Cache-Control', 'max-age=60'],
  ...overrides
}: WithFields<CacheResponse> = {}): CacheResponse {
  return {
    status: 200,
    statusText: 'OK',
    head: new Head(fields),
    requestAtMs: T0,
    responseAtMs: T0,
    ...overrides,
  };
}

export function makePolicy(overrides: Partial<CachePolicy> = {}): CachePolicy {
  return {
    mode: 'standard',
    ttlSeconds: 0,
    maxBodyBytes: 1_000_000,
    shareAnyway: false,
    cdnCacheControl: false,
    ignoreClientControl: false,
    compress: false,
    ...overrides,
  };
}

export interface CacheUnderTest {
  cache: CacheEngine & CacheAdmin;
  policy: CachePolicy;
  budget: Budget;
  /** The clock of questions without a time. */
  clock: { nowMs: number };
}

export function makeCache(policy: Partial<CachePolicy> = {}, budget: Partial<Budget> = {}): CacheUnderTest {
  const under = {
    policy: makePolicy(policy),
    budget: { capacity: 1000, maxBytes: 10_000_000, ...budget },
    clock: { nowMs: T0 },
  };
  const cache = createCacheEngine({
    policy: () => under.policy,
    budget: () => under.budget,
    now: () => under.clock.nowMs,
  });
  return { ...under, cache };
}

/** Sends a request and its response through the cache; the entry when it was stored. */
export function exchange(
  cache: CacheEngine,
  request: CacheRequest,
  response: CacheResponse,
  body = 'hello',
  nowMs = response.responseAtMs,
): StoredResponse | undefined {
  const plan = cache.planRequest(request, nowMs);
  const told = cache.planResponse(request, plan, response, nowMs);
  return told.kind === 'store' ? cache.commit(told.ticket, [Buffer.from(body)], nowMs) : undefined;
}

/** Asks about an entry and takes this response for the origin's answer, as the driver does. */
export function revalidate(
  cache: CacheEngine & CacheAdmin,
  id: number,
  response: CacheResponse,
  body: Uint8Array,
  nowMs: number,
): RevalidateResult {
  const start = cache.validationFor(id);
  const told = cache.planResponse(start.request, start.plan, response, nowMs);
  if (told.kind === 'freshened')
    return cache.validated(start, { kind: 'freshened', status: response.status, fields: told.reply.fields }, nowMs);
  const stored = told.kind === 'store' ? cache.commit(told.ticket, [body], nowMs) : undefined;
  return cache.validated(
    start,
    {
      kind: 'replaced',
      status: response.status,
      statusText: response.statusText,
      fields: response.head.fields,
      stored,
      body,
    },
    nowMs,
  );
}

export function bodyText(reply: ServedReply): string {
  return Buffer.concat(reply.parts).toString('latin1');
}

/** Mulberry32: the same sequence for the same seed. */
export function makeRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
