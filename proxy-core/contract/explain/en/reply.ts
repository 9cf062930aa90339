/** What conditions and ranges made of a reply, in English. */
import { isDate, type Facts } from '../texts.ts';
import { bytes, bytesOfWhole, or } from './words.ts';

export function replyMade(f: Facts): string {
  const [sent, held] = [or(f['replySent']), or(f['replyHeld'])];
  const isOfDate = f['replyBy'] === 'If-Modified-Since' || (f['replyBy'] === 'If-Range' && isDate(sent));
  const validator = isOfDate ? 'Last-Modified' : 'ETag';
  if (f['replyOf'] === 'origin') {
    if (f['replySent'] === '') return `the origin sent a ${or(f['reply'])}, which the request had not asked for`;
    if (f['reply'] === 304)
      return `the origin answered the client’s ${or(f['replyBy'])} (${sent}) with a 304, so the client’s own copy is good and there is nothing to store`;
    if (f['reply'] === 206)
      return held === 'none'
        ? 'the origin sent a 206 that does not say which part it is (no Content-Range)'
        : `the origin sent a part (bytes ${bytesOfWhole(held)}), as asked (${sent})`;
    return `the origin has nothing of what was asked for (${sent}; Content-Range: ${held})`;
  }
  if (f['replyWhy'] === 'status')
    return `the client gets the stored ${or(f['reply'])} as it is: a condition counts only where the reply would be a 2xx`;
  const stored = held === 'none' ? `no ${validator} is stored` : `the stored ${validator} is ${held}`;
  if (f['reply'] === 304) {
    if (f['replyBy'] === 'If-Modified-Since')
      return `the client gets a 304, because what is stored is not newer than its If-Modified-Since (${sent})`;
    if (sent === '*') return 'the client gets a 304, because its If-None-Match is *, which matches any stored response';
    return sent === held
      ? `the client gets a 304, because its ETag matches (${sent})`
      : `the client gets a 304, because its If-None-Match (${sent}) matches the stored ETag (${held})`;
  }
  if (f['reply'] === 206)
    return `the client gets a 206, cut from ${f['replyFrom'] === 'part' ? 'the stored part' : 'the whole response'} (bytes ${bytesOfWhole(held)})`;
  if (f['reply'] === 416)
    return `the client gets a 416, because only ${bytes(Number(held))} there (it asked for ${sent})`;
  if (f['replyBy'] === 'If-Range')
    return `the client gets the whole response although it asked for a range, because ${
      sent.startsWith('W/')
        ? `a weak ETag never matches in If-Range (${sent})`
        : `its If-Range is ${sent}, and ${stored}`
    }`;
  if (f['replyBy'] === 'Range')
    return `the client gets the whole response: its Range (${sent}) ${ignored(f['replyWhy'])}`;
  if (f['replyBy'] === 'If-None-Match')
    return `the client gets the whole response, because its If-None-Match is ${sent}, and ${stored}`;
  return f['replyWhy'] === 'date'
    ? `the client gets the whole response, because its If-Modified-Since (${sent}) is not a date`
    : `the client gets the whole response, because ${held === 'none' ? 'what is stored is newer' : `the stored Last-Modified (${held}) is later`} than its If-Modified-Since (${sent})`;
}

/** Why a Range has no say. */
function ignored(why: unknown): string {
  switch (why) {
    case 'unit':
      return 'is in a unit that is not known here';
    case 'too-much':
      return 'asks for more than the whole, or for too many parts';
    default:
      return 'is not valid';
  }
}
