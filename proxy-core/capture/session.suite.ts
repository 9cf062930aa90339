/** What every session must do, whether it is running or out of a file: run by `session.test.ts` against each kind. */
import { describe, expect, it } from 'vitest';
import { parseFilter } from '../contract/filter/parse.ts';
import { TRAFFIC } from '../contract/filter/scopes.ts';
import type { TrafficBatch } from '../contract/streams.ts';
import type { LiveSession } from './live-session.ts';
import type { Session } from './session.ts';

/** Four exchanges: a hit, a post with both bodies, a failure, and a tunnel that is still open. */
export function fill(live: LiveSession): void {
  const start = {
    kind: 'http',
    method: 'GET',
    host: 'shop.test',
    protocol: 'HTTP/1.1',
    client: '127.0.0.1',
    cacheKey: 'ab'.repeat(32),
  } as const;
  const at = (path: string) => ({ url: `http://shop.test${path}`, path, requestTarget: `http://shop.test${path}` });
  const reply = { status: 200, statusText: 'OK', fields: ['Content-Type', 'Text/HTML; charset=x'] };

  const hit = live.begin({ ...start, ...at('/hit'), fields: ['User-Agent', 'curl/8'] });
  const step = {
    code: 'freshness',
    phase: 'request',
    result: 'stop',
    inputs: { age: 5 },
    spec: 'RFC 9111 §4.2',
  } as const;
  hit.decided({ reason: 'fresh', facts: { age: 5 }, trace: [step] });
  hit.replyStarted({ ...reply, cacheStatus: 'HIT', outcome: 'HIT', ageSeconds: 5, ttlSeconds: 55, entryId: 7 });
  hit.responseStored(7, Buffer.from('stored'));
  hit.end();

  const basic = `Basic ${Buffer.from('ann:secret').toString('base64')}`;
  const post = live.begin({ ...start, ...at('/post'), method: 'POST', fields: ['Authorization', basic] });
  post.decided({
    reason: 'uri-miss',
    facts: {},
    trace: [],
    neighbour: {
      url: 'http://shop.test/past',
      entryId: 6,
      difference: { kind: 'path', stored: '/past', sent: '/post' },
    },
  });
  post.requestData(Buffer.from('question'));
  post.dispatched();
  post.connected({ address: '127.0.0.1:80', reused: false, connectMs: 1 });
  post.upstreamHead(200, reply.fields);
  post.replyStarted({ ...reply, cacheStatus: 'MISS', outcome: 'MISS' });
  post.responseData(Buffer.from('ans'));
  post.responseData(Buffer.from('wer'));
  post.end();

  const failed = live.begin({
    ...start,
    ...at('/failed'),
    host: 'gone.test',
    url: 'http://gone.test/failed',
    fields: [],
  });
  failed.failed('dns_error', 'gone.test: no such name');
  failed.end();

  const tunnel = live.begin({ ...start, ...at(''), kind: 'tunnel', method: 'CONNECT', fields: [], parentId: 1 });
  tunnel.tunnelBytes(3, 5);
}

