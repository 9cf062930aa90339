/** Joined streams end together, whichever of them had ended before. */
import { once } from 'node:events';
import { duplexPair } from 'node:stream';
import { expect, it } from 'vitest';
import { relay } from './relay.ts';

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
