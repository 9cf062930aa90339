import { expect, test } from 'vitest';
import { withMode } from './body-modes.ts';
import type { BodyMode } from '../body/worker/kinds.ts';

test('the newest choice counts, and only so many types are remembered', () => {
  let chosen: ReadonlyMap<string, BodyMode> = new Map();
  for (let n = 0; n < 300; n++) chosen = withMode(chosen, `response type/${n}`, 'text');
  expect(chosen.size).toBe(100);
  expect([...chosen.keys()].at(-1)).toBe('response type/299');
  chosen = withMode(chosen, 'response type/200', 'hex');
  expect(chosen.get('response type/200')).toBe('hex');
  // Chosen again it is the newest, and stays for as long as one.
  for (let n = 300; n < 399; n++) chosen = withMode(chosen, `response type/${n}`, 'text');
  expect(chosen.has('response type/200')).toBe(true);
  chosen = withMode(chosen, 'one more', 'text');
  expect(chosen.has('response type/200')).toBe(false);
});
