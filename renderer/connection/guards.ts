/**
 * Checks what the core sent before anything trusts it: the fields this page reads first must be there and of the
 * right kind. One table for results, one for stream items.
 */
import { MATTERS } from '../../proxy-core/contract/compare/compare.ts';
import { CACHE_USES } from '../../proxy-core/contract/compose/composed.ts';
import { RULE_STAGES } from '../../proxy-core/contract/rules/rule.ts';
import type { CommandName, CommandResult } from '../../proxy-core/contract/commands.ts';
import { CANNOT, EXPOSURES } from '../../proxy-core/contract/fix/fix.ts';
import { SYSTEM_PROXY_CANNOT, SYSTEM_PROXY_STATES } from '../../proxy-core/contract/system-proxy.ts';
import { SETTING_KEYS } from '../../proxy-core/contract/setting-specs.ts';
import type { StreamItem, StreamName } from '../../proxy-core/contract/streams.ts';

type Kind = 'string' | 'number' | 'boolean' | 'object' | 'array' | 'bytes';
type Shape = Record<string, Kind>;

function isKind(value: unknown, kind: Kind): boolean {
  switch (kind) {
    case 'array':
      return Array.isArray(value);
    case 'object':
      return typeof value === 'object' && value !== null && !Array.isArray(value);
    case 'bytes':
      return value instanceof Uint8Array;
    case 'string':
    case 'number':
    case 'boolean':
      return typeof value === kind;
  }
}

function hasShape(raw: unknown, shape: Shape): boolean {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw)) return false;
  const fields = new Map<string, unknown>(Object.entries(raw));
  return Object.entries(shape).every(([name, kind]) => isKind(fields.get(name), kind));
}
const listOf = (shape: Shape) => (raw: unknown) => Array.isArray(raw) && raw.every((item) => hasShape(item, shape));
const shaped = (shape: Shape) => (raw: unknown) => hasShape(raw, shape);
const withList = (name: string, item: Shape, shape: Shape) => (raw: unknown) =>
  hasShape(raw, { ...shape, [name]: 'array' }) &&
  listOf(item)(new Map<string, unknown>(Object.entries(raw as object)).get(name));

const STATS: Shape = { atMs: 'number', totals: 'object', cache: 'object', memory: 'object', capture: 'object' };
const ROW: Shape = {
  id: 'number',
  seq: 'number',
  state: 'string',
  kind: 'string',
  method: 'string',
  url: 'string',
  host: 'string',
  path: 'string',
  startedAtMs: 'number',
};
const ENTRY: Shape = {
  id: 'string',
  url: 'string',
  method: 'string',
  status: 'number',
  sizeBytes: 'number',
  storedAtMs: 'number',
  staleAtMs: 'number',
};
const INFO: Shape = {
  name: 'string',
  version: 'string',
  sessionId: 'string',
  startedAtMs: 'number',
  capturePaused: 'boolean',
};
const PURGE: Shape = { entries: 'number', bytes: 'number', sample: 'array' };
const KAFKA: Shape = { state: 'string', brokers: 'array', topic: 'string', sent: 'number' };
const CA: Shape = { notices: 'array', folder: 'string' };
const MESSAGE: Shape = {
  n: 'number',
  direction: 'string',
  type: 'string',
  atMs: 'number',
  wireBytes: 'number',
  kept: 'number',
  frames: 'number',
  preview: 'string',
};
const BYTES: Shape = { meta: 'object', bytes: 'bytes' };

const BROWSER: Shape = { id: 'number', family: 'string', name: 'string', pid: 'number', profile: 'string' };
const isClients = (raw: unknown): boolean =>
  withList('found', { family: 'string', name: 'string', path: 'string' }, {})(raw) &&
  withList('running', BROWSER, {})(raw);
const isTrust = withList(
  'stores',
  {
    id: 'string',
    kind: 'string',
    state: 'string',
    where: 'string',
    install: 'array',
    remove: 'array',
    canRun: 'boolean',
  },
  {},
);

const of = (raw: unknown, name: string): unknown =>
  typeof raw === 'object' && raw !== null ? new Map<string, unknown>(Object.entries(raw)).get(name) : undefined;
const isOneOf = (codes: readonly string[], raw: unknown): boolean => codes.some((code) => code === raw);
const every = (raw: unknown, is: (item: unknown) => boolean): boolean => Array.isArray(raw) && raw.every(is);
const isTextOrNull = (raw: unknown): boolean => raw === null || typeof raw === 'string';

const isChange = (raw: unknown): boolean =>
  hasShape(raw, { edits: 'array', seconds: 'number', exposes: 'array', mayStay: 'array' }) &&
  every(
    of(raw, 'edits'),
    (edit) => hasShape(edit, { name: 'string' }) && isTextOrNull(of(edit, 'was')) && isTextOrNull(of(edit, 'value')),
  ) &&
  every(of(raw, 'exposes'), (item) => isOneOf(EXPOSURES, of(item, 'code')));
