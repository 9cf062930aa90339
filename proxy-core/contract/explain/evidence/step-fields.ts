/**
 * Which fields each step of a trace rests on, by its code and by what it recorded. Every step is here: with its fields,
 * or with none where it rests on a method, a status, the settings or the store and on no field.
 */
import type { TraceStep } from '../../reasons.ts';
import type { StepCode } from '../step-codes.ts';
import type { Input } from '../texts.ts';
import { asked, lifetimeFields, orIn, told, whole, type FieldRef } from './refs.ts';

type FieldsOf = (input: Input, result: TraceStep['result']) => readonly FieldRef[];

/** Fields named one after another in a step, at most so many. */
const NAMES_MAX = 6;

const names = (text: unknown): string[] =>
  typeof text !== 'string' || text === '' ? [] : text.split(', ', NAMES_MAX + 1).slice(0, NAMES_MAX);

/** The field, where the step recorded a value of it. */
const recorded = (message: FieldRef['message'], field: string, value: unknown): FieldRef[] =>
  typeof value === 'string' ? [whole(message, field, value)] : [];

/** A validator of both sides of a comparison. */
const validators = (i: Input): FieldRef[] => [
  ...recorded('response', 'ETag', i('etag')),
  ...recorded('response', 'Last-Modified', i('lastModified')),
  ...recorded('stored', 'ETag', i('storedEtag')),
  ...recorded('stored', 'Last-Modified', i('storedLastModified')),
];

/** Why a 200 with these fields would not be stored, in fields. */
const REFUSALS: Record<string, readonly FieldRef[]> = {
  'set-cookie': [whole('response', 'Set-Cookie')],
  'response-private': [told('response', ['private'], { bare: true })],
  'response-no-store': [told('response', ['no-store'])],
  'vary-any': [{ message: 'response', field: 'Vary', members: ['*'] }],
  authorization: [whole('request', 'Authorization')],
  'request-no-store': [asked('no-store')],
};

/** A directive that forbids use of a stale response; `s-maxage` implies that. */
const forbidding: FieldsOf = (i) =>
  typeof i('directive') === 'string'
    ? // Where Cache-Control has no such directive it was CDN-Cache-Control's; the recorded text is Cache-Control's alone.
      [told('stored', [String(i('directive'))])]
    : [];

/** The directives of a request that a setting sets aside. */
const SET_ASIDE = ['no-cache', 'max-age', 'min-fresh'] as const;
const isPragma = (i: Input): boolean => String(i('cacheControl')).startsWith('Pragma');
const pragma: FieldRef = { message: 'request', field: 'Pragma', members: ['no-cache'] };

/** The name of a directive out of what was recorded as written: `max-age=60;public`. */
const nameOf = (directive: unknown): string => String(directive).split('=', 1)[0] ?? '';
const oddity: FieldsOf = (i) => [
  i('of') === 'request' ? asked(nameOf(i('directive'))) : told('response', [nameOf(i('directive'))]),
];

const replyFields: FieldsOf = (i) => {
  const by = String(i('by'));
  const request = i('sent') === '' ? [] : [whole('request', by, i('sent'))];
  if (i('of') === 'origin')
    return i('reply') === 304
      ? request
      : [...request, ...(i('held') === '' ? [] : [whole('response', 'Content-Range')])];
  if (by === 'Range' || i('held') === '') return request;
  // An If-Range or If-None-Match is held against the ETag, or the date where there is none.
  const held = String(i('held'));
  const isTag = held.startsWith('"') || held.startsWith('W/"');
  return [...request, whole('stored', isTag ? 'ETag' : 'Last-Modified', held)];
};

