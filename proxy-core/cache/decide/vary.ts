/**
 * Vary (RFC 9111 §4.1): which request fields select a stored response, their normalised values, and whether a request
 * matches them. Normalised where that cannot change the meaning: lines combined, white space around commas dropped,
 * and for Accept-Encoding and Accept-Language case, order and the default weight.
 */
import type { Head } from '../../http/head.ts';

/** Flat list `[lower-case name, normalised value or ABSENT, …]`. */
export type VaryKey = readonly string[];

/** Stands for "the request had no such field"; no field value can contain it. */
export const ABSENT = '\u0000';

/** Names in Vary, lower case, without repetition; `*` when any of them is. */
export function varyNames(response: Head): readonly string[] | '*' {
  const text = response.combined('vary');
  if (text === undefined) return [];
  const names = new Set<string>();
  for (const item of text.split(',')) {
    const name = item.trim().toLowerCase();
    if (name === '*') return '*';
    if (name !== '') names.add(name);
  }
  return [...names];
}

/** A list member with its weight: `de;q=0.5`. */
interface Weighted {
  value: string;
  weight: number;
}

function parseWeighted(text: string): Weighted[] {
  const out: Weighted[] = [];
  for (const item of text.split(',')) {
    const [value, ...parameters] = item.split(';').map((part) => part.trim().toLowerCase());
    if (value === undefined || value === '') continue;
    let weight = 1;
    for (const parameter of parameters) {
      const match = /^q\s*=\s*([01](?:\.\d{0,3})?)$/.exec(parameter);
      if (match !== null) weight = Math.min(1, Number(match[1]));
    }
    out.push({ value, weight });
  }
  return out;
}

/** Weights matter, order among equal weights does not (RFC 9110 §12.5.3, §12.5.4). */
function normaliseWeighted(text: string, rename: (value: string) => string): string {
  return parseWeighted(text)
    .map(({ value, weight }) => (weight === 1 ? rename(value) : `${rename(value)};q=${weight}`))
    .sort()
    .join(',');
}

/** The last value and what became of it: one request's value is compared with every variant stored. */
class LastValue {
  readonly #normalise: (text: string) => string;
  #text = '';
  #normalised = '';

  constructor(normalise: (text: string) => string) {
    this.#normalise = normalise;
  }

  of(text: string): string {
    if (text !== this.#text) {
      this.#normalised = this.#normalise(text);
      this.#text = text;
    }
    return this.#normalised;
  }
}

// x-gzip is gzip (RFC 9110 §8.4.1.3).
const ENCODINGS = new LastValue((text) => normaliseWeighted(text, (coding) => (coding === 'x-gzip' ? 'gzip' : coding)));
const LANGUAGES = new LastValue((text) => normaliseWeighted(text, (language) => language));
// Member by member: an expression with white space on both sides of the comma would try each blank of a long run anew.
const LISTS = new LastValue((text) =>
  text
    .split(',')
    .map((member) => member.trim())
    .join(','),
);

/** The value by which a field selects; ABSENT for undefined. */
function normaliseVaryValue(lowerName: string, value: string | undefined): string {
  if (value === undefined) return ABSENT;
  switch (lowerName) {
    case 'accept-encoding':
      return ENCODINGS.of(value);
    case 'accept-language':
      return LANGUAGES.of(value);
    default:
      return value.includes(',') ? LISTS.of(value) : value.trim();
  }
}

/** The selecting names and values of a request for a response that varies by `names`. */
export function varyKeyOf(names: readonly string[], request: Head): string[] {
  const out: string[] = [];
  for (const name of names) out.push(name, normaliseVaryValue(name, request.combinedOf(name)));
  return out;
}

/** The field that kept a stored response from matching. */
export interface VaryDifference {
  field: string;
  /** null: there was no such field. */
  stored: string | null;
  sent: string | null;
  /** Names of the further fields that differ. */
  also?: string;
}

/**
 * First selecting field that differs, undefined when all match. A response in the one language the client likes best
 * matches whatever else the client would accept (RFC 9110 §12.5.4).
 */
export function findVaryDifference(
  key: VaryKey,
  request: Head,
  contentLanguage: string | undefined,
): VaryDifference | undefined {
  return differenceFrom(0, key, request, contentLanguage)?.difference;
}

/** All of them. */
export function findVaryDifferences(
  key: VaryKey,
  request: Head,
  contentLanguage: string | undefined,
): VaryDifference[] {
  const out: VaryDifference[] = [];
  let found = differenceFrom(0, key, request, contentLanguage);
  while (found !== undefined) {
    out.push(found.difference);
    found = differenceFrom(found.next, key, request, contentLanguage);
  }
  return out;
}

function differenceFrom(
  start: number,
  key: VaryKey,
  request: Head,
  contentLanguage: string | undefined,
): { difference: VaryDifference; next: number } | undefined {
  for (let i = start; i < key.length; i += 2) {
    const field = key[i]!;
    const stored = key[i + 1]!;
    const raw = request.combinedOf(field);
    const sent = normaliseVaryValue(field, raw);
    if (sent === stored) continue;
    if (
      field === 'accept-language' &&
      raw !== undefined &&
      contentLanguage !== undefined &&
      preferredLanguage(raw) === contentLanguage.trim().toLowerCase()
    )
      continue;
    const difference = { field, stored: stored === ABSENT ? null : stored, sent: sent === ABSENT ? null : sent };
    return { difference, next: i + 2 };
  }
  return undefined;
}

/** The single language of the highest weight; undefined when several share it. */
function preferredLanguage(acceptLanguage: string): string | undefined {
  let best: Weighted | undefined;
  let shared = false;
  for (const item of parseWeighted(acceptLanguage)) {
    if (best === undefined || item.weight > best.weight) {
      best = item;
      shared = false;
    } else if (item.weight === best.weight) shared = true;
  }
  return best === undefined || shared || best.value === '*' || best.weight === 0 ? undefined : best.value;
}
