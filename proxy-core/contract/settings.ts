/**
 * Settings of the core: one table that says of each its type, default, limits, flag, environment name and whether a
 * change needs the listener to be reopened. The command line, the environment, settings.json, the control API and the
 * settings view all read this table; nothing is declared twice.
 */

export const CACHE_MODES = ['standard', 'fixed-ttl', 'off'] as const;
export type CacheMode = (typeof CACHE_MODES)[number];
export const KAFKA_COMPRESSIONS = ['none', 'gzip', 'snappy', 'zstd'] as const;
export const KAFKA_SASL = ['none', 'plain', 'scram-sha-256', 'scram-sha-512'] as const;

/** Values of all settings. Units are in the names. */
export interface Settings {
  host: string;
  port: number;
  cacheMode: CacheMode;
  cacheCapacity: number;
  cacheMaxBytes: number;
  /** 0 = off in standard mode, 3600 in fixed-ttl mode (see {@link effectiveTtlSeconds}). */
  cacheTtlSeconds: number;
  maxCacheBodySize: number;
  cacheShareAnyway: boolean;
  cacheStatusFields: boolean;
  cdnCacheControl: boolean;
  cacheCompress: boolean;
  finishAbandonedBytes: number;
  upstreamConnections: number;
  upstreamIdleSeconds: number;
  connectTimeoutSeconds: number;
  responseTimeoutSeconds: number;
  clientStallSeconds: number;
  tunnelIdleSeconds: number;
  dialAllow: string;
  captureRows: number;
  captureMaxBytes: number;
  captureBodyBytes: number;
  captureBodyLimit: number;
  metricsOpen: boolean;
  kafkaEnabled: boolean;
  kafkaBrokers: string;
  kafkaTopic: string;
  kafkaClientId: string;
  kafkaAcks: number;
  kafkaCompression: (typeof KAFKA_COMPRESSIONS)[number];
  kafkaBatchBytes: number;
  kafkaLingerMs: number;
  kafkaQueueEvents: number;
  kafkaQueueBytes: number;
  kafkaTls: boolean;
  kafkaTlsCa: string;
  kafkaSasl: (typeof KAFKA_SASL)[number];
  kafkaUsername: string;
  kafkaPassword: string;
  kafkaSample: number;
  kafkaFields: string;
}

export type SettingKey = keyof Settings;
export type SettingGroup = 'proxy' | 'cache' | 'capture' | 'control' | 'kafka';

interface SpecBase {
  group: SettingGroup;
  /** Environment name. The seed's five keep the seed's names. */
  env: string;
  /** Long flag without dashes. */
  flag: string;
  /** One line for --help. */
  help: string;
  /** Never shown back or logged. */
  secret?: true;
}
export type SettingSpec =
  | (SpecBase & {
      type: 'integer';
      default: number;
      min: number;
      max: number;
      unit?: 'bytes' | 'seconds' | 'ms' | 'entries';
      /** Words that stand for a value: `all` for -1. */ words?: Readonly<Record<string, number>>;
    })
  | (SpecBase & { type: 'number'; default: number; min: number; max: number })
  | (SpecBase & { type: 'boolean'; default: boolean })
  | (SpecBase & { type: 'enum'; default: string; values: readonly string[] })
  | (SpecBase & { type: 'string'; default: string; maxLength: number; check?: StringCheck });

const MiB = 1024 * 1024;
const GiB = 1024 * MiB;

