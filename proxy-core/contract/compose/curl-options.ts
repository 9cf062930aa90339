/** Options of curl: what takes a value, and what becomes of it here. */

/** What an option is to the reader of a line; `value` when it takes one. */
export type CurlOption = { readonly value: boolean } & (
  | { readonly kind: 'does'; readonly does: string }
  /** Says nothing of the request: left out in silence. */
  | { readonly kind: 'nothing' }
  /** Is another matter here: left out, and said so. */
  | { readonly kind: 'note'; readonly note: string }
  /** Would make another request than could be sent. */
  | { readonly kind: 'refuse'; readonly note: string }
);

const meaning = (does: string): CurlOption => ({ kind: 'does', does, value: true });
const flag = (does: string): CurlOption => ({ kind: 'does', does, value: false });
const silent = (value: boolean): CurlOption => ({ kind: 'nothing', value });
const noted = (value: boolean, note: string): CurlOption => ({ kind: 'note', value, note });
const refused = (value: boolean, note: string): CurlOption => ({ kind: 'refuse', value, note });

const BY_SETTINGS = 'the settings of the proxy say how origins are verified and reached';
const ONE_ANSWER = 'redirects are not followed: the answer that comes is shown';
const PROTOCOL = 'the origin and the settings of the proxy choose the version of HTTP';
const CHALLENGE = 'it answers a challenge of the origin, which is not done here; give an Authorization field';
const ELSEWHERE = 'it sends the request elsewhere; a rule that asks another URL does that here';

/** By long name. */
export const LONG_OPTIONS: Readonly<Record<string, CurlOption>> = {
  url: meaning('url'),
  request: meaning('method'),
  header: meaning('header'),
  data: meaning('data'),
  'data-ascii': meaning('data'),
  'data-raw': meaning('data-raw'),
  'data-binary': meaning('data-binary'),
  'data-urlencode': meaning('data-urlencode'),
  json: meaning('json'),
  form: meaning('form'),
  'form-string': meaning('form-string'),
  'upload-file': meaning('upload'),
  get: flag('get'),
  head: flag('head'),
  user: meaning('user'),
  'oauth2-bearer': meaning('bearer'),
  cookie: meaning('cookie'),
  referer: meaning('referer'),
  'user-agent': meaning('agent'),
  range: meaning('range'),
  'url-query': meaning('url-query'),
  compressed: flag('compressed'),
  globoff: flag('globoff'),
  'path-as-is': flag('as-is'),
  basic: silent(false),
  silent: silent(false),
  'show-error': silent(false),
  verbose: silent(false),
  include: silent(false),
  fail: silent(false),
  'fail-with-body': silent(false),
  'no-buffer': silent(false),
  'no-progress-meter': silent(false),
  'progress-bar': silent(false),
  'no-keepalive': silent(false),
  keepalive: silent(false),
  output: silent(true),
  'remote-name': silent(false),
  'output-dir': silent(true),
  'create-dirs': silent(false),
  'write-out': silent(true),
  'dump-header': silent(true),
  'cookie-jar': silent(true),
  trace: silent(true),
  'trace-ascii': silent(true),
  stderr: silent(true),
  disable: silent(false),
  'max-time': silent(true),
  'connect-timeout': silent(true),
  retry: silent(true),
  'retry-delay': silent(true),
  'retry-max-time': silent(true),
  'retry-all-errors': silent(false),
  'form-escape': silent(false),
  proto: silent(true),
  location: noted(false, ONE_ANSWER),
  'location-trusted': noted(false, ONE_ANSWER),
  'max-redirs': noted(true, ONE_ANSWER),
  insecure: noted(false, BY_SETTINGS),
  cacert: noted(true, BY_SETTINGS),
  capath: noted(true, BY_SETTINGS),
  cert: noted(true, BY_SETTINGS),
  key: noted(true, BY_SETTINGS),
  ciphers: noted(true, BY_SETTINGS),
  'ssl-no-revoke': noted(false, BY_SETTINGS),
  tlsv1: noted(false, BY_SETTINGS),
  'tlsv1.2': noted(false, BY_SETTINGS),
  'tlsv1.3': noted(false, BY_SETTINGS),
  'tls-max': noted(true, BY_SETTINGS),
  proxy: noted(true, BY_SETTINGS),
  noproxy: noted(true, BY_SETTINGS),
  'proxy-insecure': noted(false, BY_SETTINGS),
  interface: noted(true, BY_SETTINGS),
  ipv4: noted(false, BY_SETTINGS),
  ipv6: noted(false, BY_SETTINGS),
  'http1.0': noted(false, PROTOCOL),
  'http1.1': noted(false, PROTOCOL),
  http2: noted(false, PROTOCOL),
  'http2-prior-knowledge': noted(false, PROTOCOL),
  http3: noted(false, PROTOCOL),
  'limit-rate': noted(true, 'the rate is not limited here'),
  digest: refused(false, CHALLENGE),
  ntlm: refused(false, CHALLENGE),
  negotiate: refused(false, CHALLENGE),
  anyauth: refused(false, CHALLENGE),
  resolve: refused(true, ELSEWHERE),
  'connect-to': refused(true, ELSEWHERE),
  'unix-socket': refused(true, ELSEWHERE),
  'request-target': refused(true, 'the URL says what is asked for'),
  next: refused(false, 'it begins another request; paste one after the other'),
  config: refused(true, 'it names a file with more options; write them out'),
  'time-cond': refused(true, 'give an If-Modified-Since field'),
  'etag-compare': refused(true, 'give an If-None-Match field'),
  'aws-sigv4': refused(true, 'it signs the request, which is not done here; give the fields that it makes'),
};

/** By letter. */
export const SHORT_OPTIONS: Readonly<Record<string, string>> = {
  X: 'request',
  H: 'header',
  d: 'data',
  F: 'form',
  T: 'upload-file',
  G: 'get',
  I: 'head',
  u: 'user',
  b: 'cookie',
  e: 'referer',
  A: 'user-agent',
  r: 'range',
  g: 'globoff',
  s: 'silent',
  S: 'show-error',
  v: 'verbose',
  i: 'include',
  f: 'fail',
  N: 'no-buffer',
  '#': 'progress-bar',
  o: 'output',
  O: 'remote-name',
  w: 'write-out',
  D: 'dump-header',
  c: 'cookie-jar',
  q: 'disable',
  m: 'max-time',
  L: 'location',
  k: 'insecure',
  E: 'cert',
  x: 'proxy',
  '4': 'ipv4',
  '6': 'ipv6',
  '0': 'http1.0',
  '1': 'tlsv1',
  z: 'time-cond',
  K: 'config',
  ':': 'next',
};