/** `make` answers a session that holds what {@link fill} puts there. */
export function describeSession(name: string, make: () => Promise<Session>): void {
  const ids = async (session: Session, query: Parameters<Session['list']>[0]) => {
    const { rows, total } = await session.list(query);
    return [rows.map((row) => row.id), total];
  };

  describe(name, () => {
    it('has a row for each exchange', async () => {
      const { rows } = await (await make()).list({});
      expect(rows).toMatchObject([
        { id: 1, kind: 'http', state: 'done', status: 200, outcome: 'HIT', reason: 'fresh', contentType: 'text/html' },
        { id: 2, method: 'POST', requestBytes: 8, responseBytes: 6, outcome: 'MISS' },
        { id: 3, state: 'failed', error: 'dns_error', outcome: 'ERROR', cacheStatus: 'BYPASS' },
        { id: 4, kind: 'tunnel', state: 'pending', requestBytes: 3, responseBytes: 5, parentId: 1 },
      ]);
      expect(rows[1]!.upstreamMs).toBeGreaterThan(0);
      expect(rows[2]).not.toHaveProperty('status');
      expect(rows[3]).not.toHaveProperty('durationMs');
    });

    it('names entries as its own', async () => {
      const session = await make();
      const { rows } = await session.list({});
      expect(rows.map((row) => row.entryId)).toEqual([`${session.id}-7`, undefined, undefined, undefined]);
      expect(await session.detail(2)).toMatchObject({ neighbour: { entryId: `${session.id}-6` } });
      const batches: TrafficBatch[] = [];
      session.subscribe(0, (batch) => batches.push(batch)).stop();
      expect(batches[0]!.rows.find((row) => row.id === 1)).toMatchObject({ entryId: `${session.id}-7` });
    });

    it('finds rows and pages them', async () => {
      const session = await make();
      expect(await ids(session, { text: 'POST' })).toEqual([[2], 1]);
      expect(await ids(session, { host: 'gone.test' })).toEqual([[3], 1]);
      expect(await ids(session, { username: 'ann' })).toEqual([[2], 1]);
      expect(await ids(session, { cacheStatus: 'HIT' })).toEqual([[1], 1]);
      expect(await ids(session, { method: 'GET', descending: true })).toEqual([[3, 1], 2]);
      expect(await ids(session, { offset: 1, limit: 2 })).toEqual([[2, 3], 4]);
    });

    it('finds rows by the filter language, with fields and bodies', async () => {
      const session = await make();
      const found = async (q: string, query = {}) => {
        const { rows, total } = await session.search({ ...query, q });
        return [rows.map((row) => row.id), total];
      };
      expect(await found('')).toEqual([[1, 2, 3, 4], 4]);
      expect(await found('cache:hit or method:post')).toEqual([[1, 2], 2]);
      expect(await found('cache:hit or method:post', { descending: true, limit: 1 })).toEqual([[2], 2]);
      expect(await found('-is:tunnel', { host: 'gone.test' })).toEqual([[3], 1]);
      expect(await found('req.user-agent:curl')).toEqual([[1], 1]);
      expect(await found('res.content-type:* -req.authorization:*')).toEqual([[1], 1]);
      expect(await found('header.authorization~^basic')).toEqual([[2], 1]);
      expect(await found('body:STORED')).toEqual([[1], 1]);
      expect(await found('req.body:question')).toEqual([[2], 1]);
      expect(await found('res.body:question')).toEqual([[], 0]);
      expect(await found('body~^(ans)?wer$')).toEqual([[2], 1]);
      expect(await found('-body:answer method:post')).toEqual([[], 0]);
      await expect(session.search({ q: 'cache:maybe' })).rejects.toMatchObject({
        code: 'bad-params',
        message: expect.stringContaining('(at column 7); accepted: hit, miss') as string,
      });
    });

    it('tells which terms find something in given exchanges', async () => {
      const session = await make();
      const parsed = parseFilter('body:answer res.content-type:html req.body:question', TRAFFIC);
      const readings = parsed.ok ? (parsed.filter?.readings ?? []) : [];
      expect(await session.probe(readings, [4, 2, 99, 1])).toEqual([0, 7, 0, 2]);
    });

    it('has the detail of an exchange', async () => {
      const session = await make();
      const hit = (await session.detail(1))!;
      expect(hit).toMatchObject({
        eventId: `${session.id}-1`,
        requestFields: [['User-Agent', 'curl/8']],
        userAgent: 'curl/8',
        facts: { age: 5 },
        trace: [{ code: 'freshness' }],
        responseBody: { bytes: 6, kept: 6, mediaType: 'text/html' },
        requestBody: { bytes: 0, kept: 0 },
        childIds: [4],
      });
      expect(hit.timing.endMs).toBe(hit.row.durationMs);
      expect(await session.detail(2)).toMatchObject({
        username: 'ann',
        upstreamStatus: 200,
        upstreamAddress: '127.0.0.1:80',
        timing: { connectMs: 1 },
      });
      expect(await session.detail(3)).toMatchObject({ errorText: 'gone.test: no such name' });
      expect((await session.detail(4))!.responseBody.note).toBe('not-captured');
      expect(await session.detail(5)).toBeUndefined();
    });

    it('reads bodies in slices', async () => {
      const session = await make();
      const read = async (id: number, side: 'request' | 'response', offset: number, length: number) =>
        Buffer.from(await (await session.body(id, side))!.read(offset, length)).toString();
      expect(await read(2, 'request', 0, 100)).toBe('question');
      expect(await read(2, 'response', 2, 3)).toBe('swe');
      expect(await read(1, 'response', 4, 100)).toBe('ed');
      expect(await session.body(2, 'response')).toMatchObject({ kept: 6, dropped: false });
      expect(await session.body(1, 'request')).toBeUndefined();
      expect(await session.body(5, 'request')).toBeUndefined();
    });

    it('sends all rows to a subscriber, and nothing twice', async () => {
      const session = await make();
      const batches: TrafficBatch[] = [];
      session.subscribe(0, (batch) => batches.push(batch)).stop();
      expect(batches).toHaveLength(1);
      expect(batches[0]).toMatchObject({ reset: true, oldestId: 1 });
      expect(batches[0]!.rows.map((row) => row.id).sort()).toEqual([1, 2, 3, 4]);
      session.subscribe(batches[0]!.lastSeq, (batch) => batches.push(batch)).stop();
      expect(batches.slice(1).flatMap((batch) => batch.rows)).toEqual([]);
    });
  });
}