export const SETTING_SPECS: { readonly [K in SettingKey]: SettingSpec } = {
  host: {
    group: 'proxy',
    type: 'string',
    default: '127.0.0.1',
    maxLength: 255,
    check: 'host',
    env: 'BSDM_HOST',
    flag: 'host',
    help: 'address to listen on',
  },
  port: {
    group: 'proxy',
    type: 'integer',
    default: 1488,
    min: 0,
    max: 65535,
    env: 'HTTP_PORT',
    flag: 'port',
    help: 'proxy port, 0 for any free one',
  },
  cacheMode: {
    group: 'cache',
    type: 'enum',
    default: 'standard',
    values: CACHE_MODES,
    env: 'BSDM_CACHE_MODE',
    flag: 'cache-mode',
    help: 'standard (RFC 9111), fixed-ttl or off',
  },
  cacheCapacity: {
    group: 'cache',
    type: 'integer',
    default: 10_000,
    min: 0,
    max: 10_000_000,
    unit: 'entries',
    env: 'CACHE_CAPACITY',
    flag: 'cache-capacity',
    help: 'most entries kept',
  },
  cacheMaxBytes: {
    group: 'cache',
    type: 'integer',
    default: 256 * MiB,
    min: 0,
    max: 64 * GiB,
    unit: 'bytes',
    env: 'BSDM_CACHE_MAX_BYTES',
    flag: 'cache-max-bytes',
    help: 'most bytes kept',
  },
  cacheTtlSeconds: {
    group: 'cache',
    type: 'integer',
    default: 0,
    min: 0,
    max: 31_536_000,
    unit: 'seconds',
    env: 'CACHE_TTL_SECONDS',
    flag: 'cache-ttl-seconds',
    help: 'default lifetime where no freshness is given; in fixed-ttl mode the lifetime (0 there means 3600)',
  },
  maxCacheBodySize: {
    group: 'cache',
    type: 'integer',
    default: 10 * MiB,
    min: 0,
    max: 2 * GiB - 1,
    unit: 'bytes',
    env: 'MAX_CACHE_BODY_SIZE',
    flag: 'max-cache-body-size',
    help: 'larger bodies are not stored, 0 turns storing off',
  },
  cacheShareAnyway: {
    group: 'cache',
    type: 'boolean',
    default: false,
    env: 'BSDM_CACHE_SHARE_ANYWAY',
    flag: 'cache-share-anyway',
    help: 'fixed-ttl mode: also share responses to Authorization requests, private, no-store and Set-Cookie ones',
  },
  cacheStatusFields: {
    group: 'cache',
    type: 'boolean',
    default: true,
    env: 'BSDM_CACHE_STATUS_FIELDS',
    flag: 'cache-status-fields',
    help: 'add Cache-Status and X-Cache-Status to every reply',
  },
  cdnCacheControl: {
    group: 'cache',
    type: 'boolean',
    default: false,
    env: 'BSDM_CDN_CACHE_CONTROL',
    flag: 'cdn-cache-control',
    help: 'honour CDN-Cache-Control (RFC 9213) above Cache-Control',
  },
  cacheCompress: {
    group: 'cache',
    type: 'boolean',
    default: false,
    env: 'BSDM_CACHE_COMPRESS',
    flag: 'cache-compress',
    help: 'keep text bodies of 1 KiB to 8 MiB that came uncompressed as zstd; clients get them as received; applies to what is stored from then on',
  },
  finishAbandonedBytes: {
    group: 'cache',
    type: 'integer',
    default: 512 * 1024,
    min: 0,
    max: GiB,
    unit: 'bytes',
    env: 'BSDM_FINISH_ABANDONED_BYTES',
    flag: 'finish-abandoned-bytes',
    help: 'finish a fetch whose client left when at most this much is missing',
  },
  upstreamConnections: {
    group: 'proxy',
    type: 'integer',
    default: 32,
    min: 1,
    max: 1024,
    env: 'BSDM_UPSTREAM_CONNECTIONS',
    flag: 'upstream-connections',
    help: 'connections per origin',
  },
  upstreamIdleSeconds: {
    group: 'proxy',
    type: 'integer',
    default: 90,
    min: 1,
    max: 3600,
    unit: 'seconds',
    env: 'BSDM_UPSTREAM_IDLE_SECONDS',
    flag: 'upstream-idle-seconds',
    help: 'idle time before an origin connection is closed',
  },
  connectTimeoutSeconds: {
    group: 'proxy',
    type: 'integer',
    default: 10,
    min: 1,
    max: 300,
    unit: 'seconds',
    env: 'BSDM_CONNECT_TIMEOUT_SECONDS',
    flag: 'connect-timeout-seconds',
    help: 'time to reach an origin',
  },
  responseTimeoutSeconds: {
    group: 'proxy',
    type: 'integer',
    default: 120,
    min: 1,
    max: 86_400,
    unit: 'seconds',
    env: 'BSDM_RESPONSE_TIMEOUT_SECONDS',
    flag: 'response-timeout-seconds',
    help: 'time to wait for a reply to begin, and between two parts of it',
  },
  clientStallSeconds: {
    group: 'proxy',
    type: 'integer',
    default: 60,
    min: 1,
    max: 86_400,
    unit: 'seconds',
    env: 'BSDM_CLIENT_STALL_SECONDS',
    flag: 'client-stall-seconds',
    help: 'a client that takes nothing of its reply, or sends nothing of its content, for this long is let go, and its origin connection with it',
  },
  tunnelIdleSeconds: {
    group: 'proxy',
    type: 'integer',
    default: 600,
    min: 1,
    max: 86_400,
    unit: 'seconds',
    env: 'BSDM_TUNNEL_IDLE_SECONDS',
    flag: 'tunnel-idle-seconds',
    help: 'a tunnel with no bytes for this long is closed',
  },
  dialAllow: {
    group: 'proxy',
    type: 'string',
    default: 'any',
    maxLength: 4096,
    check: 'dial',
    env: 'BSDM_DIAL_ALLOW',
    flag: 'dial-allow',
    help: 'which addresses the proxy and the Kafka mirror may dial: any, or loopback (this machine only; of names localhost, *.localhost and *.test)',
  },
  captureRows: {
    group: 'capture',
    type: 'integer',
    default: 20_000,
    min: 100,
    max: 1_000_000,
    unit: 'entries',
    env: 'BSDM_CAPTURE_ROWS',
    flag: 'capture-rows',
    help: 'exchanges kept for looking at, as far as --capture-max-bytes has room',
  },
  captureMaxBytes: {
    group: 'capture',
    type: 'integer',
    default: 128 * MiB,
    min: MiB,
    max: 2 * GiB,
    unit: 'bytes',
    env: 'BSDM_CAPTURE_MAX_BYTES',
    flag: 'capture-max-bytes',
    help: 'memory for what is captured, records and bodies together; the oldest exchanges go first; raised above what the core started with, from the next start',
  },
  captureBodyBytes: {
    group: 'capture',
    type: 'integer',
    default: 32 * MiB,
    min: 0,
    max: 8 * GiB,
    unit: 'bytes',
    env: 'BSDM_CAPTURE_BODY_BYTES',
    flag: 'capture-body-bytes',
    help: 'of --capture-max-bytes at most this for bodies, all exchanges together',
  },
  captureBodyLimit: {
    group: 'capture',
    type: 'integer',
    default: MiB,
    min: 0,
    max: GiB,
    unit: 'bytes',
    env: 'BSDM_CAPTURE_BODY_LIMIT',
    flag: 'capture-body-limit',
    help: 'body bytes kept of one exchange',
  },
  metricsOpen: {
    group: 'control',
    type: 'boolean',
    default: false,
    env: 'BSDM_METRICS_OPEN',
    flag: 'metrics-open',
    help: 'serve /metrics without the token',
  },
  kafkaEnabled: {
    group: 'kafka',
    type: 'boolean',
    default: false,
    env: 'BSDM_KAFKA_ENABLED',
    flag: 'kafka',
    help: 'mirror events to Kafka (on by itself when brokers come from flag or environment)',
  },
  kafkaBrokers: {
    group: 'kafka',
    type: 'string',
    default: '',
    maxLength: 4096,
    check: 'brokers',
    env: 'KAFKA_BROKERS',
    flag: 'kafka-brokers',
    help: 'bootstrap list, host:port,host:port',
  },
  kafkaTopic: {
    group: 'kafka',
    type: 'string',
    default: 'cache-events',
    maxLength: 249,
    check: 'topic',
    env: 'BSDM_KAFKA_TOPIC',
    flag: 'kafka-topic',
    help: 'topic the records go to',
  },
  kafkaClientId: {
    group: 'kafka',
    type: 'string',
    default: 'bsdm-proxy',
    maxLength: 255,
    env: 'BSDM_KAFKA_CLIENT_ID',
    flag: 'kafka-client-id',
    help: 'name under which brokers see this proxy',
  },
  kafkaAcks: {
    group: 'kafka',
    type: 'integer',
    default: 1,
    min: -1,
    max: 1,
    words: { all: -1 },
    env: 'BSDM_KAFKA_ACKS',
    flag: 'kafka-acks',
    help: '0 fire and forget, 1 confirmed by one broker, all (-1) confirmed by all in-sync replicas',
  },
  kafkaCompression: {
    group: 'kafka',
    type: 'enum',
    default: 'snappy',
    values: KAFKA_COMPRESSIONS,
    env: 'BSDM_KAFKA_COMPRESSION',
    flag: 'kafka-compression',
    help: 'none, gzip, snappy or zstd',
  },
  kafkaBatchBytes: {
    group: 'kafka',
    type: 'integer',
    default: 32_768,
    min: 1,
    max: MiB,
    unit: 'bytes',
    env: 'BSDM_KAFKA_BATCH_BYTES',
    flag: 'kafka-batch-bytes',
    help: 'send when this much is waiting',
  },
  kafkaLingerMs: {
    group: 'kafka',
    type: 'integer',
    default: 5,
    min: 0,
    max: 60_000,
    unit: 'ms',
    env: 'BSDM_KAFKA_LINGER_MS',
    flag: 'kafka-linger-ms',
    help: 'or when the oldest waits this long',
  },
  kafkaQueueEvents: {
    group: 'kafka',
    type: 'integer',
    default: 10_000,
    min: 1,
    max: 1_000_000,
    unit: 'entries',
    env: 'BSDM_KAFKA_QUEUE_EVENTS',
    flag: 'kafka-queue-events',
    help: 'events waiting at most; the oldest are dropped and counted',
  },
  kafkaQueueBytes: {
    group: 'kafka',
    type: 'integer',
    default: 16 * MiB,
    min: 1024,
    max: GiB,
    unit: 'bytes',
    env: 'BSDM_KAFKA_QUEUE_BYTES',
    flag: 'kafka-queue-bytes',
    help: 'bytes waiting at most',
  },
  kafkaTls: {
    group: 'kafka',
    type: 'boolean',
    default: false,
    env: 'BSDM_KAFKA_TLS',
    flag: 'kafka-tls',
    help: 'TLS to the brokers',
  },
  kafkaTlsCa: {
    group: 'kafka',
    type: 'string',
    default: '',
    maxLength: 4096,
    env: 'BSDM_KAFKA_TLS_CA',
    flag: 'kafka-tls-ca',
    help: 'file with the CA certificates (PEM) to trust',
  },
  kafkaSasl: {
    group: 'kafka',
    type: 'enum',
    default: 'none',
    values: KAFKA_SASL,
    env: 'BSDM_KAFKA_SASL',
    flag: 'kafka-sasl',
    help: 'none, plain, scram-sha-256 or scram-sha-512',
  },
  kafkaUsername: {
    group: 'kafka',
    type: 'string',
    default: '',
    maxLength: 255,
    env: 'BSDM_KAFKA_USERNAME',
    flag: 'kafka-username',
    help: 'SASL user name',
  },
  kafkaPassword: {
    group: 'kafka',
    type: 'string',
    default: '',
    maxLength: 1024,
    secret: true,
    env: 'BSDM_KAFKA_PASSWORD',
    flag: 'kafka-password',
    help: 'SASL password (better by environment)',
  },
  kafkaSample: {
    group: 'kafka',
    type: 'number',
    default: 1,
    min: 0,
    max: 1,
    env: 'BSDM_KAFKA_SAMPLE',
    flag: 'kafka-sample',
    help: 'share of events mirrored, 0 to 1',
  },
  kafkaFields: {
    group: 'kafka',
    type: 'string',
    default: '*,-set-cookie',
    maxLength: 4096,
    check: 'field-list',
    env: 'BSDM_KAFKA_FIELDS',
    flag: 'kafka-fields',
    help: 'response fields in the record: names or *, with - to leave out',
  },
};

