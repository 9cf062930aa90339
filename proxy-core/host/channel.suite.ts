/** What every channel must do; run against memory, message port and WebSocket. */
import { afterEach, expect, it } from 'vitest';
import type { CommandHandlers } from '../contract/commands.ts';
import { CommandError } from '../contract/errors.ts';
import { CONTRACT_VERSION, parseServerFrame, type Channel, type ServerFrame } from '../contract/frames.ts';
import type { StreamSources } from '../contract/streams.ts';
import { serve } from './serve.ts';

export interface ChannelPair {
  server: Channel;
  client: Channel;
  dispose(): void | Promise<void>;
}

/** Reads frames one after the other. */
class Reader {
  readonly #frames: ServerFrame[] = [];
  #wake: (() => void) | undefined;

  constructor(channel: Channel) {
    channel.onFrame((raw) => {
      const frame = parseServerFrame(raw);
      if (frame === null) throw new Error(`unreadable frame ${JSON.stringify(raw)}`);
      this.#frames.push(frame);
      this.#wake?.();
    });
  }

  async next(): Promise<ServerFrame> {
    while (this.#frames.length === 0) await new Promise<void>((resolve) => (this.#wake = resolve));
    return this.#frames.shift()!;
  }
}

const bytes = Uint8Array.from({ length: 70_000 }, (_, i) => i % 251);

/** Handlers that answer just what the suite asks. */
function fakeCore(state: { stops: number; acknowledged: number[] }) {
  const handlers = {
    'capture.pause': ({ paused }: { paused: boolean }) => ({ paused }),
    'entry.body': () => ({ meta: { offset: 0, total: bytes.length }, bytes }),
    'exchange.get': ({ id }: { id: number }) => {
      throw new CommandError('not-found', `no exchange ${id}`, 'look elsewhere');
    },
  } as unknown as CommandHandlers;
  const streams = {
    traffic: ({ since }: { since: number }, push: (item: unknown) => void) => {
      push({ firstSeq: since + 1, lastSeq: since + 1, rows: [], oldestId: 1 });
      return { stop: () => state.stops++, acknowledge: (mark: number) => state.acknowledged.push(mark) };
    },
  } as unknown as StreamSources;
  return { name: 'core', version: '1', handlers, streams };
}

/** Runs the suite; call inside a describe. */
export function channelSuite(open: () => Promise<ChannelPair>): void {
  let pair: ChannelPair;
  let state: { stops: number; acknowledged: number[] };
  let reader: Reader;

  async function begin(hello = true): Promise<Channel> {
    pair = await open();
    state = { stops: 0, acknowledged: [] };
    reader = new Reader(pair.client);
    serve(fakeCore(state), pair.server);
    expect(await reader.next()).toEqual({ t: 'hello', contractVersion: CONTRACT_VERSION, name: 'core', version: '1' });
    if (hello) pair.client.send({ t: 'hello', contractVersion: CONTRACT_VERSION });
    return pair.client;
  }
  afterEach(() => pair.dispose());

  it('answers a call', async () => {
    (await begin()).send({ t: 'call', id: 7, name: 'capture.pause', params: { paused: true } });
    expect(await reader.next()).toEqual({ t: 'ok', id: 7, result: { paused: true } });
  });

  it('answers bytes beside their JSON', async () => {
    (await begin()).send({ t: 'call', id: 1, name: 'entry.body', params: { id: 3 } });
    const frame = await reader.next();
    expect(frame).toMatchObject({ t: 'bytes', id: 1, meta: { offset: 0, total: bytes.length } });
    expect(frame.t === 'bytes' && Buffer.from(frame.bytes).equals(bytes)).toBe(true);
  });

  it.each([
    ['no.such', {}, 'unknown-command', /there is no command/],
    ['exchange.get', { id: 4 }, 'not-found', /no exchange 4/],
    ['exchange.get', { id: 'x' }, 'bad-params', /id takes a whole number/],
    ['entry.evict', { ids: ['a'] }, 'bad-params', /ids takes a list of numbers/],
  ])('fails %s(%j) with %s', async (name, params, code, message) => {
    (await begin()).send({ t: 'call', id: 2, name, params });
    const frame = await reader.next();
    expect(frame).toMatchObject({ t: 'fail', id: 2, error: { code } });
    expect(frame.t === 'fail' && frame.error.message).toMatch(message);
  });

  it('feeds a subscription, passes acknowledgements, stops it', async () => {
    const client = await begin();
    client.send({ t: 'subscribe', id: 5, stream: 'traffic', params: { since: 41 } });
    expect(await reader.next()).toMatchObject({ t: 'item', id: 5, item: { firstSeq: 42 } });
    client.send({ t: 'ack', id: 5, mark: 42 });
    client.send({ t: 'unsubscribe', id: 5 });
    client.send({ t: 'call', id: 6, name: 'capture.pause', params: { paused: false } });
    await reader.next();
    expect(state).toEqual({ stops: 1, acknowledged: [42] });
  });

  it('ends a subscription to an unknown stream with an error', async () => {
    (await begin()).send({ t: 'subscribe', id: 9, stream: 'weather', params: {} });
    expect(await reader.next()).toMatchObject({ t: 'end', id: 9, error: { code: 'unknown-stream' } });
  });

  it('closes on a first frame that is no hello', async () => {
    const client = await begin(false);
    const closed = new Promise<void>((resolve) => client.onClose(resolve));
    client.send({ t: 'call', id: 1, name: 'capture.pause', params: {} });
    await closed;
  });

  it('stops subscriptions when the page goes', async () => {
    const client = await begin();
    client.send({ t: 'subscribe', id: 5, stream: 'traffic', params: { since: 0 } });
    await reader.next();
    const closed = new Promise<void>((resolve) => pair.server.onClose(resolve));
    client.close();
    await closed;
    expect(state.stops).toBe(1);
  });
}
