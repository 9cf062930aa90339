/** The CA and what it issues, judged by openssl; its folder, and files in it that cannot be used. */
import { execFileSync } from 'node:child_process';
import { generateKeyPairSync, X509Certificate } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { CaStore, type CaFiles } from './ca.ts';
import { certificatePem, issueLeaf } from './certificate.ts';
import { pkcs12 } from './pkcs12.ts';

let base: string;
let folder: string;
let told: string[];
let own: CaFiles | undefined;
beforeEach(() => {
  base = fs.mkdtempSync(path.join(os.tmpdir(), 'bsdm-ca-'));
  folder = path.join(base, 'ca');
  told = [];
  own = undefined;
});
afterEach(() => fs.rmSync(base, { recursive: true, force: true }));

const store = (): CaStore =>
  new CaStore({
    folder,
    files: () => own,
    timeOfDay: Date.now,
    report: (message) => told.push(message),
    machine: 'desk',
  });

const openssl = (...args: string[]): string => execFileSync('openssl', args, { encoding: 'utf8', stdio: 'pipe' });

function leaf(from: CaStore, host: string): string {
  const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const spki = publicKey.export({ type: 'spki', format: 'der' });
  const file = path.join(base, 'leaf.pem');
  fs.writeFileSync(file, certificatePem(issueLeaf(from.use().issuer, { host, spki, nowMs: Date.now() })));
  return file;
}

const LONG = `${'a'.repeat(60)}.${'b'.repeat(60)}.example.test`;

describe('what it issues', () => {
  it.each([
    ['-verify_hostname', 'shop.example.test'],
    ['-verify_hostname', 'xn--bcher-kva.test'],
    ['-verify_hostname', LONG],
    ['-verify_ip', '127.0.0.1'],
    ['-verify_ip', '::1'],
    ['-verify_ip', '2001:db8::8:800:200c:417a'],
  ])('passes openssl verify -x509_strict %s %s', (flag, host) => {
    const ca = store();
    const file = leaf(ca, host);
    const caFile = path.join(folder, 'ca.pem');
    expect(openssl('verify', '-x509_strict', '-CAfile', caFile, flag, host, '-purpose', 'sslserver', file)).toBe(
      `${file}: OK\n`,
    );
  });

  it('has a serial of 16 bytes, lives under 200 days and not longer than its CA', () => {
    const ca = store();
    for (let i = 0; i < 50; i++) {
      const certificate = new X509Certificate(fs.readFileSync(leaf(ca, 'a.test')));
      expect(certificate.serialNumber).toMatch(/^[4-7][0-9A-F]{31}$/);
      const days = (Date.parse(certificate.validTo) - Date.parse(certificate.validFrom)) / 86_400_000;
      expect(days).toBeLessThan(200);
    }
    const { issuer } = ca.use();
    const spki = generateKeyPairSync('ec', { namedCurve: 'P-256' }).publicKey.export({ type: 'spki', format: 'der' });
    const late = new X509Certificate(
      issueLeaf(issuer, { host: 'a.test', spki, nowMs: issuer.notAfterMs - 86_400_000 }),
    );
    expect(Date.parse(late.validTo)).toBe(issuer.notAfterMs);
  });

  it('is signed by a CA that may sign leaves only, with the name of the machine and the day', () => {
    const { info } = store().use();
    const text = openssl('x509', '-in', info.file, '-noout', '-text');
    expect(text).toMatch(/CA:TRUE, pathlen:0/);
    expect(text).toMatch(/Certificate Sign, CRL Sign/);
    expect(info.subject).toBe(`O=BSDM-Proxy, CN=BSDM-Proxy CA (desk ${new Date().toISOString().slice(0, 10)})`);
    const pin = execFileSync('sh', [
      '-c',
      `openssl x509 -in '${info.file}' -pubkey -noout | openssl pkey -pubin -outform der | openssl dgst -sha256 -binary | base64`,
    ]);
    expect(info.spkiSha256).toBe(String(pin).trim());
  });
});

describe('PKCS#12', () => {
  it('is read by openssl with its password only', () => {
    const ca = store().use();
    const file = path.join(base, 'ca.p12');
    fs.writeFileSync(file, pkcs12(ca.der, 'BSDM-Proxy CA', 'geheim'));
    const read = (password: string): string =>
      openssl('pkcs12', '-in', file, '-passin', `pass:${password}`, '-nokeys', '-info');
    expect(read('geheim')).toContain(ca.info.pem.trim());
    expect(read('geheim')).toContain('friendlyName: BSDM-Proxy CA');
    expect(() => read('other')).toThrow(/Mac verify error/);
  });
});