const isFix = (raw: unknown): boolean => {
  const [fixes, ordinary] = [of(raw, 'fixes'), of(raw, 'ordinary')];
  switch (of(raw, 'kind')) {
    case 'none':
      return hasShape(raw, { why: 'string', seconds: 'number' });
    case 'fix':
      return every(fixes, isChange) && of(fixes, '0') !== undefined;
    case 'cannot':
      return isOneOf(CANNOT, of(raw, 'code')) && (ordinary === undefined || every(ordinary, isChange));
    default:
      return false;
  }
};

const isTexts = (raw: unknown): boolean => every(raw, (item) => typeof item === 'string');
const isSystemProxy = (raw: unknown): boolean => {
  const cannot = of(raw, 'cannot');
  return (
    isOneOf(SYSTEM_PROXY_STATES, of(raw, 'state')) &&
    (cannot === undefined || isOneOf(SYSTEM_PROXY_CANNOT, cannot)) &&
    [of(raw, 'places'), of(raw, 'changed'), of(raw, 'problems')].every(isTexts)
  );
};
const isSwitched = (raw: unknown): boolean =>
  isSystemProxy(of(raw, 'state')) && [of(raw, 'lines'), of(raw, 'kept'), of(raw, 'problems')].every(isTexts);

const isSettings = (raw: unknown): boolean =>
  hasShape(raw, Object.fromEntries(SETTING_KEYS.map((key) => [key, 'object'])));

const RULE: Shape = { id: 'string', name: 'string', enabled: 'boolean', when: 'string', where: 'string' };
/** What the list and the form read first; the core has parsed the rest, and parses what is put in its place. */
const isRules = (raw: unknown): boolean =>
  withList('uses', { id: 'string', matched: 'number' }, { groups: 'array', rules: 'array', revision: 'number' })(raw) &&
  every(of(raw, 'groups'), shaped({ name: 'string', enabled: 'boolean' })) &&
  every(
    of(raw, 'rules'),
    (rule) => withList('then', { do: 'string' }, RULE)(rule) && isOneOf(RULE_STAGES, of(rule, 'where')),
  );

/** The form reads these first; of the content it takes what it knows. */
const isComposedRequest = (raw: unknown): boolean =>
  hasShape(raw, { method: 'string', url: 'string', fields: 'array' }) &&
  every(of(raw, 'fields'), (line) => isTexts(line)) &&
  (of(raw, 'body') === undefined || hasShape(of(raw, 'body'), { kind: 'string' }));
const isRun = (raw: unknown): boolean =>
  withList(
    'sent',
    { id: 'number', state: 'string', bytes: 'number' },
    { id: 'number', atMs: 'number', times: 'number', together: 'boolean', isOver: 'boolean' },
  )(raw) &&
  isOneOf(CACHE_USES, of(raw, 'cache')) &&
  isComposedRequest(of(raw, 'request'));
const isCurl = (raw: unknown): boolean =>
  of(raw, 'ok') === true
    ? isComposedRequest(of(raw, 'request')) && every(of(raw, 'notes'), (note) => typeof note === 'string')
    : hasShape(raw, { ok: 'boolean', problem: 'string', at: 'number' });

const HELD: Shape = {
  id: 'number',
  exchange: 'number',
  stage: 'string',
  by: 'string',
  sinceMs: 'number',
  untilMs: 'number',
  method: 'string',
  url: 'string',
  content: 'string',
};
const isHeld = (raw: unknown): boolean =>
  withList('held', HELD, { passed: 'object' })(raw) &&
  hasShape(of(raw, 'passed'), { full: 'number', limit: 'number', unattended: 'number' });
const SESSION: Shape = { id: 'string', name: 'string', state: 'string', size: 'number', reading: 'object' };
const isSession = shaped(SESSION);
const isSessions = withList('sessions', SESSION, {});

