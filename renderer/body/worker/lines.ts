/** Text as numbered lines of bounded length, cut when drawn: only where lines begin is kept. Pure. */
import type { Work } from './work.ts';

/** What the line view draws from. */
export interface LineSource {
  readonly count: number;
  /** Index from 0; empty beyond the last. */
  at(index: number): string;
  /** True when lines beyond {@link MAX_LINES} are left out. */
  readonly cut: boolean;
}

/** Longer lines are cut into pieces: one line of a megabyte would stall the page. */
export const LINE_MAX = 2000;
/** More lines than this are not drawn; browsers also end elements at about 33 million px. */
export const MAX_LINES = 1_000_000;
/** Lines looked at between two places to stop. */
const STEP_LINES = 4096;

const isHighSurrogate = (code: number): boolean => code >= 0xd800 && code < 0xdc00;

/** What lines are made of: another thread takes it at once. `starts[i]` is where line i begins, and where the one before ends. */
export interface LineIndex {
  text: string;
  starts: Uint32Array;
  cut: boolean;
}

/** Lines of a text. */
export class TextLines implements LineSource {
  readonly #text: string;
  readonly #starts: Uint32Array;
  readonly cut: boolean;

  constructor({ text, starts, cut }: LineIndex) {
    this.#text = text;
    this.#starts = starts;
    this.cut = cut;
  }

  get count(): number {
    return this.#starts.length - 1;
  }

  at(index: number): string {
    const start = this.#starts[index];
    const next = this.#starts[index + 1];
    if (start === undefined || next === undefined) return '';
    const isWhole = next > start && this.#text.charCodeAt(next - 1) === 10;
    return this.#text.slice(start, isWhole ? next - 1 : next);
  }

  /** The line with the first `more` characters of its next piece: for words that a cut goes through. */
  joined(index: number, more: number): string {
    const start = this.#starts[index];
    const next = this.#starts[index + 1];
    if (start === undefined || next === undefined) return '';
    if (next === start || this.#text.charCodeAt(next - 1) === 10) return this.at(index);
    const after = this.#text.slice(next, next + more);
    const end = after.indexOf('\n');
    return this.#text.slice(start, next) + (end < 0 ? after : after.slice(0, end));
  }
}

/** Finds where lines begin: linear, and at most {@link MAX_LINES} of them. */
export function* indexLines(text: string): Work<LineIndex> {
  let starts = new Uint32Array(1024);
  let count = 0;
  let at = 0;
  let newline = text.indexOf('\n');
  const push = (start: number): void => {
    if (count === starts.length) {
      const larger = new Uint32Array(count * 2);
      larger.set(starts);
      starts = larger;
    }
    starts[count++] = start;
  };
  // A text that ends in a line feed has an empty last line, as editors show it.
  let open = true;
  while (open && count < MAX_LINES) {
    push(at);
    const end = newline < 0 ? text.length : newline;
    if (end - at > LINE_MAX) {
      at += LINE_MAX;
      if (isHighSurrogate(text.charCodeAt(at - 1))) at--;
    } else {
      open = newline >= 0;
      at = open ? newline + 1 : text.length;
      if (open) newline = text.indexOf('\n', at);
    }
    if (count % STEP_LINES === 0) yield;
  }
  push(at);
  return { text, starts: starts.slice(0, count), cut: open };
}

/** What a search found. */
export interface Found {
  count: number;
  /** Lines with a match, the first so many. */
  lines: number[];
}

/** Lines with a match that a search goes through. */
const FOUND_MAX = 10_000;

/** Longest text searched for. */
export const SEARCH_MAX = 200;

/** Counts matches line by line, without regard to case. Matches across line feeds are none. */
export function* countMatches(lines: TextLines, search: string): Work<Found> {
  const wanted = search.slice(0, SEARCH_MAX).toLowerCase();
  const found: Found = { count: 0, lines: [] };
  if (wanted === '') return found;
  for (let index = 0; index < lines.count; index++) {
    const line = lines.joined(index, wanted.length - 1).toLowerCase();
    for (let at = line.indexOf(wanted); at >= 0; at = line.indexOf(wanted, at + wanted.length)) {
      found.count++;
      if (found.lines.at(-1) !== index && found.lines.length < FOUND_MAX) found.lines.push(index);
    }
    if (index % 64 === 63) yield;
  }
  return found;
}
