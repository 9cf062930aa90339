import { expect, test } from 'vitest';
import { parseFilter } from './parse.ts';
import { STORED, type StoredSubject } from './scopes.ts';
import { storedOf } from './testkit/rows.ts';

const ENTRIES = {
  page: storedOf({ url: 'http://shop.example/products?lang=de', variant: 'accept-language: de' }),
  image: storedOf({
    url: 'http://cdn.shop.example/img/a.svg',
    host: 'cdn.shop.example',
    contentType: 'image/svg+xml',
    sizeBytes: 96_000,
    hits: 0,
    pinned: true,
  }),
  old: storedOf({
    url: 'http://shop.example/old',
    state: 'stale',
    ttlSeconds: -100,
    ageSeconds: 4000,
    tags: ['a', 'b'],
  }),
  late: storedOf({
    url: 'http://shop.example/late',
    state: 'stale-usable',
    status: 404,
    ttlSeconds: -1,
    method: 'HEAD',
  }),
  bare: storedOf({
    url: 'http://api.example',
    host: 'api.example',
    contentType: '',
    compressedBytes: 10,
    partial: true,
  }),
} satisfies Record<string, StoredSubject>;
type Name = keyof typeof ENTRIES;

test.each<[line: string, names: Name[]]>([
  ['shop.example', ['page', 'image', 'old', 'late']],
  ['host=shop.example type=html', ['page', 'old', 'late']],
  ['type=svg', ['image']],
  ['type:image', ['image']],
  ['type:xml', []],
  ['type:none', ['bare']],
  ['path:/old', ['old']],
  ['size>90kb', ['image']],
  ['age>1h', ['old']],
  ['ttl<0s', ['old', 'late']],
  ['is:fresh', ['page', 'image', 'bare']],
  ['is:stale', ['old', 'late']],
  ['is:usable', ['late']],
  ['is:pinned or is:compressed', ['image', 'bare']],
  ['hits:0', ['image']],
  ['hits>=3 -is:stale', ['page', 'bare']],
  ['status:4xx method:head', ['late']],
  ['tag:b', ['old']],
  ['variant:de', ['page']],
  ['is:partial', ['bare']],
])('of stored responses %s finds %o', (line, names) => {
  const parsed = parseFilter(line, STORED);
  if (!parsed.ok) throw new Error(parsed.problem.code);
  const found = (Object.keys(ENTRIES) as Name[]).filter((name) => parsed.filter?.decide(ENTRIES[name]));
  expect(found).toEqual(names);
});
