/** First bytes: real hellos in any number of pieces, and hostile ones. */
import { once } from 'node:events';
import { duplexPair } from 'node:stream';
import tls from 'node:tls';
import { describe, expect, it } from 'vitest';
import { FirstBytesReader, type FirstBytes } from './client-hello.ts';

/** The hello of a real client. */
async function hello(options: tls.ConnectionOptions): Promise<Buffer> {
  const [near, far] = duplexPair();
  const client = tls.connect({ socket: near, ...options });
  client.on('error', () => undefined);
  const [first] = (await once(far, 'data')) as [Buffer];
  client.destroy();
  return first;
}

function feed(bytes: Uint8Array, size = bytes.length): FirstBytes | undefined {
  const reader = new FirstBytesReader();
  for (let at = 0; at < bytes.length; at += size) {
    const found = reader.feed(bytes.subarray(at, at + size));
    if (found !== undefined) return found;
  }
  return undefined;
}

/** The same handshake message in records of so many bytes. */
function refragmented(record: Buffer, size: number): Buffer {
  const content = record.subarray(5);
  const out: Buffer[] = [];
  for (let at = 0; at < content.length; at += size) {
    const part = content.subarray(at, at + size);
    out.push(Buffer.from([22, 3, 1, part.length >> 8, part.length & 0xff]), part);
  }
  return Buffer.concat(out);
}

describe('a hello', () => {
  it.each([1, 2, 3, 7, 100, 517, 100_000])('is read in pieces of %d bytes', async (size) => {
    const bytes = await hello({ servername: 'Shop.Test', ALPNProtocols: ['h2', 'http/1.1'] });
    const expected = { kind: 'tls', serverName: 'shop.test', protocols: ['h2', 'http/1.1'] };
    expect(feed(bytes, size)).toEqual(expected);
    expect(feed(refragmented(bytes, size), 5)).toEqual(expected);
  });

  it('of a client that names nothing', async () => {
    expect(feed(await hello({}))).toEqual({ kind: 'tls', protocols: [] });
    expect(feed(await hello({ maxVersion: 'TLSv1.2', servername: 'a.test' }))).toMatchObject({ serverName: 'a.test' });
  });

  it('waits for more while it is not whole, and keeps what it was fed', async () => {
    const bytes = await hello({ servername: 'a.test' });
    const reader = new FirstBytesReader();
    expect(reader.feed(bytes.subarray(0, -1))).toBeUndefined();
    expect(reader.bytes).toEqual(bytes.subarray(0, -1));
    expect(reader.feed(bytes.subarray(-1))).toMatchObject({ kind: 'tls' });
    expect(reader.bytes).toEqual(bytes);
  });
});

describe('what is no hello', () => {
  it.each<[what: string, bytes: string | number[], found: FirstBytes | undefined]>([
    ['a request', 'GET / HTTP/1.1\r\n', { kind: 'http' }],
    ['HTTP/2 in the clear', 'PRI * HTTP/2.0\r\n\r\nSM', { kind: 'http' }],
    ['an odd method', 'VERSION-CONTROL /x', { kind: 'http' }],
    ['the beginning of a method', 'GE', undefined],
    ['SSH', 'SSH-2.0-OpenSSH_9', { kind: 'other', why: 'not-tls' }],
    ['SMTP', 'EHLO\r\n', { kind: 'other', why: 'not-tls' }],
    ['capitals without end', 'A'.repeat(30), { kind: 'other', why: 'not-tls' }],
    ['zero bytes', [0, 0, 0], { kind: 'other', why: 'not-tls' }],
    ['SSL 2', [0x16, 2, 0], { kind: 'other', why: 'not-tls' }],
    ['an empty record', [22, 3, 1, 0, 0], { kind: 'other', why: 'malformed' }],
    ['an oversized record', [22, 3, 1, 0xff, 0xff], { kind: 'other', why: 'malformed' }],
    ['a ServerHello', [22, 3, 1, 0, 4, 2, 0, 0, 0], { kind: 'other', why: 'malformed' }],
    ['a hello of 16 MB', [22, 3, 1, 0, 4, 1, 0xff, 0xff, 0xff], { kind: 'other', why: 'too-long' }],
    ['an empty hello', [22, 3, 1, 0, 4, 1, 0, 0, 0], { kind: 'other', why: 'malformed' }],
    ['an alert first', [21, 3, 1, 0, 2, 2, 40], { kind: 'other', why: 'not-tls' }],
  ])('%s', (_what, bytes, found) => {
    expect(feed(typeof bytes === 'string' ? Buffer.from(bytes) : Buffer.from(bytes), 1)).toEqual(found);
  });

  it('is answered for any hello with a byte changed or cut, without a throw', async () => {
    const bytes = await hello({ servername: 'shop.test', ALPNProtocols: ['h2'] });
    const kinds = new Set<string>();
    for (let at = 0; at < bytes.length; at++) {
      for (const value of [0, 1, 0x7f, 0xff]) {
        const spoilt = Buffer.from(bytes);
        spoilt[at] = value;
        kinds.add(feed(spoilt)?.kind ?? 'more');
      }
      // A length that fits, with what it frames cut off.
      const cut = Buffer.from(bytes.subarray(0, 9 + at));
      if (cut.length >= bytes.length) continue;
      cut.writeUInt16BE(cut.length - 5, 3);
      cut.writeUIntBE(at, 6, 3);
      kinds.add(feed(cut)?.kind ?? 'more');
    }
    expect([...kinds].sort()).toEqual(['more', 'other', 'tls']);
  });

  it('ends for records of one byte that never make a hello', () => {
    const drip = Buffer.concat([
      Buffer.from([22, 3, 1, 0, 4, 1, 0, 0x7f, 0xff]),
      ...Array<Buffer>(20_000).fill(Buffer.from([22, 3, 1, 0, 1, 0])),
    ]);
    expect(feed(drip, 6)).toEqual({ kind: 'other', why: 'too-long' });
  });

  it('is a name that is none', async () => {
    const bytes = await hello({ servername: 'shop.test' });
    const at = bytes.indexOf('shop.test');
    for (const name of ['shop/test', 'shop..tst', 'sho\0.test', '.hop.test', 'shop.tes.']) {
      const spoilt = Buffer.from(bytes);
      spoilt.write(name, at, 'latin1');
      expect(feed(spoilt)).toEqual({ kind: 'other', why: 'malformed' });
    }
  });
});
