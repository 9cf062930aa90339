/**
 * The control API's calls as a table: method, path, and how each becomes a command. Answers are the commands' results
 * in snake_case; nothing is decided here.
 */
import type { CommandHandlers } from '../contract/commands.ts';
import { entryNumber, isEntryRef } from '../contract/entry-id.ts';
import type { EntrySummary } from '../contract/entry.ts';
import { CommandError } from '../contract/errors.ts';
import { explainReason, explainStep, whatWouldMakeItAHit } from '../contract/explain/explain.ts';
import { parseFieldList, toEventRecord, type EventRecord } from '../contract/event-record.ts';
import { isSettingKey, SETTING_KEYS, SETTING_SPECS, type SettingsSnapshot } from '../contract/settings.ts';
import { call } from './serve.ts';
import { snakeKey, toSnakeCase } from './rest-json.ts';

/** A request as the table sees it. */
export interface RestRequest {
  /** Parts of the path matched by `{name}`. */
  path: Record<string, string>;
  query: URLSearchParams;
  /** Parsed JSON body; undefined when there was none. */
  body: unknown;
}

/** JSON, text of another type, or bytes. */
export type RestAnswer = { json: unknown } | { text: string; type: string } | { bytes: Uint8Array; type: string };

export interface RestDeps {
  handlers: CommandHandlers;
  sessionId: string;
  startedAtMs: number;
  version: string;
  now: () => number;
  metrics: () => Promise<{ text: string; type: string }>;
}

export interface RestCall {
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE';
  path: string;
  /** One line for the API description. */
  summary: string;
  /** Query parameters and what they take. */
  query?: Record<string, string>;
  /** True when no token is asked for. */
  open?: true;
  run: (deps: RestDeps, request: RestRequest) => Promise<RestAnswer>;
}

const number = (query: URLSearchParams, name: string): number | undefined => {
  const text = query.get(name);
  if (text === null || text === '') return undefined;
  if (!/^\d{1,15}$/.test(text))
    throw new CommandError('bad-params', `${name} takes a whole number, not ${JSON.stringify(text)}`);
  return Number(text);
};
/** Only what is given: parameters of commands are optional by absence. */
const given = (fields: Record<string, unknown>): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(fields).filter(([, value]) => value !== undefined && value !== null && value !== ''),
  );
const order = (query: URLSearchParams, fallback: boolean): boolean => {
  const text = query.get('order');
  if (text === null) return fallback;
  if (text !== 'asc' && text !== 'desc')
    throw new CommandError('bad-params', `order takes asc or desc, not ${JSON.stringify(text)}`);
  return text === 'desc';
};
const page = (query: URLSearchParams) => ({ offset: number(query, 'offset'), limit: number(query, 'limit') });

/** The API's view of an entry: `entry_id` beside the key, `stored_at` in unix seconds as the event record has it. */
function entryJson(entry: EntrySummary): Record<string, unknown> {
  const { id, storedAtMs, lifetimeSeconds, lastUsedAtMs, etag, lastModified, ...rest } = entry;
  return {
    entry_id: id,
    ...(toSnakeCase(rest) as Record<string, unknown>),
    stored_at: storedAtMs / 1000,
    lifetime_seconds: lifetimeSeconds,
    last_used: lastUsedAtMs / 1000,
    validators: {
      ...(etag !== undefined && { etag }),
      ...(lastModified !== undefined && { last_modified: lastModified }),
    },
  };
}

/** `<session>-<n>`: the number, when the session is this one. */
function entryOf(deps: RestDeps, text: string): number {
  if (!isEntryRef(text))
    throw new CommandError(
      'bad-params',
      `entry_id takes a number or SESSION-NUMBER, not ${JSON.stringify(text.slice(0, 80))}`,
    );
  return entryNumber(text, deps.sessionId);
}

