/** HAR files written, held against the schema of HAR 1.2 that nobody here wrote, and read again. */
import zlib from 'node:zlib';
import har from 'har-validator';
import { describe, expect, it } from 'vitest';
import type { ExchangeDetail } from '../../contract/exchange.ts';
import { LiveSession } from '../live-session.ts';
import { fill } from '../session.suite.ts';
import type { Session } from '../session.ts';
import { FileSession } from './file-session.ts';
import { readHar } from './read-har.ts';
import { secretNames } from './blank.ts';
import { harBytes, harTexts } from './write-har.ts';

const TOKEN = 'tok-0123456789abcdef';
const SECRETS = ['cookie-value-1', 'set-cookie-value', TOKEN, 'key-in-url-77', 'form-password-1', 'json-password-1'];

/** What the suite of sessions has, and what HAR has trouble with. */
function makeLive(): LiveSession {
  let now = 1_700_000_000_000;
  const live = new LiveSession({
    sessionId: 'a1',
    now: () => (now += 1.5),
    maxRows: () => 100,
    maxBytes: () => 1e7,
    maxBodyBytes: () => 1e6,
    maxBodyBytesOne: () => 1e4,
  });
  fill(live);
  const start = {
    kind: 'http',
    method: 'POST',
    host: 'api.test',
    protocol: 'HTTP/2',
    client: '127.0.0.1',
    cacheKey: 'cd'.repeat(32),
    peer: { address: '127.0.0.1', port: 5, pending: false, program: { name: 'chromium', pid: 12 } },
    clientTls: { version: 'TLSv1.3', cipher: 'TLS_AES_128_GCM_SHA256', alpn: 'h2', reused: false },
  } as const;
  const at = (path: string) => ({ url: `https://api.test${path}`, path, requestTarget: path });
  const body = (path: string, fields: string[], sent: Uint8Array, type: string[], got: Uint8Array): void => {
    const log = live.begin({ ...start, ...at(path), fields });
    log.requestData(sent);
    log.decided({
      reason: 'vary-mismatch',
      facts: { field: 'Cookie' },
      trace: [
        {
          code: 'vary',
          phase: 'request',
          result: 'stop',
          inputs: { field: 'Cookie', stored: 'sid=of-another-one', sent: 'sid=cookie-value-1' },
          spec: 'RFC 9111 §4.1',
        },
      ],
      neighbour: {
        url: `https://api.test${path}`,
        entryId: 3,
        difference: { kind: 'vary', field: 'Cookie', stored: 'sid=of-another-one', sent: 'sid=cookie-value-1' },
      },
    });
    log.changed({
      stage: 'origin-response',
      by: 'make it cacheable',
      did: 'changed',
      received: { status: 200, statusText: 'OK', fields: type },
      sent: { status: 200, statusText: 'OK', fields: [...type, 'Cache-Control', 'max-age=60'] },
    });
    log.dispatched();
    log.connected({ address: '[::1]:443', reused: false, dnsMs: 1, connectMs: 2, tlsMs: 3, via: 'socks5://up:1' });
    log.upstreamHead(200, type);
    log.upstreamBytes(300, 500);
    log.replyStarted({
      status: 200,
      statusText: 'OK',
      fields: type,
      cacheStatus: 'MISS',
      outcome: 'MISS',
      cacheStatusHeader: 'bsdm; fwd=vary-miss',
    });
    log.responseData(got);
    log.stored(9, 60);
    log.end();
  };
  body(
    `/login?api_key=key-in-url-77&n=1`,
    [
      'Authorization',
      `Bearer ${TOKEN}`,
      'Cookie',
      'sid=cookie-value-1; theme=dark',
      'Content-Type',
      'application/x-www-form-urlencoded',
    ],
    Buffer.from('user=ann&password=form-password-1'),
    ['Content-Type', 'application/json', 'Content-Encoding', 'gzip', 'Set-Cookie', 'sid=set-cookie-value; HttpOnly'],
    zlib.gzipSync(`{"token": "${TOKEN}", "password" : "json-password-1", "ok": true}`),
  );
  body(
    '/bytes',
    ['Content-Type', 'application/octet-stream'],
    Uint8Array.of(0, 255, 1),
    ['Content-Type', 'image/png'],
    Uint8Array.of(137, 80, 78, 71, 0, 254),
  );
  body(
    '/cut-and-unknown',
    ['Content-Type', 'text/plain', 'Content-Encoding', 'dcb'],
    Buffer.from('\ufeffтекст'),
    ['Content-Type', 'text/plain; charset=iso-8859-1', 'Content-Encoding', 'dcb'],
    Buffer.alloc(20_000, 0xe9),
  );
  const socket = live.begin({
    ...start,
    ...at('/chat'),
    kind: 'websocket',
    method: 'GET',
    fields: ['Upgrade', 'websocket'],
  });
  socket.replyStarted({
    status: 101,
    statusText: 'Switching Protocols',
    fields: [],
    cacheStatus: 'BYPASS',
    outcome: 'BYPASS',
  });
  const message = { direction: 'up', wireBytes: 30, frames: 2, compressed: true } as const;
  socket.message({ ...message, type: 'text', bytes: 5, payload: Buffer.from('hallo') });
  socket.message({
    ...message,
    direction: 'down',
    type: 'binary',
    bytes: 2,
    payload: Uint8Array.of(0, 200),
    note: 'truncated',
  });
  socket.message({
    ...message,
    type: 'close',
    bytes: 2,
    payload: Uint8Array.of(3, 232),
    close: { code: 1000, reason: 'bye' },
  });
  socket.messagesBroken('down', 'a reserved bit is set');
  socket.end();
  live.label([5], { note: 'the login', color: 'red' });
  return live;
}

