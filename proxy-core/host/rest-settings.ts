/** Settings in the control API: snake_case names, with what each takes and where its value comes from. */
import { SETTING_KEYS, SETTING_SPECS } from '../contract/setting-specs.ts';
import type { SettingsSnapshot } from '../contract/settings.ts';
import { snakeKey, toSnakeCase } from './rest-json.ts';

/** Settings by their snake_case names, as the rest of the API. */
export function settingsJson(snapshot: SettingsSnapshot): Record<string, unknown> {
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

/** `cache_capacity` as `cacheCapacity`. */
export const camelKey = (name: string): string =>
  name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
