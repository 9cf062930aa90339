/** Request heads for comparing readers: real ones with something changed, and ones put together from odd parts. Seeded. */

/** A generator of numbers below `limit`; the same for the same seed. */
export type Random = (limit: number) => number;

export function seeded(seed: number): Random {
  let state = seed >>> 0;
  return (limit) => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % limit;
  };
}

const CHROME =
  'User-Agent: Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36\r\nAccept: text/html,application/xhtml+xml;q=0.9,*/*;q=0.8\r\nAccept-Encoding: gzip, deflate, br, zstd\r\nCookie: session=4f1c2a9e; lang=en\r\n';

const CORPUS: readonly string[] = [
  'GET http://a.test/ HTTP/1.1\r\nHost: a.test\r\n\r\n',
  `GET http://a.test/x?y=1&z=%20#f HTTP/1.1\r\nHost: a.test\r\n${CHROME}\r\n`,
  'GET /index.html HTTP/1.1\r\nHost: a.test:8080\r\nConnection: keep-alive\r\nIf-None-Match: "1"\r\n\r\n',
  'GET / HTTP/1.0\r\n\r\n',
  'GET / HTTP/1.0\r\nConnection: keep-alive\r\nHost: a\r\n\r\n',
  'HEAD http://[::1]:80/ HTTP/1.1\r\nHost: [::1]:80\r\nConnection: close\r\n\r\n',
  'POST http://a.test/form HTTP/1.1\r\nHost: a.test\r\nContent-Type: text/plain\r\nContent-Length: 5\r\n\r\nhello',
  'POST http://a.test/ HTTP/1.1\r\nHost: a.test\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n',
  'PUT /up HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\nExpect: 100-continue\r\n\r\n',
  'OPTIONS * HTTP/1.1\r\nHost: a\r\nMax-Forwards: 0\r\n\r\n',
  'CONNECT a.test:443 HTTP/1.1\r\nHost: a.test:443\r\nProxy-Connection: keep-alive\r\n\r\n',
  'GET ws://a.test/ HTTP/1.1\r\nHost: a.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
  'DELETE http://a/b HTTP/1.1\r\nhost: a\r\nX-Empty:\r\nX-Spaces: \t a b \t \r\n\r\n',
  'PROPFIND /dav/ HTTP/1.1\r\nHOST: a\r\nDepth: 1\r\nConnection: TE, close\r\nTE: trailers\r\n\r\n',
  'QUERY /q HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc',
  'GET http://a.test/ HTTP/1.1\r\nHost: a.test\r\nX-Latin: caf\xe9\r\n\r\n',
  'GET / HTTP/1.1\r\nHost: a\r\nProxy-Connection: close\r\nConnection: keep-alive\r\n\r\n',
  '\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n',
];

/** Bytes that end, separate or hide something somewhere. */
const NASTY = '\r\n\0\t \v\f:;,/?#@%[]()<>"\\{}|^`~\x01\x1b\x7f\x80\x85\xa0\xff0123456789aAzZ+-_.*';
const PIECES: readonly string[] = [
  '\r\n',
  '\n',
  '\r',
  '\r\n ',
  '\r\n\t',
  '\n\n',
  '\r\n\r\n',
  ' :',
  ': ',
  '  ',
  ' HTTP/1.1',
  'HTTP/1.0',
  'Content-Length: 5\r\n',
  'Content-Length: 5, 5\r\n',
  'Content-Length: +5\r\n',
  'Content-Length: 0x5\r\n',
  'content-length: 18446744073709551616\r\n',
  'Transfer-Encoding: chunked\r\n',
  'transfer-encoding: xchunked\r\n',
  'Transfer-Encoding: chunked, chunked\r\n',
  'Transfer-Encoding\t: chunked\r\n',
  'Host: b\r\n',
  'Connection: close\r\n',
  'Connection: upgrade\r\nUpgrade: h2c\r\n',
  'Expect: 100-continue\r\n',
  'X: y\r\n z\r\n',
];

