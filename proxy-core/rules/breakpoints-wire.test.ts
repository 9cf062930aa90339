/** Breakpoints over real sockets: what the client gets, what the origin is asked, what is stored, and what Why says. */
import { gzipSync } from 'node:zlib';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { MAX_HELD } from '../contract/breakpoints/held.ts';
import type { StageName } from '../contract/exchange.ts';
import { explainStep } from '../contract/explain/explain.ts';
import { RULE_STAGES } from '../contract/rules/rule.ts';
import { ask, RawClient, type ProxyReply } from '../testkit/clients.ts';
import { breakAt, openHeldPage, type HeldPage } from '../testkit/held.ts';
import { openOrigin, type Origin } from '../testkit/origin.ts';
import { startCore, type RunningCore } from '../testkit/running-core.ts';

let origin: Origin;
let core: RunningCore;
let page: HeldPage;
let uploaded: Buffer[];
let isStopped: boolean;
/** Number of the last one that `one` gave. */
let lastId: number;

beforeEach(async () => {
  uploaded = [];
  isStopped = false;
  lastId = 0;
  origin = await openOrigin((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      uploaded.push(Buffer.concat(chunks));
      const { url = '' } = request;
      const fields = { 'Cache-Control': 'max-age=60', ETag: '"1"' };
      if (url.startsWith('/zip'))
        response.writeHead(200, { ...fields, 'Content-Encoding': 'gzip' }).end(gzipSync('zipped'));
      else if (url.startsWith('/large')) response.writeHead(200, fields).end(Buffer.alloc(2_000_000, 'x'));
      else if (url.startsWith('/empty')) response.writeHead(204, fields).end();
      else if (url.startsWith('/chunked')) {
        response.writeHead(200, fields);
        response.write('from ');
        response.end('origin');
      } else
        response
          .writeHead(request.headers['if-none-match'] === '"1"' ? 304 : 200, fields)
          .end(request.headers['if-none-match'] === '"1"' ? undefined : 'from origin');
    });
  });
  core = await startCore();
  page = openHeldPage(core.core);
});
afterEach(async () => {
  page.close();
  if (!isStopped) await core.stop();
  await origin.close();
});

const held = () => core.core.handlers;
const get = (path = '/x', headers: Record<string, string> = {}, method = 'GET'): Promise<ProxyReply> =>
  ask(core.port, `${origin.url}${path}`, { headers, method });
const told = (reply: ProxyReply): string =>
  `${reply.status} ${String(reply.fields['x-cache-status'])} ${reply.body.toString()}`;
/** The one that is held, with its content. */
const one = async () => {
  const [first] = await page.until(1, ([only]) => only!.id > lastId && only!.content !== 'coming');
  lastId = first!.id;
  return held()['held.get']({ id: lastId });
};
/** What the trace of the newest exchange says of its stages. */
const why = async (): Promise<string[]> => {
  const { trace } = await core.detailOf(origin.url);
  return trace.filter(({ code }) => code === 'stage').map((step) => explainStep('en', step));
};
/** A step with a time in it, without it. */
const timeless = (text: string): string => text.replace(/ (?:at once|after [\d.,]+ \w+)/, '');

