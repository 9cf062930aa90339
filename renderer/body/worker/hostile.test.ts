/** What an origin may send to whoever looks: every way to show a body stays linear in work and output, and nothing throws. */
import { expect, test } from 'vitest';
import { ARRAY, LEAF, parseJson, prettyJson, unquote, type JsonTree } from './json.ts';
import { bodyModes, isTameSvg, type BodyMode } from './kinds.ts';
import { layOutBody, layOutMessages, searchLaid } from './lay-out.ts';
import { countMatches, indexLines, LINE_MAX, MAX_LINES, TextLines } from './lines.ts';
import { prettyCss, prettyMarkup } from './pretty.ts';
import { prettyScript } from './script.ts';
import { chooseCharset, decodeText } from './text.ts';
import { finish, type Work } from './work.ts';

/** Sizes are those that killed a window, or about a quarter of a megabyte. */
const SHAPES: [name: string, body: string][] = [
  ['nothing', ''],
  ['<', '<'.repeat(20_000)],
  ['< and a space', '< '.repeat(100_000)],
  ['>', '>'.repeat(200_000)],
  ['</', '</'.repeat(100_000)],
  ['</>', '</>'.repeat(80_000)],
  ['<>', '<>'.repeat(100_000)],
  ['<a', '<a'.repeat(100_000)],
  ['elements in elements', '<a>'.repeat(80_000)],
  ['elements in elements, closed', '<a>'.repeat(30_000) + '</a>'.repeat(30_000)],
  ['elements that close what is not open', '</a>'.repeat(60_000)],
  ['short text in elements', '<b>x'.repeat(60_000)],
  ['comments unclosed', '<!--'.repeat(70_000)],
  ['comments almost closed', '<!-- --'.repeat(40_000)],
  ['CDATA unclosed', '<![CDATA['.repeat(30_000)],
  ['CDATA almost closed', '<![CDATA[]]'.repeat(25_000)],
  ['declarations unclosed', '<!'.repeat(100_000)],
  ['instructions unclosed', '<?'.repeat(100_000)],
  ['scripts unclosed', '<script>'.repeat(35_000)],
  ['scripts almost closed', `<script>${'</scrip'.repeat(40_000)}`],
  ['scripts closed by a longer name', `<script>${'</scriptx>'.repeat(30_000)}`],
  ['every raw element unclosed', '<pre><style><textarea><script>'.repeat(8_000)],
  ['a tag with a name of 200 kB', `<${'a'.repeat(200_000)}>`],
  ['attributes without end', `<a ${'b="'.repeat(80_000)}`],
  ['tag of spaces', `<a${' '.repeat(200_000)}`],
  ['/ before the end', '<a/'.repeat(80_000)],
  ['{', '{'.repeat(30_000)],
  ['{ of 250 kB', '{'.repeat(250_000)],
  ['}', '}'.repeat(250_000)],
  ['{}', '{}'.repeat(120_000)],
  [';', ';'.repeat(250_000)],
  ['plain style sheet', 'a{color:red}'.repeat(24_000)],
  ['selectors without end', 'a,'.repeat(120_000)],
  ['/* unclosed', '/*'.repeat(120_000)],
  ['/* almost closed', '/* *'.repeat(60_000)],
  ['( unclosed', '('.repeat(250_000)],
  ['{( nested', '{('.repeat(120_000)],
  ['double quotes', '"'.repeat(250_001)],
  ['single quotes', "'".repeat(250_001)],
  ['quote and line feed', '"\n'.repeat(120_000)],
  ['backslashes', '\\'.repeat(250_000)],
  ['a string of escaped quotes', `"${'\\"'.repeat(120_000)}`],
  ['a string of backslashes', `"${'\\'.repeat(250_000)}"`],
  ['[ nested', '['.repeat(5_000) + ']'.repeat(5_000)],
  ['[ nested 250 kB', '['.repeat(250_000)],
  ['objects nested', '{"a":'.repeat(50_000)],
  ['objects nested, closed', `${'{"a":'.repeat(40_000)}1${'}'.repeat(40_000)}`],
  ['wide array', `[${'1,'.repeat(120_000)}1]`],
  ['wide array of arrays', `[${'[],'.repeat(80_000)}[]]`],
  ['wide object', `{${Array.from({ length: 20_000 }, (_, n) => `"k${n}":${n}`).join(',')}}`],
  ['one name many times', `{${'"__proto__":{},'.repeat(15_000)}"constructor":1}`],
  ['colons', ':'.repeat(250_000)],
  ['commas', ','.repeat(250_000)],
  ['[,', '[,'.repeat(120_000)],
  ['a number of 250 kB', '1'.repeat(250_000)],
  ['numbers almost', `[${'1e'.repeat(120_000)}`],
  ['minus signs', '-'.repeat(250_000)],
  ['truncated JSON', '{"list":[{"id":1,"name":"on'],
  ['truncated within a literal', '[true,fal'],
  ['truncated after a backslash', '["\\'],
  ['lines of nothing', '\n'.repeat(250_000)],
  ['carriage returns', '\r'.repeat(250_000)],
  ['spaces', ' '.repeat(250_000)],
  ['tabs and line feeds', '\t\n'.repeat(120_000)],
  ['one line of 1 MB', 'x'.repeat(1_000_000)],
  ['one line of 1 MB in two units a character', '😀'.repeat(250_000)],
  ['NULs', '\0'.repeat(250_000)],
  ['lone surrogates', '\ud800'.repeat(100_000)],
  ['surrogates the wrong way round', '\udc00\ud800'.repeat(60_000)],
  ['letters that grow in lower case', 'İ'.repeat(120_000)],
  ['line separators', '\u2028\u2029'.repeat(60_000)],
  ['marks upon marks', `a${'\u0300'.repeat(100_000)}`],
  ['right to left overrides', '\u202e'.repeat(80_000)],
  ['&', '&'.repeat(250_000)],
  ['fields of a form', 'a&'.repeat(120_000)],
  ['broken percent signs', '%'.repeat(250_000)],
  ['= signs', '='.repeat(250_000)],
  ['a bit of each', '<a>{"[(/*<!--\\\'&;,:'.repeat(14_000)],
];

