/**
 * Reads a command line of curl, as browsers copy them and documents show them, into the request that curl itself would
 * send. What curl would do beside that is told as notes; what would come to another request is refused.
 */
import type { FieldLine } from '../exchange.ts';
import type { ComposedBody, ComposedPart, ReadCurl } from './composed.ts';
import { lastOf, nameAndValue, readPart } from './curl-part.ts';
import { LONG_OPTIONS, SHORT_OPTIONS } from './curl-options.ts';
import { base64Of, percentEncoded, utf8Bytes } from './utf8.ts';
import { LineProblem, shown, splitWords, type Word } from './words.ts';

/** What curl calls itself where the line does not say otherwise. */
const AGENT = 'curl/8.16.0';
/** What a curl with all its codings accepts. */
const CODINGS = 'deflate, gzip, br, zstd';
const FORM = 'application/x-www-form-urlencoded';

/** Longest line that is read, characters. */
const MAX_LINE = 16 * 1024 * 1024;

export function readCurl(text: string): ReadCurl {
  try {
    if (text.length > MAX_LINE)
      throw new LineProblem(`the line has ${text.length} characters; ${MAX_LINE} are read`, 0);
    return new CurlLine().read(text);
  } catch (error) {
    if (!(error instanceof LineProblem)) throw error;
    return { ok: false, problem: error.message, at: error.at };
  }
}

class CurlLine {
  #url: Word | undefined;
  #method: string | undefined;
  readonly #given: string[] = [];
  readonly #data: string[] = [];
  readonly #parts: ComposedPart[] = [];
  #dataFile: string | undefined;
  #upload: string | undefined;
  #isJson = false;
  #isGet = false;
  #isHead = false;
  #isGlobOff = false;
  #isAsIs = false;
  #cookies: string[] = [];
  readonly #query: string[] = [];
  /** Fields by options of their own; one of -H of the same name takes their place. */
  readonly #own = new Map<string, FieldLine>();
  readonly #notes = new Set<string>();

  read(text: string): ReadCurl {
    const { words, restAt } = splitWords(text);
    let first = 0;
    if (words[0]?.text === '$' || words[0]?.text === '%') first = 1;
    const name = words[first];
    if (name === undefined || !['curl', 'curl.exe'].includes(lastOf(name.text).toLowerCase()))
      throw new LineProblem('the line does not begin with curl', name?.at ?? 0);
    if (restAt !== undefined)
      this.#notes.add(`left out, for it is no part of the request: ${shown(text.slice(restAt))}`);
    this.#own.set('accept', ['Accept', '*/*']);
    this.#own.set('user-agent', ['User-Agent', AGENT]);
    this.#take(words.slice(first + 1));
    return this.#result();
  }

