/** Why an exchange ended as it did, in English. */
import { isReasonCode, type ReasonCode } from '../../reasons.ts';
import { fieldOf, isSameContent, namesOf, otherwiseOf, saidOf, type ExplainTexts, type Facts } from '../texts.ts';
import { LEFT, notOpened, REFUSED } from './connections.ts';
import { failed } from './failures.ts';
import {
  at,
  below,
  bytesOfWhole,
  compared,
  expiry,
  failure,
  freshFor,
  left,
  leftOf,
  or,
  past,
  sizes,
  source,
  span,
  stale,
  standsNot,
  stated,
} from './words.ts';

/** Why the proxy itself answered a request. */
const REFUSALS: Record<string, string> = {
  loop: 'the proxy could not forward this request: it leads back to the proxy',
  target: 'the proxy could not forward this request: its target is malformed, or of a scheme other than http and https',
  authority: 'the proxy could not forward this request: its target is not a host with a port',
  misdirected: 'the proxy did not forward this request: its Host is not the server that the connection is for',
  'max-forwards': 'the request was to go no further (Max-Forwards: 0), so the proxy answered it',
  content: 'the proxy could not forward this request: its content is malformed',
};

/** What becomes of a stored response that the origin confirmed. */
function confirmed(f: Facts): string {
  const { removed } = f;
  if (removed !== undefined && isReasonCode(String(removed)))
    return `it is removed all the same, because ${EN_REASONS[removed as ReasonCode](f)}`;
  if (f['kept'] === 'weakly')
    return 'it stays as old as it was, because the ETag of the confirmation is only weakly the stored one';
  return freshFor(f['left'] ?? f['lifetime'], 'it is fresh again', 'it must be revalidated again next time');
}

/** What else there was not, when a condition is for the origin alone. */
const NOTHING_FIT: Record<string, string> = {
  'uri-miss': ', and nothing is stored under this URL',
  'vary-miss': ', and what is stored is for other values of the fields in Vary',
  partial: ', and only a part is stored',
  miss: ', and only an answer to HEAD is stored',
};

/** Who confirmed, and why it was asked where freshness would have done. */
function asked(f: Facts): string {
  if (f['background'] === 1) return 'asked in the background, the origin';
  if (f['asked'] === 'validation-required') return 'the stored response says no-cache, so the origin was asked; it';
  const said = saidOf(f['asked'], f);
  return said === undefined ? 'the origin' : `the request says ${said}, so the origin was asked; it`;
}

function tooOld(f: Facts): string {
  const [age, most] = past(f['age'], f['maxAge']);
  return `the stored response is ${age} old; the request accepts at most ${most}`;
}

