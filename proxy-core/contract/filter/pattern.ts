/**
 * Regular expressions over what clients and origins sent, without backtracking. All ways through a pattern are followed
 * at once, and each set of ways met is kept as a state with its next one for each kind of character: a text costs one step
 * for each of its characters, and at the very worst one for each part of the pattern. Case is ignored.
 */
import {
  PatternReader,
  PatternTooHard,
  within,
  WORD,
  type Assertion,
  type PatternNode,
  type Ranges,
} from './pattern-reader.ts';

/** Parts of a pattern after its repetitions are written out; a larger one is refused. */
const MAX_PARTS = 500;
const MAX_EFFORT = 20_000;
/** States kept; a text that leads to more lets them be made anew. */
const MAX_STATES = 500;
/** What is looked at of one text, characters. */
export const PATTERN_TEXT_MAX = 16_384;

type Instruction =
  | { kind: 'set'; ranges: Ranges; negated: boolean }
  | { kind: 'assert'; what: Assertion }
  | { kind: 'split'; to: number[] }
  | { kind: 'match' };

/** Writes the program of a node; each instruction is followed by the next, `split` by those it names. */
function emit(node: PatternNode, program: Instruction[], effort: { left: number }): void {
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

/** The code unit in the other case; itself when it has none, or one that is two letters or of another alphabet. */
function otherCase(code: number): number {
  if (code < 128) return (code >= 65 && code <= 90) || (code >= 97 && code <= 122) ? code ^ 32 : code;
  const char = String.fromCharCode(code);
  const other = char.toLowerCase() === char ? char.toUpperCase() : char.toLowerCase();
  const found = other.length === 1 ? other.charCodeAt(0) : code;
  return found < 128 ? code : found;
}

/** What stands before a place: nothing, a character that is no part of a word, or one that is. */
type Behind = 'start' | 'other' | 'word';

/** A set of ways: where they go on, in order, before what takes no character. */
interface State {
  readonly places: readonly number[];
  readonly behind: Behind;
  /** Whether the pattern is found when the text ends here. */
  endsFound: boolean | undefined;
}

/** Numbers of states: one that is not known yet, and the one in which the pattern was found. */
const UNKNOWN = 0;
const FOUND = 1;

/** A pattern that can be run. */
export class Pattern {
  readonly #program: readonly Instruction[];
  /** Class of each code unit, from 1; 0 while it was not met. Units of one class are the same to every part. */
  readonly #classes = new Uint16Array(0x10000);
  readonly #classOf = new Map<string, number>();
  /** A unit of each class. */
  readonly #classUnit: number[] = [0];
  /** Room for so many classes in a row of {@link #next}; doubled when there are more. */
  #width = 16;
  /** By number of the state and class of the next character, the number of the state it leads to. */
  #next = new Uint16Array(2 * 16);
  #states: State[] = [];
  #numbers = new Map<string, number>();
  readonly #seen: Uint32Array;
  #round = 0;

  readonly #literal: string;

  /** `literal`, lower case, is in every text the pattern is in. */
  constructor(program: readonly Instruction[], literal: string) {
    this.#program = program;
    this.#literal = literal;
    this.#seen = new Uint32Array(program.length);
    this.#forget();
  }

  /** Whether it occurs in the text, of which the first {@link PATTERN_TEXT_MAX} characters count. */
  test(text: string): boolean {
    if (this.#literal !== '' && !text.toLowerCase().includes(this.#literal)) return false;
    const state = this.#push(this.#number([], 'start'), text, 0, Math.min(text.length, PATTERN_TEXT_MAX));
    return state === FOUND || this.#endsFound(state);
  }

  /** Looks through a long text piece by piece; two such runs of one pattern must not go on by turns. */
  run(): PatternRun {
    let state = this.#number([], 'start');
    return {
      push: (text, from, to) => {
        state = this.#push(state, text, from, to);
        return state === FOUND;
      },
      end: () => state === FOUND || this.#endsFound(state),
    };
  }

  #push(from: number, text: string, start: number, end: number): number {
    const classes = this.#classes;
    let next = this.#next;
    let width = this.#width;
    let state = from;
    for (let at = start; at < end; at++) {
      // Nothing is known of class 0: a unit that was not met leads to the slow way, too.
      const to = next[state * width + classes[text.charCodeAt(at)]!]!;
      if (to > FOUND) state = to;
      else {
        state = to === FOUND ? FOUND : this.#step(state, this.#classify(text.charCodeAt(at)));
        if (state === FOUND) return FOUND;
        next = this.#next;
        width = this.#width;
      }
    }
    return state;
  }

  #endsFound(number: number): boolean {
    const state = this.#states[number]!;
    return (state.endsFound ??= this.#closure(state, undefined) === undefined);
  }

  /** Lets go of all states. */
  #forget(): void {
    const none: State = { places: [], behind: 'start', endsFound: true };
    this.#states = [none, none];
    this.#numbers = new Map();
    this.#next.fill(UNKNOWN);
  }

  #number(places: readonly number[], behind: Behind): number {
    const key = `${behind} ${places.join(' ')}`;
    const known = this.#numbers.get(key);
    if (known !== undefined) return known;
    const made = this.#states.push({ places, behind, endsFound: undefined }) - 1;
    this.#numbers.set(key, made);
    this.#makeRoom();
    return made;
  }

  /** The table has a row for every state and a place for every class. */
  #makeRoom(): void {
    const before = this.#width;
    while (this.#width < this.#classUnit.length) this.#width *= 2;
    const rows = this.#next.length / before;
    if (this.#width === before && rows >= this.#states.length) return;
    const table = new Uint16Array(this.#width * Math.max(rows, 2 * this.#states.length));
    for (let row = 0; row < rows; row++)
      table.set(this.#next.subarray(row * before, (row + 1) * before), row * this.#width);
    this.#next = table;
  }

  #classify(unit: number): number {
    const known = this.#classes[unit]!;
    if (known !== 0) return known;
    const other = otherCase(unit);
    let signature = within(WORD, unit) ? 'w' : '-';
    for (const step of this.#program) if (step.kind === 'set') signature += accepts(step, unit, other) ? '1' : '0';
    let found = this.#classOf.get(signature);
    if (found === undefined) {
      found = this.#classUnit.push(unit) - 1;
      this.#classOf.set(signature, found);
      this.#makeRoom();
    }
    this.#classes[unit] = found;
    return found;
  }

  /** Where a character of this class leads. */
  #step(from: number, of: number): number {
    let number = from;
    if (this.#states.length >= MAX_STATES) {
      const { places, behind } = this.#states[from]!;
      this.#forget();
      number = this.#number(places, behind);
    }
    const state = this.#states[number]!;
    const unit = this.#classUnit[of]!;
    const isWord = within(WORD, unit);
    const sets = this.#closure(state, isWord);
    let to = FOUND;
    if (sets !== undefined) {
      const other = otherCase(unit);
      const places: number[] = [];
      for (const at of sets) {
        const step = this.#program[at];
        if (step?.kind === 'set' && accepts(step, unit, other)) places.push(at + 1);
      }
      to = this.#number(
        places.sort((a, b) => a - b),
        isWord ? 'word' : 'other',
      );
    }
    this.#next[number * this.#width + of] = to;
    return to;
  }

  /**
   * The sets that the next character may pass, from everything reached without one; undefined when the end of the pattern
   * is. `aheadIsWord` is undefined at the end of the text.
   */
  #closure(state: State, aheadIsWord: boolean | undefined): number[] | undefined {
    const round = ++this.#round;
    // It may begin anywhere.
    const stack = [...state.places, 0];
    const sets: number[] = [];
    for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
      if (this.#seen[at] === round) continue;
      this.#seen[at] = round;
      const step = this.#program[at];
      if (step?.kind === 'match') return undefined;
      if (step?.kind === 'set') sets.push(at);
      else if (step?.kind === 'split') stack.push(...step.to);
      else if (step !== undefined && holds(step.what, state.behind, aheadIsWord)) stack.push(at + 1);
    }
    return sets;
  }
}

