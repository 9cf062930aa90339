/** Field lines as bytes (RFC 9110 §5, RFC 9112 §5): what may stand where, the same for requests, replies and trailers. */

export const CR = 0x0d;
export const LF = 0x0a;
export const SP = 0x20;
const TAB = 0x09;
export const COLON = 0x3a;

/** What kinds of text a byte may stand in. */
export const TOKEN = 1;
export const TARGET = 2;
export const AUTHORITY = 4;
export const VALUE = 8;
export const ALPHA = 16;
/** The kinds of each byte. */
export const CLASS = new Uint8Array(256);
for (let byte = 0; byte < 256; byte++) {
  const char = String.fromCharCode(byte);
  const isAlpha = (byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a);
  const isAlphanumeric = isAlpha || (byte >= 0x30 && byte <= 0x39);
  if (isAlphanumeric || "!#$%&'*+-.^_`|~".includes(char)) CLASS[byte]! |= TOKEN;
  if (byte > SP && byte < 0x7f) CLASS[byte]! |= TARGET;
  if (isAlphanumeric || "-_.!~*'()%;:&=+$,[]@".includes(char)) CLASS[byte]! |= AUTHORITY;
  if ((byte >= SP || byte === TAB) && byte !== 0x7f) CLASS[byte]! |= VALUE;
  if (isAlpha) CLASS[byte]! |= ALPHA;
}

/** Digits of a Content-Length that is still a number. */
const MAX_LENGTH_DIGITS = 15;

/** Adds `name: value`, or says what is wrong with it. */
export function addFieldLine(bytes: Buffer, from: number, to: number, fields: string[]): string | undefined {
  const first = bytes[from]!;
  if (first === SP || first === TAB) return 'a field value goes on in the next line (obs-fold, RFC 9112 §5.2)';
  let colon = from;
  while (CLASS[bytes[colon]!]! & TOKEN) colon++;
  if (bytes[colon] !== COLON || colon === from) {
    return bytes[colon] === SP || bytes[colon] === TAB
      ? 'whitespace stands between a field name and its colon (RFC 9112 §5.1)'
      : 'a field line does not begin with a name and a colon';
  }
  let valueAt = colon + 1;
  let valueEnd = to;
  while (valueAt < valueEnd && (bytes[valueAt] === SP || bytes[valueAt] === TAB)) valueAt++;
  while (valueEnd > valueAt && (bytes[valueEnd - 1] === SP || bytes[valueEnd - 1] === TAB)) valueEnd--;
  fields.push(bytes.toString('latin1', from, colon), bytes.toString('latin1', valueAt, valueEnd));
  return undefined;
}

/** True for bytes that may stand in a field line. */
export function isValueByte(byte: number): boolean {
  return (CLASS[byte]! & VALUE) !== 0;
}

/** What a byte says that ends a line before its CRLF. */
export function notALine(byte: number): string {
  if (byte === LF) return 'a line ends with a bare LF';
  return byte === CR ? 'a bare CR is in a field line' : 'a control byte is in a field line';
}

/** Digits and nothing else, few enough to be exact (RFC 9110 §8.6). */
export function isLength(value: string): boolean {
  if (value.length === 0 || value.length > MAX_LENGTH_DIGITS) return false;
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i);
    if (code < 0x30 || code > 0x39) return false;
  }
  return true;
}

/** Without the blanks that HTTP has around list members (RFC 9110 §5.6.3): `trim` takes U+00A0 and others away, too. */
export function withoutBlanks(text: string): string {
  let from = 0;
  let to = text.length;
  while (from < to && (text[from] === ' ' || text[from] === '\t')) from++;
  while (to > from && (text[to - 1] === ' ' || text[to - 1] === '\t')) to--;
  return text.slice(from, to);
}
