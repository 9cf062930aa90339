/** JSON (RFC 8259) whose objects and arrays know the line they begin at, so that a problem with one can be pointed at. */

/** What a text held; `lineOf` tells where an object or array of it begins, from 1. */
export interface LocatedJson {
  readonly value: unknown;
  readonly lineOf: (part: object) => number | undefined;
}

/** The text is no JSON: where, and what was expected. */
export class JsonProblem extends Error {
  readonly line: number;
  readonly column: number;

  constructor(line: number, column: number, what: string) {
    super(`line ${line}, column ${column}: ${what}`);
    this.name = 'JsonProblem';
    this.line = line;
    this.column = column;
  }
}

/** Objects and arrays within each other. */
const MAX_DEPTH = 100;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORDS = { true: true, false: false, null: null } as const;

class Reader {
  readonly lines = new WeakMap<object, number>();
  readonly #text: string;
  #at = 0;
  #depth = 0;

  constructor(text: string) {
    this.#text = text;
  }

  read(): unknown {
    const value = this.#value();
    this.#space();
    if (this.#at < this.#text.length) this.#fail('nothing more was expected');
    return value;
  }

  #fail(what: string, at = this.#at): never {
    const before = this.#text.slice(0, at);
    const lineStart = before.lastIndexOf('\n') + 1;
    throw new JsonProblem(this.#line(at), at - lineStart + 1, what);
  }

  #counted = { at: 0, line: 1 };
  /** Counts on from where it was asked last, so that all lines are counted once. */
  #line(at: number): number {
    let { at: from, line } = this.#counted;
    for (; from < at; from++) if (this.#text.charCodeAt(from) === 10) line++;
    this.#counted = { at, line };
    return line;
  }

  #space(): void {
    for (; this.#at < this.#text.length; this.#at++) if (!' \t\r\n'.includes(this.#text.charAt(this.#at))) return;
  }

  #take(char: string): boolean {
    this.#space();
    if (this.#text.charAt(this.#at) !== char) return false;
    this.#at++;
    return true;
  }

  #value(): unknown {
    this.#space();
    const char = this.#text.charAt(this.#at);
    if (char === '{' || char === '[') return this.#nested(char);
    if (char === '"') return this.#string();
    for (const [word, value] of Object.entries(WORDS))
      if (this.#text.startsWith(word, this.#at)) {
        this.#at += word.length;
        return value;
      }
    NUMBER.lastIndex = this.#at;
    const found = NUMBER.exec(this.#text)?.[0];
    if (found === undefined)
      this.#fail(char === '' ? 'the text ends where a value was expected' : 'a value was expected');
    this.#at += found.length;
    return Number(found);
  }

  #nested(open: '{' | '['): object {
    if (++this.#depth > MAX_DEPTH) this.#fail(`more than ${MAX_DEPTH} objects and arrays within each other`);
    const line = this.#line(this.#at);
    this.#at++;
    const value = open === '{' ? this.#members() : this.#elements();
    this.lines.set(value, line);
    this.#depth--;
    return value;
  }

  #elements(): unknown[] {
    const list: unknown[] = [];
    if (this.#take(']')) return list;
    do list.push(this.#value());
    while (this.#take(','));
    if (!this.#take(']')) this.#fail('"," or "]" was expected');
    return list;
  }

  #members(): object {
    const members = new Map<string, unknown>();
    if (!this.#take('}')) {
      do {
        this.#space();
        const at = this.#at;
        if (this.#text.charAt(at) !== '"') this.#fail('a name in quotes was expected');
        const name = this.#string();
        if (members.has(name)) this.#fail(`${JSON.stringify(name)} stands twice in one object`, at);
        if (!this.#take(':')) this.#fail('":" was expected');
        members.set(name, this.#value());
      } while (this.#take(','));
      if (!this.#take('}')) this.#fail('"," or "}" was expected');
    }
    // Own properties only, whatever a name is.
    return Object.fromEntries(members);
  }

  #string(): string {
    const from = this.#at;
    for (let at = from + 1; at < this.#text.length; at++) {
      const code = this.#text.charCodeAt(at);
      if (code === 92) at++;
      else if (code === 34) {
        this.#at = at + 1;
        try {
          return String(JSON.parse(this.#text.slice(from, this.#at)));
        } catch {
          this.#fail('this is no string of JSON', from);
        }
      } else if (code < 32) this.#fail('a control character within a string; write it as an escape', at);
    }
    return this.#fail('a string without an end', from);
  }
}

/** Reads a text; a name that stands twice in one object is refused. Throws a {@link JsonProblem}. */
export function readLocatedJson(text: string): LocatedJson {
  // A byte order mark is no part of it (RFC 8259 §8.1).
  const reader = new Reader(text.startsWith('\uFEFF') ? text.slice(1) : text);
  return { value: reader.read(), lineOf: (part) => reader.lines.get(part) };
}
