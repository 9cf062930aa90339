import { expect, test } from 'vitest';
import { describeEnd } from './exit-reason.ts';

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
  expect(describeEnd({ code: 1, lastErrorLine: 'TypeError: x is not a function\n' })).toBe('The proxy core ended with exit code 1; its last words: TypeError: x is not a function');
  expect(describeEnd({ code: 6, fatal: 'v8::ToLocalChecked' })).toBe('The proxy core hit a fatal error in V8 (v8::ToLocalChecked)');
  expect(describeEnd({ code: 1, lastErrorLine: 'x'.repeat(10_000) }).length).toBeLessThan(400);
});
