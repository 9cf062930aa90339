/**
 * Requests that two readers may read in two ways (RFC 9112 §2.2, §3, §5.1, §5.2, §6, §7.1, §11.2), over a real socket:
 * each is refused, the connection ends, and what was hidden behind it reaches nobody.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { RawClient } from '../../../testkit/clients.ts';
import type { Front } from '../front.ts';
import { createWireFront } from './wire-front.ts';

let front: Front;
let port: number;
let served: string[];

beforeAll(async () => {
  front = createWireFront({
    onRequest: (request) => {
      served.push(request.target);
      const answer = (): void => {
        request.reply.start(200, 'OK', ['Content-Length', '2']);
        request.reply.end(Buffer.from('ok'));
      };
      if (request.hasBody) request.openBody().on('end', answer).resume();
      else answer();
    },
    onConnect: ({ socket }) => socket.destroy(),
    onUpgrade: ({ socket }) => socket.destroy(),
    onMalformed: () => undefined,
    onFault: (_where, error) => expect.fail(String(error)),
    readPatienceMs: () => 60_000,
  });
  ({ port } = await front.listen('127.0.0.1', 0));
});
beforeEach(() => void (served = []));
afterAll(() => front.close(0));

const HIDDEN = 'GET http://a.test/hidden HTTP/1.1\r\nHost: a.test\r\n\r\n';

async function answerTo(bytes: string): Promise<string> {
  const client = await RawClient.open(port);
  client.send(bytes);
  const text = await client.untilEnd();
  client.close();
  return text;
}

const head = (...lines: string[]): string =>
  `POST http://a.test/ HTTP/1.1\r\nHost: a.test\r\n${lines.map((line) => `${line}\r\n`).join('')}\r\n`;
const chunked = (content: string): string => head('Transfer-Encoding: chunked') + content;

const HEADS: readonly [what: string, bytes: string][] = [
  // Lines (§2.2)
  ['LF after the request line', 'GET http://a.test/ HTTP/1.1\nHost: a.test\r\n\r\n'],
  ['LF after a field', 'GET http://a.test/ HTTP/1.1\r\nHost: a.test\nX: y\r\n\r\n'],
  ['LF LF at the end', 'GET http://a.test/ HTTP/1.1\r\nHost: a.test\n\n'],
  ['LF for the empty line', 'GET http://a.test/ HTTP/1.1\r\nHost: a.test\r\n\n'],
  ['CR in the request line', 'GET http://a.test/\r HTTP/1.1\r\nHost: a.test\r\n\r\n'],
  ['CR after the request line', 'GET http://a.test/ HTTP/1.1\rHost: a.test\r\n\r\n'],
  ['CR in a value', 'GET http://a.test/ HTTP/1.1\r\nHost: a.test\r\nX: a\rContent-Length: 5\r\n\r\n'],
  ['CR CR LF', 'GET http://a.test/ HTTP/1.1\r\nHost: a.test\r\r\n\r\n'],
  ['CR before the empty line', 'GET http://a.test/ HTTP/1.1\r\nHost: a.test\r\n\r\r\n'],
  ['NUL in a value', head('X: a\0b')],
  ['NUL in a name', head('X\0: a')],
  ['NUL in the target', 'GET http://a.test/\0 HTTP/1.1\r\nHost: a.test\r\n\r\n'],
  ['NUL in the method', 'G\0ET http://a.test/ HTTP/1.1\r\nHost: a.test\r\n\r\n'],
  ['a vertical tab in a value', head('X: a\x0bb')],
  ['a form feed in a value', head('X: a\x0cb')],
  ['an escape in a value', head('X: \x1b')],
  ['DEL in a value', head('X: \x7f')],
  ['two empty lines before the request', '\r\n\r\nGET http://a.test/ HTTP/1.1\r\nHost: a.test\r\n\r\n'],
  ['LF before the request', '\nGET http://a.test/ HTTP/1.1\r\nHost: a.test\r\n\r\n'],
  ['a space before the request', ' GET http://a.test/ HTTP/1.1\r\nHost: a.test\r\n\r\n'],
  // Request line (§3)
  ['two spaces behind the method', 'GET  http://a.test/ HTTP/1.1\r\nHost: a.test\r\n\r\n'],
  ['two spaces before the version', 'GET http://a.test/  HTTP/1.1\r\nHost: a.test\r\n\r\n'],
  ['a tab behind the method', 'GET\thttp://a.test/ HTTP/1.1\r\nHost: a.test\r\n\r\n'],
  ['a space behind the version', 'GET http://a.test/ HTTP/1.1 \r\nHost: a.test\r\n\r\n'],
  ['a space in the target', 'GET http://a.test/a b HTTP/1.1\r\nHost: a.test\r\n\r\n'],
  ['two versions', 'GET http://a.test/ HTTP/1.1 HTTP/1.1\r\nHost: a.test\r\n\r\n'],
  ['no version', 'GET http://a.test/\r\nHost: a.test\r\n\r\n'],
  ['no target', 'GET HTTP/1.1\r\nHost: a.test\r\n\r\n'],
  ['a method in small letters', 'get http://a.test/ HTTP/1.1\r\nHost: a.test\r\n\r\n'],
  ['an unknown method', 'GETT http://a.test/ HTTP/1.1\r\nHost: a.test\r\n\r\n'],
  ['a version in small letters', 'GET http://a.test/ http/1.1\r\nHost: a.test\r\n\r\n'],
  ['HTTP/1.10', 'GET http://a.test/ HTTP/1.10\r\nHost: a.test\r\n\r\n'],
  ['HTTP/01.1', 'GET http://a.test/ HTTP/01.1\r\nHost: a.test\r\n\r\n'],
  ['HTTP/1.2', 'GET http://a.test/ HTTP/1.2\r\nHost: a.test\r\n\r\n'],
  ['HTTP/2.0', 'GET http://a.test/ HTTP/2.0\r\nHost: a.test\r\n\r\n'],
  ['bytes above ASCII in the target', 'GET http://a.test/\xe9 HTTP/1.1\r\nHost: a.test\r\n\r\n'],
  ['two @ in the authority', 'GET http://a@b@c/ HTTP/1.1\r\nHost: a.test\r\n\r\n'],
  ['a backslash in the authority', 'GET http://a.test\\b/ HTTP/1.1\r\nHost: a.test\r\n\r\n'],
  ['a path behind the port of CONNECT', 'CONNECT a.test:443/x HTTP/1.1\r\nHost: a.test\r\n\r\n'],
  // Field lines (§5)
  ['a space before the colon', head('Content-Length : 5')],
  ['a tab before the colon', head('Transfer-Encoding\t: chunked')],
  ['a space before the first field', 'GET http://a.test/ HTTP/1.1\r\n Host: a.test\r\n\r\n'],
  ['a folded line', head('X: a', ' b')],
  ['a folded line with a tab', head('X: a', '\tTransfer-Encoding: chunked')],
  ['a folded Content-Length', head('Content-Length:', ' 5')],
  ['no colon', head('Content-Length 5')],
  ['no name', head(': 5')],
  ['a space in a name', head('Content Length: 5')],
  ['a name in brackets', head('(X): 5')],
  ['a name above ASCII', head('Content-L\xe9ngth: 5')],
  ['a name in quotes', head('"Host": b')],
  // Host (§3.2)
  ['no Host', 'GET http://a.test/ HTTP/1.1\r\nX: y\r\n\r\n'],
  ['two Hosts', head('Host: b.test')],
  ['two Hosts that agree', head('hOsT: a.test')],
  ['a Host with a path', 'GET http://a.test/ HTTP/1.1\r\nHost: a.test/x\r\n\r\n'],
  ['a Host with a user', 'GET http://a.test/ HTTP/1.1\r\nHost: u@a.test\r\n\r\n'],
  ['a Host of two', 'GET http://a.test/ HTTP/1.1\r\nHost: a.test, b.test\r\n\r\n'],
  // Length (§6.2, §6.3)
  ['two lengths', head('Content-Length: 5', 'Content-Length: 6')],
  ['two lengths that agree', head('Content-Length: 5', 'Content-Length: 5')],
  ['a list of lengths', head('Content-Length: 5, 5')],
  ['a length with a sign', head('Content-Length: +5')],
  ['a negative length', head('Content-Length: -5')],
  ['a hexadecimal length', head('Content-Length: 0x5')],
  ['a length with a fraction', head('Content-Length: 5.0')],
  ['a length with an exponent', head('Content-Length: 1e1')],
  ['a length in quotes', head('Content-Length: "5"')],
  ['a length in parts', head('Content-Length: 5 5')],
  ['a length with U+00A0', head('Content-Length: \xa05')],
  ['an empty length', head('Content-Length:')],
  ['a length of 2^64', head('Content-Length: 18446744073709551616')],
  ['a length that is 5 in 64 bits', head('Content-Length: 18446744073709551621')],
  ['a length of many zeros', head(`Content-Length: ${'0'.repeat(40)}5`)],
  // Transfer-Encoding (§6.1, §6.3)
  ['a length and chunked', head('Content-Length: 5', 'Transfer-Encoding: chunked')],
  ['chunked and a length', head('Transfer-Encoding: chunked', 'Content-Length: 5')],
  ['chunked and a length of 0', head('Transfer-Encoding: chunked', 'Content-Length: 0')],
  ['chunked twice', head('Transfer-Encoding: chunked', 'Transfer-Encoding: chunked')],
  ['chunked, chunked', head('Transfer-Encoding: chunked, chunked')],
  ['gzip, chunked', head('Transfer-Encoding: gzip, chunked')],
  ['chunked, gzip', head('Transfer-Encoding: chunked, gzip')],
  ['identity', head('Transfer-Encoding: identity')],
  ['chunked, identity', head('Transfer-Encoding: chunked', 'Transfer-Encoding: identity')],
  ['xchunked', head('Transfer-Encoding: xchunked')],
  ['chunked with a parameter', head('Transfer-Encoding: chunked;q=1')],
  ['chunked in quotes', head('Transfer-Encoding: "chunked"')],
  ['chunked behind a comma', head('Transfer-Encoding: ,chunked')],
  ['chunked before a comma', head('Transfer-Encoding: chunked,')],
  ['chunked behind U+000B', head('Transfer-Encoding: \x0bchunked')],
  ['chunked behind U+00A0', head('Transfer-Encoding: \xa0chunked')],
  ['an empty coding', head('Transfer-Encoding:')],
  ['chunked in HTTP/1.0', 'POST http://a.test/ HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
  [
    'chunked in HTTP/1.0 that goes on',
    'POST http://a.test/ HTTP/1.0\r\nConnection: keep-alive\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
  ],
  ['an expectation with chunked in it', head('Expect: 100-continue, chunked')],
];

/** Content that is malformed: the request was begun, and ends as refused. */
const CONTENTS: readonly [what: string, bytes: string][] = [
  ['a size that is no number', chunked('x\r\n')],
  ['no size', chunked('\r\nabc\r\n0\r\n\r\n')],
  ['a size with 0x', chunked('0x3\r\nabc\r\n0\r\n\r\n')],
  ['a size with a sign', chunked('+3\r\nabc\r\n0\r\n\r\n')],
  ['a negative size', chunked('-3\r\nabc\r\n0\r\n\r\n')],
  ['a space before a size', chunked(' 3\r\nabc\r\n0\r\n\r\n')],
  ['a space behind a size', chunked('3 \r\nabc\r\n0\r\n\r\n')],
  ['a size of 2^64', chunked('10000000000000000\r\nabc')],
  ['a size that is 3 in 64 bits', chunked('10000000000000003\r\nabc\r\n0\r\n\r\n')],
  ['a size with many zeros', chunked(`${'0'.repeat(20)}3\r\nabc\r\n0\r\n\r\n`)],
  ['LF behind a size', chunked('3\nabc\r\n0\r\n\r\n')],
  ['CR behind a size', chunked('3\rabc\r\n0\r\n\r\n')],
  ['LF behind a chunk', chunked('3\r\nabc\n0\r\n\r\n')],
  ['CR behind a chunk', chunked('3\r\nabc\r0\r\n\r\n')],
  ['nothing behind a chunk', chunked('3\r\nabc0\r\n\r\n')],
  ['more than its size', chunked('3\r\nabcd\r\n0\r\n\r\n')],
  ['less than its size', chunked('5\r\nabc\r\n0\r\n\r\n')],
  ['LF at the end', chunked('0\r\n\n')],
  ['LF in an extension', chunked('3;a\nabc\r\n0\r\n\r\n')],
  ['CR in an extension', chunked('3;a\rb\r\nabc\r\n0\r\n\r\n')],
  ['NUL in an extension', chunked('3;a\0\r\nabc\r\n0\r\n\r\n')],
  ['a quoted line end in an extension', chunked('3;a="\r\nabc"\r\n0\r\n\r\n')],
  ['a space in an extension', chunked('3; a=b\r\nabc\r\n0\r\n\r\n')],
  ['extensions without end', chunked(`3;${'a'.repeat(20_000)}`)],
  ['a length in the trailers', chunked('0\r\nContent-Length: 5\r\n\r\n')],
  ['a coding in the trailers', chunked('0\r\nTransfer-Encoding: chunked\r\n\r\n')],
  ['a Host in the trailers', chunked('0\r\nHost: b\r\n\r\n')],
  ['a folded trailer', chunked('0\r\nX: a\r\n b\r\n\r\n')],
  ['a trailer without colon', chunked('0\r\nX\r\n\r\n')],
  ['a space before the colon of a trailer', chunked('0\r\nX : y\r\n\r\n')],
  ['CR in a trailer', chunked('0\r\nX: a\rb\r\n\r\n')],
  ['NUL in a trailer', chunked('0\r\nX: \0\r\n\r\n')],
  ['trailers without end', chunked(`0\r\n${'X: y\r\n'.repeat(20_000)}`)],
];