describe.each(RULE_STAGES)('at %s', (stage: StageName) => {
  const isResponse = stage.endsWith('-response');
  const isOriginSide = stage.startsWith('origin-');

  it('it is held, resumed as it was, and said so', async () => {
    await breakAt(core.core, stage);
    const reply = get();
    const { id, content, by, method, url, status } = await one();
    expect({ content, by, method, url, status }).toEqual({
      content: isResponse ? 'whole' : 'none',
      by: `break ${stage}`,
      method: 'GET',
      url: `${origin.url}/x`,
      status: isResponse ? 200 : undefined,
    });
    expect(origin.requests.length).toBe(isResponse ? 1 : 0);
    expect((await held()['held.resume']({ id })).held).toEqual([]);
    expect(told(await reply)).toBe('200 MISS from origin');
    await core.finished(1);
    expect((await why()).map(timeless)).toEqual([
      `${stage} (break ${stage}) let it pass, held at a breakpoint and resumed`,
    ]);
  });

  it('it is edited, and the cache keeps what was edited on the side of the origin', async () => {
    await breakAt(core.core, stage);
    const reply = get();
    const { id, fields } = await one();
    await held()['held.resume']({
      id,
      edit: isResponse
        ? { status: 203, fields: [...fields, ['X-Edited', '1']], body: { text: 'изменено' } }
        : { url: `${origin.url}/other`, fields: [...fields, ['X-Edited', '1']] },
    });
    const { status, body, fields: got } = await reply;
    await core.finished(1);
    const { changed } = await core.detailOf(origin.url);
    expect(changed).toMatchObject([{ stage, by: `break ${stage}`, did: 'changed' }]);
    await breakAt(core.core);
    const again = await get();
    if (isResponse) {
      expect([status, body.toString(), got['x-edited'], got['content-length']]).toEqual([203, 'изменено', '1', '16']);
      expect(timeless((await why()).join())).toBe('');
      expect(told(again)).toBe(isOriginSide ? '203 HIT изменено' : '200 HIT from origin');
    } else {
      expect(origin.requests[0]).toBe('GET /other');
      expect(told(again)).toBe(isOriginSide ? '200 HIT from origin' : '200 MISS from origin');
    }
  });

  it('it is answered without asking further', async () => {
    await breakAt(core.core, stage);
    const reply = get();
    const { id } = await one();
    await held()['held.answer']({
      id,
      answer: { status: 201, fields: [['Cache-Control', 'max-age=5']], body: { base64: 'b3du' } },
    });
    const { status, body } = await reply;
    expect([status, body.toString()]).toEqual([201, 'own']);
    expect(origin.requests.length).toBe(isResponse ? 1 : 0);
    await core.finished(1);
    expect(timeless((await why()).at(-1)!)).toBe(
      `${stage} (break ${stage}) answered 201 itself, held at a breakpoint and answered there`,
    );
  });

  it('it is aborted', async () => {
    await breakAt(core.core, stage);
    const reply = get().catch((error: unknown) => String(error));
    const { id } = await one();
    await held()['held.abort']({ id });
    expect(await reply).toContain('socket hang up');
    await core.finished(1);
    expect((await core.detailOf(origin.url)).row).toMatchObject({ reason: 'stage-drop', error: 'http_request_denied' });
  });

  it('its client goes: nothing is held any more', async () => {
    await breakAt(core.core, stage);
    const client = await RawClient.open(core.port);
    client.send(`GET ${origin.url}/x HTTP/1.1\r\nHost: x\r\n\r\n`);
    const { id } = await one();
    client.close();
    await page.until(0);
    await core.finished(1);
    expect(() => held()['held.resume']({ id })).toThrow(/no exchange is held under 1; none is held/);
  });

  it('the page that showed it closes, and it goes on; nothing is held until somebody asks again', async () => {
    await breakAt(core.core, stage);
    const reply = get();
    await one();
    page.close();
    expect(told(await reply)).toBe('200 MISS from origin');
    expect(told(await get('/y'))).toBe('200 MISS from origin');
    page = openHeldPage(core.core);
    expect((await page.until(0)).length).toBe(0);
    expect((await page.state(() => true)).passed).toEqual({ full: 0, limit: 0, unattended: 2 });
    const held3 = get('/z');
    await page.until(1);
    await held()['held.resumeAll']({});
    expect(told(await held3)).toBe('200 MISS from origin');
  });

  it('it goes on by itself after the longest time, and says so', async () => {
    core.settings.update({ breakpointSeconds: 1 });
    await breakAt(core.core, stage);
    expect(told(await get())).toBe('200 MISS from origin');
    await core.finished(1);
    expect((await why()).map(timeless)).toEqual([
      `${stage} (break ${stage}) let it pass, held at a breakpoint for the longest time allowed`,
    ]);
    expect((await held()['held.list']({})).passed.limit).toBe(1);
  });

  it('it goes on when the proxy stops', async () => {
    await breakAt(core.core, stage);
    const reply = get();
    await one();
    isStopped = true;
    await core.stop();
    expect(told(await reply)).toBe('200 MISS from origin');
  });
});

it.each(RULE_STAGES)('at %s no time limit of client or origin runs out meanwhile', async (stage) => {
  // It goes on by itself only after each of them could have run out.
  core.settings.update({ breakpointSeconds: 3, clientStallSeconds: 1, responseTimeoutSeconds: 1 });
  await breakAt(core.core, stage);
  const sent = Buffer.alloc(3_000_000, 'y');
  const reply = await ask(core.port, `${origin.url}/large`, { method: 'POST', body: sent });
  expect([reply.status, reply.body.length, uploaded[0]?.equals(sent)]).toEqual([200, 2_000_000, true]);
  await core.finished(1);
  expect((await why()).join()).toContain('held at a breakpoint for the longest time allowed');
});

