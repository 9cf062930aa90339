/** Answers as no decent server sends them: reset connections, interim heads nobody asked for, foreign codings, trailers. */
import type net from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ask, RawClient } from '../../testkit/clients.ts';
import { openRawOrigin, type RawOrigin } from '../../testkit/raw-origin.ts';
import { startCore, type RunningCore } from '../../testkit/running-core.ts';

let origin: RawOrigin;
let running: RunningCore;
let script: (socket: net.Socket, head: string) => void;

beforeEach(async () => {
  origin = await openRawOrigin((socket, head) => script(socket, head));
  running = await startCore();
});
afterEach(async () => {
  await running.stop();
  await origin.close();
});

/** Asks over a connection of its own and reads until the proxy ends it. */
async function raw(path: string, fields = ''): Promise<string> {
  const client = await RawClient.open(running.port);
  client.send(`GET ${origin.url}${path} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n${fields}\r\n`);
  return client.untilEnd();
}

describe('an answer without length', () => {
  const endless = 'HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\n\r\nhalf of it';

  it('is complete, and stored, when the connection is ended in order', async () => {
    script = (socket) => socket.end(endless);
    const reply = await ask(running.port, `${origin.url}/fin`);
    expect(reply.body.toString()).toBe('half of it');
    expect((await ask(running.port, `${origin.url}/fin`)).fields['x-cache-status']).toBe('HIT');
    expect(origin.heads).toHaveLength(1);
  });

  it('is broken, and never stored, when the connection is reset', async () => {
    script = (socket) => {
      socket.write(endless);
    };
    const client = await RawClient.open(running.port);
    client.send(`GET ${origin.url}/rst HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    await client.until('half of it');
    for (const socket of origin.sockets) socket.resetAndDestroy();
    expect(await client.untilEnd()).not.toContain('\r\n0\r\n\r\n');
    await running.finished(1);
    expect((await running.detailOf('/rst')).row).toMatchObject({ state: 'failed', error: 'http_response_incomplete' });
    script = (socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nall');
    const again = await ask(running.port, `${origin.url}/rst`);
    expect(again.body.toString()).toBe('all');
    expect(origin.heads).toHaveLength(2);
  });

  it('is broken for HTTP/1.0 and with Connection: close too', async () => {
    for (const [i, head] of [
      'HTTP/1.0 200 OK\r\nCache-Control: max-age=60\r\n\r\n',
      'HTTP/1.1 200 OK\r\nConnection: close\r\nCache-Control: max-age=60\r\n\r\n',
    ].entries()) {
      script = (socket) => socket.write(`${head}part`);
      const client = await RawClient.open(running.port);
      client.send(`GET ${origin.url}/r${i} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
      await client.until('part');
      for (const socket of origin.sockets) socket.resetAndDestroy();
      await client.untilEnd();
      await running.finished(i + 1);
      expect((await running.detailOf(`/r${i}`)).row).toMatchObject({
        state: 'failed',
        error: 'http_response_incomplete',
      });
    }
    expect((await running.core.handlers['entry.list']({})).total).toBe(0);
  });

  it('does not take a complete answer of known length for broken when a reset follows', async () => {
    script = (socket) =>
      socket.write(
        'HTTP/1.1 200 OK\r\nConnection: close\r\nCache-Control: max-age=60\r\nContent-Length: 4\r\n\r\nfull',
        () => socket.resetAndDestroy(),
      );
    expect((await ask(running.port, `${origin.url}/full`)).body.toString()).toBe('full');
    await running.finished(1);
    expect((await running.detailOf('/full')).row.state).toBe('done');
  });
});

