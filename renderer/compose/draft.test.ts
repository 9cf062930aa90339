/** What the form makes of what is written, and what is kept of what was sent. */
import { expect, test } from 'vitest';
import type { ComposedRequest } from '../../proxy-core/contract/compose/composed.ts';
import { draftOf, emptyDraft, jsonProblem, problemOf, requestOf } from './draft.ts';
import { parseHistory, withSent, type Sent } from './history.ts';

const base = { method: 'POST', url: 'http://a.test/x', fields: [] } satisfies ComposedRequest;

test.each<ComposedRequest>([
  { ...base, method: 'GET' },
  { ...base, fields: [['X-Own', '1']], body: { kind: 'text', text: 'a\nb' } },
  { ...base, fields: [['content-type', 'application/vnd.api+json']], body: { kind: 'text', text: '{}' } },
  { ...base, body: { kind: 'base64', base64: 'AP8=' } },
  { ...base, body: { kind: 'form', fields: [['a', '1&2'], ['a', '']] } }, // prettier-ignore
  { ...base, body: { kind: 'multipart', parts: [{ name: 'a', text: '' }, { name: 'f', path: '/p', filename: 'q', type: 'image/png' }, { name: 'b', base64: 'AA==' }] } }, // prettier-ignore
  { ...base, body: { kind: 'file', path: '/etc/hostname' } },
])('a request in the form is the same request: %j', (request) => {
  expect(requestOf(draftOf(request))).toEqual(request);
  expect(problemOf(draftOf(request))).toBeUndefined();
});

test('JSON has a type of its own, empty lines are no fields, a draft says what is wrong with it', () => {
  const draft = { ...emptyDraft(), method: 'PUT', url: ' http://a.test/ ', kind: 'json' as const, text: '{"a":1}' };
  expect(requestOf({ ...draft, fields: [['', ''], ['Accept ', ' x']] })).toEqual({
    method: 'PUT',
    url: 'http://a.test/',
    fields: [['Accept', 'x'], ['Content-Type', 'application/json']],
    body: { kind: 'text', text: '{"a":1}' },
  }); // prettier-ignore
  expect(problemOf({ ...draft, url: 'a.test' })).toContain('"url" is an http or https URL');
  expect(problemOf({ ...draft, fields: [['A b', '']] })).toContain('is no name of a field');
  expect([jsonProblem('{"a":1}'), typeof jsonProblem('{a}')]).toEqual([undefined, 'string']);
});

const sent = (n: number, body?: string): Sent => ({
  atMs: n,
  request: { ...base, url: `http://a.test/${n}`, ...(body !== undefined && { body: { kind: 'text', text: body } }) },
  cache: 'use',
  times: 1,
  together: true,
});

test('the newest 50 are kept, the same one once, and no more than there is room for', () => {
  let history: Sent[] = [];
  for (let n = 0; n < 60; n++) history = withSent(history, sent(n));
  expect([history.length, history[0]?.atMs, history.at(-1)?.atMs]).toEqual([50, 59, 10]);
  history = withSent(history, { ...sent(20), atMs: 99 });
  expect([history.length, history[0]?.atMs]).toEqual([50, 99]);
  expect(history.filter(({ request }) => request.url === 'http://a.test/20')).toHaveLength(1);
  history = withSent(history, sent(100, 'x'.repeat(100_000)));
  expect(history[0]).toMatchObject({ isCut: true, request: { url: 'http://a.test/100' } });
  for (let n = 0; n < 20; n++) history = withSent(history, sent(200 + n, 'x'.repeat(60_000)));
  expect(JSON.stringify(history).length).toBeLessThan(520 * 1024);
  expect(parseHistory(JSON.stringify(history))).toEqual(history);
});

test('a damaged history is read as far as it can be', () => {
  expect(parseHistory(null)).toEqual([]);
  expect(parseHistory('{')).toEqual([]);
  expect(parseHistory(JSON.stringify([sent(1), { atMs: 2 }, 'x', { ...sent(3), cache: 'maybe' }]))).toEqual([sent(1)]);
});
