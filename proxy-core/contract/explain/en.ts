/** Explanations in English. */
import type { Neighbour, TraceInput } from '../reasons.ts';
import { pathDifferences, type PathDifference } from './paths.ts';
import {
  bytesOf,
  clockOf,
  countOf,
  isDate,
  NO_ADVICE,
  OF_THE_CLIENT,
  otherwiseOf,
  pluralOf,
  spanOf,
  type ExplainTexts,
  type Facts,
  type Input,
  type Unit,
} from './texts.ts';

const EN_UNITS: readonly Unit[] = [
  's',
  'min',
  'h',
  pluralOf('en', { one: 'day', other: 'days' }),
  pluralOf('en', { one: 'year', other: 'years' }),
];
const variants = pluralOf('en', { one: 'variant is', other: 'variants are' });
const responses = pluralOf('en', { one: 'response', other: 'responses' });
const times = pluralOf('en', { one: 'time', other: 'times' });
const span = (value: unknown): string =>
  typeof value !== 'number' ? '?' : value >= 0 && value < 1 ? 'less than 1 s' : spanOf(value, EN_UNITS);
const size = (value: unknown): string =>
  typeof value === 'number' ? bytesOf(value, ['bytes', 'KiB', 'MiB', 'GiB']) : '?';
const or = (value: TraceInput | undefined, absent = 'none'): string =>
  value === null || value === undefined || value === '' ? absent : String(value);
/** Where something stepped in, and what it was. */
const at = (stage: TraceInput | undefined, by: TraceInput | undefined): string =>
  `the stage ${or(stage, '?')}${by === undefined ? '' : ` (${or(by)})`}`;
/** A field's value, which may be empty, or that there was none. */
const valueOr = (value: TraceInput | undefined, absent: string): string =>
  value === '' ? '(empty)' : or(value, absent);
const yes = (value: unknown): boolean => value === true;
/** `fresh for 1 h`, or the other words when there is nothing left of the lifetime. */
const freshFor = (seconds: unknown, fresh: string, stale: string): string =>
  typeof seconds === 'number' && seconds <= 0 ? stale : `${fresh} for ${span(seconds)}`;

const SOURCES: Record<string, string> = {
  's-maxage': 's-maxage',
  'max-age': 'max-age',
  expires: 'Expires',
  heuristic: 'a tenth of the time since Last-Modified',
  default: 'the default lifetime of the settings',
  'fixed-ttl': 'the fixed lifetime of the settings',
  user: 'a lifetime set by hand',
  none: 'nothing',
  'cdn-cache-control': 'CDN-Cache-Control',
};
const source = (value: TraceInput | undefined, since?: TraceInput): string =>
  value === 'heuristic' && typeof since === 'number'
    ? `a tenth of the ${span(since)} since Last-Modified${since > 864_000 ? ', at most 1 day' : ''}`
    : (SOURCES[String(value)] ?? or(value));

/** `lifetime 1 h from max-age`. */
const lifetimeOf = (i: Input): string =>
  Number(i('lifetime')) <= 0
    ? `no lifetime (${source(i('source'))})`
    : `lifetime ${span(i('lifetime'))} from ${source(i('source'), i('since'))}`;

function stale(facts: Facts): string {
  return facts['secondsAgo'] === undefined ? 'stale' : `stale for ${span(facts['secondsAgo'])}`;
}

function failure(facts: Facts): string {
  return facts['status'] === undefined
    ? `the origin could not be reached (${or(facts['error'])})`
    : `the origin answered ${facts['status']}`;
}

/** How a stored response came to be stale. */
function expiry(f: Facts): string {
  const [lifetime, atStart] = [f['lifetime'], f['ageAtStart']];
  if (f['source'] === 'none') return 'the stored response came without a lifetime';
  if (typeof lifetime === 'number' && lifetime <= 0)
    return `the stored response was stale when it came (by ${source(f['source'])})`;
  if (atStart !== undefined)
    return `the stored response was stale when it came: ${span(atStart)} old by its Date or Age, with a lifetime of ${span(lifetime)} from ${source(f['source'], f['since'])}`;
  return `the stored response expired ${span(f['secondsAgo'])} ago`;
}

