/**
 * Every command the core answers: name, parameters, result. Client, server, REST and tests are inferred from this map;
 * {@link PARAM_PARSERS} turns what came over a wire into parameters or says what is wrong.
 */
import type { ClientSetup } from './client-environment.ts';
import {
  BROWSER_FAMILIES,
  type ClientsState,
  type LaunchRequest,
  type RunningBrowser,
  type SelfTest,
  type TrustReport,
} from './clients.ts';
import type {
  EntryDetail,
  EntryState,
  EntrySummary,
  HostShare,
  PurgeResult,
  PurgeSelector,
  RemovedEntry,
  RevalidateResult,
} from './entry.ts';
import { isEntryRef, type EntryId, type EntryRef } from './entry-id.ts';
import { CommandError } from './errors.ts';
import type { CacheStatus, ExchangeDetail, ExchangeRow } from './exchange.ts';
import { MAX_READINGS } from './filter/parse.ts';
import type { ExchangeFix } from './fix/fix.ts';
import { CA_FORMATS, type CaFormat, type CaState, type InterceptionStatus } from './interception.ts';
import type { MessageDirection, MessagePage, MessageType } from './messages.ts';
import type { KafkaStatus, KafkaTestResult } from './kafka.ts';
import { parseSettingsPatch } from './parse-setting.ts';
import { isSettingKey } from './setting-specs.ts';
import { HELD_PARSERS, type HeldCommandMap } from './breakpoints/held-commands.ts';
import { parseCompare, type CompareCommandMap } from './compare/compare.ts';
import { COMPOSE_PARSERS, type ComposeCommandMap } from './compose/compose-commands.ts';
import { NOTE_MAX, ROW_COLORS, type LabelChange } from './labels.ts';
import { describeRuleProblem, parseRules } from './rules/parse-rules.ts';
import type { RuleList } from './rules/rule.ts';
import { SESSION_PARSERS, type SessionCommandMap } from './sessions.ts';
import type { RulesState } from './rules/rules-state.ts';
import { Wrong } from './rules/value-checks.ts';
import type { Settings, SettingKey, SettingsSnapshot } from './settings.ts';
import type { StatsSample } from './stats.ts';
import type { SystemProxyDone, SystemProxyState } from './system-proxy.ts';

/** Facts about the running core. */
export interface CoreInfo {
  name: string;
  version: string;
  sessionId: string;
  startedAtMs: number;
  pid: number;
  node: string;
  /** Where the proxy listens; null while it does not, with the reason in `listenProblem`. */
  listening: { host: string; port: number } | null;
  listenProblem?: string;
  /** A free port near the one that is taken, when that is the problem. */
  freePort?: number;
  /** What whoever runs this core should know, in words: that other machines can use it. */
  warnings?: string[];
  /** What this run found and had to do, in words: a damaged file set aside, a system proxy put back. */
  notices?: string[];
  dataDir: string;
  capturePaused: boolean;
}

export const ENTRY_SORTS = ['url', 'status', 'type', 'size', 'stored', 'age', 'ttl', 'hits', 'used', 'host'] as const;
export type EntrySort = (typeof ENTRY_SORTS)[number];

/** A list by host tells at most so many of them. */
export const HOSTS_MAX = 1000;

/** Selects and pages stored entries. */
export interface EntryQuery {
  /** A line of the filter language (docs/filter.md). */
  q?: string;
  /** Free text in the URL, case-insensitive. */
  text?: string;
  host?: string;
  state?: 'fresh' | 'stale-usable' | 'stale';
  sort?: EntrySort;
  descending?: boolean;
  /** Host by host, each in that order; the answer tells the hosts. */
  byHost?: boolean;
  offset?: number;
  /** At most 5000. */
  limit?: number;
}

/** Which captured exchanges, and which page of them. */
export interface ExchangeQuery {
  /** A line of the filter language (docs/filter.md). */
  q?: string;
  text?: string;
  host?: string;
  username?: string;
  cacheStatus?: 'HIT' | 'MISS' | 'BYPASS';
  method?: string;
  fromMs?: number;
  toMs?: number;
  descending?: boolean;
  offset?: number;
  limit?: number;
}

