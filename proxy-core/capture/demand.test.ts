/** What a row says the client demanded, by what the cache decided: given stored, asked → the word, or nothing. */
import { expect, test } from 'vitest';
import { exchange, makeCache, makeRequest, makeResponse, T0 } from '../cache/testkit/make.ts';
import { demandOf } from './demand.ts';

const FRESH = ['Cache-Control', 'max-age=60', 'ETag', '"v"'];

test.each<[name: string, stored: string[], asked: string[], demand: string | undefined]>([
  ['a reload of everything', FRESH, ['Pragma', 'no-cache', 'Cache-Control', 'no-cache'], 'no-cache'],
  ['without a validator', ['Cache-Control', 'max-age=60'], ['Cache-Control', 'no-cache'], 'no-cache'],
  ['Pragma alone', FRESH, ['Pragma', 'no-cache'], 'pragma'],
  ['a reload of the page', FRESH, ['Cache-Control', 'max-age=0', 'If-None-Match', '"v"'], 'max-age'],
  ['an age it has not reached', FRESH, ['Cache-Control', 'max-age=30'], undefined],
  ['an age it has passed', FRESH, ['Cache-Control', 'max-age=5'], 'max-age'],
  ['a longer rest', FRESH, ['Cache-Control', 'min-fresh=3600'], 'min-fresh'],
  ['nothing', FRESH, [], undefined],
  ['the browser’s own condition', FRESH, ['If-None-Match', '"v"'], undefined],
  // The origin would have been asked anyway: the client's word changed nothing.
  [
    'no-cache, and it is stale',
    ['Cache-Control', 'max-age=5', 'ETag', '"v"'],
    ['Cache-Control', 'no-cache'],
    undefined,
  ],
  [
    'max-age=0, and it is stale',
    ['Cache-Control', 'max-age=5', 'ETag', '"v"'],
    ['Cache-Control', 'max-age=0'],
    undefined,
  ],
  [
    'no-cache, and so says what is stored',
    ['Cache-Control', 'no-cache, max-age=60', 'ETag', '"v"'],
    ['Cache-Control', 'no-cache'],
    undefined,
  ],
  ['only for the origin to judge', FRESH, ['If-Match', '"v"', 'Cache-Control', 'no-cache'], undefined],
  ['no-store', FRESH, ['Cache-Control', 'no-store'], undefined],
])('%s', (_, stored, asked, demand) => {
  const { cache } = makeCache();
  exchange(cache, makeRequest(), makeResponse({ fields: stored }));
  expect(demandOf(cache.planRequest(makeRequest({ fields: asked }), T0 + 10_000).trace)).toBe(demand);
});

test('nothing stored: nothing was passed over', () => {
  const { cache } = makeCache();
  expect(demandOf(cache.planRequest(makeRequest({ fields: ['Cache-Control', 'no-cache'] }), T0).trace)).toBeUndefined();
});

test('with the switch on nothing is demanded', () => {
  const { cache } = makeCache({ ignoreClientControl: true });
  exchange(cache, makeRequest(), makeResponse({ fields: FRESH }));
  expect(demandOf(cache.planRequest(makeRequest({ fields: ['Cache-Control', 'no-cache'] }), T0).trace)).toBeUndefined();
});
