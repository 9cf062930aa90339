/**
 * Plain data (whatever survives JSON) as 32-bit words beside a list of the strings in it. What is kept of an exchange that
 * is over stands in a few such blocks instead of some dozen objects each: nothing for the garbage collector to visit, copy
 * or promote, and a string that comes again is there once.
 *
 * A word is a tag in its lower three bits and a payload above them; a double follows its tag as two words.
 */

/** Most words one value may take: what a hostile head can hold is far below. */
const MAX_WORDS = 1 << 22;

const CONSTANT = 0; // payload: index into CONSTANTS
const INTEGER = 1; // payload: the number itself
const DOUBLE = 2; // two words follow
const STRING = 3; // payload: index of the string
const ARRAY = 4; // payload: length; the elements follow
const OBJECT = 5; // payload: number of properties; name and value of each follow
const SHARED = 6; // payload: index of an object kept as it is
const AGAIN = 7; // payload: where the same value stands already

const CONSTANTS: readonly unknown[] = [undefined, null, false, true];
/** Largest payload. */
const MAX_PAYLOAD = 2 ** 29 - 1;
/** Lists and objects that are looked for when they come again, the newest few. */
const REMEMBERED = 8;

/** Lists and objects known to come again that are looked for, before all are forgotten. */
const KNOWN = 4096;
/** Places of strings that are mostly what they were in the value before. */
const COLUMNS = 16;

/** One string in the list, and its head in memory. */
const STRING_BYTES = 24;

/** Thrown inside a block that is full. */
class BlockFull extends Error {}
const FULL = new BlockFull();

const scratch = new Float64Array(1);
const halves = new Uint32Array(scratch.buffer);

/** Values written one behind the other; what is read is equal, not identical. */
export class PackedBlock {
  #words: Uint32Array;
  #at = 0;
  #strings = new Map<string, number>();
  readonly #texts: string[] = [];
  readonly #shared: object[] = [];
  readonly #remembered: (object | undefined)[] = new Array<object | undefined>(REMEMBERED).fill(undefined);
  readonly #rememberedAt = new Int32Array(REMEMBERED);
  #turn = 0;
  #known = new Map<object, number>();
  readonly #columns: string[] = new Array<string>(COLUMNS).fill('');
  readonly #columnWords = new Uint32Array(COLUMNS);
  /** Characters of the strings it keeps. */
  chars = 0;

  /** Room for so many words; a first value that is longer gets more. */
  constructor(words: number) {
    this.#words = new Uint32Array(words);
  }

  /** Room it has, words. */
  get words(): number {
    return this.#words.length;
  }

  /** What its values take in memory, roughly, bytes. */
  get used(): number {
    return this.#at * 4 + this.chars + this.#texts.length * STRING_BYTES;
  }

  /** Nothing more will be written: lets go of what only writing needs. */
  close(): void {
    // New ones: a table that is cleared, once it is old, keeps the next one alive.
    this.#strings = new Map();
    this.#remembered.fill(undefined);
    this.#known = new Map();
    this.#columnWords.fill(0);
  }

  /** Forgets all values, so that others can be written; what stood here must not be read any more. */
  clear(): void {
    this.close();
    this.#at = this.chars = this.#turn = 0;
    this.#texts.length = this.#shared.length = 0;
  }

