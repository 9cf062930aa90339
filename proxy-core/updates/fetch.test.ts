/** Against a real server on loopback. */
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { once } from 'node:events';
import fs from 'node:fs';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { askFeed, fetchPackage } from './fetch.ts';

const PACKAGE = Buffer.from('what is installed '.repeat(5000));
const SUM = createHash('sha512').update(PACKAGE).digest('base64');
const FILE = { name: 'b-2.0.0-amd64.deb', sha512: SUM, bytes: PACKAGE.length };
const YML = `version: 2.0.0\nfiles:\n  - url: ${FILE.name}\n    sha512: ${SUM}\n    size: ${FILE.bytes}\n`;

type Reply = { status?: number; location?: string; body?: string | Buffer; isCut?: boolean };
let server: http.Server;
let replies: Record<string, Reply>;
let asked: string[];
let feed: URL;
let folder: string;

beforeEach(async () => {
  replies = {};
  asked = [];
  server = http.createServer((request, response) => {
    asked.push(request.url ?? '');
    const reply = replies[request.url ?? ''];
    if (reply === undefined) return response.writeHead(404).end();
    const { status = 200, location, body = '', isCut } = reply;
    response.writeHead(status, {
      ...(location !== undefined && { location }),
      'content-length': Buffer.byteLength(body),
    });
    if (isCut === true) response.write(Buffer.from(body).subarray(0, 1000), () => response.destroy());
    else response.end(body);
    return undefined;
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  feed = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}/app/`);
  folder = fs.mkdtempSync(path.join(os.tmpdir(), 'bsdm-updates-'));
});
afterEach(() => {
  server.close();
  server.closeAllConnections();
  fs.rmSync(folder, { recursive: true });
});

const ask = (version: string, key?: string) => askFeed({ feed, version, platform: 'linux', arch: 'x64', key });

test('a newer version is told, the same or an older one is none', async () => {
  replies['/app/latest-linux.yml'] = { body: YML };
  await expect(ask('1.9.0')).resolves.toEqual({ version: '2.0.0', files: [FILE] });
  await expect(ask('2.0.0')).resolves.toBeNull();
  await expect(ask('3.0.0')).resolves.toBeNull();
  expect(asked).toEqual(Array(3).fill('/app/latest-linux.yml'));
});

test.each<[string, Record<string, Reply>]>([
  ['answered 404', {}],
  ['answered 500', { '/app/latest-linux.yml': { status: 500 } }],
  ['names no version', { '/app/latest-linux.yml': { body: '<html>sign in</html>' } }],
  ['longer than', { '/app/latest-linux.yml': { body: 'a'.repeat(300_000) } }],
  ['is not https', { '/app/latest-linux.yml': { status: 302, location: 'http://feed.test/latest-linux.yml' } }],
  ['is not https', { '/app/latest-linux.yml': { status: 302, location: 'file:///etc/passwd' } }],
  ['leads on and on', { '/app/latest-linux.yml': { status: 302, location: 'latest-linux.yml' } }],
])('what is no feed is told in words: %s', async (problem, given) => {
  replies = given;
  await expect(ask('1.0.0')).rejects.toThrow(problem);
});

test('nobody there is told with the address', async () => {
  server.close();
  await once(server, 'close');
  await expect(ask('1.0.0')).rejects.toThrow(/latest-linux\.yml could not be asked: .*ECONNREFUSED/);
});

test('with a key only what is signed with it counts', async () => {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519');
  const other = generateKeyPairSync('ed25519');
  const key = publicKey.export({ format: 'der', type: 'spki' }).toString('base64');
  const signed = (by: typeof privateKey, text: string) => `${sign(null, Buffer.from(text), by).toString('base64')}\n`;
  replies['/app/latest-linux.yml'] = { body: YML };
  await expect(ask('1.0.0', key)).rejects.toThrow('.sig answered 404');
  for (const wrong of [signed(other.privateKey, YML), signed(privateKey, `${YML} `), 'nonsense']) {
    replies['/app/latest-linux.yml.sig'] = { body: wrong };
    await expect(ask('1.0.0', key)).rejects.toThrow('is not signed with the key of this app');
  }
  replies['/app/latest-linux.yml.sig'] = { body: signed(privateKey, YML) };
  await expect(ask('1.0.0', key)).resolves.toMatchObject({ version: '2.0.0' });
});

test('a package is had whole, also over a redirect, in the place of one from before', async () => {
  replies[`/app/${FILE.name}`] = { status: 302, location: '/mirror/b' };
  replies['/mirror/b'] = { body: PACKAGE };
  fs.writeFileSync(path.join(folder, FILE.name), 'an older one');
  fs.writeFileSync(path.join(folder, 'elsewhere'), 'untouched');
  fs.symlinkSync(path.join(folder, 'elsewhere'), path.join(folder, `${FILE.name}.part`));
  const shares: number[] = [];
  const file = await fetchPackage({ feed }, FILE, folder, (share) => shares.push(share));
  expect(fs.readFileSync(file).equals(PACKAGE)).toBe(true);
  expect(fs.readFileSync(path.join(folder, 'elsewhere'), 'utf8')).toBe('untouched');
  expect(shares.at(-1)).toBe(1);
});

test.each<[string, Reply]>([
  [
    'the checksum of b-2.0.0-amd64.deb is not the one in the feed',
    { body: Buffer.concat([PACKAGE.subarray(1), Buffer.from('x')]) },
  ],
  ['is longer than the feed says', { body: Buffer.concat([PACKAGE, Buffer.from('more')]) }],
  ['broke off after 1000 of', { body: PACKAGE.subarray(0, 1000) }],
  ['aborted', { body: PACKAGE, isCut: true }],
  ['answered 404', { status: 404 }],
])('what is not the package leaves nothing behind: %s', async (problem, reply) => {
  replies[`/app/${FILE.name}`] = reply;
  await expect(fetchPackage({ feed }, FILE, folder)).rejects.toThrow(problem);
  expect(fs.readdirSync(folder)).toEqual([]);
});
