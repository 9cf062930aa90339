import { expect, test } from 'vitest';
import { makeSample, SOME_TIME_MS } from '../demo/builders.ts';
import { en } from '../i18n/en.ts';
import { parseDraft, spokenValue } from '../settings/draft.ts';
import { defaultPrefs, parsePrefs } from './prefs.ts';
import { addHistory, addSample, MAX_SAMPLES, useStats } from './stats.ts';

test('saved preferences are read with care', () => {
  expect(parsePrefs(null)).toEqual(defaultPrefs());
  expect(parsePrefs('{broken')).toEqual(defaultPrefs());
  const read = parsePrefs(
    JSON.stringify({
      theme: 'dark',
      density: 'tiny',
      paneBottom: -5,
      columns: [{ id: 'size', shown: true, width: 5 }, 7],
      sort: { column: 'size', descending: true },
      savedFilters: ['a', 3],
      graphMinutes: 15,
    }),
  );
  expect(read).toMatchObject({
    theme: 'dark',
    density: 'comfortable',
    paneBottom: 264,
    columns: [{ id: 'size', shown: true, width: 24 }],
    sort: { column: 'size', descending: true },
    savedFilters: ['a'],
    graphMinutes: 15,
  });
});

test('samples: history goes before what came live, doubles are dropped, the count is bounded', () => {
  addSample(makeSample({ atMs: SOME_TIME_MS + 5000, uptimeSeconds: 6 }));
  addSample(makeSample({ atMs: SOME_TIME_MS + 5000, uptimeSeconds: 6 }));
  addHistory([3, 4, 5].map((second) => makeSample({ atMs: SOME_TIME_MS + second * 1000, uptimeSeconds: second + 1 })));
  expect(useStats.getState().samples.map(({ atMs }) => (atMs - SOME_TIME_MS) / 1000)).toEqual([3, 4, 5]);
  for (let second = 6; second < 2000; second++)
    addSample(makeSample({ atMs: SOME_TIME_MS + second * 1000, uptimeSeconds: second }));
  expect(useStats.getState().samples).toHaveLength(MAX_SAMPLES);
  addSample(makeSample({ atMs: SOME_TIME_MS + 3e6, uptimeSeconds: 1 }));
  expect(useStats.getState().previous).toBeNull();
});

test('typed settings: bytes with units, problems in words', () => {
  expect(parseDraft('cacheMaxBytes', '256 MB', en)).toEqual({ ok: true, value: 268_435_456 });
  expect(parseDraft('port', '70000', en)).toEqual({
    ok: false,
    problem: 'Takes a whole number from 0 to 65,535.',
  });
  expect(parseDraft('host', 'example', en)).toEqual({ ok: false, problem: 'Takes an IP address or localhost.' });
  expect(spokenValue('cacheMaxBytes', 268_435_456)).toBe('256 MiB');
  expect(spokenValue('cacheTtlSeconds', 5400)).toBe('1 h 30 min');
  expect(spokenValue('port', 1488)).toBe('');
});
