import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { DEFAULT_SIZE, fitBounds, loadShellState, parseShellState, saveShellState } from './shell-state.ts';

const LAPTOP = { x: 0, y: 0, width: 1440, height: 900 };
const SECOND = { x: 1440, y: 0, width: 1920, height: 1080 };

test.each([
  [null, { maximized: false, keepRunning: false, closeExplained: false }],
  [[1], { maximized: false, keepRunning: false, closeExplained: false }],
  [
    {
      maximized: 1,
      keepRunning: true,
      closeExplained: true,
      language: 'ru',
      bounds: { x: 1, y: 2, width: '3', height: 4 },
    },
    { maximized: false, keepRunning: true, closeExplained: true, language: 'ru' },
  ],
  [
    { maximized: true, bounds: { x: 1, y: 2, width: 3, height: 4, z: 5 } },
    { maximized: true, keepRunning: false, closeExplained: false, bounds: { x: 1, y: 2, width: 3, height: 4 } },
  ],
])('%j is read as %j', (raw, state) => {
  expect(parseShellState(raw)).toEqual(state);
});

test.each([
  ['nothing remembered', undefined, { ...DEFAULT_SIZE }],
  ['on the second display', { x: 1500, y: 50, width: 1300, height: 700 }, { x: 1500, y: 50, width: 1300, height: 700 }],
  ['on a display that is gone', { x: 5000, y: 50, width: 1300, height: 700 }, { width: 1280, height: 700 }],
  ['title bar above the screen', { x: 10, y: -400, width: 1300, height: 700 }, { width: 1280, height: 700 }],
  ['larger than its display', { x: 0, y: 0, width: 4000, height: 3000 }, { x: 0, y: 0, width: 1440, height: 900 }],
  ['too small to use', { x: 0, y: 0, width: 90, height: 90 }, { x: 0, y: 0, width: 880, height: 560 }],
])('%s', (_case, saved, expected) => {
  expect(fitBounds(saved, [LAPTOP, SECOND])).toEqual(expected);
});

test('is kept over a restart; a damaged file counts as none', () => {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'bsdm-shell-'));
  onTestFinished(() => fs.rmSync(dir, { recursive: true, force: true }));
  expect(loadShellState(dir)).toEqual({ maximized: false, keepRunning: false, closeExplained: false });
  const state = {
    maximized: true,
    keepRunning: true,
    closeExplained: true,
    language: 'ru' as const,
    bounds: { x: 1, y: 2, width: 900, height: 600 },
  };
  saveShellState(path.join(dir, 'new'), state);
  expect(loadShellState(path.join(dir, 'new'))).toEqual(state);
  fs.writeFileSync(path.join(dir, 'new', 'window-state.json'), '{"maxim');
  expect(loadShellState(path.join(dir, 'new'))).toEqual({
    maximized: false,
    keepRunning: false,
    closeExplained: false,
  });
});

test('what is left of a write that was killed is removed at the next start', () => {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'bsdm-shell-'));
  onTestFinished(() => fs.rmSync(dir, { recursive: true, force: true }));
  fs.writeFileSync(path.join(dir, 'window-state.json.new'), '{"maxim');
  loadShellState(dir);
  expect(fs.readdirSync(dir)).toEqual([]);
});
