import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { CORE_STOP_MS } from '../proxy-core/contract/lifetimes.ts';
import type { FromCore, ToCore } from './core-protocol.ts';
import { CoreSupervisor, HEALTHY_AFTER_MS, STOP_DEADLINE_MS, type CoreChildEvents } from './core-supervisor.ts';
import type { CoreProcessStatus } from './desktop-api.ts';

/** A core process that does what the test says; ports are plain names. */
class ScriptedCore {
  readonly received: (ToCore['type'] | `connect ${string}`)[] = [];
  killed = 0;
  readonly args: readonly string[];
  readonly #events: CoreChildEvents;
  constructor(args: readonly string[], events: CoreChildEvents) {
    this.args = args;
    this.#events = events;
  }
  send(message: ToCore, ports: string[] = []): void {
    this.received.push(message.type === 'connect' ? `connect ${ports.join()}` : message.type);
  }
  kill(): void {
    this.killed += 1;
    this.end(9);
  }
  say(message: FromCore): void {
    this.#events.message(message);
  }
  end(code: number): void {
    this.#events.end({ code });
  }
}

function setUp(args: string[] = []) {
  const cores: ScriptedCore[] = [];
  const states: CoreProcessStatus[] = [];
  const supervisor = new CoreSupervisor<string>({
    fork: (childArgs, events) => {
      const core = new ScriptedCore(childArgs, events);
      cores.push(core);
      return core;
    },
    dataDir: '/data',
    restore: [],
    notices: [],
    args,
    env: {},
    onStatus: (status) => states.push(status),
  });
  const newest = (): ScriptedCore => cores.at(-1)!;
  return { cores, states, supervisor, newest };
}
const READY: FromCore = { type: 'ready', host: '127.0.0.1', port: 4000 };

beforeEach(() => void vi.useFakeTimers());
afterEach(() => {
  expect(vi.getTimerCount()).toBeLessThanOrEqual(1);
  vi.useRealTimers();
});

test('a core that comes up: start, ready, and the pages that asked get their ports, once each', () => {
  const { supervisor, states, newest } = setUp();
  supervisor.start();
  supervisor.connect(1, () => 'first try of page 1');
  supervisor.connect(1, () => 'page 1');
  supervisor.connect(2, () => null);
  supervisor.connect(3, () => 'page 3');
  supervisor.forget(3);
  expect(newest().received).toEqual(['start']);
  newest().say(READY);
  supervisor.connect(4, () => 'page 4');
  newest().say(READY);
  expect(newest().received).toEqual(['start', 'connect page 1', 'connect page 4']);
  expect(states).toEqual([{ state: 'starting' }, { state: 'running' }, { state: 'running' }]);
});

test('a core that dies is started again at once, on the port it had, with the reason in words', () => {
  const { supervisor, states, cores, newest } = setUp(['--port', '0']);
  supervisor.start();
  supervisor.connect(1, () => 'page');
  newest().say(READY);
  newest().end(9);
  vi.advanceTimersByTime(0);
  expect(cores).toHaveLength(2);
  expect(newest().args).toEqual(['--port', '4000']);
  newest().say(READY);
  expect(newest().received).toEqual(['start', 'connect page']);
  const detail = 'The proxy core was killed, by someone or by the system for want of memory';
  expect(states).toEqual([
    { state: 'starting' },
    { state: 'running' },
    { state: 'crashed', detail, attempt: 1 },
    { state: 'restarting', detail, attempt: 1 },
    { state: 'running' },
  ]);
});

test('a core that keeps dying is started ever more slowly; one that lived long starts the count anew', () => {
  const { supervisor, cores, newest } = setUp();
  supervisor.start();
  newest().end(1);
  vi.advanceTimersByTime(0);
  newest().end(1);
  vi.advanceTimersByTime(499);
  expect(cores).toHaveLength(2);
  vi.advanceTimersByTime(1);
  expect(cores).toHaveLength(3);
  newest().say(READY);
  vi.advanceTimersByTime(HEALTHY_AFTER_MS);
  newest().end(1);
  vi.advanceTimersByTime(0);
  expect(cores).toHaveLength(4);
});