  /** Writes a value by `write` and answers where it stands; undefined when there is no room for it. */
  append<T>(write: (block: PackedBlock, value: T) => void, value: T): number | undefined {
    const start = this.#at;
    for (;;) {
      try {
        write(this, value);
        return start;
      } catch (error) {
        if (error !== FULL) throw error;
        this.#at = start;
        for (let i = 0; i < REMEMBERED; i++) if (this.#rememberedAt[i]! >= start) this.#remembered[i] = undefined;
        this.#known.clear();
        if (start > 0 || this.#words.length >= MAX_WORDS) return undefined;
        this.#words = new Uint32Array(this.#words.length * 2);
      }
    }
  }

  /** What `read` makes of the values that stand from `at` on. */
  read<T>(at: number, read: (reader: PackedReader) => T): T {
    return read(new PackedReader(this.#words, this.#texts, this.#shared, at));
  }

  putString(text: string): void {
    let index = this.#strings.get(text);
    if (index === undefined) {
      index = this.#texts.length;
      this.#texts.push(text);
      this.#strings.set(text, index);
      this.chars += text.length;
    }
    this.#word((index << 3) | STRING);
  }

  /** A string that is mostly the same as that of the value before; `column` below 16 says which. */
  putColumn(column: number, text: string): void {
    const known = this.#columnWords[column]!;
    if (known !== 0 && this.#columns[column] === text) return this.#word(known);
    this.putString(text);
    this.#columns[column] = text;
    this.#columnWords[column] = this.#words[this.#at - 1]!;
  }

  putNumber(value: number): void {
    if (Number.isInteger(value) && value >= 0 && value <= MAX_PAYLOAD && !Object.is(value, -0)) {
      this.#word(((value << 3) | INTEGER) >>> 0);
      return;
    }
    scratch[0] = value;
    this.#word(DOUBLE);
    this.#word(halves[0]!);
    this.#word(halves[1]!);
  }

  /** A value of any kind. Functions, symbols and the like are none: they are read as undefined. */
  put(value: unknown): void {
    switch (typeof value) {
      case 'string':
        return this.putString(value);
      case 'number':
        return this.putNumber(value);
      case 'boolean':
        return this.#word(((value ? 3 : 2) << 3) | CONSTANT);
      case 'object':
        return value === null ? this.#word((1 << 3) | CONSTANT) : this.#putObject(value);
      default:
        return this.#word(CONSTANT);
    }
  }

  /** A list or an object that many values share: where it comes again soon, only a pointer to it is written. */
  putAgain(value: object | undefined): void {
    if (value === undefined) return this.#word(CONSTANT);
    for (let i = 0; i < REMEMBERED; i++)
      if (this.#remembered[i] === value) return this.#word((this.#rememberedAt[i]! << 3) | AGAIN);
    const at = this.#at;
    this.#putObject(value);
    this.#remembered[this.#turn] = value;
    this.#rememberedAt[this.#turn] = at;
    this.#turn = (this.#turn + 1) % REMEMBERED;
  }

  /** As {@link putAgain}, for what is known to come again later: it is kept in mind until then. */
  putKnown(value: object): void {
    const known = this.#known.get(value);
    if (known !== undefined) return this.#word((known << 3) | AGAIN);
    const at = this.#at;
    this.#putObject(value);
    if (this.#known.size >= KNOWN) this.#known.clear();
    this.#known.set(value, at);
  }

  /** An object that somebody else keeps for long: it stays the same object, with whatever becomes known of it later. */
  putShared(value: object | undefined): void {
    if (value === undefined) return this.#word(CONSTANT);
    let index = this.#shared.lastIndexOf(value);
    if (index < 0) index = this.#shared.push(value) - 1;
    this.#word((index << 3) | SHARED);
  }

  #putObject(value: object): void {
    if (Array.isArray(value)) {
      const list: readonly unknown[] = value;
      this.#word((list.length << 3) | ARRAY);
      for (let i = 0; i < list.length; i++) {
        const element = list[i];
        if (typeof element === 'string') this.putString(element);
        else this.put(element);
      }
      return;
    }
    const head = this.#at;
    this.#word(OBJECT);
    let properties = 0;
    for (const name in value) {
      this.putString(name);
      this.put((value as Record<string, unknown>)[name]);
      properties++;
    }
    this.#words[head] = (properties << 3) | OBJECT;
  }

  #word(word: number): void {
    if (this.#at >= this.#words.length) throw FULL;
    this.#words[this.#at++] = word;
  }
}

/** Reads values in the order in which they were written. */
export class PackedReader {
  readonly #words: Uint32Array;
  readonly #texts: readonly string[];
  readonly #shared: readonly object[];
  #at: number;

  constructor(words: Uint32Array, texts: readonly string[], shared: readonly object[], at: number) {
    this.#words = words;
    this.#texts = texts;
    this.#shared = shared;
    this.#at = at;
  }

  next(): unknown {
    const word = this.#words[this.#at++]!;
    const payload = word >>> 3;
    switch (word & 7) {
      case CONSTANT:
        return CONSTANTS[payload];
      case INTEGER:
        return payload;
      case DOUBLE:
        halves[0] = this.#words[this.#at++]!;
        halves[1] = this.#words[this.#at++]!;
        return scratch[0];
      case STRING:
        return this.#texts[payload];
      case ARRAY: {
        const list: unknown[] = [];
        for (let i = 0; i < payload; i++) list.push(this.next());
        return list;
      }
      case OBJECT: {
        const object: Record<string, unknown> = {};
        for (let i = 0; i < payload; i++) {
          const name = this.next() as string;
          object[name] = this.next();
        }
        return object;
      }
      case SHARED:
        return this.#shared[payload];
      default: {
        const back = this.#at;
        this.#at = payload;
        const value = this.next();
        this.#at = back;
        return value;
      }
    }
  }
}
