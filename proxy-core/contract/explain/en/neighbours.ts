/** The nearest stored response, in English. */
import type { Neighbour } from '../../reasons.ts';
import { pathDifferences, type PathDifference } from '../paths.ts';
import { listOf } from '../../wording/plurals.ts';
import { clockOf, countOf, namesOf } from '../texts.ts';
import { differ, list, span, valueOr } from './words.ts';

const WHY = {
  capacity: 'to make room',
  expired: 'because it had expired and room was needed',
  invalidated: 'because it was invalidated',
  replaced: 'because a newer response took its place',
  user: 'by hand',
} as const;

const PATHS: Record<PathDifference, string> = {
  slash: 'by a slash at the end',
  case: 'in upper and lower case',
  encoding: 'in percent-encoding',
  dots: 'by dot segments',
  index: 'by index.html',
};

const differences = (stored: string, sent: string): string =>
  listOf(
    'en',
    pathDifferences(stored, sent).map((name) => PATHS[name]),
  );

export function neighbour({ difference: d, url }: Neighbour): string {
  switch (d.kind) {
    case 'vary':
      return `the stored response was for ${d.stored === null ? `a request without ${d.field}` : `${d.field}: ${valueOr(d.stored, '')}`}; you sent ${valueOr(d.sent, 'no such field')}${d.also === undefined ? '' : `; ${list(d.also)} ${differ(namesOf(d.also).length)} too`}`;
    case 'query':
      if (d.stored === null && countOf(url, d.parameter) > 0)
        return `stored is this URL with the query parameter ${d.parameter} given fewer times; you sent ${d.parameter}=${d.sent} one more time`;
      if (d.sent === null && countOf(url, d.parameter) > 1)
        return `stored is this URL with the query parameter ${d.parameter} given more times (${d.parameter}=${d.stored})`;
      if (d.stored === null)
        return `stored is this URL without the query parameter ${d.parameter}; you sent ${d.parameter}=${d.sent}`;
      if (d.sent === null) return `stored is this URL with ${d.parameter}=${d.stored}; you sent it without`;
      return `stored is this URL with ${d.parameter}=${d.stored}; you sent ${d.parameter}=${d.sent}`;
    case 'method':
      return `only an answer to ${d.stored} was stored, which has no content; you sent ${d.sent}`;
    case 'path':
      if (d.stored.startsWith('?'))
        return d.stored === d.sent || d.stored === '?' || d.sent === '?'
          ? 'stored is this URL; an empty query (?) is all that differs'
          : `stored is this URL with the same query parameters in another order (${d.stored}); you sent ${d.sent}`;
      return differences(d.stored, d.sent) === ''
        ? `stored is ${d.stored}; you asked for ${d.sent}`
        : `stored is ${d.stored}, which differs ${differences(d.stored, d.sent)}; you asked for ${d.sent}`;
    case 'scheme':
      return `stored is the ${d.stored} URL; you asked for it over ${d.sent}`;
    case 'port':
      return `stored is this URL on port ${d.stored}; you asked for it on port ${d.sent}`;
    case 'expired':
      return `the stored response expired ${span(d.secondsAgo)} ago`;
    case 'removed':
      return `it was here until ${clockOf(d.atMs)}, when it was removed ${WHY[d.why]}${d.by === undefined || d.by === 'user' ? '' : ` (${d.by})`}`;
  }
}
