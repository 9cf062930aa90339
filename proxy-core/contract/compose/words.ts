/** A command line as the words a shell would hand on: strictly, and what a shell would compute is refused. */
import { utf8Text } from './utf8.ts';

/** What is wrong with a line, and where. */
export class LineProblem extends Error {
  readonly at: number;

  constructor(message: string, at: number) {
    super(message);
    this.name = 'LineProblem';
    this.at = at;
  }
}

/** A piece of a line, for words about it. */
export const shown = (text: string): string => JSON.stringify(text.length > 80 ? `${text.slice(0, 80)}…` : text);

export interface Word {
  readonly text: string;
  /** Where it begins. */
  readonly at: number;
}

export interface Words {
  readonly words: readonly Word[];
  /** Where the command ends and another begins, or its output is sent elsewhere. */
  readonly restAt?: number;
}

/** By what the line looks like: cmd.exe continues lines and escapes with ^, PowerShell with `. */
export function splitWords(text: string): Words {
  const plain = text.replaceAll('\r\n', '\n');
  if (plain.includes('^"') || plain.includes('^\n')) return splitCmd(plain);
  if (plain.includes('`\n')) return splitPowerShell(plain);
  return splitSh(plain);
}

const SIMPLE_ESCAPES: Readonly<Record<string, string>> = {
  n: '\n',
  t: '\t',
  r: '\r',
  a: '\x07',
  b: '\b',
  e: '\x1b',
  E: '\x1b',
  f: '\f',
  v: '\v',
  '\\': '\\',
  "'": "'",
  '"': '"',
  '?': '?',
};

