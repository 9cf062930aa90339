/** The cache's administration: what stands behind the contract's entry and cache commands. */
import type { EntryQuery } from '../../contract/commands.ts';
import { entryNumber, makeEntryId, type EntryId, type EntryRef } from '../../contract/entry-id.ts';
import type {
  EntryDetail,
  EntrySummary,
  PurgeResult,
  PurgeSelector,
  RemovedEntry,
  RevalidateResult,
} from '../../contract/entry.ts';
import { CommandError } from '../../contract/errors.ts';
import type { CacheStats } from '../../contract/stats.ts';
import type { FieldList } from '../../http/fields.ts';
import { Head } from '../../http/head.ts';
import { formsOf, makeHostMatcher } from '../../http/url-forms.ts';
import { diffBodies, diffFields } from './body-diff.ts';
import { forwardFor, validationFields } from '../decide/request.ts';
import { EntrySearch, type SearchResult } from './entry-search.ts';
import { describe, summarise } from './entry-view.ts';
import { makeGlobMatcher } from './glob.ts';
import { urlHash } from '../key.ts';
import type { UserValidation, ValidationAnswer } from '../plan.ts';
import type { EntryStore, EntryView, TakenEntry } from '../store/entry-store.ts';
import { sameVariant, type StoredEntry } from '../store/stored-entry.ts';
import type { GuardedTier } from '../tier.ts';
import { readTags } from './tags.ts';
import { Trace } from '../decide/trace.ts';
import { UndoBuffer } from './undo-buffer.ts';
import { ABSENT } from '../decide/vary.ts';

/** URLs shown of what an eviction removes. */
const SAMPLE = 10;

/**
 * Administration of the cache; every method is synchronous. Entries are named with the session, as the contract has them:
 * inside there are only numbers. Commands about an entry that is gone throw `not-found`, about one of another session `gone`.
 */
export interface CacheAdmin {
  list(query: EntryQuery): SearchResult;
  /** The same with a filter, which may ask about bodies; `unsearched` were left out because it would have taken too long. */
  search(query: EntryQuery & { q: string }): Promise<SearchResult & { unsearched?: number }>;
  /** The names of what {@link list} would answer. */
  ids(query: EntryQuery): Promise<EntryId[]>;
  /** Which of these are still stored. */
  known(refs: readonly EntryRef[]): EntryId[];
  get(id: EntryRef): EntryDetail;
  byKey(cacheKey: string): { entries: EntrySummary[]; removed: RemovedEntry[] };
  /** The whole body as stored; a view, not to be changed. */
  body(id: EntryRef): Uint8Array;
  pin(id: EntryRef, pinned: boolean, nowMs: number): EntrySummary;
  /** Fresh for that many seconds from now. */
  setLifetime(id: EntryRef, seconds: number, nowMs: number): EntrySummary;
  makeStale(id: EntryRef, nowMs: number): EntrySummary;
  purge(selector: PurgeSelector, dryRun: boolean, nowMs: number): PurgeResult;
  undo(token: string, nowMs: number): { entries: number; bytes: number };
  removed(limit: number): RemovedEntry[];
  /** Counters and sizes; also drops what can no longer be undone, so call it now and then. */
  stats(): CacheStats;
  /** Evicts until changed budgets are kept. */
  applyBudget(): void;
  /** The request that asks the origin about an entry, and what that was before. */
  validationFor(id: EntryRef): ValidationStart;
  /** What the origin's answer to that request changed; takes away an entry that was replaced by nothing. */
  validated(start: ValidationStart, answer: ValidationAnswer, nowMs: number): RevalidateResult;
}

/** A validation as it begins. */
export interface ValidationStart extends UserValidation {
  before: { fields: FieldList; body: Uint8Array; pinned: boolean };
}

export class Administration implements CacheAdmin {
  readonly #store: EntryStore;
  readonly #now: () => number;
  readonly #search: EntrySearch;
  readonly #undo = new UndoBuffer();
  readonly #tier: GuardedTier | undefined;
  readonly #session: string;

  constructor(store: EntryStore, session: string, now: () => number, tier?: GuardedTier) {
    this.#tier = tier;
    this.#store = store;
    this.#session = session;
    this.#now = now;
    this.#search = new EntrySearch(store, session);
  }

  list(query: EntryQuery): SearchResult {
    return this.#search.list(query, this.#now());
  }

  search(query: EntryQuery & { q: string }): Promise<SearchResult & { unsearched?: number }> {
    return this.#search.search(query, this.#now());
  }

