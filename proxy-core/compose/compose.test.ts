/** Requests of a person's own over real sockets: what the origin is asked, what the run tells, and what curl itself would have sent. */
import { execFile, execFileSync } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { PARAM_PARSERS } from '../contract/commands.ts';
import type { ComposedBody, ComposedRequest, ComposeRun } from '../contract/compose/composed.ts';
import { readCurl } from '../contract/compose/read-curl.ts';
import { ask } from '../testkit/clients.ts';
import { startCore, type RunningCore } from '../testkit/running-core.ts';
import { CURL_LINES, WINDOWS_LINES } from './testkit/curl-lines.ts';

interface Asked {
  method: string;
  target: string;
  fields: string[];
  body: string;
}

let server: http.Server;
let origin: string;
let asked: Asked[] = [];
let answer: (request: http.IncomingMessage, response: http.ServerResponse) => void;
let core: RunningCore;
let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'bsdm-compose-'));
  await writeFile(path.join(folder, 'note.txt'), 'a note\nof two lines\n');
  await writeFile(path.join(folder, 'data.json'), '{"from":"a file"}');
  await writeFile(path.join(folder, 'photo.png'), Buffer.from([0x89, 0x50, 0, 0xff, 0x0d, 0x0a]));
  server = http.createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const fields: string[] = [];
      for (let i = 0; i < request.rawHeaders.length; i += 2)
        fields.push(`${request.rawHeaders[i]!.toLowerCase()}: ${request.rawHeaders[i + 1]}`);
      const body = Buffer.concat(chunks).toString('latin1');
      asked.push({ method: request.method ?? '', target: request.url ?? '', fields, body });
      answer(request, response);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterAll(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  await rm(folder, { recursive: true });
});
beforeEach(async () => {
  asked = [];
  answer = (_, response) => response.writeHead(200, { 'Cache-Control': 'no-store' }).end('ok');
  core = await startCore();
});
afterEach(() => core.stop());

const send = (request: Partial<ComposedRequest>, more: object = {}): Promise<ComposeRun> =>
  Promise.resolve(
    core.core.handlers['compose.send'](
      PARAM_PARSERS['compose.send']({ request: { url: `${origin}/x`, ...request }, ...more }),
    ),
  );
const field = (name: string): string | undefined =>
  asked
    .at(-1)
    ?.fields.find((line) => line.startsWith(`${name}: `))
    ?.slice(name.length + 2);

