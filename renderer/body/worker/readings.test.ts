/** What forms of their own are read into. */
import { expect, test } from 'vitest';
import { graphqlText, jwtJson, linesAsJson, multipartRows } from './readings.ts';
import { grpcJson, protobufJson } from './protobuf.ts';
import { finish } from './work.ts';

const bytes = (...parts: (number | string)[]): Uint8Array =>
  Uint8Array.from(
    parts.flatMap((part) => (typeof part === 'number' ? [part] : Array.from(part, (c) => c.charCodeAt(0)))),
  );

test('documents of a stream stay as they were sent; what is none is a string', () =>
  expect(finish(linesAsJson('{"a":1.10}\r\n\n[9007199254740993]\nnot json\n\u001e{"b":2}'))).toBe(
    '[{"a":1.10},\n[9007199254740993],\n"not json",\n{"b":2}]',
  ));

const part = (json: string): string => btoa(json).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');

test('a token is read, and what is none is not', () => {
  const token = `${part('{"alg":"HS256"}')}.${part('{"sub":"1","exp":1700000000.50}')}.c2ln`;
  expect(jwtJson(` ${token}\n`)).toBe(
    '{"header":{"alg":"HS256"},"payload":{"sub":"1","exp":1700000000.50},"signature":"c2ln"}',
  );
  for (const text of ['', 'a.b.c', `${token}.more`, `${part('[]')}.${part('{}')}.x`, 'x'.repeat(100_000), '...'])
    expect(jwtJson(text)).toBeUndefined();
});

test('parts of a form are rows', () => {
  const text = [
    '--X',
    'Content-Disposition: form-data; name="words"',
    '',
    'some words',
    '--X',
    'Content-Disposition: form-data; name="file"; filename="a.png"',
    'Content-Type: image/png',
    '',
    '\0\0\0',
    '--X--',
    '',
  ].join('\r\n');
  expect(finish(multipartRows(text))).toEqual({
    pairs: [
      ['words', 'some words'],
      ['file · a.png · image/png', '(3)'],
    ],
    left: 0,
  });
  expect(finish(multipartRows('no parts'))).toEqual({ pairs: [], left: 8 });
  expect(finish(multipartRows('--X\r\n'.repeat(100_000))).pairs.length).toBe(500);
});

test('a GraphQL request is its operation and variables', () => {
  const request = {
    operationName: 'Who',
    query: 'query Who($id: ID!) {\n  user(id: $id) { name }\n}',
    variables: { id: 7 },
  };
  expect(graphqlText(JSON.stringify(request), 'application/json')).toBe(
    '# Who\n\nquery Who($id: ID!) {\n  user(id: $id) { name }\n}\n\n# variables\n{\n  "id": 7\n}',
  );
  for (const other of ['{"query":"cheap shoes"}', '{"query":1}', '[1]', '{', 'null'])
    expect(graphqlText(other, 'application/json')).toBeUndefined();
});

// Field 1 a number, 2 a text, 3 a message with field 1, 4 a double, 5 four bytes, 2 again.
const MESSAGE = bytes(
  8,
  0x96,
  1,
  18,
  3,
  'abc',
  26,
  2,
  8,
  5,
  33,
  0,
  0,
  0,
  0,
  0,
  0,
  0xf8,
  0x3f,
  45,
  0xff,
  0xff,
  0xff,
  0xff,
  18,
  1,
  'z',
);

test('a message without its schema is its fields', () => {
  expect(finish(protobufJson(MESSAGE))).toBe('{"1":150,"2":"abc","3":{"1":5},"4":1.5,"5":4294967295,"2":"z"}');
  for (const none of [bytes(7), bytes(8), bytes(18, 200, 1), bytes(0, 1), bytes(11, 12)])
    expect(finish(protobufJson(none))).toBeUndefined();
  // Messages in messages without end.
  let deep = bytes(8, 1);
  for (let n = 0; n < 200; n++)
    deep =
      deep.length < 128
        ? bytes(10, deep.length, ...deep)
        : bytes(10, (deep.length & 127) | 128, deep.length >> 7, ...deep);
  expect(finish(protobufJson(deep))).toMatch(/^(\{"1":)+/);
  expect(finish(protobufJson(bytes('\x08\x01'.repeat(60_000))))).toBeUndefined();
});

test('frames of gRPC hold messages, or what they say of themselves', () => {
  const frame = (flag: number, content: Uint8Array): number[] => [flag, 0, 0, 0, content.length, ...content];
  expect(
    finish(grpcJson(bytes(...frame(0, bytes(8, 5)), ...frame(1, bytes('zz')), ...frame(128, bytes('grpc-status: 0'))))),
  ).toBe(
    '[{"length":2,"compressed":false,"message":{"1":5}},{"length":2,"compressed":true},{"length":14,"compressed":false,"trailers":"grpc-status: 0"}]',
  );
  expect(finish(grpcJson(bytes(0, 0, 0, 1, 0, 8)))).toContain('"cut":true');
  expect(finish(grpcJson(bytes('<html>')))).toBeUndefined();
});