describe('a head', () => {
  it.each(HEADS)('%s', async (_what, bytes) => {
    const text = await answerTo(bytes + HIDDEN);
    expect(text).toMatch(/^HTTP\/1\.1 (400|417|501|505) /);
    expect(text.match(/HTTP\/1\.1 \d/g)).toHaveLength(1);
    expect(text).toContain('\r\nConnection: close\r\n');
    expect(served).toEqual([]);
  });

  it.each(HEADS)('%s, in pieces', async (_what, bytes) => {
    const client = await RawClient.open(port);
    const middle = bytes.length >> 1;
    client.send(bytes.slice(0, middle));
    client.socket.write(Buffer.from(bytes.slice(middle) + HIDDEN, 'latin1'));
    expect(await client.untilEnd()).toMatch(/^HTTP\/1\.1 (400|417|501|505) /);
    expect(served).toEqual([]);
    client.close();
  });
});

describe('content', () => {
  it.each(CONTENTS)('%s', async (_what, bytes) => {
    const text = await answerTo(bytes + HIDDEN);
    expect(text).toMatch(/^HTTP\/1\.1 400 /);
    expect(text.match(/HTTP\/1\.1 \d/g)).toHaveLength(1);
    expect(served).toEqual(['http://a.test/']);
  });
});

