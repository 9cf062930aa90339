/** Media types as a person calls them. Pure. */
import { TYPE_WORDS } from './filter/terms.ts';

/** `application/javascript` as `js`, `image/png` as `png`. */
export function shortType(contentType: string | undefined): string {
  if (contentType === undefined) return '';
  const sub = contentType.split('/')[1] ?? contentType;
  if (/javascript|ecmascript/.test(sub)) return 'js';
  if (sub === 'octet-stream') return 'binary';
  if (sub === 'plain') return 'text';
  const word =
    sub
      .replace(/^(x-|vnd\.)+/, '')
      .split('+')
      .pop() ?? sub;
  return TYPE_WORDS.find((item) => item === word) ?? word.replace('www-form-urlencoded', 'form');
}
