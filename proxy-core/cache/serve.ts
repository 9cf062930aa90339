/**
 * Makes the reply to a request from a stored response (RFC 9111 §4.2.3, §4.3.2, RFC 9110 §14): Age, the client's own
 * conditions, HEAD, one or several ranges. The parts are views into the store.
 */
import { randomUUID } from 'node:crypto';
import { ifRangeHolds, isNotModified, type Validators } from '../http/conditionals.ts';
import { parseHttpDate } from '../http/dates.ts';
import { hasField, withoutFields, type FieldList } from '../http/fields.ts';
import { formatContentRange, parseRange, type ByteSpan } from '../http/ranges.ts';
import type { Head } from '../http/head.ts';
import { isDate } from '../contract/explain/texts.ts';
import type { CacheRequest, ReplyMade, ServedReply } from './plan.ts';
import type { StoredEntry } from './store/stored-entry.ts';

/** Describe the content of a 200 and say nothing in a 304 (RFC 9110 §15.4.5). */
const NOT_IN_304: ReadonlySet<string> = new Set([
  'content-length',
  'content-type',
  'content-encoding',
  'content-language',
  'content-range',
  'content-md5',
  'content-digest',
]);
const RANGE_MADE: ReadonlySet<string> = new Set(['content-length', 'content-range']);
const MULTIPART_MADE: ReadonlySet<string> = new Set([...RANGE_MADE, 'content-type']);
/** Statuses that never have content. */
const NO_CONTENT: ReadonlySet<number> = new Set([204, 205, 304]);

const NO_PARTS: readonly Uint8Array[] = [];

export function buildReply(entry: StoredEntry, request: CacheRequest, nowMs: number): ServedReply {
  const ageSeconds = Math.max(0, Math.floor((nowMs - entry.bornAtMs) / 1000));
  const ttlSeconds = Math.floor((entry.bornAtMs + entry.lifetimeSeconds * 1000 - nowMs) / 1000);
  const narrowed = request.head.hasConditionOrRange ? buildNarrowed(entry, request, nowMs) : undefined;
  // Of a response to HEAD the origin's own Content-Length is kept; it has no content here.
  const isSized = narrowed === undefined && !entry.headOnly && !NO_CONTENT.has(entry.status);
  const added = isSized
    ? ['Content-Length', String(entry.bodyBytes), 'Age', String(ageSeconds)]
    : ['Age', String(ageSeconds)];
  const isEmpty = request.method === 'HEAD' || entry.bodyBytes === 0;
  return {
    entry,
    status: narrowed?.status ?? entry.status,
    statusText: narrowed?.statusText ?? entry.statusText,
    fields: (narrowed?.fields ?? entry.fields).concat(added),
    begin: narrowed === undefined && !hasField(entry.fields, 'x-cache-status') ? entry : undefined,
    parts: narrowed?.parts ?? (isEmpty ? NO_PARTS : [entry.body]),
    ageSeconds,
    ttlSeconds,
    made: narrowed?.made ?? (request.head.hasConditionOrRange ? madeWhole(entry, request, nowMs) : undefined),
  };
}

/** The 304, 206 or 416 that the client's own conditions and ranges ask for; undefined when it is to get the whole. */
function buildNarrowed(
  entry: StoredEntry,
  { head: asked, method }: CacheRequest,
  nowMs: number,
): NarrowedReply | undefined {
  if (entry.status < 200 || entry.status > 299) return undefined;
  const validators = validatorsOf(entry, nowMs);
  if (isNotModified(asked, validators, nowMs))
    return {
      status: 304,
      statusText: 'Not Modified',
      fields: withoutFields(entry.fields, NOT_IN_304),
      parts: NO_PARTS,
      made: madeNotModified(entry, asked),
    };
  if (method === 'GET' && (entry.status === 200 || entry.partial) && ifRangeHolds(asked, validators))
    return buildRangeReply(entry, asked.get('range'));
  return undefined;
}

/** An entity tag is held against the stored one, a date against Last-Modified. */
const heldBy = (entry: StoredEntry, by: ReplyMade['by'], sent: string): string =>
  (by === 'If-Modified-Since' || (by === 'If-Range' && isDate(sent)) ? entry.lastModified : entry.etag) ?? '';

function madeNotModified(entry: StoredEntry, asked: Head): ReplyMade {
  const etags = asked.combined('if-none-match');
  const by = etags === undefined ? 'If-Modified-Since' : 'If-None-Match';
  const sent = etags ?? asked.get('if-modified-since') ?? '';
  return { reply: 304, by, sent, held: heldBy(entry, by, sent) };
}

