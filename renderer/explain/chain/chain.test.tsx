// @vitest-environment happy-dom
/** The picture of a chain: its hops in order, who answered, what contradicts, and lines it leads to. */
import { cleanup, fireEvent, render, screen, within } from '@testing-library/react';
import { afterEach, beforeEach, describe, expect, it, test } from 'vitest';
import { chainOfExchange } from '../../../proxy-core/contract/chain/of-exchange.ts';
import type { ExchangeDetail, ExchangeRow, FieldLine } from '../../../proxy-core/contract/exchange.ts';
import { makeDetail, makeRow } from '../../demo/builders.ts';
import { step } from '../../demo/decide.ts';
import { DemoWorld } from '../../demo/world.ts';
import { forgetJump, useJump } from '../../state/jump.ts';
import { defaultPrefs, usePrefs } from '../../state/prefs.ts';
import { ChainTab } from './ChainTab.tsx';
import { answeredBy, hopsOf, quoteOf } from './picture.ts';

beforeEach(() => usePrefs.setState({ ...defaultPrefs(), language: 'en' }));
afterEach(() => {
  cleanup();
  forgetJump();
});

const CLOUDFLARE: FieldLine[] = [
  ['Date', 'Sun, 09 Mar 2025 12:00:00 GMT'],
  ['Cache-Control', 'public, max-age=60'],
  ['CDN-Cache-Control', 'max-age=86400'],
  ['CF-Cache-Status', 'HIT'],
  ['Age', '7'],
  ['X-Nextjs-Cache', 'HIT'],
  ['X-Edge-Cache', 'WARM'],
];

function made(row: Partial<ExchangeRow> = {}, over: Partial<ExchangeDetail> = {}): ExchangeDetail {
  return makeDetail(makeRow(row), {
    upstreamFields: CLOUDFLARE,
    responseFields: [...CLOUDFLARE, ['Via', '1.1 bsdm-proxy']],
    trace: [step('lifetime', 'store', 'pass', 'RFC 9111 §4.2.1', { lifetime: 60, source: 'max-age' })],
    ...over,
  });
}

function show(detail: ExchangeDetail): HTMLElement[] {
  const row = { ...detail.row, key: detail.row.id };
  render(<ChainTab detail={detail} row={row} />);
  return within(screen.getByRole('list', { name: 'From the client to the origin' }))
    .getAllByRole('listitem')
    .filter(({ className }) => className.startsWith('hop '));
}

const headOf = (hop: HTMLElement): string => hop.querySelector('.hop-head strong')?.textContent ?? '';
const wordsOf = (hop: HTMLElement): string[] => [...hop.querySelectorAll('.outcome')].map((item) => item.textContent);

test('hops from the client to the origin, each with what it did; one says that the response is its own', () => {
  const hops = show(made({ entryId: 'demo-1' }));
  expect(hops.map(headOf)).toEqual(['Client', 'This proxy', 'Cloudflare', 'Next.js', 'Origin']);
  expect(hops.map(wordsOf)).toEqual([[], ['miss'], ['hit'], ['not asked', 'earlier: hit'], ['not asked']]);
  const answered = hops.filter((hop) => hop.textContent.includes('The response came from here'));
  expect(answered.map(headOf)).toEqual(['Cloudflare']);
  expect(hops[1]!.textContent).toContain('Keeps it 1 min');
  expect(hops[2]!.textContent).toMatch(/answered from its store, 7 s old.*May use it for 1 day/i);
});

test('what contradicts stands above with a number, and the number at each hop it is about', () => {
  const hops = show(made({ entryId: 'demo-1' }));
  const list = within(screen.getByRole('region', { name: 'What does not go together' })).getAllByRole('listitem');
  expect(list.map(({ textContent }) => textContent)).toEqual([
    'What does not go together 1Lifetimes differ: Cloudflare 1 day; this proxy and browsers 1 min',
  ]);
  expect(hops.map((hop) => hop.querySelector('.numbers') !== null)).toEqual([true, true, true, false, false]);
});

