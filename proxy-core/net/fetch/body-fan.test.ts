/** One body for readers of any pace, without a fetch or a socket: what each is told, and when the source is paused. */
import { describe, expect, it } from 'vitest';
import { nameFailure } from '../origin/proxy-errors.ts';
import { BodyFan, HeldBytes, type BodyReader } from './body-fan.ts';

const FAILURE = nameFailure(Object.assign(new Error('reset'), { code: 'ECONNRESET' }), 'GET /', false);

/** A fan and readers by name; everything that happens is one list. */
function open(keeping: boolean, limit = 1000) {
  const told: string[] = [];
  const held = new HeldBytes(limit);
  const source = { pause: () => void told.push('pause'), resume: () => void told.push('resume') };
  const fan = new BodyFan(source, held, keeping);
  const full = new Set<string>();
  const throwing = new Set<string>();
  const readers = new Map<string, BodyReader>();
  const reader = (name: string): BodyReader => {
    const known = readers.get(name);
    if (known) return known;
    const check = (): void => {
      if (throwing.has(name)) throw new Error(name);
    };
    const made: BodyReader = {
      data: (chunk) => {
        check();
        told.push(`${name} ${Buffer.from(chunk).toString()}`);
        return !full.has(name);
      },
      end: (trailers) => {
        check();
        told.push(`${name} end${trailers.length > 0 ? ` ${trailers.join(' ')}` : ''}`);
      },
      broken: (failure) => {
        check();
        told.push(`${name} ${failure.code}`);
      },
      crash: () => void told.push(`${name} crash`),
    };
    readers.set(name, made);
    return made;
  };
  return {
    fan,
    held,
    full,
    throwing,
    push: (text: string) => fan.push(Buffer.from(text)),
    attach: (name: string) => fan.attach(reader(name)),
    detach: (name: string) => fan.detach(reader(name)),
    drained: (name: string) => {
      full.delete(name);
      fan.drained(reader(name));
    },
    /** What happened since the last look. */
    told: () => told.splice(0),
  };
}

describe('a body that is kept', () => {
  it('is given to each reader from its first byte, whenever it comes', () => {
    const { fan, push, attach, told } = open(true);
    attach('a');
    push('one');
    attach('b');
    push('two');
    expect(told()).toEqual(['a one', 'b one', 'a two', 'b two']);
    attach('c');
    fan.finish(['X-Sum', '1']);
    expect(told()).toEqual(['c one', 'c two', 'a end X-Sum 1', 'b end X-Sum 1', 'c end X-Sum 1']);
  });

  it('is whole for the store, and held only until it is let go', () => {
    const { fan, push, held } = open(true);
    push('one');
    push('two');
    expect(Buffer.concat(fan.chunks).toString()).toBe('onetwo');
    expect(held.held).toBe(6);
    fan.stopKeeping();
    fan.finish([]);
    expect(held.held).toBe(0);
  });

  it('does not wait for a slow reader while there is room', () => {
    const { push, attach, drained, full, told } = open(true, 10);
    attach('a');
    attach('b');
    full.add('a').add('b');
    push('one');
    push('two');
    expect(told()).toEqual(['a one', 'b one']);
    push('three');
    expect(told(), 'more than 10 bytes are held and nobody takes any').toEqual(['pause']);
    drained('b');
    expect(told(), 'one of them reads on').toEqual(['b two', 'b three', 'resume']);
  });

  it('with nobody reading goes on for the sake of the store', () => {
    const { push, attach, detach, full, told } = open(true, 4);
    attach('a');
    full.add('a');
    push('one');
    push('two');
    expect(told()).toEqual(['a one', 'pause']);
    detach('a');
    expect(told()).toEqual(['resume']);
  });

  it('that is given up for storing is kept for its slowest reader only', () => {
    const { fan, push, attach, drained, full, held, told } = open(true);
    attach('a');
    attach('b');
    full.add('b');
    push('one');
    push('two');
    fan.stopKeeping();
    expect(held.held, 'b has not had "two"').toBe(3);
    drained('b');
    expect(told()).toEqual(['a one', 'b one', 'a two', 'b two']);
    expect(held.held).toBe(0);
  });
});

describe('a body that is passed on', () => {
  it('is not held', () => {
    const { push, attach, held } = open(false);
    attach('a');
    push('one');
    expect(held.held).toBe(0);
  });

  it('waits for its only reader', () => {
    const { push, attach, drained, full, told } = open(false);
    attach('a');
    full.add('a');
    push('one');
    expect(told()).toEqual(['a one', 'pause']);
    drained('a');
    push('two');
    expect(told()).toEqual(['resume', 'a two']);
  });

  it('lets the fast one run ahead of the slow one, by 4 MiB at most', () => {
    const { push, attach, full, held, told } = open(false, 1e9);
    attach('a');
    attach('b');
    full.add('b');
    const mib = 'x'.repeat(1024 * 1024);
    for (let i = 0; i < 5; i++) push(mib);
    expect(told()).not.toContain('pause');
    push('more');
    expect(told()).toContain('pause');
    expect(held.held).toBe(4 * 1024 * 1024 + 4);
  });

  it('that has ended does not pause its source, and ends the slow one when it has all', () => {
    const { fan, push, attach, drained, full, held, told } = open(false);
    attach('a');
    attach('b');
    full.add('b');
    push('one');
    push('two');
    fan.finish([]);
    expect(told()).toEqual(['a one', 'b one', 'a two', 'a end']);
    drained('b');
    expect(told()).toEqual(['b two', 'b end']);
    expect(held.held).toBe(0);
  });
});

describe('a body that breaks', () => {
  it('breaks all readers at once, whatever they have not had', () => {
    const { fan, push, attach, full, held, told } = open(false);
    attach('a');
    attach('b');
    full.add('b');
    push('one');
    push('two');
    fan.fail(FAILURE);
    expect(told()).toEqual(['a one', 'b one', 'a two', 'a connection_terminated', 'b connection_terminated']);
    expect(held.held).toBe(0);
  });
});

describe('a reader that throws', () => {
  it.each(['data', 'end', 'broken'] as const)('at %s is told so, and the others read on', (at) => {
    const { fan, push, attach, throwing, told } = open(false);
    attach('a');
    attach('b');
    if (at === 'data') throwing.add('a');
    push('one');
    throwing.add('a');
    if (at === 'broken') fan.fail(FAILURE);
    else fan.finish([]);
    const all = told();
    expect(all.filter((line) => line === 'a crash')).toHaveLength(1);
    expect(all).toContain('b one');
    expect(all.at(-1)).toBe(at === 'broken' ? 'b connection_terminated' : 'b end');
    expect(fan.readerCount).toBe(0);
  });

  it('leaves nothing held', () => {
    const { fan, push, attach, throwing, held } = open(false);
    attach('a');
    throwing.add('a');
    push('one');
    fan.finish([]);
    expect(held.held).toBe(0);
  });
});
