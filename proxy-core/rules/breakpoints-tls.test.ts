/** Breakpoints inside TLS, with HTTP/1.1 and HTTP/2: held, edited both ways, and its client gone. */
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { testAuthority } from '../testkit/certificate.ts';
import { breakAt, openHeldPage, type HeldPage } from '../testkit/held.ts';
import { startCore, type RunningCore } from '../testkit/running-core.ts';
import { openTlsOrigin, type TlsOrigin } from '../testkit/tls-origin.ts';

const run = promisify(execFile);
const authority = testAuthority();
const identity = authority.issue({ names: ['localhost'] });
let folder: string;
let caFile: string;
let core: RunningCore;
let origin: TlsOrigin;
let page: HeldPage;
let uploaded: string;

beforeEach(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bsdm-held-'));
  caFile = path.join(folder, 'ca.pem');
  fs.writeFileSync(path.join(folder, 'origin.pem'), authority.cert);
  uploaded = '';
  origin = await openTlsOrigin(identity, (request, response) => {
    request.on('data', (chunk: Buffer) => (uploaded += chunk.toString()));
    request.on('end', () => {
      response.setHeader('Cache-Control', 'max-age=600');
      response.end('from origin');
    });
  });
  core = await startCore({ intercept: 'all', upstreamCa: path.join(folder, 'origin.pem') });
  const { ca } = await core.core.handlers['ca.make']({});
  fs.writeFileSync(caFile, ca!.pem);
  page = openHeldPage(core.core);
});
afterEach(async () => {
  page.close();
  await core.stop();
  await origin.close();
  fs.rmSync(folder, { recursive: true, force: true });
});

const url = (): string => `https://localhost:${origin.port}/x`;
const curl = (...args: string[]) =>
  run('curl', [
    '-sS',
    '--max-time',
    '20',
    '-x',
    `http://127.0.0.1:${core.port}`,
    '--cacert',
    caFile,
    '--suppress-connect-headers',
    ...args,
    url(),
  ]);

describe.each(['--http1.1', '--http2'])('curl %s', (version) => {
  it('a request and its response are edited', async () => {
    await breakAt(core.core, 'client-request', 'client-response');
    const reply = curl(version, '-i', '-d', 'abc');
    const [request] = await page.until(1, ([only]) => only!.content !== 'coming');
    expect(await core.core.handlers['held.get']({ id: request!.id })).toMatchObject({
      stage: 'client-request',
      method: 'POST',
      url: url(),
      body: { text: 'abc' },
    });
    await core.core.handlers['held.resume']({ id: request!.id, edit: { body: { text: 'edited' } } });
    const [response] = await page.until(1, ([only]) => only!.status !== undefined && only!.content !== 'coming');
    await core.core.handlers['held.resume']({
      id: response!.id,
      edit: { status: 203, fields: [['X-Edited', '1']], body: { text: 'to the client' } },
    });
    const { stdout } = await reply;
    expect(uploaded).toBe('edited');
    expect(stdout).toMatch(/^HTTP\/\S+ 203/);
    expect(stdout.toLowerCase()).toContain('x-edited: 1');
    expect(stdout).toMatch(/to the client$/);
  });

  it('its client goes', async () => {
    await breakAt(core.core, 'origin-response');
    const reply = execFile('curl', ['-sS', '-x', `http://127.0.0.1:${core.port}`, '--cacert', caFile, version, url()]);
    await page.until(1);
    reply.kill();
    await page.until(0);
    await core.finished(1);
    expect((await core.detailOf('/x')).row).toMatchObject({ state: 'client-left' });
  });
});
