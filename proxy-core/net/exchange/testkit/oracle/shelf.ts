/** What the oracle believes to be in the store: put in, taken out, and when each URL last changed. */
import { valueOf, type Asked } from './fields.ts';
import { selects, type Gone } from './planning.ts';
import type { Stored } from './stored.ts';

const SAFE = ['GET', 'HEAD', 'OPTIONS', 'TRACE'];

export class Shelf {
  #all: Stored[] = [];
  readonly #gone = new Map<string, Gone>();
  /** When a URL was last made invalid or evicted, as a count of such changes. */
  readonly #changed = new Map<string, number>();
  #serial = 0;
  #mark = 0;

  /** What a question that begins now is held against later. */
  get mark(): number {
    return this.#mark;
  }

  get all(): readonly Stored[] {
    return this.#all;
  }

  /** Newest first. */
  under(url: string): Stored[] {
    return this.#all
      .filter((stored) => stored.url === url)
      .sort((a, b) => b.arrivedMs - a.arrivedMs || b.serial - a.serial);
  }

  gone(url: string): Gone | undefined {
    return this.#gone.get(url);
  }

  has(stored: Stored): boolean {
    return this.#all.some(({ serial }) => serial === stored.serial);
  }

  isChangedSince(url: string, mark: number): boolean {
    return (this.#changed.get(url) ?? 0) > mark;
  }

  /** The head of what is stored is another now; nothing happens when it has gone. */
  update(stored: Stored): void {
    this.#all = this.#all.map((held) => (held.serial === stored.serial ? stored : held));
  }

  drop(stored: Stored, gone?: Gone): void {
    if (!this.has(stored)) return;
    this.#all = this.#all.filter(({ serial }) => serial !== stored.serial);
    if (gone !== undefined) this.#gone.set(stored.url, gone);
  }

  /** Removes all under a URL, and what is on its way counts as overtaken. */
  change(url: string, why: 'user' | 'invalidated', atMs: number): void {
    this.#changed.set(url, ++this.#mark);
    for (const stored of this.under(url)) this.drop(stored, { why, atMs });
  }

  /** What a successful unsafe request makes invalid (RFC 9111 §4.4). */
  invalidate({ method, url }: Asked, status: number, fields: Asked['fields'], atMs: number): void {
    if (SAFE.includes(method) || status < 200 || status >= 400) return;
    const urls = new Set([url]);
    for (const name of ['location', 'content-location']) {
      const reference = valueOf(fields, name);
      const referred = reference === undefined ? undefined : new URL(reference, url);
      if (referred !== undefined && referred.origin === new URL(url).origin) urls.add(referred.href);
    }
    for (const changed of urls) this.change(changed, 'invalidated', atMs);
  }

  /** Puts a complete response in the place of what it replaces. */
  put(fresh: Stored, asked: Asked, validated: Stored | undefined): Stored {
    let stored = fresh;
    const rivals = this.under(fresh.url).filter((rival) => selects(rival, asked.fields));
    if (stored.part !== undefined) for (const rival of rivals) stored = combine(rival, stored) ?? stored;
    for (const rival of rivals) {
      const isValidated = rival.serial === validated?.serial;
      const replaced = stored.headOnly
        ? rival.headOnly || isValidated
        : stored.part === undefined || rival.part !== undefined || isValidated;
      if (replaced) this.drop(rival);
    }
    stored = { ...stored, serial: ++this.#serial };
    this.#all.push(stored);
    this.#gone.delete(stored.url);
    return stored;
  }
}

/** Two parts of one representation that touch (RFC 9111 §3.4); undefined when they do not belong together. */
function combine(held: Stored, added: Stored): Stored | undefined {
  const [a, b] = [held.part, added.part];
  if (a === undefined || b === undefined || a.length === undefined || a.length !== b.length) return undefined;
  if (held.etag === undefined || held.etag !== added.etag || held.etag.startsWith('W/')) return undefined;
  if (b.first > a.last + 1 || a.first > b.last + 1) return undefined;
  const part = { first: Math.min(a.first, b.first), last: Math.max(a.last, b.last), length: a.length };
  const before = a.first < b.first ? held.content.slice(0, b.first - a.first) : '';
  const behind = a.last > b.last ? held.content.slice(b.last + 1 - a.first) : '';
  const isWhole = part.first === 0 && part.last === part.length - 1;
  return {
    ...added,
    content: before + added.content + behind,
    status: isWhole ? 200 : 206,
    part: isWhole ? undefined : part,
  };
}
