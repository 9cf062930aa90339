import path from 'node:path';
import { expect, test } from 'vitest';
import { mediaTypeOf, rendererFile } from './renderer-files.ts';

const ROOT = path.resolve('/app/renderer');

test.each([
  ['app://bsdm/', 'index.html'],
  ['app://bsdm/index.html?x#y', 'index.html'],
  ['app://bsdm/assets/a%20b.js', 'assets/a b.js'],
  ['app://bsdm/assets/../index.html', 'index.html'],
])('%s is %s', (url, file) => {
  expect(rendererFile(ROOT, url)).toBe(path.join(ROOT, file));
});

test.each([
  'app://other/index.html',
  'https://bsdm/index.html',
  'app://bsdm/..%2f..%2fsecret',
  'app://bsdm/assets/%2e%2e%2f%2e%2e%2fsecret',
  'app://bsdm/..%5csecret',
  'app://bsdm/%00',
  'app://bsdm/%',
  'app://bsdm/assets/..%2f',
])('%s is no file of the page', (url) => {
  expect(rendererFile(ROOT, url)).toBeNull();
});

test('media types are by ending, bytes when unknown', () => {
  expect(mediaTypeOf('/x/index.HTML')).toBe('text/html; charset=utf-8');
  expect(mediaTypeOf('/x/app.js')).toBe('text/javascript; charset=utf-8');
  expect(mediaTypeOf('/x/what')).toBe('application/octet-stream');
});
