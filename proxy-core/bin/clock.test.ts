import { expect, it } from 'vitest';
import { Clock, type TimeSources } from './clock.ts';

const HOUR = 3_600_000;
const START = Date.UTC(2026, 0, 1);

/** A machine whose clocks the test moves. */
class Machine implements TimeSources {
  monotonic = 5000;
  wall = START;
  boot = 1_000_000;
  sleptBeforeMs = 0;
  /** Called at each reading of the wall clock. */
  onWall: () => void = () => undefined;
  readonly monotonicMs = (): number => this.monotonic;
  readonly wallMs = (): number => {
    const { wall } = this;
    this.onWall();
    return wall;
  };
  readonly bootMs = (): number => Math.floor(this.boot / 10) * 10;

  run(ms: number): void {
    this.monotonic += ms;
    this.wall += ms;
    this.boot += ms;
  }
  sleep(ms: number): void {
    this.wall += ms;
    this.boot += ms;
  }
  set(ms: number): void {
    this.wall += ms;
  }
}

function setUp(sleptBeforeMs = 0) {
  const machine = new Machine();
  machine.sleptBeforeMs = sleptBeforeMs;
  const clock = new Clock(machine);
  const start = clock.now();
  return {
    machine,
    clock,
    age: () => Math.round(clock.now() - start),
    ofDay: () => Math.round(clock.now() + clock.wallOffsetMs()),
  };
}

it('runs with the monotonic clock, fractions included', () => {
  const { machine, clock, age } = setUp();
  machine.run(1234.5);
  expect(clock.now()).toBe(START + 1234.5);
  machine.run(10 * HOUR);
  expect(age()).toBe(10 * HOUR + 1235);
  expect(clock.wallOffsetMs()).toBe(0);
});

it('counts a sleep of two hours, and the time of day is right after it', () => {
  const { machine, clock, age, ofDay } = setUp();
  machine.run(60_000);
  machine.sleep(2 * HOUR);
  machine.run(1000);
  expect(age()).toBe(2 * HOUR + 61_000);
  expect(ofDay()).toBe(machine.wall);
  expect(clock.wallOffsetMs()).toBe(0);
});

it.each([HOUR, -HOUR])(
  'a clock set by %i ms moves the time of day and no age, on a machine that has slept before',
  (step) => {
    const { machine, age, ofDay } = setUp(8 * HOUR);
    machine.run(60_000);
    machine.set(step);
    expect([age(), ofDay()]).toEqual([60_000, machine.wall]);
    machine.run(1000);
    expect([age(), ofDay()]).toEqual([61_000, machine.wall]);
    machine.set(-step);
    expect([age(), ofDay()]).toEqual([61_000, machine.wall]);
  },
);

it('a clock set back moves no age on any machine', () => {
  const { machine, age, ofDay } = setUp();
  machine.run(60_000);
  machine.set(-HOUR);
  machine.run(1000);
  expect([age(), ofDay()]).toEqual([61_000, machine.wall]);
});

it('a machine that was held by its host, whose sleep nothing counts: its clock set forward is time that passed', () => {
  const { machine, clock, age, ofDay } = setUp();
  machine.run(60_000);
  machine.set(2 * HOUR);
  expect([age(), ofDay(), clock.wallOffsetMs()]).toEqual([60_000 + 2 * HOUR, machine.wall, 0]);
});

it('once a sleep was counted, a step forward after it is known for one', () => {
  const { machine, age, ofDay } = setUp();
  machine.sleep(HOUR);
  expect(age()).toBe(HOUR);
  machine.set(HOUR);
  expect([age(), ofDay()]).toEqual([HOUR, machine.wall]);
});

it('a sleep during which the clock was set, either way', () => {
  const forward = setUp();
  forward.machine.sleep(2 * HOUR);
  forward.machine.set(HOUR);
  expect([forward.age(), forward.ofDay()]).toEqual([2 * HOUR, forward.machine.wall]);
  const back = setUp();
  back.machine.sleep(2 * HOUR);
  back.machine.set(-HOUR);
  expect([back.age(), back.ofDay()]).toEqual([2 * HOUR, back.machine.wall]);
});

it('many short sleeps add up, and a slow drift is followed', () => {
  const { machine, age, ofDay } = setUp();
  for (let i = 0; i < 100; i++) {
    machine.run(1000);
    machine.sleep(900);
    age();
  }
  expect(Math.abs(age() - 190_000)).toBeLessThanOrEqual(2000);
  for (let i = 0; i < 100; i++) {
    machine.run(1000);
    machine.set(-50);
    age();
  }
  expect(Math.abs(ofDay() - machine.wall)).toBeLessThanOrEqual(2000);
});

it('never runs back, whatever the clocks do', () => {
  const { machine, clock } = setUp();
  let seed = 7;
  const random = (): number => (seed = (seed * 16_807) % 2_147_483_647) / 2_147_483_647;
  let last = clock.now();
  for (let i = 0; i < 5000; i++) {
    const by = random() * HOUR;
    const what = Math.floor(random() * 6);
    if (what === 0) machine.sleep(by);
    else if (what === 1) machine.set(by);
    else if (what === 2) machine.set(-by);
    else if (what === 3) machine.monotonic -= by;
    else machine.run(by / 1000);
    const now = clock.now();
    expect(now).toBeGreaterThanOrEqual(last);
    last = now;
  }
});

it('a monotonic clock that runs back (an emulated one) costs nothing but that reading', () => {
  const { machine, age, ofDay } = setUp();
  machine.run(60_000);
  age();
  machine.monotonic -= HOUR;
  machine.set(-HOUR);
  age();
  machine.run(1000);
  expect([age(), ofDay()]).toEqual([61_000, machine.wall]);
});

it('a process held between two readings takes them again', () => {
  const { machine, age, ofDay } = setUp();
  machine.run(1000);
  machine.set(-HOUR);
  let held = 0;
  machine.onWall = () => {
    if (held++ < 3) machine.run(30_000);
  };
  age();
  machine.onWall = () => undefined;
  expect([age(), ofDay()]).toEqual([1000 + 3 * 30_000, machine.wall]);
});

it('follows this machine', () => {
  const clock = new Clock();
  expect(Math.abs(clock.now() + clock.wallOffsetMs() - Date.now())).toBeLessThan(2000);
});
