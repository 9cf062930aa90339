import { describe, expect, it } from 'vitest';
import { OPERATION_BODY_MAX, operationInContent, operationInPath } from './operation.ts';

const asked = (value: unknown): string | undefined => operationInContent(Buffer.from(JSON.stringify(value)));

describe('the GraphQL operation a request asks for', () => {
  it.each([
    [{ query: 'query Hero { hero { name } }' }, 'query Hero'],
    [{ query: 'mutation AddToCart($id: ID!) { add(id: $id) { n } }', variables: {} }, 'mutation AddToCart'],
    [{ query: '{ hero }' }, 'query'],
    [{ query: '  # query Not\n subscription On @live { on }' }, 'subscription On'],
    [{ query: 'query @cached { hero }' }, 'query'],
    [{ query: 'query ($a: [Int!]) { hero(a: $a) }' }, 'query'],
    [{ query: 'fragment F on Hero { name } query A { a } query B { b }' }, 'query A'],
    [{ query: 'query A { a } mutation B { b }', operationName: 'B' }, 'mutation B'],
    [
      { query: 'query A { a(text: "} query X {", block: """ } " { """) } query B { b }', operationName: 'B' },
      'query B',
    ],
    [{ operationName: 'Known', extensions: { persistedQuery: { version: 1 } } }, 'Known'],
    [[{ query: 'query A { a }' }, { query: '{ b }' }], 'query A, query'],
    [Array.from({ length: 9 }, (_, n) => ({ operationName: `N${n}` })), 'N0, N1, N2, …'],
    [{ query: 'shoes' }, undefined],
    [{ query: 'red {shoes}' }, undefined],
    [{ query: 7, operationName: null }, undefined],
    [{ operationName: '<script>' }, undefined],
    [{ operationName: 'a'.repeat(81) }, undefined],
    [[], undefined],
    [[1], undefined],
    [null, undefined],
    ['query A { a }', undefined],
  ])('%j: %s', (body, name) => expect(asked(body)).toBe(name));

  it.each([
    ['/graphql?query=query%20Hero%20%7B%20hero%20%7D', 'query Hero'],
    ['/graphql?operationName=Hero&extensions=%7B%7D', 'Hero'],
    ['/search?query=shoes', undefined],
    ['/query=1', undefined],
    ['/', undefined],
  ])('%s: %s', (path, name) => expect(operationInPath(path)).toBe(name));

  it('is not looked for in what is long, broken, or made to be slow', () => {
    expect(operationInContent(Buffer.alloc(OPERATION_BODY_MAX + 1, ' '))).toBeUndefined();
    for (const text of ['{', '', '[[', '\u0000', '['.repeat(60_000), '{"query":'])
      expect(operationInContent(Buffer.from(text))).toBeUndefined();
    for (const shape of ['{', '}', '"', '"""', '#', '(', 'query ', '{}', 'query A{}', '\\"', 'fragment '])
      expect((asked({ query: shape.repeat(60_000 / shape.length) }) ?? '').length).toBeLessThan(100);
  });
});
