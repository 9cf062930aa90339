import { expect, it } from 'vitest';
import { mockedBody, mockedFields } from './from-exchange.ts';

it('keeps the fields of the answer, not those of connection, length, time and this proxy', () => {
  expect(
    mockedFields([
      ['Date', 'Thu, 01 Jan 1970 00:00:00 GMT'],
      ['Content-Type', 'text/plain'],
      ['Content-Length', '2'],
      ['Set-Cookie', 'a=1'],
      ['Set-Cookie', 'b=2'],
      ['Content-Encoding', 'gzip'],
      ['Age', '3'],
      ['Via', '1.1 x'],
      ['X-Cache-Status', 'HIT'],
    ]),
  ).toEqual([
    ['Content-Type', 'text/plain'],
    ['Set-Cookie', 'a=1'],
    ['Set-Cookie', 'b=2'],
    ['Content-Encoding', 'gzip'],
  ]);
});

it.each([
  ['', undefined],
  ['ok é', { text: 'ok é' }],
  ['{{host}}', { base64: 'e3tob3N0fX0=' }],
])('content %s', (text, body) => {
  expect(mockedBody(new TextEncoder().encode(text))).toEqual(body);
});

it('bytes that are no text stay bytes', () => {
  expect(mockedBody(new Uint8Array([0xff, 0x00, 0x10]))).toEqual({ base64: '/wAQ' });
});
