/** Directives are cut where the parser of Cache-Control cuts them. */
import { expect, test } from 'vitest';
import { parseCacheControl } from '../../http/cache-control.ts';
import { makeRandom } from '../testkit/make.ts';
import { rewrite, splitDirectives, withCommas } from './directives.ts';

const PIECES = [
  'no-store',
  'private',
  'max-age',
  's-maxage',
  '=',
  '"',
  '\\',
  ',',
  ' ',
  '60',
  'X-A',
  'a',
  ';',
  'no-cache',
];

const read = (text: string) => ({ ...parseCacheControl(text), text: '' });

test('10,000 random values mean the same put together again, one directive after the other', () => {
  const random = makeRandom(9111);
  for (let n = 0; n < 10_000; n++) {
    const text = Array.from({ length: 12 }, () => PIECES[Math.floor(random() * PIECES.length)]!).join('');
    const directives = splitDirectives(text);
    // A quotation mark that is never closed takes everything behind it.
    expect(read(directives.map((one) => one.text).join(', ')), text).toEqual(read(text));
    expect(splitDirectives(directives.map((one) => one.text).join(', ')).length, text).toBe(directives.length);
  }
});

test('what is put back', () => {
  const change = (text: string, drop: string[], seconds?: number, addPublic = false): string | null =>
    rewrite(splitDirectives(text), {
      drop,
      lifetime: seconds === undefined ? undefined : { name: 'max-age', seconds },
      addPublic,
    });
  expect(change('no-store', ['no-store'])).toBe(null);
  expect(change('a, max-age=0, b, max-age=5', [], 60)).toBe('a, max-age=60, b');
  expect(change('private="X-A", private', ['private'], 60)).toBe('max-age=60, private="X-A"');
  expect(change('public, immutable', [], 60)).toBe('public, max-age=60, immutable');
  expect(change('no-store=1, a', ['no-store'], 60, true)).toBe('public, max-age=60, a');
  // What is no directive is left out, and with it whatever it might do to a configuration.
  expect(change('a="\\"; evil }", b=$x, c', [], 60)).toBe('max-age=60, c');
  expect(withCommas('max-age=60; public')).toBe('max-age=60, public');
  expect(withCommas('a="x;y"')).toBe(undefined);
});