describe('a composed request', () => {
  it('goes the way of any request: captured, with the outcome of the cache', async () => {
    answer = (_, response) => response.writeHead(200, { 'Cache-Control': 'max-age=60' }).end('hello');
    const first = await send({});
    const second = await send({});
    expect(first.sent).toMatchObject([{ state: 'done', status: 200, outcome: 'MISS', bytes: 5 }]);
    expect(second.sent).toMatchObject([{ state: 'done', status: 200, outcome: 'HIT', bytes: 5 }]);
    const detail = await core.detailOf('/x');
    expect(detail.row).toMatchObject({ id: second.sent[0]!.id, client: 'compose', outcome: 'HIT', reason: 'fresh' });
    // What was stored serves others, too.
    expect((await ask(core.port, `${origin}/x`)).fields['x-cache-status']).toBe('HIT');
    expect(asked).toHaveLength(1);
  });

  it('is sent past the cache, or has it filled anew, when that is chosen', async () => {
    let n = 0;
    answer = (_, response) => response.writeHead(200, { 'Cache-Control': 'max-age=60' }).end(String(n++));
    await send({});
    const past = await send({}, { cache: 'past' });
    expect(past.sent[0]).toMatchObject({ outcome: 'BYPASS' });
    // By choice, not by a field: the origin is asked as it would be otherwise.
    expect(field('cache-control')).toBeUndefined();
    const { row, trace } = await core.detailOf('/x');
    expect(row.reason).toBe('past-cache');
    expect(trace.map(({ code, result }) => [code, result])).toEqual([['past-cache', 'stop']]);
    expect((await ask(core.port, `${origin}/x`)).body.toString()).toBe('0');
    const refreshed = await send({}, { cache: 'refresh' });
    expect(refreshed.sent[0]).toMatchObject({ outcome: 'MISS' });
    expect(field('cache-control')).toBe('no-cache');
    expect((await ask(core.port, `${origin}/x`)).body.toString()).toBe('2');
    core.settings.update({ ignoreClientCacheControl: true });
    const meant = await send({}, { cache: 'refresh' });
    expect(meant.sent[0]).toMatchObject({ outcome: 'MISS' });
    expect((await ask(core.port, `${origin}/x`)).body.toString()).toBe('3');
  });

  it('ten at once of what can be stored: one question to the origin', async () => {
    answer = (_, response) =>
      setImmediate(() => response.writeHead(200, { 'Cache-Control': 'max-age=60' }).end('once'));
    const run = await send({}, { times: 10 });
    expect(run.isOver).toBe(true);
    expect(asked).toHaveLength(1);
    const kinds = run.sent.map(({ outcome, collapsed }) => (collapsed === true ? 'collapsed' : outcome));
    expect(kinds.filter((kind) => kind === 'MISS')).toHaveLength(1);
    expect(kinds.filter((kind) => kind === 'collapsed' || kind === 'HIT')).toHaveLength(9);
  });

  it('in turn, each when the one before has ended', async () => {
    let open = 0;
    let most = 0;
    answer = (_, response) => {
      most = Math.max(most, ++open);
      setImmediate(() => response.end('x', () => open--));
    };
    const run = await send({ method: 'POST', body: { kind: 'text', text: 'n' } }, { times: 5, together: false });
    expect(run.sent.map(({ state }) => state)).toEqual(['done', 'done', 'done', 'done', 'done']);
    expect([asked.length, most]).toEqual([5, 1]);
  });

  it.each([
    ['text', { kind: 'text', text: 'häl' }, 'h\xc3\xa4l', undefined],
    ['base64', { kind: 'base64', base64: 'AP8=' }, '\0\xff', undefined],
    [
      'form',
      {
        kind: 'form',
        fields: [
          ['a b', '1&2'],
          ['c', 'ä'],
        ],
      },
      'a+b=1%262&c=%C3%A4',
      'application/x-www-form-urlencoded',
    ],
  ] satisfies [string, ComposedBody, string, string | undefined][])('has content: %s', async (_, body, sent, type) => {
    await send({ method: 'POST', body });
    expect(asked[0]).toMatchObject({ method: 'POST', body: sent });
    expect(field('content-length')).toBe(String(sent.length));
    expect(field('content-type')).toBe(type);
  });

  it('has files as content, alone and as parts', async () => {
    await send({ method: 'PUT', body: { kind: 'file', path: path.join(folder, 'note.txt') } });
    expect(asked[0]?.body).toBe('a note\nof two lines\n');
    await send({
      method: 'POST',
      body: {
        kind: 'multipart',
        parts: [
          { name: 'a"b', text: 'one' },
          { name: 'f', path: path.join(folder, 'photo.png') },
        ],
      },
    });
    const boundary = /boundary=(.+)$/.exec(field('content-type') ?? '')?.[1];
    expect(asked[1]?.body).toBe(
      `--${boundary}\r\nContent-Disposition: form-data; name="a%22b"\r\n\r\none\r\n--${boundary}\r\n` +
        `Content-Disposition: form-data; name="f"; filename="photo.png"\r\nContent-Type: application/octet-stream\r\n\r\n` +
        `\x89P\0\xff\r\n\r\n--${boundary}--\r\n`,
    );
    await expect(send({ method: 'PUT', body: { kind: 'file', path: path.join(folder, 'none') } })).rejects.toThrow(
      'cannot be sent: ENOENT',
    );
  });

  it('that fails says why, and one that is stopped ends', async () => {
    const failed = await send({ url: 'http://127.0.0.1:1/' });
    expect(failed.sent[0]).toMatchObject({ state: 'failed', status: 502, problem: 'connection_refused' });
    let response: http.ServerResponse | undefined;
    const arrived = new Promise<void>((resolve) => {
      answer = (_, held) => {
        response = held;
        resolve();
      };
    });
    const going = await send({}, { times: 2, waitMs: 0 });
    expect(going).toMatchObject({ isOver: false, sent: [{ state: 'going' }, { state: 'going' }] });
    await arrived;
    await core.core.handlers['compose.stop']({ id: going.id });
    const over = await core.core.handlers['compose.run']({ id: going.id, waitMs: 5000 });
    expect(over).toMatchObject({ isOver: true, sent: [{ state: 'stopped' }, { state: 'stopped' }] });
    response?.destroy();
  });

  it('is refused in words when it is malformed', () => {
    const refusal = (request: object): string => {
      try {
        PARAM_PARSERS['compose.send']({ request });
        return 'taken';
      } catch (error) {
        return error instanceof Error ? error.message : String(error);
      }
    };
    expect(refusal({ url: 'ftp://a.test/' })).toBe('"url" is an http or https URL without white space');
    expect(refusal({ url: 'http://a.test/', method: 'CONNECT' })).toContain('cannot be CONNECT');
    expect(refusal({ url: 'http://a.test/', fields: [['A b', '']] })).toContain('is no name of a field');
    expect(refusal({ url: 'http://a.test/', fields: [['A', 'x\r\nB: y']] })).toContain('control characters');
    expect(refusal({ url: 'http://a.test/', body: { kind: 'base64', base64: '?' } })).toContain('Base64');
    expect(refusal({ url: 'http://a.test/', body: { kind: 'multipart', parts: [{ name: 'a' }] } })).toContain(
      'has one of "text", "base64" and "path"',
    );
  });

  it('is remembered, the newest with their content', async () => {
    for (let n = 0; n < 52; n++) await send({ url: `${origin}/${n}` });
    const { runs } = await core.core.handlers['compose.runs']({});
    expect([runs.length, runs[0]?.request.url, runs.at(-1)?.request.url]).toEqual([50, `${origin}/2`, `${origin}/51`]);
    const text = 'x'.repeat(5 * 1024 * 1024);
    await send({ method: 'POST', body: { kind: 'text', text } });
    await send({ method: 'POST', body: { kind: 'text', text } });
    const { runs: after } = await core.core.handlers['compose.runs']({});
    expect(after.slice(-2).map(({ isCut, request }) => [isCut, request.body?.kind])).toEqual([
      [true, undefined],
      [undefined, 'text'],
    ]);
  });
});

