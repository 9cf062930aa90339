/** What texts and numbers are asked: a part, a glob, the whole, a pattern, a comparison. Linear in the text, whatever is asked. */
import type { Op, TermToken } from './lex.ts';
import { compilePattern, type Pattern } from './pattern.ts';
import { PatternTooHard } from './pattern-reader.ts';
import { FilterError } from './problem.ts';

export interface TextTest {
  readonly test: (text: string) => boolean;
  /** What `~` asks, to be looked for piece by piece in something long. */
  readonly pattern?: Pattern;
}

/** The pattern, or what is wrong with it. */
export function patternAt(source: string, at: number): Pattern {
  try {
    return compilePattern(source);
  } catch (thrown) {
    throw new FilterError({ code: thrown instanceof PatternTooHard ? 'regex-hard' : 'regex-bad', what: source, at });
  }
}

/** A value without `*` is looked for anywhere; a glob stands for all of the text, as in `host:*.example.com`. */
export function makeTextTest({ op, value, valueAt }: Pick<TermToken, 'op' | 'value' | 'valueAt'>): TextTest {
  if (op === '~') {
    const pattern = patternAt(value, valueAt);
    return { test: (text) => pattern.test(text), pattern };
  }
  const wanted = value.toLowerCase();
  if (op === '=') return { test: (text) => text.toLowerCase() === wanted };
  if (!wanted.includes('*')) return { test: (text) => text.toLowerCase().includes(wanted) };
  const glob = starGlob(wanted);
  // A star may also be itself: URLs have them.
  return {
    test: (text) => {
      const lower = text.toLowerCase();
      return glob(lower) || lower.includes(wanted);
    },
  };
}

/** `*` is any run of characters, everything else itself: `?` too, which begins a query here. */
function starGlob(wanted: string): (text: string) => boolean {
  const [first = '', ...rest] = wanted.split('*');
  const last = rest.pop() ?? '';
  return (text) => {
    const end = text.length - last.length;
    if (end < first.length || !text.startsWith(first) || !text.endsWith(last)) return false;
    let at = first.length;
    for (const piece of rest) {
      const found = text.indexOf(piece, at);
      if (found < 0) return false;
      at = found + piece.length;
    }
    return at <= end;
  };
}

/**
 * The URL that is meant by one that was pasted: without fragment and default port, what is not ASCII as UTF-8 in escapes;
 * undefined where that changes nothing.
 */
export function pastedUrl(value: string): string | undefined {
  if (!value.includes('://')) return undefined;
  const hash = value.indexOf('#');
  const bare = hash < 0 ? value : value.slice(0, hash);
  const slash = bare.indexOf('/', bare.indexOf('://') + 3);
  const head = slash < 0 ? bare : bare.slice(0, slash);
  const port = head.startsWith('http:') ? ':80' : ':443';
  const path = slash < 0 ? '' : bare.slice(slash);
  const meant = `${head.endsWith(port) ? head.slice(0, -port.length) : head}${escaped(path)}`;
  return meant === value ? undefined : meant;
}

const escaped = (text: string): string =>
  text.replace(/[^\x21-\x7e]/gu, (char) => {
    const code = char.codePointAt(0) ?? 0;
    // Half a pair has no UTF-8.
    return code >= 0xd800 && code <= 0xdfff ? '%EF%BF%BD' : encodeURIComponent(char);
  });

export function compare(op: Op, left: number, right: number): boolean {
  switch (op) {
    case '>':
      return left > right;
    case '<':
      return left < right;
    case '>=':
      return left >= right;
    case '<=':
      return left <= right;
    case ':':
    case '=':
    case '~':
      return left === right;
  }
}
