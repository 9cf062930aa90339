/** Numbers as people read them: short, with units, in widths that do not jump. */

interface Units {
  sizes: readonly string[];
  ms: string;
  s: string;
  min: string;
  h: string;
  d: string;
}
const UNITS: Record<'en' | 'ru', Units> = {
  en: { sizes: ['B', 'KB', 'MB', 'GB', 'TB'], ms: 'ms', s: 's', min: 'min', h: 'h', d: 'd' },
  ru: { sizes: ['Б', 'КБ', 'МБ', 'ГБ', 'ТБ'], ms: 'мс', s: 'с', min: 'мин', h: 'ч', d: 'д' },
};
let units: Units = UNITS.en;

/** Chooses the language of units for the whole page; whoever shows numbers draws anew with its texts. */
export function speakUnits(language: 'en' | 'ru'): void {
  units = UNITS[language];
}

/** Three significant digits at most: `0`, `7.5`, `12.3`, `340`. */
function short(value: number): string {
  if (value >= 100 || Number.isInteger(value)) return value.toFixed(0);
  return value.toFixed(value >= 10 ? 1 : 2).replace(/\.?0+$/, '');
}

/** Bytes in powers of 1024: `0 B`, `1.5 KB`, `256 MB`. */
export function formatBytes(bytes: number): string {
  let value = Math.abs(bytes);
  let unit = 0;
  while (value >= 999.5 && unit < units.sizes.length - 1) {
    value /= 1024;
    unit++;
  }
  return `${bytes < 0 ? '-' : ''}${short(value)} ${units.sizes[unit]}`;
}

/** A duration given in ms: `0.4 ms`, `12 ms`, `1.25 s`, `3.1 min`. */
export function formatMs(ms: number): string {
  if (ms < 1) return `${short(Math.round(ms * 100) / 100)} ${units.ms}`;
  if (ms < 999.5) return `${ms < 10 ? short(Math.round(ms * 10) / 10) : Math.round(ms)} ${units.ms}`;
  if (ms < 60_000) return `${short(ms / 1000)} ${units.s}`;
  return `${short(ms / 60_000)} ${units.min}`;
}

/** A duration given in seconds, by its two largest units: `45 s`, `2 min 5 s`, `3 h`, `12 d 4 h`. */
export function formatSeconds(seconds: number): string {
  const sign = seconds < 0 ? '-' : '';
  const total = Math.round(Math.abs(seconds));
  const parts: [number, string][] = [
    [Math.floor(total / 86_400), units.d],
    [Math.floor((total % 86_400) / 3600), units.h],
    [Math.floor((total % 3600) / 60), units.min],
    [total % 60, units.s],
  ];
  const first = parts.findIndex(([value]) => value > 0);
  if (first < 0) return `0 ${units.s}`;
  return (
    sign +
    parts
      .slice(first, first + 2)
      .filter(([value]) => value > 0)
      .map(([value, unit]) => `${value} ${unit}`)
      .join(' ')
  );
}

/** A share from 0 to 1 as `83.4%`; a dash when there is nothing to divide by. */
export function formatRatio(part: number, whole: number): string {
  return whole <= 0 ? '–' : `${((100 * part) / whole).toFixed(1)}%`;
}

/** `1 234 567`, with narrow spaces. */
export function formatCount(count: number): string {
  return Math.round(count)
    .toString()
    .replace(/\B(?=(\d{3})+$)/g, '\u202f');
}

/** A rate per second: `0`, `0.4`, `12`, `1.2k`. */
export function formatRate(perSecond: number): string {
  if (perSecond >= 999.5) return `${short(perSecond / 1000)}k`;
  return perSecond >= 10 ? perSecond.toFixed(0) : short(Math.round(perSecond * 10) / 10);
}

const two = (value: number): string => value.toString().padStart(2, '0');

/** Time of day with ms, local: `14:03:07.250`. */
export function formatClock(atMs: number, withMs = true): string {
  const at = new Date(atMs);
  const text = `${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
  return withMs ? `${text}.${at.getMilliseconds().toString().padStart(3, '0')}` : text;
}

/** Date and time, local: `2025-03-09 14:03:07`. */
export function formatDateTime(atMs: number): string {
  const at = new Date(atMs);
  return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${formatClock(atMs, false)}`;
}

const SIZE_FACTORS: Record<string, number> = {
  '': 1,
  b: 1,
  k: 1024,
  kb: 1024,
  kib: 1024,
  m: 1024 ** 2,
  mb: 1024 ** 2,
  mib: 1024 ** 2,
  g: 1024 ** 3,
  gb: 1024 ** 3,
  gib: 1024 ** 3,
};

/** Reads `100kb`, `1.5 MB`, `512` as bytes; null when it is no size. */
export function parseSize(text: string): number | null {
  const match = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(text.trim());
  const factor = SIZE_FACTORS[(match?.[2] ?? '').toLowerCase()];
  return match === null || factor === undefined ? null : Math.round(Number(match[1]) * factor);
}

const TIME_FACTORS: Record<string, number> = {
  '': 1,
  ms: 1,
  s: 1000,
  sec: 1000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** Reads `300ms`, `2s`, `1.5min`, `250` as ms; null when it is no duration. */
export function parseDuration(text: string): number | null {
  const match = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i.exec(text.trim());
  const factor = TIME_FACTORS[(match?.[2] ?? '').toLowerCase()];
  return match === null || factor === undefined ? null : Number(match[1]) * factor;
}

/** Longest text in a place where only its beginning is seen: a cell, a headline, a hint. */
const CLIP_MAX = 500;

/** The beginning of what clients and origins sent: a URL of 64 kB in each row would slow every scroll. */
export function clip(text: string): string {
  return text.length > CLIP_MAX ? `${text.slice(0, CLIP_MAX)}…` : text;
}
