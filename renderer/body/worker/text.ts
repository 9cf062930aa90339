/** Bytes as text of a charset (WHATWG Encoding), in slices; what does not belong to it becomes U+FFFD. Pure. */
import { charsetOfText, type CharsetSource } from '../../../proxy-core/contract/charset.ts';
import type { Work } from './work.ts';

/** Which charset a text is read in. */
export interface TextCharset {
  charset: string;
  /** `unknown`: the one that is named is none, so it is read as UTF-8. */
  from: CharsetSource | 'unknown';
}

/** Bytes decoded between two places to stop. */
const STEP_BYTES = 256 * 1024;

/** The charset these bytes are read in: by their mark, Content-Type, or their own declaration. */
export function chooseCharset(bytes: Uint8Array, mediaType: string, declared: string | undefined): TextCharset {
  const found = charsetOfText(bytes, mediaType, declared);
  try {
    new TextDecoder(found.charset);
    return found;
  } catch {
    return { charset: found.charset, from: 'unknown' };
  }
}

export function decoderOf({ charset, from }: TextCharset): TextDecoder {
  return new TextDecoder(from === 'unknown' ? 'utf-8' : charset);
}

export function* decodeText(bytes: Uint8Array, charset: TextCharset): Work<string> {
  const decoder = decoderOf(charset);
  let text = '';
  for (let at = 0; at < bytes.length; at += STEP_BYTES) {
    text += decoder.decode(bytes.subarray(at, at + STEP_BYTES), { stream: true });
    yield;
  }
  return text + decoder.decode();
}
