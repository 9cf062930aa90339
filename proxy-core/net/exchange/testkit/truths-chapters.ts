/** Which cases of `truths/` stand in docs/explained-exchanges.md, in which order, and what a stranger would call them. */

/** File, title of the case there, heading. */
type Chosen = readonly [file: string, title: string, heading: string];

export interface Chapter {
  readonly title: string;
  readonly cases: readonly Chosen[];
}

export const CHAPTERS: readonly Chapter[] = [
  {
    title: 'How long it is fresh',
    cases: [
      ['response-directives', 'max-age before Expires', 'max-age goes before Expires'],
      ['lifetime', 'heuristic, with its cap', 'No lifetime given: it is guessed from Last-Modified'],
      ['lifetime', 'an Age takes most of it', 'The response was old when it came'],
      ['lifetime', 'an origin whose clock is behind', 'The clock of the origin is behind'],
      ['more', 'two max-age values', 'Two max-age values'],
      ['more', 'a semicolon', 'A semicolon where a comma belongs'],
      ['response-directives', 'immutable alone is no lifetime', 'immutable alone'],
    ],
  },
  {
    title: 'Stale responses',
    cases: [
      ['stale', 'stale-while-revalidate, first', 'stale-while-revalidate: used now, asked in the background'],
      ['stale', 'stale-if-error and 503', 'stale-if-error: the origin answers 503'],
      ['stale', 'the origin is gone, nothing forbids', 'The origin is gone, and nothing forbids the stored response'],
      ['gone', 'must-revalidate', 'The origin is gone, and must-revalidate forbids it'],
      ['gone', 's-maxage, and a stale-if-error that is there already', 'The origin is gone, and s-maxage forbids it'],
      ['stale', 'a 404 is no error of that kind', 'A 404 is no error that stale-if-error is for'],
      ['request-directives', 'a max-stale that is enough', 'The request accepts it stale'],
      ['more', 'max-stale overruled', 'The request would accept it stale, the response does not'],
    ],
  },
  {
    title: 'Asking the origin again',
    cases: [
      ['response-directives', 'no-cache, confirmed', 'no-cache: asked before each use'],
      ['changed', 'the same ETag and the same content', 'The origin ignores If-None-Match'],
      ['changed', 'the same ETag over other content', 'The same ETag over other content'],
      ['changed', 'another ETag over other content', 'The content has changed'],
      ['more', "a validation behind the client's back", 'In the background, a new response comes'],
      ['meanwhile', 'a HEAD freshens what a GET stored', 'A HEAD freshens what a GET stored'],
    ],
  },
  {
    title: 'Reloads, and what else a request can ask for',
    cases: [
      ['reload', 'obeyed, as it is delivered', 'A reload, obeyed'],
      ['reload', 'no-cache gets what is fresh', 'A reload, set aside as CDNs do'],
      ['request-directives', 'max-age=0 and no validator', 'A reload of what cannot be validated'],
      ['more', 'Pragma is called Pragma', 'Pragma: no-cache'],
      ['request-directives', 'a min-fresh that is not met', 'It will not be fresh for long enough'],
      ['forward', 'nothing was forwarded', 'only-if-cached, and nothing is stored'],
      ['forward', 'the cache was not asked: no-store', 'no-store of a request'],
    ],
  },
  {
    title: 'Responses that are not stored',
    cases: [
      ['response-directives', 'no-store', 'no-store'],
      ['response-directives', 'private beside s-maxage', 'private beside s-maxage'],
      ['authorization', 'Authorization alone', 'A request with Authorization'],
      ['response-directives', 'Set-Cookie and a Last-Modified alone', 'A cookie, and no word that others may see it'],
      ['response-directives', 'Vary: *', 'Vary: *'],
      ['forward', 'neither a lifetime nor a validator', 'Neither a lifetime nor a validator'],
      ['units', 'a byte more than is stored', 'A byte more than is stored'],
      ['meanwhile', 'the response is cut off', 'The response is cut off'],
      ['meanwhile', '429, which no cache may store', '429 Too Many Requests'],
      ['statuses', '302 with a Last-Modified is not guessed', 'A redirect without a lifetime'],
      ['more', 'fields left out', 'Stored, but without a field that is private'],
    ],
  },
  {
    title: 'Variants and near misses',
    cases: [
      ['vary', 'another value', 'Another language'],
      ['vary', 'the field came in addition', 'Stored for a request without the field'],
      ['more', 'two fields differ', 'Two fields differ'],
      ['neighbours', 'another number is another thing', 'Another number is another thing'],
      ['neighbours', 'a slash at the end', 'A slash at the end'],
      ['neighbours', 'case and a slash', 'Case, and a slash at the end'],
      ['neighbours', 'a parameter more', 'One query parameter more'],
      ['neighbours', 'the same parameters in another order', 'The same parameters in another order'],
    ],
  },
  {
    title: 'It was stored, and went',
    cases: [
      ['methods', 'GET after an invalidation', 'Invalidated by an unsafe request'],
      ['methods', 'GET after a purge by hand', 'Removed by hand'],
      ['methods', 'GET after there was no room', 'Removed to make room'],
      ['meanwhile', 'invalidated while it was under way', 'Invalidated while it was on its way'],
    ],
  },
  {
    title: 'Conditions and parts',
    cases: [
      ['conditionals', 'If-None-Match of several', 'One of several ETags matches'],
      ['conditionals', 'If-Modified-Since that is no date', 'If-Modified-Since that is no date'],
      ['conditionals', 'If-Match is for the origin', 'If-Match is for the origin to judge'],
      ['silent', 'a 304 of the origin for the client', 'The origin answers the client’s own condition'],
      ['ranges', 'the last bytes', 'The last three bytes'],
      ['ranges', 'beyond the end', 'A range beyond the end'],
      ['ranges', 'If-Range with a weak ETag', 'If-Range with a weak ETag'],
      ['meanwhile', 'two parts become one', 'Two parts become one'],
    ],
  },
  {
    title: 'Several at once, clients that leave, other methods',
    cases: [
      ['meanwhile', 'two wait for one', 'Two wait for one answer'],
      [
        'more',
        'one that had waited for an answer that cannot be shared',
        'It had waited for an answer that is not for others',
      ],
      ['more', 'a client that leaves a stream of events', 'A client leaves a stream of events'],
      ['forward', 'the cache was not asked: content in a GET', 'A GET with content'],
      ['more', 'a POST whose response is stored', 'A POST whose response is stored'],
    ],
  },
  {
    title: 'Tunnels, TLS inside, upgrades',
    cases: [
      ['tunnels', 'a tunnel, and no TLS is read', 'A tunnel, as it is delivered'],
      ['tunnels', 'neither TLS nor HTTP inside', 'A tunnel with neither TLS nor HTTP inside'],
      ['tunnels', 'the server refuses the connection', 'A tunnel that does not come about'],
      ['inside-tls', 'a request inside, and the same again', 'The same request twice, inside TLS'],
      ['inside-tls', 'a client that does not trust the CA', 'A client that does not trust the CA'],
      ['upgrades', 'the origin switches', 'A WebSocket'],
      ['upgrades', 'the origin does not switch', 'A WebSocket that is refused'],
    ],
  },
  {
    title: 'Failures',
    cases: [
      ['stale', 'nothing stored and the connection breaks', 'The connection breaks, and nothing is stored'],
      ['forward', 'a loop went nowhere', 'A request that leads back to the proxy'],
    ],
  },
];