export const SETTING_KEYS = Object.keys(SETTING_SPECS) as SettingKey[];

/** True for a string that names a setting. */
export function isSettingKey(value: string): value is SettingKey {
  return Object.hasOwn(SETTING_SPECS, value);
}

/** Where a value came from; `flag` and `env` lock it. */
export type SettingSource = 'flag' | 'env' | 'saved' | 'default';

/** One setting as shown: value now, where from, locked. A secret's value is `''`, `isSet` tells whether there is one. */
export interface SettingState {
  value: string | number | boolean;
  source: SettingSource;
  locked: boolean;
  isSet?: boolean;
}

/** All settings as shown. */
export type SettingsSnapshot = { [K in SettingKey]: SettingState };

/** The seed document's presets. */
export const PRESETS = {
  'high-load': { cacheCapacity: 100_000, cacheTtlSeconds: 1800, maxCacheBodySize: MiB },
  'low-memory': { cacheCapacity: 5_000, cacheTtlSeconds: 600, maxCacheBodySize: 512 * 1024 },
  'cdn-style': { cacheCapacity: 50_000, cacheTtlSeconds: 86_400, maxCacheBodySize: 10 * MiB },
} as const satisfies Record<string, Partial<Settings>>;
export type PresetName = keyof typeof PRESETS;

