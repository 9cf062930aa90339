/** Settings of the core: their names, types and units, what may be said of one in the table, and how one is shown. */

export const MiB = 1024 * 1024;
export const GiB = 1024 * MiB;

export const CACHE_MODES = ['standard', 'fixed-ttl', 'off'] as const;
/** What reads the requests of HTTP/1 clients: our own reader, or node's. */
export const HTTP_FRONTS = ['own', 'node'] as const;
export type HttpFront = (typeof HTTP_FRONTS)[number];
export type CacheMode = (typeof CACHE_MODES)[number];
export const INTERCEPT_MODES = ['off', 'listed', 'all'] as const;
export type InterceptMode = (typeof INTERCEPT_MODES)[number];
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
  ignoreClientCacheControl: boolean;
  cacheCompress: boolean;
  finishAbandonedBytes: number;
  upstreamConnections: number;
  upstreamIdleSeconds: number;
  connectTimeoutSeconds: number;
  responseTimeoutSeconds: number;
  clientStallSeconds: number;
  tunnelIdleSeconds: number;
  breakpointSeconds: number;
  dialAllow: string;
  /** Hosts that programs ask past the system proxy, with commas. */
  systemProxyBypass: string;
  httpFront: HttpFront;
  /** Name of the profile all traffic is slowed down by, or `off`. */
  throttle: string;
  /** Own profiles; see `contract/throttle.ts`. */
  throttleProfiles: string;
  upstreamHttp2: boolean;
  upstreamAccept: string;
  upstreamCa: string;
  upstreamCertificates: string;
  upstreamCertificatesPassphrase: string;
  upstreamProxy: string;
  upstreamProxyUsername: string;
  upstreamProxyPassword: string;
  upstreamProxyBypass: string;
  intercept: InterceptMode;
  interceptHosts: string;
  interceptExcept: string;
  caCertificateFile: string;
  caKeyFile: string;
  captureRows: number;
  captureMaxBytes: number;
  captureBodyBytes: number;
  captureBodyLimit: number;
  harSecrets: string;
  metricsOpen: boolean;
  /** A feed, when there is one, is asked at the start and once a day. */
  updateCheck: boolean;
  /** Folder where new versions are announced; empty for the one the package came with, if any. */
  updateFeed: string;
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
export type SettingGroup = 'proxy' | 'https' | 'upstream' | 'cache' | 'capture' | 'control' | 'updates' | 'kafka';

/** How text is checked beyond its length. */
export type StringCheck =
  | 'host'
  | 'brokers'
  | 'topic'
  | 'dial'
  | 'field-list'
  | 'host-patterns'
  | 'upstream-proxy'
  | 'client-certificates'
  | 'bypass'
  | 'feed'
  | 'throttle'
  | 'throttle-profiles';

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

/** The lifetime `cacheTtlSeconds` means in the given mode: the seed's hour when fixed-ttl has none. */
export function effectiveTtlSeconds(settings: Pick<Settings, 'cacheMode' | 'cacheTtlSeconds'>): number {
  return settings.cacheMode === 'fixed-ttl' && settings.cacheTtlSeconds === 0 ? 3600 : settings.cacheTtlSeconds;
}

/** True when the proxy would be reachable from other machines. */
export function isLoopbackHost(host: string): boolean {
  const bare = host.replace(/^\[|\]$/g, '').toLowerCase();
  return bare === 'localhost' || bare === '::1' || /^127\./.test(bare) || bare === '::ffff:127.0.0.1';
}
