/**
 * JSON as it was sent: a tree of slices of the text, so that long numbers, repeated names and their order stay, and
 * no depth is too deep. Nothing here calls itself.
 */
import { IndentedLines } from './indent.ts';
import type { Work } from './work.ts';

export interface JsonLeaf {
  kind: 'leaf';
  /** The value as it stands in the text, with its quotes. */
  raw: string;
}
export interface JsonBranch {
  kind: 'array' | 'object';
  /** Names of the members as they stand in the text; empty for arrays. */
  names: string[];
  items: JsonNode[];
}
export type JsonNode = JsonLeaf | JsonBranch;

/** `cut`: well-formed as far as it goes, or more nodes than a tree may have. `broken`: not JSON. */
export type JsonOutcome = { kind: 'tree'; root: JsonNode } | { kind: 'cut' } | { kind: 'broken' };

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

/** Reads JSON without recursion. */
export function* parseJson(text: string): Work<JsonOutcome> {
  const open: JsonBranch[] = [];
  const roots: JsonNode[] = [];
  let nodes = 0;
  let at = 0;
  /** What may come next. */
  let want: Wanted = 'value';
  const place = (node: JsonNode): void => {
    const parent = open.at(-1);
    if (parent === undefined) roots.push(node);
    else parent.items.push(node);
    want = parent === undefined ? 'nothing' : 'comma-or-end';
  };
  for (let n = 1; ; n++) {
    if (n % STEP_TOKENS === 0) yield;
    while (at < text.length && isSpace(text.charCodeAt(at))) at++;
    if (at >= text.length) break;
    if (nodes > MAX_NODES) return { kind: 'cut' };
    const char = text.charAt(at);
    const parent = open.at(-1);
    if (want === 'nothing') return { kind: 'broken' };
    if (char === '}' || char === ']') {
      const closes = parent?.kind === (char === '}' ? 'object' : 'array') && want !== 'value' && want !== 'name';
      if (!closes) return { kind: 'broken' };
      open.pop();
      at++;
      want = open.length === 0 ? 'nothing' : 'comma-or-end';
    } else if (want === 'comma-or-end') {
      if (char !== ',') return { kind: 'broken' };
      at++;
      want = parent?.kind === 'object' ? 'name' : 'value';
    } else if (want === 'name' || want === 'name-or-end') {
      if (char !== '"') return { kind: 'broken' };
      const end = pastString(text, at);
      if (end < 0) return { kind: 'cut' };
      parent?.names.push(text.slice(at, end));
      at = end;
      while (at < text.length && isSpace(text.charCodeAt(at))) at++;
      if (at >= text.length) return { kind: 'cut' };
      if (text.charAt(at++) !== ':') return { kind: 'broken' };
      want = 'value';
    } else if (char === '{' || char === '[') {
      const branch: JsonBranch = { kind: char === '{' ? 'object' : 'array', names: [], items: [] };
      place(branch);
      open.push(branch);
      want = char === '{' ? 'name-or-end' : 'value-or-end';
      nodes++;
      at++;
    } else {
      const end = char === '"' ? pastString(text, at) : pastWord(text, at);
      if (end === 'cut' || (end < 0 && char === '"')) return { kind: 'cut' };
      if (end < 0) return { kind: 'broken' };
      place({ kind: 'leaf', raw: text.slice(at, end) });
      nodes++;
      at = end;
    }
  }
  const root = roots[0];
  return want === 'nothing' && root !== undefined ? { kind: 'tree', root } : { kind: 'cut' };
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
