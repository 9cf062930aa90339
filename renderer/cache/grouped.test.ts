/** Rows of a list by host: where each stands, and which entries lie between two of them. */
import { expect, test } from 'vitest';
import { makeEntry } from '../demo/builders.ts';
import { flatRows, groupedRows, hostKey, isHostRow, type CacheRows, type EntrySource } from './grouped.ts';

const HOSTS = [
  { host: 'a.test', entries: 3, bytes: 30 },
  { host: 'b.test', entries: 1, bytes: 10 },
  { host: 'c.test', entries: 2, bytes: 20 },
];
const ENTRIES = HOSTS.flatMap(({ host, entries }) =>
  Array.from({ length: entries }, (_, at) => makeEntry({ url: `http://${host}/${at}`, host })),
).map((entry, at) => ({ ...entry, id: `demo-${at + 1}` as const }));
const SOURCE: EntrySource = {
  total: ENTRIES.length,
  at: (offset) => ENTRIES[offset],
  indexOf: (id) => ENTRIES.findIndex((entry) => entry.id === id),
};

const said = (rows: CacheRows): string[] =>
  Array.from({ length: rows.length }, (_, index) => {
    const row = rows.at(index);
    return row === undefined ? '…' : isHostRow(row) ? row.host : row.url.slice('http://'.length);
  });

test('each host stands above its entries, and folds them away', () => {
  expect(said(groupedRows(SOURCE, HOSTS, new Set()))).toEqual([
    ...['a.test', 'a.test/0', 'a.test/1', 'a.test/2', 'b.test', 'b.test/0', 'c.test', 'c.test/0', 'c.test/1'],
  ]);
  expect(said(groupedRows(SOURCE, HOSTS, new Set(['a.test', 'b.test'])))).toEqual([
    ...['a.test', 'b.test', 'c.test', 'c.test/0', 'c.test/1'],
  ]);
});

test('a row is found where it stands, a folded one nowhere', () => {
  const rows = groupedRows(SOURCE, HOSTS, new Set(['b.test']));
  for (let index = 0; index < rows.length; index++) expect(rows.indexOf(rows.keyAt(index)!)).toBe(index);
  expect(rows.indexOf('demo-4')).toBe(-1);
  expect(rows.indexOf(hostKey('gone.test'))).toBe(-1);
});

test('a range is one of entries: what is folded in it too, an open host’s own row for nothing', () => {
  const rows = groupedRows(SOURCE, HOSTS, new Set(['b.test']));
  // a/1 … c/0, over the folded b.
  expect(rows.entriesBetween(2, 6)).toEqual({ offset: 1, limit: 4 });
  expect(rows.entriesBetween(6, 2)).toEqual({ offset: 1, limit: 4 });
  // From one host to another: the first open, the second folded.
  expect(rows.entriesBetween(0, 4)).toEqual({ offset: 0, limit: 4 });
  expect(rows.entriesBetween(0, 0)).toEqual({ offset: 0, limit: 0 });
  expect(flatRows(SOURCE).entriesBetween(4, 1)).toEqual({ offset: 1, limit: 4 });
});