it('what is in order is served: each way to frame a request, one behind the other, in one piece and byte by byte', async () => {
  const requests = [
    '\r\nGET http://a.test/1 HTTP/1.1\r\nHost: a.test\r\n\r\n',
    'POST http://a.test/2 HTTP/1.1\r\nHost: a.test\r\nContent-Length: \t5 \r\n\r\nhello',
    'POST http://a.test/3 HTTP/1.1\r\nHost: a.test\r\ntransfer-encoding: Chunked\r\n\r\n3;a=b;c="d;\\"e"\r\nabc\r\n0\r\nX: y\r\n\r\n',
    'POST http://a.test/4 HTTP/1.1\r\nHost:\r\nContent-Length: 0\r\n\r\n',
    'OPTIONS * HTTP/1.1\r\nHost: a.test\r\nX:\r\n\r\n',
    'GET /6 HTTP/1.1\r\nHost: [::1]:80\r\nConnection: x, Close\r\n\r\n',
  ].join('');
  const expected = ['http://a.test/1', 'http://a.test/2', 'http://a.test/3', 'http://a.test/4', '*', '/6'];
  expect((await answerTo(requests)).match(/HTTP\/1\.1 200/g)).toHaveLength(6);
  expect(served).toEqual(expected);
  served = [];
  const client = await RawClient.open(port);
  for (const byte of requests) client.send(byte);
  expect((await client.untilEnd()).match(/HTTP\/1\.1 200/g)).toHaveLength(6);
  expect(served).toEqual(expected);
});
