import { describe, expect, it, vi } from 'vitest';
import type { ClientPeer } from '../contract/observer.ts';
import type { TrafficBatch } from '../contract/streams.ts';
import type { FinishedExchange } from './recorder.ts';
import { LiveSession } from './live-session.ts';
import { BodyRing, readCaptured } from './body-ring.ts';

const start = (n: number) => ({
  kind: 'http' as const,
  method: 'GET',
  url: `http://h.test/${n}`,
  host: 'h.test',
  path: `/${n}`,
  requestTarget: '',
  protocol: 'HTTP/1.1',
  client: '127.0.0.1',
  fields: [],
  cacheKey: '',
});
const reply = {
  status: 200,
  statusText: 'OK',
  fields: ['Content-Type', 'Text/HTML; charset=x'],
  cacheStatus: 'MISS',
  outcome: 'MISS',
} as const;

function makeHub(maxRows = 100, maxBytes = 64 * 1024 * 1024): LiveSession {
  let now = 1000;
  return new LiveSession({
    sessionId: 's',
    now: () => now++,
    maxRows: () => maxRows,
    maxBytes: () => maxBytes,
    maxBodyBytes: () => 100,
    maxBodyBytesOne: () => 60,
  });
}
function run(hub: LiveSession, n: number): number {
  const log = hub.begin(start(n));
  log.replyStarted(reply);
  log.responseData(Buffer.from('abc'));
  log.end();
  return log.id;
}
const ids = (batch: TrafficBatch | undefined): number[] => batch?.rows.map((row) => row.id) ?? [];

describe('labels', () => {
  const labels = (hub: LiveSession, id: number) => {
    const { note, color, operation } = hub.list({}).rows.find((row) => row.id === id) ?? {};
    return { note, color, operation };
  };
  it('are kept with the exchange, told to feeds, changed one by one and taken away', () => {
    const hub = makeHub();
    const [first, second] = [run(hub, 1), run(hub, 2)];
    const batches: TrafficBatch[] = [];
    hub.subscribe(0, (batch) => batches.push(batch));
    expect(hub.label([first, second, 99], { note: 'why?', color: 'red' })).toBe(2);
    hub.flush();
    expect(ids(batches.at(-1))).toEqual([first, second]);
    expect(batches.at(-1)?.rows[1]).toMatchObject({ note: 'why?', color: 'red', status: 200, state: 'done' });
    hub.label([first], { color: 'blue' });
    expect(labels(hub, first)).toEqual({ note: 'why?', color: 'blue' });
    hub.label([first], { note: '', color: 'none' });
    expect(labels(hub, first)).toEqual({});
    expect(labels(hub, second)).toEqual({ note: 'why?', color: 'red' });
    // What was written stays when what was packed is read again.
    expect(hub.detail(second)?.row).toMatchObject({ note: 'why?', responseBytes: 3 });
  });

  it('name the operation of GraphQL, and what is written later stands beside it', () => {
    const hub = makeHub();
    const log = hub.begin({ ...start(1), method: 'POST', fields: ['content-type', 'application/json; charset=utf-8'] });
    log.requestData(Buffer.from('{"query":"query Hero'));
    log.requestData(Buffer.from(' { hero }"}'));
    log.replyStarted(reply);
    hub.label([log.id], { note: 'slow' });
    log.end();
    expect(labels(hub, log.id)).toEqual({ operation: 'query Hero', note: 'slow' });
    hub.label([log.id], { note: '' });
    expect(labels(hub, log.id)).toEqual({ operation: 'query Hero' });
  });
});

