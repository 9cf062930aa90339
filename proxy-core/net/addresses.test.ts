/** Odd spellings of targets and addresses over real sockets: one host, one key, one Host field; loops by any name; refusals in words. */
import net from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ask, RawClient } from '../testkit/clients.ts';
import { openOrigin, type Origin } from '../testkit/origin.ts';
import { oddUrls } from '../testkit/odd-urls.ts';
import { startCore, type RunningCore } from '../testkit/running-core.ts';

let origin: Origin;
let running: RunningCore;

beforeEach(async () => {
  origin = await openOrigin((request, response) => {
    response.setHeader('Cache-Control', 'max-age=100');
    response.end(`for ${request.method} ${request.url}`);
  });
  running = await startCore();
});
afterEach(async () => {
  await running.stop();
  await origin.close();
});

/** The whole answer to one request with this target, as text. */
async function raw(target: string, { method = 'GET', fields = '', port = running.port } = {}): Promise<string> {
  const client = await RawClient.open(port);
  client.send(`${method} ${target} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${fields}\r\n`);
  return client.untilEnd();
}

const hostFieldOf = (fields: readonly string[]): string | undefined =>
  fields[fields.findIndex((text, i) => i % 2 === 0 && text.toLowerCase() === 'host') + 1];

describe('one host', () => {
  it.each([
    '127.1',
    '2130706433',
    '0x7f000001',
    '0177.0.0.1',
    '%31%32%37.0.0.1',
    '[::ffff:127.0.0.1]',
    '127.0.0.1.',
    '[0:0:0:0:0:ffff:7f00:1]',
  ])('is one key and one Host field when it is written %s', async (host) => {
    await ask(running.port, `${origin.url}/same`);
    const text = await raw(`http://${host}:${origin.port}/same`);
    expect(text).toContain('X-Cache-Status: HIT');
    await raw(`http://${host}:${origin.port}/other`);
    expect(hostFieldOf(origin.lastFields())).toBe(`127.0.0.1:${origin.port}`);
    expect(origin.requests).toEqual(['GET /same', 'GET /other']);
  });

  it('is one for names too', async () => {
    await raw(`http://one.test:${origin.port}/same`);
    expect(await raw(`http://ONE.Te%73t.:${origin.port}/same`)).toContain('X-Cache-Status: HIT');
    expect(hostFieldOf(origin.lastFields())).toBe(`one.test:${origin.port}`);
  });
});

