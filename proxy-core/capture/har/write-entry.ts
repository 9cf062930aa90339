/** One captured exchange as an entry of a HAR file. Pure: its record, and what was kept of its bodies and messages, are given. */
import { mediaTypeOf, isTextType } from '../../contract/media-types.ts';
import type { MessageRow, MessageType } from '../../contract/messages.ts';
import { getField } from '../../http/fields.ts';
import type { BodySide, ExchangeRecord, Fields } from '../record.ts';
import type { HarEntry, HarMessage, HarPair, OwnPart } from './format.ts';

/** What is kept of a body. */
export interface WrittenBody {
  sent: Uint8Array;
  /** Without its codings; undefined where they could not be undone. */
  plain: Uint8Array | undefined;
  /** It was kept once, and let go to make room. */
  dropped: boolean;
}

export interface WrittenMessages {
  seen: number;
  dropped: number;
  problems: { up?: string; down?: string };
  list: { row: MessageRow; payload: Uint8Array }[];
}

export interface WrittenExchange {
  record: ExchangeRecord;
  sessionId: string;
  bodies: Partial<Record<BodySide, WrittenBody>>;
  messages?: WrittenMessages | undefined;
  /** Secrets are blanked: the bytes as sent, which may hold them in a coding, stay out. */
  blanked: boolean;
}

const OPCODES: Record<MessageType, number> = { text: 1, binary: 2, close: 8, ping: 9, pong: 10 };

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** The text of bytes that are UTF-8, so that the same bytes come of it again; undefined for others. */
export function exactText(bytes: Uint8Array): string | undefined {
  try {
    return utf8.decode(bytes);
  } catch {
    return undefined;
  }
}

const base64 = (bytes: Uint8Array): string =>
  Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('base64');

/** Field lines as HAR has them. */
function pairs(fields: Fields): HarPair[] {
  const out: HarPair[] = [];
  for (let i = 0; i < fields.length; i += 2) out.push({ name: fields[i]!, value: fields[i + 1]! });
  return out;
}

/** Parameters of a query, percent-escapes undone where they can be. */
function queryOf(url: string): HarPair[] {
  const at = url.indexOf('?');
  if (at < 0) return [];
  return [...new URLSearchParams(url.slice(at + 1).split('#', 1)[0])].map(([name, value]) => ({ name, value }));
}

function cookiePair(text: string): HarPair {
  const at = text.indexOf('=');
  return at < 0
    ? { name: '', value: text.trim() }
    : { name: text.slice(0, at).trim(), value: text.slice(at + 1).trim() };
}

function cookiesOf(fields: Fields, name: 'cookie' | 'set-cookie'): HarPair[] {
  const out: HarPair[] = [];
  for (let i = 0; i < fields.length; i += 2) {
    if (fields[i]!.toLowerCase() !== name) continue;
    const parts = fields[i + 1]!.split(';');
    for (const part of name === 'cookie' ? parts : parts.slice(0, 1))
      if (part.trim() !== '') out.push(cookiePair(part));
  }
  return out;
}

const round = (ms: number): number => Math.round(ms * 1000) / 1000;

/** Where the time went, so that the parts make up the whole (`blocked` first, `receive` last). */
function timingsOf({ timing, durationMs = 0, connection }: ExchangeRecord): HarEntry['timings'] {
  const { dispatchedMs, upstreamHeadMs, replyStartMs } = timing;
  const dns = connection?.dnsMs ?? -1;
  const ssl = connection?.tlsMs ?? -1;
  const connect = connection?.connectMs === undefined ? -1 : connection.connectMs + Math.max(0, ssl);
  const opened = Math.max(0, dns) + Math.max(0, connect);
  const blocked = Math.max(0, (dispatchedMs ?? opened) - opened);
  const answeredMs = upstreamHeadMs ?? replyStartMs ?? durationMs;
  const wait = Math.max(0, answeredMs - blocked - opened);
  const receive = Math.max(0, durationMs - blocked - opened - wait);
  return {
    blocked: round(blocked),
    dns: round(dns),
    connect: round(connect),
    ssl: round(ssl),
    send: 0,
    wait: round(wait),
    receive: round(receive),
  };
}

const iso = (ms: number): string => {
  const time = new Date(ms);
  return Number.isNaN(time.getTime()) ? new Date(0).toISOString() : time.toISOString();
};

/** What is known of the stored response, as HAR asks for it. */
function cacheOf(record: ExchangeRecord): HarEntry['cache'] {
  const { cacheStatus, entryId, startedAtMs, durationMs = 0, ttlSeconds, reason } = record;
  if (cacheStatus === undefined) return {};
  const comment = reason === undefined ? {} : { comment: `${record.outcome ?? cacheStatus}: ${reason}` };
  const endMs = startedAtMs + durationMs;
  const state = (atMs: number, hitCount: number) => ({
    ...(ttlSeconds !== undefined && { expires: iso(endMs + ttlSeconds * 1000) }),
    lastAccess: iso(atMs),
    eTag: getField(record.responseFields, 'etag') ?? '',
    hitCount,
  });
  if (cacheStatus === 'HIT') return { beforeRequest: state(startedAtMs, 1), afterRequest: state(endMs, 1), ...comment };
  if (cacheStatus === 'MISS' && entryId !== undefined) return { afterRequest: state(endMs, 0), ...comment };
  return { afterRequest: null, ...comment };
}

