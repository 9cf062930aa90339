import { expect, test } from 'vitest';
import { parseFromCore } from './core-protocol.ts';

const NEWS = {
  listening: '127.0.0.1:1488',
  paused: false,
  cacheMode: 'standard',
  cacheModeLocked: false,
  intercept: { mode: 'off', locked: false },
  updates: { updateCheck: true, updateFeed: '', dialAllow: 'any' },
  systemProxy: { state: 'off', can: true },
  misses: [{ id: 1, method: 'GET', url: 'http://a.test/' }],
  errors: 0,
};

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
  [
    { type: 'shell', news: { ...NEWS, more: 1 } },
    { type: 'shell', news: NEWS },
  ],
  [{ type: 'shell', news: { ...NEWS, misses: [{ id: 'x' }] } }, null],
  [{ type: 'shell', news: { ...NEWS, cacheMode: 'odd' } }, null],
  [
    { type: 'call-failed', message: 'm' },
    { type: 'call-failed', message: 'm' },
  ],
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
