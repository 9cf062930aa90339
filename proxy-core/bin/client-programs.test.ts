/** Real programs ask through a real core, which finds out what they are. Linux: elsewhere the readers of what systems say are tested. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { ExchangeRow } from '../contract/exchange.ts';
import { startCore, type RunningCore } from '../testkit/running-core.ts';

let core: RunningCore;
let origin: http.Server;

beforeAll(async () => {
  origin = http.createServer((_request, response) => response.end('x'));
  origin.listen(0, '127.0.0.1');
  await once(origin, 'listening');
  core = await startCore();
});
afterAll(async () => {
  await core.stop();
  origin.close();
});

/** Resolves with the row of this path once its program is known. */
function known(url: string): Promise<ExchangeRow> {
  return new Promise((resolve) => {
    const subscription = core.core.streams.traffic({ since: 0 }, ({ rows, lastSeq }) => {
      const found = rows.find((row) => row.url.endsWith(url) && row.app !== undefined && row.appClaimed !== true);
      setImmediate(() => {
        subscription.acknowledge?.(lastSeq);
        if (found === undefined) return;
        subscription.stop();
        resolve(found);
      });
    });
  });
}

/** A program of its own that asks over one connection and keeps it open until it is ended. */
const ASKS = `
const http = require('node:http');
const [port, ...urls] = process.argv.slice(1);
const agent = new http.Agent({ keepAlive: true, maxSockets: 1 });
for (const url of urls)
  http.get({ port, host: '127.0.0.1', localAddress: process.env.FROM, path: url, agent, headers: { 'User-Agent': 'made-up/9' } }, (r) => r.resume());
setInterval(() => undefined, 1000);
`;

it.runIf(process.platform === 'linux').each([['127.0.0.1'], ['127.0.0.3']])(
  'a client at %s: its program and process, for all requests of its connection',
  async (from) => {
    const { port } = origin.address() as AddressInfo;
    const urls = ['one', 'two', 'three'].map((name) => `http://127.0.0.1:${port}/${from}/${name}`);
    const child = spawn(process.execPath, ['-e', ASKS, String(core.port), ...urls], {
      env: { ...process.env, FROM: from },
      stdio: 'ignore',
    });
    try {
      const rows = await Promise.all(urls.map((url) => known(url)));
      for (const row of rows) expect(row).toMatchObject({ app: path.basename(process.execPath), client: from });
      const detail = await core.detailOf(`/${from}/three`);
      expect(detail.program).toEqual({ name: path.basename(process.execPath), pid: child.pid });
      expect(detail.userAgent).toBe('made-up/9');
      const found = await core.core.handlers['exchange.list']({ q: `app:node path:/${from}/` });
      expect(found.total).toBe(3);
    } finally {
      child.kill();
    }
  },
);
