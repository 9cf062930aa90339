/** HAR files of other programs: what becomes of each. Those of mitmproxy and Playwright (Chromium) were written by them, the others by hand as those programs write them. */
import { createReadStream, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { ExchangeDetail, ExchangeRow } from '../../contract/exchange.ts';
import type { HarReading } from '../../contract/sessions.ts';
import { FileSession } from './file-session.ts';
import { readHar } from './read-har.ts';

const FOLDER = join(import.meta.dirname, 'testkit', 'samples');

interface Read {
  reading: HarReading;
  rows: ExchangeRow[];
  details: ExchangeDetail[];
  texts: [request: string | undefined, response: string | undefined][];
}

async function open(name: string): Promise<Read> {
  const session = new FileSession('a1');
  const reading = await readHar(createReadStream(join(FOLDER, name)), session);
  const { rows } = session.list({ limit: 1000 });
  const details = rows.map(({ id }) => session.detail(id)!);
  const text = (id: number, side: 'request' | 'response'): string | undefined => {
    const body = session.body(id, side);
    return body && Buffer.from(body.read(0, 1000) as Uint8Array).toString();
  };
  const texts = rows.map(({ id }): [string | undefined, string | undefined] => [
    text(id, 'request'),
    text(id, 'response'),
  ]);
  for (const { id } of rows) {
    // Whatever it is, everybody can look at it.
    expect(session.messages(id, {})?.total ?? 0).toBeGreaterThanOrEqual(0);
    expect((await session.search({ q: 'body:xyzzy or res.etag:xyzzy' })).total).toBe(0);
  }
  session.close();
  return { reading, rows, details, texts };
}

type Expected = {
  creator: string | undefined;
  rows: Partial<ExchangeRow>[];
  /** Of the first. */
  detail?: object;
  texts?: Read['texts'];
  malformed?: number;
};

const FILES: Record<string, Expected> = {
  'chrome-page.har': {
    creator: 'WebInspector 537.36',
    rows: [
      {
        method: 'GET',
        host: 'shop.test',
        status: 200,
        protocol: 'HTTP/2',
        contentType: 'text/html',
        app: 'Chrome 156',
      },
      { path: '/logo.png', status: 200, contentType: 'image/png' },
    ],
    detail: {
      responseFields: expect.arrayContaining([
        ['set-cookie', 'a=1; Path=/'],
        ['set-cookie', 'b=2; HttpOnly'],
      ]) as unknown,
      requestFields: [
        ['accept', 'text/html'],
        ['user-agent', expect.any(String)],
      ],
      // Its coding is undone already.
      responseBody: { bytes: 28, kept: 28, mediaType: 'text/html', charset: 'utf-8' },
      upstreamAddress: '[2001:db8::7]:443',
      timing: { dnsMs: 5.1, connectMs: 10.75, tlsMs: 20.5 },
    },
    texts: [
      [undefined, '<!doctype html><p>café</p>\n'],
      [undefined, expect.stringContaining('PNG') as string],
    ],
  },
  'chrome-failures.har': {
    creator: 'WebInspector 537.36',
    rows: [
      { state: 'failed', outcome: 'ERROR', error: 'dns_error', url: 'https://nowhere.test/x' },
      { state: 'done', host: 'data', path: 'text/plain,hello' },
    ],
    detail: { errorText: 'net::ERR_NAME_NOT_RESOLVED' },
  },
  'chrome-websocket.har': {
    creator: 'WebInspector 537.36',
    rows: [{ kind: 'websocket', status: 101, host: 'live.test' }],
    detail: { messages: 3 },
  },
  'edge-form-post.har': {
    creator: 'WebInspector 537.36',
    rows: [{ method: 'POST', status: 303, requestBytes: 15 }],
    texts: [['name=Ann&n=a%26b', undefined]],
  },
  'firefox-page.har': {
    creator: 'Firefox 152.0',
    rows: [
      { status: 200, protocol: 'HTTP/2', app: 'Firefox 152', responseBytes: 164, startedAtMs: Date.UTC(2026, 2, 4, 9) },
      { method: 'POST', status: 304, protocol: 'HTTP/3' },
    ],
    texts: [
      [undefined, '<title>News</title>'],
      ['{"page":1,"q":""}', undefined],
    ],
  },
  'firefox-no-bodies.har': {
    creator: 'Firefox 128.0',
    rows: [
      { status: 206, responseBytes: 5_000_120 },
      { state: 'failed', host: 'blocked.test' },
    ],
    detail: { responseBody: { kept: 0, note: 'not-captured', mediaType: 'video/mp4' } },
  },
  'safari.har': {
    creator: 'WebKit Web Inspector 1.0',
    rows: [
      { status: 200, responseBytes: 20, app: 'Safari 26' },
      { path: '/app.css', protocol: '', responseBytes: 8 },
    ],
    texts: [
      [undefined, '{"apple": 12}'],
      [undefined, 'p{top:0}'],
    ],
  },
  'charles.har': {
    creator: 'Charles Proxy 5.0',
    rows: [
      { status: 200, contentType: 'image/png', responseBytes: 12 },
      { state: 'failed', error: 'connection_timeout', method: 'POST', durationMs: 5000 },
    ],
    texts: [
      [undefined, expect.stringContaining('PNG') as string],
      ['\u0000\u0001\u0002\ufffd', undefined],
    ],
  },
  'proxyman.har': {
    creator: 'Proxyman 6.2.0',
    rows: [{ method: 'PUT', status: 204, durationMs: 88.25, note: 'checked' }],
    detail: { timing: { connectMs: 8.5, tlsMs: 12 }, upstreamAddress: '10.0.0.7:443' },
    texts: [['{"done":true}', undefined]],
  },
  'http-toolkit.har': {
    creator: 'HTTP Toolkit 1.22.0',
    rows: [
      { status: 200, protocol: 'HTTP/2', responseBytes: 11 },
      { kind: 'websocket', status: 101 },
      { state: 'failed', error: 'connection_terminated', requestBytes: 2048 },
    ],
  },
  'fiddler.har': {
    creator: 'Fiddler 5.0',
    rows: [{ status: 401, startedAtMs: Date.UTC(2026, 2, 4, 13, 0, 0, 123) }],
    texts: [[undefined, 'café!']],
  },
  'insomnia.har': {
    creator: 'Insomnia REST Client insomnia.desktop.app:v11.0.0',
    rows: [{ method: 'DELETE', state: 'failed', path: '/things/9?force' }],
    detail: { errorText: 'Delete a thing', requestFields: [['X-Empty', '']] },
  },
  'browsermob.har': {
    creator: 'BrowserMob Proxy 2.1.5',
    rows: [{ method: 'POST', status: 200, contentType: 'text/plain' }],
    detail: { responseFields: [['Set-Cookie', 'session=0123456789abcdef']] },
    texts: [['user=ann&password=hunter22', 'ok']],
  },
  'webpagetest.har': {
    creator: 'WebPagetest 25.0',
    rows: [{ status: 200, responseBytes: 1200 }],
    detail: {
      responseFields: [
        ['content-type', 'text/javascript'],
        ['age', '33'],
      ],
    },
  },
  'chrome-without-secrets.har': {
    creator: 'WebInspector 537.36',
    rows: [{ status: 200, protocol: 'HTTP/3', client: '–' }],
    texts: [[undefined, '{"a":"b"}']],
  },
  'mitmproxy.har': {
    creator: 'mitmproxy 11.0.2',
    rows: [
      { status: 200, path: '/', contentType: 'text/html' },
      { status: 200, path: '/gz', contentType: 'application/json', responseBytes: 36 },
      { status: 200, contentType: 'image/png' },
      { status: 404 },
      { method: 'POST', status: 201, requestBytes: 7 },
      { method: 'POST', status: 201 },
      { state: 'failed' },
    ],
    detail: { upstreamAddress: '127.0.0.1:18080' },
    texts: [
      [undefined, expect.stringContaining('текст') as string],
      [undefined, '{"packed": true}'],
      [undefined, expect.stringContaining('PNG') as string],
      [undefined, 'gone'],
      ['a=1&b=2', 'got 7'],
      [expect.any(String), 'got 2'],
      [undefined, undefined],
    ],
  },
  ...Object.fromEntries(
    ['embed', 'minimal', 'omit'].map((mode): [string, Expected] => [
      `playwright-${mode}.har`,
      {
        creator: 'Playwright 1.65.1',
        rows: [
          { status: 200, path: '/', app: 'Chrome headless 156' },
          { status: 200, path: '/gz' },
          { method: 'POST', status: 201 },
          { status: 200, contentType: 'image/png' },
          { status: 404 },
          { state: 'failed', error: 'destination_ip_prohibited' },
        ],
        texts: [
          [undefined, mode === 'omit' ? undefined : (expect.stringContaining('текст') as string)],
          [undefined, mode === 'omit' ? undefined : '{"packed": true}'],
          ['a=1&b=2', mode === 'omit' ? undefined : 'got 7'],
          [undefined, mode === 'omit' ? undefined : (expect.stringContaining('PNG') as string)],
          [undefined, mode === 'omit' ? undefined : 'gone'],
          [undefined, undefined],
        ],
      },
    ]),
  ),
  'hostile.har': {
    creator: undefined,
    malformed: 2,
    rows: [
      { url: 'http://ok.test/__proto__' },
      { url: 'http://ok.test/2', method: 'GET', state: 'failed' },
      { url: 'javascript:alert(1)', kind: 'websocket', state: 'failed' },
    ],
  },
};

it.each(Object.entries(FILES))('%s', async (name, expected) => {
  const { reading, rows, details, texts } = await open(name);
  expect(reading).toMatchObject({
    isCut: false,
    leftOut: { malformed: expected.malformed ?? 0, tooLarge: 0, noRoom: 0 },
  });
  expect(reading.creator).toBe(expected.creator);
  expect(rows).toHaveLength(expected.rows.length);
  expect(rows).toMatchObject(expected.rows);
  if (expected.detail !== undefined) expect(details[0]).toMatchObject(expected.detail);
  if (expected.texts !== undefined) expect(texts).toEqual(expected.texts);
});

it('looks at each of them', () => {
  expect(readdirSync(FOLDER).sort()).toEqual(Object.keys(FILES).sort());
});