/** Counts the places where work can be put off; work without any is bounded by what one step may do. */
function counted<T>(work: Work<T>): { value: T; steps: number } {
  for (let steps = 0; ; steps++) {
    const step = work.next();
    if (step.done === true) return { value: step.value, steps };
  }
}

const PRINTERS: [name: string, print: (source: string) => Work<string>][] = [
  ['markup', prettyMarkup],
  ['style sheet', prettyCss],
  ['JSON', prettyJson],
];

test('there are enough hostile shapes', () =>
  expect(new Set(SHAPES.map(([name]) => name)).size).toBeGreaterThanOrEqual(50));

test.each(SHAPES)('%s: printed as markup, style sheet and JSON it stays below four times its length', (_name, body) => {
  for (const [, print] of PRINTERS) {
    const { value, steps } = counted(print(body));
    expect(value.length).toBeLessThanOrEqual(4 * body.length + 4096);
    expect(steps).toBeLessThanOrEqual(body.length / 500 + 2);
    // Nothing that can be seen is lost or made up.
    const seen = (text: string): string => text.replace(/\s/g, '');
    expect(seen(value) === seen(body)).toBe(true);
  }
});

test.each(SHAPES)('%s: its lines are bounded and hold all of it', (_name, body) => {
  const lines = new TextLines(finish(indexLines(body)));
  let held = 0;
  let longest = 0;
  for (let index = 0; index < lines.count; index++) {
    const { length } = lines.at(index);
    held += length;
    longest = Math.max(longest, length);
  }
  expect(longest).toBeLessThanOrEqual(LINE_MAX);
  expect(held).toBe(body.length - (body.match(/\n/g)?.length ?? 0));
});

const MODES: BodyMode[] = [
  'json',
  'documents',
  'jwt',
  'graphql',
  'parts',
  'events',
  'pretty',
  'form',
  'image',
  'text',
  'hex',
];

test.each(SHAPES)('%s: shown and searched in every way, as any type, without a throw', (_name, body) => {
  const bytes = new TextEncoder().encode(body);
  for (const type of [
    'text/html',
    'text/css',
    'application/json',
    'image/svg+xml',
    'application/x-www-form-urlencoded',
    '',
  ])
    bodyModes(type, bytes);
  for (const mode of ['protobuf', 'grpc'] as const) finish(layOutMessages(bytes, mode, false));
  if (body.length <= 250_000) expect(prettyScript(body.slice(0, 20_000)).length).toBeLessThan(500_000);
  for (const mode of MODES) {
    for (const searching of [false, true]) {
      const laid = finish(layOutBody(body, mode, mode === 'pretty' ? 'text/html' : '', searching));
      if (searching) finish(searchLaid(laid, body.slice(0, 1) || 'x'));
      if (laid.kind === 'form') expect(laid.pairs.length).toBeLessThanOrEqual(500);
    }
  }
});

test.each(SHAPES.filter(([, body]) => body.length < 300_000))(
  '%s: the tree of JSON agrees with the platform on what is JSON',
  (_name, body) => {
    const { kind } = finish(parseJson(body));
    let valid = true;
    try {
      JSON.parse(body);
    } catch {
      valid = false;
    }
    // More nodes than a tree may have are printed as lines, valid or not.
    if (kind !== 'cut') expect(kind === 'tree').toBe(valid);
  },
);

/** The value a node stands for. */
function valueOf(tree: JsonTree, node = 0): unknown {
  const raw = tree.text.slice(tree.starts[node], tree.ends[node]);
  if (tree.kinds[node] === LEAF) return JSON.parse(raw) as unknown;
  const members: [string, unknown][] = [];
  for (let at = node + 1; at < tree.nexts[node]!; at = tree.nexts[at]!) {
    expect([tree.parents[at], tree.places[at]]).toEqual([node, members.length]);
    members.push([unquote(tree.text.slice(tree.nameStarts[at], tree.nameEnds[at])), valueOf(tree, at)]);
  }
  expect(tree.counts[node]).toBe(members.length);
  expect(JSON.parse(raw)).toBeTruthy();
  return tree.kinds[node] === ARRAY ? members.map(([, value]) => value) : Object.fromEntries(members);
}

