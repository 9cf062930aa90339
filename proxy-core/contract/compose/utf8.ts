/** UTF-8 without an encoder of the platform: the contract has none. */

/** The bytes of a text, each as a character up to U+00FF. */
export function utf8Bytes(text: string): string {
  let bytes = '';
  for (const character of text) {
    const code = character.codePointAt(0)!;
    if (code < 0x80) bytes += character;
    else if (code < 0x800) bytes += String.fromCharCode(0xc0 | (code >> 6), 0x80 | (code & 0x3f));
    else if (code < 0x10000)
      bytes += String.fromCharCode(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 0x3f), 0x80 | (code & 0x3f));
    else
      bytes += String.fromCharCode(
        0xf0 | (code >> 18),
        0x80 | ((code >> 12) & 0x3f),
        0x80 | ((code >> 6) & 0x3f),
        0x80 | (code & 0x3f),
      );
  }
  return bytes;
}

/** The text of such bytes; undefined when they are no UTF-8. */
export function utf8Text(bytes: string): string | undefined {
  let escaped = '';
  for (let i = 0; i < bytes.length; i++) {
    const code = bytes.charCodeAt(i);
    escaped += `%${code < 16 ? '0' : ''}${code.toString(16)}`;
  }
  try {
    return decodeURIComponent(escaped);
  } catch {
    return undefined;
  }
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** Base64 of the UTF-8 of a text. */
export function base64Of(text: string): string {
  const bytes = utf8Bytes(text);
  let out = '';
  for (let i = 0; i < bytes.length; i += 3) {
    const left = bytes.length - i;
    const group =
      (bytes.charCodeAt(i) << 16) |
      ((left > 1 ? bytes.charCodeAt(i + 1) : 0) << 8) |
      (left > 2 ? bytes.charCodeAt(i + 2) : 0);
    out += ALPHABET[group >> 18]! + ALPHABET[(group >> 12) & 63]!;
    out += left > 1 ? ALPHABET[(group >> 6) & 63]! : '=';
    out += left > 2 ? ALPHABET[group & 63]! : '=';
  }
  return out;
}

/** Percent-encoded but for the unreserved characters of RFC 3986 §2.3. */
export function percentEncoded(text: string): string {
  let out = '';
  for (const byte of utf8Bytes(text)) {
    const code = byte.charCodeAt(0);
    out +=
      code < 0x80 && /[A-Za-z0-9._~-]/.test(byte) ? byte : `%${code < 16 ? '0' : ''}${code.toString(16).toUpperCase()}`;
  }
  return out;
}
