/** Stored responses by the filter language: what stands in the store's columns first, heads where they are asked for, bodies last. */
import type { EntryState } from '../../contract/entry.ts';
import type { Filter } from '../../contract/filter/parse.ts';
import { findInFields, isAbout } from '../../contract/filter/query.ts';
import type { StoredSubject } from '../../contract/filter/scopes.ts';
import { mediaTypeOf } from '../../contract/media-types.ts';
import { searchBody } from '../../content/search.ts';
import { hostOf } from '../../http/url-forms.ts';
import type { EntryStore, EntryView } from '../store/entry-store.ts';
import type { StoredEntry } from '../store/stored-entry.ts';
import { stateOf, variantText } from './entry-view.ts';
import { readTags } from './tags.ts';

/** What a query found, in its order, and the bytes charged for it. */
export interface Found {
  ids: Uint32Array;
  bytes: number;
}

/** How long one search looks into bodies, ms. */
const SEARCH_MS = 5000;
/** Larger bodies are not looked into: to have one, all of it is put together. */
const MAX_BODY_BYTES = 16 * 1024 * 1024;

/** One entry as a filter sees it: what is not asked for is not read. */
class Subject implements StoredSubject {
  readonly #store: EntryStore;
  readonly #view: EntryView;
  readonly #nowMs: number;
  #entry: StoredEntry | undefined;

  constructor(store: EntryStore, view: EntryView, nowMs: number) {
    this.#store = store;
    this.#view = view;
    this.#nowMs = nowMs;
  }

  get entry(): StoredEntry | undefined {
    return (this.#entry ??= this.#store.get(this.#view.id));
  }
  get url(): string {
    return this.#view.url;
  }
  get host(): string {
    return hostOf(this.#view.url);
  }
  get method(): string {
    return this.entry?.headOnly === true ? 'HEAD' : 'GET';
  }
  get status(): number {
    return this.#view.status;
  }
  get contentType(): string {
    return mediaTypeOf(this.entry?.head.get('content-type')) ?? '';
  }
  get sizeBytes(): number {
    return this.#view.sizeBytes;
  }
  get ageSeconds(): number {
    return Math.max(0, Math.floor((this.#nowMs - this.#view.bornAtMs) / 1000));
  }
  get ttlSeconds(): number {
    return Math.floor((this.#view.staleAtMs - this.#nowMs) / 1000);
  }
  get hits(): number {
    return this.#view.hits;
  }
  get state(): EntryState {
    return stateOf(this.#view, this.#nowMs);
  }
  get pinned(): boolean {
    return this.#view.pinned;
  }
  get compressedBytes(): number | undefined {
    return this.#view.savedBytes > 0 ? this.#view.storedBytes : undefined;
  }
  get partial(): true | undefined {
    return this.entry?.partial === true ? true : undefined;
  }
  get variant(): string {
    return this.entry === undefined ? '' : variantText(this.entry);
  }
  get tags(): string[] {
    return this.#view.hasTags ? readTags(this.entry?.fields ?? []) : [];
  }
}

/** Runs one filter over the entries of a store. */
export class EntryFilter {
  readonly #store: EntryStore;
  readonly #filter: Filter<StoredSubject>;
  readonly #nowMs: number;
  /** Those that hang on their bodies. */
  readonly #undecided: number[] = [];
  /** Of those, the ones that do not pass. */
  readonly #out = new Set<number>();

  constructor(store: EntryStore, filter: Filter<StoredSubject>, nowMs: number) {
    this.#store = store;
    this.#filter = filter;
    this.#nowMs = nowMs;
  }

  /** Whether an entry passes; true for now where that hangs on its body. */
  passes(view: EntryView): boolean {
    const subject = new Subject(this.#store, view, this.#nowMs);
    const passes = this.#filter.decide(subject, (at) => this.#fromFields(at, subject));
    if (passes === undefined) this.#undecided.push(view.id);
    return passes !== false;
  }

  /** Looks into the bodies of those that hang on them; answers how many were left out as the time was over or they are too large. */
  async readBodies(): Promise<number> {
    const until = performance.now() + SEARCH_MS;
    const readings = this.#filter.readings.filter(({ of }) => of === 'body');
    let unsearched = 0;
    for (const id of this.#undecided) {
      const entry = this.#store.get(id);
      const view = this.#store.view(id);
      this.#out.add(id);
      if (entry === undefined || view === undefined) continue;
      if (performance.now() > until || entry.bodyBytes > MAX_BODY_BYTES) {
        unsearched++;
        continue;
      }
      const subject = new Subject(this.#store, view, this.#nowMs);
      const { body: bytes } = entry;
      const body = {
        sent: { length: bytes.length, read: (at: number, length: number) => bytes.subarray(at, at + length) },
        encoding: entry.head.get('content-encoding'),
        contentType: entry.head.get('content-type'),
      };
      const hits = await searchBody(body, readings);
      const passes = this.#filter.decide(subject, (at) => {
        const reading = this.#filter.readings[at];
        return reading?.of === 'body' ? hits[readings.indexOf(reading)] : this.#fromFields(at, subject);
      });
      if (passes === true) this.#out.delete(id);
    }
    return unsearched;
  }

  /** What was found, without those that turned out not to pass. */
  left({ ids, bytes: all }: Found): Found {
    if (this.#out.size === 0) return { ids, bytes: all };
    const left = ids.filter((id) => !this.#out.has(id));
    let bytes = 0;
    for (const id of left) bytes += this.#store.view(id)?.sizeBytes ?? 0;
    return { ids: left, bytes };
  }

  /** The fields a request was answered by stand for those of the request. */
  #fromFields(at: number, { entry }: Subject): boolean | undefined {
    const reading = this.#filter.readings[at];
    if (reading?.of !== 'field' || entry === undefined) return undefined;
    return (
      (isAbout(reading, 'response') && findInFields(reading, entry.fields)) ||
      (isAbout(reading, 'request') && findInFields(reading, entry.varyBy))
    );
  }
}
