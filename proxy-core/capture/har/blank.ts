/**
 * Secrets taken out of what is saved. Their values are collected first, out of the fields and URLs of all that is saved, and
 * asterisks stand in their place wherever they come again: in URLs, the trace, what stages changed, and texts of bodies.
 * Pure; in linear time, whatever the texts hold.
 */
import type { StageHead } from '../../contract/exchange.ts';
import type { ExchangeRecord, Fields } from '../record.ts';

const BLANK = '***';

/** Fields whose values are credentials whoever sends them. */
const CREDENTIALS: ReadonlySet<string> = new Set(['authorization', 'proxy-authorization']);
const COOKIES: ReadonlySet<string> = new Set(['cookie', 'set-cookie', 'cookie2', 'set-cookie2']);
/** Shorter values are common words: they are blanked where they were found, and nowhere else. */
const TELLING_CHARS = 8;
/** So many values are looked for elsewhere. */
const VALUES_MAX = 100_000;

/** Names out of a setting's list, lower case. */
export function secretNames(list: string): ReadonlySet<string> {
  return new Set(
    list
      .split(',')
      .map((name) => name.trim().toLowerCase())
      .filter((name) => name !== ''),
  );
}

type Found = (value: string) => void;

/** Credentials keep their scheme, cookies their names and attributes. */
function blankValue(name: string, value: string, found: Found): string {
  if (CREDENTIALS.has(name)) {
    const at = value.indexOf(' ');
    found(at < 0 ? value : value.slice(at + 1).trim());
    return at < 0 ? BLANK : `${value.slice(0, at)} ${BLANK}`;
  }
  if (COOKIES.has(name)) {
    const isSet = name.startsWith('set-');
    return value
      .split(';')
      .map((part, index) => {
        const at = part.indexOf('=');
        if ((isSet && index > 0) || part.trim() === '') return part;
        found((at < 0 ? part : part.slice(at + 1)).trim());
        return at < 0 ? BLANK : `${part.slice(0, at + 1)}${BLANK}`;
      })
      .join(';');
  }
  found(value);
  return BLANK;
}

const isWordChar = (code: number): boolean =>
  (code >= 48 && code <= 57) ||
  (code >= 65 && code <= 90) ||
  (code >= 97 && code <= 122) ||
  code === 45 || // -
  code === 46 || // .
  code === 95 || // _
  code === 126 || // ~
  code === 43 || // +
  code === 37; // %

/** What stands around a parameter of a query or a form. */
const isBetween = (char: string | undefined): boolean => char === undefined || '?&#; \t\r\n"\'<>'.includes(char);

export class Blanks {
  readonly #names: ReadonlySet<string>;
  readonly #values = new Set<string>();

  /** `names`: of fields, parameters and members, lower case, beside cookies and credentials. */
  constructor(names: ReadonlySet<string>) {
    this.#names = names;
  }

  readonly #found = (value: string): void => {
    if (value.length < TELLING_CHARS || this.#values.size >= VALUES_MAX) return;
    this.#values.add(value);
    // As words of a text, of which padding and slashes are none.
    for (const word of value.split('/')) {
      let end = word.length;
      while (word[end - 1] === '=') end--;
      if (end >= TELLING_CHARS) this.#values.add(word.slice(0, end));
    }
  };

  isSecretField(lowerName: string): boolean {
    return CREDENTIALS.has(lowerName) || COOKIES.has(lowerName) || this.#names.has(lowerName);
  }

  /** Learns the secrets that a record shows. */
  collect(record: ExchangeRecord): void {
    for (const fields of [record.start.fields, record.responseFields, record.upstreamFields ?? []])
      this.#fields(fields);
    this.#parameters(record.start.url);
    for (const { received, sent } of record.changed ?? []) {
      this.#fields(received.fields);
      this.#fields(sent.fields);
    }
  }

