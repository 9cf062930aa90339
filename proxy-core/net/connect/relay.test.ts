/** Joined streams end together, whichever of them had ended before. */
import { once } from 'node:events';
import { duplexPair } from 'node:stream';
import { expect, it } from 'vitest';
import { relay, type Direction, type RelayOptions } from './relay.ts';

it('passes on an end that came before the streams were joined', async () => {
  const [client, remoteClient] = duplexPair();
  const [upstream, origin] = duplexPair();
  remoteClient.end();
  client.resume();
  await once(client, 'end');
  const over = new Promise((resolve) =>
    relay(client, upstream, { idleMs: 60_000, onBytes: () => undefined, onOver: resolve, report: () => undefined }),
  );
  origin.resume();
  await once(origin, 'end');
  origin.end('answer');
  const chunks: unknown[] = await once(remoteClient, 'data');
  expect(String(chunks[0])).toBe('answer');
  expect(await over).toEqual({});
});

function joined(options: Partial<RelayOptions>) {
  const [client, remoteClient] = duplexPair();
  const [upstream, origin] = duplexPair();
  const over = new Promise((resolve) =>
    relay(client, upstream, {
      idleMs: 60_000,
      onBytes: () => undefined,
      onOver: resolve,
      report: () => undefined,
      ...options,
    }),
  );
  return { remoteClient, origin, over };
}

it('a tap sees each direction in order, what came early first, with the time', async () => {
  const seen: [Direction, string, number][] = [];
  let atMs = 0;
  const counts: [number, number][] = [];
  const { remoteClient, origin, over } = joined({
    early: Buffer.from('early '),
    now: () => ++atMs,
    tap: (direction, chunk, at) => seen.push([direction, Buffer.from(chunk).toString(), at]),
    onBytes: (up, down) => counts.push([up, down]),
  });
  expect(String(await once(origin, 'data'))).toBe('early ');
  remoteClient.write('question');
  expect(String(await once(origin, 'data'))).toBe('question');
  origin.write('answer');
  expect(String(await once(remoteClient, 'data'))).toBe('answer');
  expect(seen).toEqual([
    ['up', 'early ', 1],
    ['up', 'question', 2],
    ['down', 'answer', 3],
  ]);
  expect(counts).toEqual([
    [6, 0],
    [14, 0],
    [14, 6],
  ]);
  remoteClient.end();
  origin.end();
  await over;
});

it.each(['tap', 'now'])('a %s that throws is told once and not asked again; the bytes flow on', async (what) => {
  const faults: string[] = [];
  const boom = (): never => {
    throw new Error('injected');
  };
  const { remoteClient, origin, over } = joined({
    report: (where) => faults.push(where),
    tap: () => undefined,
    [what]: boom,
  });
  remoteClient.write('one');
  expect(String(await once(origin, 'data'))).toBe('one');
  origin.write('two');
  expect(String(await once(remoteClient, 'data'))).toBe('two');
  expect(faults).toEqual(['relay (tap)']);
  remoteClient.end();
  origin.end();
  expect(await over).toEqual({});
});
