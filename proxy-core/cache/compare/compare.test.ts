/** Two exchanges, or stored responses, of a real core beside each other: what of their differences counts for the cache, and what does not. */
import type { IncomingMessage } from 'node:http';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { PARAM_PARSERS } from '../../contract/commands.ts';
import type { Comparison } from '../../contract/compare/compare.ts';
import { ask } from '../../testkit/clients.ts';
import { openOrigin, type Origin } from '../../testkit/origin.ts';
import { startCore, type RunningCore } from '../../testkit/running-core.ts';

let origin: Origin;
let core: RunningCore;
let answer: (request: IncomingMessage) => { fields?: Record<string, string>; status?: number; body?: string };

beforeEach(async () => {
  answer = () => ({});
  origin = await openOrigin((request, response) => {
    const { fields = {}, status = 200, body = 'content' } = answer(request);
    response.writeHead(status, { 'Cache-Control': 'max-age=60', ...fields }).end(body);
  });
  core = await startCore();
});
afterEach(async () => {
  await core.stop();
  await origin.close();
});

interface Asked {
  path?: string;
  method?: string;
  headers?: Record<string, string>;
  body?: string;
}

/** Asks twice and compares the two exchanges. */
async function compared(left: Asked, right: Asked): Promise<Comparison> {
  for (const { path = '/x', method = 'GET', headers = {}, body } of [left, right])
    await ask(core.port, `${origin.url}${path}`, { method, headers, ...(body !== undefined && { body }) });
  return compare({ exchange: 1 }, { exchange: 2 });
}
const compare = async (left: object, right: object): Promise<Comparison> =>
  core.core.handlers['compare.get'](PARAM_PARSERS['compare.get']({ left, right }));

/** `part name: matters (reason)`, without times, which differ as they like. */
const said = ({ differences }: Comparison): string[] =>
  differences
    .filter(({ name }) => name !== 'date')
    .map(
      ({ part, name, matters, reason }) =>
        `${part}${name === '' ? '' : ` ${name}`}: ${matters}${reason === undefined ? '' : ` (${reason})`}`,
    );

