/** What the capture keeps, lets go of and counts: nothing grows beyond its bounds, nothing is lost silently. */
import { describe, expect, it } from 'vitest';
import type { ExchangeLog } from '../contract/observer.ts';
import type { TrafficBatch } from '../contract/streams.ts';
import { BodyRing, readCaptured, type CapturedBody } from './body-ring.ts';
import { LiveSession } from './live-session.ts';

const start = (n: number, fields: string[] = []) => ({
  kind: 'http' as const,
  method: 'GET',
  url: `http://h.test/${n}`,
  host: 'h.test',
  path: `/${n}`,
  requestTarget: '',
  protocol: 'HTTP/1.1',
  client: '127.0.0.1',
  fields,
  cacheKey: '',
});
const reply = { status: 200, statusText: 'OK', fields: [], cacheStatus: 'MISS', outcome: 'MISS' } as const;

interface Limits {
  rows?: number;
  bytes?: number;
  bodies?: number;
  one?: number;
}
function makeHub({ rows = 100, bytes = 1e9, bodies = 1e9, one = 1e6 }: Limits = {}): LiveSession {
  let now = 1000;
  return new LiveSession({
    sessionId: 's',
    now: () => now++,
    maxRows: () => rows,
    maxBytes: () => bytes,
    maxBodyBytes: () => bodies,
    maxBodyBytesOne: () => one,
  });
}
function open(hub: LiveSession, n: number, fields?: string[]): ExchangeLog {
  const log = hub.begin(start(n, fields));
  log.replyStarted(reply);
  return log;
}
function run(hub: LiveSession, n: number, body = 'abc', fields?: string[]): number {
  const log = open(hub, n, fields);
  if (body !== '') log.responseData(Buffer.from(body));
  log.end();
  return log.id;
}
/** Objects that can be reached from here, without functions. */
function countReachable(root: object): number {
  const seen = new Set<object>([root]);
  for (const object of seen) {
    for (const value of Object.values(object) as unknown[])
      if (typeof value === 'object' && value !== null && !ArrayBuffer.isView(value)) seen.add(value);
  }
  return seen.size;
}

describe('bodies', () => {
  it('that are small leave nothing behind when their exchanges have left', () => {
    const ring = new BodyRing(
      () => 1000,
      () => 1e6,
    );
    const kept: CapturedBody[] = [];
    for (let i = 0; i < 10_000; i++) {
      kept.push(ring.add(undefined, Buffer.alloc(100))!);
      if (kept.length > 10) ring.drop(kept.shift()!);
    }
    expect(ring.bytes).toBe(1000);
    // From the newest one all that are still linked can be reached.
    expect(countReachable(kept.at(-1)!)).toBeLessThan(50);
    for (const body of kept.splice(0)) ring.drop(body);
    expect(ring).toMatchObject({ bytes: 0, chargedBytes: 0, droppedCount: 0 });
  });

  it('of an exchange that is not captured are not kept, whatever is switched while it runs', () => {
    const hub = makeHub();
    hub.setPaused(true);
    const log = open(hub, 1);
    hub.setPaused(false);
    log.responseData(Buffer.from('never shown'));
    log.requestData(Buffer.from('never shown'));
    log.responseStored(7, Buffer.from('never shown'));
    log.end();
    expect(hub.record(log.id)).toBeUndefined();
    expect(hub.bodies.bytes).toBe(0);
    hub.stop();
  });

  it('of an exchange that began before a pause are kept to their end, without a gap', async () => {
    const hub = makeHub();
    const log = open(hub, 1);
    log.responseData(Buffer.from('one '));
    hub.setPaused(true);
    log.responseData(Buffer.from('two '));
    hub.setPaused(false);
    log.responseData(Buffer.from('three'));
    log.end();
    expect(Buffer.from(await hub.body(log.id, 'response')!.read(0, 100)).toString()).toBe('one two three');
    hub.stop();
  });

  it('of an exchange that left the ring while it ran are not kept any more', () => {
    const hub = makeHub({ rows: 2 });
    const log = open(hub, 1);
    log.requestData(Buffer.from('early'));
    run(hub, 2, '');
    run(hub, 3, '');
    expect(hub.record(log.id)).toBeUndefined();
    log.requestData(Buffer.from('late'));
    log.responseData(Buffer.from('late'));
    log.end();
    expect(hub.bodies.bytes).toBe(0);
    hub.stop();
  });

  it('that come in single bytes are gathered', () => {
    const ring = new BodyRing(
      () => 1e6,
      () => 1e6,
    );
    let body: CapturedBody | undefined;
    const bytes = Buffer.alloc(100_000, 'abcdefg');
    for (let i = 0; i < bytes.length; i++) body = ring.add(body, bytes.subarray(i, i + 1));
    expect(body!.chunks.length).toBeLessThan(40);
    expect(ring.bytes).toBe(bytes.length);
    expect(ring.chargedBytes).toBeLessThan(bytes.length * 3);
    expect(Buffer.from(readCaptured(body!, 0, 1e6)).equals(bytes)).toBe(true);
    body = ring.add(body, Buffer.alloc(9000, 'x'));
    expect(Buffer.from(readCaptured(body!, 99_998, 4)).toString()).toBe(`${bytes.subarray(-2).toString()}xx`);
  });

  it('do not hold the large buffer they are a small part of', () => {
    const ring = new BodyRing(
      () => 1e6,
      () => 1e6,
    );
    const body = ring.add(undefined, Buffer.alloc(64 * 1024).subarray(100, 300))!;
    expect(body.chunks[0]!.buffer.byteLength).toBe(200);
  });
});

