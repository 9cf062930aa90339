/** A setting's value out of JSON, a flag, the environment or a form field: checked against the table, refused in words. */
import { parseBypass } from './bypass.ts';
import { parseHostPatterns } from './host-patterns.ts';
import { isThrottleName, parseThrottleProfiles, THROTTLE_LIMITS } from './throttle.ts';
import { isSettingKey, SETTING_SPECS } from './setting-specs.ts';
import type { SettingKey, Settings, StringCheck } from './settings.ts';
import { isFeedAddress } from './update-feed.ts';
import { parseClientCertificates, parseUpstreamProxy } from './upstream.ts';

export type Parsed<T> = { ok: true; value: T } | { ok: false; problem: string };

const CHECK_TEXTS: Record<StringCheck, string> = {
  host: 'an IP address or localhost',
  brokers: 'host:port,host:port',
  topic: 'letters, digits, dots, underscores and dashes',
  dial: 'any or loopback',
  'field-list': 'field names or *, separated by commas, - before a name leaves it out',
  'host-patterns': 'hosts or patterns with *, separated by commas, each with :port or without',
  'upstream-proxy': 'http://host:port, connect://host:port or socks5://host:port, without credentials',
  'client-certificates': 'host=file, several separated by ;',
  bypass: 'hosts, addresses or *.domains, separated by commas',
  feed: 'an https:// folder (http:// only on this machine), without credentials',
  throttle: 'off or the name of a profile',
  'throttle-profiles': `at most ${THROTTLE_LIMITS.profiles} of name=latency/down/up/loss (ms, kbit/s, kbit/s, percent), separated by commas, none with the name of another`,
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
    case 'host-patterns':
      return parseHostPatterns(value) !== undefined;
    case 'upstream-proxy':
      return parseUpstreamProxy(value) !== undefined;
    case 'client-certificates':
      return parseClientCertificates(value) !== undefined;
    case 'bypass':
      return parseBypass(value) !== undefined;
    case 'feed':
      return value === '' || isFeedAddress(value);
    case 'throttle':
      return isThrottleName(value);
    case 'throttle-profiles':
      return parseThrottleProfiles(value) !== undefined;
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
