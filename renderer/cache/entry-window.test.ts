import { expect, test, vi } from 'vitest';
import type { EntryQuery } from '../../proxy-core/contract/commands.ts';
import { makeEntry, SOME_TIME_MS } from '../demo/builders.ts';
import { parseLifetime } from './EntryActions.tsx';
import { EntryWindow, PAGE_SIZE, type EntryPage } from './entry-window.ts';
import { remaining, SCALE_TICKS, shareOf } from './freshness.ts';

function setUp(total: number) {
  const asked: EntryQuery[] = [];
  const answers: (() => void)[] = [];
  const fetch = (query: EntryQuery): Promise<EntryPage> => {
    asked.push(query);
    const { offset = 0, limit = 0, text = '' } = query;
    const entries = Array.from({ length: Math.max(0, Math.min(limit, total - offset)) }, (_, index) =>
      makeEntry({ id: offset + index + 1, variant: text }),
    );
    return new Promise((resolve) => answers.push(() => resolve({ entries, total, bytes: total * 10, version: 1 })));
  };
  const changed = vi.fn();
  const entries = new EntryWindow(fetch, changed);
  const answerAll = async (): Promise<void> => {
    for (const answer of answers.splice(0)) answer();
    await Promise.resolve();
    await Promise.resolve();
  };
  return { entries, asked, answerAll, changed };
}

test('fetches the pages that are shown, once', async () => {
  const { entries, asked, answerAll } = setUp(100_000);
  entries.setQuery({ sort: 'url' });
  await answerAll();
  expect(entries.total).toBe(100_000);
  expect(entries.at(3)?.id).toBe('demo-4');
  entries.show(50_150, 50_250);
  entries.show(50_160, 50_260);
  await answerAll();
  expect(asked.map(({ offset }) => offset)).toEqual([0, 50_000, 50_200]);
  expect(entries.at(50_250)?.id).toBe('demo-50251');
});

test('nothing of an earlier run of the core can be opened, and an answer of it that comes late is thrown away', async () => {
  const { entries, asked, answerAll } = setUp(300);
  entries.setQuery({ text: 'shop' });
  await answerAll();
  void entries.refresh();
  entries.forget();
  expect(entries.at(0)).toBeUndefined();
  expect(entries.total).toBe(0);
  expect(asked.at(-1)).toMatchObject({ text: 'shop', offset: 0 });
  await answerAll();
  expect(entries.at(0)?.id).toBe('demo-1');
});

test('a change of the cache asks again for what is shown and keeps showing it meanwhile', async () => {
  const { entries, asked, answerAll } = setUp(300);
  entries.setQuery({});
  await answerAll();
  void entries.refresh();
  expect(entries.at(0)?.id).toBe('demo-1');
  await answerAll();
  expect(asked).toHaveLength(2);
  await answerAll();
  expect(asked).toHaveLength(2);
});

test('a change while an answer is on its way asks once more: it may tell of the time before', async () => {
  const { entries, asked, answerAll } = setUp(300);
  entries.setQuery({});
  void entries.refresh();
  void entries.refresh();
  expect(asked).toHaveLength(1);
  await answerAll();
  expect(asked).toHaveLength(2);
  await answerAll();
  expect(asked).toHaveLength(2);
});

test('answers to an earlier question are thrown away', async () => {
  const { entries, answerAll } = setUp(10);
  entries.setQuery({ text: 'old' });
  entries.setQuery({ text: 'new' });
  await answerAll();
  expect(entries.at(0)?.variant).toBe('new');
});

test('pages far away are let go', async () => {
  const { entries, asked, answerAll } = setUp(100_000);
  entries.setQuery({});
  for (let page = 0; page < 100; page++) {
    entries.show(page * PAGE_SIZE, page * PAGE_SIZE + 20);
    await answerAll();
  }
  expect(entries.at(0)).toBeUndefined();
  expect(asked).toHaveLength(100);
});

test('what remains of an entry: fresh, then usable while stale, then gone', () => {
  const entry = makeEntry({
    storedAtMs: SOME_TIME_MS,
    lifetimeSeconds: 100,
    staleAtMs: SOME_TIME_MS + 100_000,
    swrUntilMs: SOME_TIME_MS + 200_000,
    sieUntilMs: SOME_TIME_MS + 400_000,
  });
  const at = (seconds: number) => remaining(entry, SOME_TIME_MS + seconds * 1000);
  expect(at(0)).toEqual({ state: 'fresh', freshSeconds: 100, swrSeconds: 200, sieSeconds: 400 });
  expect(at(150)).toMatchObject({ state: 'stale-usable', freshSeconds: -50, swrSeconds: 50 });
  expect(at(900).state).toBe('stale');
});

test('the scale of remaining time goes from nothing to a year, and keeps order', () => {
  const shares = [-5, 0, 1, ...SCALE_TICKS, 365 * 86_400, 1e12].map(shareOf);
  expect(shares[0]).toBe(0);
  expect(shares.slice(1, -1)).toEqual([...new Set(shares.slice(1, -1))].sort((a, b) => a - b));
  expect(shares.slice(-2)).toEqual([1, 1]);
});

test.each([
  ['2h', 7200],
  ['30s', 30],
  ['0', 0],
  ['90', null],
  ['400d', null],
  ['long', null],
])('a lifetime of %s', (text, seconds) => expect(parseLifetime(text)).toBe(seconds));
