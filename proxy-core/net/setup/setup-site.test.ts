import { X509Certificate } from 'node:crypto';
import { execFileSync, spawnSync } from 'node:child_process';
import http from 'node:http';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startCore, type RunningCore } from '../../testkit/running-core.ts';
import { reachableAddress } from './own-pages.ts';

let core: RunningCore;
beforeAll(async () => {
  core = await startCore();
});
afterAll(() => core.stop());

interface Answer {
  status: number;
  headers: http.IncomingHttpHeaders;
  body: Buffer;
}

function ask(path: string, options: http.RequestOptions = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = http.request({ host: '127.0.0.1', port: core.port, path, agent: false, ...options }, (response) => {
      const chunks: Buffer[] = [];
      response.on('data', (chunk: Buffer) => chunks.push(chunk));
      response.on('end', () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, body: Buffer.concat(chunks) }),
      );
    });
    request.on('error', reject).end();
  });
}

it('gives the certificate in every form, by its name and at the address of the proxy', async () => {
  const { pem } = (await core.core.handlers['ca.make']({})).ca!;
  const certificate = new X509Certificate(pem);
  for (const base of ['http://bsdm.proxy', '/setup']) {
    const got = await ask(`${base}/bsdm-proxy-ca.pem`);
    expect(got.status, base).toBe(200);
    expect(got.body.toString()).toBe(pem);
    const der = await ask(`${base}/bsdm-proxy-ca.crt`);
    expect(der.headers['content-type']).toBe('application/x-x509-ca-cert');
    expect(der.body.equals(certificate.raw)).toBe(true);
    const profile = await ask(`${base}/bsdm-proxy-ca.mobileconfig`);
    expect(profile.headers['content-type']).toBe('application/x-apple-aspen-config');
    expect(profile.body.toString()).toContain(`<data>${certificate.raw.toString('base64')}</data>`);
  }
});

it('is a page for browsers and text for others, and recorded as what it is', async () => {
  const page = await ask('http://bsdm.proxy/', { headers: { Accept: 'text/html' } });
  expect(page.headers['content-type']).toMatch(/^text\/html/);
  expect(page.headers['content-security-policy']).toContain("default-src 'none'");
  expect(page.body.toString()).not.toMatch(/<script/i);
  const fingerprint = (await core.core.handlers['ca.info']({})).ca!.fingerprint256;
  expect(page.body.toString()).toContain(fingerprint);
  const text = await ask('http://bsdm.proxy/');
  expect(text.body.toString()).toContain(fingerprint);
  const detail = await core.detailOf('bsdm.proxy');
  expect(detail.row).toMatchObject({ outcome: 'BYPASS', reason: 'own-page', status: 200 });
});

it('tells programs what state it is in', async () => {
  const state = JSON.parse((await ask('http://bsdm.proxy/setup.json')).body.toString()) as unknown;
  expect(state).toEqual({
    address: `127.0.0.1:${core.port}`,
    mode: 'off',
    fingerprint256: (await core.core.handlers['ca.info']({})).ca!.fingerprint256,
  });
});

it.each([
  ['http://bsdm.proxy/', 'POST', 405],
  ['http://bsdm.proxy/nothing', 'GET', 404],
  ['http://bsdm.proxy/../../etc/passwd', 'GET', 404],
  ['/', 'GET', 400],
  ['/setups', 'GET', 400],
  ['/setup', 'GET', 200],
  ['/setup?x', 'HEAD', 200],
])('%s %s is %i', async (path, method, status) => {
  expect((await ask(path, { method })).status).toBe(status);
});

const python = spawnSync('python3', ['-c', '']).status === 0;
if (!python) console.log('python3 is not installed: the profile is not parsed');
it.skipIf(!python)('a property list that is one', () => {
  const check =
    'import plistlib,sys; print(plistlib.loads(sys.stdin.buffer.read())["PayloadContent"][0]["PayloadType"])';
  return ask('http://bsdm.proxy/bsdm-proxy-ca.mobileconfig').then(({ body }) => {
    expect(execFileSync('python3', ['-c', check], { input: body, encoding: 'utf8' }).trim()).toBe(
      'com.apple.security.root',
    );
  });
});

it('phones are told the address only when they can reach it', () => {
  expect(reachableAddress({ host: '127.0.0.1', port: 1488 })).toEqual({ address: '127.0.0.1:1488', isOpen: false });
  expect(reachableAddress({ host: '192.168.1.5', port: 1 })).toEqual({ address: '192.168.1.5:1', isOpen: true });
});
