import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { FieldLine } from '../../../proxy-core/contract/exchange.ts';
import { fieldDifferences } from './differences.ts';

test('only what differs: changed, dropped, added; neither case nor order of names counts', () => {
  const origin: FieldLine[] = [
    ['Content-Type', 'text/html'],
    ['Age', '5'],
    ['Connection', 'close'],
    ['Set-Cookie', 'a=1'],
    ['Set-Cookie', 'b=2'],
    ['VARY', 'Accept'],
  ];
  const sent: FieldLine[] = [
    ['Vary', 'Accept'],
    ['content-type', 'text/html'],
    ['Set-Cookie', 'b=2'],
    ['Age', '9'],
    ['Via', '1.1 x'],
  ];
  expect(fieldDifferences(origin, sent)).toEqual([
    { kind: 'changed', name: 'Age', origin: '5', sent: '9' },
    { kind: 'dropped', name: 'Connection', origin: 'close' },
    { kind: 'dropped', name: 'Set-Cookie', origin: 'a=1' },
    { kind: 'added', name: 'Via', sent: '1.1 x' },
  ]);
});

test('a value sent once more than it came is added once', () => {
  expect(
    fieldDifferences(
      [['A', 'x']],
      [
        ['A', 'x'],
        ['A', 'x'],
      ],
    ),
  ).toEqual([{ kind: 'added', name: 'A', sent: 'x' }]);
});

test('nothing differs from itself, in whatever order; what differs makes one of the other', () => {
  const lines = fc.array(
    fc.tuple(fc.constantFrom('A', 'a', 'B', 'constructor', '__proto__'), fc.constantFrom('1', '2', '3')),
  );
  const bag = (all: readonly (readonly [string, string])[]): string[] =>
    all.map(([name, value]) => `${name.toLowerCase()}: ${value}`).sort();
  fc.assert(
    fc.property(lines, lines, (origin, sent) => {
      expect(fieldDifferences(origin, [...origin].reverse())).toEqual([]);
      const made = bag(origin);
      for (const difference of fieldDifferences(origin, sent)) {
        const key = difference.name.toLowerCase();
        if (difference.origin !== undefined) made.splice(made.indexOf(`${key}: ${difference.origin}`), 1);
        if (difference.sent !== undefined) made.push(`${key}: ${difference.sent}`);
      }
      expect(made.sort()).toEqual(bag(sent));
    }),
  );
});
