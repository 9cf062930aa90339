/**
 * The demo's small world: asks for the shop's resources, keeps a pretend cache by their lifetimes, and records rows,
 * details, entries and samples as a core would. Seeded, so that every run looks alike; time is given from outside.
 */
import { makeEntryId, type EntryId } from '../../proxy-core/contract/entry-id.ts';
import type { EntryDetail, EntrySummary } from '../../proxy-core/contract/entry.ts';
import type { ExchangeDetail, ExchangeRow } from '../../proxy-core/contract/exchange.ts';
import type { LabelChange } from '../../proxy-core/contract/labels.ts';
import { LATENCY_BUCKETS_MS, type StatsSample } from '../../proxy-core/contract/stats.ts';
import {
  DEMO_SESSION,
  makeCacheStats,
  makeDetail,
  makeEntry,
  makeEntryDetail,
  makeRow,
  makeSample,
  makeTotals,
  NO_REMOVALS,
} from './builders.ts';
import { makeChat, type Chat } from './chat.ts';
import { decide, step, type Decision } from './decide.ts';
import { detailOf } from './detail.ts';
import { bodyText, hashOf, RESOURCES, responseFields, TUNNEL_HOSTS, type Resource } from './site.ts';

const MAX_ROWS = 5000;
const LANGUAGES = ['en', 'en', 'en', 'de'] as const;

/** A browser mostly, a service that posts, and a script of which only its User-Agent is known. */
function clientOf(method: string, chance: number): Pick<ExchangeRow, 'app' | 'appClaimed'> {
  if (method === 'POST') return { app: 'node' };
  return chance < 0.85 ? { app: 'chromium' } : { app: 'curl 8', appClaimed: true };
}

export class DemoWorld {
  rows: ExchangeRow[] = [];
  details = new Map<number, ExchangeDetail>();
  bodies = new Map<number, Uint8Array>();
  chats = new Map<number, Chat>();
  entries = new Map<EntryId, EntryDetail>();
  entryBodies = new Map<EntryId, Uint8Array>();
  totals = makeTotals();
  removals = { ...NO_REMOVALS };
  stored = 0;
  version = 1;
  history: StatsSample[] = [];
  seq = 0;
  #nextId = 1;
  #nextEntry = 1;
  #seed = 20250309;
  readonly #startedAtMs: number;

  constructor(startedAtMs: number) {
    this.#startedAtMs = startedAtMs;
  }

  /** The next number from 0 to 1; the same ones on every run. */
  random(): number {
    this.#seed = (this.#seed * 1664525 + 1013904223) >>> 0;
    return this.#seed / 2 ** 32;
  }

  /** One more exchange at this moment; the rows to send. */
  step(nowMs: number): ExchangeRow {
    if (this.random() < 0.035) return this.#tunnel(nowMs);
    const total = RESOURCES.reduce((sum, { weight }) => sum + weight, 0);
    let pick = this.random() * total;
    const resource = RESOURCES.find(({ weight }) => (pick -= weight) < 0) ?? RESOURCES[0]!;
    const language = LANGUAGES[Math.floor(this.random() * LANGUAGES.length)] ?? 'en';
    const url = `http://${resource.host}${resource.path}`;
    const stored = [...this.entries.values()].filter(({ entry }) => entry.url === url).map(({ entry }) => entry);
    const found = this.#find(resource, language);
    const decision = decide(resource, language, stored, found, nowMs, () => this.random());
    return this.#record(resource, language, decision, nowMs);
  }

