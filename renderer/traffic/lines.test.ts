import { expect, test } from 'vitest';
import { makeRow } from '../demo/builders.ts';
import { timingBars } from '../explain/TimingTab.tsx';
import { arrangeColumns, COLUMN_IDS, orderOf } from './columns.ts';
import { connectLines } from './connect-lines.ts';
import { toCurl } from './curl.ts';
import { sizeText } from './cells.tsx';
import { shortType } from './short-type.ts';
import { sumRows } from './Summary.tsx';

const row = (overrides: Parameters<typeof makeRow>[0]) => ({ ...makeRow(overrides), key: overrides?.id ?? 1 });

test('a request as curl: quoted for the shell, without what curl writes itself', () => {
  expect(
    toCurl({
      method: 'POST',
      url: 'http://a.example/x?y=1&z=2',
      fields: [['Host', 'a.example'], ['X-Note', "it's"], ['Accept-Encoding', 'gzip'], ['Content-Length', '5']],
      body: 'a=b c',
    }),
  ).toBe(`curl 'http://a.example/x?y=1&z=2' -H 'X-Note: it'\\''s' --compressed --data-binary 'a=b c'`);
  expect(toCurl({ method: 'DELETE', url: 'http://a.example/', fields: [] })).toBe('curl -X DELETE http://a.example/');
  expect(toCurl({ method: 'HEAD', url: 'http://a.example/', fields: [] })).toBe('curl --head http://a.example/');
});

test('connect lines name the address; one that listens everywhere is reached as loopback', () => {
  expect(connectLines('127.0.0.1:1488').map(({ line }) => line)).toSatisfy((lines: string[]) => lines.every((line) => line.includes('127.0.0.1:1488')));
  expect(connectLines('0.0.0.0:9000')[0]?.line).toBe('curl -x http://127.0.0.1:9000 http://example.com/');
});

test('columns keep the person’s order; new ones stand at the end; sorting by start costs nothing', () => {
  const arranged = arrangeColumns([{ id: 'size', shown: true, width: 99 }, { id: 'gone', shown: true, width: 50 }, { id: 'mark', shown: false, width: 28 }]);
  expect(arranged.map(({ id }) => id).slice(0, 3)).toEqual(['size', 'mark', 'outcome']);
  expect(arranged).toHaveLength(COLUMN_IDS.length);
  expect(orderOf({ column: 'started', descending: true })).toEqual({ compare: null, descending: true });
  expect(orderOf({ column: 'no-such', descending: true }).compare).toBeNull();
});

test('types and sizes as people call them', () => {
  expect(['text/html', 'application/javascript', 'image/svg+xml', 'application/vnd.api+json', 'application/octet-stream', undefined].map(shortType)).toEqual(['html', 'js', 'xml', 'json', 'binary', '']);
  expect(sizeText(row({ method: 'CONNECT', requestBytes: 2048, responseBytes: 1_572_864 }))).toBe('↑2K ↓1.5M');
});

test('several rows in sum', () => {
  const sum = sumRows([row({ id: 1, cacheStatus: 'HIT', startedAtMs: 1000, durationMs: 5, responseBytes: 10 }), row({ id: 2, host: 'b.example', startedAtMs: 3000, durationMs: 500, responseBytes: 20 })]);
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
