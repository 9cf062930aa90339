// @vitest-environment happy-dom
import { afterEach, expect, test, vi } from 'vitest';
import { bindKeys, letterOf } from './keys.ts';

test.each([
  [{ key: 'k', code: 'KeyK' }, 'k'],
  [{ key: 'K', code: 'KeyK' }, 'k'],
  [{ key: 'л', code: 'KeyK' }, 'k'],
  [{ key: 'Л', code: 'KeyK' }, 'k'],
  [{ key: 'κ', code: 'KeyK' }, 'k'],
  [{ key: 't', code: 'KeyK' }, 't'],
  [{ key: 'k' }, 'k'],
  [{ key: 'л' }, undefined],
  [{ key: 'ж', code: 'Semicolon' }, undefined],
  [{ key: 'Enter', code: 'Enter' }, undefined],
  [{ key: '1', code: 'Digit1' }, undefined],
])('the letter meant by %o is %s', (press, letter) => {
  expect(letterOf(press)).toBe(letter);
});

let unbind = (): void => undefined;
afterEach(() => unbind());
const press = (init: KeyboardEventInit): KeyboardEvent => {
  const event = new KeyboardEvent('keydown', { bubbles: true, cancelable: true, ...init });
  document.dispatchEvent(event);
  return event;
};

test('a bound letter runs once, on a Latin and on a Russian layout, and not by its place where that writes another', () => {
  const palette = vi.fn();
  const mark = vi.fn(() => false);
  unbind = bindKeys({ '$mod+k': palette, m: mark }, () => false);
  expect(press({ key: 'k', code: 'KeyK', ctrlKey: true }).defaultPrevented).toBe(true);
  expect(palette).toHaveBeenCalledTimes(1);
  press({ key: 'л', code: 'KeyK', ctrlKey: true });
  expect(palette).toHaveBeenCalledTimes(2);
  press({ key: 't', code: 'KeyK', ctrlKey: true });
  press({ key: 'k', code: 'KeyK' });
  expect(palette).toHaveBeenCalledTimes(2);
  // What an action leaves alone is not swallowed.
  expect(press({ key: 'ь', code: 'KeyM' }).defaultPrevented).toBe(false);
  expect(mark).toHaveBeenCalled();
});