/** Longest text of rules that is taken, characters. */
const RULE_TEXT_MAX = 16 * 1024 * 1024;

/** Bytes of one slice of a body when a command does not say how many. */
export const BODY_SLICE_BYTES = 1024 * 1024;

/** Which messages of a WebSocket, oldest first, and which page of them. */
export interface MessageQuery {
  /** Free text in the payload of texts, case-insensitive. */
  text?: string;
  direction?: MessageDirection;
  type?: MessageType;
  /** Only those numbered above it. */
  after?: number;
  offset?: number;
  limit?: number;
}

/** A slice of bytes asked for. */
export interface ByteRange {
  offset?: number;
  /** At most 4 MiB a call. */
  length?: number;
  /** Offset and length are of the content without its Content-Encoding. */
  decode?: boolean;
}

/** What undoing Content-Encoding came to. */
export interface DecodedSlice {
  /** `plain`: there was nothing to undo. `unknown` (a coding nobody knows here) and `damaged`: the bytes are as sent. */
  state: 'plain' | 'decoded' | 'unknown' | 'damaged';
  /** True when more comes after this slice; how much is not known before it was decoded. */
  more: boolean;
}

/** What stands beside bytes: which slice of how many. */
export interface BytesMeta {
  offset: number;
  /** As sent, also where the slice is decoded. */
  total: number;
  /** Set when `decode` was asked for. */
  decoded?: DecodedSlice;
}

/** Result kind of commands that answer bytes; the bytes travel beside the JSON. */
export interface BytesResult {
  meta: BytesMeta;
  bytes: Uint8Array;
}

/** Whose exchanges are meant: `CoreInfo.sessionId` of the run that captured them; the live session when absent. */
export interface OfSession {
  session?: string;
}

