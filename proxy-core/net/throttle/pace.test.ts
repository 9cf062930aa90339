import { describe, expect, it } from 'vitest';
import { Lane, type LineClock, type Sender } from './lane.ts';
import { Link } from './link.ts';
import { bytesPerSecond, passedAt, pieceBytes, roomBytes } from './pace.ts';
import { PacedLine } from './paced-line.ts';

/** A clock that is moved by hand: what waits is called in order of time. */
class HandClock implements LineClock {
  ms = 0;
  /** How late every timer comes, ms. */
  lateMs = 0;
  readonly #timers: { atMs: number; then: () => void }[] = [];
  now = (): number => this.ms;
  random = (): number => 0.5;
  wait = (ms: number, then: () => void): (() => void) => {
    const timer = { atMs: this.ms + ms + this.lateMs, then };
    this.#timers.push(timer);
    return () => void this.#timers.splice(this.#timers.indexOf(timer), this.#timers.includes(timer) ? 1 : 0);
  };
  /** Until nothing waits, or to that time. */
  run(untilMs = Infinity): void {
    for (;;) {
      const next = this.#timers.toSorted((a, b) => a.atMs - b.atMs)[0];
      if (next === undefined || next.atMs > untilMs) break;
      this.#timers.splice(this.#timers.indexOf(next), 1);
      this.ms = Math.max(this.ms, next.atMs);
      next.then();
    }
    if (untilMs !== Infinity) this.ms = untilMs;
  }
}

describe('passedAt', () => {
  it.each([
    ['a line that is free now', 1000, 100, 1000, 1000, false, 1100],
    ['one that is busy still', 1500, 100, 1000, 1000, false, 1600],
    ['one that stood idle gives 20 ms at most', 0, 100, 1000, 1000, false, 1080],
    ['one in use makes up for late timers', 700, 100, 1000, 1000, true, 800],
    ['but for a second at most', 0, 100, 1000, 5000, true, 4100],
  ])('%s', (_, freeAtMs, bytes, rate, nowMs, inUse, through) => {
    expect(passedAt(freeAtMs, bytes, rate, nowMs, inUse)).toBe(through);
  });
});

describe('pieces and room', () => {
  it.each([
    [0, 65_536],
    [bytesPerSecond(50), 1024],
    [bytesPerSecond(1_600), 2000],
    [bytesPerSecond(12_000), 15_000],
    [bytesPerSecond(10_000_000), 65_536],
  ])('a piece at %d B/s is %d', (rate, bytes) => {
    expect(pieceBytes(rate)).toBe(bytes);
  });

  it('a long line holds what is on its way, and no more than 4 MiB', () => {
    expect(roomBytes(0, 500)).toBe(64 * 1024);
    expect(roomBytes(200_000, 500)).toBe(64 * 1024 + 200_000);
    expect(roomBytes(1e9, 60_000)).toBe(4 * 1024 * 1024);
  });
});

function sender(lane: Lane, bytes: number, turns: number, passed: () => void): Sender {
  let left = turns;
  const one: Sender = {
    bytes,
    gone: false,
    passed: () => {
      passed();
      while (--left > 0 && lane.take(one)) passed();
    },
  };
  if (lane.take(one)) one.passed();
  return one;
}

describe('Lane', () => {
  it.each([
    [1000, 0],
    [1000, 7],
    [125_000, 3],
    [10_000_000, 1],
  ])('carries %d B/s with timers that are %d ms late', (rate, lateMs) => {
    const clock = new HandClock();
    clock.lateMs = lateMs;
    const lane = new Lane(clock);
    lane.use(rate);
    const piece = pieceBytes(rate);
    let bytes = 0;
    sender(lane, piece, Math.ceil((rate * 5) / piece), () => (bytes += piece));
    clock.run();
    expect(bytes / (clock.ms / 1000) / rate).toBeGreaterThan(0.97);
    expect(bytes / (clock.ms / 1000) / rate).toBeLessThan(1.03);
  });

  it('two that send have half of it each', () => {
    const clock = new HandClock();
    const lane = new Lane(clock);
    lane.use(10_000);
    const counts = [0, 0];
    for (const n of [0, 1]) sender(lane, 1000, 100, () => counts[n]!++);
    clock.run(5000);
    expect(counts[0]! - counts[1]!).toBeLessThanOrEqual(1);
    expect(counts[0]! + counts[1]!).toBe(50);
  });

  it('who has gone takes no time from the others, and another rate holds at once', () => {
    const clock = new HandClock();
    const lane = new Lane(clock);
    lane.use(1000);
    const passed: string[] = [];
    sender(lane, 1000, 1, () => passed.push('a'));
    sender(lane, 1000, 1, () => passed.push('b')).gone = true;
    sender(lane, 1000, 1, () => passed.push('c'));
    clock.run(1999);
    expect(passed).toEqual(['a']);
    clock.run(2000);
    expect(passed).toEqual(['a', 'c']);
    sender(lane, 1000, 3, () => passed.push('d'));
    lane.use(0);
    expect(passed).toEqual(['a', 'c', 'd', 'd', 'd']);
  });
});

