/** From what is typed into a settings field to a value, in words when it does not parse. Pure. */
import { parseSetting } from '../../proxy-core/contract/parse-setting.ts';
import { SETTING_SPECS } from '../../proxy-core/contract/setting-specs.ts';
import type { SettingKey } from '../../proxy-core/contract/settings.ts';
import type { Catalogue } from '../i18n/index.ts';
import { formatBytes, formatCount, formatDuration, parseSize } from '../ui/format.ts';

export type Draft = { ok: true; value: string | number | boolean } | { ok: false; problem: string };

/** What a setting takes, in the window's language. */
function describeTaken(key: SettingKey, t: Catalogue): string {
  const spec = SETTING_SPECS[key];
  const a = t.settings.accepted;
  switch (spec.type) {
    case 'integer':
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

/** Reads a typed value; byte settings also take `256 MiB`. */
export function parseDraft(key: SettingKey, text: string, t: Catalogue): Draft {
  const spec = SETTING_SPECS[key];
  const bytes = spec.type === 'integer' && spec.unit === 'bytes' ? parseSize(text) : null;
  const parsed = parseSetting(key, bytes ?? text);
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