const RESULTS: { [N in CommandName]: (raw: unknown) => boolean } = {
  'core.info': shaped(INFO),
  'stats.get': shaped(STATS),
  'stats.history': listOf(STATS),
  'exchange.list': withList('rows', ROW, { total: 'number' }),
  'exchange.probe': (raw) => every(of(raw, 'masks'), (mask) => typeof mask === 'number'),
  'exchange.label': shaped({ labelled: 'number' }),
  'exchange.get': shaped({
    row: 'object',
    requestFields: 'array',
    responseFields: 'array',
    trace: 'array',
    timing: 'object',
    facts: 'object',
  }),
  'exchange.fix': isFix,
  'exchange.body': shaped(BYTES),
  'exchange.messages': withList('rows', MESSAGE, {
    total: 'number',
    seen: 'number',
    dropped: 'number',
    problems: 'object',
  }),
  'exchange.message': shaped(BYTES),
  'capture.pause': shaped({ paused: 'boolean' }),
  'capture.clear': shaped({ cleared: 'number' }),
  'capture.undoClear': shaped({ restored: 'number' }),
  'entry.list': withList('entries', ENTRY, { total: 'number', bytes: 'number', version: 'number' }),
  'entry.ids': (raw) => every(of(raw, 'ids'), (id) => typeof id === 'string'),
  'entry.known': (raw) => every(of(raw, 'ids'), (id) => typeof id === 'string'),
  'entry.get': shaped({ entry: 'object', fields: 'array', variants: 'array', history: 'array' }),
  'entry.byKey': withList('entries', ENTRY, { removed: 'array' }),
  'entry.body': shaped(BYTES),
  'entry.evict': shaped(PURGE),
  'entry.pin': shaped(ENTRY),
  'entry.setLifetime': shaped(ENTRY),
  'entry.makeStale': shaped(ENTRY),
  'entry.revalidate': shaped({ kind: 'string' }),
  'cache.purge': shaped(PURGE),
  'cache.undo': shaped({ entries: 'number', bytes: 'number' }),
  'cache.removed': listOf({ cacheKey: 'string', url: 'string', atMs: 'number', why: 'string' }),
  'rules.get': isRules,
  'rules.replace': isRules,
  'rules.import': isRules,
  'rules.export': shaped({ text: 'string' }),
  'held.list': isHeld,
  'held.get': (raw) =>
    hasShape(raw, HELD) &&
    every(of(raw, 'fields'), (line) => isTexts(line) && Array.isArray(line) && line.length === 2) &&
    (of(raw, 'body') === undefined || hasShape(of(raw, 'body'), { base64: 'string' })),
  'held.resume': isHeld,
  'held.resumeAll': isHeld,
  'held.answer': isHeld,
  'held.abort': isHeld,
  'compare.get': (raw) =>
    withList('differences', { part: 'string', name: 'string' }, { left: 'object', right: 'object' })(raw) &&
    [of(raw, 'request'), of(raw, 'response')].every(listOf({ name: 'string' })) &&
    every(of(raw, 'differences'), (item) => isOneOf(MATTERS, of(item, 'matters'))),
  'compose.send': isRun,
  'compose.runs': (raw) => every(of(raw, 'runs'), isRun),
  'compose.run': isRun,
  'compose.stop': isRun,
  'compose.curl': isCurl,
  'compose.fromExchange': (raw) => isComposedRequest(of(raw, 'request')),
  'session.list': isSessions,
  'session.open': isSession,
  'session.create': isSession,
  'session.write': shaped({ bytes: 'number' }),
  'session.close': shaped({ closed: 'boolean' }),
  'har.begin': shaped({ id: 'number', exchanges: 'number' }),
  'har.read': shaped(BYTES),
  'har.end': shaped({ ended: 'boolean' }),
  'settings.get': isSettings,
  'settings.update': isSettings,
  'settings.reset': isSettings,
  'ca.info': shaped(CA),
  'ca.make': shaped(CA),
  'ca.export': shaped(BYTES),
  'ca.renew': shaped(CA),
  'ca.remove': shaped({ removed: 'boolean' }),
  'interception.status': withList('refusals', { host: 'string', count: 'number', cause: 'string' }, { mode: 'string' }),
  'interception.tunnelHost': isSettings,
  'clients.list': isClients,
  'clients.launch': shaped(BROWSER),
  'clients.close': shaped({ closed: 'boolean' }),
  'clients.environment': shaped({ proxy: 'string' }),
  'clients.terminal': shaped({ name: 'string' }),
  'clients.test': shaped({ url: 'string', ms: 'number' }),
  'systemProxy.status': isSystemProxy,
  'systemProxy.on': isSwitched,
  'systemProxy.off': isSwitched,
  'trust.list': isTrust,
  'trust.install': isTrust,
  'trust.remove': isTrust,
  'kafka.status': shaped(KAFKA),
  'kafka.test': shaped({ ok: 'boolean', steps: 'array' }),
  'kafka.createTopic': shaped({ created: 'boolean' }),
};

const ITEMS: { [N in StreamName]: (raw: unknown) => boolean } = {
  traffic: withList('rows', ROW, { firstSeq: 'number', lastSeq: 'number', oldestId: 'number' }),
  stats: shaped(STATS),
  settings: isSettings,
  core: shaped(INFO),
  kafka: shaped(KAFKA),
  clients: isClients,
  systemProxy: isSystemProxy,
  rules: isRules,
  held: isHeld,
  sessions: isSessions,
};

/** True when the value reads as the result of that command. */
export function isResult<N extends CommandName>(name: N, raw: unknown): raw is CommandResult<N> {
  return RESULTS[name](raw);
}

/** True when the value reads as an item of that stream. */
export function isItem<N extends StreamName>(stream: N, raw: unknown): raw is StreamItem<N> {
  return ITEMS[stream](raw);
}
