/** Which settings have an effect as the others stand. Pure. */
import type { SettingKey, SettingsSnapshot } from '../../proxy-core/contract/settings.ts';

type Test = (settings: SettingsSnapshot) => boolean;

const isSet =
  (key: SettingKey): Test =>
  (settings) =>
    settings[key].value !== '';
const caches: Test = ({ cacheMode }) => cacheMode.value !== 'off';
const reads: Test = ({ intercept }) => intercept.value !== 'off';
const mirrors: Test = ({ kafkaEnabled }) => kafkaEnabled.value === true;
const both =
  (one: Test, other: Test): Test =>
  (settings) =>
    one(settings) && other(settings);

/** Settings that are not named always matter. */
const WHEN: Partial<Record<SettingKey, Test>> = {
  cacheCapacity: caches,
  cacheMaxBytes: caches,
  cacheTtlSeconds: caches,
  maxCacheBodySize: caches,
  cacheShareAnyway: ({ cacheMode }) => cacheMode.value === 'fixed-ttl',
  cdnCacheControl: caches,
  ignoreClientCacheControl: caches,
  cacheCompress: caches,
  finishAbandonedBytes: caches,
  upstreamCertificatesPassphrase: isSet('upstreamCertificates'),
  upstreamProxyUsername: isSet('upstreamProxy'),
  upstreamProxyPassword: isSet('upstreamProxy'),
  upstreamProxyBypass: isSet('upstreamProxy'),
  interceptHosts: ({ intercept }) => intercept.value === 'listed',
  interceptExcept: reads,
  caKeyFile: isSet('caCertificateFile'),
  captureBodyLimit: ({ captureBodyBytes }) => captureBodyBytes.value !== 0,
  // Brokers and topic are what one sets before it is switched on.
  kafkaClientId: mirrors,
  kafkaAcks: mirrors,
  kafkaCompression: mirrors,
  kafkaBatchBytes: mirrors,
  kafkaLingerMs: mirrors,
  kafkaQueueEvents: mirrors,
  kafkaQueueBytes: mirrors,
  kafkaTls: mirrors,
  kafkaTlsCa: both(mirrors, ({ kafkaTls }) => kafkaTls.value === true),
  kafkaSasl: mirrors,
  kafkaUsername: both(mirrors, ({ kafkaSasl }) => kafkaSasl.value !== 'none'),
  kafkaPassword: both(mirrors, ({ kafkaSasl }) => kafkaSasl.value !== 'none'),
  kafkaSample: mirrors,
  kafkaFields: mirrors,
};

/** False for one that would change nothing if it were changed now. */
export const matters = (key: SettingKey, settings: SettingsSnapshot): boolean => WHEN[key]?.(settings) ?? true;
