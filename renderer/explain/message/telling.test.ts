import { expect, test } from 'vitest';
import { tellingFields } from './telling.ts';

test('what decides about caching, the most telling first, without secrets', () => {
  expect(
    tellingFields([
      ['Date', 'now'],
      ['Set-Cookie', 'sid=s3cret'],
      ['ETag', '"1"'],
      ['Content-Type', 'text/html'],
      ['cache-control', `max-age=1, ${'x'.repeat(100)}`],
    ]),
  ).toBe(`cache-control: max-age=1, ${'x'.repeat(49)}… · ETag: "1" · Set-Cookie: …`);
  expect(tellingFields([['Host', 'x']])).toBe('');
});
