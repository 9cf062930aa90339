/** Cuts a filter line into words, operators and brackets, each with its place for error messages. */

export type Token =
  | { kind: 'open' | 'close' | 'or' | 'not'; at: number }
  | { kind: 'regex'; source: string; at: number }
  | { kind: 'text'; text: string; at: number }
  /** `key:value`, `key>value` … */
  | { kind: 'term'; key: string; op: Op; value: string; quoted: boolean; at: number; valueAt: number };
export type Op = ':' | '>' | '<' | '>=' | '<=' | '=';

export interface FilterProblem {
  code:
    | 'quote'
    | 'regex-end'
    | 'regex-bad'
    | 'regex-hard'
    | 'too-deep'
    | 'bracket-open'
    | 'bracket-close'
    | 'empty-value'
    | 'unknown-key'
    | 'bad-value'
    | 'bad-op'
    | 'nothing-after';
  /** What the message speaks of: the key, the value. */
  what: string;
  /** Where in the line it stands. */
  at: number;
}
export class FilterError extends Error {
  readonly problem: FilterProblem;
  constructor(problem: FilterProblem) {
    super(problem.code);
    this.problem = problem;
  }
}

/** No key is as long as this. */
const TERM_MAX = 40;
const TERM = /^([a-z]+)(>=|<=|:>=|:<=|:>|:<|:|>|<|=)/i;

/** Splits the line; throws a {@link FilterError} on an unclosed quote or pattern. */
export function lexFilter(line: string): Token[] {
  const tokens: Token[] = [];
  let at = 0;

  const readQuoted = (): string => {
    const end = line.indexOf('"', at + 1);
    if (end < 0) throw new FilterError({ code: 'quote', what: '"', at });
    const text = line.slice(at + 1, end);
    at = end + 1;
    return text;
  };
  const readWord = (): string => {
    const start = at;
    while (at < line.length && !/[\s()]/.test(line.charAt(at))) at++;
    return line.slice(start, at);
  };

  while (at < line.length) {
    const char = line.charAt(at);
    const start = at;
    if (/\s/.test(char)) at++;
    else if (char === '(') tokens.push({ kind: 'open', at: at++ });
    else if (char === ')') tokens.push({ kind: 'close', at: at++ });
    else if (char === '-' && /\S/.test(line.charAt(at + 1))) tokens.push({ kind: 'not', at: at++ });
    else if (char === '"') tokens.push({ kind: 'text', text: readQuoted(), at: start });
    else if (char === '/') {
      const end = findRegexEnd(line, at);
      if (end < 0) {
        // A path typed as free text: `/api` has no second slash.
        tokens.push({ kind: 'text', text: readWord(), at: start });
      } else {
        tokens.push({ kind: 'regex', source: line.slice(at + 1, end), at: start });
        at = end + 1;
      }
    } else {
      const match = TERM.exec(line.slice(at, at + TERM_MAX));
      if (match === null || line.slice(at, at + 8).includes('://')) {
        const word = readWord();
        const lower = word.toLowerCase();
        if (lower === 'or' || word === '||') tokens.push({ kind: 'or', at: start });
        else if (lower === 'not') tokens.push({ kind: 'not', at: start });
        else if (lower !== 'and') tokens.push({ kind: 'text', text: word, at: start });
        continue;
      }
      at += match[0].length;
      const valueAt = at;
      const quoted = line.charAt(at) === '"';
      const value = quoted ? readQuoted() : readWord();
      const op = (match[2] ?? ':').replace(/^:(?=.)/, '') as Op;
      tokens.push({ kind: 'term', key: (match[1] ?? '').toLowerCase(), op, value, quoted, at: start, valueAt });
    }
  }
  return tokens;
}

/** End of a `/pattern/` that is followed by a space, a bracket or the end; -1 when there is none. */
function findRegexEnd(line: string, from: number): number {
  for (let at = from + 1; at < line.length; at++) {
    const char = line.charAt(at);
    if (char === '\\') at++;
    else if (char === '/' && at > from + 1 && (at + 1 === line.length || /[\s)]/.test(line.charAt(at + 1)))) return at;
  }
  return -1;
}
