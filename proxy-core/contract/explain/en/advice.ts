/** What would have made it a hit, in English. */
import {
  delegated,
  isSameContent,
  isStaleToo,
  namesOf,
  NO_ADVICE,
  OF_THE_CLIENT,
  type ExplainTexts,
  type Facts,
} from '../texts.ts';
import { or, stated } from './words.ts';

const NO_STANDING: Record<string, string> = {
  'must-revalidate': 'A response without must-revalidate: then the stored one may stand in.',
  'proxy-revalidate': 'A response without proxy-revalidate: then the stored one may stand in.',
  's-maxage': 'A response with max-age in the place of s-maxage: then the stored one may stand in.',
  'no-cache': 'A response without no-cache: then the stored one may stand in.',
  over: 'A longer stale-if-error.',
  'stale-if-error': 'A longer stale-if-error.',
};

/** What would make a tunnel one that is read. */
const TO_BE_OPENED: Record<string, string[]> = {
  off: ['Intercept TLS in the settings, for this host at least: then what is asked inside has rows and is cached.'],
  except: ['This host taken off the Exceptions in the settings.'],
  'not-listed': ['This host among the Hosts to intercept in the settings.'],
};

/** What would let the stored response stand in. */
function standing(forbids: unknown, f: Facts = {}): string[] {
  if (forbids === 'asked' && String(f['sieAsked']).startsWith('request-'))
    return [
      `A request without ${f['pragma'] === 1 ? 'Pragma: no-cache' : String(f['sieAsked']).slice(8)}: then the stored one may stand in.`,
    ];
  const advice = NO_STANDING[String(forbids)];
  return advice === undefined ? [] : [advice];
}

const and = new Intl.ListFormat('en', { type: 'conjunction' });
const choice = new Intl.ListFormat('en', { type: 'disjunction' });
const LIFETIME = '(Cache-Control: max-age or s-maxage)';
const lifetimeOf = (f: Facts): string => (f['targeted'] === 1 ? '(CDN-Cache-Control: max-age)' : LIFETIME);

/** A response that lacks nothing and says nothing of what stood in the way: `without`, and what was found beside it. */
function response(f: Facts, without: readonly string[], end = ''): string {
  const names = [...new Set([...without, ...namesOf(f['hinders'])])];
  const lacks = namesOf(f['lacks']);
  const lifetime = lacks.includes('lifetime');
  const more = lacks.includes('sharing')
    ? lifetime
      ? 's-maxage'
      : 'public or s-maxage'
    : lifetime
      ? `a lifetime ${lifetimeOf(f)}`
      : '';
  if (names.length === 0) return `A response with ${more === '' ? `a lifetime ${lifetimeOf(f)}` : more}${end}.`;
  return `A response without ${and.format(names)}${more === '' ? '' : `, and with ${more}`}${end}.`;
}

/** Which lifetime has to be longer. */
function longer(source: unknown): string {
  switch (source) {
    case 's-maxage':
      return 'A longer s-maxage';
    case 'cdn-cache-control':
      return 'A longer lifetime in CDN-Cache-Control';
    case 'fixed-ttl':
      return 'A longer fixed lifetime in the settings';
    case 'none':
    case 'default':
    case 'heuristic':
      return `A lifetime in the response ${LIFETIME}`;
    default:
      return `A longer lifetime ${LIFETIME}`;
  }
}

/** A longer lifetime, or first of all one that is a number. */
const valid = (f: Facts): string =>
  f['malformed'] === undefined
    ? `${longer(f['source'] ?? 'none')}.`
    : `A valid lifetime ${LIFETIME}: a whole number of seconds.`;

/** What the same request would need now that the response is stored. */
function again(f: Facts): string[] {
  const seconds = f['again'];
  if (typeof seconds !== 'number') return [];
  if (seconds > 0) return [`The same request again within ${stated(seconds)}: the response is stored now.`];
  if (f['hinders'] !== undefined || f['lacks'] !== undefined) {
    const better = f['hinders'] === undefined ? valid(f) : response(f, []);
    return [f['asks'] === undefined ? better : better.replace(/\.$/, `, and a request without ${f['asks']}.`)];
  }
  switch (f['asks']) {
    case 'max-age':
      return ['The same request without max-age, or with a larger one: the response is stored now.'];
    case 'min-fresh':
      return ['The same request with a smaller min-fresh: the response is stored now.'];
    default:
      return [`The same request without ${f['asks']}: the response is stored now.`];
  }
}