describe('the budget', () => {
  it('counts records and bodies together, lets the oldest go and says so', () => {
    const hub = makeHub({ rows: 10_000, bytes: 200_000 });
    for (let i = 1; i <= 1000; i++) run(hub, i, 'x'.repeat(500), ['Cookie', 'c'.repeat(300)]);
    const stats = hub.stats();
    expect(stats.bytes).toBeLessThanOrEqual(200_000);
    expect(stats.maxBytes).toBe(200_000);
    expect(stats.rows + stats.droppedRows).toBe(1000);
    expect(stats.rows).toBeGreaterThan(50);
    expect(hub.record(1000)).toBeDefined();
    expect(stats.bodyBytes).toBe(stats.rows * 500);
    hub.stop();
  });

  it('gives all it has to records when the row bound leaves room', () => {
    const hub = makeHub({ rows: 60_000, bytes: 1e9 });
    for (let i = 1; i <= 60_000; i++) run(hub, i, '', ['Cookie', 'c'.repeat(2000)]);
    expect(hub.stats()).toMatchObject({ rows: 60_000, droppedRows: 0 });
    hub.stop();
  });

  it('counts what is still open', () => {
    const hub = makeHub({ rows: 10_000, bytes: 1e6 });
    for (let i = 1; i <= 100; i++) hub.begin(start(i, ['Cookie', 'c'.repeat(100_000)]));
    expect(hub.stats().rows).toBeLessThan(12);
    hub.stop();
  });

  it('is empty after a clear, and is not eaten by a body of any size', () => {
    const hub = makeHub({ bytes: 1e5, one: 1e6 });
    run(hub, 1);
    const log = open(hub, 2);
    log.responseData(Buffer.alloc(1e6));
    log.end();
    expect(hub.stats().bytes).toBeLessThan(110_000);
    hub.clear();
    expect(hub.stats()).toMatchObject({ rows: 0, bytes: 0, bodyBytes: 0 });
    hub.stop();
  });
});