export interface CommandMap extends CompareCommandMap, ComposeCommandMap, HeldCommandMap, SessionCommandMap {
  'core.info': { params: Record<string, never>; result: CoreInfo };
  'stats.get': { params: Record<string, never>; result: StatsSample };
  /** Samples of the last 15 minutes, oldest first. */
  'stats.history': { params: Record<string, never>; result: StatsSample[] };
  'exchange.list': {
    params: ExchangeQuery & OfSession;
    result: { rows: ExchangeRow[]; total: number; unsearched?: number };
  };
  /**
   * Which of the terms about fields and bodies (of the filter language, at most 16) find something in each exchange, as bits
   * from the lowest, in the order of `ids`; fewer than were asked for when it would take long.
   */
  'exchange.probe': { params: { terms: string[]; ids: number[] } & OfSession; result: { masks: number[] } };
  /** Notes and colours of captured exchanges; the live session only. `labelled`: how many of `ids` (at most 5000) are captured. */
  'exchange.label': { params: { ids: number[] } & LabelChange & OfSession; result: { labelled: number } };
  'exchange.get': { params: { id: number } & OfSession; result: ExchangeDetail };
  /** What would make it a hit, tried with the decisions; by the settings as they are now. */
  'exchange.fix': { params: { id: number } & OfSession; result: ExchangeFix };
  'exchange.body': {
    params: { id: number; side: 'request' | 'response' } & ByteRange & OfSession;
    result: BytesResult;
  };
  'exchange.messages': { params: { id: number } & MessageQuery & OfSession; result: MessagePage };
  'exchange.message': { params: { id: number; n: number } & ByteRange & OfSession; result: BytesResult };
  /** These two are obeyed by the live session only. */
  'capture.pause': { params: { paused: boolean } & OfSession; result: { paused: boolean } };
  /** `undoable`: they are kept aside for ten seconds, within the same bounds, and come back with `capture.undoClear`. */
  'capture.clear': { params: { undoable?: boolean } & OfSession; result: { cleared: number; undoUntilMs?: number } };
  'capture.undoClear': { params: OfSession; result: { restored: number } };
  'entry.list': {
    params: EntryQuery;
    /**
     * `unsearched`: so many were left out, since looking into their bodies would have taken too long. `hosts`: those of a
     * list by host, in its order; left out when there are more than {@link HOSTS_MAX}.
     */
    result: {
      entries: EntrySummary[];
      total: number;
      bytes: number;
      version: number;
      unsearched?: number;
      hosts?: HostShare[];
    };
  };
  /** Only the names of what `entry.list` would answer, up to 1,000,000 of them. */
  'entry.ids': { params: EntryQuery; result: { ids: EntryId[] } };
  /** Which of these are still stored. */
  'entry.known': { params: { ids: EntryRef[] }; result: { ids: EntryId[] } };
  'entry.get': { params: { id: EntryRef }; result: EntryDetail };
  'entry.byKey': { params: { cacheKey: string }; result: { entries: EntrySummary[]; removed: RemovedEntry[] } };
  'entry.body': { params: { id: EntryRef } & ByteRange; result: BytesResult };
  'entry.evict': { params: { ids: EntryRef[] }; result: PurgeResult };
  'entry.pin': { params: { id: EntryRef; pinned: boolean }; result: EntrySummary };
  'entry.setLifetime': { params: { id: EntryRef; seconds: number }; result: EntrySummary };
  'entry.makeStale': { params: { id: EntryRef }; result: EntrySummary };
  'entry.revalidate': { params: { id: EntryRef }; result: RevalidateResult };
  'cache.purge': { params: { selector: PurgeSelector; dryRun: boolean }; result: PurgeResult };
  'cache.undo': { params: { token: string }; result: { entries: number; bytes: number } };
  'cache.removed': { params: { limit?: number }; result: RemovedEntry[] };
  'settings.get': { params: Record<string, never>; result: SettingsSnapshot };
  /** Values to set and names to put back to their defaults, as one change: all of it is applied, or nothing. */
  'settings.update': { params: { patch: Partial<Settings>; reset?: SettingKey[] }; result: SettingsSnapshot };
  'settings.reset': { params: { keys: SettingKey[] }; result: SettingsSnapshot };
  'ca.info': { params: Record<string, never>; result: CaState };
  /** Makes the CA if there is none. */
  'ca.make': { params: Record<string, never>; result: CaState };
  /** The certificate, never the key; made if there is none. `password` is that of the PKCS#12 file. */
  'ca.export': { params: { format: CaFormat; password?: string }; result: BytesResult };
  /** A new CA in the place of the old one, which nobody is shown any more. */
  'ca.renew': { params: Record<string, never>; result: CaState };
  'ca.remove': { params: Record<string, never>; result: { removed: boolean } };
  'interception.status': { params: Record<string, never>; result: InterceptionStatus };
  /** Lets the tunnels to this host be, from now on. */
  'interception.tunnelHost': { params: { host: string }; result: SettingsSnapshot };
  /** Browsers of the machine the core runs on, and those started there. */
  'clients.list': { params: Record<string, never>; result: ClientsState };
  'clients.launch': { params: LaunchRequest; result: RunningBrowser };
  'clients.close': { params: { id: number }; result: { closed: boolean } };
  /** What the environment of a program is made of that goes through the proxy; the files it names are written. */
  'clients.environment': { params: Record<string, never>; result: ClientSetup };
  /** Opens a terminal whose shell has that environment. */
  'clients.terminal': { params: Record<string, never>; result: { name: string } };
  /** Asks for a page of the proxy's own through the proxy: nothing of the network is needed. */
  'clients.test': { params: Record<string, never>; result: SelfTest };
  /** Where programs of that machine look for CAs, and whether this one is there. */
  'trust.list': { params: Record<string, never>; result: TrustReport };
  /** Runs the lines that put the CA into a store; it is made if there is none. */
  'trust.install': { params: { store: string }; result: TrustReport };
  /** Runs the lines that take out what this program put in. */
  'trust.remove': { params: { store: string }; result: TrustReport };
  /** Where the programs of the core's desktop are led; asks the system. */
  'systemProxy.status': { params: Record<string, never>; result: SystemProxyState };
  /** Leads them through this proxy; what was set before is kept, and put back whatever ends the proxy. A dry run only says the lines. */
  'systemProxy.on': { params: { dryRun?: boolean }; result: SystemProxyDone };
  /** Puts back what was set before; what somebody else has changed stays. */
  'systemProxy.off': { params: { dryRun?: boolean }; result: SystemProxyDone };
  'rules.get': { params: Record<string, never>; result: RulesState };
  /** Puts the whole list in; refused when `revision` is given and another is in force. */
  'rules.replace': { params: { list: RuleList; revision?: number }; result: RulesState };
  /** The text of a rules file: in the place of the list or behind it, all of it or nothing. */
  'rules.import': { params: { text: string; how: 'replace' | 'append' }; result: RulesState };
  'rules.export': { params: Record<string, never>; result: { text: string } };
  'kafka.status': { params: Record<string, never>; result: KafkaStatus };
  /** Tries the given settings (over the current ones) without applying them. */
  'kafka.test': { params: { patch: Partial<Settings> }; result: KafkaTestResult };
  'kafka.createTopic': { params: Record<string, never>; result: { created: boolean } };
}

