import { expect, test } from 'vitest';
import { lastWords } from '../proxy-core/contract/lifetimes.ts';
import { describeEnd, lastErrorOf } from './exit-reason.ts';

test.each([
  [0, 'The proxy core ended although nobody asked it to'],
  [1, 'The proxy core ended with exit code 1'],
  [256, 'The proxy core ended with exit code 1'],
  [9, 'The proxy core was killed, by someone or by the system for want of memory'],
  [137, 'The proxy core was killed, by someone or by the system for want of memory'],
  [139, 'The proxy core crashed (segmentation fault)'],
  [6, 'The proxy core aborted; often this means it ran out of memory'],
  [-1073741819, 'The proxy core crashed (access violation)'],
  [0xc0000409, 'The proxy core aborted (fail fast)'],
])('exit %i reads: %s', (code, words) => {
  expect(describeEnd({ code })).toBe(words);
});

test('the last error and a fatal error of V8 are named, cut to a readable length', () => {
  expect(describeEnd({ code: 1, lastErrorLine: 'TypeError: x is not a function\n' })).toBe(
    'The proxy core ended with exit code 1; its last words: TypeError: x is not a function',
  );
  expect(describeEnd({ code: 6, fatal: 'v8::ToLocalChecked' })).toBe(
    'The proxy core hit a fatal error in V8 (v8::ToLocalChecked)',
  );
  expect(describeEnd({ code: 1, lastErrorLine: 'x'.repeat(10_000) }).length).toBeLessThan(400);
});

test('the reason of a crash is found in what the core wrote', () => {
  const said = `BSDM-Proxy listens\nTypeError: x is not a function\n    at y (z.js:1:2)\nerror: ${lastWords(new TypeError('x is not a function'))}\n`;
  expect(lastErrorOf(said)).toBe('TypeError: x is not a function');
  expect(lastErrorOf('warn: Kafka mirror: gone\nRangeError: of Node itself\n    at y\n')).toBe(
    'RangeError: of Node itself',
  );
  expect(lastErrorOf('FATAL ERROR: Reached heap limit Allocation failed\n')).toContain('heap limit');
  expect(lastErrorOf('warn: Kafka mirror: gone\n')).toBeUndefined();
});