it('100 are held and one more passes, counted', async () => {
  await breakAt(core.core, 'client-request');
  const replies = Array.from({ length: MAX_HELD }, (_, n) => get(`/${n}`));
  await page.until(MAX_HELD);
  expect(told(await get('/more'))).toBe('200 MISS from origin');
  expect((await page.state(({ passed }) => passed.full > 0)).passed.full).toBe(1);
  expect(timeless((await why()).join())).toContain('its breakpoint did not hold it, since 100 were held already');
  await held()['held.resumeAll']({});
  expect((await Promise.all(replies)).every(({ status }) => status === 200)).toBe(true);
});

describe('content', () => {
  it.each<StageName>(['client-request', 'origin-request'])('of a request is edited at %s', async (stage) => {
    await breakAt(core.core, stage);
    const reply = ask(core.port, `${origin.url}/up`, { method: 'POST', body: 'abc' });
    const { id, body } = await one();
    expect(body).toEqual({ base64: 'YWJj', text: 'abc' });
    await held()['held.resume']({ id, edit: { method: 'PUT', body: { text: 'abcdef' } } });
    expect((await reply).status).toBe(200);
    expect([origin.requests, uploaded.map(String)]).toEqual([['PUT /up'], ['abcdef']]);
    expect(origin.lastFields().join()).toMatch(/content-length,6/i);
    await core.finished(1);
    expect(timeless((await why()).join())).toMatch(
      /changed the method, .*the content \(content: 3 .*→ 6 .*\), held at a breakpoint and edited$/,
    );
    const [change] = (await core.detailOf(origin.url)).changed ?? [];
    expect([change?.received.content, change?.sent.content]).toEqual(['abc', 'abcdef']);
  });

  it.each<StageName>(['client-request', 'origin-request'])('of a request goes on as it came at %s', async (stage) => {
    await breakAt(core.core, stage);
    const sent = Buffer.alloc(3_000_000, 'y');
    const reply = ask(core.port, `${origin.url}/up`, { method: 'POST', body: sent });
    const { id, content } = await one();
    expect(content).toBe('too-long');
    expect(() => held()['held.resume']({ id, edit: { body: { text: '' } } })).toThrow(/only the head can be edited/);
    await held()['held.resume']({ id, edit: { url: `${origin.url}/elsewhere` } });
    expect((await reply).status).toBe(200);
    expect(origin.requests).toEqual(['POST /elsewhere']);
    expect(uploaded[0]!.equals(sent)).toBe(true);
  });

  it('is put into a request that had none', async () => {
    await breakAt(core.core, 'client-request');
    const reply = get('/up');
    const { id } = await one();
    await held()['held.resume']({ id, edit: { method: 'POST', body: { text: 'new' } } });
    expect((await reply).status).toBe(200);
    expect([origin.requests, uploaded.map(String)]).toEqual([['POST /up'], ['new']]);
  });

  it.each<StageName>(['origin-response', 'client-response'])(
    'is shown and edited without its coding at %s',
    async (stage) => {
      await breakAt(core.core, stage);
      const reply = get('/zip');
      const { id, body, fields } = await one();
      expect(body).toMatchObject({ text: 'zipped', decoded: 'gzip' });
      await held()['held.resume']({ id, edit: { fields, body: { text: 'plain' } } });
      const { fields: got, body: sent } = await reply;
      expect([got['content-encoding'], got['content-length'], sent.toString()]).toEqual([undefined, '5', 'plain']);
    },
  );

  it.each<StageName>(['origin-response', 'client-response'])(
    'larger than the bound passes whole at %s',
    async (stage) => {
      await breakAt(core.core, stage);
      const reply = get('/large');
      const { id, content, fields } = await one();
      expect(content).toBe('too-long');
      await held()['held.resume']({ id, edit: { fields: [...fields, ['X-Edited', '1']] } });
      const { fields: got, body } = await reply;
      expect([got['x-edited'], body.length]).toEqual(['1', 2_000_000]);
    },
  );

  it.each<StageName>(['origin-response', 'client-response'])('in chunks is edited at %s', async (stage) => {
    await breakAt(core.core, stage);
    const reply = get('/chunked');
    const { id, body } = await one();
    expect(body?.text).toBe('from origin');
    await held()['held.resume']({ id, edit: { body: { text: 'x' } } });
    const { fields, body: sent } = await reply;
    expect([fields['content-length'], fields['transfer-encoding'], sent.toString()]).toEqual(['1', undefined, 'x']);
  });

  it.each<[string, string, string, Record<string, string>, ...StageName[]]>([
    ['HEAD', '/x', '200', {}, 'origin-response', 'client-response'],
    ['GET', '/empty', '204', {}, 'origin-response', 'client-response'],
    ['GET', '/x', '304', { 'If-None-Match': '"1"' }, 'client-response'],
  ])('%s %s (%s) has none to edit, the head is', async (method, path, status, fields, ...stages) => {
    await breakAt(core.core, ...stages);
    const reply = get(path, fields, method);
    for (const stage of stages) {
      const detail = await one();
      expect(detail).toMatchObject({ stage, content: 'none', status: Number(status) });
      expect(() => held()['held.resume']({ id: detail.id, edit: { body: { text: 'x' } } })).toThrow(/has no content/);
      await held()['held.resume']({ id: detail.id, edit: { fields: [...detail.fields, [`X-${stage}`, '1']] } });
    }
    const { status: got, fields: sent, body } = await reply;
    expect([String(got), ...stages.map((stage) => sent[`x-${stage}`]), body.length]).toEqual([
      status,
      ...stages.map(() => '1'),
      0,
    ]);
  });
});

