/** The commands about the CA and interception, on a running core. */
import { execFileSync } from 'node:child_process';
import { X509Certificate } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { explainReason } from '../../../contract/explain/explain.ts';
import { RawClient } from '../../../testkit/clients.ts';
import { startCore, type RunningCore } from '../../../testkit/running-core.ts';

let folder: string;
let core: RunningCore;
beforeEach(async () => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bsdm-ca-commands-'));
  core = await startCore({ intercept: 'all' });
});
afterEach(async () => {
  await core.stop();
  fs.rmSync(folder, { recursive: true, force: true });
});

it('exports the certificate in three forms, never the key', async () => {
  const { handlers } = core.core;
  expect((await handlers['ca.info']({})).ca).toBeUndefined();
  const pem = Buffer.from((await handlers['ca.export']({ format: 'pem' })).bytes).toString();
  expect(pem).toBe((await handlers['ca.info']({})).ca?.pem);
  expect(pem).not.toContain('PRIVATE');
  const der = await handlers['ca.export']({ format: 'der' });
  expect(String(new X509Certificate(der.bytes))).toBe(String(new X509Certificate(pem)));
  const file = path.join(folder, 'ca.p12');
  fs.writeFileSync(file, (await handlers['ca.export']({ format: 'pkcs12' })).bytes);
  const read = execFileSync('openssl', ['pkcs12', '-in', file, '-passin', 'pass:changeit'], { encoding: 'utf8' });
  expect(read).toContain(pem.trim());
  expect(read).not.toContain('PRIVATE');
});

it('renews and removes', async () => {
  const { handlers } = core.core;
  const first = (await handlers['ca.make']({})).ca?.fingerprint256;
  expect((await handlers['ca.make']({})).ca?.fingerprint256).toBe(first);
  expect((await handlers['ca.renew']({})).ca?.fingerprint256).not.toBe(first);
  expect(await handlers['ca.remove']({})).toEqual({ removed: true });
  expect(await handlers['ca.remove']({})).toEqual({ removed: false });
  expect((await handlers['ca.info']({})).ca).toBeUndefined();
});

it('leaves a host alone once, and refuses what is none', async () => {
  const { handlers } = core.core;
  core.settings.update({ interceptExcept: 'a.test' });
  const list = async (host: string) => (await handlers['interception.tunnelHost']({ host })).interceptExcept.value;
  expect(await list('B.Test')).toBe('a.test, b.test');
  expect(await list('b.test')).toBe('a.test, b.test');
  expect(await list('::1')).toBe('a.test, b.test, ::1');
  for (const host of ['', '*.test', 'a/b', 'a b', 'a,b'])
    await expect(list(host)).rejects.toMatchObject({ code: 'bad-params' });
});

it('a tunnel for which there can be no certificate ends, and its row says why', async () => {
  core.settings.update({ caCertificateFile: path.join(folder, 'none.pem'), caKeyFile: path.join(folder, 'none.key') });
  const client = await RawClient.open(core.port);
  client.send('CONNECT localhost:443 HTTP/1.1\r\nHost: localhost:443\r\n\r\n');
  await client.until('\r\n\r\n');
  // The smallest hello there is: version, random, no session, one cipher, no compression.
  const body = Buffer.concat([Buffer.from([3, 3]), Buffer.alloc(32), Buffer.from([0, 0, 2, 0x13, 1, 1, 0])]);
  client.send(Buffer.concat([Buffer.from([22, 3, 1, 0, body.length + 4, 1, 0, 0, body.length]), body]));
  await client.untilEnd();
  await core.finished(1);
  const { row, facts, errorText } = await core.detailOf('localhost');
  expect(row).toMatchObject({ kind: 'tunnel', reason: 'no-certificate', outcome: 'ERROR', state: 'failed' });
  expect(errorText).toMatch(/your own CA cannot be used: .*none\.pem is not there/);
  expect(explainReason('en', row.reason!, facts, undefined, row.outcome)).toContain('localhost');
  expect((await core.core.handlers['ca.info']({})).problem).toMatch(/none\.pem/);
});
