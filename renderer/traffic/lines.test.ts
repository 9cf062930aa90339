import { expect, test } from 'vitest';
import { makeRow } from '../demo/builders.ts';
import { timingBars } from '../explain/TimingTab.tsx';
import { arrangeColumns, COLUMN_IDS, orderOf } from './columns.ts';
import { toCurl } from './curl.ts';
import { fieldMeaning } from '../explain/field-words.ts';
import { en } from '../i18n/en.ts';
import { cell, sizeText } from './cells.tsx';
import { activeChips, hasTerm, quoteValue, setTerm, toggleTerm } from '../../proxy-core/contract/filter/edit.ts';
import { parseFilter } from '../../proxy-core/contract/filter/parse.ts';
import { TRAFFIC } from '../../proxy-core/contract/filter/scopes.ts';
import { growTree, partsOf } from './tree/tree.ts';
import { shortType } from '../../proxy-core/contract/filter/short-type.ts';
import { sumRows } from './Summary.tsx';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const row = (overrides: Parameters<typeof makeRow>[0]) => ({ ...makeRow(overrides), key: overrides?.id ?? 1 });

test('a request as curl: quoted for the shell, without what curl writes itself', () => {
  expect(
    toCurl({
      method: 'POST',
      url: 'http://a.example/x?y=1&z=2',
      fields: [
        ['Host', 'a.example'],
        ['X-Note', "it's"],
        ['Accept-Encoding', 'gzip'],
        ['Content-Length', '5'],
      ],
      body: bytesOf('a=b c'),
    }),
  ).toBe(`curl 'http://a.example/x?y=1&z=2' -H 'X-Note: it'\\''s' --compressed --data-binary 'a=b c'`);
  expect(toCurl({ method: 'DELETE', url: 'http://a.example/', fields: [] })).toBe('curl -X DELETE http://a.example/');
  // A method may hold signs that mean something to a shell; a body may look like the name of a file.
  expect(toCurl({ method: '`id`', url: 'http://a.example/[1-9]', fields: [] })).toBe(
    "curl -X '`id`' --globoff 'http://a.example/[1-9]'",
  );
  expect(toCurl({ method: 'POST', url: 'http://a.example/', fields: [], body: bytesOf('@/etc/passwd') })).toBe(
    'curl http://a.example/ --data-raw @/etc/passwd',
  );
  expect(toCurl({ method: 'HEAD', url: 'http://a.example/', fields: [] })).toBe('curl --head http://a.example/');
});

/** What a POSIX shell makes of the body in a line: the last argument, or what `base64 -d` is given. */
function bodyIn(line: string): Uint8Array {
  const packed = /^printf %s '([^']*)' \| base64 -d \| curl .* --data-binary @-$/.exec(line)?.[1];
  if (packed !== undefined) return Uint8Array.from(atob(packed), (char) => char.charCodeAt(0));
  const argument = line.slice(line.lastIndexOf(line.includes(' --data-raw ') ? '--data-raw ' : '--data-binary '));
  const text = argument.slice(argument.indexOf(' ') + 1);
  return bytesOf(text.startsWith("'") ? text.slice(1, -1).replaceAll(`'\\''`, `'`) : text);
}

test.each([
  ['text', bytesOf('a=b c')],
  ['a leading @ and quotes', bytesOf(`@x 'y' "z" $HOME \\ !`)],
  ['lines', bytesOf('a\nb\r\n')],
  ['NUL', new Uint8Array([97, 0, 98])],
  ['bytes that are no text', Uint8Array.from({ length: 256 }, (_, byte) => byte)],
  ['a byte order mark', new Uint8Array([0xef, 0xbb, 0xbf, 97])],
  ['a lone half of UTF-8', new Uint8Array([0xc3])],
])('a body of %s goes through the shell as it was sent', (_name, body) => {
  const line = toCurl({ method: 'POST', url: 'http://a.example/{x}[1-3]?a={b}', fields: [], body });
  expect(line).toContain("--globoff 'http://a.example/{x}[1-3]?a={b}'");
  expect(bodyIn(line), line).toEqual(body);
  expect(line.includes(' --data-binary @') && !line.startsWith('printf')).toBe(false);
});

const WORST = [
  'a',
  '/',
  'x-',
  'vnd.',
  '+',
  "'",
  '"',
  ' ',
  '\\',
  '*',
  '%',
  '(',
  '[',
  '\0',
  '\ud800',
  'é',
  '\t',
  ';',
  '.',
  '-',
].map((unit): [string, string] => [unit, unit.repeat(Math.ceil(65_536 / unit.length))]);

