/** From what is typed into a settings field to a value, in words when it does not parse. Pure. */
import { parseSetting } from '../../proxy-core/contract/parse-setting.ts';
import { SETTING_SPECS } from '../../proxy-core/contract/setting-specs.ts';
import type { SettingKey } from '../../proxy-core/contract/settings.ts';
import type { Catalogue } from '../i18n/index.ts';
import { writeDuration, writeSize } from '../../proxy-core/contract/wording/read-units.ts';
import type { Language } from '../../proxy-core/contract/wording/language.ts';
import { formatBytes, formatCount, formatDuration, parseDuration, parseSize } from '../ui/format.ts';

export type Draft = { ok: true; value: string | number | boolean } | { ok: false; problem: string };

/** What a setting takes, in the window's language. */
function describeTaken(key: SettingKey, t: Catalogue): string {
  const spec = SETTING_SPECS[key];
  const a = t.settings.accepted;
  switch (spec.type) {
    case 'integer':
      if (spec.unit === 'bytes') return a.size(formatBytes(spec.min), formatBytes(spec.max));
      if (spec.unit === 'seconds') return a.time(formatDuration(spec.min * 1000), formatDuration(spec.max * 1000));
      if (spec.unit === 'ms') return a.time(formatDuration(spec.min), formatDuration(spec.max));
      return a.integer(formatCount(spec.min), formatCount(spec.max));
    case 'number':
      return a.number(String(spec.min), String(spec.max));
    case 'string':
      return spec.check === undefined ? a.text(spec.maxLength) : a[spec.check];
    case 'enum':
      return spec.values.join(', ');
    case 'boolean':
      return `${t.app.yes} / ${t.app.no}`;
  }
}

/** A typed amount as the number the setting holds; null for what is none, or has no unit. */
function amountOf(key: SettingKey, text: string): number | null {
  const spec = SETTING_SPECS[key];
  if (spec.type !== 'integer') return null;
  if (spec.unit === 'bytes') return parseSize(text);
  if (spec.unit === 'ms') return parseDuration(text);
  const ms = spec.unit === 'seconds' ? parseDuration(text, 's') : null;
  return ms === null ? null : ms / 1000;
}

/** The value as it stands in its field: an amount with its unit, `256 MiB`, `90 s`; {@link parseDraft} reads it back. */
export function shownValue(key: SettingKey, value: string | number | boolean, language: Language): string {
  const spec = SETTING_SPECS[key];
  if (spec.type !== 'integer' || typeof value !== 'number') return String(value);
  if (spec.unit === 'bytes') return writeSize(value, language);
  if (spec.unit === 'seconds') return writeDuration(value * 1000, language, 's');
  return spec.unit === 'ms' ? writeDuration(value, language) : String(value);
}

/** Reads a typed value; sizes and times take units, `256 MiB`, `2 min`. */
export function parseDraft(key: SettingKey, text: string, t: Catalogue): Draft {
  const parsed = parseSetting(key, amountOf(key, text) ?? text);
  return parsed.ok ? parsed : { ok: false, problem: t.settings.accepts(describeTaken(key, t)) };
}

/** A number with its unit as a person says it: `256 MiB`, `1 h 30 min`; empty when the number itself says it. */
export function spokenValue(key: SettingKey, value: string | number | boolean): string {
  const spec = SETTING_SPECS[key];
  if (spec.type !== 'integer' || typeof value !== 'number') return '';
  if (spec.unit === 'bytes' && value >= 1024) return formatBytes(value);
  if (spec.unit === 'seconds' && value >= 60) return formatDuration(value * 1000);
  return '';
}
