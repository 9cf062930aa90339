/** Everything through a proxy further up: plain requests, https, tunnels, upgrades; who is asked for what, and what fails. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Settings } from '../../contract/settings.ts';
import { testAuthority } from '../../testkit/certificate.ts';
import { ask, RawClient } from '../../testkit/clients.ts';
import { openOrigin, type Origin } from '../../testkit/origin.ts';
import { startCore, type RunningCore } from '../../testkit/running-core.ts';
import { openTlsOrigin, type TlsOrigin } from '../../testkit/tls-origin.ts';
import { openHttpProxy, openSocksProxy, type ProxyScript, type ScriptedProxy } from '../../testkit/upstream-proxies.ts';

const authority = testAuthority();
let folder: string;
let plain: Origin;
let secure: TlsOrigin;
let echo: net.Server;
let echoPort: number;
const opened: { close(): Promise<void> }[] = [];

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'bsdm-up-'));
  writeFileSync(join(folder, 'ca.pem'), authority.cert);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
beforeEach(async () => {
  plain = await openOrigin((request, response) => response.end(`plain ${request.method} ${request.headers.host}`));
  secure = await openTlsOrigin(
    authority.issue({ names: ['a.test'] }),
    (request, response) => void response.end(`secure ${request.method}`),
    true,
  );
  echo = net.createServer((socket) => {
    socket.on('error', () => socket.destroy());
    socket.on('data', (chunk) => {
      if (chunk.toString().startsWith('GET /ws'))
        socket.write('HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n');
      else socket.write(chunk);
    });
  });
  await new Promise<void>((resolve) => echo.listen(0, '127.0.0.1', resolve));
  echoPort = (echo.address() as net.AddressInfo).port;
  opened.push(plain, secure, { close: () => new Promise((resolve) => echo.close(() => resolve())) });
});
afterEach(async () => {
  for (const item of opened.splice(0).reverse()) await item.close();
});

async function core(settings: Partial<Settings>): Promise<RunningCore> {
  const running = await startCore({ upstreamCa: join(folder, 'ca.pem'), upstreamProxyBypass: '', ...settings });
  opened.push({ close: () => running.stop() });
  return running;
}

async function proxy(
  open: (script?: ProxyScript) => Promise<ScriptedProxy>,
  script?: ProxyScript,
): Promise<ScriptedProxy> {
  const made = await open(script);
  opened.push(made);
  return made;
}

/** A tunnel to the echo: the bytes that came back. */
async function throughTunnel(running: RunningCore, host = 'a.test'): Promise<string> {
  const client = await RawClient.open(running.port);
  client.send(`CONNECT ${host}:${echoPort} HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
  const head = await client.until('\r\n\r\n');
  if (head.startsWith('HTTP/1.1 200')) {
    client.send('there and back');
    await client.until('there and back');
  } else await client.untilEnd();
  client.close();
  return client.received;
}

async function upgraded(running: RunningCore): Promise<string> {
  const client = await RawClient.open(running.port);
  const url = `http://a.test:${echoPort}/ws`;
  client.send(`GET ${url} HTTP/1.1\r\nHost: a.test\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n`);
  await client.until('\r\n\r\n');
  client.send('there and back');
  await client.until('there and back');
  client.close();
  return client.received;
}

const KINDS = [
  ['http', openHttpProxy, true],
  ['connect', openHttpProxy, false],
  ['socks5', openSocksProxy, false],
] as const;

describe.each(KINDS)('%s', (scheme, open, forwards) => {
  it.each([
    ['at once', {}],
    ['byte by byte', { dribbles: true }],
    ['with credentials', { credentials: 'me:päss:word' }],
  ])('carries plain requests, https, tunnels and upgrades; its answers come %s', async (_how, script: ProxyScript) => {
    const up = await proxy(open, script);
    const running = await core({
      upstreamProxy: `${scheme}://127.0.0.1:${up.port}`,
      ...(script.credentials !== undefined && { upstreamProxyUsername: 'me', upstreamProxyPassword: 'päss:word' }),
    });
    const url = `http://a.test:${plain.port}/p?q`;
    const first = await ask(running.port, url, { method: 'POST', body: 'content' });
    expect(first.body.toString()).toBe(`plain POST a.test:${plain.port}`);
    expect(plain.lastFields().map((field) => field.toLowerCase())).not.toContain('proxy-authorization');
    expect((await ask(running.port, `https://a.test:${secure.port}/s`)).body.toString()).toBe('secure GET');
    expect(secure.requests).toEqual(['2.0 GET /s']);
    expect(await throughTunnel(running)).toContain('there and back');
    expect(await upgraded(running)).toContain('101 Switching Protocols');
    const word = scheme === 'socks5' ? 'SOCKS' : 'CONNECT';
    expect(up.asked).toEqual([
      forwards ? `POST ${url}` : `${word} a.test:${plain.port}`,
      `${word} a.test:${secure.port}`,
      `${word} a.test:${echoPort}`,
      `${word} a.test:${echoPort}`,
    ]);
    if (script.credentials !== undefined) expect(up.credentials).toEqual(Array(4).fill(script.credentials));
    await running.finished(4);
    for (const text of ['/p?q', '/s', '/ws']) {
      expect(await running.detailOf(text)).toMatchObject({
        upstreamVia: `${scheme}://127.0.0.1:${up.port}`,
        upstreamAddress: `127.0.0.1:${up.port}`,
      });
    }
  });

  it('is not asked for hosts of the bypass list', async () => {
    const up = await proxy(open);
    const running = await core({
      upstreamProxy: `${scheme}://127.0.0.1:${up.port}`,
      upstreamProxyBypass: `*.b.test, a.test:${plain.port}`,
    });
    expect((await ask(running.port, `http://a.test:${plain.port}/`)).status).toBe(200);
    expect((await ask(running.port, `http://x.b.test:${plain.port}/`)).status).toBe(200);
    expect(await throughTunnel(running, 'y.b.test')).toContain('there and back');
    expect(up.asked).toEqual([]);
    expect((await ask(running.port, `http://c.test:${plain.port}/`)).status).toBe(200);
    expect(up.asked).toHaveLength(1);
  });

  it('that refuses is named, with the words it used', async () => {
    const up = await proxy(open, { refuses: true });
    const running = await core({ upstreamProxy: `${scheme}://127.0.0.1:${up.port}` });
    const reply = await ask(running.port, `https://a.test:${secure.port}/`);
    expect(reply.status).toBe(502);
    expect(reply.fields['proxy-status']).toContain('error=connection_refused');
    expect(reply.body.toString()).toContain(
      scheme === 'socks5' ? 'reports that its rules do not allow it' : 'answered CONNECT with 403 Not ?here',
    );
    expect(await throughTunnel(running)).toContain('HTTP/1.1 502');
  });

  it('that wants other credentials is named', async () => {
    const up = await proxy(open, { credentials: 'you:known' });
    const running = await core({ upstreamProxy: `${scheme}://127.0.0.1:${up.port}` });
    const without = await ask(running.port, `https://a.test:${secure.port}/`);
    expect(without.status).toBe(500);
    expect(without.body.toString()).toContain('asks for a user name and a password');
    running.settings.update({ upstreamProxyUsername: 'you', upstreamProxyPassword: 'unknown' });
    const wrong = await ask(running.port, `https://a.test:${secure.port}/`);
    expect(wrong.fields['proxy-status']).toContain('error=proxy_configuration_error');
    // Also of plain requests: what the proxy asks for is not for the client to give.
    const plainly = await ask(running.port, `http://a.test:${plain.port}/`);
    expect([plainly.status, plainly.fields['proxy-authenticate']]).toEqual([500, undefined]);
    expect(plainly.body.toString()).toContain('does not take the user name and the password');
    running.settings.update({ upstreamProxyPassword: 'known' });
    expect((await ask(running.port, `https://a.test:${secure.port}/`)).status).toBe(200);
  });

  it('that is not there, or something else, is named', async () => {
    const gone = await proxy(open);
    await gone.close();
    const running = await core({ upstreamProxy: `${scheme}://127.0.0.1:${gone.port}` });
    const reply = await ask(running.port, `https://a.test:${secure.port}/`);
    expect(reply.fields['proxy-status']).toContain('error=connection_refused');
    expect(reply.body.toString()).toContain(
      `by way of ${scheme}://127.0.0.1:${gone.port}: the connection was refused.`,
    );
    const odd = net.createServer((socket) => {
      socket.on('error', () => socket.destroy());
      socket.resume().end('220 mail.test ready\r\n');
    });
    await new Promise<void>((resolve) => odd.listen(0, '127.0.0.1', resolve));
    opened.push({ close: () => new Promise((resolve) => odd.close(() => resolve())) });
    running.settings.update({ upstreamProxy: `${scheme}://127.0.0.1:${(odd.address() as net.AddressInfo).port}` });
    const strange = await ask(running.port, `https://a.test:${secure.port}/`);
    expect(strange.status).toBe(500);
    expect(strange.body.toString()).toContain('does not answer as such a proxy');
  });

  it('that never answers is given up, and let go when the client leaves', async () => {
    const sockets = new Set<net.Socket>();
    let wake: (() => void) | undefined;
    const silent = net.createServer((socket) => {
      sockets.add(socket);
      socket.on('error', () => socket.destroy()).resume();
      socket.on('close', () => {
        sockets.delete(socket);
        wake?.();
      });
    });
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    opened.push({ close: () => new Promise((resolve) => silent.close(() => resolve())) });
    const running = await core({
      upstreamProxy: `${scheme}://127.0.0.1:${(silent.address() as net.AddressInfo).port}`,
      connectTimeoutSeconds: 1,
    });
    const reply = await ask(running.port, `https://a.test:${secure.port}/`);
    expect(reply.fields['proxy-status']).toContain('error=connection_timeout');
    const client = await RawClient.open(running.port);
    client.send(`CONNECT a.test:${echoPort} HTTP/1.1\r\nHost: a.test\r\n\r\n`);
    client.close();
    await running.finished(2);
    while (sockets.size > 0) await new Promise<void>((resolve) => (wake = resolve));
  });

  it('may not be this proxy itself, nor lead where the dial rule forbids', async () => {
    const running = await core({});
    running.settings.update({ upstreamProxy: `${scheme}://127.0.0.1:${running.port}` });
    const loop = await ask(running.port, `https://a.test:${secure.port}/`);
    expect(loop.fields['proxy-status']).toContain('error=proxy_loop_detected');
    const up = await proxy(open);
    running.settings.update({ upstreamProxy: `${scheme}://127.0.0.1:${up.port}` });
    for (const host of ['192.0.2.1', 'example.com']) {
      const refused = await ask(running.port, `http://${host}/`);
      expect(refused.fields['proxy-status']).toContain('error=destination_ip_prohibited');
    }
    expect(up.asked).toEqual([]);
  });
});

it('an IPv6 address goes to a SOCKS proxy as its sixteen bytes', async () => {
  const up = await proxy(openSocksProxy);
  const running = await core({ upstreamProxy: `socks5://127.0.0.1:${up.port}` });
  expect((await ask(running.port, `http://[::1]:${plain.port}/`)).status).toBe(200);
  expect(up.asked).toEqual([`SOCKS ${'0'.repeat(31)}1:${plain.port}`]);
});
