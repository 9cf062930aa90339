// @vitest-environment happy-dom
import { expect, test } from 'vitest';
import { tabsFor } from './DetailPane.tsx';

test('the response has the request beside it where there is room', () => {
  expect(tabsFor('http', 'response', true)).toEqual({
    tabs: ['why', 'chain', 'response', 'timing', 'connection'],
    active: 'response',
  });
  expect(tabsFor('http', 'request', true).active).toBe('response');
  expect(tabsFor('http', 'request', false)).toEqual({
    tabs: ['why', 'chain', 'request', 'response', 'timing', 'connection'],
    active: 'request',
  });
  // A tab this kind does not have.
  expect(tabsFor('tunnel', 'messages', false).active).toBe('why');
  expect(tabsFor('websocket', 'messages', true).active).toBe('messages');
  expect(tabsFor('tunnel', 'chain', true).active).toBe('why');
});