/** Why the stored response may not stand in. */
function standsNot(f: Facts): string {
  switch (f['forbids']) {
    case 's-maxage':
      return 'it says s-maxage, which forbids its use once stale';
    case 'must-revalidate':
    case 'proxy-revalidate':
    case 'no-cache':
      return `it says ${f['forbids']}`;
    case 'stale-if-error':
      return `its stale-if-error=${or(f['window'])} is over`;
    case 'user-validation':
      return 'it was to be revalidated by hand';
    default:
      return 'the request wants the origin to be asked';
  }
}

const NO_STANDING: Record<string, string> = {
  'must-revalidate': 'A response without must-revalidate: then the stored one may stand in.',
  'proxy-revalidate': 'A response without proxy-revalidate: then the stored one may stand in.',
  's-maxage': 'A response with max-age in the place of s-maxage: then the stored one may stand in.',
  'no-cache': 'A response without no-cache: then the stored one may stand in.',
  'stale-if-error': 'A longer stale-if-error.',
};

const NOT_TLS: Record<string, string> = {
  'not-tls': 'a tunnel: not TLS, so readable, but not opened',
  malformed: 'a tunnel: its first bytes are malformed TLS, and it is not opened',
  'too-long': 'a tunnel: its first message is too long, and it is not opened',
  silent: 'a tunnel: the client waits for the server to speak first, and it is not opened',
  'other-protocol': 'a tunnel: encrypted, and for a protocol other than HTTP; it is not opened',
};

const REFUSED: Record<string, string> = {
  'unknown-ca': 'it does not trust the CA of this proxy',
  certificate:
    'it rejected the certificate, since it does not trust the CA or only accepts a certificate it knows (pinning)',
  parameters: 'it shares no protocol version or cipher with this proxy',
  closed: 'it closed the connection without an alert, as clients that pin certificates do',
  other: 'the alert gives no clear reason',
};
const LEFT_ALONE: Record<string, string> = {
  except: 'the host is on the list of exceptions',
  'not-listed': 'the host is not listed',
  silent: 'the client waits for the server to speak first',
  'not-tls': 'it is neither TLS nor HTTP',
  malformed: 'its first bytes are malformed TLS',
  'too-long': 'its first message is too long',
  'other-protocol': 'it speaks a protocol other than HTTP inside TLS',
};

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
  pathDifferences(stored, sent)
    .map((name) => PATHS[name])
    .join(' and ');

function neighbour({ difference: d, url }: Neighbour): string {
  switch (d.kind) {
    case 'vary':
      return `the stored response was for ${d.field}: ${valueOr(d.stored, '(no such field)')}; you sent ${valueOr(d.sent, 'no such field')}${d.also === undefined ? '' : `; ${d.also} differ too`}`;
    case 'query':
      if (d.stored === null && countOf(url, d.parameter) > 0)
        return `stored is this URL with the query parameter ${d.parameter} fewer times; you sent ${d.parameter}=${d.sent} once more`;
      if (d.sent === null && countOf(url, d.parameter) > 1)
        return `stored is this URL with the query parameter ${d.parameter} more times (${d.parameter}=${d.stored})`;
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
      return `stored is the ${d.stored} URL; you asked for it by ${d.sent}`;
    case 'port':
      return `stored is this URL at port ${d.stored}; you asked for it at port ${d.sent}`;
    case 'expired':
      return `the stored response expired ${span(d.secondsAgo)} ago`;
    case 'removed':
      return `it was here until ${clockOf(d.atMs)}, when it was removed ${WHY[d.why]}${d.by === undefined ? '' : ` (${d.by})`}`;
  }
}

