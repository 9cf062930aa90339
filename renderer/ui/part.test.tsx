// @vitest-environment happy-dom
/** Parts that are loaded when they are looked at: their room meanwhile, and what is said when their file cannot be had. */
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react';
import { afterEach, expect, test, vi } from 'vitest';
import type { ComponentType } from 'react';
import { Boundary } from './Boundary.tsx';
import { part } from './part.tsx';

afterEach(() => {
  cleanup();
  vi.restoreAllMocks();
});

test('a part that cannot be had is told once, and asked for again by Try again', async () => {
  vi.spyOn(console, 'error').mockImplementation(() => undefined);
  let asked = 0;
  let lose: (problem: Error) => void = () => undefined;
  const Later = part(async (): Promise<ComponentType<{ name: string }>> => {
    asked += 1;
    if (asked === 1) await new Promise((_resolve, reject) => (lose = reject));
    return ({ name }) => <p>Hello {name}</p>;
  });
  await act(async () =>
    render(
      <Boundary of="later">
        <Later name="there" />
      </Boundary>,
    ),
  );
  expect(screen.getByRole('status').textContent).toBe('Loading…');
  await act(async () => lose(new Error('no such file')));
  expect(screen.getByRole('alert').textContent).toContain('no such file');
  expect(asked).toBe(1);
  await act(async () => fireEvent.click(screen.getByRole('button', { name: 'Try again' })));
  expect(screen.getByText('Hello there')).toBeTruthy();
  expect(asked).toBe(2);
});
