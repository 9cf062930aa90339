import { expect, it } from 'vitest';
import { makeEntryId, type EntryRef } from '../contract/entry-id.ts';
import { ask } from '../testkit/clients.ts';
import { openOrigin } from '../testkit/origin.ts';
import { startCore, type RunningCore } from '../testkit/running-core.ts';
import { FileSession } from './har/file-session.ts';
import { readHar } from './har/read-har.ts';
import { harBytes, harTexts } from './har/write-har.ts';
import { LiveSession } from './live-session.ts';
import { describeSession, fill } from './session.suite.ts';

function makeLive(sessionId: string): LiveSession {
  let now = 1000;
  const live = new LiveSession({
    sessionId,
    now: () => now++,
    maxRows: () => 100,
    maxBytes: () => 1e6,
    maxBodyBytes: () => 1e5,
    maxBodyBytesOne: () => 1e5,
  });
  fill(live);
  return live;
}
/** What a live session holds, written as a HAR file and read again. */
async function makeFile(id: string): Promise<FileSession> {
  const live = makeLive('a1');
  const ids = [...live.records()].map((record) => record.id);
  const file = new FileSession(id);
  await readHar(harBytes(harTexts(live, ids, { version: '1' }), id === 'b2'), file);
  return file;
}

describeSession('a live session', () => Promise.resolve(makeLive('a1')));
describeSession('a session out of a file', () => makeFile('b2'));

it('a record is the same after JSON', () => {
  for (const record of makeLive('a1').records()) expect(JSON.parse(JSON.stringify(record))).toEqual(record);
});

it('commands and streams take a session, and say when it is of another run', async () => {
  const running = await startCore();
  const { core } = running;
  const file = await makeFile('c3');
  const close = core.sessions.add(file);
  const { handlers, streams } = core;
  expect(await handlers['exchange.list']({})).toMatchObject({ total: 0 });
  expect(await handlers['exchange.list']({ session: 'c3', text: 'post' })).toMatchObject({ total: 1 });
  expect(await handlers['exchange.get']({ session: 'c3', id: 2 })).toMatchObject({ eventId: 'c3-2' });
  const body = await handlers['exchange.body']({ session: 'c3', id: 2, side: 'response', offset: 2, length: 3 });
  expect(body.meta).toEqual({ offset: 2, total: 6 });
  expect(Buffer.from(body.bytes).toString()).toBe('swe');
  const rows: number[] = [];
  streams.traffic({ since: 0, session: 'c3' }, (batch) => rows.push(...batch.rows.map((row) => row.id))).stop();
  expect(rows).toEqual([1, 2, 3, 4]);
  await expect(handlers['exchange.get']({ session: core.sessionId, id: 2 })).rejects.toMatchObject({
    code: 'not-found',
  });
  expect(() => core.sessions.add(file)).toThrow('session c3 is open already');
  close();
  await expect(handlers['exchange.get']({ session: 'c3', id: 2 })).rejects.toMatchObject({
    code: 'gone',
    message: 'session c3 is not open: it belongs to another run of the core',
  });
  await running.stop();
});

it('an entry of another run is refused by every command that names one', async () => {
  const running = await startCore();
  const { handlers, sessionId } = running.core;
  const id = makeEntryId('another', 1);
  const gone = { code: 'gone', message: 'entry another-1 belongs to another run of the core' };
  for (const ask of [
    () => handlers['entry.get']({ id }),
    () => handlers['entry.body']({ id }),
    () => handlers['entry.evict']({ ids: [id] }),
    () => handlers['entry.pin']({ id, pinned: true }),
    () => handlers['entry.setLifetime']({ id, seconds: 1 }),
    () => handlers['entry.makeStale']({ id }),
    () => handlers['entry.revalidate']({ id }),
    () => handlers['cache.purge']({ selector: { ids: [id] }, dryRun: false }),
  ])
    await expect((async () => ask())()).rejects.toMatchObject(gone);
  const mine = makeEntryId(sessionId, 1);
  await expect((async () => handlers['entry.get']({ id: mine }))()).rejects.toMatchObject({ code: 'not-found' });
  await running.stop();
});

