/** Sizes and durations as people type them, in English and Russian units, and written so that they read back as they were. */
import type { Language } from './language.ts';

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
  б: 1,
  кб: 1024,
  киб: 1024,
  мб: 1024 ** 2,
  миб: 1024 ** 2,
  гб: 1024 ** 3,
  гиб: 1024 ** 3,
};

/** No amount is as long as this; neither is what is searched for one. */
const AMOUNT_MAX = 40;
const AMOUNT = /^(\d+(?:[.,]\d+)?)\s*([a-zа-я]*)$/i;

/** The number in front, and the factor of the unit behind it. */
function readAmount(text: string, factors: Record<string, number>, bare: string): number | null {
  const match = AMOUNT.exec(text.trim().slice(0, AMOUNT_MAX));
  const factor = factors[(match?.[2] || bare).toLowerCase()];
  return match === null || factor === undefined ? null : Number((match[1] ?? '').replace(',', '.')) * factor;
}

/** Reads `100kb`, `1.5 MB`, `512` as bytes; null when it is no size. */
export function parseSize(text: string): number | null {
  const bytes = readAmount(text, SIZE_FACTORS, '');
  return bytes === null ? null : Math.round(bytes);
}

const TIME_FACTORS: Record<string, number> = {
  ms: 1,
  s: 1000,
  sec: 1000,
  m: 60_000,
  min: 60_000,
  h: 3_600_000,
  d: 86_400_000,
  мс: 1,
  с: 1000,
  сек: 1000,
  мин: 60_000,
  ч: 3_600_000,
  дн: 86_400_000,
};

/** Reads `300ms`, `2s`, `1.5min` as ms, a bare number as so many of `bare` (ms); null when it is no duration. */
export function parseDuration(text: string, bare: 'ms' | 's' = 'ms'): number | null {
  return readAmount(text, TIME_FACTORS, bare);
}

const SIZE_UNITS: Record<Language, readonly [name: string, factor: number][]> = {
  en: [
    ['GiB', 1024 ** 3],
    ['MiB', 1024 ** 2],
    ['KiB', 1024],
    ['B', 1],
  ],
  ru: [
    ['ГиБ', 1024 ** 3],
    ['МиБ', 1024 ** 2],
    ['КиБ', 1024],
    ['Б', 1],
  ],
};
const TIME_UNITS: Record<Language, readonly [name: string, factor: number][]> = {
  en: [
    ['d', 86_400_000],
    ['h', 3_600_000],
    ['min', 60_000],
    ['s', 1000],
    ['ms', 1],
  ],
  ru: [
    ['дн', 86_400_000],
    ['ч', 3_600_000],
    ['мин', 60_000],
    ['с', 1000],
    ['мс', 1],
  ],
};

/** In the largest unit of which it is a whole number of. */
function writeAmount(value: number, units: readonly [string, number][]): string {
  const found = units.find(([, factor]) => value >= factor && value % factor === 0) ?? units.at(-1);
  return found === undefined ? String(value) : `${value / found[1]} ${found[0]}`;
}

/** Bytes as one types them: `256 MiB`, `1500 B`; {@link parseSize} reads the same back. */
export const writeSize = (bytes: number, language: Language): string => writeAmount(bytes, SIZE_UNITS[language]);
/** A duration as one types it: `90 s`, `10 min`, `5 ms`; 0 as so many of `bare`. {@link parseDuration} reads the same back. */
export const writeDuration = (ms: number, language: Language, bare: 'ms' | 's' = 'ms'): string =>
  writeAmount(
    ms,
    TIME_UNITS[language].filter(([, factor]) => bare === 'ms' || factor >= 1000),
  );
