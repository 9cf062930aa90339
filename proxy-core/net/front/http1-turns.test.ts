/** Several things on one client connection, over real sockets: replies in order, nothing in the middle of another, nobody left waiting. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RawClient } from '../../testkit/clients.ts';
import { openOrigin, type Origin } from '../../testkit/origin.ts';
import { startCore, type RunningCore } from '../../testkit/running-core.ts';
import { HTTP_FRONTS } from '../../contract/settings.ts';

describe.each(HTTP_FRONTS)('the front %s', (httpFront) => {
  let origin: Origin;
  let running: RunningCore;
  let client: RawClient;
  /** Requests the origin was asked and has not answered. */
  let open: Map<string, ServerResponse>;
  let script: ((request: IncomingMessage, response: ServerResponse) => boolean) | undefined;

  beforeEach(async () => {
    open = new Map();
    script = undefined;
    origin = await openOrigin((request, response) => {
      const path = request.url ?? '';
      response.on('close', () => open.delete(path));
      if (script?.(request, response)) return;
      if (path.startsWith('/hold')) open.set(path, response);
      else response.end(`[${request.method} ${path}]`);
    });
    running = await startCore({ cacheMode: 'off', httpFront });
    client = await RawClient.open(running.port);
  });
  afterEach(async () => {
    client.close();
    await running.stop();
    await origin.close();
  });

  const head = (method: string, path: string, ...fields: string[]): string =>
    `${[`${method} ${origin.url}${path} HTTP/1.1`, 'Host: x', ...fields].join('\r\n')}\r\n\r\n`;
  /** A request of another connection through core and origin: what was sent before it has been read by then. */
  async function roundTrip(): Promise<void> {
    const other = await RawClient.open(running.port);
    other.send(head('GET', '/other'));
    await other.until('[GET /other]');
    other.close();
  }
  /** Status codes and bodies in the order they came. */
  const statuses = (text: string): string[] => [...text.matchAll(/HTTP\/1\.1 (\d+) /g)].map((match) => match[1]!);

  describe('bytes that are no request', () => {
    it('behind a running reply wait for its end, are answered 400, and the connection ends', async () => {
      client.send(head('GET', '/hold'));
      await origin.reached(1);
      client.send('\x01\x02 no request\r\n\r\n');
      await roundTrip();
      expect(client.received).toBe('');
      open.get('/hold')!.write('first half, ');
      await client.until('first half, ');
      open.get('/hold')!.end('second half');
      const text = await client.untilEnd();
      expect(statuses(text)).toEqual(['200', '400']);
      expect(text.indexOf('second half')).toBeLessThan(text.indexOf('HTTP/1.1 400'));
    });

    it('behind two running replies wait for both', async () => {
      client.send(head('GET', '/hold1') + head('GET', '/hold2') + '\x00\r\n\r\n');
      await origin.reached(2);
      open.get('/hold2')!.end('two');
      open.get('/hold1')!.end('one');
      const text = await client.untilEnd();
      expect(statuses(text)).toEqual(['200', '200', '400']);
      expect(text.indexOf('one')).toBeLessThan(text.indexOf('two'));
    });

    it('inside the content of a running request end that request, its upstream, and are answered once', async () => {
      client.send(`${head('POST', '/hold', 'Transfer-Encoding: chunked')}3\r\nabc\r\n`);
      await origin.reached(1);
      client.send('no chunk\r\n');
      const text = await client.untilEnd();
      expect(statuses(text)).toEqual(['400']);
      await running.finished(1);
      expect((await running.detailOf('/hold')).row).toMatchObject({
        reason: 'request-refused',
        error: 'http_request_error',
      });
    });

    it('behind Connection: close are ignored', async () => {
      client.send(`${head('GET', '/hold', 'Connection: close')}GET http://x.test/ HTTP/1.1\r\nHost: x\r\n\r\n\x00\x00`);
      await origin.reached(1);
      open.get('/hold')!.end('alone');
      const text = await client.untilEnd();
      expect(statuses(text)).toEqual(['200']);
      expect(text).toContain('alone');
    });

    it('a refused request waits its turn too, and what follows it is not served', async () => {
      client.send(
        `${head('GET', '/hold')}GET ${origin.url}/two-hosts HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n${head('GET', '/behind')}`,
      );
      await origin.reached(1);
      open.get('/hold')!.end('first');
      const text = await client.untilEnd();
      expect(statuses(text)).toEqual(['200', '400']);
      expect(text.indexOf('first')).toBeLessThan(text.indexOf('HTTP/1.1 400'));
      expect(origin.requests).toEqual(['GET /hold']);
    });
  });

  describe('pipelined requests', () => {
    it('run side by side when all are safe, and are answered in order', async () => {
      client.send(head('GET', '/hold1') + head('GET', '/hold2') + head('GET', '/hold3'));
      await origin.reached(3);
      for (const path of ['/hold3', '/hold2', '/hold1']) open.get(path)!.end(`<${path}>`);
      const text = await client.until('</hold3>');
      expect([...text.matchAll(/<(.*?)>/g)].map((match) => match[1])).toEqual(['/hold1', '/hold2', '/hold3']);
    });

    it('run one after the other when one is unsafe', async () => {
      client.send(`${head('POST', '/hold1', 'Content-Length: 1')}a${head('DELETE', '/hold2')}${head('GET', '/hold3')}`);
      for (const [i, path] of ['/hold1', '/hold2', '/hold3'].entries()) {
        while (!open.has(path)) await roundTrip();
        await roundTrip();
        expect(origin.requests.filter((line) => line.includes('/hold'))).toHaveLength(i + 1);
        open.get(path)!.end(`<${path}>`);
        await client.until(`<${path}>`);
      }
      expect(origin.requests.filter((line) => line.includes('/hold'))).toEqual([
        'POST /hold1',
        'DELETE /hold2',
        'GET /hold3',
      ]);
    });

    it('more than a connection may let wait: those that fit are answered, then it ends', async () => {
      client.send(`${head('POST', '/hold', 'Content-Length: 1')}a${head('GET', '/next').repeat(400)}`);
      await origin.reached(1);
      open.get('/hold')!.end('first');
      expect(statuses(await client.untilEnd())).toHaveLength(258);
      expect(origin.requests).toHaveLength(258);
    });

    it('a waiting request keeps its content', async () => {
      script = (request, response) => {
        if (request.method !== 'PUT') return false;
        let size = 0;
        request.on('data', (chunk: Buffer) => (size += chunk.length));
        request.on('end', () => response.end(`<${size}>`));
        return true;
      };
      client.send(head('GET', '/hold') + head('PUT', '/up', 'Content-Length: 300000') + 'x'.repeat(300_000));
      await origin.reached(1);
      open.get('/hold')!.end('first');
      expect(await client.until('<300000>')).toContain('first');
    });

    it('end with their connection: every exchange and every upstream', async () => {
      client.send(head('GET', '/hold1') + head('GET', '/hold2') + head('GET', '/hold3'));
      await origin.reached(3);
      const closed = Promise.all(
        [...open.values()].map((response) => new Promise<void>((resolve) => response.once('close', () => resolve()))),
      );
      client.close();
      await closed;
      await running.finished(3);
      for (const path of ['/hold1', '/hold2', '/hold3'])
        expect((await running.detailOf(path)).row.state).toBe('client-left');
    });

    it('one whose upstream breaks off before its turn ends the connection after the replies before it', async () => {
      client.send(head('GET', '/hold1') + head('GET', '/hold2'));
      await origin.reached(2);
      open.get('/hold2')!.write('part');
      await new Promise<void>((resolve) => open.get('/hold2')!.write('more', () => resolve()));
      open.get('/hold2')!.destroy();
      await running.finished(1);
      open.get('/hold1')!.end('whole');
      const text = await client.untilEnd();
      expect(text).toContain('whole');
      expect(text).not.toContain('\r\n0\r\n\r\n0\r\n\r\n');
    });

    it('interim answers of one that is not at its turn do not get into the reply before it', async () => {
      script = (request, response) => {
        if (request.url !== '/hints') return false;
        response.writeEarlyHints({ link: '</a.css>; rel=preload' });
        response.end('hinted');
        return true;
      };
      client.send(head('GET', '/hold'));
      await origin.reached(1);
      open.get('/hold')!.write('begin ');
      await client.until('begin ');
      client.send(head('GET', '/hints'));
      await origin.reached(2);
      open.get('/hold')!.end('end');
      const text = await client.until('hinted');
      expect(text).toMatch(/begin \r\n3\r\nend\r\n0\r\n\r\nHTTP\/1\.1 /);
    });
  });

  describe('Expect and Upgrade', () => {
    it('Expect: 100-continue without content leaves the connection open for the next request', async () => {
      client.send(head('GET', '/one', 'Expect: 100-continue') + head('GET', '/two'));
      const text = await client.until('[GET /two]');
      expect(statuses(text)).toEqual(['200', '200']);
      expect(text.toLowerCase()).not.toContain('connection: close');
    });

    it.each([['h2c'], ['h2c, websocket'], ['foo/1, h2c']])(
      'an ignored Upgrade: %s and the request behind it are both answered',
      async (upgrade) => {
        client.send(
          head(
            'GET',
            '/one',
            'Connection: Upgrade, HTTP2-Settings',
            `Upgrade: ${upgrade}`,
            'HTTP2-Settings: AAMAAABkAAQ',
          ) + head('GET', '/two'),
        );
        expect(statuses(await client.until('[GET /two]'))).toEqual(['200', '200']);
        expect(origin.requests).toEqual(['GET /one', 'GET /two']);
        expect((await running.detailOf('/one')).requestFields.map(([name]) => name)).toContain('Upgrade');
      },
    );

    it('an ignored Upgrade of a request with content keeps the content', async () => {
      script = (request, response) => {
        request.pipe(response);
        return true;
      };
      client.send(
        `${head('POST', '/up', 'Connection: Upgrade', 'Upgrade: h2c', 'Content-Length: 5')}hello${head('GET', '/two')}`,
      );
      const text = await client.until(/hello[^]*HTTP\/1\.1 200/);
      expect(statuses(text)).toEqual(['200', '200']);
    });

    it('a WebSocket request with content is no upgrade', async () => {
      script = (request, response) => {
        request.pipe(response);
        return true;
      };
      client.send(`${head('POST', '/ws', 'Connection: Upgrade', 'Upgrade: websocket', 'Content-Length: 5')}hello`);
      expect(await client.until('hello')).toMatch(/^HTTP\/1\.1 200 /);
    });

    it('CONNECT behind a reply whose connection dies is not carried out', async () => {
      client.send(`${head('GET', '/hold')}CONNECT 127.0.0.1:${origin.port} HTTP/1.1\r\nHost: x\r\n\r\n`);
      await origin.reached(1);
      const closed = new Promise<void>((resolve) => open.get('/hold')!.once('close', () => resolve()));
      client.socket.resetAndDestroy();
      // Nobody reads behind a CONNECT: that the client has gone is seen when its reply is written.
      const chunk = Buffer.alloc(65_536);
      const pour = (): void => void open.get('/hold')?.write(chunk, () => pour());
      pour();
      await closed;
      await running.finished(1);
      await roundTrip();
      expect((await running.core.handlers['exchange.list']({ method: 'CONNECT' })).rows).toEqual([]);
      expect(running.core.stats().totals.inFlight).toBe(0);
    });

    it('CONNECT behind a running reply waits for it', async () => {
      client.send(`${head('GET', '/hold')}CONNECT 127.0.0.1:${origin.port} HTTP/1.1\r\nHost: x\r\n\r\n`);
      await origin.reached(1);
      const big = 'x'.repeat(3_000_000);
      open.get('/hold')!.end(big);
      const text = await client.until('Connection Established\r\n');
      expect(text.indexOf(big.slice(0, 1000))).toBeGreaterThan(0);
      client.send('GET /through HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n');
      await client.until('[GET /through]');
      expect(client.received.lastIndexOf('x'.repeat(1000))).toBeLessThan(
        client.received.indexOf('Connection Established'),
      );
    });
  });
});