describe('100 Continue nobody asked for', () => {
  const ok = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok';

  it.each([
    ['alone', ['HTTP/1.1 100 Continue\r\n\r\n', ok]],
    ['in one packet with the answer', [`HTTP/1.1 100 Continue\r\n\r\n${ok}`]],
    ['with fields', [`HTTP/1.1 100 Continue\r\nServer: odd\r\nX: 1\r\n\r\n${ok}`]],
    ['without a phrase, three times', [`HTTP/1.1 100\r\n\r\nHTTP/1.1 100 \r\n\r\nHTTP/1.1 100 Continue\r\n\r\n${ok}`]],
    ['byte by byte', [...`HTTP/1.1 100 Continue\r\nA: b\r\n\r\n${ok}`]],
  ])('%s', async (_name, parts) => {
    script = (socket) => {
      const rest = [...parts];
      const next = (bytes: string | undefined): void => {
        if (bytes !== undefined) socket.write(bytes, () => setImmediate(() => next(rest.shift())));
      };
      next(rest.shift());
    };
    for (const path of ['/c', '/c2']) {
      const reply = await ask(running.port, `${origin.url}${path}`);
      expect(reply.status).toBe(200);
      expect(reply.body.toString()).toBe('ok');
    }
    // The connection stays good: both went over one.
    expect(origin.sockets.size).toBe(1);
  });

  it('leaves other interim heads alone, and a body that looks like one', async () => {
    const body = 'HTTP/1.1 100 Continue\r\n\r\n';
    script = (socket) =>
      socket.write(
        `HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: ${body.length}\r\n\r\n${body}`,
      );
    const text = await raw('/looks');
    expect(text).toContain('HTTP/1.1 102');
    expect(text.endsWith(body)).toBe(true);
  });

  it('is tolerated before 101, and for a request with content', async () => {
    script = (socket) =>
      socket.write(
        'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\nhello',
      );
    const client = await RawClient.open(running.port);
    client.send(`GET ${origin.url}/ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`);
    expect(await client.until('hello')).toContain('HTTP/1.1 101');
    client.close();
    script = (socket) => socket.write('HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok');
    expect((await ask(running.port, `${origin.url}/post`, { method: 'POST', body: 'data' })).status).toBe(200);
  });

  it('without an end is given up as too long a head', async () => {
    script = (socket) => {
      socket.write(`HTTP/1.1 100 Continue\r\n${`X: ${'y'.repeat(1000)}\r\n`.repeat(200)}`);
    };
    expect((await ask(running.port, `${origin.url}/long`)).status).toBe(502);
  });
});

describe('transfer codings', () => {
  it.each([
    'gzip, chunked',
    'gzip',
    'x-gzip',
    'deflate',
    'br',
    'chunked, chunked',
    'x-own, chunked',
    'x-own;q=1',
    'x-own;q=1, chunked',
    'br , chunked',
    '',
  ])('refuses %s', async (coding) => {
    script = (socket) =>
      socket.end(
        `HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nTransfer-Encoding: ${coding}\r\n\r\n3\r\nabc\r\n0\r\n\r\n`,
      );
    const reply = await ask(running.port, `${origin.url}/te`);
    expect(reply.status).toBe(502);
    expect(reply.fields['proxy-status']).toContain('http_protocol_error');
    expect((await running.core.handlers['entry.list']({})).total).toBe(0);
  });

  it('drops a word that names no coding: the content ends with the connection', async () => {
    script = (socket) =>
      socket.end('HTTP/1.1 200 OK\r\nCache-Control: max-age=60\r\nTransfer-Encoding: no-such-coding\r\n\r\nabc');
    for (const status of ['MISS', 'HIT']) {
      const reply = await ask(running.port, `${origin.url}/te-word`);
      expect([reply.status, reply.fields['x-cache-status'], reply.body.toString()]).toEqual([200, status, 'abc']);
      expect(reply.fields['transfer-encoding']).not.toBe('no-such-coding');
    }
  });

  it('reads chunked in any case', async () => {
    script = (socket) => socket.end('HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n');
    expect((await ask(running.port, `${origin.url}/te`)).body.toString()).toBe('abc');
  });

  it('refuses them for an upgrade that is answered with content', async () => {
    script = (socket) => socket.end('HTTP/1.1 200 OK\r\nTransfer-Encoding: gzip, chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n');
    const text = await raw('/ws', 'Connection: Upgrade\r\nUpgrade: websocket\r\n');
    expect(text).toContain('HTTP/1.1 502');
  });
});

it('passes trailers on except those that frame, route, authenticate or decide (RFC 9110 §6.5.1)', async () => {
  script = (socket) =>
    socket.end(
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\nX-Sum: 42\r\nETag: "v"\r\nServer-Timing: a\r\nContent-Encoding: gzip\r\nTransfer-Encoding: chunked\r\n' +
        'Set-Cookie: a=1\r\nCache-Control: max-age=1\r\nVary: a\r\nLocation: /x\r\nHost: evil\r\nAuthorization: x\r\nWWW-Authenticate: y\r\nTrailer: z\r\nConnection: close\r\nTE: gzip\r\nContent-Range: bytes 0-1/2\r\nAge: 1\r\nExpires: 0\r\nDate: 0\r\n\r\n',
    );
  const text = await raw('/tr');
  const trailers = text.slice(text.indexOf('\r\n0\r\n') + 5);
  expect(trailers).toBe('X-Sum: 42\r\nETag: "v"\r\nServer-Timing: a\r\n\r\n');
});
