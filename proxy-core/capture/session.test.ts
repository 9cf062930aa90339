import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { makeEntryId } from '../contract/entry-id.ts';
import { startCore } from '../testkit/running-core.ts';
import { LiveSession } from './live-session.ts';
import { describeSession, fill } from './session.suite.ts';
import { FileSession, writeSession } from './testkit/file-session.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'bsdm-session-'));
afterAll(() => rmSync(folder, { recursive: true }));

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
async function makeFile(id: string): Promise<FileSession> {
  const file = path.join(folder, `${id}.ndjson`);
  await writeSession(file, makeLive(id));
  return new FileSession(id, file);
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
    message: 'session c3 is not open: it is of another run of the core',
  });
  await running.stop();
});

it('an entry of another run is refused by every command that names one', async () => {
  const running = await startCore();
  const { handlers, sessionId } = running.core;
  const id = makeEntryId('another', 1);
  const gone = { code: 'gone', message: 'entry another-1 is of another run of the core' };
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
