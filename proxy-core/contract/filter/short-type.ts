/** Media types as a person calls them, and the words for kinds of them: what a cell shows, a filter finds. Pure. */

/** Kinds of types that a filter knows by name. */
export const TYPE_WORDS = [
  'html',
  'css',
  'js',
  'json',
  'xml',
  'image',
  'font',
  'media',
  'form',
  'text',
  'none',
] as const;
type Kind = Exclude<(typeof TYPE_WORDS)[number], 'none'>;

/** No word of a type is longer; the rest of what somebody sends as one is not shown. */
const LONGEST = 200;

/** `application/javascript` as `js`, `image/png` as `png`, `image/svg+xml` as `svg`; empty when there is none. */
export function shortType(contentType: string | undefined): string {
  if (contentType === undefined || contentType === '') return '';
  const slash = contentType.indexOf('/');
  const sub = contentType.slice(slash + 1, slash + 1 + LONGEST).toLowerCase();
  if (sub.includes('javascript') || sub.includes('ecmascript')) return 'js';
  if (sub === 'octet-stream') return 'binary';
  if (sub === 'plain') return 'text';
  if (sub === 'svg+xml') return 'svg';
  if (sub === 'xhtml+xml') return 'html';
  const word = sub.slice(sub.lastIndexOf('+') + 1).replace(/^(x-|vnd\.)+/, '');
  return word === 'www-form-urlencoded' ? 'form' : word;
}

const KINDS: Record<Kind, (type: string) => boolean> = {
  html: (type) => type.includes('html'),
  css: (type) => type.includes('css'),
  js: (type) => type.includes('javascript') || type.includes('ecmascript'),
  json: (type) => type.includes('json'),
  // A picture and a page, whatever they are written in.
  xml: (type) => type.includes('xml') && !type.includes('svg') && !type.includes('html'),
  image: (type) => type.startsWith('image/'),
  font: (type) => type.includes('font'),
  media: (type) => type.startsWith('audio/') || type.startsWith('video/'),
  form: (type) => type.includes('form'),
  text: (type) => type.startsWith('text/'),
};

const isKind = (word: string): word is Kind => Object.hasOwn(KINDS, word);

/**
 * A test of media types, given as `mediaTypeOf` has them: for `type:word` a kind, the short name or a part of the type; for
 * `type=word` (`exact`) the short name or the whole type.
 */
export function typeTest(word: string, exact: boolean): (contentType: string | undefined) => boolean {
  const asked = word.toLowerCase();
  if (asked === 'none') return (type) => shortType(type) === '' || type === asked;
  if (exact) return (type) => type === asked || shortType(type) === asked;
  const known = isKind(asked) ? asked : undefined;
  if (known !== undefined) return (type) => type !== undefined && (KINDS[known](type) || shortType(type) === asked);
  return (type) => type !== undefined && (type.includes(asked) || shortType(type) === asked);
}
