/** Whatever of a channel, a subscription or a handler throws: that channel ends, the others and the core go on. */
import { describe, expect, it } from 'vitest';
import { CONTRACT_VERSION, type Channel, type ServerFrame } from '../contract/frames.ts';
import type { StreamSubscription } from '../contract/streams.ts';
import { startCore } from '../testkit/running-core.ts';
import { ask } from '../testkit/clients.ts';
import { openOrigin } from '../testkit/origin.ts';
import { serve, type ServedCore } from './serve.ts';

const CHANNEL = { send: 0, onFrame: 0, onClose: 0, pendingBytes: 0, close: 0 } satisfies Record<keyof Channel, 0>;
const SUBSCRIPTION = { stop: 0, acknowledge: 0 } satisfies Record<keyof StreamSubscription, 0>;
const boom = (): never => {
  throw new Error('injected');
};

/** A channel in the test's hand, one method of which throws once it is told to. */
function openChannel(broken: keyof Channel | undefined) {
  const sent: ServerFrame[] = [];
  let onFrame: (frame: unknown) => void = () => undefined;
  let onClose: () => void = () => undefined;
  const state = { armed: false, closed: false };
  const fails = (method: keyof Channel): void => {
    if (state.armed && broken === method) boom();
  };
  const channel: Channel = {
    send: (frame) => {
      fails('send');
      sent.push(frame as ServerFrame);
    },
    onFrame: (listener) => {
      fails('onFrame');
      onFrame = listener;
    },
    onClose: (listener) => {
      fails('onClose');
      onClose = listener;
    },
    pendingBytes: () => {
      fails('pendingBytes');
      return 0;
    },
    close: () => {
      fails('close');
      state.closed = true;
      onClose();
    },
  };
  return { channel, sent, state, receive: (frame: unknown) => onFrame(frame), hangUp: () => onClose() };
}

const served = (running: Awaited<ReturnType<typeof startCore>>): ServedCore => ({
  name: 'x',
  version: '1',
  handlers: running.core.handlers,
  streams: running.core.streams,
});

describe('a channel', () => {
  it.each(Object.keys(CHANNEL) as (keyof Channel)[])('whose %s throws', async (method) => {
    const running = await startCore();
    const origin = await openOrigin((_request, response) => response.end('ok'));
    const healthy = openChannel(undefined);
    serve(served(running), healthy.channel);
    healthy.receive({ t: 'hello', contractVersion: CONTRACT_VERSION });
    healthy.receive({ t: 'subscribe', id: 1, stream: 'traffic', params: { since: 0 } });
    const faulty = openChannel(method);
    if (method === 'onFrame' || method === 'onClose') faulty.state.armed = true;
    serve(served(running), faulty.channel);
    faulty.receive({ t: 'hello', contractVersion: CONTRACT_VERSION });
    for (const [id, stream] of ['traffic', 'stats', 'settings', 'core', 'kafka'].entries())
      faulty.receive({ t: 'subscribe', id: id + 1, stream, params: stream === 'traffic' ? { since: 0 } : {} });
    faulty.state.armed = true;
    faulty.receive({ t: 'call', id: 9, name: 'core.info', params: {} });
    faulty.receive('no frame');
    expect((await ask(running.port, `${origin.url}/a`)).status).toBe(200);
    running.settings.update({ captureRows: 1000 });
    await running.finished(1);
    faulty.hangUp();
    expect((await ask(running.port, `${origin.url}/b`)).status).toBe(200);
    await running.finished(2);
    // The healthy one was told of both.
    const rows = (): string[] =>
      healthy.sent.flatMap((frame) =>
        frame.t === 'item' && frame.id === 1
          ? (frame.item as { rows: { path: string }[] }).rows.map((row) => row.path)
          : [],
      );
    while (!rows().includes('/b')) await new Promise((resolve) => setImmediate(resolve));
    expect(rows()).toContain('/a');
    await running.stop();
    await origin.close();
  });
});

describe('a subscription', () => {
  it.each(Object.keys(SUBSCRIPTION) as (keyof StreamSubscription)[])('whose %s throws', async (method) => {
    const running = await startCore();
    const core = served(running);
    const faulty: StreamSubscription = { stop: () => undefined, acknowledge: () => undefined, [method]: boom };
    const pair = openChannel(undefined);
    serve({ ...core, streams: { ...core.streams, traffic: () => faulty } }, pair.channel);
    pair.receive({ t: 'hello', contractVersion: CONTRACT_VERSION });
    pair.receive({ t: 'subscribe', id: 1, stream: 'traffic', params: { since: 0 } });
    pair.receive({ t: 'ack', id: 1, mark: 1 });
    pair.receive({ t: 'unsubscribe', id: 1 });
    pair.receive({ t: 'subscribe', id: 2, stream: 'traffic', params: { since: 0 } });
    pair.hangUp();
    expect(await core.handlers['core.info']({})).toMatchObject({ name: 'BSDM-Proxy' });
    await running.stop();
  });
});

it('a stream or a command that throws is answered on its own', async () => {
  const running = await startCore();
  const core = served(running);
  const pair = openChannel(undefined);
  serve(
    { ...core, streams: { ...core.streams, stats: boom }, handlers: { ...core.handlers, 'core.info': boom } },
    pair.channel,
  );
  pair.receive({ t: 'hello', contractVersion: CONTRACT_VERSION });
  pair.receive({ t: 'subscribe', id: 1, stream: 'stats', params: {} });
  pair.receive({ t: 'call', id: 2, name: 'core.info', params: {} });
  pair.receive({ t: 'call', id: 3, name: 'stats.get', params: {} });
  while (!pair.sent.some((frame) => frame.t === 'ok')) await new Promise((resolve) => setImmediate(resolve));
  expect(pair.sent).toContainEqual({ t: 'end', id: 1, error: { code: 'internal', message: 'injected' } });
  expect(pair.sent).toContainEqual({ t: 'fail', id: 2, error: { code: 'internal', message: 'injected' } });
  expect(pair.state.closed).toBe(false);
  await running.stop();
});

it('a listener of finished exchanges that throws does not keep the others from being told', async () => {
  const running = await startCore();
  const origin = await openOrigin((_request, response) => response.end('ok'));
  running.core.onFinished(boom);
  const told: string[] = [];
  running.core.onFinished(({ record }) => told.push(record.start.path));
  expect((await ask(running.port, `${origin.url}/a`)).status).toBe(200);
  await running.finished(1);
  expect(told).toEqual(['/a']);
  expect(running.core.stats().faults).toBe(1);
  await running.stop();
  await origin.close();
});
