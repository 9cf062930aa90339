/** One builder per type of the contract: defaults for everything, overrides for what matters. For the demo and for tests. */
import { makeEntryId, type EntryRef } from '../../proxy-core/contract/entry-id.ts';
import type { EntryDetail, EntrySummary } from '../../proxy-core/contract/entry.ts';
import type { ExchangeDetail, ExchangeRow } from '../../proxy-core/contract/exchange.ts';
import type { RemovalReason } from '../../proxy-core/contract/reasons.ts';
import { defaultSettings, SETTING_KEYS } from '../../proxy-core/contract/setting-specs.ts';
import type { Settings, SettingsSnapshot, SettingState } from '../../proxy-core/contract/settings.ts';
import { emptyTotals, type CacheStats, type StatsSample, type Totals } from '../../proxy-core/contract/stats.ts';
import type { TrafficBatch } from '../../proxy-core/contract/streams.ts';
import type { CoreInfo } from '../../proxy-core/contract/commands.ts';

/** A fixed moment, so that tests do not depend on the clock. */
export const SOME_TIME_MS = Date.UTC(2025, 2, 9, 12, 0, 0);

export const DEMO_SESSION = 'demo';

export function makeRow(overrides: Partial<ExchangeRow> = {}): ExchangeRow {
  const id = overrides.id ?? 1;
  const host = overrides.host ?? 'shop.example';
  const path = overrides.path ?? '/';
  return {
    id,
    seq: id,
    state: 'done',
    kind: 'http',
    method: 'GET',
    url: `http://${host}${path}`,
    host,
    path,
    startedAtMs: SOME_TIME_MS + id * 100,
    durationMs: 12,
    status: 200,
    cacheStatus: 'MISS',
    outcome: 'MISS',
    reason: 'uri-miss',
    contentType: 'text/html',
    responseBytes: 2048,
    requestBytes: 0,
    client: '127.0.0.1',
    protocol: 'HTTP/1.1',
    cacheKey: id.toString(16).padStart(64, '0'),
    ...overrides,
  };
}

/** A batch of rows as the feed sends it. */
export function makeBatch(rows: ExchangeRow[], overrides: Partial<TrafficBatch> = {}): TrafficBatch {
  const seqs = rows.map((row) => row.seq);
  return { firstSeq: Math.min(...seqs), lastSeq: Math.max(...seqs), rows, oldestId: 1, ...overrides };
}

export function makeDetail(row: ExchangeRow, overrides: Partial<ExchangeDetail> = {}): ExchangeDetail {
  return {
    row,
    eventId: `${DEMO_SESSION}-${row.id}`,
    requestTarget: row.url,
    requestFields: [
      ['Host', row.host],
      ['User-Agent', 'demo'],
      ['Accept', '*/*'],
    ],
    responseFields: row.contentType === undefined ? [] : [['Content-Type', row.contentType]],
    statusText: 'OK',
    requestBody: { bytes: row.requestBytes, kept: 0 },
    responseBody: { bytes: row.responseBytes, kept: 0, note: 'not-captured' },
    timing: { decidedMs: 0.2, replyStartMs: 0.4, ...(row.durationMs === undefined ? {} : { endMs: row.durationMs }) },
    trace: [],
    facts: {},
    ...overrides,
  };
}

/** A bare number is that of an entry of the demo's session. */
export function makeEntry({
  id = 1,
  ...overrides
}: Partial<Omit<EntrySummary, 'id'>> & { id?: EntryRef } = {}): EntrySummary {
  const url = overrides.url ?? 'http://shop.example/style.css';
  const storedAtMs = overrides.storedAtMs ?? SOME_TIME_MS;
  const lifetimeSeconds = overrides.lifetimeSeconds ?? 600;
  return {
    id: typeof id === 'number' ? makeEntryId(DEMO_SESSION, id) : id,
    cacheKey: String(id).padStart(64, '0'),
    variant: '',
    method: 'GET',
    url,
    host: new URL(url).host,
    status: 200,
    contentType: 'text/css',
    sizeBytes: 4096,
    bodyBytes: 3600,
    storedAtMs,
    ageSeconds: 0,
    lifetimeSeconds,
    ttlSeconds: lifetimeSeconds,
    state: 'fresh',
    staleAtMs: storedAtMs + lifetimeSeconds * 1000,
    hits: 0,
    lastUsedAtMs: 0,
    pinned: false,
    ...overrides,
  };
}

export function makeEntryDetail(entry: EntrySummary, overrides: Partial<EntryDetail> = {}): EntryDetail {
  return {
    entry,
    fields: [['Cache-Control', `max-age=${entry.lifetimeSeconds}`]],
    varyBy: [],
    variants: [],
    history: [{ atMs: entry.storedAtMs, kind: 'stored' }],
    lifetimeSource: 'max-age',
    ...overrides,
  };
}

export const makeTotals = (overrides: Partial<Totals> = {}): Totals => ({ ...emptyTotals(), ...overrides });

export const NO_REMOVALS: Record<RemovalReason, number> = {
  capacity: 0,
  expired: 0,
  invalidated: 0,
  replaced: 0,
  user: 0,
};

export function makeCacheStats(overrides: Partial<CacheStats> = {}): CacheStats {
  return {
    entries: 0,
    capacity: 10_000,
    bytes: 0,
    maxBytes: 256 * 1024 * 1024,
    pinned: 0,
    version: 1,
    stored: 0,
    savedBytes: 0,
    removals: NO_REMOVALS,
    ...overrides,
  };
}

export function makeSample(overrides: Partial<StatsSample> = {}): StatsSample {
  return {
    atMs: SOME_TIME_MS,
    uptimeSeconds: 1,
    totals: makeTotals(),
    cache: makeCacheStats(),
    memory: { rss: 90e6, heapUsed: 30e6, heapTotal: 50e6, external: 4e6, arrayBuffers: 2e6 },
    capture: {
      rows: 0,
      maxRows: 20_000,
      bytes: 0,
      maxBytes: 128 * 1024 * 1024,
      bodyBytes: 0,
      maxBodyBytes: 32 * 1024 * 1024,
      droppedRows: 0,
      droppedBodies: 0,
      paused: false,
      missedWhilePaused: 0,
      feedDropped: 0,
    },
    ...overrides,
  };
}

/** Settings as shown, all at their defaults, except where given. */
export function makeSettings(
  values: Partial<Settings> = {},
  states: Partial<Record<keyof Settings, Partial<SettingState>>> = {},
): SettingsSnapshot {
  const all = { ...defaultSettings(), ...values };
  return Object.fromEntries(
    SETTING_KEYS.map((key) => [
      key,
      { value: all[key], source: key in values ? 'saved' : 'default', locked: false, ...states[key] },
    ]),
  ) as SettingsSnapshot;
}

export function makeInfo(overrides: Partial<CoreInfo> = {}): CoreInfo {
  return {
    name: 'bsdm-proxy',
    version: '0.1.0',
    sessionId: DEMO_SESSION,
    startedAtMs: SOME_TIME_MS,
    pid: 1,
    node: 'v24.0.0',
    listening: { host: '127.0.0.1', port: 1488 },
    dataDir: '~/.local/share/bsdm-proxy',
    capturePaused: false,
    ...overrides,
  };
}