describe('feeds', () => {
  it('tells by itself that something changed which had happened before anybody asked', async () => {
    const hub = makeHub();
    const id = run(hub, 1);
    run(hub, 2);
    const batches: TrafficBatch[] = [];
    hub.subscribe(0, (batch) => batches.push(batch));
    hub.label([id], { color: 'red' });
    await vi.waitFor(() => expect(batches.at(-1)?.rows[0]?.color).toBe('red'));
    hub.stop();
  });

  it('tells the size of what is still open while its content passes', () => {
    const hub = makeHub();
    const batches: TrafficBatch[] = [];
    hub.subscribe(0, (batch) => batches.push(batch));
    const log = hub.begin(start(1));
    log.replyStarted(reply);
    hub.flush();
    const sizes: (number | undefined)[] = [];
    for (const [request, response] of [
      ['', 'abc'],
      ['', 'defg'],
      ['xy', ''],
    ] as const) {
      if (request !== '') log.requestData(Buffer.from(request));
      if (response !== '') log.responseData(Buffer.from(response));
      hub.tellGrowth();
      hub.flush();
      const row = batches.at(-1)?.rows[0];
      expect(row?.state).toBe('open');
      sizes.push(row?.requestBytes, row?.responseBytes);
    }
    expect(sizes).toEqual([0, 3, 0, 7, 2, 7]);
    const told = batches.length;
    hub.tellGrowth();
    hub.flush();
    expect(batches.length).toBe(told);
    hub.stop();
  });

  it('sends the ring first, then one update per exchange and flush', () => {
    const hub = makeHub();
    run(hub, 1);
    const batches: TrafficBatch[] = [];
    hub.subscribe(0, (batch) => batches.push(batch));
    expect(batches[0]).toMatchObject({ reset: true, firstSeq: 1 });
    expect(ids(batches[0])).toEqual([1]);
    run(hub, 2);
    hub.flush();
    expect(ids(batches[1])).toEqual([2]);
    expect(batches[1]!.rows[0]).toMatchObject({
      state: 'done',
      outcome: 'MISS',
      contentType: 'text/html',
      responseBytes: 3,
    });
    expect(batches[1]!.firstSeq).toBe(batches[0]!.lastSeq + 1);
    hub.stop();
  });

  it('goes on after a known mark without repeating, and resets for an unknown one', () => {
    const hub = makeHub();
    run(hub, 1);
    hub.flush();
    const first: TrafficBatch[] = [];
    hub.subscribe(0, (batch) => first.push(batch)).stop();
    run(hub, 2);
    hub.flush();
    const again: TrafficBatch[] = [];
    hub.subscribe(first[0]!.lastSeq, (batch) => again.push(batch));
    expect(again[0]!.reset).toBeUndefined();
    expect(ids(again[0])).toEqual([2]);
    const stranger: TrafficBatch[] = [];
    hub.subscribe(9_999, (batch) => stranger.push(batch));
    expect(stranger[0]).toMatchObject({ reset: true });
    expect(ids(stranger[0])).toEqual([1, 2]);
    hub.stop();
  });

  it('holds a feed back that does not acknowledge, and catches it up from the ring', () => {
    const hub = makeHub(50_000);
    const seen = new Set<number>();
    let last = 0;
    const feed = hub.subscribe(0, (batch) => {
      for (const row of batch.rows) seen.add(row.id);
      last = batch.lastSeq;
    });
    for (let i = 0; i < 30_000; i++) run(hub, i);
    hub.flush();
    expect(seen.size).toBeLessThan(12_000);
    expect(hub.totals.requests).toBe(30_000);
    for (let i = 0; i < 10; i++) feed.acknowledge?.(last);
    expect(seen.size).toBe(30_000);
    hub.stop();
  });

  it('clears, tells feeds, and keeps what is still open', () => {
    const hub = makeHub();
    const open = hub.begin(start(1));
    run(hub, 2);
    const batches: TrafficBatch[] = [];
    hub.subscribe(0, (batch) => batches.push(batch));
    expect(hub.clear()).toBe(1);
    expect(batches.at(-1)).toMatchObject({ reset: true });
    expect(ids(batches.at(-1))).toEqual([open.id]);
    hub.stop();
  });
});

it('keeps the newest and counts what it let go', () => {
  const hub = makeHub(3);
  for (let i = 1; i <= 5; i++) run(hub, i);
  expect([...hub.records()].map((record) => record.id)).toEqual([3, 4, 5]);
  expect(hub.stats()).toMatchObject({ rows: 3, droppedRows: 2 });
  expect(hub.record(1)).toBeUndefined();
  expect(hub.totals.requests).toBe(5);
  hub.stop();
});

it('counts and passes on what it does not keep while capture is off', () => {
  const hub = makeHub();
  const finished: number[] = [];
  hub.onFinished((record) => finished.push(record.id));
  hub.setPaused(true);
  run(hub, 1);
  expect(hub.stats()).toMatchObject({ rows: 0, missedWhilePaused: 1 });
  expect(finished).toEqual([1]);
  expect(hub.totals.byCacheStatus.MISS).toBe(1);
  hub.stop();
});

it('what is held is there until it is released, whether it is captured or not', () => {
  const hub = makeHub(2);
  const held: FinishedExchange[] = [];
  hub.onFinished((finished) => {
    // The second stands for what is not captured.
    if (finished.id > 2) return;
    finished.hold();
    finished.hold();
    held.push(finished);
  });
  run(hub, 1);
  hub.setPaused(true);
  run(hub, 2);
  hub.setPaused(false);
  for (let i = 3; i <= 3000; i++) run(hub, i);
  const urls = (): string[] => held.map(({ record }) => record.start.url);
  const before = urls();
  expect(before).toEqual([start(1).url, start(2).url]);
  for (const finished of held) finished.release();
  expect(urls()).toEqual(before);
  for (const finished of held) finished.release();
  expect(urls()).toEqual(['', '']);
  hub.stop();
});