test.each([
  '1',
  '"a\\u0041\\\\"',
  'null',
  ' [ ] ',
  '{"a":[1,-2.5e3,true,{"b":null}],"":""}',
  '[[],{},[{}],""]',
  '{"a":{"b":{"c":[0]}}}',
])('%s is read and printed as the platform does', (text) => {
  const outcome = finish(parseJson(text));
  expect(outcome.kind === 'tree' && valueOf(outcome.tree)).toEqual(JSON.parse(text));
  expect(JSON.parse(finish(prettyJson(text)))).toEqual(JSON.parse(text));
});

test.each([
  '{]',
  '[1 2]',
  '[1,]',
  '{"a"}',
  '{"a":1,}',
  '{a:1}',
  '01',
  '+1',
  '1.',
  'nul',
  'tru e',
  '[1]x',
  '}',
  ']',
  '{"a" "b"}',
  "['a']",
  ',',
  '1.e5',
  '--1',
])('%s is no JSON', (text) => {
  expect((): unknown => JSON.parse(text)).toThrow();
  // Cut off is what could still become JSON; nothing here is a tree.
  expect(finish(parseJson(text)).kind).not.toBe('tree');
});

test('JSON that was cut off is printed as far as it goes; long numbers and repeated names stay', () => {
  expect(finish(parseJson('{"list":[{"id":1,"name":"on')).kind).toBe('cut');
  expect(finish(prettyJson('{"list":[{"id":1,"name":"on'))).toBe(
    '{\n  "list": [\n    {\n      "id": 1,\n      "name": "on',
  );
  expect(finish(prettyJson('{"id":12345678901234567890,"id":1e400,"e":{ }}'))).toBe(
    '{\n  "id": 12345678901234567890,\n  "id": 1e400,\n  "e": {}\n}',
  );
});

test('a search counts matches in the lines, across the cut of a long one, without regard to case', () => {
  const text = `${'x'.repeat(LINE_MAX - 2)}NeedleY\nneedle needle\nnee\ndle`;
  const found = finish(countMatches(new TextLines(finish(indexLines(text))), 'needle'));
  expect(found).toEqual({ count: 3, lines: [0, 2] });
  expect(finish(countMatches(new TextLines(finish(indexLines('a\nb\nB'))), 'b'))).toEqual({ count: 2, lines: [1, 2] });
  expect(finish(countMatches(new TextLines(finish(indexLines('abc'))), ''))).toEqual({ count: 0, lines: [] });
});

test('a surrogate pair is not cut in two', () => {
  const lines = new TextLines(finish(indexLines(`x${'😀'.repeat(LINE_MAX)}`)));
  for (let index = 0; index < lines.count; index++)
    expect(lines.at(index)).not.toMatch(/[\ud800-\udbff]$|^[\udc00-\udfff]/);
});

test('more lines than a page can hold are left out, and that is said', () => {
  const lines = new TextLines(finish(indexLines('\n'.repeat(MAX_LINES + 5))));
  expect([lines.count, lines.cut]).toEqual([MAX_LINES, true]);
  const just = new TextLines(finish(indexLines('\n'.repeat(MAX_LINES - 1))));
  expect([just.count, just.cut]).toEqual([MAX_LINES, false]);
});

test('bytes that are no UTF-8 become replacement characters, also across steps', () => {
  const bytes = new Uint8Array(300_000).map((_, index) => [0xff, 0xe2, 0x82, 0xc0, 0x80][index % 5] ?? 0);
  expect(finish(decodeText(bytes, chooseCharset(bytes, 'text/plain', undefined)))).toContain('\ufffd');
});

test('a drawing that unfolds without bound is shown as text', () => {
  const levels = Array.from(
    { length: 30 },
    (_, n) => `<g id="l${n + 1}"><use href="#l${n}"/><use href="#l${n}"/></g>`,
  ).join('');
  const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
  expect(isTameSvg(bytes(`<svg xmlns="http://www.w3.org/2000/svg"><path id="l0"/>${levels}</svg>`))).toBe(false);
  expect(isTameSvg(bytes('<!DOCTYPE svg [<!ENTITY a "b">]><svg>&a;</svg>'))).toBe(false);
  expect(isTameSvg(bytes('<svg><defs><path id="a"/></defs><use href="#a"/><use href="#a"/></svg>'))).toBe(true);
  expect(bodyModes('image/svg+xml', bytes(`<svg>${levels}</svg>`))).toEqual(['pretty', 'text', 'hex']);
  // Browsers read what the mark at its beginning says.
  const wide = Uint8Array.from(`\ufeff<svg>${levels}</svg>`, (char) => char.charCodeAt(0)).length;
  const utf16 = new Uint8Array(
    new Uint16Array(Array.from({ length: wide }, (_, n) => `\ufeff<svg>${levels}</svg>`.charCodeAt(n))).buffer,
  );
  expect(bodyModes('image/svg+xml', utf16, chooseCharset(utf16, 'image/svg+xml', undefined))).not.toContain('image');
});
