/** Numbers as people read them, in the page's language and the one system of contract/wording; times of day; what is typed. */
import type { Language } from '../../proxy-core/contract/wording/language.ts';
import { numbersOf, type Numbers } from '../../proxy-core/contract/wording/units.ts';

export { parseDuration, parseSize } from '../../proxy-core/contract/wording/read-units.ts';

const NUMBERS: Record<Language, Numbers> = { en: numbersOf('en'), ru: numbersOf('ru') };
let numbers = NUMBERS.en;

/** Chooses the language of numbers for the whole page; whoever shows some draws anew with its texts. */
export function speakUnits(language: Language): void {
  numbers = NUMBERS[language];
}

/** Bytes: `1.5 KiB`, `256 MiB`. */
export const formatBytes = (bytes: number): string => numbers.size(bytes);
/** A duration given in ms: `0.24 ms`, `1.25 s`, `3 min 6 s`, `1 day 12 h`. */
export const formatDuration = (ms: number): string => numbers.duration(ms);
/** Seconds that passed or are left, whole ones: `less than 1 s`, `12 s`. */
export const formatAge = (seconds: number): string => numbers.age(seconds);
/** The same in a cell: `<1 s`. */
export const formatShortAge = (seconds: number): string => numbers.shortAge(seconds);
/** A share of a whole as `83.4%`; a dash when there is nothing to divide by. */
export const formatRatio = (part: number, whole: number): string => numbers.ratio(part, whole);
/** `1,234,567`. */
export const formatCount = (count: number): string => numbers.count(count);
/** A rate per second: `0`, `0.4`, `12`, `1.2k`. */
export const formatRate = (perSecond: number): string => numbers.rate(perSecond);

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

/** Longest text in a place where only its beginning is seen: a cell, a headline, a hint. */
const CLIP_MAX = 500;

/** The beginning of what clients and origins sent: a URL of 64 kB in each row would slow every scroll. */
export function clip(text: string): string {
  return text.length > CLIP_MAX ? `${text.slice(0, CLIP_MAX)}…` : text;
}
