/** What would have made it a hit, in English. */
import { NO_ADVICE, OF_THE_CLIENT, type ExplainTexts } from '../texts.ts';
import { or, span } from './words.ts';

const NO_STANDING: Record<string, string> = {
  'must-revalidate': 'A response without must-revalidate: then the stored one may stand in.',
  'proxy-revalidate': 'A response without proxy-revalidate: then the stored one may stand in.',
  's-maxage': 'A response with max-age in the place of s-maxage: then the stored one may stand in.',
  'no-cache': 'A response without no-cache: then the stored one may stand in.',
  over: 'A longer stale-if-error.',
  'stale-if-error': 'A longer stale-if-error.',
};

/** What would let the stored response stand in. */
function standing(forbids: unknown): string[] {
  const advice = NO_STANDING[String(forbids)];
  return advice === undefined ? [] : [advice];
}

export const EN_ADVICE: ExplainTexts['advice'] = {
  fresh: NO_ADVICE,
  'stale-allowed': NO_ADVICE,
  revalidated: () => ['A longer lifetime (Cache-Control: max-age or s-maxage) would save the trip to the origin.'],
  'stale-while-revalidate': NO_ADVICE,
  'background-validation': NO_ADVICE,
  'stale-if-error': NO_ADVICE,
  'stale-on-error': NO_ADVICE,
  'only-if-cached': () => ['Ask once without only-if-cached, so that the response is stored.'],
  'uri-miss': (f) =>
    f['replyOf'] === 'origin' && f['reply'] === 304
      ? ['A request without a condition: the whole response may be stored.']
      : ['The next request for the same URL, if the response may be stored.'],
  'method-mismatch': () => ['A GET first: its response also answers HEAD.'],
  'vary-mismatch': (f) => [
    `The same ${or(f['field'])} as before.`,
    `A response that does not vary by ${or(f['field'])}.`,
  ],
  expired: (f) => [
    'A longer lifetime (Cache-Control: max-age or s-maxage).',
    ...(f['forbids'] === undefined && f['secondsAgo'] !== undefined
      ? [`stale-while-revalidate of at least ${span(Math.max(1, Number(f['secondsAgo'])))}.`]
      : []),
  ],
  'validation-required': () => ['A response without no-cache.'],
  'validation-changed': (f) => [
    ...(f['ignored'] === undefined || f['content'] === 'other'
      ? []
      : ['An origin that answers the condition with 304.']),
    ...(f['ignored'] === undefined && f['content'] === 'same'
      ? ['An ETag that stays the same while the content does.']
      : []),
    f['content'] === 'other'
      ? 'A longer lifetime; the content had changed, though.'
      : 'A longer lifetime (Cache-Control: max-age or s-maxage).',
  ],
  'user-validation': NO_ADVICE,
  'request-no-cache': (f) => [
    `A request without ${f['pragma'] === 1 ? 'Pragma: no-cache' : 'no-cache'} (reloading in a browser sends it).`,
  ],
  'request-max-age': () => [
    'A request without max-age, or with a larger one (reloading in a browser sends max-age=0).',
  ],
  'request-condition': () => ['A request without If-Match and If-Unmodified-Since.'],
  'request-min-fresh': () => ['A smaller min-fresh, or a longer lifetime of the response.'],
  'partial-miss': () => ['A request for bytes that are stored, or a complete response.'],
  'evicted-capacity': () => ['More room (entries or bytes in the settings), or pinning the entry.'],
  'evicted-by-user': NO_ADVICE,
  invalidated: NO_ADVICE,
  'expired-removed': () => ['A longer lifetime, or more room.'],
  'request-no-store': () => ['A request without no-store.'],
  'request-content': () => ['A request without content: what it asks for belongs in the URL.'],
  'control-token': () => [
    'A request without that token: it is for the control server only, and never through the proxy.',
  ],
  'method-not-cacheable': (f) =>
    f['stored'] === 1 || f['method'] !== 'POST'
      ? []
      : ['A response with a lifetime and a Content-Location of the same URL: it is stored for later GETs.'],
  'status-not-cacheable': (f) =>
    f['sieUnused'] !== undefined
      ? standing(f['sieUnused'])
      : f['never'] === 1
        ? []
        : ['A lifetime in the response (Cache-Control: max-age), or Cache-Control: public.'],
  'response-no-store': () => ['A response without no-store.'],
  'response-private': () => ['A response without private, with s-maxage or max-age instead.'],
  authorization: () => ['public, s-maxage or must-revalidate in the response, if it is the same for everybody.'],
  'set-cookie': () => ['A response without Set-Cookie, or with an explicit lifetime (max-age, s-maxage) or public.'],
  'event-stream': () => ['Nothing: what an event stream sends is meant for whoever is connected.'],
  'vary-any': () => ['A Vary that names fields, instead of *.'],
  'no-freshness-information': (f) => [
    'Cache-Control: max-age or s-maxage in the response.',
    'An ETag or Last-Modified, so that the origin can be asked.',
    ...(f['source'] === 'none' || f['source'] === undefined ? ['A default lifetime in the settings.'] : []),
  ],
  'not-understood': () => ['A response without must-understand.'],
  'body-over-limit': () => ['A larger limit for stored content in the settings.'],
  'storing-off': () => ['A limit for stored content above 0 in the settings.'],
  incomplete: () => ['A complete response.'],
  partial: () => ['A complete response, or one well-formed part.'],
  'invalidated-meanwhile': () => ['The next request for the same URL; its answer is from after the change.'],
  'cache-off': () => ['Cache mode standard in the settings.'],
  tunnel: (f) => (f['why'] === undefined ? ['Plain http, or interception of this host.'] : []),
  intercept: NO_ADVICE,
  'client-refused': () => [
    'Make the client trust the CA of this proxy.',
    'If it pins certificates, leave this host alone: its tunnels go through unread.',
  ],
  'no-certificate': () => ['See the CA in the settings: its files cannot be used.'],
  upgrade: NO_ADVICE,
  'upstream-failed': (f) => {
    if (f['unasked'] === 1 || OF_THE_CLIENT.has(f['error'])) return [];
    if (f['forbids'] === undefined) return ['A response that was stored before: it may stand in.'];
    return standing(f['forbids']);
  },
  'client-left': NO_ADVICE,
  'connection-failed': NO_ADVICE,
  'internal-error': NO_ADVICE,
  'stage-reply': NO_ADVICE,
  'stage-drop': NO_ADVICE,
  'own-page': NO_ADVICE,
  'request-refused': NO_ADVICE,
};
