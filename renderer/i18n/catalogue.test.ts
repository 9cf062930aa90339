import { expect, test } from 'vitest';
import { CATALOGUES } from './index.ts';

/** Every text of a catalogue by its path; functions are called with a sample for each argument. */
function texts(node: unknown, path: string, out: Map<string, string>): Map<string, string> {
  if (typeof node === 'string') out.set(path, node);
  else if (typeof node === 'function')
    out.set(path, String((node as (...args: unknown[]) => unknown)(...Array.from({ length: node.length }, () => 5))));
  else if (typeof node === 'object' && node !== null)
    for (const [key, value] of Object.entries(node)) texts(value, `${path}.${key}`, out);
  return out;
}

test('both languages have the same texts, and none is empty where the other speaks', () => {
  const en = texts(CATALOGUES.en, '', new Map());
  const ru = texts(CATALOGUES.ru, '', new Map());
  expect([...ru.keys()]).toEqual([...en.keys()]);
  for (const [path, text] of en) expect(ru.get(path) === '', path).toBe(text === '');
});

test('Russian counts in its three forms', () => {
  const { total, undone } = CATALOGUES.ru.cache;
  expect(
    [total(1, ''), total(3, ''), total(5, ''), total(11, ''), total(22, '')].map((text) => text.split(' ')[1]),
  ).toEqual(['запись,', 'записи,', 'записей,', 'записей,', 'записи,']);
  expect(undone(21)).toContain('запись');
});
