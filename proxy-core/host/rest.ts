/**
 * The control API's calls as a table: method, path, and how each becomes a command. Answers are the commands' results
 * in snake_case; nothing is decided here.
 */
import type { CommandHandlers } from '../contract/commands.ts';
import type { EntrySummary } from '../contract/entry.ts';
import { CommandError } from '../contract/errors.ts';
import { SERVERS } from '../contract/fix/lines/servers.ts';
import { isSettingKey } from '../contract/setting-specs.ts';
import type { SettingsSnapshot } from '../contract/settings.ts';
import { BODY_QUERY, bodyAnswer, given, jsonObject, number, order, page, type RestCall } from './rest-call.ts';
import { entriesOf, entryJson, oneEntry, purgeJson } from './rest-entries.ts';
import { body, eventFix, events, oneEvent } from './rest-events.ts';
import { CLIENT_CALLS } from './rest-clients.ts';
import { HTTPS_CALLS } from './rest-https.ts';
import { COMPARE_CALLS } from './rest-compare.ts';
import { COMPOSE_CALLS } from './rest-compose.ts';
import { HELD_CALLS } from './rest-held.ts';
import { RULES_CALLS } from './rest-rules.ts';
import { SESSION_CALLS } from './rest-sessions.ts';
import { snakeKey, toSnakeCase } from './rest-json.ts';
import { camelKey, settingsJson } from './rest-settings.ts';
import { call } from './serve.ts';

/** What `entry_id` and `session` take. */
const ENTRY_ID = 'one variant, SESSION-NUMBER';
const SESSION = 'whose events; of the running core when left out';

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
      q: 'filter as in the window, docs/filter.md',
      limit: 'at most 5000, default 100',
      offset: 'how many to skip',
      order: 'asc or desc',
      format: 'json, ndjson or csv',
      session: SESSION,
    },
    run: events,
  },
  {
    method: 'GET',
    path: '/api/events/{id}',
    summary: 'One exchange with fields, timing, decision trace and chain of caches',
    query: { lang: 'en or ru: language of the explanation' },
    run: oneEvent,
  },
  {
    method: 'GET',
    path: '/api/events/{id}/fix',
    summary: 'The smallest change of the response that makes the next such request a hit',
    query: {
      lang: 'en or ru: language of the sentences',
      server: `for lines to copy: ${SERVERS.join(', ')}`,
    },
    run: eventFix,
  },
  {
    method: 'GET',
    path: '/api/events/{id}/request-body',
    summary: 'Bytes the client sent',
    query: BODY_QUERY,
    run: (deps, request) => body(deps, request, 'request'),
  },
  {
    method: 'GET',
    path: '/api/events/{id}/response-body',
    summary: 'Bytes the client got',
    query: BODY_QUERY,
    run: (deps, request) => body(deps, request, 'response'),
  },
  {
    method: 'GET',
    path: '/api/cache/entries',
    summary: 'Stored responses',
    query: {
      q: 'filter as in the window, docs/filter.md',
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
          q: query.get('q'),
          host: query.get('domain'),
          state: query.get('state'),
          sort: query.get('sort'),
          descending: order(query, false),
        }),
      )) as Awaited<ReturnType<CommandHandlers['entry.list']>>;
      return {
        json: {
          entries: result.entries.map(entryJson),
          total: result.total,
          bytes: result.bytes,
          ...(result.unsearched !== undefined && { unsearched: result.unsearched }),
        },
      };
    },
  },
  {
    method: 'GET',
    path: '/api/cache/entries/{cache_key}',
    summary: 'One stored response with its variants, fields and history',
    query: { entry_id: ENTRY_ID },
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
    query: { entry_id: ENTRY_ID, ...BODY_QUERY },
    run: async (deps, request) => {
      const entry = await oneEntry(deps, request);
      const type = entry.contentType ?? 'application/octet-stream';
      return bodyAnswer(request.query, type, (range) => deps.handlers['entry.body']({ id: entry.id, ...range }));
    },
  },
  {
    method: 'DELETE',
    path: '/api/cache/entries/{cache_key}',
    summary: 'Evict all variants, or the one named',
    query: { entry_id: ENTRY_ID },
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
    query: { entry_id: ENTRY_ID },
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
    query: { entry_id: ENTRY_ID },
    run: async (deps, request) => ({
      json: entryJson(await deps.handlers['entry.pin']({ id: (await oneEntry(deps, request)).id, pinned: true })),
    }),
  },
  {
    method: 'POST',
    path: '/api/cache/entries/{cache_key}/unpin',
    summary: 'Let it be evicted again',
    query: { entry_id: ENTRY_ID },
    run: async (deps, request) => ({
      json: entryJson(await deps.handlers['entry.pin']({ id: (await oneEntry(deps, request)).id, pinned: false })),
    }),
  },
  {
    method: 'POST',
    path: '/api/cache/entries/{cache_key}/ttl',
    summary: 'Set the freshness left: {"ttl_seconds": n}',
    query: { entry_id: ENTRY_ID },
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
    query: { entry_id: ENTRY_ID },
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
    run: async (deps, { body: raw }) => {
      const { paused, session } = jsonObject(raw);
      return { json: await call(deps.handlers, 'capture.pause', given({ paused, session })) };
    },
  },
  {
    method: 'DELETE',
    path: '/api/events',
    summary: 'Forget captured events',
    query: { session: SESSION },
    run: async (deps, { query }) => ({
      json: await call(deps.handlers, 'capture.clear', given({ session: query.get('session') })),
    }),
  },
  ...HTTPS_CALLS,
  ...RULES_CALLS,
  ...HELD_CALLS,
  ...COMPOSE_CALLS,
  ...SESSION_CALLS,
  ...COMPARE_CALLS,
  ...CLIENT_CALLS,
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
