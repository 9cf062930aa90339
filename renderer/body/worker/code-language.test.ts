import { expect, test } from 'vitest';
import { codeLanguage } from './code-language.ts';
import { indexLines } from './lines.ts';
import { finish } from './work.ts';

test.each([
  ['{"a":1}', 'application/json', 'json'],
  ['<p>x</p>', 'text/html', 'html'],
  ['<a/>', 'application/xhtml+xml', 'html'],
  ['<a/>', 'image/svg+xml', 'xml'],
  ['a{}', 'text/css', 'css'],
  ['a()', 'text/javascript', 'script'],
  ['words', 'text/plain', undefined],
  ['{'.repeat(5000), 'text/css', undefined],
  ['<a>'.repeat(5000), 'text/html', undefined],
  [`{"a":"${'x'.repeat(3000)}"}`, 'application/json', undefined],
  ['a{}\n'.repeat(50_000), 'text/css', undefined],
])('%s as %s is shown as %s', (text, type, language) =>
  expect(codeLanguage(finish(indexLines(text)), type)).toBe(language),
);
