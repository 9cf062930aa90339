/** A session as a HAR file, text by text, so that nobody holds all of it: exchange after exchange as the reader takes it. */
import { createGzip } from 'node:zlib';
import { pipeline, Readable } from 'node:stream';
import { DecodedBodies, codingsOf, type SentBytes } from '../../content/decode.ts';
import { isTextType, mediaTypeOf } from '../../contract/media-types.ts';
import { getCombined, getField } from '../../http/fields.ts';
import type { BodySide, ExchangeRecord } from '../record.ts';
import type { Session, SessionBody } from '../session.ts';
import { Blanks } from './blank.ts';
import { exactText, harEntry, type WrittenBody, type WrittenMessages } from './write-entry.ts';

export interface HarOptions {
  version: string;
  /** Names of what is blanked beside cookies and credentials; undefined keeps everything. */
  blank?: ReadonlySet<string> | undefined;
}

/** What a body may become when its codings are undone; more is left in its coding, beside what was sent. */
const PLAIN_MAX_BYTES = 64 * 1024 * 1024;
/** Messages asked for at once. */
const MESSAGES = 1000;

const sentOf = (body: SessionBody): SentBytes => ({
  length: body.kept,
  read: (at, length) => body.read(at, Math.min(length, body.kept - at)),
});

/** All of it without its codings; undefined where they cannot be undone, or it would be too large. */
async function plainOf(sent: Uint8Array, encoding: string | undefined): Promise<Uint8Array | undefined> {
  const codings = codingsOf(encoding);
  if (codings === undefined) return undefined;
  if (codings.length === 0) return sent;
  const decoded = new DecodedBodies();
  const source: SentBytes = { length: sent.length, read: (at, length) => sent.subarray(at, at + length) };
  const { bytes, meta } = await decoded.read('', source, encoding, { length: PLAIN_MAX_BYTES });
  return meta.decoded?.state !== 'decoded' || meta.decoded.more ? undefined : bytes;
}

/** Texts are cleaned; what is no text stays. */
function cleanBytes(bytes: Uint8Array, contentType: string | undefined, blanks: Blanks): Uint8Array {
  const type = mediaTypeOf(contentType);
  const isText = type === undefined || isTextType(type) || type.startsWith('multipart/');
  const text = isText ? exactText(bytes) : undefined;
  if (text === undefined) return bytes;
  const cleaned = blanks.text(text);
  return cleaned === text ? bytes : Buffer.from(cleaned);
}

async function bodyOf(
  session: Session,
  record: ExchangeRecord,
  side: BodySide,
  blanks: Blanks | undefined,
): Promise<WrittenBody | undefined> {
  const body = await session.body(record.id, side);
  if (body === undefined) return undefined;
  if (body.dropped) return { sent: new Uint8Array(), plain: undefined, dropped: true };
  const fields = side === 'request' ? record.start.fields : record.responseFields;
  const sent = await sentOf(body).read(0, body.kept);
  const encoding = body.isPlain === true ? undefined : getCombined(fields, 'content-encoding');
  const plain = await plainOf(sent, encoding);
  if (blanks === undefined) return { sent, plain, dropped: false };
  // In a coding that is not known it may hold anything.
  if (plain === undefined) return undefined;
  const cleaned = cleanBytes(plain, getField(fields, 'content-type'), blanks);
  return { sent: cleaned, plain: cleaned, dropped: false };
}

async function messagesOf(
  session: Session,
  id: number,
  blanks: Blanks | undefined,
): Promise<WrittenMessages | undefined> {
  const first = await session.messages(id, { limit: MESSAGES });
  if (first === undefined || first.seen === 0) return undefined;
  const list: WrittenMessages['list'] = [];
  for (let page: typeof first | undefined = first; page !== undefined && page.rows.length > 0;) {
    for (const row of page.rows) {
      const kept = await session.message(id, row.n);
      const payload = kept === undefined || kept.dropped ? new Uint8Array() : await kept.read(0, kept.kept);
      list.push({ row, payload: blanks && row.type === 'text' ? cleanBytes(payload, undefined, blanks) : payload });
    }
    page = await session.messages(id, { limit: MESSAGES, after: page.rows.at(-1)!.n });
  }
  const { seen, dropped, problems } = first;
  return { seen, dropped, problems, list };
}

/** Texts that make up the file; those of `ids` that are not there any more are left out. `told` after each exchange. */
export async function* harTexts(
  session: Session,
  ids: readonly number[],
  { version, blank }: HarOptions,
  told?: (written: number) => void,
): AsyncGenerator<string> {
  const blanks = blank && new Blanks(blank);
  if (blanks !== undefined)
    for (const id of ids) {
      const record = await session.record(id);
      if (record !== undefined) blanks.collect(record);
    }
  const log = { version: '1.2', creator: { name: 'BSDM-Proxy', version }, pages: [] };
  yield `{"log":${JSON.stringify(log).slice(0, -1)},"entries":[`;
  let written = 0;
  for (const id of ids) {
    const record = await session.record(id);
    if (record === undefined) continue;
    const bodies: Partial<Record<BodySide, WrittenBody>> = {};
    for (const side of ['request', 'response'] as const) {
      const body = await bodyOf(session, record, side, blanks);
      if (body !== undefined) bodies[side] = body;
    }
    const entry = harEntry({
      record: blanks === undefined ? record : blanks.record(record),
      sessionId: session.id,
      bodies,
      messages: await messagesOf(session, id, blanks),
      blanked: blanks !== undefined,
    });
    yield `${written++ === 0 ? '\n' : ',\n'}${JSON.stringify(entry)}`;
    told?.(written);
  }
  yield '\n]}}\n';
}

/** Texts as bytes, packed with gzip where that is wanted. */
export function harBytes(texts: AsyncGenerator<string>, gzip: boolean): AsyncIterable<Uint8Array> {
  if (!gzip) return toBytes(texts);
  // What goes wrong with the texts is told by the packed stream, too.
  return pipeline(Readable.from(toBytes(texts)), createGzip(), () => undefined);
}

async function* toBytes(texts: AsyncGenerator<string>): AsyncGenerator<Uint8Array> {
  for await (const text of texts) yield Buffer.from(text);
}