it('a part keeps its content: its Content-Range says which part it is', async () => {
  await get('/ranged');
  await breakAt(core.core, 'client-response');
  const reply = get('/ranged', { Range: 'bytes=0-3' });
  const { id, status } = await one();
  expect(status).toBe(206);
  expect(() => held()['held.resume']({ id, edit: { body: { text: 'x' } } })).toThrow(/a 206 is a part/);
  await held()['held.resume']({ id });
  expect((await reply).body.toString()).toBe('from');
});

describe('a collapsed fetch', () => {
  it.each<StageName>(['origin-request', 'origin-response'])(
    'held at %s: those who asked for the same wait with it, nobody else does, and none is lost',
    async (stage) => {
      await breakAt(core.core, stage);
      const leader = await RawClient.open(core.port);
      leader.send(`GET ${origin.url}/x HTTP/1.1\r\nHost: x\r\n\r\n`);
      const { id } = await one();
      const waiters = [get(), get(), get()];
      // Somebody else is held apart, and not kept by the first.
      const other = get('/other');
      const [, second] = await page.until(2);
      await held()['held.resume']({ id: second!.id });
      expect(told(await other)).toBe('200 MISS from origin');
      let asked = 0;
      while (asked < 5) {
        await new Promise((resolve) => setImmediate(resolve));
        asked = (await held()['exchange.list']({})).total;
      }
      // The one who caused it goes; the others are answered all the same.
      leader.close();
      await core.finished(2);
      expect((await held()['held.list']({})).held.map(({ id }) => id)).toEqual([id]);
      await held()['held.resume']({ id });
      expect(new Set((await Promise.all(waiters)).map(({ body }) => body.toString()))).toEqual(
        new Set(['from origin']),
      );
      expect(origin.requests.filter((line) => line === 'GET /x')).toHaveLength(1);
    },
  );

  it('held at client-response holds one client and no other', async () => {
    await breakAt(core.core, 'client-response');
    const first = get();
    const { id } = await one();
    await breakAt(core.core);
    expect(told(await get())).toBe('200 HIT from origin');
    await held()['held.resume']({ id });
    expect(told(await first)).toBe('200 MISS from origin');
  });
});

describe('what cannot be', () => {
  it.each<[StageName, object, RegExp]>([
    ['client-request', { status: 200 }, /this is a request; an edit of one has "method", "url", "fields" and "body"/],
    ['client-request', { method: 'HEAD' }, /"method" cannot become HEAD/],
    ['client-request', { url: 'http://:0/' }, /"url" cannot be asked for/],
    ['client-response', { url: 'http://a.test/' }, /this is a response; an edit of one has "status"/],
    ['client-response', { status: 304 }, /"status" cannot become 304 here/],
  ])('at %s: %j', async (stage, edit, words) => {
    await breakAt(core.core, stage);
    const reply = get();
    const { id } = await one();
    expect(() => held()['held.resume']({ id, edit })).toThrow(words);
    // It is held all the same.
    expect((await held()['held.list']({})).held).toHaveLength(1);
    await held()['held.resumeAll']({});
    expect((await reply).status).toBe(200);
  });
});