export const STEP_FIELDS: Record<StepCode, FieldsOf | 'none'> = {
  'cache-mode': 'none',
  'request-method': 'none',
  'request-content': () => [whole('request', 'Content-Length'), whole('request', 'Transfer-Encoding')],
  // The field holds a secret: it is not pointed at.
  'control-token': 'none',
  'past-cache': 'none',
  'request-no-store': () => [asked('no-store')],
  'origin-condition': (i) => [
    ...recorded('request', 'If-Match', i('ifMatch')),
    ...recorded('request', 'If-Unmodified-Since', i('ifUnmodifiedSince')),
  ],
  lookup: 'none',
  vary: (i, result) => {
    const fields = result === 'stop' ? [String(i('field')), ...names(i('also'))] : names(i('fields'));
    return fields.flatMap((field) => [
      whole('request', field),
      { message: 'stored' as const, field: 'Vary', members: [field] },
    ]);
  },
  'stored-method': 'none',
  'stored-part': (i) => [
    ...(i('sent') === '' ? [] : [whole('request', 'Range', i('sent'))]),
    whole('stored', 'Content-Range', i('stored') === '' || i('stored') === null ? '' : `bytes ${String(i('stored'))}`),
  ],
  freshness: (i) => lifetimeFields('stored', i('source'), i('lifetime')),
  'client-control-ignored': (i) => (isPragma(i) ? [pragma] : SET_ASIDE.map((name) => asked(name))),
  'request-no-cache': (i) => [isPragma(i) ? pragma : asked('no-cache')],
  'request-max-age': () => [asked('max-age')],
  'request-min-fresh': () => [asked('min-fresh')],
  'request-max-stale': () => [asked('max-stale')],
  'stored-no-cache': () => [told('stored', ['no-cache'], { bare: true })],
  'must-revalidate': forbidding,
  'max-stale-overruled': (i, result) => [asked('max-stale'), ...forbidding(i, result)],
  'stale-while-revalidate': (i) => [told('stored', ['stale-while-revalidate'], { seconds: i('window') })],
  'stale-if-error': (i) => [
    // The longer one of the request's and the stored response's counts.
    {
      ...asked('stale-if-error'),
      ...(typeof i('window') === 'number' && { seconds: Number(i('window')) }),
      or: told('stored', ['stale-if-error'], { seconds: i('window') }),
    },
    ...(['must-revalidate', 'proxy-revalidate', 's-maxage', 'no-cache'].includes(String(i('unused')))
      ? [told('stored', [String(i('unused'))])]
      : []),
  ],
  // The step before it names the directive, where one forbids that.
  'stale-on-error': 'none',
  'only-if-cached': () => [asked('only-if-cached')],
  'user-validation': 'none',
  validation: (i) => [
    ...recorded('stored', 'ETag', i('etag')),
    ...recorded('stored', 'Last-Modified', i('lastModified')),
  ],
  reply: replyFields,
  'not-modified': (i) => [
    ...recorded('response', 'ETag', i('etag')),
    // What is not updated has no lifetime of this response.
    ...(i('fate') === null
      ? lifetimeFields('response', i('source'), i('lifetime')).map((ref) => orIn('stored', ref))
      : []),
  ],
  'validation-ignored': (i) =>
    i('field') === 'If-Modified-Since'
      ? [...recorded('stored', 'Last-Modified', i('lastModified')), whole('response', 'Last-Modified')]
      : [...recorded('stored', 'ETag', i('etag')), whole('response', 'ETag')],
  'other-representation': validators,
  'weakly-same': validators,
  'update-refused': (i) => REFUSALS[String(i('because'))] ?? [],
  'head-update': (i) => [
    ...recorded('response', 'ETag', i('etag')),
    ...recorded('response', 'Last-Modified', i('lastModified')),
    ...recorded('response', 'Content-Length', i('length')),
  ],
  invalidate: () => [whole('response', 'Location'), whole('response', 'Content-Location')],
  'response-method': (i) => recorded('response', 'Content-Location', i('contentLocation')),
  'response-status': 'none',
  'must-understand': () => [told('response', ['must-understand'])],
  'no-store-set-aside': (i) => [
    told('response', ['must-understand'], { text: i('cacheControl') }),
    told('response', ['no-store'], { text: i('cacheControl') }),
  ],
  'fields-left-out': (i) => [
    told('response', [String(i('directive'))], { bare: false }),
    ...names(i('fields')).map((field) => whole('response', field)),
  ],
  'repeated-directive': oddity,
  'malformed-directive': oddity,
  'targeted-not-read': () => [whole('response', 'CDN-Cache-Control')],
  'response-pragma': (i) => [whole('response', 'Pragma', i('pragma'))],
  'response-no-store': (i) => [told('response', ['no-store'], { text: i('cacheControl') })],
  'response-private': (i) => [told('response', ['private'], { text: i('cacheControl'), bare: true })],
  authorization: (i, result) => [
    whole('request', 'Authorization'),
    ...(result === 'pass'
      ? [told('response', ['public', 'must-revalidate', 's-maxage'], { text: i('cacheControl') })]
      : []),
  ],
  'set-cookie': (i, result) => [
    whole('response', 'Set-Cookie'),
    ...(result === 'pass'
      ? [
          {
            ...told('response', ['public', 's-maxage', 'max-age'], { text: i('cacheControl') }),
            or: whole('response', 'Expires'),
          },
        ]
      : []),
  ],
  'event-stream': (i) => [whole('response', 'Content-Type', i('contentType'))],
  'response-vary': (i, result) =>
    result === 'stop'
      ? [{ message: 'response', field: 'Vary', members: ['*'] }]
      : names(i('vary')).map((name) => ({ message: 'response' as const, field: 'Vary', members: [name] })),
  'response-part': (i) => [
    ...recorded('response', 'Content-Range', i('contentRange')),
    ...recorded('response', 'Content-Length', i('contentLength')),
  ],
  'body-limit': (i) => (i('size') === null ? [] : [whole('response', 'Content-Length')]),
  lifetime: (i) => lifetimeFields('response', i('source'), i('lifetime')),
  store: (i) =>
    i('by') === 'date' ? [whole('response', 'Date')] : i('by') === 'age' ? [whole('response', 'Age')] : [],
  neighbour: 'none',
  removed: 'none',
  'request-target': 'none',
  'own-page': 'none',
  misdirected: (i) => recorded('request', 'Host', i('host')),
  // By Via or by where the target leads: the step does not say which.
  proxy_loop_detected: 'none',
  tunnel: 'none',
  intercept: 'none',
  'connect-failed': 'none',
  'first-bytes': 'none',
  'other-name': 'none',
  throttle: 'none',
  'client-refused': 'none',
  'no-certificate': 'none',
  upgrade: (i) => recorded('request', 'Upgrade', i('upgrade')),
  stage: 'none',
  tier: 'none',
  'collapse-apart': (i) =>
    i('why') === 'credentials' ? [whole('request', 'Cookie'), whole('request', 'Authorization')] : [],
  'collapse-shared': 'none',
  'collapse-released': 'none',
  'max-forwards': () => [whole('request', 'Max-Forwards')],
  'body-complete': () => [whole('response', 'Content-Length')],
  'no-room': 'none',
  'invalidated-meanwhile': 'none',
};
