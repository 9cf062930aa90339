/**
 * Indents markup and style sheets line by line: for reading, not for running. Each scanner goes over its source once;
 * what is not closed reaches to the end, as browsers read it, so that nothing is looked for twice.
 */
import { IndentedLines } from './indent.ts';
import type { Work } from './work.ts';

const VOID = new Set([
  'area',
  'base',
  'br',
  'col',
  'embed',
  'hr',
  'img',
  'input',
  'link',
  'meta',
  'source',
  'track',
  'wbr',
]);
/** Elements whose text is not markup. */
const RAW = new Set(['script', 'style', 'pre', 'textarea']);
/** `<b>text</b>` stays on one line up to this length. */
const SHORT = 100;
/** Parts, or characters, between two places to stop. */
const STEP_PARTS = 512;
const STEP_CHARS = 16_384;

type Part = 'open' | 'close' | 'text' | 'other';

/** Where `end` ends after `from`; the end of the source when it never comes. */
function past(source: string, end: string, from: number): number {
  const at = source.indexOf(end, from);
  return at < 0 ? source.length : at + end.length;
}

/** Name of the tag at `at`, in lower case. */
function nameAt(source: string, at: number): string {
  return /^[a-z][a-z0-9:-]*/.exec(source.slice(at, at + 24).toLowerCase())?.[0] ?? '';
}

/** Where the closing tag of a raw element ends. */
function pastRaw(source: string, name: string, from: number): number {
  for (let at = source.indexOf('</', from); at >= 0; at = source.indexOf('</', at + 2)) {
    const end = at + 2 + name.length;
    if (source.slice(at + 2, end).toLowerCase() === name && !/[\w:-]/.test(source.charAt(end)))
      return past(source, '>', at);
  }
  return source.length;
}

/** True when the `<` at this place begins markup, and is not just a sign in a text. */
function beginsMarkup(source: string, at: number): boolean {
  const code = source.charCodeAt(at + 1);
  return code === 33 || code === 47 || code === 63 || ((code | 32) >= 97 && (code | 32) <= 122);
}

/** The part that begins at `at`. */
function partAt(source: string, at: number): { end: number; kind: Part } {
  if (source.charAt(at) !== '<' || !beginsMarkup(source, at)) {
    let end = source.indexOf('<', at + 1);
    while (end >= 0 && !beginsMarkup(source, end)) end = source.indexOf('<', end + 1);
    return { end: end < 0 ? source.length : end, kind: 'text' };
  }
  if (source.startsWith('<!--', at)) return { end: past(source, '-->', at + 4), kind: 'other' };
  if (source.startsWith('<![CDATA[', at)) return { end: past(source, ']]>', at + 9), kind: 'other' };
  const end = past(source, '>', at + 1);
  const sign = source.charAt(at + 1);
  if (sign === '!' || sign === '?') return { end, kind: 'other' };
  if (sign === '/') return { end, kind: 'close' };
  const name = nameAt(source, at + 1);
  if (source.charAt(end - 2) === '/' || VOID.has(name)) return { end, kind: 'other' };
  return RAW.has(name) ? { end: pastRaw(source, name, end), kind: 'other' } : { end, kind: 'open' };
}

/** HTML or XML with one element or text per line. */
export function* prettyMarkup(source: string): Work<string> {
  const out = new IndentedLines();
  let depth = 0;
  // An opening tag and a short text wait here for the closing tag that completes their line.
  let opening = '';
  let inner = '';
  const flush = (): void => {
    if (opening === '') return;
    out.push(depth - 1, opening);
    if (inner !== '') out.push(depth, inner);
    opening = inner = '';
  };
  for (let at = 0, n = 1; at < source.length; n++) {
    const { end, kind } = partAt(source, at);
    const text = source.slice(at, end).trim();
    at = end;
    if (n % STEP_PARTS === 0) yield;
    if (text === '') continue;
    if (kind === 'open') {
      flush();
      opening = text;
      depth++;
    } else if (kind === 'text' && opening !== '' && inner === '' && text.length < SHORT && !text.includes('\n')) {
      inner = text;
    } else if (kind === 'close') {
      if (inner === '') flush();
      depth = Math.max(0, depth - 1);
      out.push(depth, inner === '' ? text : `${opening}${inner}${text}`);
      opening = inner = '';
    } else {
      flush();
      out.push(depth, text);
    }
  }
  flush();
  return out.text();
}

/** Where the quoted string at `at` ends: at its quote, or with its line when it is not closed. */
function pastString(source: string, at: number): number {
  const quote = source.charCodeAt(at);
  for (let index = at + 1; index < source.length; index++) {
    const code = source.charCodeAt(index);
    if (code === 92) index++;
    else if (code === quote) return index + 1;
    else if (code === 10) return index;
  }
  return source.length;
}

const isSpace = (code: number): boolean => code === 32 || (code >= 9 && code <= 13);

/** CSS with one declaration per line. */
export function* prettyCss(source: string): Work<string> {
  const out = new IndentedLines();
  let depth = 0;
  let brackets = 0;
  let line = '';
  const flush = (): void => {
    if (line.trim() !== '') out.push(depth, line.trim());
    line = '';
  };
  let stop = STEP_CHARS;
  for (let at = 0; at < source.length;) {
    if (at >= stop) {
      stop = at + STEP_CHARS;
      yield;
    }
    const start = at;
    const char = source.charAt(at);
    if (char === '"' || char === "'") at = pastString(source, at);
    else if (char === '/' && source.charAt(at + 1) === '*') at = past(source, '*/', at + 2);
    else at++;
    if (at - start > 1) line += source.slice(start, at);
    else if (isSpace(char.charCodeAt(0))) {
      while (at < source.length && isSpace(source.charCodeAt(at))) at++;
      line += ' ';
    } else if (brackets === 0 && char === '{') {
      const head = line.trim();
      out.push(depth, head === '' ? '{' : `${head} {`, head.length + 1);
      line = '';
      depth++;
    } else if (brackets === 0 && char === '}') {
      flush();
      depth = Math.max(0, depth - 1);
      out.push(depth, '}');
    } else if (brackets === 0 && char === ';') {
      out.push(depth, `${line.trim()};`);
      line = '';
    } else {
      // `url(data:image/png;base64,…)`: nothing ends within brackets.
      if (char === '(') brackets++;
      else if (char === ')') brackets = Math.max(0, brackets - 1);
      line += char;
    }
  }
  flush();
  return out.text();
}