export const EN_REASONS: ExplainTexts['reasons'] = {
  fresh: (f) =>
    `a stored response was used, ${span(f['age'])} old and fresh for ${left(f)} more (lifetime from ${source(f['source'], f['since'])})`,
  'stale-allowed': (f) =>
    `the stored response has been ${stale(f)}, and the request accepts that (max-stale${f['maxStale'] === 'any' ? '' : `=${or(f['maxStale'])}`})`,
  revalidated: (f) =>
    `${asked(f)} confirmed that the stored response is still valid (${or(f['status'], '304')}); ${confirmed(f)}`,
  'stale-while-revalidate': (f) =>
    `the stored response has been ${stale(f)}; within stale-while-revalidate=${or(f['window'])} it is used while the origin is asked in the background`,
  'background-validation': (f) =>
    f['status'] === undefined
      ? `the cache asks the origin on its own: the stored response, ${stale(f)}, was used meanwhile`
      : f['ignored'] === undefined
        ? `the cache asked on its own, and the origin sent a new response (${f['status']})`
        : `the cache asked on its own, and the origin ignores ${f['ignored']}: it sent a whole response (${f['status']})`,
  'stale-if-error': (f) =>
    `${failure(f)}; within ${f['sieBy'] === 'request' ? 'the request’s ' : ''}stale-if-error=${or(f['window'])} the stored response, ${stale(f)}, is used instead`,
  'stale-on-error': (f) =>
    f['background'] === 1
      ? `asked in the background: ${failure(f)}; the stored response, ${stale(f)}, stays as it is`
      : `${failure(f)}; the stored response, ${stale(f)}, is used instead: nothing in it forbids that`,
  'only-if-cached': (f) =>
    f['otherwise'] === undefined
      ? 'the request wants a stored response only (only-if-cached), and no stored response may be used'
      : `the request wants a stored response only (only-if-cached), and ${otherwiseOf(EN_REASONS, f)}`,
  'uri-miss': () => 'nothing is stored under this URL',
  'method-mismatch': (f) => `only an answer to ${or(f['stored'], 'HEAD')} was stored; you sent ${or(f['sent'], 'GET')}`,
  'vary-mismatch': (f) =>
    `the stored response was for ${or(f['field'])}: ${or(f['stored'], '(no such field)')}; you sent ${or(f['sent'], 'no such field')}`,
  expired: (f) => {
    const told = expiry(f);
    const [age, lifetime] = compared(f['age'], f['lifetime']);
    return told.endsWith(' ago')
      ? `${told} (age ${age}, lifetime ${lifetime} from ${source(f['source'], f['since'])})`
      : told;
  },
  'validation-required': () => 'the stored response says no-cache: it must be revalidated before each use',
  'validation-changed': (f) => {
    const before = f['secondsAgo'] === undefined ? '' : `${expiry(f)}, and `;
    const by = f['ignored'] === 'If-Modified-Since' ? 'Last-Modified' : 'ETag';
    if (f['status'] === undefined) return `${before}the origin answered about a different one`;
    if (f['ignored'] === undefined)
      return `${before}the origin sent a new one (${f['status']})${isSameContent(f) ? ', whose content is the same' : ''}`;
    if (f['content'] === 'other') return `${before}the origin sent other content (${f['status']}) under the same ${by}`;
    return `${before}the origin ignores ${f['ignored']}: it sent ${f['content'] === 'same' ? 'the same content' : 'a whole response'} again (${f['status']}) under the same ${by}`;
  },
  'user-validation': () => 'the stored response was revalidated by hand',
  'request-no-cache': (f) =>
    `the request says ${f['pragma'] === 1 ? 'Pragma: no-cache' : 'no-cache'}, so no stored response may be used without asking the origin`,
  'request-max-age': (f) =>
    f['malformed'] !== undefined
      ? `the request says ${f['malformed']}, which is not a whole number of seconds and counts as 0, so no stored response may be used without asking the origin`
      : f['maxAge'] === 0
        ? 'the request says max-age=0, so no stored response may be used without asking the origin'
        : tooOld(f),
  'request-condition': (f) =>
    `the request has ${or(f['field'], 'If-Match')}, a condition that only the origin can evaluate${NOTHING_FIT[String(f['found'])] ?? ''}`,
  'request-min-fresh': (f) =>
    f['malformed'] !== undefined
      ? `the request says ${f['malformed']}, which is not a whole number of seconds: no stored response is fresh enough for that`
      : `the stored response is fresh for ${below(leftOf(f), f['minFresh'])} more; the request wants at least ${stated(f['minFresh'])}`,
  'partial-miss': (f) =>
    `only bytes ${bytesOfWhole(f['stored'])} are stored; you asked for ${or(f['sent'], 'all of it')}`,
  'evicted-capacity': () => 'it was stored, but was evicted to make room',
  'evicted-by-user': () => 'it was stored, but was evicted by hand',
  invalidated: () => 'it was stored, but a request that may have changed it invalidated it',
  'expired-removed': () => 'it was stored, but had expired and was removed to make room',
  'request-no-store': () =>
    'the request says no-store: its response must not be stored, and this cache does not answer it either',
  'request-content': (f) =>
    `the ${or(f['method'], 'GET')} has content, so its URL alone does not tell what the answer is`,
  'past-cache': () => 'it was sent past the cache by choice; nothing in the request says so to the origin',
  'control-token': () => 'the request carries the token of the control server, which is kept nowhere',
  'method-not-cacheable': (f) =>
    f['stored'] === 1
      ? `${or(f['method'])} goes to the origin; its response is stored for later GETs, as its Content-Location and lifetime say`
      : f['method'] === 'POST'
        ? 'an answer to POST is stored only with a lifetime and a Content-Location that is this URL'
        : `answers to ${or(f['method'], 'this method')} are not stored`,
  'status-not-cacheable': (f) =>
    f['fixed'] === 1
      ? `a ${or(f['status'])} is none of the statuses that the fixed lifetime of the settings is for`
      : f['never'] === 6585
        ? `no cache may store a ${or(f['status'])} (RFC 6585)`
        : f['never'] === 1
          ? `a ${or(f['status'])} answers this one request and is never stored`
          : `a ${or(f['status'])} is stored only with a lifetime of its own or Cache-Control: public`,
  'response-no-store': (f) => `the response says no-store (${fieldOf(f)}: ${or(f['cacheControl'])})`,
  'response-private': (f) => `the response is for one user only (${fieldOf(f)}: ${or(f['cacheControl'])})`,
  authorization: (f) =>
    f['fixed'] === 1
      ? 'the request had Authorization, and under a fixed lifetime its response is shared only if the settings say so'
      : 'the request had Authorization, and the response does not say that it may be shared (public, s-maxage or must-revalidate)',
  'set-cookie': (f) =>
    f['fixed'] === 1
      ? 'the response sets a cookie, and under a fixed lifetime it is shared only if the settings say so'
      : 'the response sets a cookie and does not say that it may be shared (a rule of this cache, RFC 9111 has none)',
  'event-stream': () => 'the response is a stream of server-sent events, which is passed on and never stored',
  'vary-any': () => 'the response says Vary: *, so it matches no other request',
  'no-freshness-information': (f) =>
    namesOf(f['hinders']).includes('no-cache')
      ? 'the response says no-cache and has no validator (ETag or Last-Modified) to ask the origin with'
      : f['source'] === 'none' || f['source'] === undefined
        ? `the response has neither a lifetime nor a validator (ETag or Last-Modified)${f['skipped'] === undefined ? '' : `; ${f['skipped']} does not count, for the white space before the =`}`
        : `the response was stale from the start (${
            f['malformed'] === undefined
              ? or(f['cacheControl'], f['expires'] === undefined ? source(f['source']) : `Expires: ${f['expires']}`)
              : `${f['malformed']} is not a whole number of seconds`
          }) and has no validator`,
  'not-understood': (f) =>
    `the response says must-understand, and this cache does not know the status ${or(f['status'])}`,
  'body-over-limit': (f) => {
    const [content, limit] = sizes(f['size'], f['limit']);
    return `the content${f['size'] === undefined ? '' : `, ${content},`} is over the limit for stored content (${limit})`;
  },
  'storing-off': () => 'storing is turned off (largest stored content is 0)',
  'no-room': () =>
    'there is no room for it within the bounds of the cache (entries, bytes), or pinned entries take it up',
  incomplete: () => 'the response was cut off before its end',
  partial: (f) =>
    f['contentRange'] === undefined || f['contentRange'] === ''
      ? 'the origin sent a 206 that does not say which part it is (no Content-Range)'
      : `the part the origin sent cannot be stored (Content-Range: ${f['contentRange']})`,
  'invalidated-meanwhile': () => 'the URL was invalidated or evicted while this response was in flight',
  'cache-off': () => 'the cache is turned off',
  tunnel: (f) => notOpened(f['why'], f['host']),
  intercept: () => 'the connection is intercepted: the requests inside it have rows of their own',
  'client-refused': (f) =>
    `the client aborted the TLS handshake for ${or(f['host'])}: ${REFUSED[String(f['cause'])] ?? or(f['cause'])}`,
  'no-certificate': (f) => `no certificate could be issued for ${or(f['host'])}`,
  upgrade: (f) =>
    f['status'] !== undefined
      ? `the origin did not switch to ${or(f['asked'])}: it answered ${f['status']}`
      : `the connection switched to ${or(f['protocol'] ?? f['asked'])}; what is said in it is passed on, never stored`,
  'upstream-failed': (f) => {
    if (f['error'] === 'client_stalled') return 'the client sent no more of its content and was let go';
    if (f['error'] === 'client_aborted') return 'the client went away before its request was complete';
    if (f['forbids'] === undefined) return failed(f['error']);
    return `${failed(f['error'])}; the stored response${f['secondsAgo'] === undefined ? '' : `, ${stale(f)},`} may not stand in: ${standsNot(f)}`;
  },
  'client-left': (f) => LEFT[String(f['began'])] ?? 'the client left before the reply began',
  'connection-failed': (f) =>
    f['authority'] === undefined
      ? failed(f['error'])
      : `the tunnel to ${f['authority']} could not be opened: ${failed(f['error'])}`,
  'internal-error': (f) => `the proxy itself failed before it could answer (${or(f['error'])})`,
  'stage-reply': (f) => `answered at ${at(f['stage'], f['by'])}; neither cache nor origin was asked`,
  'stage-drop': (f) => `the connection was dropped at ${at(f['stage'], f['by'])}`,
  'own-page': () => 'the proxy answered with its own page for setting up clients',
  'request-refused': (f) => REFUSALS[String(f['refused'])] ?? 'the proxy could not forward this request',
};
