import path from 'node:path';
import { expect, test } from 'vitest';
import { fileAmong, sessionFile } from './session-file.ts';

test.each([
  ['/tmp/a.har', true],
  ['/tmp/A.HAR', true],
  ['/tmp/a.har.gz', true],
  ['/tmp/a.json', false],
  ['/tmp/har', false],
  ['--x.har', false],
])('%s', (file, is) => expect(sessionFile(file)).toEqual(is ? { view: 'traffic', file } : null));

test('is found among the arguments, from the folder of whoever started it', () => {
  const file = path.resolve('/home/ann', 'shop.har');
  expect(fileAmong(['app', '--flag', 'shop.har', 'b.har'], '/home/ann')).toEqual({ view: 'traffic', file });
  expect(fileAmong(['app.har'], '/home/ann')).toBeNull();
  expect(fileAmong(['app', 'https://site.test/a.har'], '/home/ann')).toBeNull();
  expect(fileAmong(['app', '--', 'shop.har'], '/home/ann')).toBeNull();
});
