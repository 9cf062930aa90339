/** Presets and their undo as plans over settings. */
import { expect, test } from 'vitest';
import { PRESETS, SETTING_SPECS } from '../../proxy-core/contract/setting-specs.ts';
import { makeSettings } from '../demo/builders.ts';
import {
  parseApplied,
  patchOf,
  planPreset,
  planUndo,
  PRESET_EFFECTS,
  PRESET_NAMES,
  rememberOf,
  undoOf,
  type Applied,
} from './presets.ts';

const NONE = new Set<never>();
const states = (plan: readonly { key: string; state: string }[]): Record<string, string> =>
  Object.fromEntries(plan.map(({ key, state }) => [key, state]));

test('every setting of every preset is told, with the kind of its effect', () => {
  for (const name of PRESET_NAMES)
    expect(
      planPreset(name, makeSettings())
        .map(({ key, then }) => [key, then])
        .sort(),
    ).toEqual(Object.entries(PRESETS[name]).sort());
  expect(Object.keys(PRESET_EFFECTS).every((key) => key in SETTING_SPECS)).toBe(true);
});

test('what is so already, and what is locked, is said and not sent', () => {
  const settings = makeSettings(
    { cacheTtlSeconds: 86_400 },
    { cacheCapacity: { locked: true, source: 'flag' }, maxCacheBodySize: { locked: true, source: 'env' } },
  );
  const plan = planPreset('cdn-style', settings);
  expect(states(plan)).toEqual({
    cacheCapacity: 'locked',
    cacheTtlSeconds: 'same',
    // Locked, at the value the preset has.
    maxCacheBodySize: 'same',
    cdnCacheControl: 'changes',
    ignoreClientCacheControl: 'changes',
  });
  expect(patchOf(plan)).toEqual({ cdnCacheControl: true, ignoreClientCacheControl: true });
});

test('CDN style says that a reload is ignored from then on', () => {
  expect(planPreset('cdn-style', makeSettings())).toContainEqual({
    key: 'ignoreClientCacheControl',
    now: false,
    then: true,
    state: 'changes',
  });
});

test('taken back: saved values are saved again, defaults are defaults again', () => {
  const before = makeSettings({ cacheCapacity: 700 });
  const applied = rememberOf('low-memory', planPreset('low-memory', before), before, 5);
  const after = makeSettings(PRESETS['low-memory']);
  const plan = planUndo(applied, after);
  expect(states(plan)).toEqual({ cacheCapacity: 'changes', cacheTtlSeconds: 'changes', maxCacheBodySize: 'changes' });
  expect(undoOf(applied, plan, NONE)).toEqual({
    patch: { cacheCapacity: 700 },
    reset: ['cacheTtlSeconds', 'maxCacheBodySize'],
  });
});

test('what was changed since stays, unless it is named', () => {
  const before = makeSettings();
  const applied = rememberOf('low-memory', planPreset('low-memory', before), before, 5);
  const after = makeSettings({ ...PRESETS['low-memory'], cacheCapacity: 42, cacheTtlSeconds: 0 });
  const plan = planUndo(applied, after);
  expect(states(plan)).toEqual({
    cacheCapacity: 'changed-since',
    cacheTtlSeconds: 'same',
    maxCacheBodySize: 'changes',
  });
  expect(undoOf(applied, plan, NONE)).toEqual({ patch: {}, reset: ['maxCacheBodySize'] });
  expect(undoOf(applied, plan, new Set(['cacheCapacity'] as const)).reset).toEqual([
    'cacheCapacity',
    'maxCacheBodySize',
  ]);
});

test('what a flag holds by now cannot go back', () => {
  const before = makeSettings();
  const applied = rememberOf('low-memory', planPreset('low-memory', before), before, 5);
  const plan = planUndo(
    applied,
    makeSettings(PRESETS['low-memory'], { cacheCapacity: { locked: true, source: 'flag' } }),
  );
  expect(states(plan)['cacheCapacity']).toBe('locked');
  expect(undoOf(applied, plan, new Set(['cacheCapacity'] as const)).reset).not.toContain('cacheCapacity');
});

test.each<[name: string, text: string | null, left: number]>([
  ['nothing', null, 0],
  ['no JSON', '{', 0],
  ['no list', '{"name":"low-memory"}', 0],
  ['an unknown preset', '[{"name":"huge","atMs":1,"changes":[]}]', 0],
  ['no time', '[{"name":"low-memory","changes":[]}]', 0],
  ['a preset', '[{"name":"low-memory","atMs":1,"changes":[]}, 7, null]', 1],
])('what is remembered is read with care: %s', (_, text, left) => {
  expect(parseApplied(text)).toHaveLength(left);
});

test('what is remembered comes back as it was, without what is no setting of a preset', () => {
  const settings = makeSettings();
  const applied = rememberOf('cdn-style', planPreset('cdn-style', settings), settings, 5);
  expect(parseApplied(JSON.stringify([applied]))).toEqual([applied]);
  const bad: unknown[] = [
    { key: 'host', before: '127.0.0.1', wasSaved: false, after: '0.0.0.0' },
    { key: 'cacheCapacity', before: -1, wasSaved: false, after: 5 },
    { key: 'cacheCapacity', before: 1, after: 5 },
    { key: 'toString', before: 1, wasSaved: true, after: 5 },
  ];
  const read: Applied[] = parseApplied(JSON.stringify([{ ...applied, changes: [...bad, ...applied.changes] }]));
  expect(read).toEqual([applied]);
});
