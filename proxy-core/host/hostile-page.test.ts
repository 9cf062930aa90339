/** One page or program never ends the core: broken frames, resets, odd targets and deep JSON against the control server. */
import { afterAll, beforeEach, describe, expect, it } from 'vitest';
import { CONTRACT_VERSION } from '../contract/frames.ts';
import { startChildCore, type ChildCore } from '../testkit/child-core.ts';
import { RawClient } from '../testkit/clients.ts';

let core: ChildCore | undefined;
/** The core under attack; one for all tests, a new one when an attack ended it. */
let target: ChildCore;

beforeEach(async () => {
  if (core?.process.exitCode !== null || core.process.signalCode !== null) core = await startChildCore();
  target = core;
});
afterAll(async () => void (await core?.stop()));

const upgradeHead = (token: string, path = '/control'): string =>
  `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${target.controlPort}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nAuthorization: Bearer ${token}\r\n\r\n`;

async function openSocket(): Promise<RawClient> {
  const client = await RawClient.open(target.controlPort);
  client.send(upgradeHead(target.token));
  await client.until('"t":"hello"');
  return client;
}

/** A masked client frame (mask 0) with a length as given, or the payload's. */
function frame(
  first: number,
  payload: Buffer,
  { masked = true, length = payload.length }: { masked?: boolean; length?: number | bigint } = {},
): Buffer {
  const mask = masked ? 0x80 : 0;
  const head =
    length < 126
      ? Buffer.from([first, mask | Number(length)])
      : length < 65_536
        ? Buffer.from([first, mask | 126, 0, 0])
        : Buffer.from([first, mask | 127, 0, 0, 0, 0, 0, 0, 0, 0]);
  if (head.length === 4) head.writeUInt16BE(Number(length), 2);
  if (head.length === 10) head.writeBigUInt64BE(BigInt(length), 2);
  return Buffer.concat([head, ...(masked ? [Buffer.alloc(4)] : []), payload]);
}

const text = Buffer.from('x');
const BROKEN_FRAMES: [what: string, bytes: Buffer][] = [
  ['a reserved bit', frame(0xc1, text)],
  ['the other reserved bits', frame(0xb1, text)],
  ['an opcode nobody knows', frame(0x83, text)],
  ['a control opcode nobody knows', frame(0x8b, text)],
  ['no mask', frame(0x81, text, { masked: false })],
  ['a ping in parts', frame(0x09, text)],
  ['a ping of 126 bytes', frame(0x89, Buffer.alloc(126))],
  ['a continuation of nothing', frame(0x80, text)],
  ['a text within a text', Buffer.concat([frame(0x01, text), frame(0x81, text)])],
  ['text that is no UTF-8', frame(0x81, Buffer.from([0xff, 0xfe]))],
  ['a close code that does not exist', frame(0x88, Buffer.from([0x03, 0xec]))],
  ['a close of one byte', frame(0x88, Buffer.from([0x03]))],
  ['a close reason that is no UTF-8', frame(0x88, Buffer.from([0x03, 0xe8, 0xff]))],
  ['a length of 2^63', frame(0x82, Buffer.alloc(0), { length: 1n << 63n })],
  ['a frame above the size limit', frame(0x81, Buffer.alloc(0), { length: 5 * 1024 * 1024 })],
  [
    'parts above the size limit',
    Buffer.concat([frame(0x02, Buffer.alloc(3 * 1024 * 1024)), frame(0x00, Buffer.alloc(3 * 1024 * 1024))]),
  ],
];
const NO_FRAMES: [what: string, bytes: Buffer][] = [
  ['JSON that is none', frame(0x81, Buffer.from('{'))],
  ['a frame that is none of ours', frame(0x81, Buffer.from('[1]'))],
  ['a binary message of three bytes', frame(0x82, Buffer.from([1, 2, 3]))],
  ['a call before hello', frame(0x81, Buffer.from('{"t":"call","id":1,"name":"core.info"}'))],
];

describe('a page whose WebSocket breaks the protocol', () => {
  it.each(BROKEN_FRAMES)('%s: that page is closed, the core lives', async (_what, bytes) => {
    const client = await openSocket();
    client.send(bytes);
    await client.untilEnd();
    client.close();
    expect(await target.health()).toBe(200);
  });

  it.each(NO_FRAMES)('%s: that page is told to go, the core lives', async (_what, bytes) => {
    const client = await openSocket();
    client.send(bytes);
    await client.until('\x88');
    client.close();
    expect(await target.health()).toBe(200);
  });

  it('one that is reset in the middle of answers is forgotten', async () => {
    for (let i = 0; i < 10; i++) {
      const client = await openSocket();
      client.send(frame(0x81, Buffer.from(JSON.stringify({ t: 'hello', contractVersion: CONTRACT_VERSION }))));
      client.send(
        frame(0x81, Buffer.from(JSON.stringify({ t: 'subscribe', id: 1, stream: 'traffic', params: { since: 0 } }))),
      );
      client.socket.resetAndDestroy();
      expect(await target.health()).toBe(200);
    }
  });
});

