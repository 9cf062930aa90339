/** Which character encoding a text is in: what Content-Type says, and what its first bytes say. Pure. */

/** The charset parameter of a Content-Type, lower case; undefined when it has none. */
export function charsetOf(contentType: string | undefined): string | undefined {
  for (const part of (contentType ?? '').split(';', 32).slice(1)) {
    const equals = part.indexOf('=');
    if (part.slice(0, equals).trim().toLowerCase() !== 'charset') continue;
    return plainName(part.slice(equals + 1));
  }
  return undefined;
}

/** A name as it may stand in a label, without its quotes; undefined for anything else. */
function plainName(raw: string): string | undefined {
  const name = raw.trim().replaceAll('"', '').replaceAll("'", '').toLowerCase();
  return name.length <= 40 && /^[a-z0-9_.:-]+$/.test(name) ? name : undefined;
}

/** Bytes of a page or an XML document in which a declaration counts (WHATWG HTML, "prescan a byte stream"). */
const SCANNED_BYTES = 1024;
/** Characters of a declaration looked at. */
const DECLARATION_CHARS = 200;

function declaredIn(head: string, mark: string, name: string): string | undefined {
  for (let at = head.indexOf(mark); at >= 0; at = head.indexOf(mark, at + mark.length)) {
    const end = head.indexOf('>', at);
    const declaration = head.slice(at, Math.min(end < 0 ? head.length : end, at + DECLARATION_CHARS));
    const found = declaration.indexOf(`${name}=`);
    if (found < 0) continue;
    const value = declaration.slice(found + name.length + 1).trimStart();
    const quote = value.charAt(0) === '"' || value.charAt(0) === "'" ? value.charAt(0) : '';
    const rest = value.slice(quote.length);
    const stops = (quote === '' ? [' ', ';', '/', '"', "'"] : [quote, ';']).map((stop) => rest.indexOf(stop));
    const stop = Math.min(...stops.filter((index) => index >= 0), rest.length);
    return plainName(rest.slice(0, stop));
  }
  return undefined;
}

/** Where the name of a charset comes from, the strongest first. */
export type CharsetSource = 'bom' | 'declared' | 'content' | 'default';

/** The charset of a text by its byte order mark, Content-Type, or what a page or XML document says of itself; else UTF-8. */
export function charsetOfText(
  bytes: Uint8Array,
  mediaType: string,
  declared: string | undefined,
): { charset: string; from: CharsetSource } {
  const [a, b, c] = bytes;
  if (a === 0xef && b === 0xbb && c === 0xbf) return { charset: 'utf-8', from: 'bom' };
  if (a === 0xfe && b === 0xff) return { charset: 'utf-16be', from: 'bom' };
  if (a === 0xff && b === 0xfe) return { charset: 'utf-16le', from: 'bom' };
  if (declared !== undefined) return { charset: declared, from: 'declared' };
  if (mediaType.includes('html') || mediaType.includes('xml')) {
    let head = '';
    for (const byte of bytes.subarray(0, SCANNED_BYTES)) head += String.fromCharCode(byte);
    head = head.toLowerCase();
    const found = declaredIn(head, '<meta', 'charset') ?? declaredIn(head, '<?xml', 'encoding');
    if (found !== undefined) return { charset: found, from: 'content' };
  }
  return { charset: 'utf-8', from: 'default' };
}
