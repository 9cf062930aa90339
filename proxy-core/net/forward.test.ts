/** Forwarding over real sockets: what goes to the origin, what comes back, and what happens when something breaks. */
import http from 'node:http';
import net from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ask, RawClient } from '../testkit/clients.ts';
import { openOrigin, type Origin } from '../testkit/origin.ts';
import { startCore, type RunningCore } from '../testkit/running-core.ts';

let origin: Origin;
let running: RunningCore;
let script: (request: http.IncomingMessage, response: http.ServerResponse) => void;

beforeEach(async () => {
  script = (_request, response) => response.end('ok');
  origin = await openOrigin((request, response) => script(request, response));
  running = await startCore({ cacheMode: 'off' });
});
afterEach(async () => {
  await running.stop();
  await origin.close();
});

const pairs = (raw: readonly string[], name: string): string[] =>
  raw.filter((_, i) => i % 2 === 1 && raw[i - 1]!.toLowerCase() === name);

describe('requests', () => {
  it('sends method, path, fields in order, and drops what belongs to the connection', async () => {
    await ask(running.port, `${origin.url}/a?b=1`, {
      method: 'PUT',
      body: 'hello',
      headers: [
        'X-One',
        '1',
        'X-Two',
        '2',
        'X-One',
        '3',
        'Connection',
        'X-Secret',
        'X-Secret',
        'no',
        'Proxy-Authorization',
        'Basic dTpw',
        'Proxy-Connection',
        'keep-alive',
        'Content-Length',
        '5',
        'Host',
        'wrong.test',
      ],
    });
    expect(origin.requests).toEqual(['PUT /a?b=1']);
    const fields = origin.lastFields();
    expect(pairs(fields, 'x-one')).toEqual(['1', '3']);
    expect(pairs(fields, 'x-two')).toEqual(['2']);
    expect(pairs(fields, 'x-secret')).toEqual([]);
    expect(pairs(fields, 'proxy-authorization')).toEqual([]);
    expect(pairs(fields, 'host')).toEqual([`127.0.0.1:${origin.port}`]);
    expect(pairs(fields, 'via')[0]).toMatch(/^1\.1 bsdm-proxy-[0-9a-f]{8}$/);
  });

  it.each(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'PROPFIND', 'QUERY'])(
    'forwards %s',
    async (method) => {
      const reply = await ask(running.port, `${origin.url}/m`, { method });
      expect(reply.status).toBe(200);
      expect(origin.requests).toEqual([`${method} /m`]);
    },
  );

  it('streams a large chunked request body through unchanged', async () => {
    const sum = { bytes: 0 };
    script = (request, response) => {
      request.on('data', (chunk: Buffer) => (sum.bytes += chunk.length));
      request.on('end', () => response.end(String(sum.bytes)));
    };
    const body = Buffer.alloc(5_000_000, 7);
    const reply = await ask(running.port, `${origin.url}/up`, {
      method: 'POST',
      body,
      headers: { 'Transfer-Encoding': 'chunked' },
    });
    expect(reply.body.toString()).toBe('5000000');
    expect((await running.detailOf('/up')).row.requestBytes).toBe(5_000_000);
  });

  it('answers 100 Continue when the client waits for it, and hides Expect from the origin', async () => {
    script = (request, response) => {
      let text = '';
      request.on('data', (chunk: Buffer) => (text += chunk.toString()));
      request.on('end', () => response.end(text));
    };
    const client = await RawClient.open(running.port);
    client.send(`POST ${origin.url}/wait HTTP/1.1\r\nHost: x\r\nContent-Length: 4\r\nExpect: 100-continue\r\n\r\n`);
    await client.until('HTTP/1.1 100 Continue\r\n\r\n');
    client.send('data');
    expect(await client.until('data')).toContain('HTTP/1.1 200 OK');
    expect(pairs(origin.lastFields(), 'expect')).toEqual([]);
    client.close();
  });

  it('answers 417 to another expectation', async () => {
    const reply = await ask(running.port, `${origin.url}/`, { headers: { Expect: 'wonders' } });
    expect(reply.status).toBe(417);
  });
});

