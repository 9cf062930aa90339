import { expect, test } from 'vitest';
import { isAppUrl, isOpenableUrl } from './url-policy.ts';

test.each([
  ['app://bsdm/index.html', true],
  ['app://bsdm/index.html#/cache', true],
  ['app://other/index.html', false],
  ['app://bsdm.example/index.html', false],
  ['https://bsdm/index.html', false],
  ['file:///index.html', false],
  ['not an address', false],
])("%s is the app's page: %s", (url, expected) => {
  expect(isAppUrl(url)).toBe(expected);
});

test.each([
  ['https://www.rfc-editor.org/rfc/rfc9111#section-4', true],
  ['http://example.test/', false],
  ['https://user:secret@example.test/', false],
  ['file:///etc/passwd', false],
  ['javascript:alert(1)', false],
  ['smb://host/share', false],
  ['app://bsdm/index.html', false],
  [`https://example.test/${'x'.repeat(9000)}`, false],
  ['', false],
])('%s may be opened outside: %s', (url, expected) => {
  expect(isOpenableUrl(url)).toBe(expected);
});