describe('the folder', () => {
  it('is made on first use, for its owner alone, and read again', () => {
    const first = store();
    expect(first.state()).toEqual({ notices: [], folder });
    expect(fs.existsSync(folder)).toBe(false);
    const { info } = first.use();
    const mode = (name: string): string => (fs.statSync(path.join(folder, name)).mode & 0o777).toString(8);
    expect([mode(''), mode('ca.key')]).toEqual(['700', '600']);
    expect(fs.readdirSync(folder).sort()).toEqual(['ca.key', 'ca.pem']);
    fs.chmodSync(path.join(folder, 'ca.key'), 0o644);
    expect(store().use().info).toEqual(info);
    expect(mode('ca.key')).toBe('600');
  });

  it.each<[what: string, spoil: () => void, says: RegExp]>([
    ['cut off certificate', () => fs.truncateSync(path.join(folder, 'ca.pem'), 200), /holds no certificate/],
    ['key of another', () => foreign('ca.key'), /the key is not that of the certificate/],
    ['missing key', () => fs.rmSync(path.join(folder, 'ca.key')), /ca\.key is missing/],
    ['missing certificate', () => fs.rmSync(path.join(folder, 'ca.pem')), /ca\.pem is missing/],
    ['empty key', () => fs.writeFileSync(path.join(folder, 'ca.key'), ''), /cannot be used \(.+\)/],
  ])('with a %s is set aside, not written over', (_what, spoil, says) => {
    const before = store().use().info.fingerprint256;
    spoil();
    const left = fs.readdirSync(folder).map((name) => fs.readFileSync(path.join(folder, name), 'utf8'));
    const again = store();
    expect(again.state().ca).toBeUndefined();
    expect(again.use().info.fingerprint256).not.toBe(before);
    expect(told).toHaveLength(1);
    expect(told[0]).toMatch(says);
    expect(again.state().notices).toEqual(told);
    const aside = fs.readdirSync(folder).filter((name) => name.includes('.damaged-'));
    expect(aside.map((name) => fs.readFileSync(path.join(folder, name), 'utf8')).sort()).toEqual(left.sort());
  });

  it('renews and removes', () => {
    const ca = store();
    const before = ca.use().info.fingerprint256;
    const after = ca.renew().info.fingerprint256;
    expect(after).not.toBe(before);
    expect(store().use().info.fingerprint256).toBe(after);
    expect(ca.remove()).toBe(true);
    expect(fs.readdirSync(folder)).toEqual([]);
    expect(ca.remove()).toBe(false);
  });
});

function foreign(name: string): void {
  const other = path.join(base, 'other');
  new CaStore({ folder: other, files: () => undefined, timeOfDay: Date.now, report: () => undefined }).use();
  fs.copyFileSync(path.join(other, name), path.join(folder, name));
}

describe('your own CA', () => {
  const files = (): CaFiles => ({ certificate: path.join(base, 'own.pem'), key: path.join(base, 'own.key') });

  it.each([['rsa:2048'], ['ec']])('signs with %s and is left alone', (kind) => {
    own = files();
    const how = kind === 'ec' ? ['ec', '-pkeyopt', 'ec_paramgen_curve:P-384'] : [kind];
    const made = ['-nodes', '-subj', '/O=Me/CN=Mine', '-keyout', own.key, '-out', own.certificate, '-days', '30'];
    made.push('-addext', 'keyUsage=critical,keyCertSign');
    openssl('req', '-x509', '-newkey', ...how, ...made);
    const ca = store();
    expect(ca.state().ca).toMatchObject({ subject: 'O=Me, CN=Mine', own: true, file: own.certificate });
    const file = leaf(ca, 'a.test');
    expect(openssl('verify', '-x509_strict', '-CAfile', own.certificate, file)).toBe(`${file}: OK\n`);
    expect(() => ca.renew()).toThrow(/your own CA .* cannot be renewed here/);
    expect(() => ca.remove()).toThrow(/cannot be removed/);
    expect(fs.existsSync(folder)).toBe(false);
    own = undefined;
    expect(ca.use().info.own).toBe(false);
  });

  it('that cannot be used is a problem in words, and the files stay', () => {
    own = files();
    const ca = store();
    expect(ca.state().problem).toMatch(/own\.pem is not there/);
    expect(() => ca.use()).toThrow(/your own CA cannot be used/);
    const made = ['-subj', '/CN=leaf', '-addext', 'basicConstraints=critical,CA:FALSE', '-nodes'];
    openssl('req', '-x509', '-newkey', 'rsa:2048', ...made, '-keyout', own.key, '-out', own.certificate);
    expect(ca.state().problem).toMatch(/not that of a CA/);
    expect(fs.readdirSync(base).sort()).toEqual(['own.key', 'own.pem']);
  });
});
