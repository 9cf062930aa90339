import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, it } from 'vitest';
import { startCore } from '../../testkit/running-core.ts';

it('an event stream passes as it comes, can be read while it does, and is never stored', async () => {
  let asked = 0;
  const streams = new Set<http.ServerResponse>();
  const origin = http.createServer((_request, response) => {
    asked++;
    streams.add(response);
    response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'max-age=60' });
    response.write('data: first\n\n');
  });
  origin.listen(0, '127.0.0.1');
  await once(origin, 'listening');
  const core = await startCore();
  const url = `http://127.0.0.1:${(origin.address() as AddressInfo).port}/events`;
  const open = async (): Promise<http.IncomingMessage> => {
    const request = http.get({ host: '127.0.0.1', port: core.port, path: url });
    const [response] = (await once(request, 'response')) as [http.IncomingMessage];
    return response;
  };

  const one = await open();
  expect(String((await once(one, 'data'))[0])).toBe('data: first\n\n');
  for (const stream of streams) stream.write('data: second\n\n');
  expect(String((await once(one, 'data'))[0])).toBe('data: second\n\n');
  // Nothing has ended, and yet it can be looked at.
  const detail = await core.detailOf('/events');
  expect(detail.row).toMatchObject({ state: 'open', reason: 'event-stream' });
  const { bytes } = await core.core.handlers['exchange.body']({ id: detail.row.id, side: 'response' });
  expect(Buffer.from(bytes).toString()).toBe('data: first\n\ndata: second\n\n');

  // Another listener has a stream of its own.
  const two = await open();
  await once(two, 'data');
  expect(asked).toBe(2);
  for (const stream of streams) stream.end();
  await core.finished(2);
  expect((await core.core.handlers['entry.list']({})).total).toBe(0);
  one.destroy();
  two.destroy();
  await core.stop();
  origin.close();
});
