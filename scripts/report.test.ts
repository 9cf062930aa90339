import { expect, test } from 'vitest';
import { forbidSkips } from './lib/report.mjs';

test.each([
  ['not on win32: it has no signals', 'skipped'],
  ['needs the right to mount a file system', 'skipped'],
  ['not here: gsettings', 'failed'],
  [undefined, 'failed'],
])('a desktop spec skipped with the reason %j is %s where it must run', (why, status) => {
  const skipped = {
    title: 'a story',
    file: 'e2e/desktop/shell.spec.ts',
    kind: 'desktop',
    status: 'skipped',
    why,
  } as const;
  expect(forbidSkips([skipped], { desktop: true, kafka: false }).map((item) => item.status)).toEqual([status]);
  expect(forbidSkips([skipped], { desktop: false, kafka: true })).toEqual([skipped]);
});