it('results name entries with the session: another run of the core refuses them, and so does one that has a file open', async () => {
  const origin = await openOrigin((request, response) => {
    response.setHeader('Cache-Control', 'max-age=60').setHeader('Vary', 'Accept-Language').end(request.url);
  });
  const fill = async (running: RunningCore): Promise<void> => {
    const language = { headers: { 'Accept-Language': 'en' } };
    await ask(running.port, `${origin.url}/page`, language);
    await ask(running.port, `${origin.url}/page`, language);
    await ask(running.port, `${origin.url}/page`, { headers: { 'Accept-Language': 'de' } });
    await running.finished(3);
  };
  const earlier = await startCore();
  await fill(earlier);
  const mine = makeEntryId(earlier.core.sessionId, 1);
  const { rows } = await earlier.core.handlers['exchange.list']({});
  const other = makeEntryId(earlier.core.sessionId, 2);
  expect(rows.map((row) => row.entryId)).toEqual([mine, mine, other]);
  const detail = await earlier.core.handlers['exchange.get']({ id: 3 });
  expect(detail.neighbour).toMatchObject({ entryId: mine, difference: { kind: 'vary' } });
  const { entries } = await earlier.core.handlers['entry.list']({ sort: 'stored' });
  expect(entries.map((entry) => entry.id).sort()).toEqual([mine, other]);
  expect(await earlier.core.handlers['entry.get']({ id: mine })).toMatchObject({
    entry: { id: mine },
    variants: [{ id: other }],
  });
  expect(await earlier.core.handlers['entry.get']({ id: 1 })).toMatchObject({ entry: { id: mine } });
  expect(await earlier.core.handlers['entry.pin']({ id: mine, pinned: true })).toMatchObject({ id: mine });
  const byKey = await earlier.core.handlers['entry.byKey']({ cacheKey: rows[0]!.cacheKey });
  expect(byKey.entries.map((entry) => entry.id).sort()).toEqual([mine, other]);
  expect(await earlier.core.handlers['entry.revalidate']({ id: mine })).toMatchObject({
    entry: { id: makeEntryId(earlier.core.sessionId, 3) },
  });
  await earlier.stop();

  // The same numbers, other entries.
  const later = await startCore();
  await fill(later);
  const get = async (id: EntryRef) => later.core.handlers['entry.get']({ id });
  await expect(get(mine)).rejects.toMatchObject({
    code: 'gone',
    message: `entry ${mine} belongs to another run of the core`,
  });
  later.core.sessions.add(await makeFile('d4'));
  const out = await later.core.handlers['exchange.get']({ session: 'd4', id: 1 });
  expect(out.row.entryId).toBe('d4-7');
  await expect(get(out.row.entryId!)).rejects.toMatchObject({ code: 'gone' });
  await later.stop();
  await origin.close();
});

it('capture is paused and cleared in the live session; one out of a file says that it cannot be', async () => {
  const running = await startCore();
  const { handlers, sessionId, sessions } = running.core;
  sessions.add(await makeFile('e5'));
  expect(await handlers['capture.pause']({ paused: true, session: sessionId })).toEqual({ paused: true });
  expect(await handlers['capture.pause']({ paused: false })).toEqual({ paused: false });
  expect(await handlers['capture.clear']({ session: sessionId })).toEqual({ cleared: 0 });
  await expect((async () => handlers['capture.clear']({ session: 'e5' }))()).rejects.toMatchObject({
    code: 'conflict',
    message: 'session e5 was loaded from a file and cannot be cleared',
  });
  await expect((async () => handlers['capture.pause']({ session: 'e5', paused: true }))()).rejects.toMatchObject({
    message: 'session e5 was loaded from a file and cannot be paused',
  });
  await expect((async () => handlers['capture.clear']({ session: 'f6' }))()).rejects.toMatchObject({ code: 'gone' });
  expect(await handlers['exchange.list']({ session: 'e5' })).toMatchObject({ total: 4 });
  await running.stop();
});