test.each(WORST)(
  '64 KiB of %j in a URL, a type or a field: everything that draws or copies them is done, and cells stay short',
  (_unit, long) => {
    const made = row({ host: long, path: `/${long}`, contentType: `application/${long}`, method: long, client: long });
    for (const id of COLUMN_IDS) {
      const drawn = cell(id, made, false, en);
      if (typeof drawn === 'string' && id !== 'client') expect(drawn.length).toBeLessThanOrEqual(501);
    }
    expect(fieldMeaning(long, 'en')).toBeUndefined();
    expect(partsOf(`/${long}/x?${long}`)[0]?.startsWith('/')).toBe(true);
    expect(
      toCurl({ method: long, url: `http://a.example/${long}`, fields: [[long, long]], body: bytesOf(long) }).includes(
        'curl',
      ),
    ).toBe(true);
    const line = setTerm(`host:${long} path:"${long}`, 'host', long, '=');
    for (const change of [toggleTerm(line, `-host=${quoteValue(long)}`), setTerm(line, 'path', long)])
      parseFilter(change, TRAFFIC);
    expect(hasTerm(line, long)).toBeTypeOf('boolean');
    expect(activeChips(line)).toEqual([]);
    expect(growTree((visit) => visit(made), 'host', new Set()).nodes).toHaveLength(1);
  },
);

test('columns keep the person’s order; new ones stand at the end; sorting by start costs nothing', () => {
  const arranged = arrangeColumns([
    { id: 'size', shown: true, width: 99 },
    { id: 'gone', shown: true, width: 50 },
    { id: 'mark', shown: false, width: 28 },
  ]);
  expect(arranged.map(({ id }) => id).slice(0, 3)).toEqual(['size', 'mark', 'tls']);
  expect(arranged).toHaveLength(COLUMN_IDS.length);
  expect(orderOf({ column: 'started', descending: true })).toEqual({ compare: null, descending: true });
  expect(orderOf({ column: 'no-such', descending: true }).compare).toBeNull();
});

test('types and sizes as people call them', () => {
  expect(
    [
      'text/html',
      'application/javascript',
      'image/svg+xml',
      'application/vnd.api+json',
      'application/octet-stream',
      undefined,
    ].map(shortType),
  ).toEqual(['html', 'js', 'svg', 'json', 'binary', '']);
  expect(sizeText(row({ kind: 'tunnel', method: 'CONNECT', requestBytes: 2048, responseBytes: 1_572_864 }))).toBe(
    '↑2K ↓1.5M',
  );
});

test('several rows in sum', () => {
  const sum = sumRows([
    row({ id: 1, cacheStatus: 'HIT', startedAtMs: 1000, durationMs: 5, responseBytes: 10 }),
    row({ id: 2, host: 'b.example', startedAtMs: 3000, durationMs: 500, responseBytes: 20 }),
  ]);
  expect(sum).toEqual({ count: 2, bytes: 30, hosts: 2, hits: 1, answered: 2, spanMs: 2500 });
});

test('timing is cut into phases that happened', () => {
  expect(timingBars({ decidedMs: 0.2, replyStartMs: 0.4, endMs: 1 })).toEqual([
    { phase: 'lookup', fromMs: 0, toMs: 0.2 },
    { phase: 'reply', fromMs: 0.2, toMs: 0.4 },
    { phase: 'download', fromMs: 0.4, toMs: 1 },
  ]);
  expect(timingBars({})).toEqual([]);
  expect(timingBars({ decidedMs: 1, dispatchedMs: 10, dnsMs: 2, connectMs: 3, tlsMs: 4, upstreamHeadMs: 12 })).toEqual([
    { phase: 'lookup', fromMs: 0, toMs: 1 },
    { phase: 'dns', fromMs: 1, toMs: 3 },
    { phase: 'connect', fromMs: 3, toMs: 6 },
    { phase: 'tls', fromMs: 6, toMs: 10 },
    { phase: 'waiting', fromMs: 10, toMs: 12 },
  ]);
  // Clocks of two places may differ by a hair: no phase begins before the one before it ended.
  expect(timingBars({ decidedMs: 5, dispatchedMs: 6, dnsMs: 2, connectMs: 3 })).toEqual([
    { phase: 'lookup', fromMs: 0, toMs: 5 },
    { phase: 'connect', fromMs: 5, toMs: 6 },
  ]);
});