/** All variants under a hex key, or the one that `entry_id` names. */
async function entriesOf(deps: RestDeps, request: RestRequest): Promise<EntrySummary[]> {
  const cacheKey = request.path['cache_key']!;
  if (!/^[0-9a-f]{64}$/.test(cacheKey))
    throw new CommandError('bad-params', `a cache key is 64 hex digits, not ${JSON.stringify(cacheKey.slice(0, 80))}`);
  const { entries, removed } = await deps.handlers['entry.byKey']({ cacheKey });
  const text = request.query.get('entry_id') ?? '';
  const wanted = text.includes('-') ? entryOf(deps, text) : number(request.query, 'entry_id');
  const found = wanted === undefined ? entries : entries.filter((entry) => entry.id === wanted);
  if (found.length === 0) {
    const last = removed.at(-1);
    throw last
      ? new CommandError(
          'gone',
          `the entry was removed at ${new Date(last.atMs).toISOString()} (${last.why}${last.by === undefined ? '' : ` by ${last.by}`})`,
        )
      : new CommandError('not-found', 'nothing is stored under this key', 'GET /api/cache/entries lists what is.');
  }
  return found;
}

async function oneEntry(deps: RestDeps, request: RestRequest): Promise<EntrySummary> {
  const [first, ...more] = await entriesOf(deps, request);
  if (more.length > 0)
    throw new CommandError(
      'conflict',
      `${more.length + 1} variants are stored under this key`,
      'Name one with ?entry_id=N.',
    );
  return first!;
}

const purgeJson = (result: unknown): RestAnswer => {
  const { entries, ...rest } = toSnakeCase(result) as { entries: number };
  return { json: { evicted: entries, ...rest } };
};

const CSV_COLUMNS: readonly (keyof EventRecord)[] = [
  'event_id',
  'timestamp_ms',
  'method',
  'url',
  'status',
  'cache_status',
  'cache_detail',
  'cache_key',
  'domain',
  'client_ip',
  'username',
  'content_type',
  'response_size',
  'request_duration_ms',
  'upstream_ms',
  'age_seconds',
  'ttl_seconds',
  'protocol',
  'error',
  'user_agent',
];
const csvCell = (value: string | number | object | undefined): string => {
  if (value === undefined) return '';
  // A leading = + - @ would be run as a formula by spreadsheets.
  const text = typeof value === 'string' ? value.replace(/^[=+\-@\t\r]/, "'$&") : JSON.stringify(value);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
};

async function events(deps: RestDeps, { query }: RestRequest): Promise<RestAnswer> {
  const format = query.get('format') ?? 'json';
  if (!['json', 'ndjson', 'csv'].includes(format))
    throw new CommandError('bad-params', `format takes json, ndjson or csv, not ${JSON.stringify(format)}`);
  const seconds = (name: string): number | undefined => {
    const value = query.get(name);
    if (value === null || value === '') return undefined;
    const ms = /^\d+(\.\d+)?$/.test(value) ? Number(value) * 1000 : Date.parse(value);
    if (!Number.isFinite(ms))
      throw new CommandError('bad-params', `${name} takes unix seconds or an ISO date, not ${JSON.stringify(value)}`);
    return Math.round(ms);
  };
  const list = (await call(
    deps.handlers,
    'exchange.list',
    given({
      ...page(query),
      text: query.get('q'),
      host: query.get('domain'),
      username: query.get('username'),
      method: query.get('method')?.toUpperCase(),
      cacheStatus: query.get('cache_status')?.toUpperCase(),
      fromMs: seconds('from'),
      toMs: seconds('to'),
      descending: order(query, true),
    }),
  )) as Awaited<ReturnType<CommandHandlers['exchange.list']>>;
  const keep = parseFieldList('*,-set-cookie');
  const records: EventRecord[] = [];
  for (const row of list.rows)
    records.push(toEventRecord(await deps.handlers['exchange.get']({ id: row.id }), deps.sessionId, keep));
  if (format === 'ndjson')
    return { text: records.map((record) => `${JSON.stringify(record)}\n`).join(''), type: 'application/x-ndjson' };
  if (format === 'csv')
    return {
      text: `${[CSV_COLUMNS.join(','), ...records.map((record) => CSV_COLUMNS.map((name) => csvCell(record[name])).join(','))].join('\r\n')}\r\n`,
      type: 'text/csv; charset=utf-8',
    };
  return { json: { events: records, total: list.total } };
}

/** `<session>-<n>` or `n`. */
function exchangeId(text: string): { id: number; session?: string } {
  const match = /^(?:(.+)-)?(\d{1,15})$/.exec(text);
  if (!match)
    throw new CommandError(
      'bad-params',
      `an event id is a number or SESSION-NUMBER, not ${JSON.stringify(text.slice(0, 80))}`,
    );
  return { id: Number(match[2]), ...(match[1] !== undefined && { session: match[1] }) };
}

