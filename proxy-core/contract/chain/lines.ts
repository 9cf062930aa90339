/** The head a chain is read from, bounded: lines by name, lists split into their members. */
import type { FieldLine } from '../exchange.ts';
import type { ChainEvidence, ChainList } from './chain.ts';

/** Lines of a head that are looked at; the rest is counted. */
const MAX_LINES = 512;
/** A longer value is no status of a cache. */
const MAX_VALUE = 8192;
/** Members of one field that are looked at. */
export const MAX_MEMBERS = 32;
const SHOWN = 1000;

export interface Line {
  list: ChainList;
  index: number;
  name: string;
  value: string;
}

/** A member of a field that is a list, with the line it stands in. */
export interface Item {
  text: string;
  line: Line;
}

/** Lines by lower-case name. */
export class Lines {
  /** Left out because there was too much. */
  cut = 0;
  private readonly byName = new Map<string, Line[]>();

  constructor(fields: readonly FieldLine[], list: ChainList) {
    for (const [index, [name, value]] of fields.entries()) {
      if (index >= MAX_LINES || value.length > MAX_VALUE) {
        this.cut++;
        continue;
      }
      const line: Line = { list, index, name, value: value.trim() };
      const key = name.toLowerCase();
      const before = this.byName.get(key);
      if (before === undefined) this.byName.set(key, [line]);
      else before.push(line);
    }
  }

  names(): Iterable<string> {
    return this.byName.keys();
  }

  all(lowerName: string): readonly Line[] {
    return this.byName.get(lowerName) ?? [];
  }

  first(lowerName: string): Line | undefined {
    return this.byName.get(lowerName)?.[0];
  }

  /** Members of all lines of that name, in their order (RFC 9110 §5.6.1). */
  items(lowerName: string): Item[] {
    const out: Item[] = [];
    for (const line of this.all(lowerName))
      for (const text of splitList(line.value, ',')) {
        if (text === '') continue;
        if (out.length < MAX_MEMBERS) out.push({ text, line });
        else this.cut++;
      }
    return out;
  }
}

/** Parts of a list, trimmed; separators in quoted strings and comments do not count. */
export function splitList(text: string, separator: ',' | ';'): string[] {
  const out: string[] = [];
  let from = 0;
  let quoted = false;
  let depth = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text[i];
    if (quoted) {
      if (c === '\\') i++;
      else if (c === '"') quoted = false;
    } else if (c === '"') quoted = true;
    else if (c === '(') depth++;
    else if (c === ')') depth = Math.max(0, depth - 1);
    else if (c === separator && depth === 0) {
      out.push(text.slice(from, i).trim());
      from = i + 1;
    }
  }
  out.push(text.slice(from).trim());
  return out;
}

/** What a hop or an unknown line rests on. */
export function evidenceOf({ list, index, name, value }: Line, part?: string): ChainEvidence {
  const evidence: ChainEvidence = { list, index, name, value: value.slice(0, SHOWN) };
  if (part !== undefined && part !== value) evidence.part = part.slice(0, SHOWN);
  return evidence;
}

/** Whole seconds, a count; undefined for anything else (RFC 9111 §1.2.2). */
export function wholeNumber(text: string): number | undefined {
  if (text === '' || text.length > 15) return undefined;
  for (const c of text) if (c < '0' || c > '9') return undefined;
  return Number(text);
}
