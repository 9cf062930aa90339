/** Reads a regular expression into a tree; what cannot be run without going back is refused. */

/** Brackets within brackets. */
const MAX_DEPTH = 50;

/** A pattern that is valid, but needs what this does not do: look-around, back references, Unicode properties, or too many parts. */
export class PatternTooHard extends Error {}

/** Code units from–to, in pairs. */
export type Ranges = readonly number[];
export type Assertion = '^' | '$' | 'b' | 'B';
export type PatternNode =
  | { kind: 'set'; ranges: Ranges; negated: boolean }
  | { kind: 'assert'; what: Assertion }
  | { kind: 'all' | 'any'; parts: PatternNode[] }
  | { kind: 'repeat'; part: PatternNode; min: number; max: number };

const DIGIT: Ranges = [48, 57];
/** What `\w` stands for, and `\b` looks at. */
export const WORD: Ranges = [48, 57, 65, 90, 95, 95, 97, 122];
const SPACE: Ranges = [
  9, 13, 32, 32, 160, 160, 0x1680, 0x1680, 0x2000, 0x200a, 0x2028, 0x2029, 0x202f, 0x202f, 0x205f, 0x205f, 0x3000,
  0x3000, 0xfeff, 0xfeff,
];
const NEWLINE: Ranges = [10, 10, 13, 13, 0x2028, 0x2029];
const CONTROLS: Record<string, number> = { n: 10, r: 13, t: 9, v: 11, f: 12, 0: 0 };

export const within = (ranges: Ranges, code: number): boolean => {
  for (let index = 0; index < ranges.length; index += 2)
    if (code >= (ranges[index] ?? 0) && code <= (ranges[index + 1] ?? -1)) return true;
  return false;
};

/** All code units outside the ranges, which must be in order. */
function outside(ranges: Ranges): number[] {
  const out: number[] = [];
  let from = 0;
  for (let index = 0; index < ranges.length; index += 2) {
    if ((ranges[index] ?? 0) > from) out.push(from, (ranges[index] ?? 0) - 1);
    from = (ranges[index + 1] ?? 0) + 1;
  }
  return [...out, from, 0xffff];
}

/** Reads a source that `RegExp` has already found valid. */
export class PatternReader {
  readonly #source: string;
  #at = 0;
  #depth = 0;

  constructor(source: string) {
    this.#source = source;
  }

  read(): PatternNode {
    const node = this.#alternatives();
    if (this.#at < this.#source.length) throw new PatternTooHard();
    return node;
  }

  #peek(): string {
    return this.#source.charAt(this.#at);
  }

  #alternatives(): PatternNode {
    if (++this.#depth > MAX_DEPTH) throw new PatternTooHard();
    const parts = [this.#sequence()];
    while (this.#peek() === '|') {
      this.#at++;
      parts.push(this.#sequence());
    }
    this.#depth--;
    return { kind: 'any', parts };
  }

  #sequence(): PatternNode {
    const parts: PatternNode[] = [];
    while (this.#at < this.#source.length && this.#peek() !== '|' && this.#peek() !== ')')
      parts.push(this.#repeated(this.#one()));
    return { kind: 'all', parts };
  }

  #repeated(part: PatternNode): PatternNode {
    const match = /^(?:[*+?]|\{(\d+)(,?)(\d*)\})\??/.exec(this.#source.slice(this.#at, this.#at + 24));
    if (match === null) return part;
    this.#at += match[0].length;
    const sign = match[0].charAt(0);
    if (sign === '*') return { kind: 'repeat', part, min: 0, max: Infinity };
    if (sign === '+') return { kind: 'repeat', part, min: 1, max: Infinity };
    if (sign === '?') return { kind: 'repeat', part, min: 0, max: 1 };
    const min = Number(match[1]);
    return { kind: 'repeat', part, min, max: match[2] === '' ? min : match[3] === '' ? Infinity : Number(match[3]) };
  }

  #one(): PatternNode {
    const char = this.#source.charAt(this.#at++);
    switch (char) {
      case '^':
      case '$':
        return { kind: 'assert', what: char };
      case '.':
        return { kind: 'set', ranges: NEWLINE, negated: true };
      case '(':
        return this.#group();
      case '[':
        return this.#class();
      case '\\': {
        const next = this.#peek();
        if (next === 'b' || next === 'B') {
          this.#at++;
          return { kind: 'assert', what: next };
        }
        return { kind: 'set', ranges: this.#escape(), negated: false };
      }
      default:
        return { kind: 'set', ranges: [char.charCodeAt(0), char.charCodeAt(0)], negated: false };
    }
  }

  #group(): PatternNode {
    const opening = /^\?(?::|<[A-Za-z_$][\w$]*>)/.exec(this.#source.slice(this.#at, this.#at + 80));
    if (opening !== null) this.#at += opening[0].length;
    else if (this.#peek() === '?') throw new PatternTooHard();
    const node = this.#alternatives();
    this.#at++;
    return node;
  }

  /** What follows a backslash. */
  #escape(): Ranges {
    const char = this.#source.charAt(this.#at++);
    switch (char) {
      case 'd':
        return DIGIT;
      case 'D':
        return outside(DIGIT);
      case 'w':
        return WORD;
      case 'W':
        return outside(WORD);
      case 's':
        return SPACE;
      case 'S':
        return outside(SPACE);
    }
    const hex = /^(?:x([\da-f]{2})|u([\da-f]{4}))/i.exec(this.#source.slice(this.#at - 1, this.#at + 4));
    if (hex !== null) {
      this.#at += hex[0].length - 1;
      const code = Number.parseInt(hex[1] ?? hex[2] ?? '', 16);
      return [code, code];
    }
    if (/[1-9kcpPux]/.test(char)) throw new PatternTooHard();
    const code = CONTROLS[char] ?? char.charCodeAt(0);
    return [code, code];
  }

  /** What stands in square brackets. */
  #class(): PatternNode {
    const negated = this.#peek() === '^';
    if (negated) this.#at++;
    const ranges: number[] = [];
    const unit = (): Ranges => {
      const char = this.#source.charAt(this.#at++);
      if (char !== '\\') return [char.charCodeAt(0), char.charCodeAt(0)];
      if (this.#peek() === 'b') {
        this.#at++;
        return [8, 8];
      }
      return this.#escape();
    };
    while (this.#at < this.#source.length && this.#peek() !== ']') {
      const from = unit();
      if (
        from.length === 2 &&
        from[0] === from[1] &&
        this.#peek() === '-' &&
        this.#source.charAt(this.#at + 1) !== ']'
      ) {
        this.#at++;
        const to = unit();
        // `[a-\d]` is a hyphen between two sets.
        if (to.length === 2 && to[0] === to[1]) ranges.push(from[0] ?? 0, to[1] ?? 0);
        else ranges.push(...from, 45, 45, ...to);
      } else ranges.push(...from);
    }
    this.#at++;
    return { kind: 'set', ranges, negated };
  }
}
