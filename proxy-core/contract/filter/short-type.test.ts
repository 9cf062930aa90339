import { expect, test } from 'vitest';
import { parseFilter } from './parse.ts';
import { TRAFFIC } from './scopes.ts';
import { shortType } from './short-type.ts';
import { rowOf } from './testkit/rows.ts';

const TYPES: [contentType: string, shown: string][] = [
  ['text/html', 'html'],
  ['application/xhtml+xml', 'html'],
  ['text/css', 'css'],
  ['text/javascript', 'js'],
  ['application/x-javascript', 'js'],
  ['application/json', 'json'],
  ['application/vnd.api+json', 'json'],
  ['application/problem+json', 'json'],
  ['text/xml', 'xml'],
  ['application/atom+xml', 'xml'],
  ['image/svg+xml', 'svg'],
  ['image/png', 'png'],
  ['image/vnd.microsoft.icon', 'microsoft.icon'],
  ['font/woff2', 'woff2'],
  ['application/font-woff', 'font-woff'],
  ['video/mp4', 'mp4'],
  ['application/octet-stream', 'binary'],
  ['text/plain', 'text'],
  ['application/x-www-form-urlencoded', 'form'],
  ['multipart/form-data', 'form-data'],
  ['odd', 'odd'],
];
const passes = (line: string, contentType: string): boolean | undefined => {
  const parsed = parseFilter(line, TRAFFIC);
  return parsed.ok ? parsed.filter?.decide(rowOf({ contentType })) : undefined;
};

test.each(TYPES)('%s is shown as %s, and what is shown finds it', (contentType, shown) => {
  expect(shortType(contentType)).toBe(shown);
  expect(passes(`type:${shown}`, contentType)).toBe(true);
  expect(passes(`type=${shown}`, contentType)).toBe(true);
  expect(passes(`type=${contentType}`, contentType)).toBe(true);
});

test('what the column calls otherwise is not of that kind', () => {
  expect(passes('type:xml', 'image/svg+xml')).toBe(false);
  expect(passes('type:image', 'image/svg+xml')).toBe(true);
  expect(passes('type:text', 'text/plain')).toBe(true);
  expect(passes('type=text', 'text/html')).toBe(false);
  expect(passes('type=json', 'text/html')).toBe(false);
  expect(passes('type:jpeg or type:webp', 'image/webp')).toBe(true);
  expect(shortType(undefined)).toBe('');
});
