/** Replies for comparing readers: real ones with something changed, and ones put together from odd parts. Seeded. */
import { mutated, one, type Ingredients, type Random } from '../../../front/wire/testkit/head-inputs.ts';

const CORPUS: readonly string[] = [
  'HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello',
  'HTTP/1.1 200 OK\r\nDate: Thu, 26 Nov 2026 04:00:00 GMT\r\nServer: x\r\nETag: "1"\r\nCache-Control: max-age=60\r\nContent-Length: 0\r\n\r\n',
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n\r\n',
  'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-T\r\n\r\n3;a=b\r\nabc\r\n1\r\nd\r\n0\r\nX-T: 1\r\n\r\n',
  'HTTP/1.1 200 OK\r\nConnection: close\r\n\r\nuntil the end',
  'HTTP/1.0 200 OK\r\n\r\nold',
  'HTTP/1.0 200 OK\r\nConnection: keep-alive\r\nContent-Length: 3\r\n\r\nold',
  'HTTP/1.1 304 Not Modified\r\nETag: "1"\r\n\r\n',
  'HTTP/1.1 204 No Content\r\n\r\n',
  'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok',
  'HTTP/1.1 103 Early Hints\r\nLink: </a>; rel=preload\r\n\r\nHTTP/1.1 404 \r\nContent-Length: 2\r\n\r\nno',
  'HTTP/1.1 200 OK\r\nKeep-Alive: timeout=5, max=100\r\nConnection: Keep-Alive\r\nContent-Length: 1\r\n\r\nx',
  'HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 0-1/9\r\nContent-Length: 2\r\n\r\nab',
  'HTTP/1.1 500 Internal Server Error\r\nX-Latin: caf\xe9\r\nX-Empty:\r\ncontent-length: 1\r\n\r\n!',
  'HTTP/1.1 200\r\nContent-Length: 1\r\n\r\nx',
];

const NASTY = '\r\n\0\t \v\f:;,/"\\\x01\x1b\x7f\x80\x85\xa0\xff0123456789aAfFxX+-_';
const PIECES: readonly string[] = [
  '\r\n',
  '\n',
  '\r',
  '\r\n ',
  '\n\n',
  '\r\n\r\n',
  ' :',
  'HTTP/1.1 200 OK\r\n',
  'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n',
  'Content-Length: 5\r\n',
  'Content-Length: 5, 5\r\n',
  'Content-Length: +5\r\n',
  'Content-Length: 00000005\r\n',
  'content-length: 18446744073709551616\r\n',
  'Transfer-Encoding: chunked\r\n',
  'transfer-encoding: xchunked\r\n',
  'Transfer-Encoding: chunked, chunked\r\n',
  'Transfer-Encoding: gzip, chunked\r\n',
  'Transfer-Encoding: chunked, gzip\r\n',
  'Transfer-Encoding: chunked\xa0\r\n',
  'Transfer-Encoding\t: chunked\r\n',
  'Transfer-Encoding:\r\n chunked\r\n',
  'Connection: close\r\n',
  'Connection: keep-alive, close\r\n',
  'Connection: close\xa0\r\n',
  '5\r\nhello\r\n',
  '0\r\n\r\n',
  '00\r\n\r\n',
  '5;x="\r\n"\r\nhello\r\n',
  'fffffffffffffffff\r\n',
];
const STATUS_LINES: readonly string[] = [
  'HTTP/1.1 200 OK\r\n',
  'HTTP/1.1 200 OK\r\n',
  'HTTP/1.1 404 Not Found\r\n',
  'HTTP/1.0 200 OK\r\n',
  'HTTP/1.1 204 No\r\n',
  'HTTP/1.1 304 Not\r\n',
  'HTTP/1.1 200\r\n',
  'HTTP/1.1 200 \r\n',
  'HTTP/1.1  200 OK\r\n',
  'HTTP/1.1 20 OK\r\n',
  'HTTP/1.1 2000 OK\r\n',
  'HTTP/1.1 099 OK\r\n',
  'HTTP/1.1 999 OK\r\n',
  'HTTP/2.0 200 OK\r\n',
  'HTTP/1.2 200 OK\r\n',
  'HTTP/0.9 200 OK\r\n',
  'http/1.1 200 OK\r\n',
  'ICY 200 OK\r\n',
  'HTTP/1.1 200 OK\n',
  'HTTP/1.1\t200 OK\r\n',
  '\r\nHTTP/1.1 200 OK\r\n',
  'HTTP/1.1 200 O\rK\r\n',
];
const NAMES = [
  'Content-Length',
  'Transfer-Encoding',
  'Connection',
  'X',
  'Keep-Alive',
  'Upgrade',
  'X-\xe9',
  '',
  'X Y',
  'Content-Length ',
];
const VALUES = [
  'a',
  '',
  '5',
  '0',
  '-1',
  '5,5',
  'chunked',
  'Chunked',
  'gzip',
  'close',
  'keep-alive',
  'identity',
  'a\x00b',
  'a\x7f',
  '\xff',
  'h2c',
];
const CONTENT = [
  'hello',
  '5\r\nhello\r\n0\r\n\r\n',
  '5\r\nhello\r\n0\r\nA: b\r\n\r\n',
  '',
  '5\nhello\n0\n\n',
  ' 5\r\nhello\r\n0\r\n\r\n',
  '5 \r\nhello\r\n0\r\n\r\n',
];

function assembled(random: Random): string {
  let text = one(random, STATUS_LINES);
  for (let lines = random(4); lines > 0; lines--) {
    const name = random(10) === 0 ? one(random, NAMES) : one(random, NAMES.slice(0, 4));
    const gap = random(16) === 0 ? one(random, [':', ' :', ':\t ', '', '::']) : ': ';
    text += `${name}${gap}${one(random, VALUES)}${random(20) === 0 ? one(random, ['\n', '\r', '\r\r\n']) : '\r\n'}`;
  }
  return `${text}\r\n${one(random, CONTENT)}`;
}

const INGREDIENTS: Ingredients = { corpus: CORPUS, nasty: NASTY, pieces: PIECES };

/** The next reply, with content and perhaps something behind it. */
export function makeReply(random: Random): Buffer {
  const kind = random(8);
  return Buffer.from(
    kind === 0 ? one(random, CORPUS) : kind < 4 ? assembled(random) : mutated(INGREDIENTS, random),
    'latin1',
  );
}