describe('a feed that lags', () => {
  it('is told how many rows it lost, and rows and losses make up all there were', () => {
    const hub = makeHub({ rows: 500 });
    const seen = new Set<number>();
    let dropped = 0;
    let last = 0;
    const feed = hub.subscribe(0, (batch) => {
      for (const row of batch.rows) if (row.state === 'done') seen.add(row.id);
      dropped += batch.dropped ?? 0;
      last = batch.lastSeq;
    });
    for (let i = 0; i < 30_000; i++) run(hub, i);
    hub.flush();
    expect(seen.size).toBeLessThan(12_000);
    feed.acknowledge?.(last);
    expect(dropped).toBeGreaterThan(15_000);
    expect(seen.size + dropped).toBe(30_000);
    expect(hub.stats().feedDropped).toBe(dropped);
    hub.stop();
  });

  it('costs by what it is sent, not by what is kept', () => {
    const hub = makeHub({ rows: 50_000 });
    let last = 0;
    const feed = hub.subscribe(0, (batch) => (last = batch.lastSeq));
    const recorders = Array.from({ length: 50_000 }, (_, i) => {
      const recorder = hub.begin(start(i));
      recorder.replyStarted(reply);
      recorder.end();
      return recorder;
    });
    hub.flush();
    let looked = 0;
    for (const recorder of recorders) {
      let { seq } = recorder;
      Object.defineProperty(recorder, 'seq', {
        configurable: true,
        get: () => (looked++, seq),
        set: (value: number) => (seq = value),
      });
    }
    feed.acknowledge?.(last);
    // A window of 8,000 rows, each looked at a few times.
    expect(looked).toBeGreaterThan(0);
    expect(looked).toBeLessThan(40_000);
    hub.stop();
  });

  it('is told again of an exchange that changes after it was told, and once of one that changes before', () => {
    const hub = makeHub();
    const told: [id: number, state: string, lastSeq: number][] = [];
    const tell = ({ rows, lastSeq }: TrafficBatch): void => {
      for (const row of rows) told.push([row.id, row.state, lastSeq]);
    };
    const log = open(hub, 1);
    const early = hub.subscribe(0, tell);
    expect(told.splice(0)).toEqual([[1, 'open', 1]]);
    log.tunnelBytes(1, 2);
    early.stop();
    log.tunnelBytes(3, 4);
    hub.subscribe(1, tell);
    expect(told.splice(0)).toEqual([[1, 'open', 2]]);
    log.end();
    hub.flush();
    expect(told).toEqual([[1, 'done', 3]]);
    hub.stop();
  });

  it('gets the latest state of each exchange once, in the order of updates', () => {
    const hub = makeHub();
    const batches: TrafficBatch[] = [];
    const tunnel = open(hub, 1);
    hub.subscribe(0, (batch) => batches.push(batch));
    run(hub, 2);
    tunnel.tunnelBytes(1, 2);
    run(hub, 3);
    tunnel.tunnelBytes(3, 4);
    hub.flush();
    expect(batches.at(-1)!.rows.map((row) => [row.id, row.requestBytes])).toEqual([
      [2, 0],
      [3, 0],
      [1, 3],
    ]);
    const seqs = batches.at(-1)!.rows.map((row) => row.seq);
    expect(seqs).toEqual([...seqs].sort((a, b) => a - b));
    tunnel.end();
    hub.stop();
  });

  it('cannot go on from a mark before a clear', () => {
    const hub = makeHub();
    const batches: TrafficBatch[] = [];
    run(hub, 1);
    hub.subscribe(0, (batch) => batches.push(batch)).stop();
    run(hub, 2);
    hub.clear();
    hub.subscribe(batches[0]!.lastSeq, (batch) => batches.push(batch));
    expect(batches.at(-1)).toMatchObject({ reset: true, rows: [] });
    hub.stop();
  });
});

it('bounds that become narrower are kept at once', () => {
  const limits = { rows: 100, bytes: 1e9, bodies: 1e9 };
  const hub = new LiveSession({
    sessionId: 's',
    now: () => 1,
    maxRows: () => limits.rows,
    maxBytes: () => limits.bytes,
    maxBodyBytes: () => limits.bodies,
    maxBodyBytesOne: () => 1e6,
  });
  for (let i = 1; i <= 100; i++) run(hub, i, 'x'.repeat(1000));
  limits.rows = 60;
  expect(hub.applyBudget()).toBe(40);
  limits.bodies = 10_000;
  expect(hub.applyBudget()).toBe(0);
  expect(hub.stats()).toMatchObject({ rows: 60, bodyBytes: 10_000, droppedRows: 40, droppedBodies: 50 });
  limits.bytes = 20_000;
  expect(hub.applyBudget()).toBeGreaterThan(30);
  expect(hub.stats().bytes).toBeLessThanOrEqual(20_000);
  hub.stop();
});