/** The whole goes out although the client asked for less: its copy is another, or its field has no say. */
function madeWhole(entry: StoredEntry, { head: asked, method }: CacheRequest, nowMs: number): ReplyMade | undefined {
  const reply = entry.status;
  const told = (by: ReplyMade['by'], sent: string, why?: ReplyMade['why']): ReplyMade => ({
    reply,
    by,
    sent,
    held: by === 'Range' ? String(entry.bodyBytes) : heldBy(entry, by, sent),
    ...(why !== undefined && { why }),
  });
  const [etags, since] = [asked.combined('if-none-match'), asked.get('if-modified-since')];
  const [range, ifRange] = [asked.get('range'), asked.get('if-range')];
  const isSuccess = reply >= 200 && reply <= 299;
  if (method === 'GET' && range !== undefined && reply === 200) {
    if (ifRange !== undefined && !ifRangeHolds(asked, validatorsOf(entry, nowMs))) return told('If-Range', ifRange);
    const read = parseRange(range, entry.bodyBytes);
    return told('Range', range, read.kind === 'whole' ? read.why : undefined);
  }
  if (etags !== undefined) return told('If-None-Match', etags, isSuccess ? undefined : 'status');
  if (since === undefined) return undefined;
  if (!isSuccess) return told('If-Modified-Since', since, 'status');
  return told('If-Modified-Since', since, parseHttpDate(since, nowMs) === undefined ? 'date' : undefined);
}

/** The reply with field lines for this client alone, replacing stored ones of the same name. */
export function withOwnFields(reply: ServedReply, own: FieldList): ServedReply {
  if (own.length === 0) return reply;
  const names = new Set(own.filter((_, index) => index % 2 === 0).map((name) => name.toLowerCase()));
  return { ...reply, fields: [...withoutFields(reply.fields, names), ...own], begin: undefined };
}

function validatorsOf(entry: StoredEntry, nowMs: number): Validators {
  const date = entry.head.get('date');
  return {
    etag: entry.etag,
    lastModified: entry.lastModified,
    dateMs: (date === undefined ? undefined : parseHttpDate(date, nowMs)) ?? entry.storedAtMs,
  };
}

interface NarrowedReply {
  status: number;
  statusText: string;
  fields: string[];
  parts: readonly Uint8Array[];
  made: ReplyMade;
}

/** The 206 or 416 that a Range asks for; undefined when the complete content is to be sent. */
function buildRangeReply(entry: StoredEntry, range: string | undefined): NarrowedReply | undefined {
  if (range === undefined) return undefined;
  const held = entry.contentRange;
  const first = held?.first ?? 0;
  const length = entry.partial ? held?.length : entry.bodyBytes;
  if (length === undefined) return undefined;
  const asked = parseRange(range, length);
  switch (asked.kind) {
    case 'whole':
      return undefined;
    case 'unsatisfiable':
      return {
        status: 416,
        statusText: 'Range Not Satisfiable',
        fields: ['Content-Range', `bytes */${length}`, 'Content-Length', '0'],
        parts: [],
        made: { reply: 416, by: 'Range', sent: range, held: String(length) },
      };
    case 'spans':
      return asked.spans.length === 1
        ? singlePart(entry, asked.spans[0]!, first, length, range)
        : multipart(entry, asked.spans, first, length, range);
  }
}

const slice = (body: Uint8Array, span: ByteSpan, first: number): Uint8Array =>
  body.subarray(span.first - first, span.last - first + 1);

const cutFrom = ({ contentRange }: StoredEntry): Pick<ReplyMade, 'from'> => (contentRange ? { from: 'part' } : {});

function singlePart(entry: StoredEntry, span: ByteSpan, first: number, length: number, sent: string): NarrowedReply {
  const fields = withoutFields(entry.fields, RANGE_MADE);
  fields.push('Content-Range', formatContentRange(span, length), 'Content-Length', String(span.last - span.first + 1));
  const made = {
    reply: 206,
    by: 'Range' as const,
    sent,
    held: `${span.first}-${span.last}/${length}`,
    ...cutFrom(entry),
  };
  return { status: 206, statusText: 'Partial Content', fields, parts: [slice(entry.body, span, first)], made };
}

/** multipart/byteranges (RFC 9110 §14.6). */
function multipart(
  entry: StoredEntry,
  spans: readonly ByteSpan[],
  first: number,
  length: number,
  sent: string,
): NarrowedReply {
  const boundary = randomUUID();
  const type = entry.head.get('content-type');
  const { body } = entry;
  const parts: Uint8Array[] = [];
  spans.forEach((span, index) => {
    const typeLine = type === undefined ? '' : `Content-Type: ${type}\r\n`;
    parts.push(
      Buffer.from(
        `${index === 0 ? '' : '\r\n'}--${boundary}\r\n${typeLine}Content-Range: ${formatContentRange(span, length)}\r\n\r\n`,
        'latin1',
      ),
      slice(body, span, first),
    );
  });
  parts.push(Buffer.from(`\r\n--${boundary}--\r\n`, 'latin1'));
  const fields = withoutFields(entry.fields, MULTIPART_MADE);
  fields.push(
    'Content-Type',
    `multipart/byteranges; boundary=${boundary}`,
    'Content-Length',
    String(parts.reduce((sum, part) => sum + part.length, 0)),
  );
  const held = `${spans.map((span) => `${span.first}-${span.last}`).join(', ')}/${length}`;
  return {
    status: 206,
    statusText: 'Partial Content',
    fields,
    parts,
    made: { reply: 206, by: 'Range', sent, held, ...cutFrom(entry) },
  };
}