  async ids(query: EntryQuery): Promise<EntryId[]> {
    return (await this.#search.ids(query, this.#now())).map((id) => makeEntryId(this.#session, id));
  }

  known(refs: readonly EntryRef[]): EntryId[] {
    return refs
      .map((ref) => entryNumber(ref, this.#session))
      .filter((id) => this.#store.has(id))
      .map((id) => makeEntryId(this.#session, id));
  }

  get(ref: EntryRef): EntryDetail {
    return describe(this.#store, this.#session, this.#find(ref), this.#now());
  }

  byKey(cacheKey: string): { entries: EntrySummary[]; removed: RemovedEntry[] } {
    const key = cacheKey.toLowerCase();
    const entries = /^[0-9a-f]{64}$/.test(key) ? this.#store.lookupKey(key) : [];
    return {
      entries: entries.map((entry) => summarise(this.#store, this.#session, entry, this.#now())),
      removed: this.#store.removed.byKey(key),
    };
  }

  body(ref: EntryRef): Uint8Array {
    return this.#find(ref).body;
  }

  pin(ref: EntryRef, pinned: boolean, nowMs: number): EntrySummary {
    const { id } = this.#find(ref);
    this.#store.setPinned(id, pinned);
    this.#store.history.add(id, pinned ? 'pinned' : 'unpinned', nowMs);
    return this.#summary(id, nowMs);
  }

  setLifetime(ref: EntryRef, seconds: number, nowMs: number): EntrySummary {
    const entry = this.#find(ref);
    const { id } = entry;
    this.#store.setLifetime(id, Math.ceil((nowMs - entry.bornAtMs) / 1000 + seconds));
    this.#store.history.add(id, 'lifetime-set', nowMs);
    this.#tellTier(id);
    return this.#summary(id, nowMs);
  }

  makeStale(ref: EntryRef, nowMs: number): EntrySummary {
    const entry = this.#find(ref);
    const { id } = entry;
    // Never later than it is anyway: stale longer ago must not become stale just now.
    this.#store.setLifetime(id, Math.min(entry.lifetimeSeconds, Math.floor((nowMs - entry.bornAtMs) / 1000)));
    this.#store.history.add(id, 'made-stale', nowMs);
    this.#tellTier(id);
    return this.#summary(id, nowMs);
  }

  purge(selector: PurgeSelector, dryRun: boolean, nowMs: number): PurgeResult {
    const ids = this.#select(selector);
    let bytes = 0;
    const sample: string[] = [];
    for (const id of ids) {
      const view = this.#store.view(id)!;
      bytes += view.sizeBytes;
      if (sample.length < SAMPLE) sample.push(view.url);
    }
    const result = { entries: ids.length, bytes, sample };
    if (dryRun) return result;
    this.#search.forget();
    this.#overtakeFetches(selector, ids);
    if (ids.length === 0) return result;
    const taken: TakenEntry[] = [];
    for (const id of ids) {
      taken.push(this.#store.take(id)!);
      this.#store.remove(id, 'user', nowMs, describeSelector(selector));
    }
    const held = this.#undo.hold(taken, this.#store.invalidations.mark, nowMs);
    return held === undefined ? result : { ...result, undoToken: held.token, undoUntilMs: held.untilMs };
  }

  undo(token: string, nowMs: number): { entries: number; bytes: number } {
    const held = this.#undo.release(token, nowMs);
    if (held === undefined)
      throw new CommandError(
        'gone',
        'this eviction can no longer be taken back',
        'Undo works once, within ten seconds.',
      );
    this.#search.forget();
    let entries = 0;
    let bytes = 0;
    for (const entry of held.entries) {
      // Not restored: what a request has invalidated since (RFC 9111 §4.4), and what has been replaced by a newer response.
      if (this.#store.invalidations.changedSince(urlHash(entry.url), held.mark)) continue;
      const superseded = this.#store.lookup(entry.url).some((now) => sameVariant(now, entry.facts));
      if (superseded || this.#store.put(entry, nowMs, entry) === undefined) continue;
      entries++;
      bytes += entry.sizeBytes;
    }
    return { entries, bytes };
  }

  removed(limit: number): RemovedEntry[] {
    return this.#store.removed.list(limit);
  }

  stats(): CacheStats {
    this.#undo.sweep(this.#now());
    const { capacity, maxBytes } = this.#store.budget;
    return {
      entries: this.#store.size,
      capacity,
      bytes: this.#store.bytes,
      maxBytes,
      pinned: this.#store.pinnedCount,
      version: this.#store.version,
      stored: this.#store.storedTotal,
      savedBytes: this.#store.savedBytes,
      removals: { ...this.#store.removals },
    };
  }

  applyBudget(): void {
    this.#store.applyBudget(this.#now());
  }

  validationFor(ref: EntryRef): ValidationStart {
    const entry = this.#find(ref);
    const { id, etag, lastModified } = entry;
    const head = new Head(selectingFields(entry));
    const trace = new Trace('request');
    trace.stop('user-validation', {});
    trace.note('validation', { etag: etag ?? null, lastModified: lastModified ?? null });
    return {
      request: { method: entry.headOnly ? 'HEAD' : 'GET', url: entry.url, head, hasBody: false },
      plan: {
        kind: 'validate',
        forward: forwardFor(entry, this.#now()),
        reason: 'user-validation',
        facts: {},
        trace: trace.steps,
        validation: { entry, forwardFields: validationFields(head, entry), generation: this.#store.generations.mark },
      },
      before: { fields: entry.fields, body: entry.body, pinned: this.#store.view(id)?.pinned === true },
    };
  }

  validated(start: ValidationStart, answer: ValidationAnswer, nowMs: number): RevalidateResult {
    const { before, plan } = start;
    const { id } = plan.validation.entry;
    switch (answer.kind) {
      case 'failed':
        return { kind: 'failed', message: answer.message };
      case 'freshened': {
        const now = this.#store.get(id);
        if (now === undefined)
          return {
            kind: 'changed',
            status: answer.status,
            entry: null,
            fields: diffFields(before.fields, answer.fields),
            body: diffBodies(before.body, before.body, before.fields),
          };
        return {
          kind: 'not-modified',
          entry: summarise(this.#store, this.#session, now, nowMs),
          updatedFields: diffFields(before.fields, now.fields),
        };
      }
      case 'replaced': {
        const { status, stored, body } = answer;
        if (status >= 500)
          return { kind: 'failed', message: `the origin answered ${status} ${answer.statusText}`.trim() };
        if (stored === undefined) {
          this.#store.remove(id, 'replaced', nowMs, `${status}`);
          this.#tier?.drop(plan.validation.entry.url);
        } else if (before.pinned) this.#store.setPinned(stored.id, true);
        const now = stored === undefined ? undefined : this.#store.get(stored.id);
        return {
          kind: 'changed',
          status,
          entry: now === undefined ? null : summarise(this.#store, this.#session, now, nowMs),
          fields: diffFields(before.fields, now?.fields ?? answer.fields),
          body: diffBodies(before.body, body, answer.fields),
        };
      }
    }
  }

  #find(ref: EntryRef): StoredEntry {
    const entry = this.#store.get(entryNumber(ref, this.#session));
    if (entry === undefined)
      throw new CommandError('not-found', `entry ${ref} is not in the cache (never was, or it was removed)`);
    return entry;
  }

  #summary(id: number, nowMs: number): EntrySummary {
    return summarise(this.#store, this.#session, this.#find(id), nowMs);
  }

  /** The second cache gets the entry as it is now. */
  #tellTier(id: number): void {
    if (this.#tier === undefined) return;
    const taken = this.#store.take(id);
    if (taken !== undefined) this.#tier.put(taken);
  }

  /** What is under way for the URLs meant was asked for before they were evicted, and is not kept. */
  #overtakeFetches(selector: PurgeSelector, ids: readonly number[]): void {
    const { generations } = this.#store;
    const urls =
      'url' in selector ? formsOf(selector.url) : 'ids' in selector ? ids.map((id) => this.#find(id).url) : [];
    for (const url of urls) {
      generations.advance(urlHash(url));
      this.#tier?.drop(url);
    }
    if ('url' in selector || 'ids' in selector) return;
    // Which URLs under way, or in a second cache, a host, a tag or a pattern would mean is not known here.
    generations.advanceAll();
    this.#tier?.drop(undefined);
  }

  /** Ids of what a selector means, in the store's order. */
  #select(selector: PurgeSelector): number[] {
    const store = this.#store;
    if ('ids' in selector) {
      const ids = new Set(selector.ids.map((ref) => entryNumber(ref, this.#session)));
      return [...ids].filter((id) => store.has(id));
    }
    if ('url' in selector) {
      // The URL as written; only when nothing is stored under it, what a browser would have made of it.
      for (const url of formsOf(selector.url)) {
        const entries = store.lookup(url);
        if (entries.length > 0) return entries.map((entry) => entry.id);
      }
      return [];
    }
    const matches = matcherFor(selector, store);
    const out: number[] = [];
    for (const view of store.entries()) if (matches(view)) out.push(view.id);
    return out;
  }
}

function matcherFor(
  selector: Exclude<PurgeSelector, { ids: EntryRef[] } | { url: string }>,
  store: EntryStore,
): (view: EntryView) => boolean {
  if ('host' in selector) {
    const matches = makeHostMatcher(selector.host);
    return (view) => matches(view.url);
  }
  if ('tag' in selector)
    return (view) => view.hasTags && readTags(store.get(view.id)?.fields ?? []).includes(selector.tag);
  if ('pattern' in selector) {
    const matches = makeGlobMatcher(selector.pattern);
    return (view) => matches(view.url);
  }
  return () => true;
}

function describeSelector(selector: PurgeSelector): string {
  if ('pattern' in selector) return `pattern ${selector.pattern}`;
  if ('host' in selector) return `host ${selector.host}`;
  if ('tag' in selector) return `tag ${selector.tag}`;
  if ('all' in selector) return 'all';
  return 'user';
}

/** The request fields that selected this variant, as far as they are kept. */
function selectingFields(entry: StoredEntry): string[] {
  const out: string[] = [];
  for (let i = 0; i < entry.varyBy.length; i += 2)
    if (entry.varyBy[i + 1] !== ABSENT) out.push(entry.varyBy[i]!, entry.varyBy[i + 1]!);
  return out;
}