/** Goes on where it stopped; says true as soon as the pattern was found. */
export interface PatternRun {
  /** The next characters, `from` up to before `to`. */
  push(text: string, from: number, to: number): boolean;
  /** The text is over. */
  end(): boolean;
}

const accepts = (set: { ranges: Ranges; negated: boolean }, unit: number, other: number): boolean =>
  (within(set.ranges, unit) || (other !== unit && within(set.ranges, other))) !== set.negated;

function holds(what: Assertion, behind: Behind, aheadIsWord: boolean | undefined): boolean {
  if (what === '^') return behind === 'start';
  if (what === '$') return aheadIsWord === undefined;
  return ((behind === 'word') !== (aheadIsWord ?? false)) === (what === 'b');
}

/** The longest run of plain ASCII characters that no way leads round, lower case; to look for it is faster than to step. */
function literalOf(node: PatternNode): string {
  const parts = node.kind === 'any' && node.parts.length === 1 ? node.parts : [node];
  let best = '';
  let run = '';
  for (const part of parts[0]?.kind === 'all' ? parts[0].parts : []) {
    const [from, to] = part.kind === 'set' && !part.negated && part.ranges.length === 2 ? part.ranges : [];
    run = from !== undefined && from === to && from < 128 ? run + String.fromCharCode(from).toLowerCase() : '';
    if (run.length > best.length) best = run;
  }
  return best;
}

/** Throws `SyntaxError` on what is no pattern, {@link PatternTooHard} on one that cannot be run without backtracking. */
export function compilePattern(source: string): Pattern {
  // Only to have it refused: it is never run.
  new RegExp(source, 'i');
  const program: Instruction[] = [];
  const read = new PatternReader(source).read();
  emit(read, program, { left: MAX_EFFORT });
  program.push({ kind: 'match' });
  return new Pattern(program, literalOf(read));
}
