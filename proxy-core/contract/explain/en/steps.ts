/** The steps of a trace, in English. */
import { clockOf, type ExplainTexts } from '../texts.ts';
import { LEFT_ALONE, REFUSED } from './connections.ts';
import { replyMade } from './reply.ts';
import {
  ageAndLifetime,
  below,
  bytesOfWhole,
  changedParts,
  choice,
  compared,
  duration,
  kbps,
  fieldsMatch,
  freshFor,
  list,
  or,
  past,
  HELD,
  REMOVED,
  responses,
  said,
  sizes,
  source,
  span,
  stated,
  times,
  unusedWindow,
  urls,
  valueOr,
  variants,
  yes,
} from './words.ts';

export const EN_STEPS: ExplainTexts['steps'] = {
  'cache-mode': (i) => `The cache is ${or(i('mode'))}`,
  'request-method': (i) => `Method ${or(i('method'))}: not answered from the cache`,
  'request-content': (i) => `${or(i('method'))} with content: neither answered from the cache nor stored`,
  'past-cache': () => 'It was sent past the cache, by choice of who composed it',
  'control-token': () => 'The request carries the token of the control server',
  'request-no-store': () => 'The request says no-store',
  'origin-condition': () => 'The request has a condition that only the origin can evaluate',
  lookup: (i) =>
    i('found') === 0 ? 'Nothing is stored under this URL' : `${responses(Number(i('found')))} stored under this URL`,
  vary: (i, result) =>
    i('field') !== null || result === 'stop'
      ? `${or(i('field'))} differs: stored for ${valueOr(i('stored'), '(no such field)')}, sent ${valueOr(i('sent'), '(no such field)')}${i('also') === null ? '' : `; also ${list(i('also'))}`}${Number(i('variants') ?? 1) > 1 ? ` (nearest of ${variants(Number(i('variants')))})` : ''}`
      : `${fieldsMatch(i('fields'))}`,
  'stored-method': (i) => `Only an answer to ${or(i('stored'))} is stored`,
  'stored-part': (i) => `Only bytes ${bytesOfWhole(i('stored'))} are stored; asked for ${or(i('sent'), 'all of it')}`,
  freshness: (i, result) =>
    i('stale') !== null
      ? `Stale for ${span(i('stale'))}: the origin must be asked`
      : `${ageAndLifetime(i)}: ${result === 'stop' ? 'fresh' : 'stale'}`,
  'user-validation': () => 'Revalidation was asked for by hand',
  'request-no-cache': (i) => `The request demands revalidation (${or(i('cacheControl'))})`,
  'request-max-age': (i) =>
    i('malformed') !== null
      ? `The request says ${or(i('malformed'))}, which counts as 0`
      : i('maxAge') === 0
        ? 'The request says max-age=0'
        : said(past(i('age'), i('maxAge')), (age, most) => `Age ${age}; the request accepts at most ${most}`),
  'request-min-fresh': (i) =>
    `Fresh for ${below(i('left'), i('minFresh'))} more; the request ${i('malformed') === null ? `wants ${stated(i('minFresh'))}` : `says ${or(i('malformed'))}: never enough`}`,
  'request-max-stale': (i, result) =>
    i('malformed') !== null
      ? `Stale for ${span(i('stale'))}; the request says ${or(i('malformed'))}: nothing stale is accepted`
      : said(
          (result === 'stop' ? compared : past)(i('stale'), i('maxStale')),
          (stale, most) =>
            `Stale for ${stale}; the request accepts ${i('maxStale') === 'any' ? 'any age' : most}: ${result === 'stop' ? 'used' : 'too stale'}`,
        ),
  'stored-no-cache': (i) => `The stored response must be validated before each use (${or(i('cacheControl'))})`,
  'must-revalidate': (i) =>
    `It must not be used stale: ${or(i('directive'), 'must-revalidate')} (${or(i('cacheControl'))})`,
  'client-control-ignored': (i) => `Set aside by the settings, as CDNs do: the request’s ${or(i('cacheControl'))}`,
  'max-stale-overruled': (i) =>
    `The request’s max-stale${i('maxStale') === 'any' ? '' : `=${or(i('maxStale'))}`} is overruled by ${or(i('directive'), 'must-revalidate')}`,
  'stale-while-revalidate': (i, result) =>
    said(
      (result === 'stop' || i('minFresh') !== null ? compared : past)(i('stale'), i('window')),
      (stale, window) =>
        `Stale for ${stale}, stale-while-revalidate ${window}: ${result === 'stop' ? 'used while the origin is asked' : i('minFresh') === null ? 'past it' : `not used, for the request says min-fresh=${or(i('minFresh'))}`}`,
    ),
  'stale-if-error': (i, result) =>
    `${i('status') === null ? or(i('error')) : `Status ${or(i('status'))}`}${i('stale') === null ? '' : `, stale for ${span(i('stale'))}`}, stale-if-error ${stated(i('window'))}${i('of') === 'request' ? ' (of the request)' : ''}: ${result === 'stop' ? 'the stored response is used' : i('unused') === null ? 'past it' : unusedWindow(i('unused'), i('window'), i('status'), i('of'))}`,
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
    const told = replyMade({
      reply: Number(i('reply')),
      replyBy: String(i('by') ?? ''),
      replySent: String(i('sent') ?? ''),
      replyHeld: String(i('held') ?? ''),
      replyOf: String(i('of') ?? ''),
      replyFrom: String(i('from') ?? ''),
      replyWhy: String(i('why') ?? ''),
    });
    return told.charAt(0).toUpperCase() + told.slice(1);
  },
  'not-modified': (i) =>
    i('lifetime') === null
      ? 'The response is about a different representation than the stored one'
      : i('fate') !== null
        ? `The stored response is still valid (${or(i('status'))}); ${i('fate') === 'removed' ? 'it is used this once' : 'it stays as old as it was'}`
        : yes(i('noCache'))
          ? `The stored response is still valid (${or(i('status'))}), and must be validated again next time (no-cache)`
          : `The stored response is still valid (${or(i('status'))}), ${freshFor(i('lifetime'), 'fresh', 'and stale again at once')}${i('source') === 'none' ? '' : ` by ${source(i('source'))}`}`,
  'validation-ignored': (i) =>
    `The origin ignores ${or(i('field'))}: what it names (${or(i('field') === 'If-Modified-Since' ? i('lastModified') : i('etag'))}) is what it sent`,
  'other-representation': (i) =>
    `The response is about a different representation (${or(i('etag') ?? i('lastModified'))}) than the stored one (${or(i('storedEtag') ?? i('storedLastModified'))}): asked again without conditions`,
  'weakly-same': (i) =>
    `The response’s ETag ${or(i('etag'))} is only weakly the stored one (${or(i('storedEtag'))}): used, not updated`,
  'update-refused': (i) =>
    `With these fields it would not have been stored (${or(i('because'))}): the stored response ${yes(i('removed')) ? 'is removed' : 'stays as it was'}`,
  'head-update': (i) =>
    yes(i('agrees'))
      ? 'The answer to HEAD agrees with the stored response and updates it'
      : 'The answer to HEAD does not agree with the stored response',
  invalidate: (i) =>
    i('removed') === 0
      ? `${or(i('method'))} succeeded: nothing was stored that it could invalidate (${urls(i('urls'))})`
      : `${or(i('method'))} succeeded: invalidated ${urls(i('urls'))}`,
  'response-method': (i) =>
    `An answer to ${or(i('method'))} is stored only with a lifetime and a Content-Location that is this URL`,
  'response-status': (i, result) => `Status ${or(i('status'))}: ${result === 'pass' ? 'may be stored' : 'not stored'}`,
  'must-understand': (i) => `must-understand, and this cache does not know the status ${or(i('status'))}`,
  'no-store-set-aside': (i) =>
    `must-understand, and this cache knows the status ${or(i('status'))}: no-store is set aside (${or(i('cacheControl'))})`,
  'fields-left-out': (i) => `Not stored: ${list(i('fields'))} (${or(i('directive'))}="…")`,
  'repeated-directive': (i) =>
    `${i('of') === 'request' ? 'The request’s ' : ''}${or(i('directive'))} is there more than once: ${or(i('first'))} counts, not ${choice(i('others'))}`,
  'malformed-directive': (i) =>
    i('of') === 'request'
      ? `The request’s ${or(i('directive'))} is not a whole number of seconds, so it is read in the strictest way`
      : yes(i('skipped'))
        ? `${or(i('directive'))} is no directive, for the white space before the =: it is passed over`
        : `${or(i('directive'))} is not a whole number of seconds, so the response counts as stale`,
  'targeted-not-read': (i) =>
    `CDN-Cache-Control (${or(i('cdnCacheControl'))}) is for CDNs: it counts here only if the settings say so`,
  'response-pragma': (i) => `Pragma: ${or(i('pragma'))} of a response is read as no-cache: no lifetime is guessed`,
  'response-no-store': (i) => `The response forbids storing (${or(i('cacheControl'))})`,
  'response-private': (i) => `The response is for one user (${or(i('cacheControl'))})`,
  authorization: (i, result) =>
    result === 'pass'
      ? `The request had Authorization; the response allows sharing (${or(i('cacheControl'))})`
      : 'The request had Authorization; the response does not allow sharing',
  'set-cookie': (i, result) =>
    result === 'pass'
      ? `The response sets a cookie, and is stored all the same, since it has a lifetime or says public (${or(i('cacheControl'), 'Expires')})`
      : 'The response sets a cookie and does not say that it may be shared (a rule of this cache)',
  'event-stream': () => 'Its content is text/event-stream: events for whoever listens now',
  'response-vary': (i, result) =>
    result === 'pass' ? `It varies by ${list(i('vary'))}` : `Vary: ${or(i('vary'))} matches no other request`,
  'response-part': (i, result) =>
    result === 'pass'
      ? `A well-formed part (${or(i('contentRange'))})`
      : `A part that cannot be stored (Content-Range: ${or(i('contentRange'))})`,
  'body-limit': (i) =>
    i('limit') === 0
      ? 'Storing is turned off'
      : said(
          sizes(i('size'), i('limit')),
          (content, limit) => `Content ${i('size') === null ? '' : `of ${content} `}over the limit of ${limit}`,
        ),
  lifetime: (i, result) =>
    result === 'pass'
      ? Number(i('lifetime')) <= 0
        ? i('source') === 'none'
          ? 'It says nothing of a lifetime, and none is guessed'
          : `Its lifetime is used up from the start (${source(i('source'))})`
        : `Lifetime ${stated(i('lifetime'))}, from ${source(i('source'), i('since'))}`
      : yes(i('noCache'))
        ? 'It must be validated before each use (no-cache), and has no validator'
        : i('source') === 'none'
          ? 'Neither a lifetime nor a validator'
          : `Its lifetime is used up from the start (${source(i('source'))}), and it has no validator`,
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
    if (yes(i('noCache'))) return 'May be stored, but must be validated before each use (no-cache)';
    if (typeof left === 'number' && left <= 0) return `May be stored, stale from the start${cause}`;
    return `May be stored, ${i('left') === null ? `fresh for ${stated(left)}` : `${span(left)} left${cause}`}`;
  },
  neighbour: (i) => `Closest stored URL: ${or(i('url'))}`,
  removed: (i) =>
    `It was here until ${typeof i('atMs') === 'number' ? clockOf(Number(i('atMs'))) : '?'} (${REMOVED[String(i('why'))] ?? or(i('why'))}${i('by') === null ? '' : `, ${or(i('by'))}`})`,
  'request-target': (i) => `The request target cannot be forwarded: ${or(i('target'))}`,
  'own-page': (i) => `${or(i('path'))} is a page of the proxy itself`,
  misdirected: (i) => `Host is ${or(i('host'))}, the connection is for ${or(i('authority'))}`,
  proxy_loop_detected: (i) => `${or(i('target'))} leads back to this proxy`,
  tunnel: (i) =>
    `A tunnel to ${or(i('authority'))}${i('why') === null ? '' : `: ${LEFT_ALONE[String(i('why'))] ?? or(i('why'))}`}`,
  intercept: (i) => `The connection to ${or(i('authority'))} is intercepted`,
  'connect-failed': (i) => `No connection to ${or(i('authority'))}: ${or(i('error'))}`,
  'first-bytes': (i) => `Left as a tunnel: ${LEFT_ALONE[String(i('why'))] ?? or(i('why'))}`,
  'client-refused': (i) =>
    `Handshake aborted, ${times(Number(i('count')))} for this host: ${REFUSED[String(i('cause'))] ?? or(i('cause'))}`,
  'other-name': (i) =>
    `The client asked the proxy for ${or(i('connect'))} and named ${or(i('serverName'))} in TLS: the name counts`,
  'no-certificate': (i) => `No certificate for ${or(i('serverName') ?? i('authority'))}`,
  upgrade: (i) => `The request asks to switch to ${or(i('upgrade'))}`,
  'collapse-apart': (i) =>
    i('why') === 'credentials'
      ? 'Another request for the same URL is in flight; one with Cookie or Authorization does not share its response'
      : i('why') === 'not-shareable'
        ? 'Another request for the same URL is in flight; the last response could not be shared, so this one is not waited for'
        : 'Another request for the same URL is in flight, but it began before the URL was invalidated or evicted',
  stage: (i) =>
    `${or(i('stage'))}${i('by') === null ? '' : ` (${or(i('by'))})`} ${
      i('did') === 'changed'
        ? `changed ${changedParts(i('what'))}${typeof i('bytesAfter') === 'number' ? ` (content: ${sizes(i('bytesBefore'), i('bytesAfter')).join(' → ')})` : ''}`
        : i('did') === 'answered'
          ? `answered ${or(i('status'))} itself`
          : i('did') === 'dropped'
            ? 'dropped the connection'
            : 'let it pass'
    }${i('waitedMs') === null ? '' : Number(i('waitedMs')) < 1 ? ' at once' : ` after ${duration(i('waitedMs'))}`}${HELD[String(i('held'))] ?? ''}`,
  throttle: (i) => {
    const by = i('by') === null ? '' : ` (${or(i('by'))})`;
    if (i('latencyMs') === null) return `There is no throttle profile ${or(i('profile'))}${by}: not slowed down`;
    return `Over a slow line, ${or(i('profile'))}${by}: ${duration(i('latencyMs'))} of latency, ${kbps(i('downKbps'))} down, ${kbps(i('upKbps'))} up`;
  },
  tier: (i) =>
    Number(i('found')) === 0
      ? 'The second cache had nothing that memory lacked'
      : `The second cache had ${responses(Number(i('found')))}, now in memory`,
  'collapse-shared': () => 'Another request for the same URL was in flight; its answer was shared',
  'max-forwards': (i) => `Max-Forwards is 0: ${or(i('method'))} ends here`,
  'collapse-released': (i) =>
    yes(i('reusable'))
      ? 'Waited for another request’s answer; it is stored now'
      : 'Waited for another request’s answer, which cannot be shared',
  'body-complete': () => 'The content was cut off before its end',
  'no-room': () => 'The cache had no room for it',
  'invalidated-meanwhile': () => 'The URL was invalidated or evicted while the response was in flight: not stored',
};
