/** Which ways of showing a body its media type and its first bytes allow. Pure. */
import { isTextType } from '../../../proxy-core/contract/media-types.ts';
import { graphqlText, jwtJson } from './readings.ts';
import { decoderOf, type TextCharset } from './text.ts';

/** Ways a body can be shown, best first. */
export type BodyMode =
  | 'json'
  | 'graphql'
  | 'documents'
  | 'jwt'
  | 'protobuf'
  | 'grpc'
  | 'pretty'
  | 'events'
  | 'form'
  | 'parts'
  | 'image'
  | 'media'
  | 'font'
  | 'text'
  | 'hex';

const UTF_8: TextCharset = { charset: 'utf-8', from: 'default' };

/** Images that browsers draw. */
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

const DOCUMENT_TYPES = /(?:ndjson|jsonl|jsonlines|json-seq)$/;
const PROTOBUF_TYPES = /(?:protobuf|\+proto)$/;
/** Longer scripts are not laid out: what does that does it in one go. */
const SCRIPT_MAX = 256 * 1024;
/** A request in GraphQL and a token are short, and say so at their beginning. */
const READ_MAX = 256 * 1024;

export const isScript = (type: string): boolean => /(?:java|ecma)script$/.test(type);
/** True for what browsers play or draw, where the whole of it is needed for that. */
export const isMedia = (type: string): boolean => IMAGE_TYPES.test(type) || /^(?:audio|video|font)\//.test(type);

function jsonModes(bytes: Uint8Array, type: string, charset: TextCharset): BodyMode[] {
  const head = decoderOf(charset).decode(bytes.subarray(0, 4096));
  const isRequest =
    bytes.length <= READ_MAX &&
    head.includes('"query"') &&
    graphqlText(decoderOf(charset).decode(bytes), type) !== undefined;
  return isRequest ? ['graphql', 'json', 'text', 'hex'] : ['json', 'text', 'hex'];
}

/** Which views make sense for this media type; the first is shown. */
export function bodyModes(mediaType: string | undefined, bytes: Uint8Array, charset = UTF_8): BodyMode[] {
  const type = mediaType?.toLowerCase() ?? '';
  if (type === 'image/svg+xml')
    return isTameSvg(bytes, charset) ? ['image', 'pretty', 'text', 'hex'] : ['pretty', 'text', 'hex'];
  if (IMAGE_TYPES.test(type)) return ['image', 'hex'];
  if (/^(?:audio|video)\//.test(type)) return ['media', 'hex'];
  if (type.startsWith('font/') || /^application\/(?:x-)?font-/.test(type)) return ['font', 'hex'];
  if (type.startsWith('application/grpc')) return ['grpc', 'hex'];
  if (PROTOBUF_TYPES.test(type)) return ['protobuf', 'hex'];
  if (type.startsWith('multipart/')) return ['parts', 'text', 'hex'];
  const isText = charset.from === 'bom' || isTextType(type) || looksLikeText(bytes);
  if (!isText) return ['hex'];
  if (DOCUMENT_TYPES.test(type)) return ['documents', 'text', 'hex'];
  const head = decoderOf(charset).decode(bytes.subarray(0, 64)).trimStart();
  if (type.includes('json') || (type === '' && (head.startsWith('[') || head.startsWith('{'))))
    return jsonModes(bytes, type, charset);
  if (type.includes('graphql')) return ['graphql', 'text', 'hex'];
  if (type === 'text/event-stream') return ['events', 'text', 'hex'];
  if (type === 'application/x-www-form-urlencoded') return ['form', 'text', 'hex'];
  if (isScript(type)) return bytes.length <= SCRIPT_MAX ? ['pretty', 'text', 'hex'] : ['text', 'hex'];
  if (/html|xml|css/.test(type)) return ['pretty', 'text', 'hex'];
  if (head.startsWith('eyJ') && bytes.length <= READ_MAX && jwtJson(decoderOf(charset).decode(bytes)) !== undefined)
    return ['jwt', 'text', 'hex'];
  return ['text', 'hex'];
}
