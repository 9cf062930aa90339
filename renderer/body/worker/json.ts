/**
 * JSON as it was sent: a tree of places in the text, so that long numbers, repeated names and their order stay, and
 * no depth is too deep. Nothing here calls itself, and the tree is a few arrays that another thread takes at once.
 */
import { IndentedLines } from './indent.ts';
import type { Work } from './work.ts';

/** What a node is. */
export const LEAF = 0;
export const ARRAY = 1;
export const OBJECT = 2;

/** A tree as columns over its text, in the order of the text: node 0 is the root, the first member of node i is i + 1. */
export interface JsonTree {
  text: string;
  kinds: Uint8Array;
  /** Where the value stands in the text. */
  starts: Int32Array;
  ends: Int32Array;
  /** Where its name stands, quotes included; -1 for members of arrays and the root. */
  nameStarts: Int32Array;
  nameEnds: Int32Array;
  /** The branch it is in; -1 for the root. */
  parents: Int32Array;
  /** Its place among the members of that branch, from 0. */
  places: Int32Array;
  /** The node after it and all it holds. */
  nexts: Int32Array;
  /** How many members it has. */
  counts: Int32Array;
}

/** `cut`: well-formed as far as it goes, or more nodes than a tree may have. `broken`: not JSON. */
export type JsonOutcome = { kind: 'tree'; tree: JsonTree } | { kind: 'cut' } | { kind: 'broken' };

/** A tree of more nodes is not built. */
const MAX_NODES = 200_000;
/** Tokens between two places to stop. */
const STEP_TOKENS = 2048;

const isSpace = (code: number): boolean => code === 32 || code === 10 || code === 13 || code === 9;

