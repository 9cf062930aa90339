/** From bytes as they went over the wire to something a person can read. No DOM beyond what every browser decodes. */

import { isTextType } from '../../../proxy-core/contract/media-types.ts';
import type { Work } from './work.ts';

/** `cut`: decoding stopped at {@link DECODED_MAX}. */
export type Decoded =
  | { kind: 'plain'; bytes: Uint8Array }
  | { kind: 'decoded'; bytes: Uint8Array; encoding: string; cut: boolean }
  | { kind: 'encoded' | 'damaged'; bytes: Uint8Array; encoding: string };

const STREAMS: Record<string, CompressionFormat> = { gzip: 'gzip', 'x-gzip': 'gzip', deflate: 'deflate' };

/** Decoded bodies stop here: a small body must not unfold without bound. */
export const DECODED_MAX = 32 * 1024 * 1024;

/**
 * Compressed bytes handed over at once: browsers inflate a whole piece in one go on the page's thread, and a piece may
 * become a thousand times as much.
 */
const PIECE_BYTES = 4096;
/** Decoded bytes between two rests of the page's thread. */
const REST_BYTES = 1024 * 1024;

/** Hands the bytes over as they are asked for, until `wanted` says no. */
function inPieces(bytes: Uint8Array, wanted: () => boolean): ReadableStream<Uint8Array<ArrayBuffer>> {
  let at = 0;
  return new ReadableStream(
    {
      pull: (controller) => {
        if (at < bytes.length && wanted()) controller.enqueue(bytes.slice(at, (at += PIECE_BYTES)));
        else controller.close();
      },
    },
    { highWaterMark: 0 },
  );
}

const rest = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));

async function inflate(
  bytes: Uint8Array,
  format: CompressionFormat,
): Promise<{ bytes: Uint8Array; complete: boolean; cut: boolean }> {
  const reader = inPieces(bytes, () => !cut)
    .pipeThrough(new DecompressionStream(format))
    .getReader();
  const parts: Uint8Array[] = [];
  let size = 0;
  let complete = true;
  let cut = false;
  let restAt = REST_BYTES;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      // What was on its way when enough had come.
      if (cut) continue;
      parts.push(value);
      size += value.length;
      if (size >= restAt) {
        restAt = size + REST_BYTES;
        await rest();
      }
      cut = size > DECODED_MAX;
    }
  } catch {
    // A body that was kept only in part ends in an error; what came out before is good.
    complete = false;
  }
  const out = new Uint8Array(size);
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return { bytes: out, complete, cut };
}

/** Undoes Content-Encoding where the browser can; says so where it cannot. */
export async function decodeBody(bytes: Uint8Array, encoding: string | undefined): Promise<Decoded> {
  const name = encoding?.trim().toLowerCase() ?? '';
  if (name === '' || name === 'identity' || bytes.length === 0) return { kind: 'plain', bytes };
  const format = STREAMS[name];
  if (format === undefined) return { kind: 'encoded', bytes, encoding: name };
  let result = await inflate(bytes, format);
  // "deflate" without the zlib wrapper is wrong and common.
  if (result.bytes.length === 0 && format === 'deflate') result = await inflate(bytes, 'deflate-raw');
  return result.bytes.length === 0 && !result.complete
    ? { kind: 'damaged', bytes, encoding: name }
    : { kind: 'decoded', bytes: result.bytes, encoding: name, cut: result.cut };
}

/** Ways a body can be shown, best first. */
export type BodyMode = 'json' | 'pretty' | 'events' | 'form' | 'image' | 'text' | 'hex';

const IMAGE_TYPES = /^image\/(png|jpe?g|gif|webp|avif|bmp|svg\+xml|x-icon|vnd\.microsoft\.icon)$/;

/** True when the first bytes look like text rather than like a file format. */
export function looksLikeText(bytes: Uint8Array): boolean {
  const head = bytes.subarray(0, 1024);
  let odd = 0;
  for (const byte of head)
    if (byte === 0) return false;
    else if (byte < 9 || (byte > 13 && byte < 32)) odd++;
  return odd <= head.length / 50;
}

/** A drawing beyond these is shown as its text only. */
const SVG_MAX = 1024 * 1024;
const SVG_REFERENCES_MAX = 24;

/**
 * False for a drawing that could unfold without bound: a few elements that each show the one before twice keep the
 * page's thread busy for minutes.
 */
export function isTameSvg(bytes: Uint8Array): boolean {
  if (bytes.length > SVG_MAX) return false;
  const text = decodeText(bytes);
  if (text.includes('<!ENTITY') || text.includes('xi:include')) return false;
  let references = 0;
  for (const name of ['use', 'pattern', 'mask', 'marker', 'feImage']) {
    for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, at + name.length)) {
      // With a prefix too: `<svg:use`.
      const before = text.charAt(at - 1);
      if ((before === '<' || before === ':') && ++references > SVG_REFERENCES_MAX) return false;
    }
  }
  return true;
}

/** Which views make sense for this media type; the first is shown. */
export function bodyModes(mediaType: string | undefined, bytes: Uint8Array): BodyMode[] {
  const type = mediaType?.toLowerCase() ?? '';
  if (type === 'image/svg+xml')
    return isTameSvg(bytes) ? ['image', 'pretty', 'text', 'hex'] : ['pretty', 'text', 'hex'];
  if (IMAGE_TYPES.test(type)) return ['image', 'hex'];
  const isText = isTextType(type) || (!/^(image|audio|video|font)\//.test(type) && looksLikeText(bytes));
  if (!isText) return ['hex'];
  if (/json/.test(type) || (type === '' && /^\s*[[{]/.test(new TextDecoder('latin1').decode(bytes.subarray(0, 64)))))
    return ['json', 'text', 'hex'];
  if (type === 'text/event-stream') return ['events', 'text', 'hex'];
  if (type === 'application/x-www-form-urlencoded') return ['form', 'text', 'hex'];
  if (/html|xml|css/.test(type)) return ['pretty', 'text', 'hex'];
  return ['text', 'hex'];
}

/** Bytes as UTF-8; broken sequences become U+FFFD. */
export function decodeText(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}

/** Bytes decoded between two places to stop. */
const STEP_BYTES = 256 * 1024;

/** The same for large bodies. */
export function* decodeLongText(bytes: Uint8Array): Work<string> {
  const decoder = new TextDecoder();
  let text = '';
  for (let at = 0; at < bytes.length; at += STEP_BYTES) {
    text += decoder.decode(bytes.subarray(at, at + STEP_BYTES), { stream: true });
    yield;
  }
  return text + decoder.decode();
}
