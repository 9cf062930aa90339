/** Requests copied from the table, run by curl, Node and Python against a server that tells what came. */
import { execFile, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { FieldLine } from '../proxy-core/contract/exchange.ts';
import { copyAs } from '../renderer/traffic/copy-as.ts';
import type { CopyForm } from '../renderer/traffic/copy-forms.ts';

interface Got {
  method: string;
  url: string;
  fields: string[];
  body: Buffer;
}

const got: Got[] = [];
let server: http.Server;
let base = '';

beforeAll(async () => {
  server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      got.push({
        method: request.method ?? '',
        url: request.url ?? '',
        fields: request.rawHeaders,
        body: Buffer.concat(chunks),
      });
      response.end('ok');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(() => {
  server.close();
  server.closeAllConnections();
});

const has = (program: string): boolean => spawnSync(program, ['--version']).error === undefined;
const run = promisify(execFile);
const RUN: Partial<Record<CopyForm, (text: string) => Promise<unknown>>> = {
  ...(has('curl') && process.platform !== 'win32' && { curl: (text) => run('sh', ['-c', text]) }),
  fetch: (text) => run(process.execPath, ['--input-type=module', '-e', text]),
  ...(has('python3') && { python: (text) => run('python3', ['-c', text]) }),
};

const NASTY = `it's "quoted" \\ $HOME %PATH% \`id\` ^ & | < > ! </script> #{x} ä 中 😀`;
const FIELDS: FieldLine[] = [
  ['Host', 'elsewhere.example'],
  ['X-Nasty', `it's "q" \\ $(id) %PATH% & ^ \`x\``],
  ['X-Odd', '=@:'],
  ['Content-Type', 'text/plain; charset=utf-8'],
];

describe.each(Object.keys(RUN) as CopyForm[])('%s, run by the real program', (form) => {
  it.each<[string, string, Buffer]>([
    ['GET', '/a?b=[1]&c={d}%20', Buffer.alloc(0)],
    ['POST', '/post', Buffer.from(`${NASTY}\nsecond\tline`)],
    ['PUT', '/bytes', Buffer.from([0, 255, 13, 10, 39, 34])],
    ['DELETE', '/gone', Buffer.alloc(0)],
  ])('%s %s arrives as it was', async (method, path, body) => {
    const text = copyAs(form, { method, url: base + path, fields: FIELDS, body });
    expect(text).toBeDefined();
    await RUN[form]!(text!);
    const last = got.at(-1)!;
    expect(last).toMatchObject({ method });
    expect(decodeURI(last.url)).toBe(decodeURI(path));
    expect(last.body.equals(body)).toBe(true);
    const fields = last.fields.map((part) => part.toLowerCase());
    expect(fields[fields.indexOf('x-nasty') + 1]).toBe(FIELDS[1]![1].toLowerCase());
    expect(fields[fields.indexOf('x-odd') + 1]).toBe('=@:');
    expect(last.fields).not.toContain('elsewhere.example');
  });
});