const idsOf = (live: LiveSession): number[] => [...live.records()].map((record) => record.id);

async function written(live: LiveSession, blank?: ReadonlySet<string>): Promise<string> {
  let text = '';
  for await (const part of harTexts(live, idsOf(live), { version: '1.0.0', blank })) text += part;
  return text;
}

async function opened(bytes: AsyncIterable<Uint8Array>): Promise<FileSession> {
  const session = new FileSession('b2');
  await readHar(bytes, session);
  return session;
}

async function* piecesOf(text: string, size: number): AsyncGenerator<Uint8Array> {
  const bytes = Buffer.from(text);
  for (let at = 0; at < bytes.length; at += size) yield await Promise.resolve(bytes.subarray(at, at + size));
}

/** All that is shown of an exchange. */
async function shown(session: Session, id: number): Promise<unknown> {
  const detail = (await session.detail(id))!;
  const read = async (side: 'request' | 'response') => {
    const body = await session.body(id, side);
    return body && [body.kept, body.dropped, Buffer.from(await body.read(0, body.kept)).toString('hex')];
  };
  const page = await session.messages(id, {});
  const payloads = await Promise.all(
    (page?.rows ?? []).map(async ({ n }) => {
      const payload = (await session.message(id, n))!;
      return Buffer.from(await payload.read(0, payload.kept)).toString('hex');
    }),
  );
  const { row, eventId: _, neighbour, ...rest } = detail;
  const { seq: __, entryId, ...told } = row;
  const number = (id?: string): string | undefined => id?.replace(/^\w+-/, '');
  return {
    ...rest,
    row: { ...told, entryId: number(entryId) },
    neighbour: neighbour && { ...neighbour, entryId: number(neighbour.entryId) },
    bodies: [await read('request'), await read('response')],
    page,
    payloads,
  };
}

describe('a saved session', () => {
  it('is HAR 1.2 by a schema nobody here wrote, blanked or not', async () => {
    for (const blank of [undefined, secretNames('password')]) {
      const file = JSON.parse(await written(makeLive(), blank)) as { log: { entries: unknown[] } };
      expect(file.log.entries).toHaveLength(8);
      await expect(har.har(file)).resolves.toEqual(file);
    }
  });

  it('loses nothing that is shown when it is opened again, packed or not, in pieces of any size', async () => {
    const live = makeLive();
    const text = await written(live);
    const all = await Promise.all(idsOf(live).map((id) => shown(live, id)));
    for (const bytes of [
      piecesOf(text, 1e6),
      piecesOf(text, 7),
      harBytes(harTexts(live, idsOf(live), { version: '1' }), true),
    ]) {
      const session = await opened(bytes);
      const again = await Promise.all(idsOf(live).map((id) => shown(session, id)));
      expect(again).toEqual(all);
      session.close();
    }
  });

  it('loses nothing of what was opened and is saved once more', async () => {
    const session = await opened(piecesOf(await written(makeLive()), 1e6));
    const ids = session.list({ limit: 100 }).rows.map((row) => row.id);
    const again = await opened(harBytes(harTexts(session, ids, { version: '1' }), false));
    for (const id of ids) expect(await shown(again, id)).toEqual(await shown(session, id));
  });

  it('has its parts in the standard places, for other programs', async () => {
    const { log } = JSON.parse(await written(makeLive())) as { log: { entries: Record<string, unknown>[] } };
    expect(log.entries[0]).toMatchObject({
      response: { status: 200, content: { text: 'stored', size: 6, mimeType: 'Text/HTML; charset=x' } },
      cache: { beforeRequest: { hitCount: 1 }, comment: 'HIT: fresh' },
    });
    expect(log.entries[4]).toMatchObject({
      request: {
        queryString: [
          { name: 'api_key', value: 'key-in-url-77' },
          { name: 'n', value: '1' },
        ],
        cookies: [
          { name: 'sid', value: 'cookie-value-1' },
          { name: 'theme', value: 'dark' },
        ],
        postData: { text: 'user=ann&password=form-password-1' },
      },
      response: { content: { text: expect.stringContaining('"ok": true') as string } },
      cache: { afterRequest: { hitCount: 0 } },
      timings: { dns: 1, connect: 5, ssl: 3 },
      serverIPAddress: '::1',
    });
    const { time, timings } = log.entries[4] as { time: number; timings: Record<string, number> };
    const phases = ['blocked', 'dns', 'connect', 'send', 'wait', 'receive'].map((name) => Math.max(0, timings[name]!));
    expect(phases.reduce((sum, ms) => sum + ms)).toBeCloseTo(time, 1);
    expect(log.entries[7]).toMatchObject({
      _webSocketMessages: [
        { type: 'send', opcode: 1, data: 'hallo' },
        { type: 'receive', opcode: 2, data: 'AMg=' },
        { type: 'send', opcode: 8 },
      ],
    });
  });

  it('shows no secret anywhere when they are blanked, and the rest as it was', async () => {
    const text = await written(makeLive(), secretNames('api_key, password'));
    const bodies = text.replace(/[A-Za-z0-9+/=]{24,}/g, (coded) => {
      const bytes = Buffer.from(coded, 'base64');
      return bytes[0] === 0x1f ? zlib.gunzipSync(bytes).toString() : bytes.toString('latin1');
    });
    for (const secret of [...SECRETS, 'of-another-one', Buffer.from('ann:secret').toString('base64')]) {
      expect(text).not.toContain(secret);
      expect(bodies).not.toContain(secret);
    }
    const session = await opened(piecesOf(text, 1e6));
    const detail = session.detail(5) as ExchangeDetail;
    expect(detail.row.url).toBe('https://api.test/login?api_key=***&n=1');
    expect(detail.requestFields.slice(0, 2)).toEqual([
      ['Authorization', 'Bearer ***'],
      ['Cookie', 'sid=***; theme=***'],
    ]);
    expect(detail.responseFields.at(-1)).toEqual(['Set-Cookie', 'sid=***; HttpOnly']);
    const body = (side: 'request' | 'response'): string =>
      Buffer.from(session.body(5, side)!.read(0, 1e6) as Uint8Array).toString();
    expect(body('request')).toBe('user=ann&password=***');
    expect(body('response')).toBe('{"token": "***", "password" : "***", "ok": true}');
    expect(detail.responseBody.encoding).toBeUndefined();
  });
});

