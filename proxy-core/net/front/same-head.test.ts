/** Requests of one connection with the same fields share one head, and what was found in it; over real sockets. */
import { describe, afterEach, beforeEach, expect, it } from 'vitest';
import type { Head } from '../../http/head.ts';
import { RawClient } from '../../testkit/clients.ts';
import type { Front } from './front.ts';
import { FRONTS } from './testkit/fronts.ts';

describe.each(FRONTS)('the front %s', (_name, createFront) => {
  let front: Front;
  let client: RawClient;
  const heads: Head[] = [];

  beforeEach(async () => {
    heads.length = 0;
    front = createFront({
      onRequest: ({ head, reply }) => {
        heads.push(head);
        reply.start(200, 'OK', ['Content-Length', '1']);
        reply.end(Buffer.from(String(heads.length)));
      },
      onConnect: ({ socket }) => socket.destroy(),
      onUpgrade: ({ socket }) => socket.destroy(),
      onMalformed: () => undefined,
      onFault: (_where, error) => expect.fail(String(error)),
      readPatienceMs: () => 60_000,
    });
    const { port } = await front.listen('127.0.0.1', 0);
    client = await RawClient.open(port);
  });
  afterEach(async () => {
    client.close();
    await front.close(0);
  });

  async function ask(...fields: string[]): Promise<Head> {
    client.send(`GET http://a.test/${heads.length} HTTP/1.1\r\n${fields.map((line) => `${line}\r\n`).join('')}\r\n`);
    const number = heads.length + 1;
    await client.until(new RegExp(`\\r\\n\\r\\n${number}$`));
    return heads.at(-1)!;
  }

  it('hands the head of the request before again, with its forwarded head and its directives', async () => {
    const first = await ask('Host: a.test', 'Cache-Control: max-age=5', 'Accept: */*');
    const again = await ask('Host: a.test', 'Cache-Control: max-age=5', 'Accept: */*');
    expect(again).toBe(first);
    expect(again.forwarded).toBe(first.forwarded);
    expect(again.forwarded.requestCacheControl).toBe(first.forwarded.requestCacheControl);
    expect(first.forwarded.fields).toEqual(['Cache-Control', 'max-age=5', 'Accept', '*/*']);
  });

  it('makes another one of other fields, be it order, case or value that differs', async () => {
    const first = await ask('Host: a.test', 'Accept: */*');
    const others = [
      await ask('Accept: */*', 'Host: a.test'),
      await ask('host: a.test', 'Accept: */*'),
      await ask('Host: a.test', 'Accept: text/html'),
      await ask('Host: a.test', 'Accept: */*', 'Range: bytes=0-1'),
    ];
    for (const other of others) expect(other).not.toBe(first);
    expect(others.map((head) => head.hasConditionOrRange)).toEqual([false, false, false, true]);
    expect(others.map((head) => head.get('host'))).toEqual(['a.test', 'a.test', 'a.test', 'a.test']);
  });
});