  #find(resource: Resource, language: string): EntrySummary | undefined {
    const url = `http://${resource.host}${resource.path}`;
    const variant = resource.vary === undefined ? '' : `accept-language: ${language}`;
    for (const { entry } of this.entries.values()) if (entry.url === url && entry.variant === variant) return entry;
    return undefined;
  }

  #record(resource: Resource, language: string, decision: Decision, nowMs: number): ExchangeRow {
    const id = this.#nextId++;
    const { outcome, reason } = decision;
    const fromCache = outcome === 'HIT' || outcome === 'STALE';
    const upstreamMs = fromCache
      ? undefined
      : Math.max(3, resource.ms * (0.5 + this.random() * 1.4) * (outcome === 'REVALIDATED' ? 0.4 : 1));
    const durationMs =
      Math.round(((upstreamMs ?? 0) + 0.2 + this.random() * 0.9 + (fromCache ? 0 : resource.bytes / 60_000)) * 100) /
      100;
    const failed = resource.path === '/v1/stock/teapot' && this.random() < 0.5;
    const cacheStatus = failed ? 'MISS' : outcome === 'BYPASS' ? 'BYPASS' : outcome === 'MISS' ? 'MISS' : 'HIT';
    const stored =
      !failed && resource.lifetime !== undefined ? this.#store(resource, language, decision, id, nowMs) : undefined;
    const row = makeRow({
      id,
      seq: ++this.seq,
      method: resource.method ?? 'GET',
      host: resource.host,
      path: resource.path,
      url: `http://${resource.host}${resource.path}`,
      startedAtMs: nowMs,
      durationMs,
      status: failed ? 502 : (resource.status ?? 200),
      cacheStatus,
      outcome: failed ? 'ERROR' : outcome,
      reason: failed ? 'upstream-failed' : reason,
      contentType: resource.type,
      responseBytes: failed ? 0 : resource.bytes,
      requestBytes: resource.method === 'POST' ? 148 : 0,
      client: '127.0.0.1',
      ...clientOf(resource.method ?? 'GET', this.random()),
      cacheKey: hashOf(`${resource.method ?? 'GET'}:${resource.host}${resource.path}`),
      ...(failed ? { error: 'connection_refused', state: 'failed' } : {}),
      ...(upstreamMs === undefined ? {} : { upstreamMs }),
      ...(resource.operation !== undefined && { operation: resource.operation }),
      ...(fromCache && decision.entry !== undefined
        ? { ageSeconds: Math.round((nowMs - decision.entry.storedAtMs) / 1000) }
        : {}),
      ...(stored === undefined
        ? {}
        : { entryId: stored.id, ttlSeconds: Math.round((stored.staleAtMs - nowMs) / 1000) }),
    });
    const body = new TextEncoder().encode(bodyText(resource));
    this.bodies.set(id, body);
    this.details.set(id, detailOf(row, resource, language, decision, upstreamMs, body.length, nowMs));
    this.#keep(row);
    this.#count(row, fromCache || outcome === 'REVALIDATED', durationMs);
    return row;
  }

  #store(resource: Resource, language: string, decision: Decision, exchangeId: number, nowMs: number): EntrySummary {
    const before = decision.entry;
    const detail = before === undefined ? undefined : this.entries.get(before.id);
    if (before !== undefined && detail !== undefined && decision.outcome !== 'MISS') {
      const validated = decision.outcome === 'REVALIDATED';
      const times = validated ? { storedAtMs: nowMs, staleAtMs: nowMs + before.lifetimeSeconds * 1000 } : {};
      const entry = { ...before, ...times, hits: before.hits + 1, lastUsedAtMs: nowMs };
      const tick = { atMs: nowMs, kind: validated ? ('validated' as const) : ('hit' as const), exchangeId };
      this.entries.set(entry.id, { ...detail, entry, history: [...detail.history, tick].slice(-60) });
      return entry;
    }
    if (before !== undefined) this.remove([before.id], 'replaced');
    const lifetimeSeconds = resource.lifetime ?? 0;
    const staleAtMs = nowMs + lifetimeSeconds * 1000;
    const variant = resource.vary === undefined ? '' : `accept-language: ${language}`;
    const entry = makeEntry({
      id: makeEntryId(DEMO_SESSION, this.#nextEntry++),
      cacheKey: hashOf(`GET:${resource.host}${resource.path}`),
      url: `http://${resource.host}${resource.path}`,
      variant,
      status: resource.status ?? 200,
      contentType: resource.type,
      bodyBytes: resource.bytes,
      sizeBytes: resource.bytes + 820,
      storedAtMs: nowMs,
      lifetimeSeconds,
      staleAtMs,
      ...(resource.swr === undefined ? {} : { swrUntilMs: staleAtMs + resource.swr * 1000 }),
      ...(resource.etag === true
        ? { etag: `"${resource.path.length.toString(16)}-${resource.bytes.toString(16)}"` }
        : {}),
      ...(resource.vary === undefined ? {} : { vary: resource.vary }),
    });
    this.entries.set(
      entry.id,
      makeEntryDetail(entry, {
        fields: responseFields(resource, nowMs),
        varyBy: resource.vary === undefined ? [] : [['accept-language', language]],
        history: [{ atMs: nowMs, kind: 'stored', exchangeId }],
        lifetimeSource: 'max-age',
      }),
    );
    this.entryBodies.set(entry.id, new TextEncoder().encode(bodyText(resource)));
    this.stored++;
    this.version++;
    return entry;
  }

  #tunnel(nowMs: number): ExchangeRow {
    const host = TUNNEL_HOSTS[Math.floor(this.random() * TUNNEL_HOSTS.length)] ?? TUNNEL_HOSTS[0];
    const id = this.#nextId++;
    const row = makeRow({
      id,
      seq: ++this.seq,
      state: 'open',
      kind: 'tunnel',
      tls: 'tunnel',
      method: 'CONNECT',
      host,
      path: '',
      url: `https://${host}`,
      status: 200,
      outcome: 'BYPASS',
      cacheStatus: 'BYPASS',
      reason: 'tunnel',
      startedAtMs: nowMs,
      requestBytes: 2100,
      responseBytes: 5400,
      cacheKey: hashOf(host),
    });
    delete row.durationMs;
    delete row.contentType;
    this.details.set(
      id,
      makeDetail(row, {
        requestTarget: host,
        responseFields: [],
        trace: [step('tunnel', 'request', 'stop', 'RFC 9110 §9.3.6', { authority: host })],
        responseBody: { bytes: row.responseBytes, kept: 0, note: 'not-captured' },
      }),
    );
    this.#keep(row);
    this.totals.tunnels++;
    this.totals.tunnelsOpen++;
    this.#count(row, false, 0);
    return row;
  }

  /** A WebSocket that began at this moment. */
  converse(atMs: number): ExchangeRow {
    const chat = makeChat(this.#nextId++, ++this.seq, atMs);
    this.chats.set(chat.row.id, chat);
    this.details.set(chat.row.id, chat.detail);
    this.#keep(chat.row);
    this.#count(chat.row, false, 0);
    return chat.row;
  }

  /** Open tunnels move on, some end; the changed rows. */
  tunnels(nowMs: number): ExchangeRow[] {
    const changed: ExchangeRow[] = [];
    this.rows = this.rows.map((row) => {
      if (row.state !== 'open') return row;
      const ends = nowMs - row.startedAtMs > 12_000 && this.random() < 0.25;
      const next: ExchangeRow = {
        ...row,
        seq: ++this.seq,
        requestBytes: row.requestBytes + Math.round(this.random() * 900),
        responseBytes: row.responseBytes + Math.round(this.random() * 40_000),
        ...(ends ? { state: 'done' as const, durationMs: nowMs - row.startedAtMs } : {}),
      };
      if (ends) this.totals.tunnelsOpen--;
      const detail = this.details.get(row.id);
      if (detail !== undefined) this.details.set(row.id, { ...detail, row: next });
      changed.push(next);
      return next;
    });
    return changed;
  }

  /** Writes to these rows; as they are then. */
  label(ids: readonly number[], { note, color }: LabelChange): ExchangeRow[] {
    const changed: ExchangeRow[] = [];
    this.rows = this.rows.map((row) => {
      if (!ids.includes(row.id)) return row;
      const { note: hadNote, color: hadColor, ...rest } = row;
      const nextNote = note ?? hadNote ?? '';
      const nextColor = color ?? hadColor ?? 'none';
      const next: ExchangeRow = {
        ...rest,
        seq: ++this.seq,
        ...(nextNote !== '' && { note: nextNote }),
        ...(nextColor !== 'none' && { color: nextColor }),
      };
      const detail = this.details.get(row.id);
      if (detail !== undefined) this.details.set(row.id, { ...detail, row: next });
      changed.push(next);
      return next;
    });
    return changed;
  }

  #keep(row: ExchangeRow): void {
    this.rows.push(row);
    for (const gone of this.rows.splice(0, Math.max(0, this.rows.length - MAX_ROWS))) {
      this.details.delete(gone.id);
      this.bodies.delete(gone.id);
    }
  }

  #count(row: ExchangeRow, hit: boolean, durationMs: number): void {
    const t = this.totals;
    t.requests++;
    if (row.outcome !== undefined) t.byOutcome[row.outcome]++;
    if (row.cacheStatus !== undefined) {
      t.byCacheStatus[row.cacheStatus]++;
      t.bytesByCacheStatus[row.cacheStatus] += row.responseBytes;
    }
    if (durationMs === 0) return;
    const bucket = LATENCY_BUCKETS_MS.findIndex((bound) => durationMs <= bound);
    const counts = hit ? t.hitLatency : t.missLatency;
    const at = bucket < 0 ? LATENCY_BUCKETS_MS.length : bucket;
    counts[at] = (counts[at] ?? 0) + 1;
    if (row.outcome === 'REVALIDATED') t.revalidatedLatency[at] = (t.revalidatedLatency[at] ?? 0) + 1;
  }

  /** Takes entries out; what was removed. */
  remove(ids: readonly EntryId[], why: 'user' | 'replaced'): EntryDetail[] {
    const gone = ids.flatMap((id) => this.entries.get(id) ?? []);
    for (const { entry } of gone) this.entries.delete(entry.id);
    this.removals[why] += gone.length;
    if (gone.length > 0) this.version++;
    return gone;
  }

  restore(details: readonly EntryDetail[]): void {
    for (const detail of details) this.entries.set(detail.entry.id, detail);
    this.version++;
  }

  bytes(): number {
    let sum = 0;
    for (const { entry } of this.entries.values()) sum += entry.sizeBytes;
    return sum;
  }

  sample(nowMs: number, capture: Partial<StatsSample['capture']>): StatsSample {
    const base = makeSample();
    const wave = Math.sin(nowMs / 40_000);
    const sample: StatsSample = {
      ...base,
      atMs: nowMs,
      uptimeSeconds: Math.max(1, (nowMs - this.#startedAtMs) / 1000),
      totals: structuredClone(this.totals),
      cache: makeCacheStats({
        entries: this.entries.size,
        bytes: this.bytes(),
        maxBytes: 8 * 1024 * 1024,
        version: this.version,
        stored: this.stored,
        removals: { ...this.removals },
      }),
      memory: {
        rss: 96e6 + 4e6 * wave + this.rows.length * 900,
        heapUsed: 31e6 + 6e6 * ((nowMs / 9000) % 1),
        heapTotal: 52e6,
        external: 4e6,
        arrayBuffers: 2e6 + this.bytes(),
      },
      capture: { ...base.capture, rows: this.rows.length, maxRows: MAX_ROWS, ...capture },
    };
    this.history.push(sample);
    if (this.history.length > 900) this.history.shift();
    return sample;
  }
}