const METHODS = [
  'GET',
  'POST',
  'HEAD',
  'CONNECT',
  'get',
  'GE T',
  'G\x00T',
  '',
  'PRI',
  'FOO',
  'M-SEARCH',
  'SOURCE',
  'ANNOUNCE',
  'DESCRIBE',
];
const TARGETS = [
  '/',
  '/a b',
  '*',
  '*x',
  'http://a/',
  'http://',
  'HTTP://A',
  'a:80',
  '/\xe9',
  '/\t',
  '//x',
  'http:/a',
  'http://u@h@i/',
  '',
  '/\x7f',
  '?x',
  'http://[::1]/',
  'http://a\\b',
  '/"<>\\^`{|}',
];
const VERSIONS = [
  'HTTP/1.1',
  'HTTP/1.0',
  'HTTP/0.9',
  'HTTP/2.0',
  'HTTP/1.2',
  'HTTP/1.',
  'HTTP/11',
  'http/1.1',
  'HTTP/1.1 ',
  'HTTP /1.1',
  '',
  'ICE/1.0',
  'RTSP/1.0',
];
const ENDS = ['\r\n', '\r\n', '\r\n', '\r\n', '\r\n', '\n', '\r', '\r\r\n', ' \r\n', '\r\n '];
const NAMES = [
  'Host',
  'host',
  'Content-Length',
  'Transfer-Encoding',
  'Connection',
  'Proxy-Connection',
  'Upgrade',
  'Expect',
  'X',
  'X-\xe9',
  '',
  'X Y',
  'X\t',
  'Content-Length ',
  '\x00',
  'Keep-Alive',
  'HTTP2-Settings',
  '(X)',
];
const VALUES = [
  'a',
  '',
  '5',
  '0',
  '00',
  '-1',
  '+5',
  '5,5',
  '5 5',
  '0x5',
  '1e1',
  '99999999999999999999',
  'chunked',
  'Chunked',
  'chunked,',
  ',chunked',
  'gzip, chunked',
  'chunked;x=1',
  '"chunked"',
  'identity',
  'keep-alive',
  'close',
  'Close, x',
  'upgrade',
  'keep-alive, Upgrade',
  'websocket',
  'h2c',
  '100-continue',
  '100-Continue',
  'a\x00b',
  'a\x0bb',
  'a\x7f',
  'a\tb',
  '\xff',
  'a:80',
  '[::1]',
  'a/b',
  'a b',
];

/** One of the list. */
export const one = (random: Random, list: readonly string[]): string => list[random(list.length)]!;

/** A head of odd parts; most of it is in order, so that the rest is reached. */
function assembled(random: Random): string {
  const usual = (share: number): boolean => random(100) < share;
  let text = usual(85)
    ? `${one(random, ['GET', 'POST', 'HEAD', 'PUT'])} `
    : `${one(random, METHODS)}${one(random, [' ', ' ', '  ', '\t', ''])}`;
  text += `${usual(80) ? one(random, ['/', 'http://a/', '/x?y']) : one(random, TARGETS)}${usual(95) ? ' ' : one(random, ['  ', '\t', ''])}`;
  text +=
    (usual(85) ? one(random, ['HTTP/1.1', 'HTTP/1.1', 'HTTP/1.0']) : one(random, VERSIONS)) +
    (usual(92) ? '\r\n' : one(random, ENDS));
  if (usual(85)) text += 'Host: a\r\n';
  for (let lines = random(5); lines > 0; lines--) {
    const name = usual(90) ? one(random, NAMES.slice(0, 9)) : one(random, NAMES);
    text += `${name}${usual(94) ? ': ' : one(random, [':', ' :', ':\t ', '', '::', ': \r\n '])}${one(random, VALUES)}${usual(95) ? '\r\n' : one(random, ENDS)}`;
  }
  return `${text}\r\n`;
}

/** What inputs are made of. */
export interface Ingredients {
  readonly corpus: readonly string[];
  /** Bytes that end, separate or hide something somewhere. */
  readonly nasty: string;
  readonly pieces: readonly string[];
}

/** One of the corpus, with up to three things changed. */
export function mutated({ corpus, nasty, pieces }: Ingredients, random: Random): string {
  let text = one(random, corpus);
  for (let count = 1 + random(3); count > 0; count--) {
    const at = random(text.length + 1);
    switch (random(7)) {
      case 0:
        text = text.slice(0, at) + nasty[random(nasty.length)]! + text.slice(at);
        break;
      case 1:
        text = text.slice(0, at) + nasty[random(nasty.length)]! + text.slice(at + 1);
        break;
      case 2:
        text = text.slice(0, at) + text.slice(at + 1 + random(4));
        break;
      case 3:
        text = text.slice(0, at) + String.fromCharCode(random(256)) + text.slice(at);
        break;
      case 4: {
        // A piece, mostly where a line begins.
        const line = text.indexOf('\n', at) + 1;
        const place = random(3) === 0 ? at : line;
        text = text.slice(0, place) + one(random, pieces) + text.slice(place);
        break;
      }
      case 5: {
        const other = one(random, corpus);
        text = text.slice(0, at) + other.slice(random(other.length));
        break;
      }
      default:
        text = text.slice(0, at) + text.slice(random(at + 1), at) + text.slice(at);
    }
  }
  return text;
}

const INGREDIENTS: Ingredients = { corpus: CORPUS, nasty: NASTY, pieces: PIECES };

/** The next head. */
export function makeHead(random: Random): Buffer {
  return Buffer.from(random(3) === 0 ? assembled(random) : mutated(INGREDIENTS, random), 'latin1');
}
