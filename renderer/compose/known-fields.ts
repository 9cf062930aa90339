/** What is offered while fields of a request are typed: names, and values by name. */
export const METHODS = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'QUERY'];

const TYPES = [
  'application/json',
  'application/x-www-form-urlencoded',
  'application/xml',
  'application/graphql-response+json',
  'text/plain; charset=utf-8',
  'text/html; charset=utf-8',
];

export const FIELD_VALUES: Readonly<Record<string, readonly string[]>> = {
  Accept: ['*/*', 'application/json', 'text/html', 'image/avif,image/webp,*/*', 'text/event-stream'],
  'Accept-Encoding': ['gzip, deflate, br, zstd', 'gzip', 'br', 'identity'],
  'Accept-Language': ['en', 'en-GB,en;q=0.8', 'de', 'fr', 'ru'],
  Authorization: ['Bearer ', 'Basic '],
  'Cache-Control': ['no-cache', 'no-store', 'max-age=0', 'only-if-cached', 'max-stale', 'min-fresh=60'],
  'Content-Encoding': ['gzip', 'br', 'deflate'],
  'Content-Language': ['en', 'de'],
  'Content-Type': TYPES,
  Cookie: ['session='],
  DNT: ['1'],
  'If-Match': ['"etag"', '*'],
  'If-Modified-Since': ['Thu, 01 Jan 2026 00:00:00 GMT'],
  'If-None-Match': ['"etag"', '*'],
  'If-Range': ['"etag"'],
  'If-Unmodified-Since': ['Thu, 01 Jan 2026 00:00:00 GMT'],
  Origin: ['https://example.com'],
  Pragma: ['no-cache'],
  Prefer: ['return=minimal', 'respond-async'],
  Priority: ['u=1, i', 'u=3'],
  Range: ['bytes=0-1023', 'bytes=-500'],
  Referer: ['https://example.com/'],
  'Sec-Fetch-Dest': ['document', 'empty', 'image', 'script', 'style'],
  'Sec-Fetch-Mode': ['navigate', 'cors', 'no-cors'],
  'Sec-Fetch-Site': ['same-origin', 'same-site', 'cross-site', 'none'],
  'User-Agent': ['curl/8.9.0', 'Mozilla/5.0'],
  'X-Forwarded-For': ['203.0.113.7'],
  'X-Forwarded-Proto': ['https'],
  'X-Requested-With': ['XMLHttpRequest'],
};

export function valuesOf(name: string): readonly string[] {
  const lower = name.trim().toLowerCase();
  return Object.entries(FIELD_VALUES).find(([known]) => known.toLowerCase() === lower)?.[1] ?? [];
}
