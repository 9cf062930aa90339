/** What the two who listen to a relay throw: both streams end, and it is said. */
import { Duplex } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { methodsOf } from '../../testkit/injector.ts';
import { relay, type RelayOptions } from './relay.ts';

const LISTENERS = methodsOf<RelayOptions>({ onBytes: true, onOver: true, report: true, tap: true, now: true }).filter(
  // A tap and its clock only look on, see relay.test.ts.
  (name) => !['report', 'tap', 'now'].includes(name),
);

describe('a relay', () => {
  it.each(LISTENERS)('whose %s throws ends both streams', async (method) => {
    const open = (): Duplex =>
      new Duplex({ allowHalfOpen: true, read: () => undefined, write: (_chunk, _encoding, done) => done() });
    const client = open();
    const upstream = open();
    const faults: string[] = [];
    const causes: unknown[] = [];
    const boom = (): never => {
      throw new Error('injected');
    };
    relay(client, upstream, {
      idleMs: 60_000,
      onBytes: () => undefined,
      onOver: (cause) => causes.push(cause),
      report: (where) => faults.push(where),
      [method]: boom,
    });
    const closed = Promise.all(
      [client, upstream].map((stream) => new Promise<void>((resolve) => stream.once('close', () => resolve()))),
    );
    client.push('data');
    if (method === 'onOver') client.destroy();
    await closed;
    expect(faults).toEqual([`relay (${method})`]);
    if (method === 'onBytes') expect(causes).toHaveLength(1);
  });
});