  /** The record without them. */
  record(record: ExchangeRecord): ExchangeRecord {
    const { start, trace, facts, neighbour, changed, upstreamFields, errorText } = record;
    return {
      ...record,
      start: {
        ...start,
        url: this.text(start.url),
        path: this.text(start.path),
        requestTarget: this.text(start.requestTarget),
        fields: this.#fields(start.fields),
      },
      responseFields: this.#fields(record.responseFields),
      upstreamFields: upstreamFields && this.#fields(upstreamFields),
      errorText: errorText === undefined ? undefined : this.text(errorText),
      trace: trace.map((step) => ({ ...step, inputs: this.#inputs(step.inputs) })),
      facts: this.#inputs(facts),
      neighbour: neighbour && {
        ...neighbour,
        url: this.text(neighbour.url),
        difference: this.#difference(neighbour.difference),
      },
      changed: changed?.map((change) => ({
        ...change,
        received: this.#head(change.received),
        sent: this.#head(change.sent),
      })),
    };
  }

  /** A text of any kind: parameters and JSON members of a secret's name, and secrets that are known. */
  text(text: string): string {
    return this.#words(this.#members(this.#parameters(text)));
  }

  #fields(fields: Fields): string[] {
    const out: string[] = [];
    for (let i = 0; i < fields.length; i += 2) {
      const name = fields[i]!;
      const value = fields[i + 1]!;
      const lower = name.toLowerCase();
      out.push(name, this.isSecretField(lower) ? blankValue(lower, value, this.#found) : this.text(value));
    }
    return out;
  }

  #head(head: StageHead<Fields>): StageHead<Fields> {
    return {
      ...head,
      ...(head.url !== undefined && { url: this.text(head.url) }),
      ...(head.keyUrl !== undefined && { keyUrl: this.text(head.keyUrl) }),
      fields: this.#fields(head.fields),
    };
  }

  /** Values beside the name of a secret's field are of it. */
  #inputs<V extends Readonly<Record<string, string | number | boolean | null>>>(inputs: V): V {
    const names = Object.values(inputs).filter((value) => typeof value === 'string');
    const isAboutSecret = names.some((value) => this.isSecretField(value.toLowerCase()));
    return Object.fromEntries(
      Object.entries(inputs).map(([key, value]) => {
        if (typeof value !== 'string') return [key, value];
        if (this.isSecretField(value.toLowerCase())) return [key, value];
        return [key, isAboutSecret || this.isSecretField(key.toLowerCase()) ? BLANK : this.text(value)];
      }),
    ) as V;
  }

  #difference(
    difference: NonNullable<ExchangeRecord['neighbour']>['difference'],
  ): NonNullable<ExchangeRecord['neighbour']>['difference'] {
    if (!('stored' in difference)) return difference;
    const name = 'field' in difference ? difference.field : 'parameter' in difference ? difference.parameter : '';
    const clean = (text: string): string => (this.isSecretField(name.toLowerCase()) ? BLANK : this.text(text));
    const { stored, sent } = difference;
    return {
      ...difference,
      stored: stored === null ? null : clean(stored),
      sent: sent === null ? null : clean(sent),
    } as typeof difference;
  }

  /** `name=value` of a query, a form or a cookie. */
  #parameters(text: string): string {
    if (!text.includes('=')) return text;
    let out = '';
    let from = 0;
    for (let at = text.indexOf('='); at >= 0; at = text.indexOf('=', at + 1)) {
      let start = at;
      while (start > from && at - start <= 64 && !isBetween(text[start - 1])) start--;
      if (!this.#names.has(text.slice(start, at).toLowerCase())) continue;
      let end = at + 1;
      while (end < text.length && !isBetween(text[end])) end++;
      if (end === at + 1) continue;
      this.#found(text.slice(at + 1, end));
      out += text.slice(from, at + 1) + BLANK;
      from = end;
      at = end - 1;
    }
    return out + text.slice(from);
  }

  /** `"name": "value"` of JSON. */
  #members(text: string): string {
    if (!text.includes('":') && !text.includes('" :')) return text;
    let out = '';
    let from = 0;
    for (let open = text.indexOf('"'); open >= 0;) {
      const close = endOfString(text, open);
      if (close < 0) break;
      let next = close + 1;
      while (text[next] === ' ' || text[next] === ':') next++;
      const isMember = next > close + 1 && text.slice(close + 1, next).includes(':');
      if (isMember && this.#names.has(text.slice(open + 1, close).toLowerCase())) {
        const end = text[next] === '"' ? endOfString(text, next) : endOfScalar(text, next) - 1;
        if (end >= next) {
          const quote = text[next] === '"' ? '"' : '';
          this.#found(text.slice(next + quote.length, end + 1 - quote.length));
          out += `${text.slice(from, next)}"${BLANK}"`;
          from = end + 1;
          open = text.indexOf('"', from);
          continue;
        }
      }
      open = text.indexOf('"', close + 1);
    }
    return out + text.slice(from);
  }

  /** Known values, each a word of the text. */
  #words(text: string): string {
    if (this.#values.size === 0) return text;
    if (this.#values.has(text)) return BLANK;
    let out = '';
    let from = 0;
    for (let i = 0; i < text.length;) {
      if (!isWordChar(text.charCodeAt(i))) {
        i++;
        continue;
      }
      let end = i;
      while (end < text.length && isWordChar(text.charCodeAt(end))) end++;
      if (end - i >= TELLING_CHARS && this.#values.has(text.slice(i, end))) {
        out += text.slice(from, i) + BLANK;
        from = end;
      }
      i = end;
    }
    return out + text.slice(from);
  }
}

/** Where the string that opens at `at` closes; -1 when it does not. */
function endOfString(text: string, at: number): number {
  for (let i = at + 1; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code === 92) i++;
    else if (code === 34) return i;
  }
  return -1;
}

/** Behind a number or a word of JSON; `at` itself where an object or a list begins. */
function endOfScalar(text: string, at: number): number {
  let end = at;
  while (end < text.length && isWordChar(text.charCodeAt(end))) end++;
  return end;
}
