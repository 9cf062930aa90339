/**
 * An entry of a HAR file as a record, whoever wrote it: browsers, other proxies, or this program, whose own part then says
 * what HAR has no place for. Everything in it may be missing, of another kind, or made to do harm. Pure.
 */
import { createHash } from 'node:crypto';
import type { ExchangeKind } from '../../contract/exchange.ts';
import { NOTE_MAX } from '../../contract/labels.ts';
import type { ExchangeStart, UpstreamConnection } from '../../contract/observer.ts';
import { hasField } from '../../http/fields.ts';
import { newRecord, type ExchangeRecord } from '../record.ts';
import { errorOf, protocolOf } from './dialects.ts';
import { readMessages } from './read-messages.ts';
import { applyOwn, ownPartOf } from './read-own.ts';
import type { ReadBody, ReadExchange } from './read-exchange.ts';
import { countOf, isObject, known, listOf, numberOf, objectOf, textOf, type Json } from './values.ts';

/** Kept of one body. */
const BODY_MAX_BYTES = 64 * 1024 * 1024;
const URL_MAX_CHARS = 64 * 1024;
const FIELDS_MAX = 1000;

/** Field lines; pseudo-header fields of HTTP/2 are none. Browsers join Set-Cookie with line breaks. */
function fieldsOf(value: unknown): string[] {
  const out: string[] = [];
  for (const item of listOf(value).slice(0, FIELDS_MAX)) {
    const { name, value: raw } = objectOf(item);
    const text = textOf(typeof raw === 'number' ? String(raw) : raw);
    const named = textOf(name, 1024);
    if (named === undefined || named === '' || named.startsWith(':') || text === undefined) continue;
    for (const line of text.split('\n', 200)) out.push(named, line.endsWith('\r') ? line.slice(0, -1) : line);
  }
  return out;
}

/** Fields, and cookies that stand beside them only. */
function withCookies(fields: string[], cookies: unknown, name: 'Cookie' | 'Set-Cookie'): string[] {
  if (hasField(fields, name.toLowerCase())) return fields;
  const found = listOf(cookies)
    .slice(0, FIELDS_MAX)
    .map((item) => ({ name: textOf(objectOf(item)['name'], 4096), value: textOf(objectOf(item)['value']) }))
    .filter((cookie) => cookie.name !== undefined && cookie.value !== undefined)
    .map((cookie) => `${cookie.name}=${cookie.value}`);
  if (found.length === 0) return fields;
  return name === 'Cookie'
    ? [...fields, name, found.join('; ')]
    : [...fields, ...found.flatMap((line) => [name, line])];
}

function bytesOf(text: string, isBase64: boolean): ReadBody {
  const bytes = Buffer.from(text, isBase64 ? 'base64' : 'utf8');
  const isCut = bytes.length > BODY_MAX_BYTES;
  return { bytes: isCut ? bytes.subarray(0, BODY_MAX_BYTES) : bytes, isPlain: true, isCut, dropped: false };
}

/** Longer than any body that is kept, and than a string can be anyway. */
const ANY_LENGTH = Number.MAX_SAFE_INTEGER;

function requestBody(postData: Json): ReadBody | undefined {
  const text = textOf(postData['text'], ANY_LENGTH);
  if (text !== undefined && text !== '') return bytesOf(text, postData['encoding'] === 'base64');
  const params = listOf(postData['params']).map(objectOf);
  // A part that is a file is told by its name only.
  if (params.length === 0 || params.some((param) => param['fileName'] !== undefined)) return undefined;
  const form = new URLSearchParams();
  for (const { name, value } of params) form.append(textOf(name) ?? '', textOf(value) ?? '');
  return bytesOf(form.toString(), false);
}

function responseBody(content: Json): ReadBody | undefined {
  const text = textOf(content['text'], ANY_LENGTH);
  if (text === undefined || text === '') return undefined;
  return bytesOf(text, typeof content['encoding'] === 'string' && content['encoding'].toLowerCase() === 'base64');
}

interface Address {
  host: string;
  path: string;
  port: string;
}

function addressOf(url: string): Address | undefined {
  try {
    const { host, protocol, pathname, search, port } = new URL(url);
    const isSecure = protocol === 'https:' || protocol === 'wss:';
    return {
      host: host === '' ? protocol.slice(0, -1) : host,
      // A data URL is its own content.
      path: host === '' ? pathname.slice(0, 200) : `${pathname}${search}`,
      port: port === '' ? (isSecure ? '443' : '80') : port,
    };
  } catch {
    return undefined;
  }
}

interface Times {
  durationMs: number;
  timing: ExchangeRecord['timing'];
  opened: Pick<UpstreamConnection, 'reused' | 'dnsMs' | 'connectMs' | 'tlsMs'>;
}

