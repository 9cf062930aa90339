import { expect, test, vi } from 'vitest';
import type { EntryQuery } from '../../proxy-core/contract/commands.ts';
import { makeEntry, SOME_TIME_MS } from '../demo/builders.ts';
import { parseLifetime } from './EntryActions.tsx';
import { EntryWindow, PAGE_SIZE, type EntryPage } from './entry-window.ts';
import { freshnessBar } from './freshness.ts';

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

test('the freshness bar has its zones in order and a cursor at now', () => {
  const entry = makeEntry({
    storedAtMs: SOME_TIME_MS,
    lifetimeSeconds: 100,
    staleAtMs: SOME_TIME_MS + 100_000,
    swrUntilMs: SOME_TIME_MS + 200_000,
    sieUntilMs: SOME_TIME_MS + 400_000,
  });
  const bar = freshnessBar(entry, SOME_TIME_MS + 150_000);
  expect(bar).toMatchObject({ fresh: 0.2, swr: 0.4, sie: 0.8, cursor: 0.3, state: 'stale-usable', leftSeconds: -50 });
  expect(freshnessBar(entry, SOME_TIME_MS).state).toBe('fresh');
  expect(freshnessBar(entry, SOME_TIME_MS + 900_000)).toMatchObject({ cursor: 1, state: 'stale' });
});

test.each([
  ['2h', 7200],
  ['30s', 30],
  ['0', 0],
  ['90', null],
  ['400d', null],
  ['long', null],
])('a lifetime of %s', (text, seconds) => expect(parseLifetime(text)).toBe(seconds));
