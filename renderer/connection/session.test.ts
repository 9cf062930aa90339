import { expect, test, vi } from 'vitest';
import {
  CONTRACT_VERSION,
  parseClientFrame,
  type Channel,
  type ClientFrame,
} from '../../proxy-core/contract/frames.ts';
import { makeInfo, makeSample } from '../demo/builders.ts';
import { makeMemoryChannels } from './memory-channel.ts';
import { openSession } from './session.ts';

function setUp() {
  const [client, server] = makeMemoryChannels();
  const received: ClientFrame[] = [];
  server.onFrame((raw) => {
    const frame = parseClientFrame(raw);
    if (frame !== null) received.push(frame);
  });
  const events = { onHello: vi.fn(), onWrongVersion: vi.fn(), onClose: vi.fn() };
  const session = openSession(client, events);
  return { session, server, received, events };
}
const settled = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 0));
const hello = (server: Channel, contractVersion = CONTRACT_VERSION): void =>
  server.send({ t: 'hello', contractVersion, name: 'core', version: '1.0' });

test('says hello first and is told the core’s', async () => {
  const { server, received, events } = setUp();
  hello(server);
  await settled();
  expect(received[0]).toEqual({ t: 'hello', contractVersion: CONTRACT_VERSION });
  expect(events.onHello).toHaveBeenCalledWith({ name: 'core', version: '1.0' });
});

test('another contract version ends the session in words', async () => {
  const { session, server, events } = setUp();
  hello(server, 99);
  await settled();
  expect(events.onWrongVersion).toHaveBeenCalledWith(99);
  await expect(session.call('core.info', {})).rejects.toMatchObject({ code: 'unavailable' });
});

test('answers find their call, in any order, bytes too', async () => {
  const { session, server, received } = setUp();
  const info = session.call('core.info', {});
  const body = session.call('exchange.body', { id: 4, side: 'response' });
  await settled();
  const [, first, second] = received as { id: number }[];
  server.send({ t: 'bytes', id: second!.id, meta: { offset: 0, total: 3 }, bytes: new Uint8Array([1, 2, 3]) });
  server.send({ t: 'ok', id: first!.id, result: makeInfo({ version: '7' }) });
  expect((await info).version).toBe('7');
  expect(await body).toEqual({ meta: { offset: 0, total: 3 }, bytes: new Uint8Array([1, 2, 3]) });
});

test('a refusal carries code and hint; an unreadable answer is no answer', async () => {
  const { session, server, received } = setUp();
  const refused = session.call('entry.get', { id: 9 });
  const garbled = session.call('core.info', {});
  await settled();
  const [, first, second] = received as { id: number }[];
  server.send({ t: 'fail', id: first!.id, error: { code: 'not-found', message: 'there is none', hint: 'look again' } });
  server.send({ t: 'ok', id: second!.id, result: { name: 5 } });
  await expect(refused).rejects.toMatchObject({ code: 'not-found', message: 'there is none', hint: 'look again' });
  await expect(garbled).rejects.toMatchObject({ code: 'internal' });
});

test('items reach their subscriber until it stops; marks go back', async () => {
  const { session, server, received } = setUp();
  const items: number[] = [];
  const feed = session.subscribe('stats', {}, (sample) => items.push(sample.uptimeSeconds));
  await settled();
  const { id } = received[1] as { id: number };
  server.send({ t: 'item', id, item: makeSample({ uptimeSeconds: 3 }) });
  server.send({ t: 'item', id, item: { not: 'a sample' } });
  await settled();
  feed.acknowledge(12);
  feed.stop();
  server.send({ t: 'item', id, item: makeSample({ uptimeSeconds: 4 }) });
  await settled();
  expect(items).toEqual([3]);
  expect(received.slice(2)).toEqual([
    { t: 'ack', id, mark: 12 },
    { t: 'unsubscribe', id },
  ]);
});

test('a lost channel fails what waits and says so once', async () => {
  const { session, server, events } = setUp();
  const waiting = session.call('core.info', {});
  server.close();
  await expect(waiting).rejects.toMatchObject({ code: 'unavailable' });
  session.close();
  expect(events.onClose).toHaveBeenCalledTimes(1);
});