test('a core whose port is taken is shown so, takes pages, and may recover by itself', () => {
  const { supervisor, states, newest } = setUp();
  supervisor.start();
  supervisor.connect(1, () => 'page');
  newest().say({ type: 'failed', code: 'port-in-use', message: 'port 1488 is taken', usable: true });
  expect(newest().received).toEqual(['start', 'connect page']);
  expect(states.at(-1)).toEqual({ state: 'running', detail: 'port 1488 is taken' });
  newest().say(READY);
  expect(states.at(-1)).toEqual({ state: 'running' });
});

test('a core that says why and ends keeps its words as the reason and is not retried at once', () => {
  const { supervisor, states, cores, newest } = setUp();
  supervisor.start();
  newest().say({ type: 'failed', code: 'error', message: 'port takes a whole number', usable: false });
  expect(states.at(-1)).toEqual({ state: 'stopped', detail: 'port takes a whole number' });
  newest().end(2);
  vi.advanceTimersByTime(499);
  expect(cores).toHaveLength(1);
  expect(states.at(-1)).toEqual({ state: 'crashed', detail: 'port takes a whole number', attempt: 1 });
});

test('a restart by hand stops gracefully and starts anew; a second one meanwhile changes nothing', async () => {
  const { supervisor, states, cores, newest } = setUp();
  supervisor.start();
  newest().say(READY);
  const both = Promise.all([supervisor.restart(), supervisor.restart()]);
  expect(newest().received).toEqual(['start', 'stop']);
  newest().end(0);
  await both;
  expect(cores).toHaveLength(2);
  expect(states.map((status) => status.state)).toEqual(['starting', 'running', 'restarting']);
});

test('a restart by hand does not wait for the backoff', async () => {
  const { supervisor, cores, newest } = setUp();
  supervisor.start();
  newest().end(1);
  vi.advanceTimersByTime(0);
  newest().end(1);
  await supervisor.restart();
  expect(cores).toHaveLength(3);
});

test('stopping for good waits for the process, and kills it at the deadline', async () => {
  const { supervisor, states, cores, newest } = setUp();
  supervisor.start();
  newest().say(READY);
  const stopped = supervisor.stop();
  newest().say({ type: 'stopped' });
  expect(newest().killed).toBe(0);
  vi.advanceTimersByTime(STOP_DEADLINE_MS);
  await stopped;
  expect(newest().killed).toBe(1);
  expect(cores).toHaveLength(1);
  expect(states.at(-1)).toEqual({ state: 'stopped' });
  await expect(supervisor.restart()).rejects.toThrow('the app is closing');
});

test('a core that takes all the time it allows itself is not killed', async () => {
  const { supervisor, newest } = setUp();
  supervisor.start();
  newest().say(READY);
  const stopped = supervisor.stop();
  vi.advanceTimersByTime(CORE_STOP_MS);
  expect(newest().killed).toBe(0);
  newest().end(0);
  await stopped;
});

test('a core that got its port after all is no longer said to have had none', () => {
  const { supervisor, states, newest } = setUp();
  supervisor.start();
  newest().say({ type: 'failed', code: 'port-in-use', message: 'port 1488 is taken', usable: true });
  newest().say(READY);
  newest().end(1);
  expect(states.at(-1)).toEqual({ state: 'crashed', detail: 'The proxy core ended with exit code 1', attempt: 1 });
});

test('quitting during a restart by hand leaves no core behind', async () => {
  const { supervisor, cores, newest } = setUp();
  supervisor.start();
  newest().say(READY);
  const restarted = supervisor.restart();
  const stopped = supervisor.stop();
  newest().end(0);
  await Promise.all([restarted, stopped]);
  expect(cores).toHaveLength(1);
});

test('stopping between two restarts starts no further core', async () => {
  const { supervisor, cores, newest } = setUp();
  supervisor.start();
  newest().end(1);
  await supervisor.stop();
  vi.runAllTimers();
  expect(cores).toHaveLength(1);
});
