/** A pretend core in memory: answers the contract's frames from the demo's world. */
import { readCurl } from '../../proxy-core/contract/compose/read-curl.ts';
import {
  PARAM_PARSERS,
  isCommandName,
  type BytesResult,
  type CommandHandlers,
  type CoreInfo,
  type CommandName,
  type EntryQuery,
} from '../../proxy-core/contract/commands.ts';
import type {
  EntryDetail,
  EntrySummary,
  HostShare,
  PurgeResult,
  PurgeSelector,
} from '../../proxy-core/contract/entry.ts';
import {
  compareEntryIds,
  entryNumber,
  makeEntryId,
  type EntryId,
  type EntryRef,
} from '../../proxy-core/contract/entry-id.ts';
import type { ExchangeDetail, ExchangeRow } from '../../proxy-core/contract/exchange.ts';
import { CommandError, toWireError } from '../../proxy-core/contract/errors.ts';
import { CONTRACT_VERSION, parseClientFrame, type Channel } from '../../proxy-core/contract/frames.ts';
import { isSettingKey, SETTING_SPECS } from '../../proxy-core/contract/setting-specs.ts';
import type { HeldState } from '../../proxy-core/contract/breakpoints/held.ts';
import type { SystemProxyState } from '../../proxy-core/contract/system-proxy.ts';
import type { SettingKey, SettingsSnapshot, SettingState } from '../../proxy-core/contract/settings.ts';
import type { StreamName } from '../../proxy-core/contract/streams.ts';
import { makeBatch, makeInfo, makeSettings } from './builders.ts';
import { demoFilter, probeDemo } from './filter.ts';
import { demoFix } from './fix.ts';
import type { DemoWorld } from './world.ts';

/** A recorded capture runs nowhere. */
const NO_SYSTEM_PROXY: SystemProxyState = { state: 'off', places: [], changed: [], cannot: 'no-desktop', problems: [] };

const NOTHING_HELD: HeldState = { held: [], passed: { full: 0, limit: 0, unattended: 0 } };

const UNDO_MS = 10_000;

function withNow(entry: EntrySummary): EntrySummary {
  const now = Date.now();
  const left = (entry.staleAtMs - now) / 1000;
  return {
    ...entry,
    ageSeconds: Math.max(0, (now - entry.storedAtMs) / 1000),
    ttlSeconds: left,
    state: left > 0 ? 'fresh' : now < Math.max(entry.swrUntilMs ?? 0, entry.sieUntilMs ?? 0) ? 'stale-usable' : 'stale',
  };
}

function slice(bytes: Uint8Array | undefined, offset = 0, length = 1 << 22): BytesResult {
  const all = bytes ?? new Uint8Array();
  return { meta: { offset, total: all.length }, bytes: all.slice(offset, offset + length) };
}

/** What each host has of a list by host. */
function sharesOf(entries: readonly EntrySummary[]): HostShare[] {
  const shares = new Map<string, HostShare>();
  for (const { host, sizeBytes } of entries) {
    const share = shares.get(host) ?? { host, entries: 0, bytes: 0 };
    shares.set(host, { host, entries: share.entries + 1, bytes: share.bytes + sizeBytes });
  }
  return [...shares.values()];
}

function compareEntries({
  sort = 'stored',
  descending = false,
}: EntryQuery): (a: EntrySummary, b: EntrySummary) => number {
  const read: Record<NonNullable<EntryQuery['sort']>, (entry: EntrySummary) => string | number> = {
    url: (e) => e.url,
    host: (e) => e.host,
    status: (e) => e.status,
    type: (e) => e.contentType ?? '',
    size: (e) => e.sizeBytes,
    stored: (e) => e.storedAtMs,
    age: (e) => -e.storedAtMs,
    ttl: (e) => e.staleAtMs,
    hits: (e) => e.hits,
    used: (e) => e.lastUsedAtMs,
  };
  const sign = descending ? -1 : 1;
  return (a, b) => {
    const [left, right] = [read[sort](a), read[sort](b)];
    return sign * (left < right ? -1 : left > right ? 1 : compareEntryIds(a.id, b.id));
  };
}