/** POSIX quoting (XCU §2.2) and `$'…'`. */
function splitSh(text: string): Words {
  const words: Word[] = [];
  let word: string | undefined;
  let beganAt = 0;
  let i = 0;
  const add = (piece: string, at: number): void => {
    if (word === undefined) beganAt = at;
    word = (word ?? '') + piece;
  };
  const end = (): void => {
    if (word !== undefined) words.push({ text: word, at: beganAt });
    word = undefined;
  };
  while (i < text.length) {
    const c = text[i]!;
    const next = text[i + 1];
    if (c === ' ' || c === '\t') {
      end();
      i++;
    } else if (c === '\\') {
      if (next === undefined) throw new LineProblem('a \\ at the end escapes nothing', i);
      if (next !== '\n') add(next, i);
      i += 2;
    } else if (c === "'") {
      const close = text.indexOf("'", i + 1);
      if (close < 0) throw new LineProblem("this ' is not closed", i);
      add(text.slice(i + 1, close), i);
      i = close + 1;
    } else if (c === '"' || (c === '$' && next === '"')) {
      const at = c === '$' ? i + 1 : i;
      const quoted = readDouble(text, at);
      add(quoted.text, i);
      i = quoted.next;
    } else if (c === '$' && next === "'") {
      const quoted = readDollar(text, i);
      add(quoted.text, i);
      i = quoted.next;
    } else if ((c === '$' && next !== undefined && /[A-Za-z0-9_{(?!@*#$-]/.test(next)) || c === '`')
      throw new LineProblem('a shell would put something in the place of this; write what it stands for', i);
    else if (c === '#' && word === undefined) {
      const newline = text.indexOf('\n', i);
      i = newline < 0 ? text.length : newline;
    } else if (c === '\n') {
      end();
      const rest = text.slice(i);
      if (rest.trim() === '') break;
      // Lines before the command are empty ones.
      if (words.length > 0) return { words, restAt: i + rest.length - rest.trimStart().length };
      i++;
    } else if (c === '&' && next !== '&')
      throw new LineProblem('an & without quotes ends the command for a shell; put the URL into quotes', i);
    else if (c === '|' || c === ';' || c === '&' || c === '>') {
      end();
      return { words, restAt: i };
    } else if (c === '<' || c === '(' || c === ')')
      throw new LineProblem(`${c} without quotes is for the shell; put the word into quotes`, i);
    else {
      add(c, i);
      i++;
    }
  }
  end();
  return { words };
}

function readDouble(text: string, begin: number): { text: string; next: number } {
  let out = '';
  for (let i = begin + 1; i < text.length; i++) {
    const c = text[i]!;
    const next = text[i + 1];
    if (c === '"') return { text: out, next: i + 1 };
    if (c === '`' || (c === '$' && next !== undefined && /[A-Za-z0-9_{(?!@*#$-]/.test(next)))
      throw new LineProblem('a shell would put something in the place of this; write what it stands for', i);
    if (c === '\\' && next !== undefined && '$`"\\\n'.includes(next)) {
      if (next !== '\n') out += next;
      i++;
    } else out += c;
  }
  throw new LineProblem('this " is not closed', begin);
}

/** `$'…'` as bash has it; escapes for bytes have to make UTF-8 together. */
function readDollar(text: string, begin: number): { text: string; next: number } {
  let out = '';
  /** Bytes from U+0080 on that were escaped one by one. */
  let bytes = '';
  const flush = (at: number): void => {
    if (bytes === '') return;
    const read = utf8Text(bytes);
    if (read === undefined) throw new LineProblem('these bytes are no UTF-8; give them as a file', at);
    out += read;
    bytes = '';
  };
  const add = (code: number, at: number): void => {
    if (code >= 0x80 && code <= 0xff) bytes += String.fromCharCode(code);
    else {
      flush(at);
      out += String.fromCharCode(code);
    }
  };
  let i = begin + 2;
  while (i < text.length) {
    const c = text[i]!;
    if (c === "'") {
      flush(i);
      return { text: out, next: i + 1 };
    }
    if (c !== '\\') {
      flush(i);
      out += c;
      i++;
      continue;
    }
    const kind = text[i + 1];
    if (kind === undefined) break;
    const simple = SIMPLE_ESCAPES[kind];
    if (simple !== undefined) {
      flush(i);
      out += simple;
      i += 2;
    } else if (kind === 'x' || kind === 'u' || kind === 'U') {
      const digits = digitsAt(text, i + 2, kind === 'x' ? 2 : kind === 'u' ? 4 : 8, 16);
      if (digits === '') throw new LineProblem(`\\${kind} needs hexadecimal digits behind it`, i);
      const code = parseInt(digits, 16);
      if (kind === 'x') add(code, i);
      else {
        flush(i);
        if (code > 0x10ffff) throw new LineProblem('there is no such character', i);
        // Halves of a pair are joined, as Chrome writes them.
        out += code > 0xffff ? String.fromCodePoint(code) : String.fromCharCode(code);
      }
      i += 2 + digits.length;
    } else if (kind >= '0' && kind <= '7') {
      const digits = digitsAt(text, i + 1, 3, 8);
      add(parseInt(digits, 8) & 0xff, i);
      i += 1 + digits.length;
    } else if (kind === 'c' && text[i + 2] !== undefined) {
      add(text.charCodeAt(i + 2) & 0x1f, i);
      i += 3;
    } else {
      flush(i);
      out += `\\${kind}`;
      i += 2;
    }
  }
  throw new LineProblem("this $' is not closed", begin);
}

function digitsAt(text: string, at: number, most: number, base: 8 | 16): string {
  const digits = base === 8 ? '01234567' : '0123456789abcdefABCDEF';
  let end = at;
  while (end < at + most && end < text.length && digits.includes(text[end]!)) end++;
  return text.slice(at, end);
}

/** cmd.exe takes the carets out, then the program splits what is left as C programs for Windows do. */
function splitCmd(text: string): Words {
  let line = '';
  /** Where each character of `line` stands in the text. */
  const places: number[] = [];
  let isQuoted = false;
  let restAt: number | undefined;
  for (let i = 0; i < text.length; i++) {
    let c = text[i]!;
    if (c === '^' && !isQuoted) {
      i++;
      if (text[i] === undefined) break;
      if (text[i] === '\n') {
        // The line goes on with the next; an empty one in between stands for itself.
        if (text[i + 1] !== '\n') continue;
        i++;
      }
      c = text[i]!;
    } else if (c === '"') isQuoted = !isQuoted;
    else if (c === '\n' || (!isQuoted && '&|<>'.includes(c))) {
      if (line.trim() === '' && c === '\n') continue;
      if (c === '<') throw new LineProblem('< is for the shell; escape it with ^', i);
      if (text.slice(i).trim() !== '') restAt = i;
      break;
    }
    line += c;
    places.push(i);
  }
  return { words: splitArguments(line, places), ...(restAt !== undefined && { restAt }) };
}

function splitArguments(line: string, places: readonly number[]): Word[] {
  const words: Word[] = [];
  let i = 0;
  while (i < line.length) {
    if (' \t\n'.includes(line[i]!)) {
      i++;
      continue;
    }
    const at = places[i] ?? 0;
    let text = '';
    let isQuoted = false;
    while (i < line.length && (isQuoted || !' \t\n'.includes(line[i]!))) {
      let slashes = 0;
      while (line[i] === '\\') {
        slashes++;
        i++;
      }
      if (line[i] === '"') {
        text += '\\'.repeat(slashes >> 1);
        if (slashes % 2 === 1) text += '"';
        else if (isQuoted && line[i + 1] === '"') {
          text += '"';
          i++;
        } else isQuoted = !isQuoted;
        i++;
      } else {
        text += '\\'.repeat(slashes);
        if (i < line.length && (isQuoted || !' \t\n'.includes(line[i]!))) text += line[i++]!;
      }
    }
    if (isQuoted) throw new LineProblem('a " is not closed', at);
    words.push({ text, at });
  }
  return words;
}

/** Quotes of PowerShell, with ` before what stands for itself; variables are refused. */
function splitPowerShell(text: string): Words {
  const words: Word[] = [];
  let word: string | undefined;
  let beganAt = 0;
  const add = (piece: string, at: number): void => {
    if (word === undefined) beganAt = at;
    word = (word ?? '') + piece;
  };
  const end = (): void => {
    if (word !== undefined) words.push({ text: word, at: beganAt });
    word = undefined;
  };
  let quote: '"' | "'" | undefined;
  let quotedAt = 0;
  for (let i = 0; i < text.length; i++) {
    const c = text[i]!;
    const next = text[i + 1];
    if (c === '`' && quote !== "'") {
      if (next !== undefined && next !== '\n')
        add(next === 'n' ? '\n' : next === 'r' ? '\r' : next === 't' ? '\t' : next === '0' ? '\0' : next, i);
      i++;
    } else if (quote !== undefined) {
      if (c === '$' && quote === '"' && next !== undefined && /[A-Za-z0-9_{(?!@*#$-]/.test(next))
        throw new LineProblem('a shell would put something in the place of this; write what it stands for', i);
      if (c !== quote) add(c, i);
      else if (next === quote) {
        add(c, i);
        i++;
      } else quote = undefined;
    } else if (c === '"' || c === "'") {
      add('', i);
      quote = c;
      quotedAt = i;
    } else if (c === ' ' || c === '\t') end();
    else if (c === '\n' || c === '|' || c === ';' || c === '>' || c === '&') {
      end();
      if (words.length === 0 && c === '\n') continue;
      return text.slice(i).trim() === '' ? { words } : { words, restAt: i };
    } else if ('$@(){}'.includes(c)) throw new LineProblem(`${c} is for the shell; put the word into quotes`, i);
    else add(c, i);
  }
  if (quote !== undefined) throw new LineProblem(`this ${quote} is not closed`, quotedAt);
  end();
  return { words };
}
