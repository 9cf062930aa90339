// @vitest-environment happy-dom
/** A part of the window that cannot be drawn says so in its place; the rest stays. */
import { cleanup, fireEvent, render, screen, waitFor } from '@testing-library/react';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { JSX } from 'react';
import { App } from '../app/App.tsx';
import { BodyView } from '../body/BodyView.tsx';
import { WorkerHere } from '../body/testkit/worker-here.ts';
import type * as layOut from '../body/worker/lay-out.ts';
import { defaultPrefs, usePrefs } from '../state/prefs.ts';
import { Boundary } from './Boundary.tsx';
import { loadParts } from './part.tsx';

// The views over which these tests have power: each throws while its switch is on.
const switches = vi.hoisted(() => ({ memory: false, body: false }));
vi.mock('../statistics/StatisticsView.tsx', () => ({
  StatisticsView: (): JSX.Element => {
    if (switches.memory) throw new Error('the graphs are upside down');
    return <main>graphs</main>;
  },
}));
vi.mock('../body/worker/lay-out.ts', async (original) => {
  const real = await original<typeof layOut>();
  const broken: typeof real.layOutBody = (...given) => {
    if (switches.body && given[1] !== 'text') throw new RangeError('Maximum call stack size exceeded');
    return real.layOutBody(...given);
  };
  return { ...real, layOutBody: broken };
});

// The editor draws nothing in a page without a layout.
vi.mock('../body/code/editor.ts', () => ({ openReader: () => Promise.reject(new Error('no editor here')) }));

beforeEach(async () => {
  await loadParts();
  usePrefs.setState({ ...defaultPrefs(), language: 'en' });
  switches.memory = switches.body = false;
  vi.stubGlobal('Worker', WorkerHere);
  // React reports what a boundary caught; here that is the purpose.
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
  for (const name of ['offsetHeight', 'clientHeight', 'offsetWidth', 'clientWidth'] as const)
    Object.defineProperty(HTMLElement.prototype, name, { configurable: true, get: () => 600 });
});
afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

test('what throws is told plainly, tried again, and its raw record stays within reach', () => {
  let broken = true;
  const Part = (): JSX.Element => {
    if (broken) throw new Error('no such thing');
    return <p>drawn</p>;
  };
  render(
    <>
      <Boundary of="a" raw={() => 'x'.repeat(100_000)}>
        <Part />
      </Boundary>
      <p>beside it</p>
    </>,
  );
  expect(screen.getByRole('alert').textContent).toContain('no such thing');
  expect(screen.getByText('beside it')).toBeTruthy();
  fireEvent.click(screen.getByRole('button', { name: 'Show raw' }));
  expect(screen.getByText(/^x+…$/).textContent).toHaveLength(64 * 1024 + 1);
  fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
  expect(screen.getByRole('alert')).toBeTruthy();
  broken = false;
  fireEvent.click(screen.getByRole('button', { name: 'Try again' }));
  expect(screen.getByText('drawn')).toBeTruthy();
});

test('another subject is drawn anew; a raw record that throws too says so', () => {
  const Part = ({ of }: { of: string }): JSX.Element => {
    if (of === 'bad') throw new Error(`${of} ${'y'.repeat(5000)}`);
    return <p>{of}</p>;
  };
  const draw = (of: string): JSX.Element => (
    <Boundary
      of={of}
      raw={() => {
        throw new Error('nor that');
      }}
    >
      <Part of={of} />
    </Boundary>
  );
  const { rerender } = render(draw('bad'));
  expect(screen.getByRole('alert').textContent.length).toBeLessThan(700);
  fireEvent.click(screen.getByRole('button', { name: 'Show raw' }));
  expect(screen.getByText('Error: nor that')).toBeTruthy();
  rerender(draw('good'));
  expect(screen.getByText('good')).toBeTruthy();
});

test('a view that throws leaves the rail: the others open, and it opens again', async () => {
  switches.memory = true;
  render(<App />);
  fireEvent.click(screen.getByRole('button', { name: 'Statistics' }));
  expect(screen.getByRole('alert').textContent).toContain('the graphs are upside down');
  fireEvent.click(screen.getByRole('button', { name: 'Settings' }));
  expect(await screen.findByRole('main', { name: 'Settings' })).toBeTruthy();
  switches.memory = false;
  fireEvent.click(screen.getByRole('button', { name: 'Statistics' }));
  expect(screen.getByText('graphs')).toBeTruthy();
});

test('a body whose layout throws keeps its other views', async () => {
  switches.body = true;
  const bytes = new TextEncoder().encode('[[[1]]]');
  render(
    <BodyView
      info={{ bytes: bytes.length, kept: bytes.length, mediaType: 'application/json' }}
      name="x"
      source="1"
      place="here"
      load={({ offset = 0 }) =>
        Promise.resolve({
          meta: { offset, total: bytes.length },
          bytes: offset === 0 ? bytes : new Uint8Array(0),
        })
      }
    />,
  );
  expect((await screen.findByRole('alert')).textContent).toContain('Maximum call stack size exceeded');
  fireEvent.click(screen.getByRole('button', { name: 'Show raw' }));
  expect(screen.getByText(/^00000000 5b 5b 5b 31/)).toBeTruthy();
  fireEvent.click(screen.getByRole('button', { name: 'Text' }));
  expect(await screen.findByText('[[[1]]]')).toBeTruthy();
  switches.body = false;
  fireEvent.click(screen.getByRole('button', { name: 'JSON' }));
  await waitFor(() => expect(screen.queryByRole('alert')).toBeNull());
  expect(await screen.findAllByText('[ 1 ]')).toHaveLength(3);
});
