/** What conditions and ranges made of a reply, in English. */
import { isDate, type Facts } from '../texts.ts';
import { or, size } from './words.ts';

export function replyMade(f: Facts): string {
  const [sent, held] = [or(f['replySent']), or(f['replyHeld'])];
  const validator = f['replyBy'] === 'If-Modified-Since' || isDate(held) ? 'Last-Modified' : 'ETag';
  if (f['replyOf'] === 'origin') {
    if (f['replySent'] === '') return `the origin sent a ${or(f['reply'])}, which the request had not asked for`;
    if (f['reply'] === 304)
      return `the origin answered the client’s ${or(f['replyBy'])} (${sent}) with a 304, so the client’s own copy is good and there is nothing to store`;
    if (f['reply'] === 206)
      return held === 'none'
        ? 'the origin sent a 206 that does not say which part it is (no Content-Range)'
        : `the origin sent a part (bytes ${held}), as asked (${sent})`;
    return `the origin has nothing of what was asked for (${sent}; Content-Range: ${held})`;
  }
  if (f['reply'] === 304)
    return f['replyBy'] === 'If-Modified-Since'
      ? `the client gets a 304, because nothing has changed since its If-Modified-Since (${sent})`
      : `the client gets a 304, because its ${validator} matches (${sent})`;
  if (f['reply'] === 206)
    return `the client gets a 206, cut from ${f['replyFrom'] === 'part' ? 'the stored part' : 'the whole'} (bytes ${held})`;
  if (f['reply'] === 416)
    return `the client gets a 416, because only ${size(Number(held))} are there (it asked for ${sent})`;
  if (f['replyBy'] === 'If-Range')
    return `the client gets the whole although it asked for a range, because its If-Range (${sent}) is not the stored ${validator} (${held})`;
  if (f['replyBy'] === 'Range')
    return `the client gets the whole, because its Range (${sent}) is invalid or in a unit that is not known here`;
  return `the client gets the whole, because its ${or(f['replyBy'])} (${sent}) does not match the stored ${validator} (${held})`;
}
