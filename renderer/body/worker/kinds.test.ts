import { expect, test } from 'vitest';
import { HexLines } from './hex.ts';
import { bodyModes, looksLikeText } from './kinds.ts';
import { prettyCss, prettyMarkup } from './pretty.ts';
import { finish } from './work.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

test.each([
  ['application/json', '{}', ['json', 'text', 'hex']],
  ['application/problem+json', '{}', ['json', 'text', 'hex']],
  ['text/html', '<p>', ['pretty', 'text', 'hex']],
  ['image/svg+xml', '<svg/>', ['image', 'pretty', 'text', 'hex']],
  ['image/png', '\0\0', ['image', 'hex']],
  ['font/woff2', 'wOF2', ['font', 'hex']],
  ['video/mp4', '\0\0', ['media', 'hex']],
  ['text/javascript', 'a()', ['pretty', 'text', 'hex']],
  ['text/javascript', 'a();'.repeat(100_000), ['text', 'hex']],
  ['application/x-ndjson', '{}\n{}', ['documents', 'text', 'hex']],
  ['application/json-seq', '{}', ['documents', 'text', 'hex']],
  ['application/json', '{"query":"{ me { id } }"}', ['graphql', 'json', 'text', 'hex']],
  ['application/json', '{"query":"shoes"}', ['json', 'text', 'hex']],
  ['text/plain', 'eyJhIjoxfQ.eyJiIjoyfQ.c2ln', ['jwt', 'text', 'hex']],
  ['multipart/form-data', '--x', ['parts', 'text', 'hex']],
  ['application/grpc-web+proto', '\0', ['grpc', 'hex']],
  ['application/x-protobuf', '\0', ['protobuf', 'hex']],
  ['application/x-www-form-urlencoded', 'a=1', ['form', 'text', 'hex']],
  ['application/octet-stream', 'plain words', ['text', 'hex']],
  ['application/octet-stream', '\0\x01', ['hex']],
  [undefined, ' [1]', ['json', 'text', 'hex']],
])('%s is shown as %s', (type, body, modes) => expect(bodyModes(type, bytes(body))).toEqual(modes));

test('text is told from binary by its first bytes', () => {
  expect(looksLikeText(bytes('Grüße\n\t'))).toBe(true);
  expect(looksLikeText(new Uint8Array([137, 80, 78, 71, 0]))).toBe(false);
});

test('a hex dump has sixteen bytes a line', () => {
  const dump = new HexLines(bytes('0123456789abcdefXY'));
  const [first, second] = [dump.at(0), dump.at(1)];
  expect([dump.count, dump.at(2)]).toEqual([2, '']);
  expect(first).toBe('00000000  30 31 32 33 34 35 36 37  38 39 61 62 63 64 65 66  0123456789abcdef');
  expect(second).toMatch(/^00000010 {2}58 59 .* XY$/);
});

test('markup is indented, short elements stay on one line, scripts stay as they are', () => {
  expect(
    finish(
      prettyMarkup('<!doctype html><html><body><p>Hi <b>you</b></p><br><script>if (a < b) {}\n</script></body></html>'),
    ),
  ).toBe(
    [
      '<!doctype html>',
      '<html>',
      '  <body>',
      '    <p>',
      '      Hi',
      '      <b>you</b>',
      '    </p>',
      '    <br>',
      '    <script>if (a < b) {}',
      '</script>',
      '  </body>',
      '</html>',
    ].join('\n'),
  );
});

test('style sheets get a line per declaration', () => {
  expect(finish(prettyCss('a{color:red;content:"{;}"}@media x{b{top:0}}'))).toBe(
    'a {\n  color:red;\n  content:"{;}"\n}\n@media x {\n  b {\n    top:0\n  }\n}',
  );
});