describe('replies', () => {
  it('keeps order, case and repetition of fields, drops hop-by-hop ones, adds its own', async () => {
    script = (_request, response) => {
      response.sendDate = true;
      response.writeHead(200, [
        'Set-Cookie',
        'a=1',
        'X-MiXeD',
        'v',
        'Set-Cookie',
        'b=2',
        'Keep-Alive',
        'timeout=3',
        'Connection',
        'X-Gone',
        'X-Gone',
        '1',
        'Content-Length',
        '2',
      ]);
      response.end('ok');
    };
    const reply = await ask(running.port, `${origin.url}/f`);
    expect(pairs(reply.rawFields, 'set-cookie')).toEqual(['a=1', 'b=2']);
    expect(reply.rawFields).toContain('X-MiXeD');
    expect(reply.fields['x-gone']).toBeUndefined();
    expect(reply.fields['x-cache-status']).toBe('BYPASS');
    expect(reply.fields['cache-status']).toContain('BSDM-Proxy; fwd=bypass');
    expect(reply.fields.via).toMatch(/bsdm-proxy/);
  });

  it('passes 103 Early Hints on, and the final reply after it', async () => {
    script = (_request, response) => {
      response.writeEarlyHints({ link: '</a.css>; rel=preload' });
      response.end('done');
    };
    const client = await RawClient.open(running.port);
    client.send(`GET ${origin.url}/hints HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    const text = await client.untilEnd();
    expect(text.indexOf('HTTP/1.1 103')).toBeGreaterThanOrEqual(0);
    expect(text.indexOf('HTTP/1.1 200')).toBeGreaterThan(text.indexOf('HTTP/1.1 103'));
  });

  it('passes trailers on', async () => {
    script = (_request, response) => {
      response.writeHead(200, { Trailer: 'X-Sum' });
      response.write('body');
      response.addTrailers({ 'X-Sum': '42' });
      response.end();
    };
    const reply = await ask(running.port, `${origin.url}/t`);
    expect(reply.body.toString()).toBe('body');
    expect(reply.trailers['x-sum']).toBe('42');
  });

  it('sends the first byte before the last has left the origin', async () => {
    let release: () => void = () => undefined;
    script = (_request, response) => {
      response.writeHead(200, { 'Content-Length': 10 });
      response.write('first');
      release = () => response.end('last!');
    };
    const client = await RawClient.open(running.port);
    client.send(`GET ${origin.url}/slow HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n`);
    await client.until('first');
    release();
    await client.until('last!');
    client.close();
  });

  it('aborts the upstream when the client goes away', async () => {
    let gone: () => void = () => undefined;
    const closed = new Promise<void>((resolve) => (gone = resolve));
    script = (request, response) => {
      response.writeHead(200, { 'Content-Length': 1_000_000 });
      response.write('x');
      request.on('close', () => gone());
    };
    const client = await RawClient.open(running.port);
    client.send(`GET ${origin.url}/leave HTTP/1.1\r\nHost: x\r\n\r\n`);
    await client.until('\r\n\r\nx');
    client.close();
    await closed;
    await running.finished(1);
    expect((await running.detailOf('/leave')).row).toMatchObject({ state: 'client-left', reason: 'client-left' });
  });

  it('keeps a slow client from filling memory', async () => {
    let sent = 0;
    script = (_request, response) => {
      response.writeHead(200, { 'Content-Length': 64 * 1024 * 1024 });
      const chunk = Buffer.alloc(64 * 1024);
      const push = (): void => {
        while (sent < 64 * 1024 * 1024) {
          sent += chunk.length;
          if (!response.write(chunk)) {
            response.once('drain', push);
            return;
          }
        }
        response.end();
      };
      push();
    };
    const client = await RawClient.open(running.port);
    client.send(`GET ${origin.url}/big HTTP/1.1\r\nHost: x\r\n\r\n`);
    await client.until('\r\n\r\n');
    client.socket.pause();
    // Done when the origin has been held back: nothing more was taken for a number of its turns.
    let last = -1;
    for (let still = 0; still < 50;) {
      await new Promise((resolve) => setImmediate(resolve));
      await new Promise((resolve) => setTimeout(resolve, 2));
      still = sent === last ? still + 1 : 0;
      last = sent;
    }
    expect(sent).toBeLessThan(40 * 1024 * 1024);
    client.close();
  });
});

describe('failures', () => {
  const closedPort = async (): Promise<number> => {
    const server = net.createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as net.AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    return port;
  };

  it('names a refused connection in words, Proxy-Status and the event', async () => {
    const port = await closedPort();
    const reply = await ask(running.port, `http://127.0.0.1:${port}/x`);
    expect(reply.status).toBe(502);
    expect(reply.fields['proxy-status']).toContain('BSDM-Proxy; error=connection_refused');
    expect(reply.fields['x-cache-status']).toBe('BYPASS');
    expect(reply.body.toString()).toContain('the connection was refused');
    expect((await running.detailOf(`:${port}/x`)).row).toMatchObject({
      status: 502,
      outcome: 'ERROR',
      error: 'connection_refused',
      state: 'failed',
    });
  });

  it('refuses to dial what the dial rule forbids', async () => {
    const reply = await ask(running.port, 'http://203.0.113.7/');
    expect(reply.status).toBe(502);
    expect(reply.fields['proxy-status']).toContain('destination_ip_prohibited');
  });

  it('tries once more when an idle connection died, not when a fresh one is closed', async () => {
    let behave = true;
    script = (request, response) => {
      if (behave) response.end('ok');
      else request.socket.destroy();
    };
    await ask(running.port, `${origin.url}/1`);
    origin.breakConnections();
    expect((await ask(running.port, `${origin.url}/2`)).status).toBe(200);
    behave = false;
    origin.breakConnections();
    const reply = await ask(running.port, `${origin.url}/3`);
    expect(reply.status).toBe(502);
    expect(reply.fields['proxy-status']).toContain('connection_terminated');
  });

  it('answers 502 to a POST whose origin closes, and the client’s connection stays usable', async () => {
    script = (request) => request.socket.destroy();
    const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
    const reply = await ask(running.port, `${origin.url}/p`, { method: 'POST', body: 'x'.repeat(100), agent });
    expect(reply.status).toBe(502);
    script = (_request, response) => response.end('ok');
    expect((await ask(running.port, `${origin.url}/q`, { agent })).status).toBe(200);
    agent.destroy();
  });

  it('breaks the reply when the origin breaks off half-way', async () => {
    script = (request, response) => {
      response.writeHead(200, { 'Content-Length': 100 });
      response.write('half');
      setImmediate(() => request.socket.destroy());
    };
    await expect(ask(running.port, `${origin.url}/half`)).rejects.toThrow();
    await running.finished(1);
    expect((await running.detailOf('/half')).row).toMatchObject({ error: 'http_response_incomplete', state: 'failed' });
  });

  it('passes an answer that breaks HTTP syntax as 502', async () => {
    const broken = net.createServer((socket) =>
      socket.once('data', () => socket.end('HTTP/1.1 200 OK\r\nNo colon here\r\n\r\nok')),
    );
    await new Promise<void>((resolve) => broken.listen(0, '127.0.0.1', resolve));
    const reply = await ask(running.port, `http://127.0.0.1:${(broken.address() as net.AddressInfo).port}/`);
    expect(reply.status).toBe(502);
    expect(reply.fields['proxy-status']).toContain('http_protocol_error');
    broken.close();
  });
});

describe('what a proxy refuses', () => {
  it('tells how to connect when spoken to as a web server', async () => {
    const reply = await ask(running.port, '/');
    expect(reply.status).toBe(400);
    expect(reply.body.toString()).toContain(`curl -x http://127.0.0.1:${running.port}`);
  });

  it.each(['127.0.0.1', 'localhost'])('refuses a request to itself as %s', async (host) => {
    const reply = await ask(running.port, `http://${host}:${running.port}/`);
    expect(reply.status).toBe(502);
    expect(reply.fields['proxy-status']).toContain('proxy_loop_detected');
  });

  it('refuses a request that has been here before', async () => {
    await ask(running.port, `${origin.url}/`);
    const via = pairs(origin.lastFields(), 'via')[0]!;
    const reply = await ask(running.port, `${origin.url}/`, { headers: { Via: via } });
    expect(reply.fields['proxy-status']).toContain('proxy_loop_detected');
  });

  it.each(['ftp://x.test/', 'http://', 'http://user:pw@x.test/'])('answers 400 to the target %s', async (target) => {
    const reply = await ask(running.port, target);
    expect(reply.status).toBe(400);
    expect(reply.body.toString()).toContain('cannot be sent on');
  });

  it('answers 400 to bytes that are no HTTP', async () => {
    const client = await RawClient.open(running.port);
    client.send('\x16\x03\x01 hello\r\n\r\n');
    expect(await client.untilEnd()).toContain('HTTP/1.1 400 Bad Request');
  });

  it('answers OPTIONS and TRACE itself when Max-Forwards is used up', async () => {
    const reply = await ask(running.port, `${origin.url}/`, { method: 'OPTIONS', headers: { 'Max-Forwards': '0' } });
    expect(reply.status).toBe(200);
    expect(reply.fields.allow).toContain('CONNECT');
    expect(origin.requests).toEqual([]);
    await ask(running.port, `${origin.url}/`, { method: 'OPTIONS', headers: { 'Max-Forwards': '3' } });
    expect(pairs(origin.lastFields(), 'max-forwards')).toEqual(['2']);
  });
});

describe('upgrade', () => {
  it('passes a WebSocket upgrade and its bytes both ways', async () => {
    const server = http.createServer();
    server.on('upgrade', (request: http.IncomingMessage, socket: net.Socket) => {
      socket.write(
        `HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nX-Echo: ${request.headers['sec-websocket-key']}\r\n\r\n`,
      );
      socket.on('data', (chunk: Buffer) => socket.write(`echo:${chunk.toString()}`));
      socket.on('end', () => socket.end());
      socket.on('error', () => socket.destroy());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as net.AddressInfo;
    const client = await RawClient.open(running.port);
    client.send(
      `GET http://127.0.0.1:${port}/ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Key: abc\r\nSec-WebSocket-Version: 13\r\n\r\n`,
    );
    expect(await client.until('\r\n\r\n')).toContain('X-Echo: abc');
    client.send('ping');
    await client.until('echo:ping');
    client.close();
    await running.finished(1);
    expect((await running.detailOf('/ws')).row).toMatchObject({
      status: 101,
      kind: 'websocket',
      reason: 'upgrade',
      requestBytes: 4,
      responseBytes: 9,
    });
    server.closeAllConnections();
    server.close();
  });

  it('passes back an answer that is no upgrade', async () => {
    script = (_request, response) => {
      response.writeHead(426, { 'Content-Length': 2 });
      response.end('no');
    };
    const client = await RawClient.open(running.port);
    client.send(`GET ${origin.url}/ws HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`);
    expect(await client.untilEnd()).toMatch(/^HTTP\/1\.1 426 [\s\S]*no$/);
  });
});