describe('one form of a URL', () => {
  const purge = async (url: string): Promise<number> =>
    (await running.core.handlers['cache.purge']({ selector: { url }, dryRun: false })).entries;

  it('whatever is stored is found, invalidated and purged by the URL as the client wrote it and as the inspector shows it', async () => {
    const { handlers } = running.core;
    let stored = 0;
    for (const url of oddUrls(150, ['127.0.0.1', '127.1', 'One.Test.', '%6fne.test'], [`:${origin.port}`])) {
      const store = async (): Promise<string> => {
        expect(await raw(url)).toMatch(/X-Cache-Status: MISS/);
        const { entries } = await handlers['entry.list']({ text: url });
        expect(entries).toHaveLength(1);
        return entries[0]!.url;
      };
      const text = await raw(url, { method: 'POST' });
      // The parser of the front takes no such character in a target.
      if (text.startsWith('HTTP/1.1 400')) continue;
      stored++;
      const shown = await store();
      expect(await raw(url)).toContain('X-Cache-Status: HIT');
      expect([url, await purge(url)]).toEqual([url, 1]);
      expect(await store()).toBe(shown);
      expect([shown, await purge(`${shown}#part`)]).toEqual([shown, 1]);
      const { host } = (await store(), (await handlers['entry.list']({ text: shown })).entries[0]!);
      expect((await handlers['entry.list']({ host })).total).toBe(1);
      await raw(url, { method: 'POST' });
      expect([url, (await handlers['entry.list']({})).total]).toEqual([url, 0]);
    }
    expect(stored).toBeGreaterThan(100);
  });

  it('is sent to the origin as the client wrote it, and what an origin may tell apart has keys of its own', async () => {
    for (const path of ['/a/../c{1}', '/c{1}', '/c%7B1%7D', '/c%7b1%7d', '/./c{1}', '//c{1}'])
      expect(await raw(`${origin.url}${path}`)).toContain(`for GET ${path}`);
    expect(origin.requests).toEqual([
      'GET /a/../c{1}',
      'GET /c{1}',
      'GET /c%7B1%7D',
      'GET /c%7b1%7d',
      'GET /./c{1}',
      'GET //c{1}',
    ]);
    expect(await purge(`${origin.url}/a/../c{1}`)).toBe(1);
    // Nothing is left under what was written, so it is taken as a browser would.
    expect(await purge(`${origin.url}/a/../c{1}`)).toBe(1);
    expect(await purge(`${origin.url}/x/../c%7b1%7d`)).toBe(1);
  });

  it('a revalidation by hand asks for the path as it was sent', async () => {
    await raw(`http://127.1:${origin.port}/a/../c{1}`);
    const [entry] = (await running.core.handlers['entry.list']({})).entries;
    expect(await running.core.handlers['entry.revalidate']({ id: entry!.id })).toMatchObject({
      kind: 'changed',
      status: 200,
    });
    expect(origin.requests).toEqual(['GET /a/../c{1}', 'GET /a/../c{1}']);
  });

  it('purges by a host in any spelling, and finds events by it', async () => {
    await raw(`${origin.url}/h`);
    const { handlers } = running.core;
    expect((await handlers['exchange.list']({ host: `0x7F.1:${origin.port}` })).total).toBe(1);
    expect((await handlers['exchange.list']({ text: `HTTP://127.1:${origin.port}/h` })).total).toBe(1);
    expect((await handlers['cache.purge']({ selector: { host: '127.1' }, dryRun: false })).entries).toBe(1);
  });
});

describe('targets that cannot be sent on', () => {
  it.each([
    ['http://one.test:PORT#f', /Unexpected char in url server|request target is malformed/],
    ['http://[fe80::1%25lo]:PORT/', /without its zone/],
    ['http://a%00b.test:PORT/', /is not a host/],
    [`http://${'a'.repeat(64)}.test:PORT/`, /longer than 63/],
    [`http://${'abcdefg.'.repeat(32)}test:PORT/`, /longer than 253/],
    ['http://a..test:PORT/', /empty label/],
    ['http://1.2.3.4.5:PORT/', /is not a host/],
  ])('%s is 400 with the reason, as a request, an upgrade and (its authority) a tunnel', async (given, problem) => {
    const target = given.replace('PORT', String(origin.port));
    const text = await raw(target);
    expect(text).toMatch(/^HTTP\/1\.1 400 /);
    expect(text).toMatch(problem);
    expect(await raw(target, { fields: 'Upgrade: websocket\r\nConnection: Upgrade\r\n' })).toMatch(/^HTTP\/1\.1 400 /);
    const authority = /\/\/([^/]*)/.exec(target)![1]!;
    expect(await raw(authority, { method: 'CONNECT' })).toMatch(/^HTTP\/1\.1 400 /);
    expect(origin.requests).toEqual([]);
  });

  it('a fragment is 400, for servers do different things with one', async () => {
    const text = await raw(`${origin.url}/a#f`);
    expect(text).toMatch(/^HTTP\/1\.1 400 /);
    expect(text).toContain('fragment');
    expect(origin.requests).toEqual([]);
  });

  it('a name the rule does not let be looked up is 502 and says so', async () => {
    const text = await raw('http://example.invalid/');
    expect(text).toMatch(/^HTTP\/1\.1 502 /);
    expect(text).toContain('destination_ip_prohibited');
  });

  it('a port nobody listens on is 502', async () => {
    const gone = await openOrigin(() => undefined);
    await gone.close();
    expect(await raw(`http://127.1:${gone.port}/`)).toContain('connection_refused');
  });
});

