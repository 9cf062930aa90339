/** Stores of trust: on every system by table, and NSS, Java and OpenSSL's bundle for real, in folders of their own. */
import { execFileSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { TrustReport, TrustStore } from '../../contract/clients.ts';
import { CommandError } from '../../contract/errors.ts';
import type { CaInfo } from '../../contract/interception.ts';
import { madeCa } from '../testkit/made-ca.ts';
import { onPath, thisMachine, type Machine } from '../machine.ts';
import { runTool, type RunTool } from '../run-tool.ts';
import { lineOf, quotePosix } from './lines.ts';
import { firefoxProfiles, nicknames } from './nss.ts';
import { keychainHashes } from './places.ts';
import { Trust } from './trust.ts';

let folder: string;
beforeEach(() => {
  folder = fs.mkdtempSync(path.join(os.tmpdir(), "bsdm trust's-"));
});
afterEach(() => fs.rmSync(folder, { recursive: true, force: true }));

/** A CA whose certificate lies in a file. */
function caInFile(name = 'ca.pem'): CaInfo {
  const file = path.join(folder, name);
  const info = madeCa();
  fs.writeFileSync(file, info.pem);
  return { ...info, file };
}

const storeOf = (report: TrustReport, id: string): TrustStore => {
  const store = report.stores.find((item) => item.id === id);
  if (store === undefined) throw new Error(`no store ${id}`);
  return store;
};

function made(
  machine: Partial<Machine>,
  run: RunTool = runTool,
): { trust: Trust; use: (ca: CaInfo | undefined) => void } {
  let ca: CaInfo | undefined = caInFile();
  const all: Machine = { ...thisMachine(), home: folder, ...machine };
  return {
    trust: new Trust({ machine: all, run, ca: () => ca, makeCa: () => ca! }),
    use: (other) => (ca = other),
  };
}

describe('lines', () => {
  it.each([
    'plain',
    'with blank',
    "it's",
    '$HOME `id` "x" \\ !',
    'a;b&c|d',
    '~/x',
    '*',
    '',
    'sql:/home/x/.pki/nssdb',
    'C,,',
    'ж',
  ])('%j is read back by sh', (word) => {
    const said = execFileSync('/bin/sh', ['-c', `printf '<%s>' ${quotePosix(word)}`], { encoding: 'utf8' });
    expect(said).toBe(`<${word}>`);
  });

  it('say what an administrator has to run', () => {
    const step = { argv: ['install', '-m', '644', '/a b/ca.pem', '/etc/x'], root: true };
    expect(lineOf(step, 'linux', false)).toBe("sudo install -m 644 '/a b/ca.pem' /etc/x");
    expect(lineOf(step, 'linux', true)).toBe("install -m 644 '/a b/ca.pem' /etc/x");
    expect(lineOf({ argv: ['certutil', '-addstore', 'C:\\a b\\ca.pem'] }, 'win32', false)).toBe(
      'certutil -addstore "C:\\a b\\ca.pem"',
    );
  });
});

describe('what tools print', () => {
  it('nicknames of ours in a listing of certutil', () => {
    const listing = [
      '',
      'Certificate Nickname                                         Trust Attributes',
      '                                                             SSL,S/MIME,JAR/XPI',
      '',
      'BSDM-Proxy CA 0A1B2C3D                                       C,,  ',
      'Somebody else                                                C,,  ',
      'BSDM-Proxy CA                                                CT,C,C',
      'BSDM-Proxy CA without trust',
    ].join('\n');
    expect(nicknames(listing)).toEqual(['BSDM-Proxy CA 0A1B2C3D', 'BSDM-Proxy CA']);
  });

  it("hashes of macOS's keychain", () => {
    const text = 'SHA-256 hash: AB12\nSHA-1 hash: CD34\nkeychain: "x"\nSHA-256 hash: EF56\nSHA-1 hash: 0178\n';
    expect(keychainHashes(text)).toEqual([
      { sha256: 'AB12', sha1: 'CD34' },
      { sha256: 'EF56', sha1: '0178' },
    ]);
  });

  it("profiles in Firefox's list, relative and not", () => {
    const ini =
      '[Install1]\nDefault=x\n\n[Profile0]\nName=a\nIsRelative=1\nPath=Profiles/a b\n\n[Profile1]\nIsRelative=0\nPath=/else/b\n[General]\nVersion=2';
    expect(firefoxProfiles(ini, '/home/u/ff', (...parts) => path.posix.join(...parts))).toEqual([
      '/home/u/ff/Profiles/a b',
      '/else/b',
    ]);
  });
});

describe('the system', () => {
  /** A machine on which these files exist, and nothing else. */
  const machineWith = (files: Record<string, string>, more: Partial<Machine> = {}): Partial<Machine> => ({
    platform: 'linux',
    isRoot: false,
    env: { PATH: '/usr/bin' },
    isFile: (file) => file in files,
    read: (file) => files[file],
    ...more,
  });
  const none: RunTool = () => Promise.resolve({ ok: false, output: '', problem: 'nothing runs here' });

  it('Debian: absent, trusted, and one of an earlier CA', async () => {
    const files: Record<string, string> = {
      '/usr/sbin/update-ca-certificates': '',
      '/etc/ssl/certs/ca-certificates.crt': 'roots',
    };
    const { trust, use } = made(machineWith(files), none);
    const absent = storeOf(await trust.list(), 'system');
    expect(absent).toMatchObject({ state: 'absent', canRun: false, note: 'needs-root', remove: [] });
    expect(absent.install).toEqual([
      `sudo install -m 644 ${quotePosix(path.join(folder, 'ca.pem'))} /usr/local/share/ca-certificates/bsdm-proxy-ca.crt`,
      'sudo update-ca-certificates',
    ]);
    await expect(trust.install('system')).rejects.toThrow(/only an administrator/);

    files['/usr/local/share/ca-certificates/bsdm-proxy-ca.crt'] = '';
    files['/etc/ssl/certs/ca-certificates.crt'] = `other\n${fs.readFileSync(path.join(folder, 'ca.pem'), 'utf8')}`;
    expect(storeOf(await trust.list(), 'system')).toMatchObject({
      state: 'trusted',
      remove: ['sudo rm -f /usr/local/share/ca-certificates/bsdm-proxy-ca.crt', 'sudo update-ca-certificates --fresh'],
    });
    use(caInFile('new.pem'));
    expect(storeOf(await trust.list(), 'system').state).toBe('other');
    use(undefined);
    expect(storeOf(await trust.list(), 'system')).toMatchObject({ state: 'other', install: [] });
  });

  it('Debian has Java trust what the system does, and does not take it back: that is done here', async () => {
    const java = '/etc/ssl/certs/java/cacerts';
    const anchor = '/usr/local/share/ca-certificates/bsdm-proxy-ca.crt';
    const files = {
      '/usr/sbin/update-ca-certificates': '',
      '/etc/ssl/certs/ca-certificates.crt': '',
      '/usr/bin/keytool': '',
      [java]: '',
      [anchor]: '',
    };
    const listed: RunTool = () => Promise.resolve({ ok: true, output: '', problem: '' });
    const { remove } = storeOf(await made(machineWith(files), listed).trust.list(), 'system');
    expect(remove).toEqual([
      `sudo rm -f ${anchor}`,
      'sudo update-ca-certificates --fresh',
      `sudo keytool -delete -keystore ${java} -storepass changeit -alias debian:bsdm-proxy-ca.pem`,
    ]);
    expect(storeOf(await made(machineWith(files), none).trust.list(), 'system').remove).toHaveLength(2);
  });

  it('asks for a password once, through pkexec', async () => {
    const files = {
      '/usr/sbin/update-ca-certificates': '',
      '/etc/ssl/certs/ca-certificates.crt': '',
      '/usr/bin/pkexec': '',
    };
    const ran: string[][] = [];
    const run: RunTool = (argv) => {
      if (argv[0]!.endsWith('pkexec')) ran.push([...argv]);
      return Promise.resolve({ ok: true, output: '', problem: '' });
    };
    const { trust } = made(machineWith(files, { env: { PATH: '/usr/bin', DISPLAY: ':0' } }), run);
    expect(storeOf(await trust.list(), 'system').canRun).toBe(true);
    await trust.install('system');
    const file = quotePosix(path.join(folder, 'ca.pem'));
    expect(ran).toEqual([
      [
        '/usr/bin/pkexec',
        '/bin/sh',
        '-c',
        `install -m 644 ${file} /usr/local/share/ca-certificates/bsdm-proxy-ca.crt && /usr/sbin/update-ca-certificates`,
      ],
    ]);
  });

  it('Fedora, macOS and Windows: their own commands', async () => {
    const fedora = made(machineWith({ '/usr/bin/update-ca-trust': '', '/etc/pki/tls/certs/ca-bundle.crt': '' }), none);
    expect(storeOf(await fedora.trust.list(), 'system').install[0]).toContain(
      '/etc/pki/ca-trust/source/anchors/bsdm-proxy-ca.crt',
    );
    const mac = made(machineWith({}, { platform: 'darwin' }), none);
    expect(storeOf(await mac.trust.list(), 'system')).toMatchObject({
      state: 'absent',
      canRun: true,
      install: [expect.stringMatching(/^security add-trusted-cert -r trustRoot -p ssl -k /)],
    });
    const windows = made(machineWith({}, { platform: 'win32' }), none);
    expect(storeOf(await windows.trust.list(), 'system').install[0]).toMatch(/^certutil -user -addstore Root /);
  });

  it('an unknown system says that it is one, and is not changed', async () => {
    const { trust } = made(machineWith({}), none);
    expect(storeOf(await trust.list(), 'system')).toMatchObject({ state: 'unknown', note: 'not-known', canRun: false });
    await expect(trust.install('system')).rejects.toThrow(CommandError);
    await expect(trust.install('nowhere')).rejects.toMatchObject({ code: 'not-found' });
  });
});

const hasCertutil = onPath(thisMachine(), 'certutil') !== undefined;

describe.skipIf(!hasCertutil)('NSS for real, with certutil (package libnss3-tools)', () => {
  const listed = (database: string): string =>
    execFileSync('certutil', ['-L', '-d', `sql:${database}`], { encoding: 'utf8' });

  it("Chromium's database is made, holds the CA, and nothing of it after removal", { timeout: 60_000 }, async () => {
    const { trust, use } = made({});
    const database = path.join(folder, '.pki', 'nssdb');
    expect(storeOf(await trust.list(), 'nss')).toMatchObject({ state: 'absent', canRun: true });
    expect(storeOf(await trust.install('nss'), 'nss')).toMatchObject({ state: 'trusted' });
    expect(listed(database)).toMatch(/^BSDM-Proxy CA [0-9A-F]{8} +C,,/m);

    // A renewed CA of the same name: NSS keeps both under one nickname.
    use(caInFile('renewed.pem'));
    expect(storeOf(await trust.list(), 'nss').state).toBe('other');
    expect(storeOf(await trust.install('nss'), 'nss').state).toBe('trusted');
    expect(listed(database).match(/BSDM-Proxy/g)).toHaveLength(1);

    expect(storeOf(await trust.remove('nss'), 'nss')).toMatchObject({ state: 'absent', remove: [] });
    expect(listed(database)).not.toContain('BSDM');
  });

  it('the lines that are shown do the same in a terminal', { timeout: 60_000 }, async () => {
    const { trust } = made({});
    const { install } = storeOf(await trust.list(), 'nss');
    execFileSync('/bin/sh', ['-e', '-c', install.join('\n')]);
    const after = storeOf(await trust.list(), 'nss');
    expect(after.state).toBe('trusted');
    execFileSync('/bin/sh', ['-e', '-c', after.remove.join('\n')]);
    expect(storeOf(await trust.list(), 'nss').state).toBe('absent');
  });

  it("each of Firefox's profiles is a store of its own", { timeout: 60_000 }, async () => {
    const root = path.join(folder, '.mozilla', 'firefox');
    const profile = path.join(root, 'abc.default');
    fs.mkdirSync(profile, { recursive: true });
    fs.writeFileSync(path.join(root, 'profiles.ini'), '[Profile0]\nIsRelative=1\nPath=abc.default\n');
    execFileSync('certutil', ['-N', '-d', `sql:${profile}`, '--empty-password']);
    const { trust } = made({});
    const id = `firefox:${profile}`;
    expect(storeOf(await trust.list(), id).state).toBe('absent');
    expect(storeOf(await trust.install(id), id).state).toBe('trusted');
    expect(storeOf(await trust.remove(id), id).state).toBe('absent');
  });
});

describe.skipIf(onPath(thisMachine(), 'keytool') === undefined)('Java for real, with keytool', () => {
  it('takes the CA in and out of a trust store', { timeout: 120_000 }, async () => {
    const home = path.join(folder, 'jdk');
    const cacerts = path.join(home, 'lib', 'security', 'cacerts');
    fs.mkdirSync(path.dirname(cacerts), { recursive: true });
    const other = caInFile('other.pem');
    execFileSync(
      'keytool',
      [
        '-importcert',
        '-noprompt',
        '-keystore',
        cacerts,
        '-storepass',
        'changeit',
        '-alias',
        'other',
        '-file',
        other.file,
      ],
      { stdio: 'ignore' },
    );
    const { trust } = made({ env: { ...process.env, JAVA_HOME: home }, isRoot: true });
    expect(storeOf(await trust.list(), 'java')).toMatchObject({ state: 'absent', where: cacerts, canRun: true });
    expect(storeOf(await trust.install('java'), 'java').state).toBe('trusted');
    expect(storeOf(await trust.remove('java'), 'java')).toMatchObject({ state: 'absent', remove: [] });
  });
});

describe("Node's environment", () => {
  it('is a line for the shell, and trusted where the variable names a file with the CA', async () => {
    const { trust } = made({ env: { PATH: '' } });
    const store = storeOf(await trust.list(), 'node');
    expect(store).toMatchObject({
      state: 'absent',
      canRun: false,
      note: 'by-shell',
      remove: ['unset NODE_EXTRA_CA_CERTS'],
    });
    const said = execFileSync('/bin/sh', ['-c', `${store.install[0]}; printf %s "$NODE_EXTRA_CA_CERTS"`], {
      encoding: 'utf8',
    });
    expect(said).toBe(path.join(folder, 'ca.pem'));
    await expect(trust.install('node')).rejects.toMatchObject({ code: 'conflict' });
    const inside = made({ env: { PATH: '', NODE_EXTRA_CA_CERTS: path.join(folder, 'ca.pem') } });
    inside.use({ ...caInFile('same.pem'), pem: fs.readFileSync(path.join(folder, 'ca.pem'), 'utf8') });
    expect(storeOf(await inside.trust.list(), 'node').state).toBe('trusted');
  });
});
