// @vitest-environment happy-dom
/** The body view as a person uses it: what is shown, what a search finds. */
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import type { JSX } from 'react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { BodyInfo } from '../../proxy-core/contract/exchange.ts';
import { defaultPrefs, usePrefs } from '../state/prefs.ts';
import { ANSWER_MS } from './body-worker.ts';
import { BodyView, type BodyViewProps } from './BodyView.tsx';
import { WorkerHere } from './testkit/worker-here.ts';
import { LAID_OUT_MAX } from './worker/lay-out.ts';
import type { Numbered, Question } from './worker/protocol.ts';

// The editor draws nothing in a page without a layout.
vi.mock('./code/editor.ts', () => ({ openReader: () => Promise.reject(new Error('no editor here')) }));

beforeEach(() => {
  usePrefs.setState({ ...defaultPrefs(), language: 'en' });
  vi.stubGlobal('Worker', WorkerHere);
  for (const name of ['offsetHeight', 'clientHeight', 'offsetWidth', 'clientWidth'] as const)
    Object.defineProperty(HTMLElement.prototype, name, { configurable: true, get: () => 600 });
});
afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
  vi.restoreAllMocks();
});

let places = 0;

function show(mediaType: string, body: string | Uint8Array, more: Partial<BodyInfo> = {}): void {
  const bytes = typeof body === 'string' ? new TextEncoder().encode(body) : body;
  render(
    <BodyView
      info={{ bytes: bytes.length, kept: bytes.length, mediaType, ...more }}
      name="x"
      source="1"
      // Remembers no choice of another test.
      place={`${++places}`}
      load={({ offset = 0, length = 0 }) =>
        Promise.resolve({ meta: { offset, total: bytes.length }, bytes: bytes.slice(offset, offset + length) })
      }
    />,
  );
}

test('brackets nested 5,000 deep are shown, searched and counted', async () => {
  show('application/json', '['.repeat(5000) + ']'.repeat(5000));
  fireEvent.change(await screen.findByRole('textbox', { name: 'Search in body' }), { target: { value: '[' } });
  expect(await screen.findByText('5,000 found')).toBeTruthy();
});

test('bytes and text are found in a hex dump', async () => {
  show('application/octet-stream', new Uint8Array([...new Array<number>(40).fill(0), 0x1f, 0x8b, 0x41]));
  const field = await screen.findByRole('textbox', { name: 'Search in body' });
  fireEvent.change(field, { target: { value: '1f 8b' } });
  await screen.findByText('1 found');
  expect(document.querySelector('.line.now')?.textContent).toMatch(/^00000020/);
  fireEvent.change(field, { target: { value: 'a' } });
  await screen.findByText('1 found');
  expect(document.querySelectorAll('.line.hit')).toHaveLength(1);
});

test('Enter goes through the lines found, Shift+Enter goes back', async () => {
  show('text/plain', 'one\ntwo\none\n');
  const field = await screen.findByRole('textbox', { name: 'Search in body' });
  fireEvent.change(field, { target: { value: 'ONE' } });
  await screen.findByText('2 found');
  const now = (): string | null | undefined => document.querySelector('.line.now')?.textContent;
  expect(now()).toBe('1one');
  fireEvent.keyDown(field, { key: 'Enter' });
  expect(now()).toBe('3one');
  fireEvent.keyDown(field, { key: 'Enter' });
  expect(now()).toBe('1one');
  fireEvent.keyDown(field, { key: 'Enter', shiftKey: true });
  expect(now()).toBe('3one');
});

test('more than is laid out says so, and shows all as text', async () => {
  show('text/html', `<p>${'x'.repeat(LAID_OUT_MAX)}</p>`);
  fireEvent.click(await screen.findByRole('button', { name: 'Load all' }));
  expect(await screen.findByText(/^Only the first 512 KiB are formatted\./)).toBeTruthy();
  fireEvent.click(screen.getByRole('button', { name: 'Show all as text' }));
  expect(screen.getByRole('button', { name: 'Text' }).getAttribute('aria-pressed')).toBe('true');
  expect(await screen.findByText(/^<p>xxx/)).toBeTruthy();
});

test('a tree shows what was sent: long numbers, repeated names, 1.10; its paths and values are copied', async () => {
  const copied: string[] = [];
  vi.stubGlobal('navigator', {
    ...navigator,
    clipboard: { writeText: (text: string) => Promise.resolve(void copied.push(text)) },
  });
  show('application/json', '{"id":9007199254740993,"a":1.10,"a":[{"b c":"x\\u0041"}]}');
  expect((await screen.findAllByRole('treeitem')).map((row) => row.textContent)).toEqual([
    '{ 3 }',
    'id:\xa09007199254740993',
    'a:\xa01.10',
    'a:\xa0[ 1 ]',
    '0:\xa0{ 1 }',
    'b c:\xa0"xA"',
  ]);
  const tree = screen.getByRole('tree');
  fireEvent.keyDown(tree, { key: 'End' });
  expect(screen.getByText('$.a[0]["b c"]')).toBeTruthy();
  fireEvent.click(screen.getByRole('button', { name: 'Copy path' }));
  fireEvent.click(screen.getByRole('button', { name: 'Copy value' }));
  expect(copied).toEqual(['$.a[0]["b c"]', '"x\\u0041"']);
  fireEvent.keyDown(tree, { key: 'ArrowLeft' });
  fireEvent.keyDown(tree, { key: 'ArrowLeft' });
  expect(screen.getAllByRole('treeitem')).toHaveLength(5);
});