describe('an answer with a status outside 100 to 599', () => {
  it.each(['099', '000', '600', '999', '1000', '20', '-200', '2x0'])(
    '%s is 502 with http_protocol_error',
    async (status) => {
      const server = net.createServer((socket) => {
        socket.on('error', () => socket.destroy());
        socket.once('data', () =>
          socket.end(`HTTP/1.1 ${status} Odd\r\nContent-Length: 2\r\nCache-Control: max-age=100\r\n\r\nok`),
        );
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const { port } = server.address() as net.AddressInfo;
      const text = await raw(`http://127.0.0.1:${port}/odd`);
      expect(text).toMatch(/^HTTP\/1\.1 502 /);
      expect(text).toContain('error=http_protocol_error');
      const { entries } = await running.core.handlers['entry.list']({});
      expect(entries).toEqual([]);
      server.close();
    },
  );
});

describe('OPTIONS', () => {
  it.each([
    ['', 'OPTIONS *'],
    ['/', 'OPTIONS /'],
    ['?a', 'OPTIONS /?a'],
    ['/*', 'OPTIONS /*'],
  ])('of a URL that ends in "%s" goes out as %s', async (path, line) => {
    expect(await raw(`${origin.url}${path}`, { method: 'OPTIONS' })).toMatch(/^HTTP\/1\.1 200 /);
    expect(origin.requests).toEqual([line]);
    expect(hostFieldOf(origin.lastFields())).toBe(`127.0.0.1:${origin.port}`);
  });

  it('asks for the server also when all connections are busy', async () => {
    await running.stop();
    running = await startCore({ upstreamConnections: 1 });
    await Promise.all([
      raw(`${origin.url}/a`),
      raw(origin.url, { method: 'OPTIONS' }),
      raw(origin.url, { method: 'OPTIONS' }),
    ]);
    expect(origin.requests.slice().sort()).toEqual(['GET /a', 'OPTIONS *', 'OPTIONS *']);
  });

  it('with Max-Forwards: 0 is answered here', async () => {
    expect(await raw(origin.url, { method: 'OPTIONS', fields: 'Max-Forwards: 0\r\n' })).toContain('Allow: ');
    expect(origin.requests).toEqual([]);
  });
});

describe('loops', () => {
  const own = [
    '127.0.0.1',
    '127.1',
    '2130706433',
    '[::ffff:7f00:1]',
    'localhost',
    'localhost.',
    'LOCALHOST',
    'any.localhost',
    '0.0.0.0',
    '0',
    '[::]',
    'kafka.test',
    'other.name.test',
  ];

  it.each(own)('by the name %s: request, upgrade and tunnel', async (host) => {
    for (const text of [
      await raw(`http://${host}:${running.port}/`),
      await raw(`http://${host}:${running.port}/`, { fields: 'Upgrade: websocket\r\nConnection: Upgrade\r\n' }),
      await raw(`${host}:${running.port}`, { method: 'CONNECT' }),
    ]) {
      expect(text).toMatch(/^HTTP\/1\.1 502 /);
      expect(text).toContain('error=proxy_loop_detected');
    }
    // Refused before anything was dialled: each of the three came in once.
    expect((await running.core.handlers['exchange.list']({})).total).toBe(3);
  });

  it('a tunnel to itself by a name of another interface when it listens on all', async () => {
    await running.stop();
    running = await startCore({ host: '0.0.0.0' });
    expect(await raw(`127.0.0.2:${running.port}`, { method: 'CONNECT' })).toContain('error=proxy_loop_detected');
    expect(await raw(`127.3:${running.port}`, { method: 'CONNECT' })).toContain('error=proxy_loop_detected');
  });

  it('another loopback address with the same port is no loop when the proxy does not listen there', async () => {
    expect(await raw(`127.0.0.2:${running.port}`, { method: 'CONNECT' })).toContain('error=connection_refused');
  });
});
