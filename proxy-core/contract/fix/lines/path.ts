/**
 * The path of a URL as configuration files and programs spell it. Whatever the path holds, what comes out of here is made of
 * characters that mean nothing where they are put: everything else is escaped by its code.
 */

/** The path of an absolute URL, without the query; bytes that may not stand in a URL are percent-encoded. */
export function pathOf(url: string): string {
  const from = url.indexOf('://');
  const slash = url.indexOf('/', from < 0 ? 0 : from + 3);
  if (slash < 0) return '/';
  let out = '';
  for (const char of url.slice(slash)) {
    if (char === '?' || char === '#') break;
    out += char > ' ' && char <= '~' ? char : percentEncoded(char);
  }
  return out;
}

const hex = (byte: number): string => byte.toString(16).padStart(2, '0');

/** A URL is recorded byte by byte; whatever is no byte becomes UTF-8. */
function percentEncoded(char: string): string {
  const code = char.codePointAt(0)!;
  if (code <= 0xff) return `%${hex(code).toUpperCase()}`;
  return utf8Of(code)
    .map((byte) => `%${hex(byte).toUpperCase()}`)
    .join('');
}

function utf8Of(code: number): number[] {
  const tail = (shift: number): number => 0x80 | ((code >> shift) & 0x3f);
  if (code < 0x800) return [0xc0 | (code >> 6), tail(0)];
  if (code < 0x10000) return [0xe0 | (code >> 12), tail(6), tail(0)];
  return [0xf0 | (code >> 18), tail(12), tail(6), tail(0)];
}

const isHex = (text: string): boolean =>
  text.length === 2 && [...text].every((char) => '0123456789abcdefABCDEF'.includes(char));

/** Its bytes with the escapes decoded once. */
export function bytesOf(path: string): number[] {
  const out: number[] = [];
  for (let i = 0; i < path.length; i++) {
    const escape = path.slice(i + 1, i + 3);
    if (path[i] === '%' && isHex(escape)) {
      out.push(Number.parseInt(escape, 16));
      i += 2;
    } else out.push(path.charCodeAt(i) & 0xff);
  }
  return out;
}

const SLASH = 0x2f;

/** As nginx, Apache and Caddy compare it: several slashes are one, and dot segments are gone (RFC 3986 §5.2.4). */
export function plainBytes(path: string): number[] {
  const segments: number[][] = [[]];
  for (const byte of bytesOf(path)) {
    if (byte === SLASH) segments.push([]);
    else segments.at(-1)!.push(byte);
  }
  const out: number[][] = [];
  segments.forEach((segment, index) => {
    const text = String.fromCharCode(...segment.slice(0, 3));
    const isLast = index === segments.length - 1;
    const isDots = text === '.' || text === '..';
    if (text === '..') out.pop();
    else if (!isDots && segment.length > 0) out.push(segment);
    // A slash at the end stays.
    if (isLast && (isDots || segment.length === 0)) out.push([]);
  });
  return out.flatMap((segment) => [SLASH, ...segment]);
}

/** Characters of a path that no configuration file takes for anything else. */
export const isPlain = (text: string): boolean => /^[A-Za-z0-9/_.-]+$/.test(text);
const isWord = (byte: number): boolean => /[A-Za-z0-9/_-]/.test(String.fromCharCode(byte));

export const textOf = (bytes: readonly number[]): string => bytes.map((byte) => String.fromCharCode(byte)).join('');

/** A regular expression for exactly this path: letters, digits, `/`, `_` and `-`, every other byte as `\xHH`. */
export function expressionOf(bytes: readonly number[]): string {
  return `^${bytes.map((byte) => (isWord(byte) ? String.fromCharCode(byte) : `\\x${hex(byte)}`)).join('')}$`;
}

/** Code points of UTF-8; a byte that belongs to none is undefined, with the byte beside it. */
export function decodedUtf8(bytes: readonly number[]): { code: number | undefined; byte: number }[] {
  const out: { code: number | undefined; byte: number }[] = [];
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i]!;
    const length =
      byte < 0x80
        ? 1
        : byte >= 0xc2 && byte < 0xe0
          ? 2
          : byte >= 0xe0 && byte < 0xf0
            ? 3
            : byte >= 0xf0 && byte < 0xf5
              ? 4
              : 0;
    const tail = bytes.slice(i + 1, i + length);
    let code: number | undefined = length === 1 ? byte : byte & (0x7f >> length);
    for (const next of tail) code = (code << 6) | (next & 0x3f);
    const least = [0, 0, 0x80, 0x800, 0x10000][length]!;
    const isWhole = length > 0 && tail.length === length - 1 && tail.every((next) => (next & 0xc0) === 0x80);
    if (!isWhole || code < least || code > 0x10ffff || (code >= 0xd800 && code < 0xe000)) code = undefined;
    out.push({ code, byte });
    if (code !== undefined) i += length - 1;
  }
  return out;
}

/** The same for Go, whose expressions match code points; a byte that is no UTF-8 is U+FFFD to them. */
export function runeExpressionOf(bytes: readonly number[]): string {
  const items = decodedUtf8(bytes).map(({ code = 0xfffd }) => {
    if (code >= 0x80) return `\\x{${code.toString(16)}}`;
    return isWord(code) ? String.fromCharCode(code) : `\\x${hex(code)}`;
  });
  return `^${items.join('')}$`;
}
