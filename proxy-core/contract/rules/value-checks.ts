/** Reads the members of an object one by one; what is missing, wrong or not known is told with what is accepted. */
import { isRecord } from '../json/is-record.ts';
import { RULE_LIMITS } from './rule.ts';

/** What is wrong, in words; `part` is what it is wrong with. */
export class Wrong extends Error {
  readonly part: unknown;

  constructor(message: string, part?: unknown) {
    super(message);
    this.name = 'Wrong';
    this.part = part;
  }
}

/** Reads one value; `key` is for the words. */
export type ReadValue<T> = (value: unknown, key: string) => T;

export class Fields {
  readonly #part: Record<string, unknown>;
  readonly #known = new Set<string>();

  constructor(part: unknown, wanted: string) {
    if (!isRecord(part)) throw new Wrong(`${wanted} was expected, not ${kindOf(part)}`, part);
    this.#part = part;
  }

  #value(key: string): unknown {
    this.#known.add(key);
    return Object.hasOwn(this.#part, key) ? this.#part[key] : undefined;
  }

  read<T>(key: string, read: ReadValue<T>): T {
    const value = this.#value(key);
    if (value === undefined) throw new Wrong(`"${key}" is missing`, this.#part);
    return read(value, key);
  }

  optional<T>(key: string, read: (key: string) => T): T | undefined {
    return this.#value(key) === undefined ? undefined : read(key);
  }

  text(key: string, least: number, most: number = RULE_LIMITS.text): string {
    return this.read(key, textOf(least, most));
  }

  flag(key: string): boolean {
    return this.read(key, (value) => {
      if (typeof value !== 'boolean') throw new Wrong(`"${key}" is true or false, not ${kindOf(value)}`, this.#part);
      return value;
    });
  }

  list(key: string, most: number): readonly unknown[] {
    return this.read(key, (value) => {
      if (!Array.isArray(value)) throw new Wrong(`"${key}" is a list, not ${kindOf(value)}`, this.#part);
      if (value.length > most) throw new Wrong(`"${key}" has ${value.length} items; at most ${most} are taken`, value);
      return value as readonly unknown[];
    });
  }

  /** Refuses what nobody has asked for: a misspelt member would be lost in silence. */
  done(): void {
    for (const key of Object.keys(this.#part))
      if (!this.#known.has(key))
        throw new Wrong(
          `"${key.slice(0, 80)}" is not known here; known are ${[...this.#known].join(', ')}`,
          this.#part,
        );
  }
}

/** RFC 9110 §5.6.2. */
export const isToken = (text: string): boolean => /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(text);
/** RFC 9110 §5.5, with obs-text. */
export const isFieldValue = (text: string): boolean => /^[\t\x20-\x7e\x80-\xff]*$/.test(text);

function textOf(least: number, most: number): ReadValue<string> {
  return (value, key) => {
    if (typeof value !== 'string') throw new Wrong(`"${key}" is a text, not ${kindOf(value)}`);
    if (value.length < least) throw new Wrong(`"${key}" is empty`);
    if (value.length > most) throw new Wrong(`"${key}" has ${value.length} characters; at most ${most} are taken`);
    return value;
  };
}

export function wholeOf(least: number, most: number): ReadValue<number> {
  return (value, key) => {
    if (typeof value === 'number' && Number.isInteger(value) && value >= least && value <= most) return value;
    throw new Wrong(`"${key}" is a whole number from ${least} to ${most}, not ${kindOf(value)}`);
  };
}

export function oneOf<T extends string | number>(words: readonly T[]): ReadValue<T> {
  return (value, key) => {
    const found = words.find((word) => word === value);
    if (found === undefined) throw new Wrong(`"${key}" is one of ${words.join(', ')}, not ${kindOf(value)}`);
    return found;
  };
}

/** A value, or what kind of thing it is, for words. */
function kindOf(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'an object';
  return JSON.stringify(value)?.slice(0, 80) ?? 'nothing';
}
