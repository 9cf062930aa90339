import { expect, it } from 'vitest';
import type { HeldDetail } from '../../proxy-core/contract/breakpoints/held.ts';
import { answerOf, bytesOf, draftOf, editOf, FIRST_ANSWER, shownAs, wrongWith } from './draft.ts';

const detail: HeldDetail = {
  id: 1,
  exchange: 1,
  stage: 'client-response',
  by: 'R',
  sinceMs: 0,
  untilMs: 1,
  client: '',
  method: 'GET',
  url: 'http://a.test/',
  status: 200,
  statusText: 'OK',
  content: 'whole',
  fields: [
    ['Content-Type', 'text/plain'],
    ['X-Colon', 'a: b'],
  ],
  body: { base64: 'w6Q=', text: 'ä' },
};

it('nothing changed is no edit', () => {
  const draft = draftOf(detail);
  expect(editOf(draft, draft, true)).toBeUndefined();
  expect(draft.lines).toBe('Content-Type: text/plain\nX-Colon: a: b');
});

it('only what changed is in the edit', () => {
  const before = draftOf(detail);
  expect(editOf(before, { ...before, status: '203', lines: 'A: b: c\n\n' }, true)).toEqual({
    status: 203,
    fields: [['A', 'b: c']],
  });
  expect(editOf(before, { ...before, method: 'PUT', url: 'http://b.test/', body: 'x' }, false)).toEqual({
    method: 'PUT',
    url: 'http://b.test/',
    body: { text: 'x' },
  });
});

it('content goes between text and bytes, unless the bytes are no text', () => {
  const bytes = shownAs(draftOf(detail), 'bytes')!;
  expect(bytes.body).toBe('c3 a4');
  expect(shownAs(bytes, 'text')?.body).toBe('ä');
  expect(shownAs({ ...bytes, body: 'ff' }, 'text')).toBeUndefined();
  expect(wrongWith({ ...bytes, body: 'f' }, true)).toBe('bytes');
  expect(editOf(draftOf(detail), { ...bytes, body: 'ff 00' }, true)).toEqual({ body: { base64: '/wA=' } });
  expect(draftOf({ ...detail, body: { base64: '/wA=' } })).toMatchObject({ bodyAs: 'bytes', body: 'ff 00' });
});

it('an answer has a final status', () => {
  expect(answerOf({ ...FIRST_ANSWER, body: 'x' })).toEqual({
    status: 200,
    fields: [['Content-Type', 'text/plain; charset=utf-8']],
    body: { text: 'x' },
  });
  expect(answerOf({ ...FIRST_ANSWER, status: '204' })).not.toHaveProperty('body');
  expect(wrongWith({ ...FIRST_ANSWER, status: '100' }, true)).toBe('status');
});

it.each([
  ['', 0],
  ['w6Q=', 2],
  ['YQ==', 1],
  ['YWJj', 3],
])('%j stands for %i bytes', (base64, bytes) => {
  expect(bytesOf(base64)).toBe(bytes);
});
