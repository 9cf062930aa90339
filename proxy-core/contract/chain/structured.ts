/**
 * Lists of structured fields (RFC 9651): a strict reader, one pass, each character looked at a bounded number of times.
 * Undefined for anything that does not parse, as §4.2 wants it.
 */

/** A bare item (RFC 9651 §3.3). Dates are seconds since 1970. */
export type BareItem =
  | { type: 'integer' | 'decimal' | 'date'; value: number }
  | { type: 'string' | 'token' | 'bytes' | 'display'; value: string }
  | { type: 'boolean'; value: boolean };

export type Parameters = ReadonlyMap<string, BareItem>;

/** A member of a list: an item, or an inner list of items. */
export type Member =
  | { type: 'item'; item: BareItem; parameters: Parameters; text: string }
  | { type: 'inner-list'; items: { item: BareItem; parameters: Parameters }[]; parameters: Parameters; text: string };

/** Longer values are not read. */
const MAX_STRUCTURED = 16_384;

const TRUE: BareItem = { type: 'boolean', value: true };

class Malformed extends Error {}

const isDigit = (c: string): boolean => c >= '0' && c <= '9';
const isLower = (c: string): boolean => c >= 'a' && c <= 'z';
const isAlpha = (c: string): boolean => isLower(c) || (c >= 'A' && c <= 'Z');
const TOKEN_MARKS = new Set("!#$%&'*+-.^_`|~:/");
const KEY_MARKS = new Set('_-.*');
const BASE64 = /^[A-Za-z0-9+/]*={0,2}$/;

class Reader {
  private at = 0;
  private readonly text: string;
  constructor(text: string) {
    this.text = text;
  }

  list(): Member[] {
    const out: Member[] = [];
    this.spaces();
    while (this.more()) {
      out.push(this.member());
      this.optionalWhitespace();
      if (!this.more()) return out;
      this.expect(',');
      this.optionalWhitespace();
      if (!this.more()) throw new Malformed();
    }
    return out;
  }

  private member(): Member {
    const from = this.at;
    if (this.peek() === '(') {
      const items = this.innerItems();
      const parameters = this.parameters();
      return { type: 'inner-list', items, parameters, text: this.text.slice(from, this.at) };
    }
    const item = this.bareItem();
    const parameters = this.parameters();
    return { type: 'item', item, parameters, text: this.text.slice(from, this.at) };
  }

  private innerItems(): { item: BareItem; parameters: Parameters }[] {
    this.expect('(');
    const out: { item: BareItem; parameters: Parameters }[] = [];
    while (this.more()) {
      this.spaces();
      if (this.peek() === ')') {
        this.at++;
        return out;
      }
      const item = this.bareItem();
      out.push({ item, parameters: this.parameters() });
      if (this.peek() !== ' ' && this.peek() !== ')') throw new Malformed();
    }
    throw new Malformed();
  }

  private parameters(): Parameters {
    const out = new Map<string, BareItem>();
    while (this.peek() === ';') {
      this.at++;
      this.spaces();
      const key = this.key();
      let value = TRUE;
      if (this.peek() === '=') {
        this.at++;
        value = this.bareItem();
      }
      // The last one counts, in the place of the first (RFC 9651 §4.2.3.2).
      out.set(key, value);
    }
    return out;
  }

  private key(): string {
    const from = this.at;
    if (!isLower(this.peek()) && this.peek() !== '*') throw new Malformed();
    while (isLower(this.peek()) || isDigit(this.peek()) || KEY_MARKS.has(this.peek())) this.at++;
    return this.text.slice(from, this.at);
  }

  private bareItem(): BareItem {
    const c = this.peek();
    if (c === '-' || isDigit(c)) return this.number();
    if (c === '"') return { type: 'string', value: this.string() };
    if (c === '*' || isAlpha(c)) return { type: 'token', value: this.token() };
    if (c === ':') return this.bytes();
    if (c === '?') return this.boolean();
    if (c === '@') return this.date();
    if (c === '%') return this.display();
    throw new Malformed();
  }

