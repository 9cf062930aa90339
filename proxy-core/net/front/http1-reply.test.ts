/** What the front writes for a reply, byte for byte: whatever an origin sends, something readable goes out and nobody waits. */
import net, { type AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { RawClient } from '../../testkit/clients.ts';
import { openRawOrigin } from '../../testkit/raw-origin.ts';
import { startCore, type RunningCore } from '../../testkit/running-core.ts';
import { HTTP_FRONTS } from '../../contract/settings.ts';

describe.each(HTTP_FRONTS)('the front %s', (httpFront) => {
  /** An origin that answers every connection's first request with these bytes, in these pieces. */
  let answer: (Buffer | string)[];
  let origin: net.Server;
  let running: RunningCore;
  let url: string;

  beforeEach(async () => {
    origin = net.createServer((socket) => {
      socket.on('error', () => socket.destroy());
      socket.once('data', () => {
        for (const piece of answer) socket.write(piece, 'latin1');
        socket.end();
      });
    });
    await new Promise<void>((resolve) => origin.listen(0, '127.0.0.1', resolve));
    url = `http://127.0.0.1:${(origin.address() as AddressInfo).port}`;
    running = await startCore({ cacheMode: 'off', httpFront });
  });
  afterEach(async () => {
    await running.stop();
    await new Promise((resolve) => origin.close(resolve));
  });

  /** All the bytes (latin1) that come back for a GET. */
  async function bytesFor(path: string, version = '1.1'): Promise<string> {
    const client = await RawClient.open(running.port);
    client.send(`GET ${url}${path} HTTP/${version}\r\nHost: x\r\nConnection: close\r\n\r\n`);
    const text = await client.untilEnd();
    client.close();
    return text;
  }

  describe('reason phrase', () => {
    it('passes one outside latin1 on as it came', async () => {
      const phrase = Buffer.from('Не найдено', 'utf8').toString('latin1');
      answer = [`HTTP/1.1 404 ${phrase}\r\nContent-Length: 2\r\n\r\nno`];
      const text = await bytesFor('/phrase');
      expect(text.split('\r\n')[0]).toBe(`HTTP/1.1 404 ${phrase}`);
      expect(text.endsWith('\r\n\r\nno')).toBe(true);
    });

    it('answers for each of the 256 bytes', { timeout: 60_000 }, async () => {
      for (let byte = 0; byte < 256; byte++) {
        answer = [
          Buffer.concat([
            Buffer.from('HTTP/1.1 404 a'),
            Buffer.from([byte]),
            Buffer.from('b\r\nContent-Length: 2\r\n\r\nno'),
          ]),
        ];
        const text = await bytesFor(`/byte-${byte}`);
        // A byte that makes the answer unreadable (CR, LF) is the origin's failure; everything else goes through.
        expect(text, `byte ${byte}`).toMatch(
          byte === 10 || byte === 13 ? /^HTTP\/1\.1 (404|502) / : /^HTTP\/1\.1 404 a[\t\x20-\x7e\x80-\xff]{1,3}b\r\n/,
        );
      }
    });
  });

  it('an answer to an Upgrade that is none is cleaned too: no character of its phrase becomes a line end', async () => {
    const phrase = Buffer.from('čĊX: y\x01', 'utf8').toString('latin1');
    answer = [`HTTP/1.1 400 ${phrase}\r\nX-Odd: \xe9\r\nContent-Length: 2\r\n\r\nno`];
    const client = await RawClient.open(running.port);
    client.send(`GET ${url}/ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`);
    const text = await client.untilEnd();
    client.close();
    expect(text.split('\r\n')[0]).toBe(`HTTP/1.1 400 ${phrase.replace('\x01', ' ')}`);
    expect(text).toContain('\r\nX-Odd: \xe9\r\n');
  });

  it('a head whose content is long in coming goes out at once', async () => {
    const slow = await openRawOrigin((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n');
    });
    const client = await RawClient.open(running.port);
    client.send(`GET ${slow.url}/events HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    expect(await client.until('\r\n\r\n')).toContain('text/event-stream');
    for (const socket of slow.sockets) socket.end('data: first\n\n');
    expect(await client.untilEnd()).toContain('data: first');
    client.close();
    await slow.close();
  });

  describe('fields', () => {
    it('passes Content-Disposition with UTF-8 on as it came, behind Content-Length too', async () => {
      const value = Buffer.from('attachment; filename="отчёт.pdf"', 'utf8').toString('latin1');
      answer = [`HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Disposition: ${value}\r\n\r\nok`];
      const text = await bytesFor('/disposition');
      expect(text).toContain(`\r\nContent-Disposition: ${value}\r\n`);
      expect(text).toContain('\r\nContent-Length: 2\r\n');
      expect(text.endsWith('\r\n\r\nok')).toBe(true);
    });

    it('answers for each of the 256 bytes in a value', { timeout: 60_000 }, async () => {
      for (let byte = 0; byte < 256; byte++) {
        answer = [
          Buffer.concat([
            Buffer.from('HTTP/1.1 200 OK\r\nContent-Length: 2\r\nX-Odd: a'),
            Buffer.from([byte]),
            Buffer.from('b\r\n\r\nok'),
          ]),
        ];
        expect(await bytesFor(`/value-${byte}`), `byte ${byte}`).toMatch(/^HTTP\/1\.1 (200|502) /);
      }
    });

    it('ends a reply whose trailers cannot be written', async () => {
      answer = [
        'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX-Odd: a\x01b\r\nX-Good: 1\r\n\r\n',
      ];
      const text = await bytesFor('/trailers');
      expect(text).toMatch(/^HTTP\/1\.1 (200|502) /);
    });
  });

  describe('interim heads', () => {
    it('passes 103 with several Link lines on, each on its own line', async () => {
      answer = [
        'HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload, </b.js>; rel=preload; as=script\r\nLink: </c.css>; rel="preload"\r\nX-Hint: 1\r\n\r\n',
        'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok',
      ];
      const text = await bytesFor('/hints');
      const [hints, final] = text.split('\r\n\r\n');
      expect(hints).toBe(
        'HTTP/1.1 103 Early Hints\r\nLink: </a.css>; rel=preload, </b.js>; rel=preload; as=script\r\nLink: </c.css>; rel="preload"\r\nX-Hint: 1',
      );
      expect(final).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    });

    it('a Link made to be slow to read costs nothing', async () => {
      answer = [
        `HTTP/1.1 103 Early Hints\r\nLink: <a>${';a=b'.repeat(8000)}"\r\n\r\n`,
        'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok',
      ];
      const text = await bytesFor('/slow-link');
      expect(text).toContain('HTTP/1.1 103 Early Hints\r\nLink: <a>');
      expect(text.endsWith('ok')).toBe(true);
    });

    it('passes other interim answers on, without fields of the connection or of content', async () => {
      answer = [
        'HTTP/1.1 102 Processing\r\nConnection: X-Gone\r\nX-Gone: 1\r\nContent-Length: 5\r\n\r\n',
        'HTTP/1.1 199 Thinking\r\nX-Kept: 1\r\n\r\n',
        'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok',
      ];
      const text = await bytesFor('/interim');
      expect(text).toMatch(
        /^HTTP\/1\.1 102 Processing\r\n\r\nHTTP\/1\.1 199 [^\r]*\r\nX-Kept: 1\r\n\r\nHTTP\/1\.1 200 OK\r\n/,
      );
    });

    it('tells HTTP/1.0 clients of none', async () => {
      answer = ['HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'];
      expect(await bytesFor('/old', '1.0')).toMatch(/^HTTP\/1\.1 200 OK\r\n/);
    });
  });
});
