/** "Revalidate now" is an exchange like any other: it has a row and an event, says Via, and asks as the entry was asked for. */
import type { IncomingMessage, ServerResponse } from 'node:http';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { EntryId } from '../../contract/entry-id.ts';
import type { RevalidateResult } from '../../contract/entry.ts';
import { ask } from '../../testkit/clients.ts';
import { openOrigin, type Origin } from '../../testkit/origin.ts';
import { MovableClock, startCore, type RunningCore } from '../../testkit/running-core.ts';

let origin: Origin;
let running: RunningCore;
let clock: MovableClock;
let script: (request: IncomingMessage, response: ServerResponse) => void;

const first = (_request: IncomingMessage, response: ServerResponse): void => {
  response.writeHead(200, { 'Cache-Control': 'max-age=60', ETag: '"1"', 'Content-Type': 'text/plain' }).end('one');
};

beforeEach(async () => {
  clock = new MovableClock();
  script = first;
  origin = await openOrigin((request, response) => {
    response.sendDate = false;
    script(request, response);
  });
  running = await startCore({}, clock);
});
afterEach(async () => {
  await running.stop();
  await origin.close();
});

const entries = async (): Promise<EntryId[]> =>
  (await running.core.handlers['entry.list']({})).entries.map((entry) => entry.id);

/** Stores /page and asks the origin about it. */
async function revalidate(method: 'GET' | 'HEAD' = 'GET', then: typeof script = script): Promise<RevalidateResult> {
  await ask(running.port, `${origin.url}/page`, { method });
  script = then;
  const [id] = await entries();
  const told = await running.core.handlers['entry.revalidate']({ id: id! });
  await running.finished(2);
  return told;
}

const notModified = (_request: IncomingMessage, response: ServerResponse): void => {
  response.writeHead(304, { ETag: '"1"' }).end();
};

it('has a row without a client, and says Via', async () => {
  expect(await revalidate('GET', notModified)).toMatchObject({ kind: 'not-modified' });
  expect(origin.lastFields().map((text) => text.toLowerCase())).toContain('via');
  const { row, trace, upstreamStatus } = await running.detailOf('/page');
  expect(row).toMatchObject({
    method: 'GET',
    protocol: 'internal',
    state: 'done',
    outcome: 'REVALIDATED',
    reason: 'revalidated',
  });
  expect(upstreamStatus).toBe(304);
  expect(trace[0]).toMatchObject({ code: 'user-validation', result: 'stop' });
});

it('asks by HEAD about an entry that HEAD brought', async () => {
  expect(await revalidate('HEAD')).toMatchObject({ kind: 'changed', status: 200 });
  expect(origin.requests).toEqual(['HEAD /page', 'HEAD /page']);
  expect((await running.detailOf('/page')).row.method).toBe('HEAD');
});

it('keeps what the origin sends instead', async () => {
  const told = await revalidate('GET', (_request, response) =>
    response.writeHead(200, { 'Cache-Control': 'max-age=60', ETag: '"2"', 'Content-Type': 'text/plain' }).end('two'),
  );
  expect(told).toMatchObject({
    kind: 'changed',
    status: 200,
    entry: { etag: '"2"' },
    body: { same: false, lines: ['-one', '+two'] },
  });
  const detail = await running.detailOf('/page');
  expect(detail.row).toMatchObject({
    protocol: 'internal',
    outcome: 'MISS',
    reason: 'user-validation',
    entryId: (await entries())[0],
  });
  expect(detail.responseBody.kept).toBe(3);
  expect((await ask(running.port, `${origin.url}/page`)).body.toString()).toBe('two');
});

it('an answer that may not be kept takes the entry with it', async () => {
  const told = await revalidate('GET', (_request, response) =>
    response.writeHead(200, { 'Cache-Control': 'no-store', 'Content-Type': 'text/plain' }).end('two'),
  );
  expect(told).toMatchObject({ kind: 'changed', entry: null, body: { same: false, lines: ['-one', '+two'] } });
  expect(await entries()).toEqual([]);
});

it('one that is too large is not compared, and nobody waits for its end', async () => {
  running.settings.update({ maxCacheBodySize: 1000 });
  const told = await revalidate('GET', (_request, response) => {
    response.writeHead(200, { 'Cache-Control': 'max-age=60' });
    response.write('x'.repeat(1001)); // and no end
  });
  expect(told).toEqual({
    kind: 'failed',
    message: `GET ${origin.url}/page: the new body is larger than 1000 bytes, the most that is stored`,
  });
  expect((await running.detailOf('/page')).row).toMatchObject({ reason: 'body-over-limit', status: 200 });
});

it('an error of the origin changes nothing, even where stale-if-error would speak', async () => {
  script = (_request, response) =>
    response.writeHead(200, { 'Cache-Control': 'max-age=60, stale-if-error=60', ETag: '"1"' }).end('one');
  expect(await revalidate('GET', (_request, response) => response.writeHead(503, 'Busy').end())).toEqual({
    kind: 'failed',
    message: 'the origin answered 503 Busy',
  });
  expect((await running.detailOf('/page')).row).toMatchObject({ protocol: 'internal', status: 503 });
  expect(await entries()).toHaveLength(1);
});

it.each(['before its answer', 'in its answer'])('an origin that breaks off %s is a failed row', async (when) => {
  const told = await revalidate('GET', (request, response) => {
    if (when === 'in its answer')
      response.writeHead(200, { 'Content-Length': 10, 'Cache-Control': 'max-age=60' }).write('half');
    setImmediate(() => request.socket.destroy());
  });
  expect(told).toMatchObject({ kind: 'failed', message: expect.stringContaining(`${origin.url}/page`) as string });
  expect((await running.detailOf('/page')).row).toMatchObject({ protocol: 'internal', state: 'failed' });
  expect(await entries()).toHaveLength(1);
});

it('what is evicted meanwhile does not come back', async () => {
  const told = await revalidate('GET', (request, response) => {
    void running.core.handlers['cache.purge']({ selector: { url: `${origin.url}/page` }, dryRun: false });
    first(request, response);
  });
  expect(told).toMatchObject({ kind: 'changed', entry: null });
  expect(await entries()).toEqual([]);
});
