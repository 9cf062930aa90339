/** The front's outermost catch: whatever throws behind it, the client gets an answer or a closed connection, and the owner is told. */
import { afterEach, describe, expect, it } from 'vitest';
import { RawClient } from '../../testkit/clients.ts';
import type { ClientRequest, Front, FrontHandlers } from './front.ts';
import { FRONTS } from './testkit/fronts.ts';

describe.each(FRONTS)('the front %s', (_name, createFront) => {
  const boom = (): never => {
    throw new Error('boom');
  };
  let front: Front | undefined;
  let faults: string[];

  async function start(handlers: Partial<FrontHandlers>): Promise<RawClient> {
    faults = [];
    front = createFront({
      onRequest: boom,
      onConnect: boom,
      onUpgrade: boom,
      onMalformed: boom,
      onFault: (where) => faults.push(where),
      readPatienceMs: () => 60_000,
      ...handlers,
    });
    const { port } = await front.listen('127.0.0.1', 0);
    return RawClient.open(port);
  }
  afterEach(async () => {
    await front?.close(0);
  });

  const GET = 'GET http://a.test/ HTTP/1.1\r\nHost: a\r\n\r\n';

  describe('a throw', () => {
    it('in onRequest is answered 500, and pipelined requests are not left waiting', async () => {
      const client = await start({});
      client.send(GET + GET);
      expect(await client.untilEnd()).toMatch(/^HTTP\/1\.1 500 Internal Server Error\r\n/);
      expect(faults).toContain('request');
    });

    it('in onRequest after the reply began breaks the connection', async () => {
      const client = await start({
        onRequest: ({ reply }) => {
          reply.start(200, 'OK', ['Content-Length', '10']);
          reply.write(Buffer.from('01234'));
          boom();
        },
      });
      client.send(GET);
      const text = await client.untilEnd();
      expect(text).not.toContain('HTTP/1.1 500');
      expect(faults).toEqual(['request']);
    });

    it.each([
      ['onConnect', 'CONNECT a.test:443 HTTP/1.1\r\nHost: a\r\n\r\n'],
      ['onUpgrade', 'GET http://a.test/ HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'],
    ])('in %s is answered 500', async (_name, text) => {
      const client = await start({});
      client.send(text);
      expect(await client.untilEnd()).toMatch(/^HTTP\/1\.1 500 /);
      expect(faults).toEqual(['takeover']);
    });

    it('in onMalformed changes nothing for the client', async () => {
      const client = await start({});
      client.send('\x00\x01\r\n\r\n');
      expect(await client.untilEnd()).toMatch(/^HTTP\/1\.1 400 /);
      expect(faults).toEqual(['refusal']);
    });

    it('in the listener of the end is told, and the connection goes on', async () => {
      const client = await start({
        onRequest: ({ reply }) => {
          reply.onClose(boom);
          reply.start(200, 'OK', ['Content-Length', '2']);
          reply.end(Buffer.from('ok'));
        },
      });
      client.send(GET);
      await client.until('\r\n\r\nok');
      client.send(GET);
      await client.until(/ok[^]*ok/);
      expect(faults[0]).toBe('close');
    });

    it('in the listener of a drain ends the reply', async () => {
      const client = await start({
        onRequest: ({ reply }) => {
          reply.onDrain(boom);
          reply.start(200, 'OK', []);
          while (reply.write(Buffer.alloc(65_536)));
        },
      });
      client.send(GET);
      await client.untilEnd();
      expect(faults).toContain('drain');
    });

    it('in onFault itself is nobody’s end', async () => {
      const client = await start({ onFault: boom });
      client.send(GET);
      expect(await client.untilEnd()).toMatch(/^HTTP\/1\.1 500 /);
    });
  });

  describe('what cannot be written', () => {
    const served = async (serve: (request: ClientRequest) => void): Promise<string> => {
      const client = await start({ onRequest: serve });
      client.send('GET http://a.test/ HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n');
      return client.untilEnd();
    };

    it('names and values are cleaned or left out', async () => {
      const text = await served(({ reply }) => {
        reply.start(200, 'O\r\nX: y', [
          'X-A',
          'a\r\nX-Injected: 1',
          'bad name',
          '1',
          'X-B',
          'тест',
          'Trailer',
          'x',
          'X-C',
          'c\x00d',
          'Content-Length',
          '2',
        ]);
        reply.end(Buffer.from('ok'));
      });
      expect(text).toMatch(/^HTTP\/1\.1 200 O {2}X: y\r\nX-A: a {2}X-Injected: 1\r\n/);
      expect(text).toContain(`\r\nX-B: ${Buffer.from('тест').toString('latin1')}\r\nX-C: c d\r\n`);
      expect(text).not.toContain('bad name');
    });

    it('trailers too', async () => {
      const text = await served(({ reply }) => {
        reply.start(200, 'OK', []);
        reply.end(Buffer.from('ok'), ['bad name', '1', 'X-Sum', 'a\r\nb']);
      });
      expect(text.endsWith('ok\r\n0\r\nX-Sum: a  b\r\n\r\n')).toBe(true);
    });

    it.each([0, 99, 101, 1000, 70_000, NaN])('status %d goes out as 502', async (status) => {
      const text = await served(({ reply }) => {
        reply.start(status, 'Odd', ['Content-Length', '2']);
        reply.end(Buffer.from('ok'));
      });
      expect(text).toMatch(/^HTTP\/1\.1 502 Bad Gateway\r\n/);
    });

    it('a broken reply to an HTTP/1.0 client does not look whole', async () => {
      const client = await start({
        onRequest: ({ reply }) => {
          reply.start(200, 'OK', []);
          reply.write(Buffer.from('part'));
          reply.destroy();
        },
      });
      const reset = new Promise((resolve) => client.socket.once('error', resolve));
      client.send('GET http://a.test/ HTTP/1.0\r\n\r\n');
      expect(await reset).toHaveProperty('code', 'ECONNRESET');
    });
  });
});