/** Settings with every default. */
export function defaultSettings(): Settings {
  const out: Record<string, unknown> = {};
  for (const key of SETTING_KEYS) out[key] = SETTING_SPECS[key].default;
  return out as unknown as Settings;
}

/** The lifetime `cacheTtlSeconds` means in the given mode: the seed's hour when fixed-ttl has none. */
export function effectiveTtlSeconds(settings: Pick<Settings, 'cacheMode' | 'cacheTtlSeconds'>): number {
  return settings.cacheMode === 'fixed-ttl' && settings.cacheTtlSeconds === 0 ? 3600 : settings.cacheTtlSeconds;
}

export type Parsed<T> = { ok: true; value: T } | { ok: false; problem: string };

type StringCheck = 'host' | 'brokers' | 'topic' | 'dial' | 'field-list';
const CHECK_TEXTS: Record<StringCheck, string> = {
  host: 'an IP address or localhost',
  brokers: 'host:port,host:port',
  topic: 'letters, digits, dots, underscores and dashes',
  dial: 'any or loopback',
  'field-list': 'field names or *, separated by commas, - before a name leaves it out',
};

/** What a setting takes, in words: `a whole number from 0 to 65535`. */
export function describeAccepted(key: SettingKey): string {
  const spec = SETTING_SPECS[key];
  switch (spec.type) {
    case 'integer':
      return `a whole number from ${spec.min} to ${spec.max}${spec.words === undefined ? '' : `, or ${Object.keys(spec.words).join(', ')}`}`;
    case 'number':
      return `a number from ${spec.min} to ${spec.max}`;
    case 'boolean':
      return 'true or false';
    case 'enum':
      return `one of ${spec.values.join(', ')}`;
    case 'string':
      return spec.check === undefined ? `text of at most ${spec.maxLength} characters` : CHECK_TEXTS[spec.check];
  }
}