it.each<[string, Asked, Asked, (request: IncomingMessage) => ReturnType<typeof answer>, string[], object]>([
  [
    'a field the response varies by, and one it does not',
    { headers: { 'Accept-Language': 'en', 'X-Own': '1' } },
    { headers: { 'Accept-Language': 'de', 'X-Own': '2' } },
    () => ({ fields: { Vary: 'Accept-Language' } }),
    ['request accept-language: vary (vary-mismatch)', 'request x-own: nothing'],
    { sameKey: true, reuse: 'vary-mismatch', sameContent: true },
  ],
  [
    'the same field, written otherwise',
    { headers: { 'Accept-Encoding': 'gzip, br' } },
    { headers: { 'Accept-Encoding': 'BR,gzip' } },
    () => ({ fields: { Vary: 'Accept-Encoding' } }),
    ['request accept-encoding: nothing'],
    { sameKey: true, reuse: 'fresh' },
  ],
  [
    'the order of the query',
    { path: '/x?a=1&b=2' },
    { path: '/x?b=2&a=1' },
    () => ({}),
    ['url: key (uri-miss)'],
    { sameKey: false, url: { kind: 'path', stored: '?a=1&b=2', sent: '?b=2&a=1' }, reuse: 'uri-miss' },
  ],
  [
    'a parameter of the query',
    { path: '/x?a=1' },
    { path: '/x?a=2' },
    () => ({}),
    ['url: key (uri-miss)'],
    { sameKey: false, url: { kind: 'query', parameter: 'a', stored: '1', sent: '2' } },
  ],
  [
    'a cookie that nothing varies by',
    { headers: { Cookie: 'a=1' } },
    { headers: { Cookie: 'a=2' } },
    () => ({}),
    ['request cookie: nothing'],
    { sameKey: true, reuse: 'fresh' },
  ],
  [
    'a cookie the response varies by',
    { headers: { Cookie: 'a=1' } },
    { headers: { Cookie: 'a=2' } },
    () => ({ fields: { Vary: 'Cookie' } }),
    ['request cookie: vary (vary-mismatch)'],
    { reuse: 'vary-mismatch' },
  ],
  [
    'the content of the response',
    { headers: { 'Cache-Control': 'no-cache' } },
    { headers: { 'Cache-Control': 'no-cache' } },
    () => ({ body: `content ${origin.requests.length}` }),
    ['response-content: nothing'],
    { sameContent: false, sameKey: true },
  ],
  [
    'the content of the request',
    { method: 'GET' },
    { method: 'GET', body: 'content', headers: { 'Content-Length': '7' } },
    () => ({}),
    ['request content-length: nothing', 'request-content: asking (request-content)'],
    {},
  ],
  [
    'the method',
    { method: 'GET' },
    { method: 'POST', headers: { 'Content-Length': '0' } },
    () => ({}),
    ['method: asking (method-not-cacheable)', 'request content-length: nothing'],
    {},
  ],
  [
    'a reload',
    {},
    { headers: { 'Cache-Control': 'no-cache' } },
    () => ({}),
    ['request cache-control: asking (request-no-cache)'],
    { reuse: 'request-no-cache' },
  ],
  [
    'what allows to store it',
    { path: '/a' },
    { path: '/b' },
    ({ url }) => ({ fields: { 'Cache-Control': url === '/a' ? 'max-age=60' : 'no-store' } }),
    ['url: key (uri-miss)', 'response cache-control: storing (response-no-store)'],
    { left: { life: { kind: 'stored' } }, right: { life: { kind: 'not-stored', reason: 'response-no-store' } } },
  ],
  [
    'lifetime, validator and what no cache reads',
    { path: '/a' },
    { path: '/b' },
    ({ url }) => ({
      fields: { 'Cache-Control': `max-age=${url === '/a' ? 60 : 90}`, ETag: `"${url}"`, 'X-Trace': `${url}` },
    }),
    ['url: key (uri-miss)', 'response cache-control: freshness', 'response etag: validation', 'response x-trace: nothing'],
    { left: { life: { lifetimeSeconds: 60 } }, right: { life: { lifetimeSeconds: 90 } } },
  ],
  [
    'Vary itself',
    { path: '/a' },
    { path: '/b' },
    ({ url }) => (url === '/a' ? { fields: { Vary: 'Accept' } } : {}),
    ['url: key (uri-miss)', 'response vary: vary'],
    {},
  ],
  [
    'Authorization, where the response may not be shared',
    {},
    { headers: { Authorization: 'Bearer x', 'Cache-Control': 'max-age=0' } },
    () => ({}),
    ['request authorization: storing (authorization)', 'request cache-control: asking (request-max-age)'],
    {},
  ],
])('%s', async (_, left, right, script, differences, facts) => {
  answer = script;
  const comparison = await compared(left, right);
  expect(said(comparison).sort()).toEqual(differences.sort());
  expect(comparison).toMatchObject(facts);
}); // prettier-ignore

it('a row and what is stored, and two stored variants', async () => {
  answer = ({ headers }) => ({ fields: { Vary: 'Accept-Language', 'X-L': headers['accept-language'] ?? '' } });
  for (const language of ['en', 'de'])
    await ask(core.port, `${origin.url}/x`, { headers: { 'Accept-Language': language, 'X-Own': language } });
  const { entries } = await core.core.handlers['entry.list']({});
  const [en, de] = ['en', 'de'].map((language) => entries.find(({ variant }) => variant.endsWith(language))!.id);
  const rowAndEntry = await compare({ exchange: 1 }, { entry: de });
  expect(said(rowAndEntry)).toContain('request accept-language: vary (vary-mismatch)');
  expect(rowAndEntry).toMatchObject({ reuse: 'vary-mismatch', right: { life: { variesBy: ['accept-language'] } } });
  const two = await compare({ entry: en }, { entry: de });
  expect(said(two)).toEqual(['request accept-language: vary (vary-mismatch)', 'response x-l: nothing']);
  expect(two.response).toContainEqual({ name: 'X-L', left: 'en', right: 'de' });
  expect(two).toMatchObject({ sameKey: true, sameContent: true });
});

it('what cannot be compared is said', async () => {
  await expect(compare({ exchange: 1 }, { exchange: 2 })).rejects.toMatchObject({ code: 'not-found' });
  expect(() => PARAM_PARSERS['compare.get']({ left: { exchange: 1 } })).toThrow('"right" is missing');
  expect(() => PARAM_PARSERS['compare.get']({ left: 1, right: 2 })).toThrow('"left" is {"exchange": number}');
  await ask(core.port, 'http://127.0.0.1:1/');
  await ask(core.port, `${origin.url}/x`);
  const failed = await compare({ exchange: 1 }, { exchange: 2 });
  expect(failed).toMatchObject({ differences: [], reuse: null, left: { life: { kind: 'none', code: 'no-answer' } } });
});