test('an unknown field is listed as unknown, and leads to its line', () => {
  show(made());
  const quote = screen.getByRole('button', { name: /^Response\s*X-Edge-Cache: WARM$/ });
  expect(quote.closest('section')?.querySelector('h2')?.textContent).toBe('Not understood');
  fireEvent.click(quote);
  expect(useJump.getState().jump).toMatchObject({
    from: { tab: 'chain', quote: 'unknown-0-0' },
    to: { kind: 'line', place: { side: 'response', head: 'upstream', index: 6, from: 0, to: 4 } },
  });
});

test('a lifetime leads to the directive in the very list it was read from', () => {
  const hops = show(made({ entryId: 'demo-1' }));
  const led = (hop: HTMLElement): unknown => {
    fireEvent.click(within(hop).getByRole('button', { name: /max-age/ }));
    const to = useJump.getState().jump!.to;
    if (to.kind !== 'line') return to;
    const { head, line, from, to: end } = to.place;
    return [head, line[0], line[1].slice(from, end)];
  };
  expect([hops[0]!, hops[1]!, hops[2]!].map(led)).toEqual([
    ['reply', 'Cache-Control', 'max-age=60'],
    ['upstream', 'Cache-Control', 'max-age=60'],
    ['upstream', 'CDN-Cache-Control', 'max-age=86400'],
  ]);
});

test('without a word of another cache that is said, and a row without a response has no picture', () => {
  show(made({}, { upstreamFields: [], responseFields: [] }));
  expect(screen.getByText('No field tells of another cache on the way.')).toBeTruthy();
  cleanup();
  const { status: _status, outcome: _outcome, ...pending } = makeRow({ state: 'pending' });
  const detail = makeDetail(pending);
  render(<ChainTab detail={detail} row={{ ...pending, key: 1 }} />);
  expect(screen.getByText('There is no response whose way could be told.')).toBeTruthy();
});

describe('who answered', () => {
  const by = (row: Partial<ExchangeRow>, upstreamFields: FieldLine[]): string | undefined => {
    const chain = chainOfExchange(made(row, { upstreamFields, responseFields: upstreamFields }))!;
    const at = answeredBy(chain);
    return at === undefined ? undefined : chain.hops[at]!.kind;
  };
  it.each<[string, Partial<ExchangeRow>, FieldLine[], string | undefined]>([
    ['this proxy', { outcome: 'HIT', cacheStatus: 'HIT' }, [['X-Cache', 'HIT']], 'this'],
    ['the origin, where nothing tells otherwise', {}, [], 'origin'],
    ['the origin, behind a miss', {}, [['CF-Cache-Status', 'MISS']], 'origin'],
    ['nobody known, behind one that says nothing', {}, [['Via', '1.1 somebody']], undefined],
    ['nobody, when all failed', { outcome: 'ERROR', state: 'failed', status: 502 }, [], undefined],
  ])('%s', (_name, row, fields, expected) => expect(by(row, fields)).toBe(expected));
});

test('a line that reads otherwise than the chain was read from is not led to', () => {
  const evidence = { list: 'upstream' as const, index: 1, name: 'X-Cache', value: 'HIT' };
  expect(quoteOf(made(), evidence)).toEqual({ message: 'response', field: 'X-Cache', quote: 'HIT' });
});

test('the demo shows chains: with several caches, with a contradiction, with something unknown', () => {
  const world = new DemoWorld(Date.now());
  for (let second = 0; second < 60; second++) world.step(Date.now());
  const chains = [...world.details.values()].flatMap((detail) => chainOfExchange(detail) ?? []);
  expect(chains.filter(({ hops }) => hops.length > 3).length).toBeGreaterThan(2);
  expect(chains.some(({ contradictions }) => contradictions.some((item) => hopsOf(item).length > 1))).toBe(true);
  expect(chains.some(({ unknown }) => unknown.length > 0)).toBe(true);
  expect(chains.some(({ hops }) => hops.filter(({ kind }) => kind === 'cache').length > 1)).toBe(true);
});