it('a captured request is sent again as it was', async () => {
  await ask(core.port, `${origin}/again?x=1`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', 'X-Own': 'a', Connection: 'close' },
    body: '{"a":1}',
  });
  const before = asked[0];
  const { row } = await core.detailOf('/again');
  const { request, missing } = await core.core.handlers['compose.fromExchange']({ id: row.id });
  expect(missing).toBeUndefined();
  await send(request);
  expect(compared(asked[1]!)).toEqual(compared(before!));
});

/** As it counts: without what proxies and connections add. */
function compared({ method, target, fields, body }: Asked): object {
  const boundary = /boundary=(-{20,}[0-9a-f]+)/.exec(fields.find((line) => line.startsWith('content-type')) ?? '')?.[1];
  const neutral = (text: string): string => (boundary === undefined ? text : text.replaceAll(boundary, 'BOUNDARY'));
  return {
    method,
    // Some versions of curl write the digits of a query small.
    target: target.replace(/%[0-9a-f]{2}/gi, (triplet) => triplet.toUpperCase()),
    fields: fields
      .filter((line) => !/^(?:via|connection|expect): /.test(line))
      // Boundaries of different length make contents of different length.
      .filter((line) => boundary === undefined || !line.startsWith('content-length: '))
      .map((line) => neutral(line).replace(/^user-agent: curl\/.*/, 'user-agent: curl'))
      .sort(),
    body: neutral(body),
  };
}

const hasCurl = (() => {
  try {
    return /^curl (?:[89]|7\.8[7-9]|7\.9)/.test(execFileSync('curl', ['--version'], { encoding: 'utf8' }));
  } catch {
    return false;
  }
})();

describe('a line of curl', () => {
  it.skipIf(!hasCurl).each(CURL_LINES.map((line) => [line]))('%s', async (written) => {
    const line = written
      .replaceAll('ORIGIN', origin)
      .replaceAll('HOST', origin.slice('http://'.length))
      .replaceAll('FILES', folder);
    await promisify(execFile)('bash', ['-c', line], { env: { ...process.env, CURL_HOME: folder, http_proxy: '' } });
    const byCurl = asked.at(-1)!;
    asked = [];
    const read = readCurl(line);
    if (!read.ok) throw new Error(`${read.problem} at ${line.slice(read.at, read.at + 40)}`);
    await send(read.request);
    expect(compared(asked.at(-1)!)).toEqual(compared(byCurl));
  });

  it.each(WINDOWS_LINES)('of Windows: %s', (windows, posix) => {
    const read = readCurl(windows);
    expect(read).toEqual(readCurl(posix));
    expect(read.ok).toBe(true);
  });

  it.each([
    ['wget http://a.test/', 'does not begin with curl'],
    ['curl', 'has no URL'],
    ['curl http://a.test/?x=1&y=2', 'put the URL into quotes'],
    ['curl "http://a.test/$ID"', 'a shell would put something in the place of this'],
    ["curl 'http://a.test/", 'is not closed'],
    ['curl http://a.test/ http://b.test/', 'a second URL'],
    ['curl http://a.test/{a,b}', 'curl would make several URLs'],
    ['curl --frobnicate http://a.test/', 'is not known here'],
    ['curl -d @- http://a.test/', 'there is no input to read'],
    ['curl --digest -u a:b http://a.test/', 'a challenge of the origin'],
    ['curl ftp://a.test/', 'is not HTTP'],
    ['curl -u jane http://a.test/', 'the password is missing'],
    ["curl -d $'\\xff' http://a.test/", 'no UTF-8'],
  ])('is refused in words: %s', (line, words) => {
    expect(readCurl(line)).toMatchObject({ ok: false, problem: expect.stringContaining(words) as unknown });
  });

  it('says what of it has another meaning here', () => {
    const read = readCurl('$ curl -L -k -H "Host: b.test" http://a.test/ | jq .');
    expect(read).toMatchObject({
      ok: true,
      notes: [
        'left out, for it is no part of the request: "| jq ."',
        expect.stringContaining('-L: redirects are not followed'),
        expect.stringContaining('-k: the settings of the proxy'),
        expect.stringContaining('Host follows the URL'),
      ],
    });
  });
});