export const EN: ExplainTexts = {
  notStored: 'not stored, because ',
  reasons: {
    fresh: (f) =>
      `a stored response was used, ${span(f['age'])} old and fresh for ${span(Number(f['lifetime'] ?? 0) - Number(f['age'] ?? 0))} more (lifetime from ${source(f['source'], f['since'])})`,
    'stale-allowed': (f) =>
      `the stored response is ${stale(f)}, and the request accepts that (max-stale${f['maxStale'] === 'any' ? '' : `=${or(f['maxStale'])}`})`,
    revalidated: (f) =>
      `${f['background'] === 1 ? 'asked in the background, ' : ''}the origin confirmed that the stored response is still valid (${or(f['status'], '304')}); ${freshFor(f['left'] ?? f['lifetime'], 'it is fresh again', 'it must be revalidated again next time')}`,
    'stale-while-revalidate': (f) =>
      `the stored response is ${stale(f)}; within stale-while-revalidate=${or(f['window'])} it is used while the origin is asked in the background`,
    'background-validation': (f) =>
      f['status'] === undefined
        ? `the cache asks the origin on its own: the stored response, ${stale(f)}, was used meanwhile`
        : f['ignored'] === undefined
          ? `the cache asked on its own, and the origin sent a new response (${f['status']})`
          : `the cache asked on its own, and the origin ignores ${f['ignored']}: it sent a whole response (${f['status']})`,
    'stale-if-error': (f) =>
      `${failure(f)}; within stale-if-error=${or(f['window'])} the stored response, ${stale(f)}, is used instead`,
    'stale-on-error': (f) =>
      f['background'] === 1
        ? `asked in the background, ${failure(f)}; the stored response, ${stale(f)}, stays as it is`
        : `${failure(f)}; the stored response, ${stale(f)}, is used instead, for nothing in it forbids that`,
    'only-if-cached': (f) =>
      f['otherwise'] === undefined
        ? 'the request wants a stored response only (only-if-cached), and no stored response may be used'
        : `the request wants a stored response only (only-if-cached), and ${otherwiseOf(EN.reasons, f)}`,
    'uri-miss': () => 'nothing is stored under this URL',
    'method-mismatch': (f) =>
      `only an answer to ${or(f['stored'], 'HEAD')} was stored; you sent ${or(f['sent'], 'GET')}`,
    'vary-mismatch': (f) =>
      `the stored response was for ${or(f['field'])}: ${or(f['stored'], '(no such field)')}; you sent ${or(f['sent'], 'no such field')}`,
    expired: (f) => {
      const told = expiry(f);
      return told.endsWith(' ago')
        ? `${told} (age ${span(f['age'])}, lifetime ${span(f['lifetime'])} from ${source(f['source'], f['since'])})`
        : told;
    },
    'validation-required': () => 'the stored response says no-cache: it must be revalidated before each use',
    'validation-changed': (f) => {
      const before = f['secondsAgo'] === undefined ? '' : `${expiry(f)}, and `;
      const by = f['ignored'] === 'If-Modified-Since' ? 'Last-Modified' : 'ETag';
      if (f['status'] === undefined) return `${before}the origin answered about a different one`;
      if (f['ignored'] === undefined)
        return `${before}the origin sent a new one (${f['status']})${f['content'] === 'same' ? ', whose content is the same' : ''}`;
      if (f['content'] === 'other')
        return `${before}the origin sent other content (${f['status']}) under the same ${by}`;
      return `${before}the origin ignores ${f['ignored']}: it sent ${f['content'] === 'same' ? 'the same content' : 'a whole response'} again (${f['status']}) under the same ${by}`;
    },
    'user-validation': () => 'the stored response was revalidated by hand',
    'request-no-cache': (f) =>
      `the request says ${f['pragma'] === 1 ? 'Pragma: no-cache' : 'no-cache'}: no stored response may be used without asking the origin`,
    'request-max-age': (f) =>
      f['maxAge'] === 0
        ? 'the request says max-age=0: no stored response may be used without asking the origin'
        : `the stored response is ${span(f['age'])} old; the request accepts at most ${span(f['maxAge'])}`,
    'request-condition': () =>
      'the request has a condition (If-Match or If-Unmodified-Since) that only the origin can evaluate',
    'request-min-fresh': (f) =>
      `the stored response is fresh for ${span(Number(f['lifetime'] ?? 0) - Number(f['age'] ?? 0))} more; the request wants at least ${span(f['minFresh'])}`,
    'partial-miss': (f) => `only bytes ${or(f['stored'])} are stored; you asked for ${or(f['sent'], 'all of it')}`,
    'evicted-capacity': () => 'it was stored, but was evicted to make room',
    'evicted-by-user': () => 'it was stored, but was evicted by hand',
    invalidated: () => 'it was stored, but a request that may have changed it invalidated it',
    'expired-removed': () => 'it was stored, but had expired and was removed to make room',
    'request-no-store': () => 'the request says no-store',
    'request-content': (f) =>
      `the ${or(f['method'], 'GET')} has content, so its URL alone does not tell what the answer is`,
    'control-token': () => 'the request carries the token of the control server, which is kept nowhere',
    'method-not-cacheable': (f) =>
      f['stored'] === 1
        ? `${or(f['method'])} goes to the origin; its response is stored for later GETs, as its Content-Location and lifetime say`
        : `answers to ${or(f['method'], 'this method')} are not stored`,
    'status-not-cacheable': (f) =>
      f['never'] === 1
        ? `a ${or(f['status'])} answers this one request and is never stored`
        : `a ${or(f['status'])} is stored only when the origin says for how long`,
    'response-no-store': (f) => `the response says no-store (Cache-Control: ${or(f['cacheControl'])})`,
    'response-private': (f) => `the response is for one user only (Cache-Control: ${or(f['cacheControl'])})`,
    authorization: () =>
      'the request had Authorization, and the response does not say that it may be shared (public, s-maxage or must-revalidate)',
    'set-cookie': () =>
      'the response sets a cookie and does not say that it may be shared (a rule of this cache, RFC 9111 has none)',
    'event-stream': () => 'the response is a stream of server-sent events, which is passed on and never stored',
    'vary-any': () => 'the response says Vary: *, so it matches no other request',
    'no-freshness-information': (f) =>
      f['source'] === 'none' || f['source'] === undefined
        ? 'the response has neither a lifetime nor a validator (ETag or Last-Modified)'
        : `the response was stale from the start (${
            f['malformed'] === undefined
              ? or(f['cacheControl'], source(f['source']))
              : `${f['malformed']} is no number of seconds`
          }) and has no validator`,
    'not-understood': (f) =>
      `the response says must-understand, and this cache does not know the status ${or(f['status'])}`,
    'body-over-limit': (f) =>
      `the content${f['size'] === undefined ? '' : `, ${size(f['size'])},`} is over the limit for stored content (${size(f['limit'])})`,
    'storing-off': () => 'storing is turned off (largest stored content is 0)',
    incomplete: () => 'the response was cut off before its end',
    partial: (f) => `the part the origin sent cannot be stored (Content-Range: ${or(f['contentRange'])})`,
    'invalidated-meanwhile': () => 'the URL was invalidated or evicted while this response was in flight',
    'cache-off': () => 'the cache is turned off',
    tunnel: (f) => NOT_TLS[String(f['why'])] ?? 'a tunnel: what client and origin say inside is not opened here',
    intercept: () => 'the connection is intercepted: the requests inside it have rows of their own',
    'client-refused': (f) =>
      `the client aborted the TLS handshake for ${or(f['host'])}: ${REFUSED[String(f['cause'])] ?? or(f['cause'])}`,
    'no-certificate': (f) => `no certificate could be issued for ${or(f['host'])}`,
    upgrade: () => 'the connection switches to another protocol (WebSocket, for example)',
    'upstream-failed': (f) => {
      if (f['error'] === 'client_stalled') return 'the client sent no more of its content and was let go';
      if (f['error'] === 'client_aborted') return 'the client went away before its request was complete';
      const failed = `the origin could not be reached, or its response was cut off (${or(f['error'])})`;
      if (f['forbids'] === undefined) return failed;
      return `${failed}; the stored response${f['secondsAgo'] === undefined ? '' : `, ${stale(f)},`} may not stand in: ${standsNot(f)}`;
    },
    'client-left': (f) =>
      f['began'] === 'stream'
        ? 'the client left the stream of events'
        : f['began'] === 'reply'
          ? 'the client left before the end of the reply'
          : 'the client left before the reply began',
    'connection-failed': (f) => `the connection to the origin failed (${or(f['error'])})`,
    'internal-error': (f) => `the proxy itself failed before it could answer (${or(f['error'])})`,
    'stage-reply': (f) => `answered at ${at(f['stage'], f['by'])}; neither cache nor origin was asked`,
    'stage-drop': (f) => `dropped at ${at(f['stage'], f['by'])}`,
    'own-page': () => 'the proxy answered with its own page for setting up clients',
    'request-refused': () => 'the proxy could not forward this request',
  },
  variants: (count) => ` (${count} ${variants(count)} stored, this is the nearest)`,
  reply: (f) => {
    const [sent, held] = [or(f['replySent']), or(f['replyHeld'])];
    const validator = f['replyBy'] === 'If-Modified-Since' || isDate(held) ? 'Last-Modified' : 'ETag';
    if (f['reply'] === 304)
      return f['replyBy'] === 'If-Modified-Since'
        ? `the client gets a 304, because nothing has changed since its If-Modified-Since (${sent})`
        : `the client gets a 304, because its ${validator} matches (${sent})`;
    if (f['reply'] === 206) return `the client gets a 206, cut from the whole (bytes ${held})`;
    if (f['reply'] === 416)
      return `the client gets a 416, because only ${size(Number(held))} are there (it asked for ${sent})`;
    if (f['replyBy'] === 'If-Range')
      return `the client gets the whole although it asked for a range, because its If-Range (${sent}) is not the stored ${validator} (${held})`;
    if (f['replyBy'] === 'Range')
      return `the client gets the whole, because its Range (${sent}) is none that is understood here`;
    return `the client gets the whole, because its ${or(f['replyBy'])} (${sent}) does not match the stored ${validator} (${held})`;
  },
  neighbour,
  steps: {
    'cache-mode': (i) => `The cache is ${or(i('mode'))}`,
    'request-method': (i) => `Method ${or(i('method'))}: not answered from the cache`,
    'request-content': (i) => `${or(i('method'))} with content: neither answered from the cache nor stored`,
    'control-token': () => 'The request carries the token of the control server',
    'request-no-store': () => 'The request says no-store',
    'origin-condition': () => 'The request has a condition that only the origin can evaluate',
    lookup: (i) =>
      i('found') === 0
        ? 'Nothing is stored under this URL'
        : `${or(i('found'))} ${responses(Number(i('found')))} stored under this URL`,
    vary: (i, result) =>
      result === 'stop'
        ? `${or(i('field'))} differs: stored for ${valueOr(i('stored'), '(no such field)')}, sent ${valueOr(i('sent'), '(no such field)')}${i('also') === null ? '' : `; also ${or(i('also'))}`}${Number(i('variants') ?? 1) > 1 ? ` (nearest of ${or(i('variants'))} variants)` : ''}`
        : `The fields it varies by match: ${or(i('fields'))}`,
    'stored-method': (i) => `Only an answer to ${or(i('stored'))} is stored`,
    'stored-part': (i) => `Only bytes ${or(i('stored'))} are stored; asked for ${or(i('sent'), 'all of it')}`,
    freshness: (i, result) =>
      i('stale') !== null
        ? `Stale for ${span(i('stale'))}: the origin must be asked`
        : `Age ${span(i('age'))}, ${lifetimeOf(i)}: ${result === 'stop' ? 'fresh' : 'stale'}`,
    'user-validation': () => 'Revalidation was asked for by hand',
    'request-no-cache': (i) => `The request demands revalidation (${or(i('cacheControl'))})`,
    'request-max-age': (i) =>
      i('maxAge') === 0
        ? 'The request says max-age=0'
        : `Age ${span(i('age'))}; the request accepts at most ${span(i('maxAge'))}`,
    'request-min-fresh': (i) => `Fresh for ${span(i('left'))} more; the request wants ${span(i('minFresh'))}`,
    'request-max-stale': (i, result) =>
      `Stale for ${span(i('stale'))}; the request accepts ${i('maxStale') === 'any' ? 'any' : span(i('maxStale'))}: ${result === 'stop' ? 'used' : 'too stale'}`,
    'stored-no-cache': (i) => `The stored response must be validated before each use (${or(i('cacheControl'))})`,
    'must-revalidate': (i) =>
      `It must not be used stale: ${or(i('directive'), 'must-revalidate')} (${or(i('cacheControl'))})`,
    'max-stale-overruled': (i) =>
      `The request’s max-stale${i('maxStale') === 'any' ? '' : `=${or(i('maxStale'))}`} is overruled by ${or(i('directive'), 'must-revalidate')}`,
    'stale-while-revalidate': (i, result) =>
      `Stale for ${span(i('stale'))}, stale-while-revalidate ${span(i('window'))}: ${result === 'stop' ? 'used while the origin is asked' : 'past it'}`,
    'stale-if-error': (i, result) =>
      `${i('status') === null ? or(i('error')) : `Status ${or(i('status'))}`}, stale for ${span(i('stale'))}, stale-if-error ${span(i('window'))}: ${result === 'stop' ? 'the stored response is used' : 'past it'}`,
    'stale-on-error': (i) =>
      yes(i('mustRevalidate')) || yes(i('noCache')) || i('asked') !== null
        ? `${or(i('error'))}: the stored response may not stand in`
        : `${or(i('error'))}: the stored response stands in`,
    'only-if-cached': () => 'The request wants a stored response only',
    validation: (i) =>
      i('etag') === null && i('lastModified') === null
        ? 'It has neither ETag nor Last-Modified to validate with'
        : `Revalidated with ${[i('etag') === null ? '' : `ETag ${or(i('etag'))}`, i('lastModified') === null ? '' : `Last-Modified ${or(i('lastModified'))}`].filter((part) => part !== '').join(' and ')}`,
    reply: (i) => {
      const told = EN.reply({
        reply: Number(i('reply')),
        replyBy: String(i('by') ?? ''),
        replySent: String(i('sent') ?? ''),
        replyHeld: String(i('held') ?? ''),
      });
      return told.charAt(0).toUpperCase() + told.slice(1);
    },
    'not-modified': (i) =>
      i('lifetime') === null
        ? 'The response is about a different representation than the stored one'
        : `The stored response is still valid (${or(i('status'))}), ${freshFor(i('lifetime'), 'fresh', 'and stale again at once')} by ${source(i('source'))}`,
    'validation-ignored': (i) =>
      `The origin ignores ${or(i('field'))}: what it names (${or(i('field') === 'If-Modified-Since' ? i('lastModified') : i('etag'))}) is what it sent`,
    'other-representation': (i) =>
      `The response is about a different representation (${or(i('etag') ?? i('lastModified'))}) than the stored one (${or(i('storedEtag') ?? i('storedLastModified'))}): asked again without conditions`,
    'weakly-same': (i) =>
      `The response’s ETag ${or(i('etag'))} is only weakly the stored one (${or(i('storedEtag'))}): used, not updated`,
    'update-refused': (i) =>
      `The response’s fields are for this client alone (${or(i('because'))}): the stored response ${yes(i('removed')) ? 'is removed' : 'stays as it was'}`,
    'head-update': (i) =>
      yes(i('agrees'))
        ? 'The answer to HEAD agrees with the stored response and updates it'
        : 'The answer to HEAD does not agree with the stored response',
    invalidate: (i) =>
      i('removed') === 0
        ? `${or(i('method'))} succeeded: nothing was stored that it could invalidate (${or(i('urls'))})`
        : `${or(i('method'))} succeeded: invalidated ${or(i('urls'))}`,
    'response-method': (i) =>
      `An answer to ${or(i('method'))} is stored only with a lifetime and a Content-Location that is this URL`,
    'response-status': (i, result) =>
      `Status ${or(i('status'))}: ${result === 'pass' ? 'may be stored' : 'not stored'}`,
    'must-understand': (i) => `must-understand, and this cache does not know the status ${or(i('status'))}`,
    'no-store-set-aside': (i) =>
      `must-understand, and this cache knows the status ${or(i('status'))}: no-store is set aside (${or(i('cacheControl'))})`,
    'fields-left-out': (i) => `Not stored: ${or(i('fields'))} (${or(i('directive'))}="…")`,
    'repeated-directive': (i) =>
      `${or(i('directive'))} is there more than once: ${or(i('first'))} counts, not ${or(i('others'))}`,
    'malformed-directive': (i) => `${or(i('directive'))} is no number of seconds, so it means stale`,
    'response-pragma': (i) => `Pragma: ${or(i('pragma'))} of a response is read as no-cache: no lifetime is guessed`,
    'response-no-store': (i) => `The response forbids storing (${or(i('cacheControl'))})`,
    'response-private': (i) => `The response is for one user (${or(i('cacheControl'))})`,
    authorization: (i, result) =>
      result === 'pass'
        ? `The request had Authorization; the response allows sharing (${or(i('cacheControl'))})`
        : 'The request had Authorization; the response does not allow sharing',
    'set-cookie': (_, result) =>
      result === 'pass'
        ? 'The response sets a cookie, and says how long it may be shared'
        : 'The response sets a cookie and does not say that it may be shared (a rule of this cache)',
    'event-stream': () => 'Its content is text/event-stream: events for whoever listens now',
    'response-vary': (i, result) =>
      result === 'pass' ? `It varies by ${or(i('vary'))}` : `Vary: ${or(i('vary'))} matches no other request`,
    'response-part': (i, result) =>
      result === 'pass'
        ? `A well-formed part (${or(i('contentRange'))})`
        : `A part that cannot be stored (Content-Range: ${or(i('contentRange'))})`,
    'body-limit': (i) =>
      i('limit') === 0
        ? 'Storing is turned off'
        : `Content ${i('size') === null ? '' : `of ${size(i('size'))} `}over the limit of ${size(i('limit'))}`,
    lifetime: (i, result) =>
      result === 'pass'
        ? Number(i('lifetime')) <= 0
          ? `No lifetime (${source(i('source'))})`
          : `Lifetime ${span(i('lifetime'))}, from ${source(i('source'), i('since'))}`
        : 'Neither a lifetime nor a validator',
    store: (i) => {
      const left = i('left') ?? i('lifetime');
      const cause =
        i('by') === 'date'
          ? `: the origin’s Date is ${span(i('age'))} behind`
          : i('by') === 'age'
            ? `: its Age was ${span(i('age'))} when it came`
            : i('by') === 'delay'
              ? `: it took ${span(i('age'))} to come`
              : '';
      if (typeof left === 'number' && left <= 0) return `May be stored, stale from the start${cause}`;
      return `May be stored, ${i('left') === null ? `fresh for ${span(left)}` : `${span(left)} left${cause}`}`;
    },
    combine: () => 'Joined with the stored part',
    neighbour: (i) => `Closest stored URL: ${or(i('url'))}`,
    removed: (i) =>
      `It was here until ${typeof i('atMs') === 'number' ? clockOf(Number(i('atMs'))) : '?'} (${or(i('why'))}${i('by') === null ? '' : `, ${or(i('by'))}`})`,
    'request-target': (i) => `The request target cannot be forwarded: ${or(i('target'))}`,
    'own-page': (i) => `${or(i('path'))} is a page of the proxy itself`,
    misdirected: (i) => `Host is ${or(i('host'))}, the connection is for ${or(i('authority'))}`,
    proxy_loop_detected: (i) => `${or(i('target'))} leads back to this proxy`,
    tunnel: (i) => `A tunnel to ${or(i('authority'))}`,
    intercept: (i) => `The connection to ${or(i('authority'))} is intercepted`,
    'first-bytes': (i) => `Left as a tunnel: ${LEFT_ALONE[String(i('why'))] ?? or(i('why'))}`,
    'client-refused': (i) =>
      `Handshake aborted, ${or(i('count'))} ${times(Number(i('count')))} for this host: ${REFUSED[String(i('cause'))] ?? or(i('cause'))}`,
    'other-name': (i) =>
      `The client asked the proxy for ${or(i('connect'))} and named ${or(i('serverName'))} in TLS: the name counts`,
    'no-certificate': (i) => `No certificate for ${or(i('serverName') ?? i('authority'))}`,
    upgrade: (i) => `Switch of protocols: ${or(i('upgrade'))}`,
    'collapse-apart': (i) =>
      i('why') === 'credentials'
        ? 'Another request for the same URL is in flight; one with Cookie or Authorization does not share its response'
        : i('why') === 'not-shareable'
          ? 'Another request for the same URL is in flight; the last response could not be shared, so this one is not waited for'
          : 'Another request for the same URL is in flight, but it began before the URL was invalidated or evicted',
    stage: (i) =>
      `${or(i('stage'))}${i('by') === null ? '' : ` (${or(i('by'))})`} ${
        i('did') === 'changed'
          ? `changed ${or(i('what'))}`
          : i('did') === 'answered'
            ? `answered ${or(i('status'))} itself`
            : i('did') === 'dropped'
              ? 'dropped the connection'
              : 'let it pass'
      }${i('waitedMs') === null ? '' : ` after ${or(i('waitedMs'))} ms`}`,
    tier: (i) =>
      Number(i('found')) === 0
        ? 'The second cache had nothing that memory lacked'
        : `The second cache had ${or(i('found'))}: now in memory`,
    'collapse-released': (i) =>
      yes(i('reusable'))
        ? 'Waited for another request’s answer; it is stored now'
        : 'Waited for another request’s answer, which cannot be shared',
    'body-complete': () => 'The content was cut off before its end',
    'invalidated-meanwhile': () => 'The URL was invalidated or evicted while the response was in flight: not stored',
  },
  advice: {
    fresh: NO_ADVICE,
    'stale-allowed': NO_ADVICE,
    revalidated: () => ['A longer lifetime (Cache-Control: max-age or s-maxage) would save the trip to the origin.'],
    'stale-while-revalidate': NO_ADVICE,
    'background-validation': NO_ADVICE,
    'stale-if-error': NO_ADVICE,
    'stale-on-error': NO_ADVICE,
    'only-if-cached': () => ['Ask once without only-if-cached, so that the response is stored.'],
    'uri-miss': () => ['The next request for the same URL, if the response may be stored.'],
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
      f['stored'] === 1
        ? []
        : ['GET or HEAD; for POST a response with a lifetime and Content-Location of the same URL.'],
    'status-not-cacheable': (f) =>
      f['never'] === 1 ? [] : ['A lifetime in the response (Cache-Control: max-age), or Cache-Control: public.'],
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
      const advice = NO_STANDING[String(f['forbids'])];
      return advice === undefined ? [] : [advice];
    },
    'client-left': NO_ADVICE,
    'connection-failed': NO_ADVICE,
    'internal-error': NO_ADVICE,
    'stage-reply': NO_ADVICE,
    'stage-drop': NO_ADVICE,
    'own-page': NO_ADVICE,
    'request-refused': NO_ADVICE,
  },
};