/** Where the string that opens at `at` ends; -1 when it is not closed. */
function pastString(text: string, at: number): number {
  for (let end = text.indexOf('"', at + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let slashes = end - 1;
    while (text.charCodeAt(slashes) === 92) slashes--;
    if ((end - 1 - slashes) % 2 === 0) return end + 1;
  }
  return -1;
}

const WORD = /[-+.\w]*/y;
const NUMBER = /^-?(0|[1-9]\d*)(\.\d+)?([eE][+-]?\d+)?$/;
const LITERALS = ['true', 'false', 'null'];

/** Where a number or literal ends; `cut` when the text ends within one, -1 when it is none. */
function pastWord(text: string, at: number): number | 'cut' {
  WORD.lastIndex = at;
  const word = WORD.exec(text)?.[0] ?? '';
  if (NUMBER.test(word) || LITERALS.includes(word)) return at + word.length;
  const isStart = word !== '' && (LITERALS.some((literal) => literal.startsWith(word)) || NUMBER.test(`${word}0`));
  return isStart && at + word.length === text.length ? 'cut' : -1;
}

type Wanted = 'value' | 'value-or-end' | 'name' | 'name-or-end' | 'comma-or-end' | 'nothing';

const COLUMNS = ['starts', 'ends', 'nameStarts', 'nameEnds', 'parents', 'places', 'nexts', 'counts'] as const;

/** Columns that grow. */
class TreeWriter {
  count = 0;
  #room = 1024;
  #kinds = new Uint8Array(this.#room);
  readonly #columns = COLUMNS.map(() => new Int32Array(this.#room));

  /** A node that ends at `end`; its place and its parent's count follow from the parent. */
  add(kind: number, start: number, end: number, name: readonly [start: number, end: number], parent: number): number {
    if (this.count === this.#room) this.#grow();
    const node = this.count++;
    this.#kinds[node] = kind;
    const place = parent < 0 ? 0 : this.members(parent);
    if (parent >= 0) this.#columns[7]![parent] = place + 1;
    const values = [start, end, name[0], name[1], parent, place, node + 1, 0];
    for (let column = 0; column < values.length; column++) this.#columns[column]![node] = values[column]!;
    return node;
  }

  kind(node: number): number {
    return this.#kinds[node] ?? LEAF;
  }

  members(node: number): number {
    return this.#columns[7]![node] ?? 0;
  }

  parent(node: number): number {
    return this.#columns[4]![node] ?? -1;
  }

  /** The branch ends here, before the node that comes next. */
  close(node: number, end: number): void {
    this.#columns[1]![node] = end;
    this.#columns[6]![node] = this.count;
  }

  tree(text: string): JsonTree {
    const [starts, ends, nameStarts, nameEnds, parents, places, nexts, counts] = this.#columns.map((column) =>
      column.slice(0, this.count),
    ) as [Int32Array, Int32Array, Int32Array, Int32Array, Int32Array, Int32Array, Int32Array, Int32Array];
    const kinds = this.#kinds.slice(0, this.count);
    return { text, kinds, starts, ends, nameStarts, nameEnds, parents, places, nexts, counts };
  }

  #grow(): void {
    this.#room *= 2;
    const kinds = new Uint8Array(this.#room);
    kinds.set(this.#kinds);
    this.#kinds = kinds;
    for (const [index, column] of this.#columns.entries()) {
      const larger = new Int32Array(this.#room);
      larger.set(column);
      this.#columns[index] = larger;
    }
  }
}

const NO_NAME = [-1, -1] as const;

/** Reads JSON without recursion. */
export function* parseJson(text: string): Work<JsonOutcome> {
  const out = new TreeWriter();
  /** The branch that is open; -1 outside of all. */
  let parent = -1;
  let name: readonly [number, number] = NO_NAME;
  let at = 0;
  /** What may come next. */
  let want: Wanted = 'value';
  const place = (kind: number, start: number, end: number): number => {
    const node = out.add(kind, start, end, name, parent);
    name = NO_NAME;
    want = parent < 0 ? 'nothing' : 'comma-or-end';
    return node;
  };
  for (let n = 1; ; n++) {
    if (n % STEP_TOKENS === 0) yield;
    while (at < text.length && isSpace(text.charCodeAt(at))) at++;
    if (at >= text.length) break;
    if (out.count > MAX_NODES) return { kind: 'cut' };
    const char = text.charAt(at);
    if (want === 'nothing') return { kind: 'broken' };
    const isObject = parent >= 0 && out.kind(parent) === OBJECT;
    if (char === '}' || char === ']') {
      const closes = parent >= 0 && isObject === (char === '}') && want !== 'value' && want !== 'name';
      if (!closes) return { kind: 'broken' };
      at++;
      out.close(parent, at);
      parent = out.parent(parent);
      want = parent < 0 ? 'nothing' : 'comma-or-end';
    } else if (want === 'comma-or-end') {
      if (char !== ',') return { kind: 'broken' };
      at++;
      want = isObject ? 'name' : 'value';
    } else if (want === 'name' || want === 'name-or-end') {
      if (char !== '"') return { kind: 'broken' };
      const end = pastString(text, at);
      if (end < 0) return { kind: 'cut' };
      name = [at, end];
      at = end;
      while (at < text.length && isSpace(text.charCodeAt(at))) at++;
      if (at >= text.length) return { kind: 'cut' };
      if (text.charAt(at++) !== ':') return { kind: 'broken' };
      want = 'value';
    } else if (char === '{' || char === '[') {
      parent = place(char === '{' ? OBJECT : ARRAY, at, text.length);
      want = char === '{' ? 'name-or-end' : 'value-or-end';
      at++;
    } else {
      const end = char === '"' ? pastString(text, at) : pastWord(text, at);
      if (end === 'cut' || (end < 0 && char === '"')) return { kind: 'cut' };
      if (end < 0) return { kind: 'broken' };
      place(LEAF, at, end);
      at = end;
    }
  }
  return want === 'nothing' && out.count > 0 ? { kind: 'tree', tree: out.tree(text) } : { kind: 'cut' };
}

/** The text of a string as it stands in JSON, with its escapes undone; as it stands when they cannot be. */
export function unquote(raw: string): string {
  try {
    const value: unknown = JSON.parse(raw);
    return typeof value === 'string' ? value : raw;
  } catch {
    return raw;
  }
}

/** JSON, whole or cut off, with one member per line; strings and numbers stay as they were sent. */
export function* prettyJson(text: string): Work<string> {
  const out = new IndentedLines();
  let depth = 0;
  let line = '';
  const flush = (): void => {
    if (line !== '') out.push(depth, line);
    line = '';
  };
  for (let at = 0, n = 1; at < text.length; n++) {
    if (n % STEP_TOKENS === 0) yield;
    const char = text.charAt(at);
    if (isSpace(text.charCodeAt(at))) at++;
    else if (char === '{' || char === '[') {
      const close = char === '{' ? '}' : ']';
      let next = at + 1;
      while (next < text.length && isSpace(text.charCodeAt(next))) next++;
      if (text.charAt(next) === close) {
        line += char + close;
        at = next + 1;
      } else {
        line += char;
        flush();
        depth++;
        at = next;
      }
    } else if (char === '}' || char === ']') {
      flush();
      depth = Math.max(0, depth - 1);
      line = char;
      at++;
    } else if (char === ',') {
      line += char;
      flush();
      at++;
    } else if (char === ':') {
      line += ': ';
      at++;
    } else {
      const start = at;
      if (char === '"') {
        at = pastString(text, at);
        if (at < 0) at = text.length;
      } else {
        WORD.lastIndex = at;
        at += Math.max(1, WORD.exec(text)?.[0].length ?? 0);
      }
      line += text.slice(start, at);
    }
  }
  flush();
  return out.text();
}
