import { describe, expect, it } from 'vitest';
import type { ExchangeStart } from '../contract/observer.ts';
import type { TlsFacts } from '../contract/tls.ts';
import { PackedBlock } from './packed-values.ts';
import { RecordPacker } from './packed-record.ts';
import { newRecord, type ExchangeRecord } from './record.ts';

const tls: TlsFacts = { version: 'TLSv1.3', cipher: 'TLS_AES_128_GCM_SHA256', reused: false, sni: 'h.test' };
/** All there is: a member that is added has to be packed, too. */
const start: Required<ExchangeStart> = {
  kind: 'http',
  method: 'GET',
  url: 'http://h.test/ä?b=1',
  host: 'h.test',
  path: '/ä?b=1',
  requestTarget: 'http://h.test/%C3%A4?b=1',
  protocol: 'HTTP/1.1',
  client: '127.0.0.1',
  peer: { address: '127.0.0.1', port: 51_000, pending: false, program: { name: 'curl', pid: 7 } },
  fields: ['Host', 'h.test', 'Accept', '*/*'],
  cacheKey: 'ab'.repeat(32),
  secret: true,
  parentId: 3,
  clientTls: tls,
};
const whole: Required<ExchangeRecord> = {
  id: 12,
  start,
  startedAtMs: 1_790_000_000_000.25,
  username: 'me',
  state: 'failed',
  status: 502,
  statusText: 'Bad Gateway',
  cacheStatus: 'MISS',
  outcome: 'ERROR',
  reason: 'upstream-failed',
  requestBytes: 2 ** 40,
  responseBytes: 17,
  durationMs: 0.125,
  timing: { decidedMs: 0, dispatchedMs: 0.5, upstreamHeadMs: 1e-7, replyStartMs: 2 ** 29 },
  error: 'connection_refused',
  errorText: 'refused',
  collapsed: true,
  responseFields: ['Age', '5', 'Age', '5'],
  upstreamStatus: 304,
  upstreamFields: [],
  connection: { address: '[::1]:80', reused: false, dnsMs: 1.5, connectMs: 2, tlsMs: 3, tls, via: 'http://p.test:1' },
  bytesSent: 1,
  bytesReceived: 2,
  trace: [
    {
      code: 'freshness',
      phase: 'request',
      result: 'stop',
      inputs: { age: -1, ok: true, no: false, none: null, s: '' },
    },
  ],
  facts: { age: -0.5, name: 'x' },
  neighbour: { url: 'http://h.test/b', entryId: 4, difference: { kind: 'expired', secondsAgo: 3 } },
  cacheStatusHeader: 'BSDM-Proxy; hit',
  ageSeconds: -5,
  ttlSeconds: 0,
  entryId: 9,
  childIds: [13, 14],
  changed: [
    { stage: 'client-request', did: 'changed', received: { fields: ['A', 'b'] }, sent: { fields: [] }, by: 'r' },
  ],
  labels: { operation: 'query A', note: 'é', color: 'red' },
};

describe('packed records', () => {
  it('are read as they were written, all of them and hardly any of them', () => {
    const packer = new RecordPacker();
    const { secret, parentId, clientTls, ...least } = start;
    expect([secret, parentId, clientTls]).toHaveLength(3);
    const records = [whole, newRecord(1, least, 5), whole, newRecord(2, { ...least, url: '' }, 6)];
    const places = records.map((record) => [packer.pack(record), packer.block] as const);
    for (const [i, [at, block]] of places.entries()) expect(packer.read(block, at)).toEqual(records[i]);
    expect(packer.read(places[0]![1], places[0]![0]).connection?.tls).toBe(tls);
  });

  it('say what they added: less where a string or a list has been seen', () => {
    const packer = new RecordPacker();
    packer.pack(whole);
    const first = packer.addedBytes;
    packer.pack(whole);
    expect(packer.addedBytes).toBeGreaterThan(0);
    expect(packer.addedBytes).toBeLessThan(first / 3);
  });

  it('fill one block after the other, and a block that emptied is used again', () => {
    const packer = new RecordPacker();
    const why = Array.from({ length: 20 }, (_, n) => ({
      trace: whole.trace.map((step) => ({ ...step, inputs: { n } })),
      facts: { left: n },
    }));
    // Hits of an entry share what explains them, for a second.
    const records = Array.from({ length: 6000 }, (_, i): ExchangeRecord => ({
      ...newRecord(i, { ...start, url: `http://h.test/${i}`, method: `M${i % 3}` }, i),
      reason: 'fresh',
      ...why[i % 20],
    }));
    const blocks = new Set<object>();
    const kept: { at: number; block: typeof packer.block; id: number }[] = [];
    for (const record of records) {
      kept.push({ at: packer.pack(record), block: packer.block, id: record.id });
      blocks.add(packer.block);
      if (kept.length > 1000) packer.letGo(kept.shift()!.block);
    }
    expect(blocks.size).toBeGreaterThan(1);
    expect(blocks.size).toBeLessThan(8);
    for (const { at, block, id } of kept)
      expect(packer.read(block, at)).toMatchObject({
        id,
        start: { url: `http://h.test/${id}`, method: `M${id % 3}` },
        ...why[id % 20],
      });
  });

  it('take a record that is larger than a block', () => {
    const packer = new RecordPacker();
    const fields = Array.from({ length: 300_000 }, (_, i) => `f${i % 7}`);
    const small = packer.pack(whole);
    const first = packer.block;
    const at = packer.pack({ ...whole, responseFields: fields });
    expect(packer.block).not.toBe(first);
    expect(packer.read(packer.block, at).responseFields).toEqual(fields);
    expect(packer.read(first, small)).toEqual(whole);
  });
});

describe('packed values', () => {
  /** The same numbers for everybody: a plain linear generator. */
  function makeRandom(seed: number): (below: number) => number {
    let state = seed;
    return (below) => {
      state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
      return state % below;
    };
  }
  const NUMBERS = [0, -0, 1, -1, 0.1, 2 ** 29 - 1, 2 ** 29, 2 ** 53, -1e300, 5e-324, Infinity, NaN];
  const TEXTS = ['', 'a', 'b\u0000c', 'é', '😀', '\ud800', '__proto__x', 'length'];

  function anything(random: (below: number) => number, depth: number): unknown {
    switch (random(depth > 3 ? 5 : 7)) {
      case 0:
        return TEXTS[random(TEXTS.length)];
      case 1:
        return NUMBERS[random(NUMBERS.length)];
      case 2:
        return random(2) === 0;
      case 3:
        return null;
      case 4:
        return random(1_000_000) / 8;
      case 5:
        return Array.from({ length: random(5) }, () => anything(random, depth + 1));
      default:
        return Object.fromEntries(
          Array.from({ length: random(5) }, (_, i) => [
            `${TEXTS[random(TEXTS.length)]}${i}`,
            anything(random, depth + 1),
          ]),
        );
    }
  }

  it('are read as they were written, whatever they are', () => {
    const random = makeRandom(4);
    for (let round = 0; round < 40; round++) {
      const block = new PackedBlock(2048);
      const written: [number, object][] = [];
      const objects = Array.from({ length: 12 }, () => ({ v: anything(random, 0) }));
      for (;;) {
        const value = objects[random(objects.length)]!;
        const at = block.append((to, it: object) => (random(2) === 0 ? to.putAgain(it) : to.putKnown(it)), value);
        if (at === undefined) break;
        written.push([at, value]);
      }
      block.close();
      expect(written.length).toBeGreaterThan(12);
      for (const [at, value] of written) expect(block.read(at, (from) => from.next())).toEqual(value);
    }
  });
});
