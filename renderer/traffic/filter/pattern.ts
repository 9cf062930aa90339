/**
 * Regular expressions over what clients and origins sent, without backtracking: the time is at most the length of the
 * text times the length of the pattern, whatever either is. Case is ignored.
 */

/** Parts of a pattern after its repetitions are written out; a larger one is refused. */
const MAX_PARTS = 1000;
const MAX_EFFORT = 20_000;
/** Brackets within brackets. */
const MAX_DEPTH = 50;

/** A pattern that is valid, but needs what this does not do: look-around, back references, Unicode properties, or too many parts. */
export class PatternTooHard extends Error {}

/** Code units from–to, in pairs. */
type Ranges = readonly number[];
type Assertion = '^' | '$' | 'b' | 'B';
type Node =
  | { kind: 'set'; ranges: Ranges; negated: boolean }
  | { kind: 'assert'; what: Assertion }
  | { kind: 'all' | 'any'; parts: Node[] }
  | { kind: 'repeat'; part: Node; min: number; max: number };

const DIGIT: Ranges = [48, 57];
const WORD: Ranges = [48, 57, 65, 90, 95, 95, 97, 122];
const SPACE: Ranges = [
  9, 13, 32, 32, 160, 160, 0x1680, 0x1680, 0x2000, 0x200a, 0x2028, 0x2029, 0x202f, 0x202f, 0x205f, 0x205f, 0x3000,
  0x3000, 0xfeff, 0xfeff,
];
const NEWLINE: Ranges = [10, 10, 13, 13, 0x2028, 0x2029];
const CONTROLS: Record<string, number> = { n: 10, r: 13, t: 9, v: 11, f: 12, 0: 0 };

const within = (ranges: Ranges, code: number): boolean => {
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
class Reader {
  readonly #source: string;
  #at = 0;
  #depth = 0;

  constructor(source: string) {
    this.#source = source;
  }

  read(): Node {
    const node = this.#alternatives();
    if (this.#at < this.#source.length) throw new PatternTooHard();
    return node;
  }

  #peek(): string {
    return this.#source.charAt(this.#at);
  }

  #alternatives(): Node {
    if (++this.#depth > MAX_DEPTH) throw new PatternTooHard();
    const parts = [this.#sequence()];
    while (this.#peek() === '|') {
      this.#at++;
      parts.push(this.#sequence());
    }
    this.#depth--;
    return { kind: 'any', parts };
  }

  #sequence(): Node {
    const parts: Node[] = [];
    while (this.#at < this.#source.length && this.#peek() !== '|' && this.#peek() !== ')')
      parts.push(this.#repeated(this.#one()));
    return { kind: 'all', parts };
  }

  #repeated(part: Node): Node {
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

  #one(): Node {
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

  #group(): Node {
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
  #class(): Node {
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

type Instruction =
  | { kind: 'set'; ranges: Ranges; negated: boolean }
  | { kind: 'assert'; what: Assertion }
  | { kind: 'split'; to: number[] }
  | { kind: 'match' };

/** Writes the program of a node; each instruction is followed by the next, `split` by those it names. */
function emit(node: Node, program: Instruction[], effort: { left: number }): void {
  // Repetitions of nothing write nothing, and yet take time.
  if (program.length > MAX_PARTS || effort.left-- <= 0) throw new PatternTooHard();
  switch (node.kind) {
    case 'set':
    case 'assert':
      program.push(node);
      return;
    case 'all':
      for (const part of node.parts) emit(part, program, effort);
      return;
    case 'any': {
      if (node.parts.length === 1) return emit(node.parts[0]!, program, effort);
      const starts: number[] = [];
      const ends: { to: number[] }[] = [];
      program.push({ kind: 'split', to: starts });
      for (const part of node.parts) {
        starts.push(program.length);
        emit(part, program, effort);
        const end = { kind: 'split' as const, to: [] };
        ends.push(end);
        program.push(end);
      }
      for (const end of ends) end.to.push(program.length);
      return;
    }
    case 'repeat': {
      if (node.min > MAX_PARTS || (node.max !== Infinity && node.max > MAX_PARTS)) throw new PatternTooHard();
      for (let n = 0; n < node.min; n++) emit(node.part, program, effort);
      if (node.max === Infinity) {
        const fork: Instruction = { kind: 'split', to: [program.length + 1] };
        const start = program.length;
        program.push(fork);
        emit(node.part, program, effort);
        program.push({ kind: 'split', to: [start] });
        fork.to.push(program.length);
        return;
      }
      const forks: { to: number[] }[] = [];
      for (let n = node.min; n < node.max; n++) {
        const fork: Instruction = { kind: 'split', to: [program.length + 1] };
        forks.push(fork);
        program.push(fork);
        emit(node.part, program, effort);
      }
      for (const fork of forks) fork.to.push(program.length);
    }
  }
}

/** The code unit in the other case; itself when it has none. */
function otherCase(code: number): number {
  if (code < 128) return (code >= 65 && code <= 90) || (code >= 97 && code <= 122) ? code ^ 32 : code;
  const char = String.fromCharCode(code);
  const other = char.toLowerCase() === char ? char.toUpperCase() : char.toLowerCase();
  return other.length === 1 ? other.charCodeAt(0) : code;
}

function holds(what: Assertion, text: string, at: number): boolean {
  if (what === '^') return at === 0;
  if (what === '$') return at === text.length;
  const isWord = (index: number): boolean => index >= 0 && index < text.length && within(WORD, text.charCodeAt(index));
  return (isWord(at - 1) !== isWord(at)) === (what === 'b');
}

/** Runs all ways through the program at once, one character at a time. */
function run(program: readonly Instruction[], text: string): boolean {
  const seen = new Int32Array(program.length).fill(-1);
  const stack: number[] = [];
  let now: number[] = [];
  let next: number[] = [];
  let matched = false;
  /** Adds an instruction and all that follow it without a character. */
  const add = (list: number[], first: number, at: number): void => {
    stack.push(first);
    for (let index = stack.pop(); index !== undefined; index = stack.pop()) {
      if (seen[index] === at) continue;
      seen[index] = at;
      const step = program[index];
      if (step?.kind === 'set') list.push(index);
      else if (step?.kind === 'split') stack.push(...step.to);
      else if (step?.kind === 'match') matched = true;
      else if (step !== undefined && holds(step.what, text, at)) stack.push(index + 1);
    }
  };
  add(now, 0, 0);
  for (let at = 0; at < text.length && !matched; at++) {
    const code = text.charCodeAt(at);
    const other = otherCase(code);
    next.length = 0;
    for (const index of now) {
      const step = program[index];
      if (step?.kind === 'set' && (within(step.ranges, code) || within(step.ranges, other)) !== step.negated)
        add(next, index + 1, at + 1);
    }
    add(next, 0, at + 1);
    [now, next] = [next, now];
  }
  return matched;
}

/**
 * A test whether the pattern occurs in a text. Throws `SyntaxError` on what is no pattern, {@link PatternTooHard} on
 * one that cannot be run without backtracking.
 */
export function compilePattern(source: string): (text: string) => boolean {
  const native = new RegExp(source, 'i');
  const program: Instruction[] = [];
  emit(new Reader(source).read(), program, { left: MAX_EFFORT });
  program.push({ kind: 'match' });
  // Without repetitions and alternatives there is nothing to go back to, and the platform is faster.
  return /[*+?{|]/.test(source) ? (text) => run(program, text) : (text) => native.test(text);
}