test('a long value stands in part in its row, and in full below when chosen', async () => {
  show('application/json', JSON.stringify({ a: { b: 'y'.repeat(3000) } }));
  fireEvent.click(await screen.findByText(/^"y{299}…$/));
  expect(screen.getByLabelText('Value').textContent).toBe(`"${'y'.repeat(3000)}"`);
});

test('text is read in the charset that is named', async () => {
  show('text/plain', Uint8Array.from([0xcf, 0xf0, 0xe8, 0xe2, 0xe5, 0xf2]), { charset: 'windows-1251' });
  expect(await screen.findByText('Привет')).toBeTruthy();
  expect(screen.getByText(/windows-1251/)).toBeTruthy();
  cleanup();
  show('text/plain', 'plain', { charset: 'no-such' });
  expect(await screen.findByText('There is no charset “no-such”; the text is read as UTF-8.')).toBeTruthy();
});

test('saving and copying take all of it, also what is not shown; what they leave out is said', async () => {
  vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(() => undefined);
  const saved: Blob[] = [];
  vi.spyOn(URL, 'createObjectURL').mockImplementation((blob) => {
    if (blob instanceof Blob) saved.push(blob);
    return 'blob:x';
  });
  const text = 'x'.repeat(5 * 1024 * 1024);
  show('text/plain', text);
  fireEvent.click(await screen.findByRole('button', { name: 'Save body' }));
  await vi.waitFor(() => expect(saved).toHaveLength(1));
  expect(saved[0]?.size).toBe(text.length);
  expect(screen.getByText(/The first 512 KiB are shown/)).toBeTruthy();
});

test('a worker that does not answer is ended, said once, and begun anew by trying again', async () => {
  // React reports what a boundary caught; here that is the purpose.
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
  // Their time is over when this test says so.
  const late: (() => void)[] = [];
  const later = setTimeout;
  vi.stubGlobal('setTimeout', (run: () => void, ms?: number) => (ms === ANSWER_MS ? late.push(run) : later(run, ms)));
  class Silent extends WorkerHere {
    override postMessage(question: Numbered<Question>): void {
      if (question.what.ask !== 'lay' || !silent) super.postMessage(question);
      else asked = true;
    }
  }
  let silent = true;
  let asked = false;
  vi.stubGlobal('Worker', Silent);
  show('text/plain', 'words');
  await screen.findByRole('button', { name: 'Text' });
  await vi.waitFor(() => expect(asked).toBe(true));
  late.at(-1)?.();
  expect((await screen.findByRole('alert')).textContent).toContain('took longer than 10 s');
  silent = false;
  fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
  expect(await screen.findByText('words')).toBeTruthy();
});

/** A body whose bytes come when they are let go. */
function held(text: string): { load: BodyViewProps['load']; release: () => void } {
  const bytes = new TextEncoder().encode(text);
  let release = (): void => undefined;
  const gate = new Promise<void>((resolve) => (release = resolve));
  return {
    load: async ({ offset = 0, length = 0 }) => {
      await gate;
      return { meta: { offset, total: bytes.length }, bytes: bytes.slice(offset, offset + length) };
    },
    release,
  };
}

test('another body takes the place of the one before when it is there, and nothing flashes empty between', async () => {
  const [first, second, third] = [held('the first'), held('the second'), held('the third')];
  const draw = (source: string, { load }: ReturnType<typeof held>): JSX.Element => (
    <BodyView
      info={{ bytes: 10, kept: 10, mediaType: 'text/plain' }}
      name="x"
      source={source}
      place={`${places}`}
      load={load}
    />
  );
  places++;
  first.release();
  const { rerender } = render(draw('a', first));
  await screen.findByText('the first');
  rerender(draw('b', second));
  expect(screen.getByText('the first')).toBeTruthy();
  expect(screen.queryByText('Loading…')).toBeNull();
  await act(async () => second.release());
  await screen.findByText('the second');
  expect(screen.queryByText('the first')).toBeNull();
  // One that does not come is said to be on its way.
  rerender(draw('c', third));
  await screen.findByText('Loading…');
  expect(screen.queryByText('the second')).toBeNull();
  await act(async () => third.release());
  await screen.findByText('the third');
});
