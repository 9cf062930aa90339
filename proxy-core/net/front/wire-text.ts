/**
 * Text for an HTTP/1 head on its way out (RFC 9110 §5.5, RFC 9112 §4). Strings stand for bytes there (latin1). What may
 * not stand in a head is replaced, so that no answer of an origin can make writing fail.
 */
import type { FieldList } from '../../http/fields.ts';

const TAB = 0x09;

/** True when all characters may stand in a field value or reason phrase: tab, visible, space, obs-text. */
export function isClean(text: string): boolean {
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if ((code < 0x20 && code !== TAB) || code === 0x7f || code > 0xff) return false;
  }
  return true;
}

/** Controls become spaces, characters above U+00FF their UTF-8 bytes. */
function clean(text: string): string {
  let out = '';
  for (const char of text) {
    const code = char.codePointAt(0)!;
    if (code > 0xff) out += Buffer.from(char).toString('latin1');
    else out += (code < 0x20 && code !== TAB) || code === 0x7f ? ' ' : char;
  }
  return out;
}

/** A field value as it may be written; the same string when nothing is wrong with it. */
function wireValue(value: string): string {
  return isClean(value) ? value : clean(value);
}

/** A reason phrase as it may be written. It is text, not bytes: what is not ASCII goes out in UTF-8, undecodable bytes as `?`. */
export function wirePhrase(phrase: string): string {
  for (let i = 0; i < phrase.length; i++) {
    const code = phrase.charCodeAt(i);
    if (code < 0x20 || code > 0x7e) return clean(Buffer.from(phrase.replaceAll('\ufffd', '?')).toString('latin1'));
  }
  return phrase;
}

/** The characters of a token (RFC 9110 §5.6.2). */
const TOKEN = new Uint8Array(128);
for (const char of "!#$%&'*+-.^_`|~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz")
  TOKEN[char.charCodeAt(0)] = 1;

/** True for a field name or method (RFC 9110 §5.6.2). */
export function isToken(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (TOKEN[text.charCodeAt(i)] !== 1) return false;
  return text !== '';
}

/** Fields as they may be written: values cleaned, lines without a proper name left out. */
export function wireFields(fields: FieldList): string[] {
  const out: string[] = [];
  for (let i = 0; i + 1 < fields.length; i += 2)
    if (isToken(fields[i]!)) out.push(fields[i]!, wireValue(fields[i + 1]!));
  return out;
}

/** A whole HTTP/1.1 head in latin1. */
export function wireHead(status: number, phrase: string, fields: FieldList): string {
  const cleaned = wireFields(fields);
  let out = `HTTP/1.1 ${status} ${wirePhrase(phrase)}\r\n`;
  for (let i = 0; i < cleaned.length; i += 2) out += `${cleaned[i]}: ${cleaned[i + 1]}\r\n`;
  return `${out}\r\n`;
}
