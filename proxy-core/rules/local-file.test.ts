import { mkdir, mkdtemp, rm, symlink, truncate, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { answerWithFile, MAX_FILE_BYTES } from './local-file.ts';

let outer: string;
let root: string;
beforeAll(async () => {
  outer = await mkdtemp(path.join(os.tmpdir(), 'bsdm-local-'));
  root = path.join(outer, 'files');
  await mkdir(path.join(root, 'sub'), { recursive: true });
  await writeFile(path.join(outer, 'secret.txt'), 'secret');
  await writeFile(path.join(root, 'a b.css'), '0123456789');
  await writeFile(path.join(root, 'sub', 'index.html'), '<p>');
  await writeFile(path.join(root, 'big.bin'), '');
  await truncate(path.join(root, 'big.bin'), MAX_FILE_BYTES + 1);
  await symlink(path.join(outer, 'secret.txt'), path.join(root, 'link.txt'));
  await symlink('a b.css', path.join(root, 'inside.css'));
});
afterAll(() => rm(outer, { recursive: true }));

const answer = (url: string, fields: string[] = [], from?: string, at = root, method = 'GET') =>
  answerWithFile(at, from, { method, url, fields }, Date.now());
const told = async (...args: Parameters<typeof answer>): Promise<string> => {
  const { status, fields, body } = await answer(...args);
  const type = fields[fields.indexOf('Content-Type') + 1];
  return `${status} ${type} ${body === undefined ? '-' : Buffer.from(body).toString('latin1').slice(0, 40)}`;
};

it.each<[string, string | undefined, string]>([
  ['http://a.test/a%20b.css', undefined, '200 text/css; charset=utf-8 0123456789'],
  ['http://a.test/a%20b.css?x=1', undefined, '200 text/css; charset=utf-8 0123456789'],
  ['http://a.test/static/a%20b.css?x=/y', 'http://a.test/static/*', '200 text/css; charset=utf-8 0123456789'],
  ['http://a.test/sub/', undefined, '200 text/html; charset=utf-8 <p>'],
  ['http://a.test/sub', undefined, '200 text/html; charset=utf-8 <p>'],
  ['http://a.test/inside.css', undefined, '200 text/css; charset=utf-8 0123456789'],
])('%s from %s', async (url, from, expected) => {
  expect(await told(url, [], from)).toBe(expected);
});

it.each([
  'http://a.test/none',
  'http://a.test/..%2fsecret.txt',
  'http://a.test/%2e%2e/secret.txt',
  'http://a.test/sub/..%2f..%2fsecret.txt',
  'http://a.test/link.txt',
  'http://a.test/%00',
  'http://a.test/%ff',
  'http://a.test/a%20b.css/x',
  `http://a.test/${'x'.repeat(5000)}`,
  'http://a.test/',
])('%s is not there', async (url) => {
  const { status, body } = await answer(url);
  expect([status, Buffer.from(body ?? []).toString()]).toEqual([404, `Map local: ${root} has no such file.\n`]);
});

it('a file is the answer to every URL', async () => {
  expect(await told('http://a.test/whatever', [], undefined, path.join(root, 'a b.css'))).toContain('0123456789');
  expect(await told('http://a.test/', [], undefined, path.join(outer, 'none'))).toContain('404');
});

it('has validators, and answers conditions and ranges by them', async () => {
  const url = 'http://a.test/a%20b.css';
  const { fields } = await answer(url);
  const field = (name: string): string => fields[fields.indexOf(name) + 1]!;
  expect((await answer(url, ['If-None-Match', field('ETag')])).status).toBe(304);
  expect((await answer(url, ['If-Modified-Since', field('Last-Modified')])).status).toBe(304);
  expect((await answer(url, ['If-None-Match', '"other"'])).status).toBe(200);
  const part = await answer(url, ['Range', 'bytes=2-4']);
  expect([part.status, part.fields, Buffer.from(part.body!).toString()]).toEqual([
    206,
    expect.arrayContaining(['Content-Range', 'bytes 2-4/10']),
    '234',
  ]);
  expect((await answer(url, ['Range', 'bytes=2-4', 'If-Range', '"other"'])).status).toBe(200);
  expect((await answer(url, ['Range', 'bytes=0-1,3-4'])).status).toBe(200);
  const beyond = await answer(url, ['Range', 'bytes=20-']);
  expect([beyond.status, beyond.fields]).toEqual([416, expect.arrayContaining(['Content-Range', 'bytes */10'])]);
});

it('does not take a file into memory that is too large, but a part of it', async () => {
  expect((await answer('http://a.test/big.bin')).status).toBe(413);
  const part = await answer('http://a.test/big.bin', ['Range', `bytes=${MAX_FILE_BYTES}-`]);
  expect([part.status, part.body?.length]).toEqual([206, 1]);
});