const HOST = /^(localhost|\d{1,3}(\.\d{1,3}){3}|\[?[0-9a-f:]+(%[\w.]+)?\]?)$/i;
const BROKER = /^([\w.-]+|\[[0-9a-f:]+\]):(\d{1,5})$/i;

function checkString(check: StringCheck | undefined, value: string): boolean {
  switch (check) {
    case 'host':
      return HOST.test(value) && value.split('.').every((part) => !/^\d+$/.test(part) || Number(part) <= 255);
    case 'brokers':
      return (
        value === '' ||
        value.split(',').every((item) => {
          const match = BROKER.exec(item.trim());
          return match !== null && Number(match[2]) >= 1 && Number(match[2]) <= 65535;
        })
      );
    case 'topic':
      return /^[\w.-]+$/.test(value) && value !== '.' && value !== '..';
    case 'dial':
      return value === 'any' || value === 'loopback';
    case 'field-list':
      return value === '' || value.split(',').every((item) => /^\s*-?([!#$%&'*+.^_`|~\w-]+)\s*$/.test(item));
    case undefined:
      return true;
  }
}

/**
 * Parses one value, from JSON (right type) or from text (flag, environment, form field).
 * The problem names the setting and what it takes.
 */
export function parseSetting(key: SettingKey, raw: unknown): Parsed<string | number | boolean> {
  const spec = SETTING_SPECS[key];
  const bad = (): Parsed<never> => ({
    ok: false,
    problem: `${key} takes ${describeAccepted(key)}, not ${spec.secret ? 'the given value' : (JSON.stringify(raw) ?? 'nothing')}`,
  });
  switch (spec.type) {
    case 'integer':
    case 'number': {
      const text = typeof raw === 'string' ? raw.trim() : raw;
      if (
        spec.type === 'integer' &&
        typeof text === 'string' &&
        spec.words !== undefined &&
        Object.hasOwn(spec.words, text)
      )
        return { ok: true, value: spec.words[text]! };
      const pattern = spec.type === 'integer' ? /^-?\d+$/ : /^-?\d+(\.\d+)?$/;
      const value = typeof text === 'string' && pattern.test(text) ? Number(text) : text;
      if (typeof value !== 'number' || !Number.isFinite(value)) return bad();
      if (spec.type === 'integer' && !Number.isSafeInteger(value)) return bad();
      return value >= spec.min && value <= spec.max ? { ok: true, value } : bad();
    }
    case 'boolean': {
      if (typeof raw === 'boolean') return { ok: true, value: raw };
      if (raw === 'true' || raw === '1' || raw === 'on' || raw === 'yes') return { ok: true, value: true };
      if (raw === 'false' || raw === '0' || raw === 'off' || raw === 'no') return { ok: true, value: false };
      return bad();
    }
    case 'enum':
      return typeof raw === 'string' && spec.values.includes(raw) ? { ok: true, value: raw } : bad();
    case 'string': {
      if (typeof raw !== 'string' || raw.length > spec.maxLength) return bad();
      const value = spec.secret ? raw : raw.trim();
      return checkString(spec.check, value) ? { ok: true, value } : bad();
    }
  }
}

/** Parses a patch `{key: value}`; every problem is reported, nothing is applied when there is one. */
export function parseSettingsPatch(
  raw: unknown,
): { ok: true; value: Partial<Settings> } | { ok: false; problems: string[] } {
  if (typeof raw !== 'object' || raw === null || Array.isArray(raw))
    return { ok: false, problems: ['settings must be an object of names and values'] };
  const problems: string[] = [];
  const value: Record<string, string | number | boolean> = {};
  for (const [key, item] of Object.entries(raw)) {
    if (!isSettingKey(key)) {
      problems.push(`unknown setting ${JSON.stringify(key)}`);
      continue;
    }
    const parsed = parseSetting(key, item);
    if (parsed.ok) value[key] = parsed.value;
    else problems.push(parsed.problem);
  }
  return problems.length > 0 ? { ok: false, problems } : { ok: true, value };
}

/** True when the proxy would be reachable from other machines. */
export function isLoopbackHost(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, '').toLowerCase();
  return bare === 'localhost' || bare === '::1' || /^127\./.test(bare) || bare === '::ffff:127.0.0.1';
}
