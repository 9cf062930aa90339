import { expect, test } from 'vitest';
import { parseFeed } from './feed-url.ts';
import { UpdateWatch, wantedFeed } from './watch.ts';

const HOUR = 60 * 60 * 1000;
const FEED = new URL('https://feed.test/app/');

test.each([
  ['https://feed.test/app', 'https://feed.test/app/'],
  ['https://feed.test', 'https://feed.test/'],
  ['http://127.0.0.1:8000/x/', 'http://127.0.0.1:8000/x/'],
  ['http://localhost/', 'http://localhost/'],
  ['http://feed.test/', undefined],
  ['https://user:word@feed.test/', undefined],
  ['https://feed.test/?a', undefined],
  ['https://feed.test/#a', undefined],
  ['file:///tmp/', undefined],
  ['feed.test', undefined],
  ['https://a.test,b.test/', undefined],
  ['https://*.test/', undefined],
  ['https:///app', undefined],
  ['https://feed.test/a b', undefined],
  ['', undefined],
  [`https://feed.test/${'a'.repeat(3000)}`, undefined],
])('the feed %j is %j', (text, href) => {
  expect(parseFeed(text)?.href).toBe(href);
});

test.each([
  [{ updateCheck: true, updateFeed: '', dialAllow: 'any' }, '', undefined],
  [{ updateCheck: true, updateFeed: '', dialAllow: 'any' }, 'https://package.test/', 'https://package.test/'],
  [{ updateCheck: true, updateFeed: FEED.href, dialAllow: 'any' }, 'https://package.test/', FEED.href],
  [{ updateCheck: false, updateFeed: FEED.href, dialAllow: 'any' }, 'https://package.test/', undefined],
  [{ updateCheck: true, updateFeed: FEED.href, dialAllow: 'loopback' }, '', undefined],
  [{ updateCheck: true, updateFeed: 'http://127.0.0.1:1/', dialAllow: 'loopback' }, '', 'http://127.0.0.1:1/'],
])('with %j and a package’s own %j the feed asked is %j', (settings, ofPackage, href) => {
  expect(wantedFeed(settings, ofPackage)?.href).toBe(href);
});

function world() {
  let now = 0;
  let look = (): void => undefined;
  const asked: string[] = [];
  const watch = new UpdateWatch({
    check: (feed) => {
      asked.push(`${now / HOUR} ${feed.host}`);
      return Promise.resolve();
    },
    now: () => now,
    every: (_ms, act) => {
      look = act;
      return () => (look = () => undefined);
    },
  });
  const at = (hours: number): void => {
    now = hours * HOUR;
    look();
  };
  return { watch, asked, at };
}

test('asked at the start and once a day, however often the settings are told', () => {
  const { watch, asked, at } = world();
  watch.follow(FEED);
  watch.follow(new URL(FEED));
  at(1);
  at(23.9);
  at(24);
  at(47);
  // The machine slept for a week.
  at(240);
  at(241);
  expect(asked).toEqual(['0 feed.test', '24 feed.test', '240 feed.test']);
});

test('switched off nobody is asked; another feed is asked at once; a clock set back puts nothing off', () => {
  const { watch, asked, at } = world();
  watch.follow(null);
  at(100);
  expect(asked).toEqual([]);
  watch.follow(FEED);
  watch.follow(null);
  at(200);
  watch.follow(new URL('https://other.test/'));
  at(150);
  watch.stop();
  at(300);
  expect(asked).toEqual(['100 feed.test', '200 other.test', '150 other.test']);
});
