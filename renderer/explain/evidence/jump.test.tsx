// @vitest-environment happy-dom
/** From a quoted field to where it stands, and back: over a pretend core, by roles and visible words. */
import { act, cleanup, fireEvent, render, screen, waitFor, within } from '@testing-library/react';
import { afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { makeEntryId } from '../../../proxy-core/contract/entry-id.ts';
import type { ExchangeDetail, ExchangeRow, FieldLine } from '../../../proxy-core/contract/exchange.ts';
import { App } from '../../app/App.tsx';
import { startFeeds } from '../../app/feeds.ts';
import { connectCore } from '../../connection/core.ts';
import { makeMemoryChannels } from '../../connection/memory-channel.ts';
import { makeBatch, makeDetail, makeEntry, makeEntryDetail, makeRow } from '../../demo/builders.ts';
import { makeDemoCore, type DemoCore } from '../../demo/core.ts';
import { step } from '../../demo/decide.ts';
import { DemoWorld } from '../../demo/world.ts';
import { forgetJump } from '../../state/jump.ts';
import { usePanes } from '../../state/panes.ts';
import { defaultPrefs, setPrefs, usePrefs } from '../../state/prefs.ts';
import { forgetSelection, setFilterText, useCacheUi } from '../../state/selection.ts';
import { clearRows } from '../../state/traffic.ts';
import { loadParts } from '../../ui/part.tsx';

let core: DemoCore;
let world: DemoWorld;

beforeAll(() => {
  // happy-dom lays nothing out: give every element a size, so that virtual rows are drawn.
  for (const name of ['offsetHeight', 'clientHeight'] as const)
    Object.defineProperty(HTMLElement.prototype, name, { configurable: true, get: () => 600 });
  for (const name of ['offsetWidth', 'clientWidth'] as const)
    Object.defineProperty(HTMLElement.prototype, name, { configurable: true, get: () => 1200 });
});

beforeEach(async () => {
  await loadParts();
  usePrefs.setState({ ...defaultPrefs(), language: 'en' });
  useCacheUi.setState({ entryId: null, selected: new Set(), text: '', dialog: null, report: null });
  setFilterText('');
  clearRows();
  forgetSelection();
  forgetJump();
  usePanes.setState(usePanes.getInitialState());
  world = new DemoWorld(Date.now());
  core = makeDemoCore(world, Date.now());
  connectCore(
    {
      kind: 'browser',
      start: (events) => {
        const [page, server] = makeMemoryChannels();
        core.serve(server);
        events.onChannel(page);
      },
    },
    startFeeds,
  );
  render(<App />);
  await screen.findByText('Core running');
});
afterEach(cleanup);

/** Opens the details of an exchange. */
async function open(row: Partial<ExchangeRow>, detail: Partial<ExchangeDetail>): Promise<HTMLElement> {
  const made = makeRow(row);
  world.rows.push(made);
  world.details.set(made.id, makeDetail(made, detail));
  await act(async () => core.push('traffic', makeBatch([made])));
  fireEvent.click(await screen.findByTestId('traffic-row'));
  const pane = await screen.findByTestId('detail-pane');
  const checks = await within(pane).findByRole('button', { name: /step by step$/ });
  if (checks.getAttribute('aria-expanded') === 'false') fireEvent.click(checks);
  return pane;
}

const lines = (count: number): FieldLine[] => Array.from({ length: count }, (_, n) => [`X-${n}`, 'x']);
const isPrivate = step('response-private', 'store', 'stop', 'RFC 9111 §5.2.2.7', {
  cacheControl: 'max-age=60, private',
});
const reason = { reason: 'response-private' as const };

test('a quoted field leads to its line, which has the focus; back leads to the quote', async () => {
  const pane = await open(reason, {
    trace: [isPrivate],
    upstreamFields: [...lines(250), ['Cache-Control', 'max-age=60, private'], ...lines(100)],
  });
  const quotes = await within(pane).findAllByRole('button', { name: /^Response\s*Cache-Control: … private$/ });
  // Where it is said what decided, and at the step among the others.
  expect(quotes).toHaveLength(2);
  const quote = quotes[1]!;
  const panel = within(pane).getByRole('tabpanel');
  panel.scrollTop = 33;
  fireEvent.click(quote);

  expect(within(pane).getByRole('tab', { selected: true }).textContent).toBe('Response');
  const line = document.activeElement as HTMLElement;
  expect(line.tagName).toBe('TR');
  expect(line.textContent).toBe('Cache-Controlmax-age=60, private');
  expect(line.querySelector('mark')?.textContent).toBe('private');
  expect(line.closest('table')?.querySelectorAll('mark')).toHaveLength(1);
  panel.scrollTop = 400;

  // Escape goes back and leaves the details open.
  fireEvent.keyDown(line, { key: 'Escape', code: 'Escape' });
  await waitFor(() => expect(within(pane).getByRole('tab', { selected: true }).textContent).toBe('Why'));
  expect(document.activeElement?.getAttribute('data-quote')).toBe(quote.getAttribute('data-quote'));
  expect(panel.scrollTop).toBe(33);
  expect(screen.getByTestId('detail-pane')).toBe(pane);

  fireEvent.click(document.activeElement!);
  fireEvent.click(within(pane).getByRole('button', { name: /^Back to “Why”/ }));
  await waitFor(() =>
    expect(document.activeElement?.getAttribute('data-quote')).toBe(quote.getAttribute('data-quote')),
  );
  // Without a jump Escape closes the details, as ever.
  fireEvent.keyDown(document.activeElement!, { key: 'Escape', code: 'Escape' });
  await waitFor(() => expect(screen.queryByTestId('detail-pane')).toBeNull());
});

test('a tab chosen by hand forgets the way back', async () => {
  const pane = await open(reason, { trace: [isPrivate], upstreamFields: [['Cache-Control', 'max-age=60, private']] });
  fireEvent.click((await within(pane).findAllByRole('button', { name: /private$/ }))[0]!);
  fireEvent.click(within(pane).getByRole('tab', { name: 'Timing' }));
  fireEvent.click(within(pane).getByRole('tab', { name: 'Response' }));
  expect(within(pane).queryByRole('button', { name: /^Back/ })).toBeNull();
  expect(pane.querySelector('mark')).toBeNull();
});

test('what is in no recorded head is text, not a dead link', async () => {
  const stale = step('freshness', 'request', 'stop', 'RFC 9111 §4.2', { age: 70, lifetime: 60, source: 'max-age' });
  const pane = await open({ reason: 'expired' }, { trace: [stale], upstreamFields: [['Cache-Control', 'max-age=60']] });
  const [quote] = await within(pane).findAllByText('max-age', { selector: 'b' });
  expect(quote!.closest('.quote')?.textContent).toBe('Stored responseCache-Control: max-age');
  expect(within(pane).queryByRole('button', { name: /Stored response/ })).toBeNull();
});

test('a field of a stored response that is still there leads to it, and back', async () => {
  const id = makeEntryId('demo', 7);
  const url = 'http://shop.example/products';
  world.restore([
    makeEntryDetail(makeEntry({ id: 7, url }), {
      fields: [
        ['Server', 'x'],
        ['Vary', 'Cookie, Accept-Language'],
      ],
    }),
  ]);
  const vary = step('vary', 'request', 'stop', 'RFC 9111 §4.1', { field: 'accept-language', stored: 'de', sent: 'en' });
  const pane = await open(
    { reason: 'vary-mismatch' },
    {
      trace: [vary],
      neighbour: { url, entryId: id, difference: { kind: 'vary', field: 'accept-language', stored: 'de', sent: 'en' } },
      requestFields: [['Accept-Language', 'en']],
    },
  );
  expect(await within(pane).findAllByRole('button', { name: /^Request\s*Accept-Language: en$/ })).toHaveLength(2);
  const [, quote] = await within(pane).findAllByRole('button', { name: /^Stored response\s*Vary: accept-language$/ });
  fireEvent.click(quote!);

  const entry = await screen.findByRole('region', { name: 'Entry' });
  await waitFor(() => expect(entry.querySelector('mark')?.textContent).toBe('Accept-Language'));
  expect(document.activeElement?.textContent).toBe('VaryCookie, Accept-Language');
  fireEvent.keyDown(document.activeElement!, { key: 'Escape', code: 'Escape' });
  await waitFor(() =>
    expect(document.activeElement?.getAttribute('data-quote')).toBe(quote!.getAttribute('data-quote')),
  );
  expect(usePrefs.getState().view).toBe('traffic');

  // Evicted meanwhile: text.
  world.remove([id], 'user');
  act(() => setPrefs({ view: 'cache' }));
  act(() => setPrefs({ view: 'traffic' }));
  const again = await screen.findByTestId('detail-pane');
  await within(again).findAllByRole('button', { name: /^Request/ });
  expect(within(again).queryByRole('button', { name: /^Stored response/ })).toBeNull();
  expect(within(again).getAllByText('accept-language').length).toBeGreaterThan(0);
});

test('secrets are named and not quoted', async () => {
  const trace = [
    step('authorization', 'store', 'stop', 'RFC 9111 §3.5', { cacheControl: '' }),
    step('set-cookie', 'store', 'stop', 'RFC 9111 §7.3', { cacheControl: '' }),
    step('collapse-apart', 'upstream', 'note', 'RFC 9111 §4', { why: 'credentials' }),
  ];
  const pane = await open(
    { reason: 'authorization' },
    {
      trace,
      requestFields: [
        ['Authorization', 'Bearer s3cret'],
        ['Cookie', 'sid=s3cret'],
      ],
      upstreamFields: [['Set-Cookie', 'sid=s3cret; Path=/']],
    },
  );
  await within(pane).findByRole('button', { name: /Set-Cookie: sid=…/ });
  expect(within(pane).getAllByRole('button', { name: /Authorization: Bearer …/ }).length).toBeGreaterThan(0);
  expect(pane.textContent).not.toContain('s3cret');
});
