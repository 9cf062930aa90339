/** Held exchanges over the control API: a script alone can deal with them, and hears what is accepted. */
import { afterEach, beforeEach, expect, it } from 'vitest';
import { ask } from '../testkit/clients.ts';
import { breakAt } from '../testkit/held.ts';
import { openOrigin, type Origin } from '../testkit/origin.ts';
import { startCore, type RunningCore } from '../testkit/running-core.ts';
import type { ControlServer } from './control-server.ts';
import { serveControl } from './testkit/serve-control.ts';

let origin: Origin;
let running: RunningCore;
let control: ControlServer;

beforeEach(async () => {
  origin = await openOrigin((_, response) => response.writeHead(200, { 'Cache-Control': 'max-age=60' }).end('origin'));
  running = await startCore();
  control = await serveControl(running.core);
});
afterEach(async () => {
  await control.close();
  await running.stop();
  await origin.close();
});

async function api(
  method: string,
  path: string,
  body?: unknown,
): Promise<{ status: number; text: string; json: unknown }> {
  const reply = await ask(control.port, path, {
    method,
    headers: { Host: `127.0.0.1:${control.port}`, Authorization: 'Bearer t', 'Content-Type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  });
  const text = reply.body.toString();
  return { status: reply.status, text, json: JSON.parse(text) as unknown };
}

it('a response is looked at, edited, answered and aborted', async () => {
  await breakAt(running.core, 'origin-response');
  const edited = ask(running.port, `${origin.url}/a`);
  await origin.reached(1);
  // It is held in the turn in which its head comes; what is asked before that finds none.
  let first = await api('GET', '/api/held/1');
  while (first.status === 404 || first.text.includes('"coming"')) first = await api('GET', '/api/held/1');
  expect(first.json).toMatchObject({
    id: 1,
    stage: 'origin-response',
    by: 'break origin-response',
    method: 'GET',
    url: `${origin.url}/a`,
    status: 200,
    status_text: 'OK',
    content: 'whole',
    body: { text: 'origin' },
  });
  expect((await api('GET', '/api/held')).json).toMatchObject({
    held: [{ id: 1, content: 'whole' }],
    passed: { full: 0, limit: 0, unattended: 0 },
  });
  const resumed = await api('POST', '/api/held/1/resume', {
    status: 203,
    status_text: 'So',
    body: { text: 'by script' },
  });
  expect(resumed.json).toMatchObject({ held: [] });
  const reply = await edited;
  expect([reply.status, reply.body.toString()]).toEqual([203, 'by script']);

  const own = ask(running.port, `${origin.url}/b`);
  await origin.reached(2);
  let answered = await api('POST', '/api/held/2/answer', { status: 201, body: { text: 'own' } });
  while (answered.status === 404)
    answered = await api('POST', '/api/held/2/answer', { status: 201, body: { text: 'own' } });
  expect((await own).body.toString()).toBe('own');

  const aborted = ask(running.port, `${origin.url}/c`).catch(String);
  await origin.reached(3);
  let ended = await api('POST', '/api/held/3/abort');
  while (ended.status === 404) ended = await api('POST', '/api/held/3/abort');
  expect(await aborted).toContain('hang up');

  const all = ask(running.port, `${origin.url}/d`);
  await origin.reached(4);
  let list = (await api('GET', '/api/held')).text;
  while (!list.includes('"id":4')) list = (await api('GET', '/api/held')).text;
  expect((await api('POST', '/api/held/resume')).json).toMatchObject({ held: [] });
  expect((await all).body.toString()).toBe('origin');
});

it.each<[string, unknown, number, string]>([
  ['/api/held/x/resume', undefined, 400, '"id" is a whole number from 1'],
  ['/api/held/7/resume', undefined, 404, 'no exchange is held under 7; held are 1'],
  ['/api/held/1/resume', { colour: 'red' }, 400, '"colour" is not known here; known are method, url, status'],
  ['/api/held/1/resume', { method: 'GE T' }, 400, '"method" is a method, like GET or POST'],
  ['/api/held/1/resume', { url: '/x' }, 400, '"url" is an absolute URL'],
  ['/api/held/1/resume', { fields: [['a b', 'c']] }, 400, '\\"a b\\" is no field name'],
  ['/api/held/1/resume', { fields: [['a', 'b\nc']] }, 400, 'the value of a is not one line'],
  ['/api/held/1/resume', { body: { text: 'a', base64: 'b' } }, 400, 'either'],
  ['/api/held/1/resume', { status: 200 }, 400, 'this is a request'],
  ['/api/held/1/answer', { status: 99 }, 400, '"status" is a whole number from 200 to 599'],
  ['/api/held/1/answer', { status: 204, body: { text: 'x' } }, 400, 'a 204 has no content'],
])('%s %j: %i', async (path, body, status, words) => {
  await breakAt(running.core, 'client-request');
  const reply = ask(running.port, `${origin.url}/a`);
  let list = (await api('GET', '/api/held')).text;
  while (!list.includes('"id":1')) list = (await api('GET', '/api/held')).text;
  const answered = await api('POST', path, body);
  expect([answered.status, answered.text.replaceAll('\\"', '"')]).toEqual([
    status,
    expect.stringContaining(words.replaceAll('\\"', '"')),
  ]);
  // It is held all the same.
  expect((await api('GET', '/api/held')).text).toContain('"id":1');
  await api('POST', '/api/held/1/resume');
  expect((await reply).body.toString()).toBe('origin');
});
