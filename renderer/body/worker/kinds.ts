/** Which ways of showing a body its media type and its first bytes allow. Pure. */
import { isTextType } from '../../../proxy-core/contract/media-types.ts';
import { decoderOf, type TextCharset } from './text.ts';

/** Ways a body can be shown, best first. */
export type BodyMode = 'json' | 'pretty' | 'events' | 'form' | 'image' | 'text' | 'hex';

const UTF_8: TextCharset = { charset: 'utf-8', from: 'default' };

/** Images that browsers draw. */
export const IMAGE_TYPES = /^image\/(png|jpe?g|gif|webp|avif|bmp|svg\+xml|x-icon|vnd\.microsoft\.icon)$/;

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
export function isTameSvg(bytes: Uint8Array, charset = UTF_8): boolean {
  if (bytes.length > SVG_MAX) return false;
  const text = decoderOf(charset).decode(bytes);
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
export function bodyModes(mediaType: string | undefined, bytes: Uint8Array, charset = UTF_8): BodyMode[] {
  const type = mediaType?.toLowerCase() ?? '';
  if (type === 'image/svg+xml')
    return isTameSvg(bytes, charset) ? ['image', 'pretty', 'text', 'hex'] : ['pretty', 'text', 'hex'];
  if (IMAGE_TYPES.test(type)) return ['image', 'hex'];
  const isText =
    charset.from === 'bom' || isTextType(type) || (!/^(image|audio|video|font)\//.test(type) && looksLikeText(bytes));
  if (!isText) return ['hex'];
  if (/json/.test(type) || (type === '' && /^\s*[[{]/.test(new TextDecoder('latin1').decode(bytes.subarray(0, 64)))))
    return ['json', 'text', 'hex'];
  if (type === 'text/event-stream') return ['events', 'text', 'hex'];
  if (type === 'application/x-www-form-urlencoded') return ['form', 'text', 'hex'];
  if (/html|xml|css/.test(type)) return ['pretty', 'text', 'hex'];
  return ['text', 'hex'];
}
