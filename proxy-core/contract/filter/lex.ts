/** Cuts a filter line into words, operators and brackets, each with its place for error messages. */
import { FilterError } from './problem.ts';

export type Op = ':' | '>' | '<' | '>=' | '<=' | '=' | '~';

export type Token =
  | { kind: 'open' | 'close' | 'or' | 'not'; at: number }
  | { kind: 'regex'; source: string; at: number }
  | { kind: 'text'; text: string; at: number }
  | TermToken;

/** `key:value`, `key>value`, `key~pattern` … */
export interface TermToken {
  kind: 'term';
  /** Lower case. */
  key: string;
  op: Op;
  value: string;
  at: number;
  valueAt: number;
}

/** No key is as long as this. */
const TERM_MAX = 100;
const TERM = /^([a-z-]+(?:\.[\w-]+)?)(>=|<=|:>=|:<=|:>|:<|:~|:|>|<|=|~)/i;
const WORDS: ReadonlyMap<string, 'or' | 'not' | 'and'> = new Map([
  ['or', 'or'],
  ['||', 'or'],
  ['not', 'not'],
  ['and', 'and'],
  ['&&', 'and'],
]);

/** Splits the line; `isKey` says which words before an operator are keys. Throws a {@link FilterError} on an unclosed quote. */
export function lexFilter(line: string, isKey: (key: string) => boolean): Token[] {
  const tokens: Token[] = [];
  let at = 0;

  /** What stands in quotes; `\"` and `\\` are a quote and a backslash. */
  const readQuoted = (): string => {
    const start = at;
    let text = '';
    for (at++; at < line.length; at++) {
      const char = line.charAt(at);
      const next = line.charAt(at + 1);
      if (char === '"') {
        at++;
        return text;
      }
      if (char === '\\' && (next === '"' || next === '\\')) {
        text += next;
        at++;
      } else text += char;
    }
    throw new FilterError({ code: 'quote', what: '"', at: start });
  };
  /** Up to a space, or a bracket that was not opened within the word. */
  const readWord = (): string => {
    const start = at;
    for (let open = 0; at < line.length; at++) {
      const char = line.charAt(at);
      if (/\s/.test(char) || (char === ')' && open === 0)) break;
      if (char === '(' && at - start <= 3 && WORDS.has(line.slice(start, at).toLowerCase())) break;
      if (char === '(') open++;
      else if (char === ')') open--;
    }
    return line.slice(start, at);
  };
  /** A `/pattern/`, or undefined where there is no second slash. */
  const readRegex = (): string | undefined => {
    const end = findRegexEnd(line, at);
    if (end < 0) return undefined;
    const source = line.slice(at + 1, end);
    at = end + 1;
    return source;
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
      const source = readRegex();
      // A path typed as free text: `/api` has no second slash.
      tokens.push(
        source === undefined ? { kind: 'text', text: readWord(), at: start } : { kind: 'regex', source, at: start },
      );
    } else {
      const match = TERM.exec(line.slice(at, at + TERM_MAX));
      const key = match?.[1]?.toLowerCase() ?? '';
      if (match === null || !isTerm(key, match[2] ?? '', line, at + match[0].length, isKey)) {
        const word = readWord();
        const known = WORDS.get(word.toLowerCase());
        if (known === undefined) tokens.push({ kind: 'text', text: word, at: start });
        else if (known !== 'and') tokens.push({ kind: known, at: start });
        continue;
      }
      at += match[0].length;
      const valueAt = at;
      const op = (match[2] ?? ':').replace(/^:(?=.)/, '') as Op;
      const first = line.charAt(at);
      const value =
        first === '"' ? readQuoted() : ((op === '~' && first === '/' ? readRegex() : undefined) ?? readWord());
      tokens.push({ kind: 'term', key, op, value, at: start, valueAt });
    }
  }
  return tokens;
}

/**
 * What looks like a term and is text: an address (`http://…`, `localhost:8080`), and what a query has (`lang=de`), as long as
 * the word before is no key.
 */
function isTerm(key: string, op: string, line: string, valueAt: number, isKey: (key: string) => boolean): boolean {
  if (isKey(key)) return op !== ':' || !line.startsWith('//', valueAt);
  const next = line.charAt(valueAt);
  return op !== '=' && op !== '~' && next !== '/' && !(next >= '0' && next <= '9');
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
