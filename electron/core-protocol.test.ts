import { expect, test } from 'vitest';
import { parseFromCore } from './core-protocol.ts';

test.each([
  [
    { type: 'ready', host: '127.0.0.1', port: 1488 },
    { type: 'ready', host: '127.0.0.1', port: 1488 },
  ],
  [
    { type: 'failed', code: 'port-in-use', message: 'taken', usable: true, more: 1 },
    { type: 'failed', code: 'port-in-use', message: 'taken', usable: true },
  ],
  [
    { type: 'failed', code: 'strange', message: 'm' },
    { type: 'failed', code: 'error', message: 'm', usable: false },
  ],
  [{ type: 'stopped' }, { type: 'stopped' }],
  [{ type: 'ready', host: '127.0.0.1', port: 0 }, null],
  [{ type: 'ready', port: 1488 }, null],
  [{ type: 'failed' }, null],
  [{ type: 'else' }, null],
  ['ready', null],
  [null, null],
  [[], null],
])('%j is read as %j', (raw, message) => {
  expect(parseFromCore(raw)).toEqual(message);
});
