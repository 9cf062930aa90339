/** One WebSocket of the demo: the shop's price feed, finished a moment ago. */
import type { ExchangeDetail, ExchangeRow } from '../../proxy-core/contract/exchange.ts';
import type { MessageDirection, MessagePage, MessageRow, MessageType } from '../../proxy-core/contract/messages.ts';
import type { MessageQuery } from '../../proxy-core/contract/commands.ts';
import { makeDetail, makeRow } from './builders.ts';

export interface Chat {
  row: ExchangeRow;
  detail: ExchangeDetail;
  page(query: MessageQuery): MessagePage;
  body(n: number): Uint8Array | undefined;
}

const HOST = 'feed.shop.example';
const GOODS = ['kettle', 'lamp', 'teapot', 'chair'] as const;

function payloads(): [MessageDirection, MessageType, string][] {
  const out: [MessageDirection, MessageType, string][] = [['up', 'text', '{"subscribe":["prices","stock"]}']];
  for (let i = 0; i < 24; i++) {
    const item = GOODS[i % GOODS.length];
    out.push(['down', 'text', JSON.stringify({ item, price: 19.9 + i, stock: (i * 7) % 30, at: i })]);
    if (i % 8 === 7) out.push(['down', 'ping', 'alive'], ['up', 'pong', 'alive']);
  }
  out.push(['down', 'binary', '\x00\x01\x02\x03PNG'], ['up', 'close', '\x03\xe8done'], ['down', 'close', '\x03\xe8']);
  return out;
}

/** The exchange and its messages; `atMs` is when it began. */
export function makeChat(id: number, seq: number, atMs: number): Chat {
  const all = payloads();
  const bodies = all.map(([, , text]) => Uint8Array.from(text, (c) => c.charCodeAt(0)));
  const rows = all.map(([direction, type, text], i): MessageRow => {
    const length = text.length;
    return {
      n: i + 1,
      direction,
      type,
      atMs: atMs + 120 + i * 460,
      wireBytes: length,
      bytes: length,
      kept: length,
      frames: 1,
      preview: type === 'text' ? text : Array.from(text, (c) => c.charCodeAt(0).toString(16).padStart(2, '0')).join(''),
      ...(type === 'close' && { close: { code: 1000, reason: direction === 'up' ? 'done' : '' } }),
    };
  });
  const sum = (direction: MessageDirection): number =>
    rows.reduce((bytes, row) => bytes + (row.direction === direction ? row.wireBytes + 2 : 0), 0);
  const row = makeRow({
    id,
    seq,
    state: 'done',
    kind: 'websocket',
    method: 'GET',
    host: HOST,
    path: '/prices',
    url: `http://${HOST}/prices`,
    status: 101,
    outcome: 'BYPASS',
    cacheStatus: 'BYPASS',
    reason: 'upgrade',
    startedAtMs: atMs,
    durationMs: 14_200,
    requestBytes: sum('up'),
    responseBytes: sum('down'),
  });
  delete row.contentType;
  const detail: ExchangeDetail = {
    ...makeDetail(row, {
      requestTarget: row.url,
      responseFields: [
        ['Connection', 'Upgrade'],
        ['Upgrade', 'websocket'],
      ],
      trace: [
        { code: 'upgrade', phase: 'request', result: 'stop', inputs: { upgrade: 'websocket' }, spec: 'RFC 9110 §7.8' },
      ],
    }),
    messages: rows.length,
  };
  return {
    row,
    detail,
    page({ text = '', direction, type, after = 0, offset = 0, limit = 200 }) {
      const found = rows.filter(
        (item) =>
          item.n > after &&
          (direction === undefined || item.direction === direction) &&
          (type === undefined || item.type === type) &&
          (text === '' || (item.type === 'text' && item.preview.toLowerCase().includes(text.toLowerCase()))),
      );
      const page = found.slice(offset, offset + limit);
      return { rows: page, total: found.length, seen: rows.length, dropped: 0, problems: {} };
    },
    body: (n) => bodies[n - 1],
  };
}
