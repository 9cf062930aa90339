/** Fields in and out of HTTP/2. */
import { describe, expect, it } from 'vitest';
import { readHttp2Head, toHttp2Fields } from './http2-fields.ts';

const PSEUDO = [':method', 'GET', ':scheme', 'https', ':authority', 'a.test', ':path', '/x?y=1'];

describe('a request head', () => {
  it('has Host first, one Cookie, and everything else in order', () => {
    expect(readHttp2Head([...PSEUDO, 'cookie', 'a=1', 'x-b', '1', 'cookie', 'b=2', 'x-b', '2'])).toEqual({
      ok: true,
      method: 'GET',
      target: '/x?y=1',
      scheme: 'https',
      fields: ['host', 'a.test', 'cookie', 'a=1; b=2', 'x-b', '1', 'x-b', '2'],
    });
  });

  it.each<[raw: string[], says: RegExp, status: number]>([
    [[':method', 'GET', ':path', '/', ':scheme', 'https'], /names no host/, 400],
    [[':method', 'GET', ':authority', '', ':path', '/'], /names no host/, 400],
    [[...PSEUDO, 'host', 'b.test'], /different hosts/, 400],
    [[...PSEUDO, 'host', 'a.test', 'host', 'a.test'], /more than one Host/, 400],
    [[...PSEUDO, ...Array<string[]>(1001).fill(['x', 'y']).flat()], /more than 1000 field lines/, 431],
  ])('is refused %#', (raw, says, status) => {
    const read = readHttp2Head(raw);
    expect(read).toMatchObject({ ok: false, status });
    expect(read.ok ? '' : read.problem).toMatch(says);
  });

  it('may say its host twice, or as Host only', () => {
    expect(readHttp2Head([...PSEUDO, 'host', 'A.test'])).toMatchObject({ fields: ['host', 'a.test'] });
    expect(readHttp2Head([':method', 'GET', ':path', '/', 'host', 'b.test'])).toMatchObject({
      fields: ['host', 'b.test'],
    });
  });
});

it('leaves out what belongs to a connection, and cleans the rest', () => {
  expect(
    toHttp2Fields([
      'Connection',
      'close',
      'Keep-Alive',
      'x',
      'Transfer-Encoding',
      'chunked',
      'Upgrade',
      'h2c',
      'X-A',
      ' 1\n ',
      'Bad Name',
      '2',
      'Set-Cookie',
      'a',
      'Set-Cookie',
      'b',
    ]),
  ).toEqual(['x-a', '1', 'set-cookie', 'a', 'set-cookie', 'b']);
});