it('a tunnel is what is recorded as one, whatever its method', () => {
  const hub = makeHub();
  const answered = hub.begin({ ...start(1), method: 'CONNECT' });
  const tunnel = hub.begin({ ...start(2), kind: 'tunnel', method: 'CONNECT' });
  expect(hub.totals.tunnelsOpen).toBe(1);
  tunnel.tunnelBytes(3, 5);
  tunnel.end();
  answered.end();
  expect(hub.totals).toMatchObject({ requests: 2, tunnels: 1, tunnelsOpen: 0, tunnelBytesUp: 3, tunnelBytesDown: 5 });
  expect(hub.list({}).rows.map((row) => row.kind)).toEqual(['http', 'tunnel']);
  hub.stop();
});

it('reads the user name of Basic credentials and nothing more', () => {
  const hub = makeHub();
  const log = hub.begin({
    ...start(1),
    fields: ['Authorization', `Basic ${Buffer.from('ann:secret').toString('base64')}`],
  });
  log.end();
  expect(hub.detail(log.id)!.username).toBe('ann');
  hub.stop();
});

describe('body ring', () => {
  it('bounds one and all, dropping the oldest', () => {
    const ring = new BodyRing(
      () => 60,
      () => 100,
    );
    const a = ring.add(undefined, Buffer.alloc(80, 1))!;
    expect(a.kept).toBe(60);
    const b = ring.add(undefined, Buffer.alloc(50, 2))!;
    expect(a.dropped).toBe(true);
    expect(ring).toMatchObject({ bytes: 50, droppedCount: 1 });
    ring.drop(b);
    expect(ring.bytes).toBe(0);
  });

  it('keeps the body of a stored response once, until the last reply that shows it is gone', () => {
    const ring = new BodyRing(
      () => 60,
      () => 100,
    );
    const first = ring.share(7, Buffer.from('stored'))!;
    const second = ring.share(7, Buffer.from('stored'))!;
    expect(second).toBe(first);
    expect(ring.bytes).toBe(6);
    ring.drop(first);
    expect(first.dropped).toBe(false);
    ring.drop(second);
    expect(ring.bytes).toBe(0);
    expect(ring.share(7, Buffer.from('again'))).not.toBe(first);
  });

  it('reads slices across chunks', () => {
    const ring = new BodyRing(
      () => 60,
      () => 100,
    );
    let body = ring.add(undefined, Buffer.from('abcd'));
    body = ring.add(body, Buffer.from('efgh'));
    expect(Buffer.from(readCaptured(body!, 2, 4)).toString()).toBe('cdef');
    expect(Buffer.from(readCaptured(body!, 6, 100)).toString()).toBe('gh');
  });
});

describe('a record that is packed', () => {
  const trace = (age: number) => [
    { code: 'freshness', phase: 'request' as const, result: 'stop' as const, inputs: { age }, spec: 'RFC 9111 §4.2' },
  ];
  function hit(hub: LiveSession, url: number, age: number, fields: string[]): number {
    const log = hub.begin(start(url));
    log.decided({ reason: 'fresh', facts: { age }, trace: trace(age) });
    log.replyStarted({ ...reply, cacheStatus: 'HIT', outcome: 'HIT', fields });
    log.end();
    return log.id;
  }
  const detail = (hub: LiveSession, id: number) => hub.detail(id)!;

  it('tells its own, however much it has in common with others', () => {
    const hub = makeHub();
    const first = hit(hub, 1, 5, ['Age', '5']);
    const same = hit(hub, 1, 5, ['Age', '5']);
    const older = hit(hub, 1, 6, ['Age', '6']);
    const other = hit(hub, 2, 5, ['Age', '5']);
    for (const [id, age] of [
      [first, 5],
      [same, 5],
      [older, 6],
      [other, 5],
    ] as const)
      expect(detail(hub, id)).toMatchObject({
        facts: { age },
        trace: trace(age),
        responseFields: [['Age', String(age)]],
      });
    hub.stop();
  });

  it('still takes what happens after the end', () => {
    const hub = makeHub();
    const parent = hit(hub, 1, 5, []);
    const log = hub.begin(start(2));
    log.end();
    log.stored(7, 60);
    hub.begin({ ...start(3), parentId: parent });
    expect(detail(hub, log.id).row).toMatchObject({ entryId: 's-7', ttlSeconds: 60, state: 'done' });
    expect(detail(hub, parent)).toMatchObject({ childIds: [3], trace: trace(5) });
    hub.stop();
  });

  it('that was let go takes it too, and keeps nothing', () => {
    const hub = makeHub();
    const log = hub.begin(start(1));
    log.end();
    hub.clear();
    log.stored(7, 60);
    log.noted(trace(1)[0]!);
    log.failed('proxy_internal_error', 'too late');
    expect(hub.list({}).total).toBe(0);
    expect(hub.stats().bytes).toBe(0);
    hub.stop();
  });
});

