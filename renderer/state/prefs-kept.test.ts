// @vitest-environment happy-dom
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { parsePrefs, setPrefs, usePrefs } from './prefs.ts';

beforeEach(() => vi.useFakeTimers());
afterEach(() => vi.useRealTimers());
const kept = (): number => parsePrefs(localStorage.getItem('bsdm-prefs')).paneBottom;

test('dragging writes preferences once, not at every move of the pointer', () => {
  const write = vi.spyOn(Storage.prototype, 'setItem');
  for (let size = 200; size < 300; size++) setPrefs({ paneBottom: size });
  expect(usePrefs.getState().paneBottom).toBe(299);
  expect(write).not.toHaveBeenCalled();
  vi.runAllTimers();
  expect(write).toHaveBeenCalledTimes(1);
  expect(kept()).toBe(299);
});

test('what was changed just before the page is left is kept', () => {
  setPrefs({ paneBottom: 321 });
  window.dispatchEvent(new Event('pagehide'));
  expect(kept()).toBe(321);
});
