/** When a client counts as stalled: with a clock that is turned by hand, and a socket that tells what lies in it. */
import { Socket } from 'node:net';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { ReaderWatch, untakenBy } from './reader-watch.ts';

let untaken: number;
let socket: Socket | null;
let stalled: number;
let watch: ReaderWatch;

beforeEach(() => {
  vi.useFakeTimers();
  untaken = 100;
  stalled = 0;
  const fake = new Socket();
  Object.defineProperty(fake, 'writableLength', { get: () => untaken });
  socket = fake;
  watch = new ReaderWatch(
    () => untakenBy(socket),
    60_000,
    () => stalled++,
  );
});
afterEach(() => vi.useRealTimers());

it('a client that takes nothing for the time allowed is told of once', () => {
  watch.wait();
  vi.advanceTimersByTime(59_999);
  expect(stalled).toBe(0);
  vi.advanceTimersByTime(15_001);
  expect(stalled).toBe(1);
  vi.advanceTimersByTime(600_000);
  expect(stalled).toBe(1);
  expect(vi.getTimerCount()).toBe(0);
});

it('a byte in all that time is enough', () => {
  watch.wait();
  for (; untaken > 50; untaken--) vi.advanceTimersByTime(59_000);
  expect(stalled).toBe(0);
  vi.advanceTimersByTime(75_000);
  expect(stalled).toBe(1);
});

it('one that has taken all is waited for no more, and the timer goes', () => {
  watch.wait();
  vi.advanceTimersByTime(30_000);
  watch.taken();
  vi.advanceTimersByTime(600_000);
  expect(stalled).toBe(0);
  expect(vi.getTimerCount()).toBe(0);
});

it('time counts from the last wait', () => {
  watch.wait();
  vi.advanceTimersByTime(45_000);
  watch.taken();
  watch.wait();
  vi.advanceTimersByTime(45_000);
  expect(stalled).toBe(0);
});

it('a reply whose turn has not come waits for another reply, not for the client', () => {
  const connection = socket;
  socket = null;
  watch.wait();
  vi.advanceTimersByTime(600_000);
  expect(stalled).toBe(0);
  socket = connection;
  vi.advanceTimersByTime(90_000);
  expect(stalled).toBe(1);
});
