/** Looking for a setting by whatever one calls it. Pure. */
import { SETTING_SPECS } from '../../proxy-core/contract/setting-specs.ts';
import type { SettingKey } from '../../proxy-core/contract/settings.ts';
import type { Catalogue } from '../i18n/index.ts';

/** True when every word that was typed stands somewhere in the text. */
export function hasWords(text: string, typed: string): boolean {
  const lower = text.toLowerCase();
  return typed
    .toLowerCase()
    .split(/\s+/)
    .every((word) => lower.includes(word));
}

/** By label, explanation, section, and the names that command line, environment and API know it by. */
export function isFound(key: SettingKey, typed: string, t: Catalogue): boolean {
  const { group, flag, env } = SETTING_SPECS[key];
  const s = t.settings;
  return hasWords([s.label[key], s.help[key], s.groups[group], `--${flag}`, env, key].join(' '), typed);
}