function isJson(line: string): boolean {
  try {
    JSON.parse(line.endsWith(',') ? line.slice(0, -1) : line);
    return true;
  } catch {
    return false;
  }
}

describe('a file that is not as it should be', () => {
  const read = async (bytes: AsyncIterable<Uint8Array>) => {
    const session = new FileSession('c3');
    try {
      return await readHar(bytes, session);
    } finally {
      session.close();
    }
  };
  const minimal = '{"request":{"url":"http://a.test/"},"response":{"status":200}}';
  const file = (entries: string): string => `{"log":{"version":"1.2","entries":[${entries}]}}`;

  it('opens up to where it is cut off, wherever that is, and says so', async () => {
    const text = await written(makeLive());
    for (let at = text.indexOf('entries') + 20; at < text.length - 3; at += 997) {
      const reading = await read(piecesOf(text.slice(0, at), 1000));
      expect(reading.isCut).toBe(true);
      // One on each line.
      const whole = text.slice(0, at).split('\n').slice(1).filter(isJson);
      expect(reading.exchanges).toBe(whole.length);
    }
    const packed = zlib.gzipSync(text);
    const half = await read(
      (async function* () {
        yield await Promise.resolve(packed.subarray(0, packed.length / 2));
      })(),
    );
    expect(half).toMatchObject({ isCut: true, bytes: Math.floor(packed.length / 2) });
    expect(half.exchanges).toBeGreaterThan(0);
  });

  it('reads up to what is damaged', async () => {
    expect(await read(piecesOf(file(`${minimal},${minimal} oops ${minimal}`), 9))).toMatchObject({
      exchanges: 2,
      isCut: true,
      problem: expect.stringMatching(/^no entry begins here \(at byte \d+\)$/) as string,
    });
    expect(await read(piecesOf(file(`${minimal},{"request":},${minimal}`), 9))).toMatchObject({
      exchanges: 2,
      isCut: false,
      leftOut: { malformed: 1 },
    });
  });

  it('reads past what is nested too deep', async () => {
    const deep = `{"request":${'['.repeat(1e5)}${']'.repeat(1e5)}}`;
    expect(await read(piecesOf(file(`${deep},${minimal}`), 65_536))).toMatchObject({
      exchanges: 1,
      leftOut: { malformed: 1 },
      problem: 'an entry is nested deeper than 64 levels',
    });
  });

  it('says that others are no HAR files', async () => {
    const isNone = /^this is no HAR file: /;
    for (const text of [
      '',
      '[]',
      '{}',
      'GIF89a',
      '{"log":{}}',
      '{"log":[]}',
      '{"entries":[]}',
      '{"log":{"entries":{}}}',
    ])
      await expect(read(piecesOf(text, 3))).rejects.toThrow(isNone);
  });

  it('stops when it is told to', async () => {
    const abort = new AbortController();
    const session = new FileSession('d4');
    const endless = (async function* () {
      yield Buffer.from('{"log":{"entries":[');
      for (let n = 0; ; n++) {
        if (n === 50) abort.abort(new Error('enough'));
        yield await Promise.resolve(Buffer.from(`${minimal},`));
      }
    })();
    await expect(readHar(endless, session, { signal: abort.signal })).rejects.toThrow('enough');
    expect(session.size).toBeGreaterThan(40);
    session.close();
  });
});
