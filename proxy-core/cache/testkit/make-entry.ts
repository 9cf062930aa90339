/** Builders for store tests. */
import type { NewEntry } from '../store/entry-store.ts';
import type { StoredFacts } from '../decide/candidate.ts';
import { T0 } from './make.ts';

export function makeFacts(overrides: Partial<StoredFacts> = {}): StoredFacts {
  return {
    status: 200,
    fields: ['Cache-Control', 'max-age=60'],
    varyBy: [],
    bornAtMs: T0,
    storedAtMs: T0,
    lifetimeSeconds: 60,
    lifetimeSource: 'max-age',
    swrSeconds: undefined,
    sieSeconds: undefined,
    noCache: false,
    mustRevalidate: false,
    headOnly: false,
    partial: false,
    ...overrides,
  };
}

export function makeEntry(
  url: string,
  body: Uint8Array | string = 'hello',
  facts: Partial<StoredFacts> = {},
): NewEntry {
  return { url, statusText: 'OK', facts: makeFacts(facts), chunks: [Buffer.from(body)], hasTags: false };
}