/** A better request is not enough for what is stale. */
const staleToo = (f: Facts): string =>
  isStaleToo(f) ? `, and ${longer(f['source']).replace('A', 'a')}: the stored response was stale, too.` : '.';

/** All fields of Vary that differ. */
const fields = (f: Facts): string[] => [or(f['field']), ...namesOf(f['also'])];

/** What would have let the stale response be used. */
const beside = (f: Facts): string[] => [
  ...(f['barred'] === undefined
    ? []
    : ['A request without min-fresh: then the stored response may be used while the origin is asked.']),
  ...(f['sieUnused'] === undefined ? [] : standing(f['sieUnused'], f)),
];

export const EN_ADVICE: ExplainTexts['advice'] = {
  fresh: NO_ADVICE,
  'stale-allowed': NO_ADVICE,
  revalidated: (f) =>
    delegated(EN_ADVICE, f) ??
    (f['kept'] === 'weakly'
      ? ['The same ETag in the 304 as in the 200: then the stored response is fresh again.']
      : undefined) ??
    (f['hinders'] === undefined
      ? [`${longer(f['source'])} would save the trip to the origin.`]
      : [response(Number(f['lifetime']) <= 0 ? { ...f, lacks: 'lifetime' } : f, [])]),
  'stale-while-revalidate': NO_ADVICE,
  'background-validation': NO_ADVICE,
  'stale-if-error': NO_ADVICE,
  'stale-on-error': NO_ADVICE,
  'only-if-cached': (f) =>
    delegated(EN_ADVICE, f, f['otherwise']) ?? ['Ask once without only-if-cached, so that the response is stored.'],
  'uri-miss': (f) =>
    f['replyOf'] === 'origin' && f['reply'] === 304
      ? [
          f['replySent'] === ''
            ? 'An origin that answers 304 only to a condition.'
            : 'A request without a condition: the whole response may be stored.',
        ]
      : f['again'] === undefined
        ? ['The next request for the same URL, if the response may be stored.']
        : again(f),
  'method-mismatch': () => ['A GET first: its response also answers HEAD.'],
  'vary-mismatch': (f) => [
    f['bare'] === 1
      ? `A request without ${or(f['field'])}, as before.`
      : `The same ${and.format(fields(f))} as before.`,
    `A response that does not vary by ${choice.format(fields(f))}.`,
  ],
  expired: (f) => [
    `${longer(f['source'])}.`,
    ...(f['forbids'] === undefined &&
    f['secondsAgo'] !== undefined &&
    f['source'] !== 'fixed-ttl' &&
    f['barred'] === undefined
      ? [`stale-while-revalidate=${Number(f['secondsAgo']) + 1} or more in the response.`]
      : []),
    ...beside(f),
    ...(f['maxStale'] === undefined ? [] : [`max-stale=${Number(f['secondsAgo']) + 1} or more in the request.`]),
  ],
  'validation-required': (f) => [response(isStaleToo(f) ? { ...f, lacks: 'lifetime' } : f, ['no-cache'])],
  'validation-changed': (f) => [
    ...(f['ignored'] === undefined || f['content'] === 'other'
      ? []
      : ['An origin that answers the condition with 304.']),
    ...(f['ignored'] === undefined && isSameContent(f) ? ['An ETag that stays the same while the content does.'] : []),
    f['content'] === 'other' ? `${longer(f['source'])}; but the content had changed.` : `${longer(f['source'])}.`,
    ...beside(f),
  ],
  'user-validation': NO_ADVICE,
  'request-no-cache': (f) => [
    `A request without ${f['pragma'] === 1 ? 'Pragma: no-cache' : 'no-cache'} (reloading in a browser sends it)${staleToo(f)}`,
  ],
  'request-max-age': (f) => [
    `${
      f['malformed'] !== undefined
        ? 'A request without max-age, or with one that is valid and large enough'
        : f['maxAge'] === 0
          ? 'A request without max-age=0 (reloading in a browser sends it)'
          : 'A request without max-age, or with a larger one'
    }${staleToo(f)}`,
  ],
  'request-condition': (f) => [
    `A request without ${or(f['field'], 'If-Match')}${f['found'] === undefined ? '' : ', once a response to it is stored'}.`,
  ],
  'request-min-fresh': (f) => [
    f['malformed'] === undefined
      ? 'A smaller min-fresh, or a longer lifetime of the response.'
      : 'A request without min-fresh, or with one that is valid and small enough.',
  ],
  'partial-miss': () => ['A request for bytes that are stored, or a complete response.'],
  'evicted-capacity': () => ['More room (entries or bytes in the settings), or pinning the entry.'],
  'evicted-by-user': again,
  invalidated: again,
  'expired-removed': () => ['A longer lifetime, and more room (entries or bytes in the settings).'],
  'request-no-store': () => [
    'A request without no-store: it may be answered from the cache, and its response may be stored.',
  ],
  'request-content': () => ['A request without content: what it asks for belongs in the URL.'],
  'past-cache': () => ['The same request, sent through the cache.'],
  'control-token': () => [
    'A request without that token: it is for the control server only, and never through the proxy.',
  ],
  'method-not-cacheable': (f) =>
    f['stored'] === 1 || f['method'] !== 'POST'
      ? []
      : ['A response with a lifetime and a Content-Location of the same URL: it is stored for later GETs.'],
  'status-not-cacheable': (f) =>
    f['sieUnused'] !== undefined
      ? standing(f['sieUnused'], f)
      : f['never'] !== undefined
        ? []
        : [
            f['fixed'] === 1
              ? `Cache mode standard in the settings, and a lifetime in the response ${LIFETIME}.`
              : response(f, []),
          ],
  'response-no-store': (f) => [response(f, ['no-store'])],
  'response-private': (f) => [response(f, ['private'], ', if it is the same for everybody')],
  authorization: (f) => [
    f['fixed'] === 1
      ? 'Sharing of such responses switched on in the settings (--cache-share-anyway), if it is the same for everybody.'
      : f['hinders'] === undefined && f['lacks'] === 'sharing'
        ? 'public, s-maxage or must-revalidate in the response, if it is the same for everybody.'
        : response(f, [], ', if it is the same for everybody'),
  ],
  'set-cookie': (f) => [
    response(f, ['Set-Cookie']),
    ...(f['fixed'] === 1
      ? [
          'Sharing of such responses switched on in the settings (--cache-share-anyway), if it is the same for everybody.',
        ]
      : f['hinders'] === undefined
        ? [
            `An explicit lifetime (max-age, s-maxage)${f['lacks'] === undefined ? ' or public' : ''}, if the cookie may go to everybody.`,
          ]
        : []),
  ],
  'event-stream': () => ['Nothing: what an event stream sends is meant for whoever is connected.'],
  'vary-any': (f) => {
    const hinders = namesOf(f['hinders']).filter((name) => name !== 'Vary: *');
    const rest: Facts = { ...f, hinders: hinders.join(', ') };
    const more = hinders.length > 0 || f['lacks'] !== undefined;
    return [`A Vary that names fields, instead of *${more ? `, in ${response(rest, []).replace('A', 'a')}` : '.'}`];
  },
  'no-freshness-information': (f) => [
    f['hinders'] !== undefined ? response(f, []) : valid(f),
    'An ETag or Last-Modified: then it is stored, and the origin can answer 304.',
    ...(f['guessable'] === 1 ? ['A default lifetime in the settings.'] : []),
  ],
  'not-understood': (f) => [response(f, ['must-understand'])],
  'body-over-limit': () => ['A larger limit for stored content in the settings.'],
  'storing-off': () => ['A limit for stored content above 0 in the settings.'],
  'no-room': () => ['More room (entries or bytes in the settings), or fewer pinned entries.'],
  incomplete: () => ['A complete response.'],
  partial: () => ['A complete response, or one well-formed part.'],
  'invalidated-meanwhile': () => ['The next request for the same URL; its answer is from after the change.'],
  'cache-off': () => ['Cache mode standard in the settings.'],
  tunnel: (f) => TO_BE_OPENED[String(f['why'])] ?? [],
  intercept: NO_ADVICE,
  'client-refused': () => [
    'Make the client trust the CA of this proxy.',
    'If it pins certificates, this host among the Exceptions in the settings: its tunnels go through unread.',
  ],
  'no-certificate': () => ['See the CA in the settings: its files cannot be used.'],
  upgrade: NO_ADVICE,
  'upstream-failed': (f) => {
    if (f['unasked'] === 1 || OF_THE_CLIENT.has(f['error'])) return [];
    if (f['forbids'] === undefined) return ['A response that was stored before: it may stand in.'];
    return delegated(EN_ADVICE, { ...f, asked: f['forbids'] }) ?? standing(f['forbids']);
  },
  'client-left': NO_ADVICE,
  'connection-failed': NO_ADVICE,
  'internal-error': NO_ADVICE,
  'stage-reply': NO_ADVICE,
  'stage-drop': NO_ADVICE,
  'own-page': NO_ADVICE,
  'request-refused': NO_ADVICE,
};