/** One exchange, with its recorded decision in words. */
async function oneEvent(deps: RestDeps, request: RestRequest): Promise<RestAnswer> {
  const language = request.query.get('lang') ?? 'en';
  if (language !== 'en' && language !== 'ru')
    throw new CommandError('bad-params', `lang takes en or ru, not ${JSON.stringify(language)}`);
  const detail = await deps.handlers['exchange.get'](exchangeId(request.path['id']!));
  const { reason, outcome } = detail.row;
  const explanation =
    reason === undefined
      ? {}
      : {
          explanation: explainReason(language, reason, detail.facts, detail.neighbour, outcome),
          advice: whatWouldMakeItAHit(language, reason, detail.facts),
        };
  const trace = detail.trace.map((step) => ({ ...step, text: explainStep(language, step) }));
  return { json: { ...(toSnakeCase({ ...detail, trace }) as object), ...explanation } };
}

async function body(deps: RestDeps, request: RestRequest, side: 'request' | 'response'): Promise<RestAnswer> {
  const event = exchangeId(request.path['id']!);
  const detail = await deps.handlers['exchange.get'](event);
  const { bytes } = await deps.handlers['exchange.body']({ ...event, side, ...byteRange(request.query) });
  const info = side === 'request' ? detail.requestBody : detail.responseBody;
  return { bytes, type: info.mediaType ?? 'application/octet-stream' };
}

const byteRange = (query: URLSearchParams) => {
  const offset = number(query, 'offset');
  const length = number(query, 'length');
  return { ...(offset !== undefined && { offset }), ...(length !== undefined && { length }) };
};

/** Settings by their snake_case names, as the rest of the API. */
function settingsJson(snapshot: SettingsSnapshot): Record<string, unknown> {
  const out: Record<string, unknown> = {};
  for (const key of SETTING_KEYS) {
    const { default: fallback, group, type, ...limits } = SETTING_SPECS[key];
    const bounds =
      'min' in limits ? { min: limits.min, max: limits.max } : 'values' in limits ? { values: limits.values } : {};
    out[snakeKey(key)] = {
      ...(toSnakeCase(snapshot[key]) as object),
      default: fallback,
      group,
      type,
      ...bounds,
      env: limits.env,
      flag: `--${limits.flag}`,
      help: limits.help,
    };
  }
  return out;
}
const camelKey = (name: string): string => name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
const jsonObject = (value: unknown): Record<string, unknown> => {
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new CommandError('bad-params', 'the body must be a JSON object');
  return value as Record<string, unknown>;
};

