import { describe, expect, it } from 'vitest';
import type { ClientProgram } from '../../contract/exchange.ts';
import type { ClientPeer } from '../../contract/observer.ts';
import type { Owners, Wanted } from './wanted.ts';
import { Programs } from './programs.ts';

const peer = (port: number, address = '127.0.0.1'): ClientPeer => ({
  address,
  port,
  pending: false,
  program: undefined,
});

/** A system that answers when it is told to. */
function scripted() {
  const asked: { ports: number[]; answer: (found: [number, ClientProgram][]) => void; fail: (error: Error) => void }[] =
    [];
  let tell = (): void => undefined;
  const owners: Owners = (wanted: readonly Wanted[]) =>
    new Promise((resolve, reject) => {
      asked.push({
        ports: wanted.map(({ port }) => port),
        answer: (found) => resolve(new Map(found)),
        fail: reject,
      });
      tell();
    });
  const untilAsked = (times: number): Promise<void> =>
    new Promise((resolve) => {
      tell = () => {
        if (asked.length >= times) resolve();
      };
      tell();
    });
  const known: ClientPeer[] = [];
  const faults: string[] = [];
  const rests: number[] = [];
  let onKnown = (): void => undefined;
  const programs = new Programs(
    owners,
    (one) => {
      known.push(one);
      onKnown();
    },
    (where) => faults.push(where),
    (ms) => {
      rests.push(ms);
      return Promise.resolve();
    },
  );
  const untilKnown = (times: number): Promise<void> =>
    new Promise((resolve) => {
      onKnown = () => {
        if (known.length >= times) resolve();
      };
      onKnown();
    });
  return { programs, asked, untilAsked, known, untilKnown, faults, rests };
}

const CURL: ClientProgram = { name: 'curl', pid: 7 };

describe('programs of clients', () => {
  it('are asked about together, and the rest of them once that is over', async () => {
    const { programs, asked, untilAsked, known, untilKnown, rests } = scripted();
    const [first, second, third] = [peer(1), peer(2), peer(3)];
    programs.look(first, 1488);
    programs.look(second, 1488);
    expect(asked).toEqual([]);
    expect(first.pending).toBe(true);
    await untilAsked(1);
    programs.look(third, 1488);
    expect(asked.map(({ ports }) => ports)).toEqual([[1, 2]]);
    asked[0]!.answer([[1, CURL]]);
    await untilAsked(2);
    expect(known).toEqual([first, second]);
    expect(first).toMatchObject({ pending: false, program: CURL });
    expect(second).toMatchObject({ pending: false, program: undefined });
    expect(rests).toHaveLength(1);
    asked[1]!.answer([]);
    await untilKnown(3);
    expect(asked[1]!.ports).toEqual([3]);
  });

  it('are not asked about for clients from elsewhere, nor where the system does not tell', async () => {
    const { programs, known } = scripted();
    const far = peer(1, '192.0.2.7');
    programs.look(far, 1488);
    expect(far.pending).toBe(false);
    const none = new Programs(
      undefined,
      (one) => known.push(one),
      () => undefined,
    );
    const near = peer(2);
    none.look(near, 1488);
    expect(near.pending).toBe(false);
    await new Promise((resolve) => setImmediate(resolve));
    expect(known).toEqual([]);
  });

  it('are left unknown when too many connect at once', async () => {
    const { programs, asked, untilAsked } = scripted();
    const peers = Array.from({ length: 300 }, (_, n) => peer(n + 1));
    for (const one of peers) programs.look(one, 1488);
    expect(programs.skipped).toBe(300 - 256);
    expect(peers.at(-1)!.pending).toBe(false);
    await untilAsked(1);
    expect(asked[0]!.ports).toHaveLength(256);
  });

  it('do not stay pending when the system fails', async () => {
    const { programs, asked, untilAsked, untilKnown, faults } = scripted();
    const one = peer(1);
    programs.look(one, 1488);
    await untilAsked(1);
    asked[0]!.fail(new Error('no'));
    await untilKnown(1);
    expect(one).toMatchObject({ pending: false, program: undefined });
    expect(faults).toEqual(['looking for the programs of clients']);
  });
});
