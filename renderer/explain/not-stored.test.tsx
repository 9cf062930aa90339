// @vitest-environment happy-dom
/** The mark of a miss whose answer is not kept, and a row nothing is decided about yet. */
import { cleanup, render, screen } from '@testing-library/react';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { makeDetail, makeRow } from '../demo/builders.ts';
import { en } from '../i18n/en.ts';
import { defaultPrefs, usePrefs } from '../state/prefs.ts';
import { cell } from '../traffic/cells.tsx';
import { Banner } from './DetailPane.tsx';
import { WhyTab } from './why/WhyTab.tsx';

beforeEach(() => usePrefs.setState({ ...defaultPrefs(), language: 'en' }));
afterEach(cleanup);

const keyed = (made: ReturnType<typeof makeRow>) => ({ ...made, key: made.id });

test.each([
  ['a miss for one user', { reason: 'response-private' as const, state: 'open' as const }, true],
  ['a miss that is stored', { reason: 'uri-miss' as const, entryId: 'demo-1' as const }, false],
  ['a hit', { reason: 'fresh' as const, outcome: 'HIT' as const }, false],
])('%s', (_name, over, marked) => {
  const row = keyed(makeRow(over));
  render(
    <>
      {cell('outcome', row, false, en)}
      <Banner row={row} detail={null} />
    </>,
  );
  expect(screen.queryAllByTestId('not-stored').map(({ textContent }) => textContent)).toEqual(
    marked ? ['not stored', 'not stored'] : [],
  );
});

test('a row that waits says neither outcome nor reason nor advice', () => {
  const { outcome: _outcome, reason: _reason, status: _status, ...pending } = makeRow({ state: 'pending' });
  const row = keyed(pending);
  render(
    <>
      <Banner row={row} detail={makeDetail(pending)} />
      <WhyTab fix={null} row={row} detail={makeDetail(pending)} />
    </>,
  );
  expect(document.body.textContent).toContain('Pending');
  expect(document.body.textContent).not.toMatch(/MISS|HIT|would have made/);
});