function selects(selector: PurgeSelector, entry: EntrySummary): boolean {
  if ('ids' in selector) return selector.ids.includes(entry.id);
  if ('url' in selector) return entry.url === selector.url;
  if ('host' in selector) return entry.host === selector.host;
  if ('tag' in selector) return entry.tags?.includes(selector.tag) ?? false;
  if ('pattern' in selector)
    return new RegExp(
      `^${selector.pattern
        .replace(/[.+^${}()|[\]\\/]/g, '\\$&')
        .replace(/\*/g, '.*')
        .replace(/\?/g, '.')}$`,
      'i',
    ).test(entry.url);
  return true;
}

export interface DemoCore {
  /** Serves one page. */
  serve(channel: Channel): void;
  /** Sends an item to every subscriber of a stream. */
  push(stream: StreamName, item: unknown): void;
  readonly capturePaused: boolean;
}

/** Makes a core over a world. */
export function makeDemoCore(world: DemoWorld, startedAtMs: number, facts: Partial<CoreInfo> = {}): DemoCore {
  let info = makeInfo({ startedAtMs, node: 'demo', ...facts });
  let settings: SettingsSnapshot = makeSettings(
    { kafkaBrokers: 'kafka.example:9092' },
    { port: { source: 'flag', locked: true } },
  );
  /** What was cleared last. */
  let aside: ExchangeRow[] = [];
  const undoable = new Map<string, EntryDetail[]>();
  const subscribers = new Map<StreamName, Set<(item: unknown) => void>>();
  const push = (stream: StreamName, item: unknown): void => subscribers.get(stream)?.forEach((send) => send(item));

  const own = (ref: EntryRef): EntryId => makeEntryId(info.sessionId, entryNumber(ref, info.sessionId));
  function get(ref: EntryRef): EntryDetail {
    const id = own(ref);
    const detail = world.entries.get(id);
    if (detail === undefined) throw new CommandError('not-found', `there is no stored response ${id}`);
    return detail;
  }
  function change(
    ref: EntryRef,
    kind: EntryDetail['history'][number]['kind'],
    patch: Partial<EntrySummary>,
  ): EntrySummary {
    const id = own(ref);
    const detail = get(id);
    const entry = { ...detail.entry, ...patch };
    world.entries.set(id, { ...detail, entry, history: [...detail.history, { atMs: Date.now(), kind }] });
    world.version++;
    return withNow(entry);
  }
  function purge(selector: PurgeSelector, dryRun: boolean): PurgeResult {
    const found = [...world.entries.values()].filter(({ entry }) => selects(selector, entry));
    const result = {
      entries: found.length,
      bytes: found.reduce((sum, { entry }) => sum + entry.sizeBytes, 0),
      sample: found.slice(0, 8).map(({ entry }) => entry.url),
    };
    if (dryRun || found.length === 0) return result;
    const undoToken = crypto.randomUUID();
    undoable.set(
      undoToken,
      world.remove(
        found.map(({ entry }) => entry.id),
        'user',
      ),
    );
    setTimeout(() => undoable.delete(undoToken), UNDO_MS);
    return { ...result, undoToken, undoUntilMs: Date.now() + UNDO_MS };
  }
  function put(patch: Record<string, unknown>, source: SettingState['source']): SettingsSnapshot {
    const next: SettingsSnapshot = { ...settings };
    for (const [key, value] of Object.entries(patch)) {
      if (!isSettingKey(key) || (typeof value !== 'string' && typeof value !== 'number' && typeof value !== 'boolean'))
        continue;
      if (settings[key].locked) throw new CommandError('locked', `${key} was set by a flag or the environment`);
      next[key] = { ...settings[key], value, source };
    }
    settings = next;
    push('settings', settings);
    return settings;
  }
  function detailOf(id: number): ExchangeDetail {
    const detail = world.details.get(id);
    if (detail === undefined) throw new CommandError('gone', `exchange ${id} is no longer kept`);
    return detail;
  }
  const defaultsOf = (keys: readonly SettingKey[]): Record<string, unknown> =>
    Object.fromEntries(keys.map((key) => [key, SETTING_SPECS[key].default]));
  const noCa = (): never => {
    throw new CommandError('unavailable', 'the demo reads no TLS');
  };
  const noClients = (): never => {
    throw new CommandError('unavailable', 'the demo starts no browser and changes no store');
  };
  const noSending = (): never => {
    throw new CommandError('unavailable', 'The demo sends nothing; start the proxy to compose requests.');
  };
  const noFiles = (): never => {
    throw new CommandError('unavailable', 'the demo opens and saves no files; start the proxy for that');
  };
  const noRules = (): never => {
    throw new CommandError('unavailable', 'the demo has no traffic of its own that a rule could act on');
  };
  const noneHeld = (): never => {
    throw new CommandError('not-found', 'the demo holds no exchange');
  };
  const noKafka = (): never => {
    throw new CommandError('unavailable', 'the demo has no Kafka mirror');
  };

  function listed(query: EntryQuery): EntrySummary[] {
    const all = [...world.entries.values()].map(({ entry }) => withNow(entry));
    const filter = demoFilter(world, query.q ?? '');
    const found = all.filter(
      (entry) =>
        filter(entry) &&
        (query.state === undefined || entry.state === query.state) &&
        (query.host === undefined || entry.host === query.host),
    );
    found.sort(compareEntries(query));
    if (query.byHost === true) found.sort((a, b) => (a.host < b.host ? -1 : a.host > b.host ? 1 : 0));
    return found;
  }

  const handlers: CommandHandlers = {
    'core.info': () => info,
    'stats.get': () => world.sample(Date.now(), {}),
    'stats.history': () => world.history,
    'exchange.list': () => ({ rows: world.rows, total: world.rows.length }),
    'exchange.probe': ({ terms, ids }) => ({ masks: probeDemo(world, terms, ids) }),
    'exchange.label': ({ ids, ...change }) => {
      const rows = world.label(ids, change);
      if (rows.length > 0) push('traffic', makeBatch(rows, { oldestId: world.rows[0]?.id ?? 1 }));
      return { labelled: rows.length };
    },
    'exchange.get': ({ id }) => detailOf(id),
    'exchange.fix': ({ id }) => demoFix(detailOf(id)),
    'exchange.body': ({ id, side, offset, length }) =>
      slice(side === 'response' ? world.bodies.get(id) : undefined, offset, length),
    'exchange.messages': ({ id, ...query }) =>
      world.chats.get(id)?.page(query) ?? { rows: [], total: 0, seen: 0, dropped: 0, problems: {} },
    'exchange.message': ({ id, n, offset, length }) => slice(world.chats.get(id)?.body(n), offset, length),
    'capture.pause': ({ paused }) => {
      info = { ...info, capturePaused: paused };
      push('core', info);
      return { paused };
    },
    'capture.clear': () => {
      const cleared = world.rows.length;
      aside = world.rows;
      world.rows = [];
      return { cleared, undoUntilMs: Date.now() + UNDO_MS };
    },
    'capture.undoClear': () => {
      const rows = aside;
      aside = [];
      world.rows = [...rows, ...world.rows];
      if (rows.length > 0) push('traffic', makeBatch(rows, { oldestId: rows[0]?.id ?? 1 }));
      return { restored: rows.length };
    },
    'entry.list': (query) => {
      const found = listed(query);
      const { offset = 0, limit = 200 } = query;
      return {
        entries: found.slice(offset, offset + limit),
        total: found.length,
        bytes: found.reduce((sum, entry) => sum + entry.sizeBytes, 0),
        version: world.version,
        ...(query.byHost === true && { hosts: sharesOf(found) }),
      };
    },
    'entry.ids': (query) => ({
      ids: listed(query)
        .slice(query.offset ?? 0, (query.offset ?? 0) + (query.limit ?? 200))
        .map(({ id }) => id),
    }),
    'entry.known': ({ ids }) => ({ ids: ids.map(own).filter((id) => world.entries.has(id)) }),
    'entry.get': ({ id }) => {
      const detail = get(id);
      const variants = [...world.entries.values()]
        .filter(({ entry }) => entry.cacheKey === detail.entry.cacheKey && entry.id !== own(id))
        .map(({ entry }) => withNow(entry));
      return { ...detail, entry: withNow(detail.entry), variants };
    },
    'entry.byKey': ({ cacheKey }) => ({
      entries: [...world.entries.values()]
        .filter(({ entry }) => entry.cacheKey === cacheKey)
        .map(({ entry }) => withNow(entry)),
      removed: [],
    }),
    'entry.body': ({ id, offset, length }) => slice(world.entryBodies.get(own(id)), offset, length),
    'entry.evict': ({ ids }) => purge({ ids: ids.map(own) }, false),
    'entry.pin': ({ id, pinned }) => change(id, pinned ? 'pinned' : 'unpinned', { pinned }),
    'entry.setLifetime': ({ id, seconds }) =>
      change(id, 'lifetime-set', { staleAtMs: Date.now() + seconds * 1000, lifetimeSeconds: seconds }),
    'entry.makeStale': ({ id }) => change(id, 'made-stale', { staleAtMs: Date.now() - 1000 }),
    'entry.revalidate': ({ id }) => {
      const { entry } = get(id);
      const now = Date.now();
      if (entry.etag !== undefined)
        return {
          kind: 'not-modified',
          entry: change(id, 'validated', { storedAtMs: now, staleAtMs: now + entry.lifetimeSeconds * 1000 }),
          updatedFields: [
            { name: 'Date', before: new Date(entry.storedAtMs).toUTCString(), after: new Date(now).toUTCString() },
          ],
        };
      return {
        kind: 'changed',
        status: 200,
        entry: change(id, 'stored', { storedAtMs: now, staleAtMs: now + entry.lifetimeSeconds * 1000 }),
        fields: [{ name: 'Server', before: 'shop/2.4', after: 'shop/2.5' }],
        body: { same: true, beforeBytes: entry.bodyBytes, afterBytes: entry.bodyBytes },
      };
    },
    'cache.purge': ({ selector, dryRun }) =>
      purge('ids' in selector ? { ids: selector.ids.map(own) } : selector, dryRun),
    'cache.undo': ({ token }) => {
      const details = undoable.get(token);
      if (details === undefined) throw new CommandError('gone', 'it is too late to take this back');
      undoable.delete(token);
      world.restore(details);
      return { entries: details.length, bytes: details.reduce((sum, { entry }) => sum + entry.sizeBytes, 0) };
    },
    'cache.removed': () => [],
    'settings.get': () => settings,
    'settings.update': ({ patch, reset = [] }) => {
      put(defaultsOf(reset), 'default');
      return put(patch, 'saved');
    },
    'settings.reset': ({ keys }) => put(defaultsOf(keys), 'default'),
    'ca.info': () => ({ notices: [], folder: '' }),
    'ca.make': noCa,
    'ca.export': noCa,
    'ca.renew': noCa,
    'ca.remove': noCa,
    'interception.status': () => ({
      mode: 'off',
      connections: 0,
      handshakes: 0,
      failed: 0,
      certificates: 0,
      refusals: [],
    }),
    'interception.tunnelHost': noCa,
    'clients.list': () => ({ found: [], running: [] }),
    'clients.launch': noClients,
    'clients.close': () => ({ closed: false }),
    'clients.terminal': noClients,
    'clients.test': noClients,
    'clients.environment': () => ({ proxy: '127.0.0.1:1488' }),
    'systemProxy.status': () => NO_SYSTEM_PROXY,
    'systemProxy.on': noClients,
    'systemProxy.off': noClients,
    'trust.list': () => ({ stores: [] }),
    'trust.install': noClients,
    'trust.remove': noClients,
    'rules.get': () => ({ groups: [], rules: [], uses: [], revision: 0 }),
    'rules.replace': noRules,
    'rules.import': noRules,
    'rules.export': () => ({ text: '{ "groups": [], "rules": [] }\n' }),
    'held.list': () => NOTHING_HELD,
    'held.get': noneHeld,
    'held.resume': noneHeld,
    'held.resumeAll': () => NOTHING_HELD,
    'held.answer': noneHeld,
    'held.abort': noneHeld,
    'compare.get': noSending,
    'compose.send': noSending,
    'compose.runs': () => ({ runs: [] }),
    'compose.run': noSending,
    'compose.stop': noSending,
    'compose.curl': ({ text }) => readCurl(text),
    'compose.fromExchange': noSending,
    'session.list': () => ({ sessions: [] }),
    'session.open': noFiles,
    'session.create': noFiles,
    'session.write': noFiles,
    'session.close': () => ({ closed: false }),
    'har.begin': noFiles,
    'har.read': noFiles,
    'har.end': () => ({ ended: false }),
    'kafka.status': noKafka,
    'kafka.test': noKafka,
    'kafka.createTopic': noKafka,
  };

  async function answer<N extends CommandName>(name: N, params: unknown): Promise<unknown> {
    return handlers[name](PARAM_PARSERS[name](params));
  }

  return {
    push,
    get capturePaused() {
      return info.capturePaused;
    },
    serve(channel) {
      const stops = new Map<number, () => void>();
      channel.onFrame((raw) => {
        const frame = parseClientFrame(raw);
        if (frame === null) return;
        if (frame.t === 'hello')
          channel.send({ t: 'hello', contractVersion: CONTRACT_VERSION, name: info.name, version: info.version });
        else if (frame.t === 'unsubscribe') stops.get(frame.id)?.();
        else if (frame.t === 'call') {
          const { id, name } = frame;
          if (!isCommandName(name))
            return channel.send({
              t: 'fail',
              id,
              error: { code: 'unknown-command', message: `there is no command ${name}` },
            });
          answer(name, frame.params).then(
            (result) => {
              if (name === 'exchange.body' || name === 'entry.body') {
                const { meta, bytes } = result as BytesResult;
                channel.send({ t: 'bytes', id, meta, bytes });
              } else channel.send({ t: 'ok', id, result });
            },
            (thrown: unknown) => channel.send({ t: 'fail', id, error: toWireError(thrown) }),
          );
        } else if (frame.t === 'subscribe') {
          const { id } = frame;
          const stream = frame.stream as StreamName;
          if (stream === 'kafka')
            return channel.send({
              t: 'end',
              id,
              error: { code: 'unavailable', message: 'the demo has no Kafka mirror' },
            });
          const send = (item: unknown): void => channel.send({ t: 'item', id, item });
          const all = subscribers.get(stream) ?? new Set();
          subscribers.set(stream, all.add(send));
          stops.set(id, () => all.delete(send));
          if (stream === 'traffic' && world.rows.length > 0)
            send(makeBatch(world.rows, { oldestId: world.rows[0]?.id ?? 1 }));
          if (stream === 'settings') send(settings);
          if (stream === 'held') send(NOTHING_HELD);
          if (stream === 'clients') send({ found: [], running: [] });
          if (stream === 'systemProxy') send(NO_SYSTEM_PROXY);
        }
      });
      channel.onClose(() => stops.forEach((stop) => stop()));
    },
  };
}