describe('PacedLine', () => {
  const make = (clock: HandClock, link: Link, takes: () => boolean = () => true) => {
    const got: [number, number][] = [];
    let rooms = 0;
    const line = new PacedLine({
      clock,
      lane: link.down,
      delayMs: () => link.latencyMs,
      out: (piece) => (got.push([clock.ms, piece.length]), takes()),
      onRoom: () => rooms++,
    });
    return { line, got, rooms: () => rooms };
  };
  const profile = { name: 'x', latencyMs: 100, downKbps: 80, upKbps: 80, lossPercent: 0 };

  it('delays, keeps the order, and asks to wait when it is full', () => {
    const clock = new HandClock();
    const { line, got, rooms } = make(clock, new Link(clock, profile));
    let doneAtMs = 0;
    line.then(() => got.push([clock.ms, 0]));
    expect(line.push(new Uint8Array(2048))).toBe(true);
    expect(line.push(new Uint8Array(64 * 1024))).toBe(false);
    line.then(() => (doneAtMs = clock.ms));
    clock.run();
    expect(got[0]).toEqual([100, 0]);
    expect(got.reduce((sum, [, bytes]) => sum + bytes, 0)).toBe(66 * 1024);
    expect(rooms()).toBe(1);
    expect(doneAtMs).toBeGreaterThan(6700);
    expect(doneAtMs).toBeLessThan(6960);
    expect(line.isEmpty).toBe(true);
  });

  it('is never empty while its source goes on as soon as there is room, however long the line is', () => {
    const clock = new HandClock();
    const link = new Link(clock, { ...profile, downKbps: 12_000 });
    let bytes = 0;
    const fill = (): void => {
      while (line.push(new Uint8Array(16 * 1024)));
    };
    const line = new PacedLine({
      clock,
      lane: link.down,
      delayMs: () => link.latencyMs,
      out: (piece) => ((bytes += piece.length), true),
      onRoom: fill,
    });
    fill();
    clock.run(5100);
    expect(bytes / 5 / 1_500_000).toBeGreaterThan(0.99);
    expect(bytes / 5 / 1_500_000).toBeLessThan(1.01);
  });

  it('stops while nothing is taken behind it, and forgets all when it is stopped', () => {
    const clock = new HandClock();
    let takes = false;
    const { line, got } = make(clock, new Link(clock, profile), () => takes);
    line.push(new Uint8Array(4096));
    clock.run();
    expect(got).toHaveLength(1);
    takes = true;
    line.drained();
    clock.run();
    expect(got).toHaveLength(4);
    line.push(new Uint8Array(4096));
    line.stop();
    clock.run();
    expect(got).toHaveLength(4);
  });

  it('goes on at once when the line is no longer slow', () => {
    const clock = new HandClock();
    const link = new Link(clock, profile);
    const { line, got } = make(clock, link);
    line.push(new Uint8Array(100 * 1024));
    clock.run(500);
    link.use(undefined);
    clock.run(501);
    expect(got.reduce((sum, [, bytes]) => sum + bytes, 0)).toBe(100 * 1024);
  });

  it('draws how many are lost', () => {
    const clock = new HandClock();
    const lost = (lossPercent: number): boolean => new Link(clock, { ...profile, lossPercent }).loses();
    expect([lost(0), lost(50), lost(51), lost(100)]).toEqual([false, false, true, true]);
  });
});