  private number(): BareItem {
    const from = this.at;
    if (this.peek() === '-') this.at++;
    const digits = this.at;
    while (isDigit(this.peek()) && this.at - digits < 16) this.at++;
    const whole = this.at - digits;
    if (whole === 0) throw new Malformed();
    if (this.peek() !== '.') {
      if (whole > 15) throw new Malformed();
      return { type: 'integer', value: Number(this.text.slice(from, this.at)) };
    }
    if (whole > 12) throw new Malformed();
    const point = this.at++;
    while (isDigit(this.peek()) && this.at - point < 5) this.at++;
    const behind = this.at - point - 1;
    if (behind < 1 || behind > 3) throw new Malformed();
    return { type: 'decimal', value: Number(this.text.slice(from, this.at)) };
  }

  private string(): string {
    this.expect('"');
    let out = '';
    while (this.more()) {
      const c = this.text[this.at++]!;
      if (c === '"') return out;
      if (c === '\\') {
        const next = this.peek();
        if (next !== '"' && next !== '\\') throw new Malformed();
        out += next;
        this.at++;
      } else if (c < ' ' || c > '~') throw new Malformed();
      else out += c;
    }
    throw new Malformed();
  }

  private token(): string {
    const from = this.at;
    while (isAlpha(this.peek()) || isDigit(this.peek()) || TOKEN_MARKS.has(this.peek())) this.at++;
    return this.text.slice(from, this.at);
  }

  /** Kept in base64: nobody here wants the bytes. */
  private bytes(): BareItem {
    this.expect(':');
    const end = this.text.indexOf(':', this.at);
    if (end < 0) throw new Malformed();
    const value = this.text.slice(this.at, end);
    if (!BASE64.test(value)) throw new Malformed();
    this.at = end + 1;
    return { type: 'bytes', value };
  }

  private boolean(): BareItem {
    this.expect('?');
    const c = this.peek();
    if (c !== '0' && c !== '1') throw new Malformed();
    this.at++;
    return { type: 'boolean', value: c === '1' };
  }

  private date(): BareItem {
    this.expect('@');
    const item = this.number();
    if (item.type !== 'integer') throw new Malformed();
    return { type: 'date', value: item.value };
  }

  private display(): BareItem {
    this.expect('%');
    this.expect('"');
    let escaped = '';
    while (this.more()) {
      const c = this.text[this.at++]!;
      if (c < ' ' || c > '~') throw new Malformed();
      if (c === '"') {
        try {
          return { type: 'display', value: decodeURIComponent(escaped) };
        } catch {
          throw new Malformed();
        }
      }
      escaped += c;
      if (c === '%')
        for (let i = 0; i < 2; i++) {
          const hex = this.peek();
          if (!isDigit(hex) && !(hex >= 'a' && hex <= 'f')) throw new Malformed();
          escaped += hex;
          this.at++;
        }
    }
    throw new Malformed();
  }

  private more(): boolean {
    return this.at < this.text.length;
  }
  /** Empty at the end. */
  private peek(): string {
    return this.text.charAt(this.at);
  }
  private expect(c: string): void {
    if (this.peek() !== c) throw new Malformed();
    this.at++;
  }
  private spaces(): void {
    while (this.peek() === ' ') this.at++;
  }
  private optionalWhitespace(): void {
    while (this.peek() === ' ' || this.peek() === '\t') this.at++;
  }
}

/** A List (RFC 9651 §4.2.1); undefined when it does not parse. */
export function parseList(text: string): Member[] | undefined {
  if (text.length > MAX_STRUCTURED) return undefined;
  let end = text.length;
  while (text[end - 1] === ' ') end--;
  try {
    return new Reader(text.slice(0, end)).list();
  } catch (error) {
    if (error instanceof Malformed) return undefined;
    throw error;
  }
}