function textual(contentType: string | undefined): boolean {
  const type = mediaTypeOf(contentType);
  return type === undefined || isTextType(type);
}

/** The address without its port. */
function addressOf(address: string): string | undefined {
  const match = /^(?:\[([0-9a-f:.]+)\]|(\d+\.\d+\.\d+\.\d+))(?::\d+)?$/i.exec(address);
  return match?.[1] ?? match?.[2];
}

function contentOf(record: ExchangeRecord, body: WrittenBody | undefined): HarEntry['response']['content'] {
  const contentType = getField(record.responseFields, 'content-type');
  const mimeType = contentType ?? 'x-unknown';
  if (body === undefined || body.dropped)
    return {
      size: record.responseBytes,
      mimeType,
      ...(record.responseBytes > 0 && { comment: body?.dropped === true ? 'let go to make room' : 'not captured' }),
    };
  const bytes = body.plain ?? body.sent;
  const text = textual(contentType) ? exactText(bytes) : undefined;
  const isCut = body.sent.length < record.responseBytes;
  const saved = bytes.length - body.sent.length;
  return {
    size: bytes.length,
    ...(saved > 0 && { compression: saved }),
    mimeType,
    ...(text === undefined ? { text: base64(bytes), encoding: 'base64' as const } : { text }),
    ...(isCut && { comment: `the first ${body.sent.length} of ${record.responseBytes} bytes` }),
  };
}

function messagesOf(messages: WrittenMessages): { list: HarMessage[]; own: OwnPart['messages'] } {
  return {
    list: messages.list.map(({ row, payload }) => {
      const text = row.type === 'text' ? exactText(payload) : undefined;
      return {
        type: row.direction === 'up' ? 'send' : 'receive',
        time: row.atMs / 1000,
        opcode: OPCODES[row.type],
        data: text ?? base64(payload),
        ...(text === undefined && { _base64: true as const }),
      };
    }),
    own: {
      seen: messages.seen,
      dropped: messages.dropped,
      problems: messages.problems,
      rows: messages.list.map(({ row: { n, wireBytes, bytes, frames, compressed, note, close } }) => ({
        n,
        wireBytes,
        ...(bytes !== undefined && { bytes }),
        frames,
        ...(compressed && { compressed }),
        ...(note && { note }),
        ...(close && { close }),
      })),
    },
  };
}

/** The bytes as sent, where the standard part of an entry does not hold the same. */
function sentBeside(body: WrittenBody | undefined, isHeld: boolean, blanked: boolean): string | undefined {
  return body === undefined || body.dropped || isHeld || blanked ? undefined : base64(body.sent);
}

function ownPart({ record, sessionId, bodies, blanked }: WrittenExchange, postText: string | undefined): OwnPart {
  const { start, responseFields: _, status: __, statusText: ___, ...rest } = record;
  const { fields: ____, method: _____, url: ______, peer, secret: _______, ...begun } = start;
  const { request, response } = bodies;
  const requestBody = sentBeside(request, postText !== undefined, blanked);
  const responseBody = sentBeside(response, response?.plain === response?.sent, blanked);
  const dropped = (['request', 'response'] as const).filter((side) => bodies[side]?.dropped === true);
  return {
    version: 1,
    session: sessionId,
    start: { ...begun, ...(peer?.program && { program: peer.program }) },
    record: rest,
    ...(requestBody !== undefined && { requestBody }),
    ...(responseBody !== undefined && { responseBody }),
    ...(blanked && { blanked }),
    ...(dropped.length > 0 && { dropped }),
  };
}

/** The entry of an exchange. */
export function harEntry(exchange: WrittenExchange): HarEntry {
  const { record, bodies } = exchange;
  const { start, connection } = record;
  const request = bodies.request?.dropped === false ? bodies.request : undefined;
  // With the codings undone it would be another body than the one that was sent.
  const postText = request && exactText(exchange.blanked ? (request.plain ?? request.sent) : request.sent);
  const messages = exchange.messages && messagesOf(exchange.messages);
  const address = connection && addressOf(connection.address);
  const comment = record.labels?.note ?? record.errorText;
  return {
    startedDateTime: iso(record.startedAtMs),
    time: round(record.durationMs ?? 0),
    request: {
      method: start.method,
      url: start.url,
      httpVersion: start.protocol,
      cookies: cookiesOf(start.fields, 'cookie'),
      headers: pairs(start.fields),
      queryString: queryOf(start.url),
      ...(request && {
        postData: {
          mimeType: getField(start.fields, 'content-type') ?? '',
          text: postText ?? '',
          params: [],
          ...(postText === undefined && { comment: 'no text: the bytes are in _bsdm' }),
        },
      }),
      headersSize: -1,
      bodySize: record.requestBytes,
    },
    response: {
      status: record.status ?? 0,
      statusText: record.statusText,
      httpVersion: start.protocol,
      cookies: cookiesOf(record.responseFields, 'set-cookie'),
      headers: pairs(record.responseFields),
      content: contentOf(record, bodies.response),
      redirectURL: getField(record.responseFields, 'location') ?? '',
      headersSize: -1,
      bodySize: record.responseBytes,
    },
    cache: cacheOf(record),
    timings: timingsOf(record),
    ...(address !== undefined && { serverIPAddress: address }),
    ...(comment !== undefined && { comment }),
    ...(messages && { _webSocketMessages: messages.list }),
    _bsdm: { ...ownPart(exchange, postText), ...(messages?.own && { messages: messages.own }) },
  };
}
