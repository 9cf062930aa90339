/** Values out of JSON that somebody else wrote: what is of another kind than expected is not there. */

import { describeThrown } from '../../contract/lifetimes.ts';

export type Json = Readonly<Record<string, unknown>>;

export function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** An object; an empty one where there is none. */
export function objectOf(value: unknown): Json {
  return isObject(value) ? value : {};
}

export function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** Text of at most `max` characters; longer ones are cut. */
export function textOf(value: unknown, max = 65_536): string | undefined {
  return typeof value !== 'string' ? undefined : value.length > max ? value.slice(0, max) : value;
}

export function numberOf(
  value: unknown,
  min = -Number.MAX_SAFE_INTEGER,
  max = Number.MAX_SAFE_INTEGER,
): number | undefined {
  return typeof value === 'number' && Number.isFinite(value) && value >= min && value <= max ? value : undefined;
}

/** A whole number from 0. */
export function countOf(value: unknown, max = Number.MAX_SAFE_INTEGER): number | undefined {
  const number = numberOf(value, 0, max);
  return number !== undefined && Number.isSafeInteger(number) ? number : undefined;
}

export function oneOf<const T extends string>(value: unknown, all: readonly T[]): T | undefined {
  return all.find((item) => item === value);
}

/** An object without what is undefined. */
export function known<T extends object>(fields: T): { [K in keyof T]: Exclude<T[K], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as {
    [K in keyof T]: Exclude<T[K], undefined>;
  };
}

/** What went wrong, for whoever opened the file: the message alone. */
export function wordsOf(thrown: unknown): string {
  return thrown instanceof Error && thrown.message !== '' ? thrown.message : describeThrown(thrown);
}