  #take(words: readonly Word[]): void {
    let optionsOver = false;
    for (let i = 0; i < words.length; i++) {
      const word = words[i]!;
      const { text } = word;
      const value = (of: string): Word => {
        const next = words[++i];
        if (next === undefined) throw new LineProblem(`${of} has no value`, word.at);
        return next;
      };
      if (optionsOver || !text.startsWith('-') || text === '-') this.#setUrl(word);
      else if (text === '--') optionsOver = true;
      else if (text.startsWith('--')) this.#option(text.slice(2), text, word, value);
      else
        for (let n = 1; n < text.length; n++) {
          const long = SHORT_OPTIONS[text[n]!];
          if (long === undefined) throw new LineProblem(`-${text[n]} is not known here`, word.at);
          if (LONG_OPTIONS[long]!.value) {
            const rest = text.slice(n + 1);
            this.#option(long, `-${text[n]}`, word, rest === '' ? value : () => ({ text: rest, at: word.at }));
            break;
          }
          this.#option(long, `-${text[n]}`, word, value);
        }
    }
  }

  #option(long: string, shownAs: string, { at }: Word, value: (of: string) => Word): void {
    const found = Object.hasOwn(LONG_OPTIONS, long) ? LONG_OPTIONS[long] : undefined;
    if (found === undefined) throw new LineProblem(`${shown(shownAs)} is not known here`, at);
    const given = found.value ? value(shownAs) : { text: '', at };
    if (found.kind === 'refuse') throw new LineProblem(`${shownAs}: ${found.note}`, at);
    if (found.kind === 'note') this.#notes.add(`${shownAs}: ${found.note}`);
    else if (found.kind === 'does') this.#mean(found.does, shownAs, given);
  }

  #mean(does: string, option: string, word: Word): void {
    const { text, at } = word;
    switch (does) {
      case 'url':
        this.#setUrl(word);
        return;
      case 'method':
        this.#method = text;
        return;
      case 'header':
        if (text.startsWith('@'))
          throw new LineProblem(`${option}: fields are not read from files; write them out`, at);
        this.#given.push(text);
        return;
      case 'data':
      case 'data-binary':
        if (text.startsWith('@')) {
          this.#file(text.slice(1), option, at);
          if (does === 'data') this.#notes.add('the file is sent as it is; curl -d would leave its line breaks out');
        } else this.#add(text, at);
        return;
      case 'data-raw':
        this.#add(text, at);
        return;
      case 'json':
        if (text.startsWith('@')) this.#file(text.slice(1), option, at);
        else if (this.#isJson && this.#data.length > 0) this.#data.push(this.#data.pop()! + text);
        else this.#add(text, at);
        this.#isJson = true;
        return;
      case 'data-urlencode':
        this.#add(urlEncoded(text, option, at), at);
        return;
      case 'url-query':
        this.#query.push(text.startsWith('+') ? text.slice(1) : urlEncoded(text, option, at));
        return;
      case 'form':
        this.#parts.push(readPart(text, option, at));
        return;
      case 'form-string': {
        const [name, content] = nameAndValue(text, option, at);
        this.#parts.push({ name, text: content });
        return;
      }
      case 'upload':
        if (text === '-' || text === '.')
          throw new LineProblem(`${option}: there is no input to read; name a file`, at);
        this.#upload = text;
        return;
      case 'get':
        this.#isGet = true;
        return;
      case 'head':
        this.#isHead = true;
        return;
      case 'user':
        if (!text.includes(':'))
          throw new LineProblem(`${option}: the password is missing; give it as user:password`, at);
        this.#own.set('authorization', ['Authorization', `Basic ${base64Of(text)}`]);
        return;
      case 'bearer':
        this.#own.set('authorization', ['Authorization', `Bearer ${text}`]);
        return;
      case 'cookie':
        if (!text.includes('=')) {
          if (text !== '') throw new LineProblem(`${option}: cookies are not read from files; write them out`, at);
          return;
        }
        this.#cookies.push(text);
        return;
      case 'referer':
        this.#own.set('referer', ['Referer', text.endsWith(';auto') ? text.slice(0, -5) : text]);
        return;
      case 'agent':
        if (text === '') this.#own.delete('user-agent');
        else this.#own.set('user-agent', ['User-Agent', text]);
        return;
      case 'range':
        this.#own.set('range', ['Range', `bytes=${text.includes('-') ? text : `${text}-`}`]);
        return;
      case 'compressed':
        this.#own.set('accept-encoding', ['Accept-Encoding', CODINGS]);
        return;
      case 'as-is':
        this.#isAsIs = true;
        return;
      case 'globoff':
        this.#isGlobOff = true;
        return;
      default:
        throw new Error(`no reading of ${does}`);
    }
  }

  #setUrl(word: Word): void {
    if (this.#url !== undefined)
      throw new LineProblem(
        `a second URL, ${shown(word.text)}: curl would send two requests; paste one after the other`,
        word.at,
      );
    if (word.text === '') throw new LineProblem('the URL is empty', word.at);
    this.#url = word;
  }

  #add(text: string, at: number): void {
    if (this.#dataFile !== undefined)
      throw new LineProblem('content of a file and other content are not joined here', at);
    this.#data.push(text);
  }

  #file(path: string, option: string, at: number): void {
    if (path === '-') throw new LineProblem(`${option}: there is no input to read; name a file`, at);
    if (this.#dataFile !== undefined || this.#data.length > 0)
      throw new LineProblem('content of a file and other content are not joined here', at);
    this.#dataFile = path;
  }

  #result(): ReadCurl {
    if (this.#url === undefined) throw new LineProblem('the line has no URL', 0);
    const kinds = [
      this.#data.length > 0 || this.#dataFile !== undefined,
      this.#parts.length > 0,
      this.#upload !== undefined,
    ].filter((is) => is).length;
    if (kinds > 1 || (this.#isHead && kinds > 0 && !this.#isGet))
      throw new LineProblem('-d, -F, -T and -I exclude each other', this.#url.at);
    let url = this.#fullUrl(this.#url);
    const joined = this.#data.join('&');
    const query = [...this.#query];
    if (this.#isGet) {
      if (this.#dataFile !== undefined)
        throw new LineProblem('-G with the content of a file is not done here', this.#url.at);
      if (this.#parts.length > 0) throw new LineProblem('-G and -F exclude each other', this.#url.at);
      if (joined !== '') query.unshift(joined);
    }
    if (query.length > 0) url = withQuery(url, query.join('&'));
    const body = this.#isGet ? undefined : this.#body(joined);
    if (this.#upload !== undefined && url.endsWith('/')) url += percentEncoded(lastOf(this.#upload));
    const method =
      this.#method ??
      (this.#isHead ? 'HEAD' : this.#upload !== undefined ? 'PUT' : body !== undefined ? 'POST' : 'GET');
    return {
      ok: true,
      request: { method, url, fields: this.#fields(body), ...(body !== undefined && { body }) },
      notes: [...this.#notes],
    };
  }

  #fullUrl({ text, at }: Word): string {
    const [plain = ''] = text.trim().split('#', 1);
    const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(plain.slice(0, 100))?.[1]?.toLowerCase();
    if (scheme !== undefined && scheme !== 'http' && scheme !== 'https')
      throw new LineProblem(`${scheme}: is not HTTP`, at);
    const url = scheme === undefined ? `http://${plain}` : plain;
    if (/\s/.test(url)) throw new LineProblem('a URL has no white space; write it as %20', at);
    const afterHost = url.indexOf('/', url.indexOf('://') + 3);
    const authority = afterHost < 0 ? url : url.slice(0, afterHost);
    const written = afterHost < 0 ? '' : url.slice(afterHost);
    const rest = this.#isAsIs ? written : withoutDots(written);
    if (!this.#isGlobOff && (/[[\]{}]/.test(rest) || /[{}]/.test(authority)))
      throw new LineProblem('curl would make several URLs of {…} and […]; add -g where they stand for themselves', at);
    const credentials = authority.slice(authority.indexOf('://') + 3);
    const atSign = credentials.lastIndexOf('@');
    if (atSign < 0) return this.#isGlobOff ? url : `${authority}${rest.replaceAll('\\', '')}`;
    const user = credentials.slice(0, atSign);
    if (!this.#own.has('authorization')) {
      let decoded = user;
      try {
        decoded = decodeURIComponent(user);
      } catch {
        // stands for itself
      }
      this.#own.set('authorization', [
        'Authorization',
        `Basic ${base64Of(decoded.includes(':') ? decoded : `${decoded}:`)}`,
      ]);
    }
    return `${scheme ?? 'http'}://${credentials.slice(atSign + 1)}${rest}`;
  }

  #body(joined: string): ComposedBody | undefined {
    if (this.#upload !== undefined) return { kind: 'file', path: this.#upload };
    if (this.#parts.length > 0) return { kind: 'multipart', parts: this.#parts };
    if (this.#dataFile !== undefined || this.#data.length > 0) {
      if (this.#isJson) {
        this.#own.set('content-type', ['Content-Type', 'application/json']);
        this.#own.set('accept', ['Accept', 'application/json']);
      } else this.#own.set('content-type', ['Content-Type', FORM]);
      return this.#dataFile === undefined ? { kind: 'text', text: joined } : { kind: 'file', path: this.#dataFile };
    }
    return undefined;
  }

  #fields(body: ComposedBody | undefined): FieldLine[] {
    if (this.#cookies.length > 0) this.#own.set('cookie', ['Cookie', this.#cookies.join(';')]);
    const given: FieldLine[] = [];
    const gone = new Set<string>();
    for (const line of this.#given) {
      const end = line.search(/[:;]/);
      if (end <= 0) {
        this.#notes.add(`-H ${shown(line)} is no field and was left out`);
        continue;
      }
      const name = line.slice(0, end);
      const lower = name.toLowerCase();
      const value = line.slice(end + 1).trim();
      if (line[end] === ';') {
        if (value === '') given.push([name, '']);
        else this.#notes.add(`-H ${shown(line)} is no field and was left out`);
      } else if (lower === 'host')
        this.#notes.add('Host follows the URL, as proxies have to make it (RFC 9112 §3.2.2)');
      else if (lower === 'content-length' || lower === 'transfer-encoding')
        this.#notes.add(`${name} follows the content`);
      else if (lower === 'content-type' && body?.kind === 'multipart' && !value.includes('boundary=')) gone.add(lower);
      else if (value === '') gone.add(lower);
      else given.push([name, utf8Bytes(value)]);
      if (line[end] === ';' || value !== '') gone.add(lower);
    }
    const own = [...this.#own].filter(([name]) => !gone.has(name) || name === 'cookie').map(([, line]) => line);
    return [...own.map(([name, value]): FieldLine => [name, utf8Bytes(value)]), ...given];
  }
}

/** Path and query, the path without segments of dots (RFC 3986 §5.2.4). */
function withoutDots(target: string): string {
  const mark = target.indexOf('?');
  const path = mark < 0 ? target : target.slice(0, mark);
  const segments = path.split('/');
  const kept: string[] = [];
  for (const [index, segment] of segments.entries()) {
    const isLast = index === segments.length - 1;
    if (segment === '..' && kept.length > 1) kept.pop();
    if (segment !== '.' && segment !== '..') kept.push(segment);
    else if (isLast) kept.push('');
  }
  return kept.join('/') + (mark < 0 ? '' : target.slice(mark));
}

function withQuery(url: string, query: string): string {
  const mark = url.indexOf('?');
  if (mark >= 0) return `${url}${url.length === mark + 1 || url.endsWith('&') ? '' : '&'}${query}`;
  const slash = url.indexOf('/', url.indexOf('://') + 3);
  return `${url}${slash < 0 ? '/' : ''}?${query}`;
}

/** `content`, `=content`, `name=content`; only the content is encoded. */
function urlEncoded(text: string, option: string, at: number): string {
  const end = text.search(/[=@]/);
  if (end < 0) return formEncoded(text);
  if (text[end] === '@') throw new LineProblem(`${option}: content is not read from files here; write it out`, at);
  const name = text.slice(0, end);
  return `${name === '' ? '' : `${name}=`}${formEncoded(text.slice(end + 1))}`;
}

const formEncoded = (text: string): string => percentEncoded(text).replaceAll('%20', '+');
