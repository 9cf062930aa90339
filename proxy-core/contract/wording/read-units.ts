/** Sizes and durations as people type them. */

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

/** No amount is as long as this; neither is what is searched for one. */
const AMOUNT_MAX = 40;
const AMOUNT = /^(\d+(?:\.\d+)?)\s*([a-z]*)$/i;

/** Reads `100kb`, `1.5 MB`, `512` as bytes; null when it is no size. */
export function parseSize(text: string): number | null {
  const match = AMOUNT.exec(text.trim().slice(0, AMOUNT_MAX));
  const factor = SIZE_FACTORS[(match?.[2] ?? '').toLowerCase()];
  return match === null || factor === undefined ? null : Math.round(Number(match[1]) * factor);
}

const TIME_FACTORS: Record<string, number> = {
  ms: 1,
  s: 1000,
  sec: 1000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
};

/** Reads `300ms`, `2s`, `1.5min` as ms, a bare number as so many of `bare` (ms); null when it is no duration. */
export function parseDuration(text: string, bare: 'ms' | 's' = 'ms'): number | null {
  const match = AMOUNT.exec(text.trim().slice(0, AMOUNT_MAX));
  const factor = TIME_FACTORS[(match?.[2] || bare).toLowerCase()];
  return match === null || factor === undefined ? null : Number(match[1]) * factor;
}