export type CommandName = keyof CommandMap;
export type CommandParams<N extends CommandName> = CommandMap[N]['params'];
export type CommandResult<N extends CommandName> = CommandMap[N]['result'];

/** What answers commands: one function per name. */
export type CommandHandlers = {
  [N in CommandName]: (params: CommandParams<N>) => Promise<CommandResult<N>> | CommandResult<N>;
};

type Fields = Record<string, unknown>;

function bad(message: string): never {
  throw new CommandError('bad-params', message);
}
function record(raw: unknown): Fields {
  if (raw === undefined || raw === null) return {};
  if (typeof raw !== 'object' || Array.isArray(raw)) bad('parameters must be an object');
  return raw as Fields;
}
function int(fields: Fields, name: string, min = 0, max = Number.MAX_SAFE_INTEGER): number {
  const value = fields[name];
  if (typeof value !== 'number' || !Number.isSafeInteger(value) || value < min || value > max)
    bad(`${name} takes a whole number from ${min} to ${max}`);
  return value;
}
function text(fields: Fields, name: string, maxLength = 65_536): string {
  const value = fields[name];
  if (typeof value !== 'string' || value.length > maxLength)
    bad(`${name} takes text of at most ${maxLength} characters`);
  return value;
}
function bool(fields: Fields, name: string): boolean {
  const value = fields[name];
  if (typeof value !== 'boolean') bad(`${name} takes true or false`);
  return value;
}
function oneOf<const T extends string>(fields: Fields, name: string, values: readonly T[]): T {
  const value = fields[name];
  const found = values.find((item) => item === value);
  if (found === undefined) bad(`${name} takes one of ${values.join(', ')}`);
  return found;
}
/** An http or https URL in its normal form: it ends up on a command line. */
function webUrl(fields: Fields, name: string): string {
  const value = text(fields, name, 8192);
  // No URL of the platform here: the scheme tells it from an option, and nothing else of it may be mistaken.
  if (!/^https?:\/\/[^\s"'<>\\]+$/i.test(value)) bad(`${name} takes an http or https URL`);
  return value;
}
function entryRef(fields: Fields, name: string): EntryRef {
  const value = fields[name];
  if (!isEntryRef(value)) bad(`${name} takes a whole number from 1, or <session>-<n>`);
  return value;
}
function entryRefs(fields: Fields, name: string): EntryRef[] {
  const value = fields[name];
  if (!Array.isArray(value) || value.length > 1_000_000 || !value.every(isEntryRef))
    bad(`${name} takes a list of numbers, or of <session>-<n>`);
  return value;
}
function settingKeys(fields: Fields, name: string): SettingKey[] {
  const value = fields[name];
  if (!Array.isArray(value) || !value.every((key): key is SettingKey => typeof key === 'string' && isSettingKey(key)))
    bad(`${name} takes a list of setting names`);
  return value;
}
const isTerm = (value: unknown): value is string => typeof value === 'string' && value.length <= 4096;
const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 1;
function list<T>(fields: Fields, name: string, most: number, is: (value: unknown) => value is T): T[] {
  const value: unknown = fields[name];
  if (!Array.isArray(value) || value.length > most || !value.every(is)) bad(`${name} takes a list of at most ${most}`);
  return value;
}
/** Reads a field when it is given; `{}` or `{name: value}`, to be spread. */
function opt<K extends string, T>(
  fields: Fields,
  name: K,
  read: (fields: Fields, name: string) => T,
): { [P in K]?: T } {
  return (fields[name] === undefined || fields[name] === null ? {} : { [name]: read(fields, name) }) as {
    [P in K]?: T;
  };
}
const none = (raw: unknown): Record<string, never> => {
  record(raw);
  return {};
};
/** A reader that tells what is wrong by `Wrong`. */
const told =
  <T>(read: (raw: unknown) => T) =>
  (raw: unknown): T => {
    try {
      return read(raw);
    } catch (error) {
      if (error instanceof Wrong) bad(error.message);
      throw error;
    }
  };
const entryOnly = (raw: unknown): { id: EntryRef } => ({ id: entryRef(record(raw), 'id') });
const idOnly = (raw: unknown): { id: number } => ({ id: int(record(raw), 'id', 1) });
const ofSession = (f: Fields): OfSession => opt(f, 'session', (x, n) => text(x, n, 64));
const page = (f: Fields) => ({
  ...opt(f, 'offset', (x, n) => int(x, n)),
  ...opt(f, 'limit', (x, n) => int(x, n, 0, 5000)),
  ...opt(f, 'descending', bool),
});
const range = (f: Fields) => ({
  ...opt(f, 'offset', (x, n) => int(x, n)),
  ...opt(f, 'length', (x, n) => int(x, n, 0, 4 * 1024 * 1024)),
  ...opt(f, 'decode', bool),
});
function entryQuery(f: Fields): EntryQuery {
  return {
    ...page(f),
    ...opt(f, 'q', text),
    ...opt(f, 'text', text),
    ...opt(f, 'host', text),
    ...opt(f, 'state', (x, n) => oneOf<EntryState>(x, n, ['fresh', 'stale-usable', 'stale'])),
    ...opt(f, 'sort', (x, n) => oneOf(x, n, ENTRY_SORTS)),
    ...opt(f, 'byHost', bool),
  };
}
function patch(raw: unknown): { patch: Partial<Settings> } {
  const parsed = parseSettingsPatch(record(raw)['patch'] ?? {});
  if (!parsed.ok) throw new CommandError('bad-params', parsed.problems.join('; '));
  return { patch: parsed.value };
}

function ruleList(fields: Fields, name: string): RuleList {
  const parsed = parseRules(fields[name]);
  if (!parsed.ok) bad(parsed.problems.map(describeRuleProblem).join('\n'));
  return parsed.list;
}

/** Parses an eviction selector; exactly one of ids, url, host, pattern, tag, all. */
function parsePurgeSelector(raw: unknown): PurgeSelector {
  const f = record(raw);
  const given = ['ids', 'url', 'host', 'pattern', 'tag', 'all'].filter((name) => f[name] !== undefined);
  if (given.length !== 1) bad('give exactly one of ids, url, host, pattern, tag, all');
  switch (given[0]) {
    case 'ids':
      return { ids: entryRefs(f, 'ids') };
    case 'url':
      return { url: text(f, 'url') };
    case 'host':
      return { host: text(f, 'host', 300).toLowerCase() };
    case 'pattern':
      return { pattern: text(f, 'pattern', 2048) };
    case 'tag':
      return { tag: text(f, 'tag', 1024) };
    default:
      if (f['all'] !== true) bad('all takes true');
      return { all: true };
  }
}

export const PARAM_PARSERS: { [N in CommandName]: (raw: unknown) => CommandParams<N> } = {
  'core.info': none,
  'stats.get': none,
  'stats.history': none,
  'exchange.list': (raw) => {
    const f = record(raw);
    return {
      ...page(f),
      ...ofSession(f),
      ...opt(f, 'q', text),
      ...opt(f, 'text', text),
      ...opt(f, 'host', text),
      ...opt(f, 'username', text),
      ...opt(f, 'method', text),
      ...opt(f, 'cacheStatus', (x, n) => oneOf<CacheStatus>(x, n, ['HIT', 'MISS', 'BYPASS'])),
      ...opt(f, 'fromMs', (x, n) => int(x, n)),
      ...opt(f, 'toMs', (x, n) => int(x, n)),
    };
  },
  'exchange.probe': (raw) => {
    const f = record(raw);
    return { terms: list(f, 'terms', MAX_READINGS, isTerm), ids: list(f, 'ids', 5000, isCount), ...ofSession(f) };
  },
  'exchange.label': (raw) => {
    const f = record(raw);
    return {
      ids: list(f, 'ids', 5000, isCount),
      ...opt(f, 'note', (x, n) => text(x, n, NOTE_MAX)),
      ...opt(f, 'color', (x, n) => oneOf(x, n, [...ROW_COLORS, 'none'] as const)),
      ...ofSession(f),
    };
  },
  'exchange.get': (raw) => ({ ...idOnly(raw), ...ofSession(record(raw)) }),
  'exchange.fix': (raw) => ({ ...idOnly(raw), ...ofSession(record(raw)) }),
  'exchange.body': (raw) => {
    const f = record(raw);
    return { id: int(f, 'id', 1), side: oneOf(f, 'side', ['request', 'response']), ...range(f), ...ofSession(f) };
  },
  'exchange.messages': (raw) => {
    const f = record(raw);
    const { descending: _, ...rest } = page(f);
    return {
      ...idOnly(raw),
      ...rest,
      ...ofSession(f),
      ...opt(f, 'text', text),
      ...opt(f, 'after', (x, n) => int(x, n)),
      ...opt(f, 'direction', (x, n) => oneOf(x, n, ['up', 'down'])),
      ...opt(f, 'type', (x, n) => oneOf(x, n, ['text', 'binary', 'ping', 'pong', 'close'])),
    };
  },
  'exchange.message': (raw) => {
    const f = record(raw);
    return { ...idOnly(raw), n: int(f, 'n', 1), ...range(f), ...ofSession(f) };
  },
  'capture.pause': (raw) => ({ paused: bool(record(raw), 'paused'), ...ofSession(record(raw)) }),
  'capture.clear': (raw) => ({ ...ofSession(record(raw)), ...opt(record(raw), 'undoable', bool) }),
  'capture.undoClear': (raw) => ofSession(record(raw)),
  'entry.list': (raw) => entryQuery(record(raw)),
  'entry.ids': (raw) => {
    const f = record(raw);
    return { ...entryQuery({ ...f, limit: undefined }), ...opt(f, 'limit', (x, n) => int(x, n, 0, 1_000_000)) };
  },
  'entry.known': (raw) => ({ ids: entryRefs(record(raw), 'ids') }),
  'entry.get': entryOnly,
  'entry.byKey': (raw) => ({ cacheKey: text(record(raw), 'cacheKey', 64) }),
  'entry.body': (raw) => ({ ...entryOnly(raw), ...range(record(raw)) }),
  'entry.evict': (raw) => ({ ids: entryRefs(record(raw), 'ids') }),
  'entry.pin': (raw) => ({ ...entryOnly(raw), pinned: bool(record(raw), 'pinned') }),
  'entry.setLifetime': (raw) => ({ ...entryOnly(raw), seconds: int(record(raw), 'seconds', 0, 31_536_000) }),
  'entry.makeStale': entryOnly,
  'entry.revalidate': entryOnly,
  'cache.purge': (raw) => {
    const f = record(raw);
    return {
      selector: parsePurgeSelector(f['selector']),
      dryRun: f['dryRun'] === undefined ? false : bool(f, 'dryRun'),
    };
  },
  'cache.undo': (raw) => ({ token: text(record(raw), 'token', 64) }),
  'cache.removed': (raw) => opt(record(raw), 'limit', (x, n) => int(x, n, 0, 5000)),
  'rules.get': none,
  'rules.replace': (raw) => ({
    list: ruleList(record(raw), 'list'),
    ...opt(record(raw), 'revision', (x, n) => int(x, n)),
  }),
  'rules.import': (raw) => ({
    text: text(record(raw), 'text', RULE_TEXT_MAX),
    how: oneOf(record(raw), 'how', ['replace', 'append']),
  }),
  'rules.export': none,
  'held.list': none,
  'held.get': told(HELD_PARSERS['held.get']),
  'held.resume': told(HELD_PARSERS['held.resume']),
  'held.resumeAll': none,
  'held.answer': told(HELD_PARSERS['held.answer']),
  'held.abort': told(HELD_PARSERS['held.abort']),
  'compare.get': told(parseCompare),
  'compose.send': told(COMPOSE_PARSERS['compose.send']),
  'compose.runs': none,
  'compose.run': told(COMPOSE_PARSERS['compose.run']),
  'compose.stop': told(COMPOSE_PARSERS['compose.stop']),
  'compose.curl': told(COMPOSE_PARSERS['compose.curl']),
  'compose.fromExchange': told(COMPOSE_PARSERS['compose.fromExchange']),
  'session.list': told(SESSION_PARSERS['session.list']),
  'session.open': told(SESSION_PARSERS['session.open']),
  'session.create': told(SESSION_PARSERS['session.create']),
  'session.write': told(SESSION_PARSERS['session.write']),
  'session.close': told(SESSION_PARSERS['session.close']),
  'har.begin': told(SESSION_PARSERS['har.begin']),
  'har.read': told(SESSION_PARSERS['har.read']),
  'har.end': told(SESSION_PARSERS['har.end']),
  'settings.get': none,
  'settings.update': (raw) => ({ ...patch(raw), ...opt(record(raw), 'reset', settingKeys) }),
  'settings.reset': (raw) => ({ keys: settingKeys(record(raw), 'keys') }),
  'ca.info': none,
  'ca.make': none,
  'ca.export': (raw) => ({
    format: oneOf(record(raw), 'format', CA_FORMATS),
    ...opt(record(raw), 'password', (x, n) => text(x, n, 256)),
  }),
  'ca.renew': none,
  'ca.remove': none,
  'interception.status': none,
  'interception.tunnelHost': (raw) => ({ host: text(record(raw), 'host', 300) }),
  'clients.list': none,
  'clients.launch': (raw) => {
    const f = record(raw);
    return {
      family: oneOf(f, 'family', BROWSER_FAMILIES),
      ...opt(f, 'url', webUrl),
      ...opt(f, 'headless', bool),
    };
  },
  'clients.close': idOnly,
  'clients.environment': none,
  'clients.terminal': none,
  'clients.test': none,
  'trust.list': none,
  'trust.install': (raw) => ({ store: text(record(raw), 'store', 4096) }),
  'trust.remove': (raw) => ({ store: text(record(raw), 'store', 4096) }),
  'systemProxy.status': none,
  'systemProxy.on': (raw) => opt(record(raw), 'dryRun', bool),
  'systemProxy.off': (raw) => opt(record(raw), 'dryRun', bool),
  'kafka.status': none,
  'kafka.test': patch,
  'kafka.createTopic': none,
};

/** True for a string that names a command. */
export function isCommandName(value: unknown): value is CommandName {
  return typeof value === 'string' && Object.hasOwn(PARAM_PARSERS, value);
}
