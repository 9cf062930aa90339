/** The smallest change in words: each code speaks in both languages, and the sentences read as they should. */
import { expect, test } from 'vitest';
import { CANNOT, EXPOSURES } from '../fix/fix.ts';
import { explainCannot, explainChange, explainExposure, explainGain, explainOrdinary, explainStored } from './fix.ts';

const STORE = { name: 'Cache-Control', was: 'no-store', value: 'max-age=60' };
const COOKIE = { name: 'Set-Cookie', was: 'sid=1', value: null };

test('the change in one sentence', () => {
  expect(explainChange('en', [STORE])).toBe('Send Cache-Control: max-age=60 instead of no-store.');
  expect(explainChange('en', [{ ...STORE, was: null }, COOKIE])).toBe(
    'Send Cache-Control: max-age=60, and leave out Set-Cookie.',
  );
  expect(explainChange('ru', [STORE, COOKIE])).toBe(
    'Отправлять Cache-Control: max-age=60 вместо no-store и не отправлять Set-Cookie.',
  );
  expect(explainChange('en', [{ ...STORE, was: 'x'.repeat(5000) }]).length).toBeLessThan(160);
});

test('what it gives', () => {
  const fix = { edits: [STORE], seconds: 3600, exposes: [], mayStay: [] };
  expect(explainGain('en', fix)).toEqual(['The next request like this one is then a hit, for 1 h.']);
  expect(explainGain('en', { ...fix, mayStay: ['Expires', 'Pragma'] })[1]).toBe(
    'Expires and Pragma may stay: max-age counts before them.',
  );
  expect(explainGain('en', { ...fix, mayStay: ['Expires'] })[1]).toBe('Expires may stay: max-age counts before it.');
  expect(explainGain('ru', fix, 'accept-language')[0]).toContain('только полями accept-language');
  expect(explainStored('ru', 60)).toContain('1 мин');
});

test('every code has its own words in both languages', () => {
  for (const language of ['en', 'ru'] as const) {
    const said = [
      ...CANNOT.map((code) => explainCannot(language, code)),
      ...EXPOSURES.map((code) => explainExposure(language, { code, names: 'sid' })),
      explainOrdinary(language, true),
      explainOrdinary(language, false),
    ];
    expect(new Set(said).size).toBe(said.length);
    for (const text of said)
      expect(text).toMatch(language === 'en' ? /^[A-Z][^\u0400-\u04ff]+[.:]$/ : /^[А-Я][^]+[.:]$/);
  }
  expect(explainExposure('en', { code: 'shares-cookie', names: 'sid' })).toContain('(sid)');
  expect(explainExposure('ru', { code: 'vary', names: '*' })).toContain('Vary: *');
});
