/** Over real sockets: what the reply says of its end (X-Cache-Status, Cache-Status), what the row, the event and the sentence say. */
import net from 'node:net';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { parseFieldList, toEventRecord } from '../../contract/event-record.ts';
import { explainReason } from '../../contract/explain/explain.ts';
import type { Outcome } from '../../contract/exchange.ts';
import type { ReasonCode } from '../../contract/reasons.ts';
import { RawClient } from '../../testkit/clients.ts';
import { openOrigin, type Origin } from '../../testkit/origin.ts';
import { startCore, type RunningCore } from '../../testkit/running-core.ts';

let origin: Origin;
let running: RunningCore;
let closedPort = 0;

beforeEach(async () => {
  origin = await openOrigin((request, response) => {
    const cacheControl = request.url === '/private' ? 'private' : 'max-age=60';
    response.writeHead(200, { 'Cache-Control': cacheControl, 'Content-Length': 2 }).end('ok');
  });
  running = await startCore(undefined, undefined, undefined, () => ({
    clientRequest: (view) => {
      if (view.url.endsWith('/throws')) throw new Error('a stage of the test');
      if (!view.url.endsWith('/staged')) return undefined;
      return {
        kind: 'answer',
        by: 'the test',
        reply: { status: 200, statusText: 'OK', fields: [], body: new Uint8Array() },
      };
    },
  }));
  const server = net.createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  closedPort = typeof address === 'object' && address !== null ? address.port : 0;
  await new Promise((resolve) => server.close(resolve));
});
afterEach(async () => {
  await running.stop();
  await origin.close();
});

const upgrade = 'Connection: Upgrade\r\nUpgrade: websocket\r\n';
const at = (path: string): string => `${origin.url}${path}`;
const authority = (): string => origin.url.slice('http://'.length);

const CASES: [what: string, head: () => string, outcome: Outcome, reason: ReasonCode, words: RegExp][] = [
  ['a miss', () => `GET ${at('/')} HTTP/1.1\r\n`, 'MISS', 'uri-miss', /nothing is stored/],
  ['not stored', () => `GET ${at('/private')} HTTP/1.1\r\n`, 'MISS', 'response-private', /one user/],
  ['a POST', () => `POST ${at('/')} HTTP/1.1\r\nContent-Length: 0\r\n`, 'BYPASS', 'method-not-cacheable', /POST/],
  [
    'only if cached',
    () => `GET ${at('/')} HTTP/1.1\r\nCache-Control: only-if-cached\r\n`,
    'MISS',
    'only-if-cached',
    /stored response/,
  ],
  [
    'an origin that is not there',
    () => `GET http://127.0.0.1:${closedPort}/ HTTP/1.1\r\n`,
    'ERROR',
    'upstream-failed',
    /connection_refused/,
  ],
  ['a malformed target', () => 'GET http://user:pw@x.test/ HTTP/1.1\r\n', 'BYPASS', 'request-refused', /not forward/],
  ['a loop', () => `GET http://127.0.0.1:${running.port}/ HTTP/1.1\r\n`, 'ERROR', 'request-refused', /not forward/],
  ['a stage that answers', () => `GET ${at('/staged')} HTTP/1.1\r\n`, 'BYPASS', 'stage-reply', /the test/],
  [
    'a stage that throws',
    () => `GET ${at('/throws')} HTTP/1.1\r\n`,
    'ERROR',
    'internal-error',
    /proxy itself .*proxy_internal_error/,
  ],
  ['a tunnel', () => `CONNECT ${authority()} HTTP/1.1\r\n`, 'BYPASS', 'tunnel', /a tunnel/],
  [
    'a tunnel to nobody',
    () => `CONNECT 127.0.0.1:${closedPort} HTTP/1.1\r\n`,
    'ERROR',
    'connection-failed',
    /connection_refused/,
  ],
  ['a malformed CONNECT', () => 'CONNECT x.test HTTP/1.1\r\n', 'ERROR', 'request-refused', /not forward/],
  [
    'a CONNECT back here',
    () => `CONNECT 127.0.0.1:${running.port} HTTP/1.1\r\n`,
    'ERROR',
    'request-refused',
    /not forward/,
  ],
  [
    'an upgrade refused by the origin',
    () => `GET ${at('/ws')} HTTP/1.1\r\n${upgrade}`,
    'BYPASS',
    'upgrade',
    /did not switch to websocket: it answered 200/,
  ],
  [
    'an upgrade to nobody',
    () => `GET http://127.0.0.1:${closedPort}/ HTTP/1.1\r\n${upgrade}`,
    'ERROR',
    'connection-failed',
    /connection_refused/,
  ],
  [
    'a malformed upgrade',
    () => `GET http://user:pw@x.test/ HTTP/1.1\r\n${upgrade}`,
    'ERROR',
    'request-refused',
    /not forward/,
  ],
  [
    'an upgrade back here',
    () => `GET http://127.0.0.1:${running.port}/ HTTP/1.1\r\n${upgrade}`,
    'ERROR',
    'request-refused',
    /not forward/,
  ],
];

it.each(CASES)('%s', async (what, head, outcome, reason, words) => {
  const client = await RawClient.open(running.port);
  client.send(`${head()}Host: x\r\n\r\n`);
  const reply = await client.until('\r\n\r\n');
  client.close();
  await running.finished(1);
  const { core } = running;
  const { rows } = await core.handlers['exchange.list']({});
  const detail = await core.handlers['exchange.get']({ id: rows[0]!.id });
  const { row, facts, neighbour } = detail;
  expect(row).toMatchObject({ outcome, reason });
  expect(toEventRecord(detail, core.sessionId, parseFieldList(''))).toMatchObject({
    cache_status: row.cacheStatus,
    cache_detail: reason,
  });
  // The answer to the proxy's own fault is made of next to nothing.
  if (reason !== 'internal-error') {
    expect(/X-Cache-Status: (.*)\r\n/.exec(reply)?.[1], what).toBe(outcome === 'ERROR' ? row.cacheStatus : outcome);
    expect(/\nCache-Status: .*; detail=(.*)\r\n/.exec(reply)?.[1], what).toBe(reason);
    expect(/\nCache-Status: (.*)\r\n/.exec(reply)?.[1]).toBe(detail.cacheStatusHeader);
  }
  const sentence = explainReason('en', reason, facts, neighbour, row.outcome);
  expect(sentence).toMatch(new RegExp(`^${outcome}: `));
  expect(sentence).toMatch(words);
  expect(sentence).not.toMatch(/undefined|\(none\)/);
  expect(row.state).toBe(outcome === 'ERROR' ? 'failed' : 'done');
});