describe('what was cleared', () => {
  it('comes back for ten seconds, and is seen nowhere meanwhile', () => {
    let nowMs = 1000;
    const forgot: number[] = [];
    const hub = new LiveSession({
      sessionId: 's',
      now: () => nowMs,
      maxRows: () => 3,
      maxBytes: () => 1e9,
      maxBodyBytes: () => 1e6,
      maxBodyBytesOne: () => 1e6,
      forgot: () => forgot.push(nowMs),
    });
    const batches: TrafficBatch[] = [];
    const feed = hub.subscribe(0, (batch) => batches.push(batch));
    const done = (n: number): void => hub.begin(start(n)).end();
    const ids = (): number[] => hub.list({}).rows.map(({ id }) => id);
    done(1);
    done(2);
    const open = hub.begin(start(3));
    hub.flush();
    expect(hub.setAside()).toEqual({ cleared: 2, undoUntilMs: 11_000 });
    expect(ids()).toEqual([3]);
    expect([hub.detail(1), hub.record(2), hub.body(1, 'response'), [...hub.records()].length]).toEqual([
      undefined,
      undefined,
      undefined,
      1,
    ]);
    expect(hub.stats().rows).toBe(1);
    expect(batches.at(-1)).toMatchObject({ reset: true, rows: [{ id: 3 }] });

    nowMs = 10_999;
    expect(hub.bringBack()).toBe(2);
    expect(ids()).toEqual([1, 2, 3]);
    hub.flush();
    expect(batches.at(-1)!.rows.map(({ id }) => id)).toEqual([1, 2]);
    expect(() => hub.bringBack()).toThrow('no longer');

    // What is new takes the room of what is aside.
    hub.setAside();
    done(4);
    expect(ids()).toEqual([3, 4]);
    expect(hub.stats().rows).toBe(2);
    expect(hub.bringBack()).toBe(1);
    expect(ids()).toEqual([2, 3, 4]);

    hub.setAside();
    nowMs += 10_001;
    expect(() => hub.bringBack()).toThrow('no longer');
    hub.stats();
    expect(forgot).toEqual([nowMs]);
    expect(ids()).toEqual([3]);
    open.end();
    expect(hub.clear()).toBe(1);
    feed.stop();
    hub.stop();
  });
});

describe('the program of a client', () => {
  const CURL = { name: 'curl', pid: 7 };
  const peerOf = (): ClientPeer => ({ address: '127.0.0.1', port: 51_000, pending: true, program: undefined });
  const ask = (hub: LiveSession, n: number, peer: ClientPeer): number => {
    const log = hub.begin({ ...start(n), peer, fields: ['User-Agent', 'curl/8.5.0'] });
    log.replyStarted(reply);
    log.end();
    return log.id;
  };

  it('is told of rows that were there before it was known, and of those that follow', () => {
    const hub = makeHub();
    const peer = peerOf();
    ask(hub, 1, peer);
    const batches: TrafficBatch[] = [];
    hub.subscribe(0, (batch) => batches.push(batch));
    expect(batches.at(-1)!.rows[0]).toMatchObject({ client: '127.0.0.1', app: 'curl 8', appClaimed: true });
    Object.assign(peer, { pending: false, program: CURL });
    hub.clientKnown(peer);
    hub.flush();
    expect(batches.at(-1)!.rows).toEqual([expect.objectContaining({ id: 1, app: 'curl' })]);
    expect(batches.at(-1)!.rows[0]).not.toHaveProperty('appClaimed');
    ask(hub, 2, peer);
    hub.clientKnown(peer);
    hub.flush();
    expect(batches.at(-1)!.rows).toEqual([expect.objectContaining({ id: 2, app: 'curl' })]);
    expect(hub.detail(1)).toMatchObject({ program: CURL, row: { app: 'curl' } });
    hub.stop();
  });

  it('leaves rows alone when nothing was found, and those that have gone', () => {
    const hub = makeHub(1);
    const [unknown, gone] = [peerOf(), peerOf()];
    ask(hub, 1, gone);
    ask(hub, 2, unknown);
    const batches: TrafficBatch[] = [];
    hub.subscribe(0, (batch) => batches.push(batch));
    unknown.pending = false;
    Object.assign(gone, { pending: false, program: CURL });
    hub.clientKnown(unknown);
    hub.clientKnown(gone);
    hub.flush();
    expect(batches.flatMap(({ rows }) => rows.map(({ id }) => id))).toEqual([2]);
    hub.stop();
  });
});