/** Moments out of HAR's phases; -1 and nonsense count as phases that were not. */
function timesOf(entry: Json): Times {
  const timings = objectOf(entry['timings']);
  const phase = (name: string): number | undefined => numberOf(timings[name], 0, 1e10);
  const [dns, connect, ssl] = [phase('dns'), phase('connect'), phase('ssl')];
  const before = (phase('blocked') ?? 0) + (dns ?? 0) + Math.max(connect ?? 0, ssl ?? 0);
  const headMs = before + (phase('send') ?? 0) + (phase('wait') ?? 0);
  const sum = headMs + (phase('receive') ?? 0);
  const durationMs = numberOf(entry['time'], 0, 1e10) ?? sum;
  const hasPhases = sum > 0;
  const at = (ms: number): number => Math.min(ms, durationMs);
  return {
    durationMs,
    timing: hasPhases ? { dispatchedMs: at(before), upstreamHeadMs: at(headMs), replyStartMs: at(headMs) } : {},
    opened: {
      reused: connect === undefined || connect === 0,
      ...(dns !== undefined && dns > 0 && { dnsMs: dns }),
      ...(connect !== undefined && connect > 0 && { connectMs: Math.max(0, connect - (ssl ?? 0)) }),
      ...(ssl !== undefined && ssl > 0 && { tlsMs: ssl }),
    },
  };
}

function peerOf(entry: Json, { port }: Address): string | undefined {
  const address = textOf(entry['serverIPAddress'], 100);
  if (address === undefined || !/^[[\]0-9a-f:.]{2,50}$/i.test(address)) return undefined;
  const bare = address.replace(/[[\]]/g, '');
  return bare.includes(':') ? `[${bare}]:${port}` : `${bare}:${port}`;
}

function kindOf(entry: Json, url: string, status: number | undefined, method: string): ExchangeKind {
  if (method === 'CONNECT') return 'tunnel';
  const isSocket =
    /^wss?:/i.test(url) || entry['_resourceType'] === 'websocket' || Array.isArray(entry['_webSocketMessages']);
  return isSocket && (status === 101 || status === undefined || /^wss?:/i.test(url)) ? 'websocket' : 'http';
}

/** Bytes on the wire, as far as they are told. */
function wireBytes(part: Json, body: ReadBody | undefined, fallback: number | undefined): number {
  const told = countOf(part['bodySize']);
  if (told !== undefined && (told > 0 || body === undefined)) return told;
  return body?.bytes.length ?? fallback ?? 0;
}

/** Reads an entry; `previousMs` is its time when it tells none. Throws with words what is wrong with it. */
export function readEntry(raw: unknown, id: number, previousMs: number): ReadExchange {
  if (!isObject(raw)) throw new Error('an entry is no object');
  const request = objectOf(raw['request']);
  const response = objectOf(raw['response']);
  const content = objectOf(response['content']);
  const url = textOf(request['url'], URL_MAX_CHARS);
  const address = url === undefined ? undefined : addressOf(url);
  if (url === undefined || address === undefined) throw new Error('an entry has no URL');
  const method = textOf(request['method'], 64) ?? 'GET';
  const fields = withCookies(fieldsOf(request['headers']), request['cookies'], 'Cookie');
  const protocol = protocolOf(textOf(request['httpVersion'], 64), textOf(response['httpVersion'], 64));
  const status = countOf(response['status'], 999) || undefined;
  const started = Date.parse(textOf(raw['startedDateTime'], 100) ?? '');
  const startedAtMs = Number.isNaN(started) ? previousMs : started;

  const own = ownPartOf(raw['_bsdm']);
  const start: ExchangeStart = {
    kind: kindOf(raw, url, status, method),
    method,
    url,
    host: address.host,
    path: address.path,
    requestTarget: url,
    protocol,
    // Nobody says who asked; nothing at all would be this proxy itself.
    client: '–',
    fields,
    cacheKey: createHash('sha256').update(`${method}:${url}`).digest('hex'),
  };
  const begun = own === undefined ? start : { ...start, ...own.start };
  const record = newRecord(id, begun, own?.startedAtMs ?? startedAtMs);
  const sent = requestBody(objectOf(request['postData']));
  const got = responseBody(content);
  const { durationMs, timing, opened } = timesOf(raw);
  const peer = peerOf(raw, address);
  const error = errorOf(raw, status);
  const note = error.errorText === undefined ? textOf(raw['comment'], NOTE_MAX) : undefined;
  Object.assign(
    record,
    known({
      state: status === undefined ? ('failed' as const) : ('done' as const),
      status,
      statusText: textOf(response['statusText'], 1024) ?? '',
      responseFields: withCookies(fieldsOf(response['headers']), response['cookies'], 'Set-Cookie'),
      requestBytes: wireBytes(request, sent, undefined),
      responseBytes: wireBytes(response, got, countOf(content['size'])),
      durationMs,
      timing,
      connection: peer === undefined ? undefined : { address: peer, ...opened },
      outcome: status === undefined ? ('ERROR' as const) : undefined,
      ...error,
      labels: note ? { note } : undefined,
    }),
  );
  const mimeType = textOf(content['mimeType'], 256);
  const mediaType = mimeType === undefined || mimeType === 'x-unknown' ? undefined : mimeType;
  const bodies = known({ request: sent, response: got });
  if (own === undefined) return { record, bodies, mediaType, messages: readMessages(raw, startedAtMs) };
  return applyOwn(own, { record, bodies, messages: readMessages(raw, startedAtMs, own.messages) });
}

/** What a HAR file says of who wrote it. */
export function creatorOf(member: unknown): string | undefined {
  const { name, version } = objectOf(member);
  const named = textOf(name, 100);
  return named === undefined ? undefined : [named, textOf(version, 60)].filter((part) => part).join(' ');
}