export const REST_CALLS: readonly RestCall[] = [
  {
    method: 'GET',
    path: '/health',
    summary: 'Whether the core runs',
    open: true,
    run: (deps) =>
      Promise.resolve({
        json: {
          status: 'ok',
          version: deps.version,
          uptime_seconds: Math.floor((deps.now() - deps.startedAtMs) / 1000),
        },
      }),
  },
  { method: 'GET', path: '/metrics', summary: 'Counters for Prometheus', run: (deps) => deps.metrics() },
  {
    method: 'GET',
    path: '/api/info',
    summary: 'Version, session, where the proxy listens',
    run: async (deps) => ({ json: toSnakeCase(await deps.handlers['core.info']({})) }),
  },
  {
    method: 'GET',
    path: '/api/stats',
    summary: 'Totals, cache, memory, capture',
    run: async (deps) => ({ json: toSnakeCase(await deps.handlers['stats.get']({})) }),
  },
  {
    method: 'GET',
    path: '/api/events',
    summary: 'Captured events, newest first',
    query: {
      domain: 'host',
      username: 'user name',
      cache_status: 'HIT, MISS or BYPASS',
      method: 'request method',
      from: 'unix seconds or ISO date',
      to: 'unix seconds or ISO date',
      q: 'text in the URL',
      limit: 'at most 5000, default 100',
      offset: 'how many to skip',
      order: 'asc or desc',
      format: 'json, ndjson or csv',
    },
    run: events,
  },
  {
    method: 'GET',
    path: '/api/events/{id}',
    summary: 'One exchange with fields, timing and decision trace',
    query: { lang: 'en or ru: language of the explanation' },
    run: oneEvent,
  },
  {
    method: 'GET',
    path: '/api/events/{id}/request-body',
    summary: 'Bytes the client sent',
    query: { offset: 'first byte', length: 'how many' },
    run: (deps, request) => body(deps, request, 'request'),
  },
  {
    method: 'GET',
    path: '/api/events/{id}/response-body',
    summary: 'Bytes the client got',
    query: { offset: 'first byte', length: 'how many' },
    run: (deps, request) => body(deps, request, 'response'),
  },
  {
    method: 'GET',
    path: '/api/cache/entries',
    summary: 'Stored responses',
    query: {
      q: 'text in the URL',
      domain: 'host',
      state: 'fresh, stale-usable or stale',
      sort: 'url, host, status, type, size, stored, age, ttl, hits or used',
      order: 'asc or desc',
      limit: 'at most 5000, default 100',
      offset: 'how many to skip',
    },
    run: async (deps, { query }) => {
      const result = (await call(
        deps.handlers,
        'entry.list',
        given({
          ...page(query),
          text: query.get('q'),
          host: query.get('domain'),
          state: query.get('state'),
          sort: query.get('sort'),
          descending: order(query, false),
        }),
      )) as Awaited<ReturnType<CommandHandlers['entry.list']>>;
      return { json: { entries: result.entries.map(entryJson), total: result.total, bytes: result.bytes } };
    },
  },
  {
    method: 'GET',
    path: '/api/cache/entries/{cache_key}',
    summary: 'One stored response with its variants, fields and history',
    query: { entry_id: 'one variant' },
    run: async (deps, request) => {
      const [first] = await entriesOf(deps, request);
      const detail = await deps.handlers['entry.get']({ id: first!.id });
      const { entry, variants, ...rest } = detail;
      return { json: { ...entryJson(entry), ...(toSnakeCase(rest) as object), variants: variants.map(entryJson) } };
    },
  },
  {
    method: 'GET',
    path: '/api/cache/entries/{cache_key}/body',
    summary: 'The stored body as received',
    query: { entry_id: 'one variant', offset: 'first byte', length: 'how many' },
    run: async (deps, request) => {
      const entry = await oneEntry(deps, request);
      const { bytes } = await deps.handlers['entry.body']({ id: entry.id, ...byteRange(request.query) });
      return { bytes, type: entry.contentType ?? 'application/octet-stream' };
    },
  },
  {
    method: 'DELETE',
    path: '/api/cache/entries/{cache_key}',
    summary: 'Evict all variants, or the one named',
    query: { entry_id: 'one variant' },
    run: async (deps, request) =>
      purgeJson(await deps.handlers['entry.evict']({ ids: (await entriesOf(deps, request)).map((entry) => entry.id) })),
  },
  {
    method: 'POST',
    path: '/api/cache/purge',
    summary: 'Evict by url, domain, pattern, tag or all; dry_run tells what would go',
    run: async (deps, { body: raw }) => {
      const { dry_run: dryRun, domain, ...selector } = jsonObject(raw);
      return purgeJson(
        await call(deps.handlers, 'cache.purge', {
          selector: { ...selector, ...(domain !== undefined && { host: domain }) },
          ...(dryRun !== undefined && { dryRun }),
        }),
      );
    },
  },
  {
    method: 'POST',
    path: '/api/cache/undo',
    summary: 'Take an eviction back (token from its answer, 10 s)',
    run: async (deps, { body: raw }) => ({
      json: toSnakeCase(
        await call(deps.handlers, 'cache.undo', { token: jsonObject(raw)['token'] ?? jsonObject(raw)['undo_token'] }),
      ),
    }),
  },
  {
    method: 'GET',
    path: '/api/cache/removed',
    summary: 'Entries that went, newest last, with the reason',
    query: { limit: 'how many' },
    run: async (deps, { query }) => ({
      json: toSnakeCase(await call(deps.handlers, 'cache.removed', given({ limit: number(query, 'limit') }))),
    }),
  },
  {
    method: 'POST',
    path: '/api/cache/entries/{cache_key}/revalidate',
    summary: 'Ask the origin now',
    query: { entry_id: 'one variant' },
    run: async (deps, request) => {
      const result = await deps.handlers['entry.revalidate']({ id: (await oneEntry(deps, request)).id });
      return {
        json: {
          ...(toSnakeCase(result) as object),
          ...('entry' in result && { entry: result.entry && entryJson(result.entry) }),
        },
      };
    },
  },
  {
    method: 'POST',
    path: '/api/cache/entries/{cache_key}/pin',
    summary: 'Keep whatever happens',
    query: { entry_id: 'one variant' },
    run: async (deps, request) => ({
      json: entryJson(await deps.handlers['entry.pin']({ id: (await oneEntry(deps, request)).id, pinned: true })),
    }),
  },
  {
    method: 'POST',
    path: '/api/cache/entries/{cache_key}/unpin',
    summary: 'Let it be evicted again',
    query: { entry_id: 'one variant' },
    run: async (deps, request) => ({
      json: entryJson(await deps.handlers['entry.pin']({ id: (await oneEntry(deps, request)).id, pinned: false })),
    }),
  },
  {
    method: 'POST',
    path: '/api/cache/entries/{cache_key}/ttl',
    summary: 'Set the freshness left: {"ttl_seconds": n}',
    query: { entry_id: 'one variant' },
    run: async (deps, request) => {
      const { id } = await oneEntry(deps, request);
      return {
        json: entryJson(
          (await call(deps.handlers, 'entry.setLifetime', {
            id,
            seconds: jsonObject(request.body)['ttl_seconds'],
          })) as EntrySummary,
        ),
      };
    },
  },
  {
    method: 'POST',
    path: '/api/cache/entries/{cache_key}/stale',
    summary: 'Make stale now',
    query: { entry_id: 'one variant' },
    run: async (deps, request) => ({
      json: entryJson(await deps.handlers['entry.makeStale']({ id: (await oneEntry(deps, request)).id })),
    }),
  },
  {
    method: 'GET',
    path: '/api/settings',
    summary: 'Values, defaults, limits, source, locked',
    run: async (deps) => ({ json: settingsJson(await deps.handlers['settings.get']({})) }),
  },
  {
    method: 'PATCH',
    path: '/api/settings',
    summary: 'Change settings: {"name": value}; null resets',
    run: async (deps, { body: raw }) => {
      const fields = Object.entries(jsonObject(raw)).map(([name, value]) => [camelKey(name), value] as const);
      const resets = fields.filter(([, value]) => value === null).map(([name]) => name);
      const patch = Object.fromEntries(fields.filter(([, value]) => value !== null));
      const unknown = fields.filter(([name]) => !isSettingKey(name)).map(([name]) => snakeKey(name));
      if (unknown.length > 0)
        throw new CommandError('bad-params', `unknown setting ${unknown.join(', ')}`, 'GET /api/settings lists them.');
      const snapshot = (await call(deps.handlers, 'settings.update', { patch, reset: resets })) as SettingsSnapshot;
      // Whoever just opened the proxy to others is told so in the same breath.
      const { warnings } = 'host' in patch ? await deps.handlers['core.info']({}) : {};
      return { json: { ...settingsJson(snapshot), ...(warnings !== undefined && { warnings }) } };
    },
  },
  {
    method: 'POST',
    path: '/api/capture',
    summary: 'Capture on or off: {"paused": true}',
    run: async (deps, { body: raw }) => ({
      json: await call(deps.handlers, 'capture.pause', { paused: jsonObject(raw)['paused'] }),
    }),
  },
  {
    method: 'DELETE',
    path: '/api/events',
    summary: 'Forget captured events',
    run: async (deps) => ({ json: await deps.handlers['capture.clear']({}) }),
  },
  {
    method: 'GET',
    path: '/api/kafka/status',
    summary: 'Delivery truth of the mirror',
    run: async (deps) => ({ json: toSnakeCase(await deps.handlers['kafka.status']({})) }),
  },
  {
    method: 'POST',
    path: '/api/kafka/test',
    summary: 'Try the broker step by step, with changes over the settings in force',
    run: async (deps, { body: raw }) => ({
      json: toSnakeCase(
        await call(deps.handlers, 'kafka.test', {
          patch: Object.fromEntries(
            Object.entries(raw === undefined ? {} : jsonObject(raw)).map(([name, value]) => [camelKey(name), value]),
          ),
        }),
      ),
    }),
  },
  {
    method: 'POST',
    path: '/api/kafka/topic',
    summary: 'Create the topic',
    run: async (deps) => ({ json: await deps.handlers['kafka.createTopic']({}) }),
  },
];