describe('an upgrade that is refused', () => {
  it.each([
    ['without the token', () => upgradeHead('wrong')],
    ['elsewhere', () => upgradeHead(target.token, '/elsewhere')],
    ['with a key that is none', () => upgradeHead(target.token).replace('dGhlIHNhbXBsZSBub25jZQ==', '?')],
    ['of another version', () => upgradeHead(target.token).replace('Version: 13', 'Version: 7')],
    ['to another protocol', () => upgradeHead(target.token).replace('websocket', 'h2c')],
  ])('%s, whose client resets: the core lives', async (_what, head) => {
    for (let i = 0; i < 25; i++) {
      const client = await RawClient.open(target.controlPort);
      client.send(head());
      // Bytes after the head make the kernel answer the server's reply with a reset; a reset by hand comes at another moment.
      if (i % 2 === 0) client.send('x'.repeat(1000));
      else await client.until('HTTP/1.1 4');
      client.socket.resetAndDestroy();
    }
    expect(await target.health()).toBe(200);
  });

  it('is answered, and its connection is closed although the client keeps its half open', async () => {
    const client = await RawClient.open(target.controlPort);
    client.send(upgradeHead('wrong'));
    await client.until('"code":"unauthorized"');
    await client.untilEnd();
    client.close();
  });
});

async function exchange(head: string, body = ''): Promise<string> {
  const client = await RawClient.open(target.controlPort);
  client.send(`${head}\r\n\r\n${body}`);
  const answer = await client.untilEnd();
  client.close();
  return answer;
}
const own = (): string =>
  `Host: 127.0.0.1:${target.controlPort}\r\nAuthorization: Bearer ${target.token}\r\nConnection: close`;
const DEEP = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;

describe('requests that are wrong', () => {
  it.each([
    '//',
    'http://x:99999/',
    'http://[::1',
    '/\\\\x:99999',
    '//x:99999/control',
    '*',
    'http://evil.test/health',
    'ftp://127.0.0.1/health',
  ])('the target %s is 400', async (path) => {
    expect(await exchange(`GET ${path} HTTP/1.1\r\n${own()}`)).toMatch(/^HTTP\/1\.1 400 [^]*"code":"bad-params"/);
  });

  it('a wrong target of an upgrade is 400 too', async () => {
    const client = await RawClient.open(target.controlPort);
    client.send(upgradeHead(target.token, 'http://x:99999/'));
    expect(await client.untilEnd()).toMatch(/^HTTP\/1\.1 400 [^]*"code":"bad-params"/);
  });

  it('the own address in absolute form is understood (RFC 9112 §3.2.2)', async () => {
    expect(await exchange(`GET http://127.0.0.1:${target.controlPort}/health HTTP/1.1\r\n${own()}`)).toMatch(
      /^HTTP\/1\.1 200 /,
    );
  });

  it('two Host fields are 400, also when both are right, also for an upgrade', async () => {
    expect(await exchange(`GET /health HTTP/1.1\r\n${own()}\r\nHost: evil.test`)).toMatch(/^HTTP\/1\.1 400 /);
    expect(await exchange(`GET /health HTTP/1.1\r\n${own()}\r\nHost: 127.0.0.1:${target.controlPort}`)).toMatch(
      /^HTTP\/1\.1 400 /,
    );
    expect(await exchange(upgradeHead(target.token).replace('\r\n\r\n', '\r\nHost: evil.test'))).toMatch(
      /^HTTP\/1\.1 400 /,
    );
  });

  it.each([
    ['PATCH', '/api/settings', `{"port":${DEEP}}`],
    ['PATCH', '/api/settings', `{"cache_mode":${DEEP}}`],
    ['POST', '/api/cache/purge', DEEP],
    ['POST', '/api/cache/purge', `{"url":${DEEP}}`],
    ['POST', '/api/kafka/test', `{"kafka_topic":${'{"a":'.repeat(100_000)}1${'}'.repeat(100_000)}}`],
    ['POST', '/api/capture', `{"paused":${DEEP}}`],
  ])('a value nested 100,000 deep in %s %s is 400', async (method, path, body) => {
    const answer = await exchange(`${method} ${path} HTTP/1.1\r\n${own()}\r\nContent-Length: ${body.length}`, body);
    expect(answer).toMatch(/^HTTP\/1\.1 400 [^]*"code":"bad-params"[^]*nested/);
  });

  it('a value nested 100,000 deep from a page fails that call only', async () => {
    const client = await openSocket();
    const say = (value: string): void => client.send(frame(0x81, Buffer.from(value)));
    say(`{"t":"hello","contractVersion":${CONTRACT_VERSION}}`);
    say(`{"t":"call","id":7,"name":"settings.update","params":{"patch":{"port":${DEEP}}}}`);
    expect(await client.until('"id":7')).toContain('"code":"bad-params"');
    say(`{"t":"subscribe","id":8,"stream":"traffic","params":{"since":${DEEP}}}`);
    expect(await client.until(/"id":8[^]*bad-params/)).toContain('nested');
    say('{"t":"call","id":9,"name":"core.info","params":{}}');
    await client.until('"id":9');
    client.close();
  });

  it('a body that ends early leaves nothing behind', async () => {
    for (let i = 0; i < 10; i++) {
      const client = await RawClient.open(target.controlPort);
      client.send(`POST /api/cache/purge HTTP/1.1\r\n${own()}\r\nContent-Length: 100\r\n\r\n{`);
      client.socket.resetAndDestroy();
    }
    expect(await target.health()).toBe(200);
  });

  it('a CONNECT ends its connection, the core lives', async () => {
    expect(await exchange(`CONNECT 127.0.0.1:1 HTTP/1.1\r\n${own()}`)).toBe('');
    expect(await target.health()).toBe(200);
  });
});
