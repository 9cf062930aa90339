/**
 * A session out of a HAR file. Rows are held in memory, up to a bound; all else lies in a spool and is read from there when
 * somebody looks at it. Exchanges may still be added while it is asked.
 */
import type { ExchangeQuery, MessageQuery } from '../../contract/commands.ts';
import type { BodyInfo, ExchangeDetail, ExchangeRow } from '../../contract/exchange.ts';
import type { Reading } from '../../contract/filter/terms.ts';
import { mediaTypeOf } from '../../contract/media-types.ts';
import type { MessagePage } from '../../contract/messages.ts';
import type { StreamSubscription, TrafficBatch } from '../../contract/streams.ts';
import { BodyRing } from '../body-ring.ts';
import { Conversation } from '../conversation.ts';
import { findRecords, type Found } from '../query.ts';
import { newRecord, toDetail, toRow, type BodySide, type ExchangeRecord } from '../record.ts';
import { answerSearch, probeExchanges, type Looked, type Searched } from '../search.ts';
import type { Session, SessionBody } from '../session.ts';
import type { ReadBody, ReadExchange } from './read-exchange.ts';
import { Spool } from './spool.ts';

/** Rows held; what comes after is left out and counted. */
const ROWS_MAX = 100_000;
/** What rows may take in memory, estimated: the row itself, and its texts. */
const ROWS_MAX_BYTES = 64 * 1024 * 1024;
const ROW_BYTES = 500;
/** What the spool may take of the disk. */
const SPOOL_MAX_BYTES = 8 * 1024 * 1024 * 1024;
/** Payloads of messages, kept in memory, all together. */
const MESSAGES_MAX_BYTES = 16 * 1024 * 1024;
/** Numbers of exchanges are kept as they were as long as the gaps between them are no larger. */
const GAP_MAX = 10_000;
const BATCH_ROWS = 1000;
const WINDOW_ROWS = 4000;

interface Kept {
  at: number;
  length: number;
  isPlain: boolean;
  isCut: boolean;
  dropped: boolean;
}

interface LineFacts {
  readonly row: ExchangeRow;
  readonly username: string | undefined;
  /** Where its record lies. */
  readonly record: { at: number; length: number };
  readonly bodies: Partial<Record<BodySide, Kept>>;
  readonly mediaType: string | undefined;
}

/** An exchange: its row, and where the rest lies. Its fields are read when they are asked for. */
class Line implements Looked {
  readonly facts: LineFacts;
  readonly #load: (line: Line) => ExchangeRecord;

  constructor(facts: LineFacts, load: (line: Line) => ExchangeRecord) {
    this.facts = facts;
    this.#load = load;
  }

  get row(): ExchangeRow {
    return this.facts.row;
  }
  get username(): string | undefined {
    return this.facts.username;
  }
  get cacheStatus(): ExchangeRow['cacheStatus'] {
    return this.row.cacheStatus;
  }
  get startedAtMs(): number {
    return this.row.startedAtMs;
  }
  get start(): Looked['start'] {
    const { url, host, method } = this.row;
    const load = (): ExchangeRecord => this.#load(this);
    return {
      url,
      host,
      method,
      get fields() {
        return load().start.fields;
      },
    };
  }
  get responseFields(): Looked['responseFields'] {
    return this.#load(this).responseFields;
  }
}

export class FileSession implements Session {
  readonly kind = 'file';
  readonly id: string;
  readonly #spool = new Spool();
  readonly #lines: Line[] = [];
  readonly #byId = new Map<number, Line>();
  readonly #bodies = new BodyRing(
    () => MESSAGES_MAX_BYTES,
    () => MESSAGES_MAX_BYTES,
  );
  readonly #conversations = new Map<number, Conversation>();
  readonly #pumps = new Set<() => void>();
  #charged = 0;
  #last: { line: Line; record: ExchangeRecord } | undefined;

  readonly #searched: Searched<Line> = {
    recordOf: (line) => line,
    rowOf: (line) => line.row,
    sent: (line, side) => {
      const body = this.body(line.row.id, side);
      return body && { length: body.kept, read: (at, length) => body.read(at, Math.min(length, body.kept - at)) };
    },
    isPlain: (line, side) => line.facts.bodies[side]?.isPlain === true,
  };

  constructor(id: string) {
    this.id = id;
  }

  /** Number of the next exchange, when the file does not say a better one. */
  get nextId(): number {
    return (this.#lines.at(-1)?.row.id ?? 0) + 1;
  }
  get size(): number {
    return this.#lines.length;
  }
  /** Bytes it takes on disk. */
  get bytes(): number {
    return this.#spool.bytes;
  }
  /** False when there is no room for another one. */
  get hasRoom(): boolean {
    return this.#lines.length < ROWS_MAX && this.#charged < ROWS_MAX_BYTES && this.#spool.bytes < SPOOL_MAX_BYTES;
  }

  /** Takes an exchange in. What was added is written by {@link written}. */
  add(read: ReadExchange): void {
    const wanted = read.ownId ?? 0;
    const id = wanted >= this.nextId && (this.size === 0 || wanted < this.nextId + GAP_MAX) ? wanted : this.nextId;
    const record: ExchangeRecord = id === read.record.id ? read.record : { ...read.record, id };
    const text = Buffer.from(JSON.stringify(record));
    const seq = this.#lines.length + 1;
    const row = toRow(record, seq, this.id);
    const type = mediaTypeOf(read.mediaType);
    if (row.contentType === undefined && type !== undefined) row.contentType = type;
    const bodies: Partial<Record<BodySide, Kept>> = {};
    for (const side of ['request', 'response'] as const) {
      const body = read.bodies[side];
      if (body !== undefined) bodies[side] = this.#keep(body);
    }
    const line = new Line(
      {
        row,
        username: record.username,
        record: { at: this.#spool.add(text), length: text.length },
        bodies,
        mediaType: type,
      },
      this.#load,
    );
    this.#lines.push(line);
    this.#byId.set(id, line);
    this.#charged += ROW_BYTES + row.url.length * 2 + (record.username?.length ?? 0);
    if (read.messages !== undefined) {
      const talk = new Conversation(this.#bodies, () => MESSAGES_MAX_BYTES);
      talk.skip(read.messages.missing);
      for (const { message, atMs } of read.messages.list) talk.add(message, atMs);
      for (const [direction, problem] of Object.entries(read.messages.problems))
        if (direction === 'up' || direction === 'down') talk.broken(direction, problem);
      this.#conversations.set(id, talk);
    }
  }

  #keep({ bytes, ...rest }: ReadBody): Kept {
    return { at: this.#spool.add(bytes), length: bytes.length, ...rest };
  }

  /** Writes what was added, and tells those who subscribed. */
  async written(all = false): Promise<void> {
    await this.#spool.flush(all);
    for (const pump of this.#pumps) pump();
  }

  readonly #load = (line: Line): ExchangeRecord => {
    if (this.#last?.line === line) return this.#last.record;
    const { at, length } = line.facts.record;
    // Written by this object, out of a record.
    const known = JSON.parse(this.#spool.read(at, length).toString('utf8')) as ExchangeRecord;
    // JSON leaves out what is undefined.
    const record = { ...newRecord(known.id, known.start, known.startedAtMs), ...known };
    this.#last = { line, record };
    return record;
  };

  record(id: number): ExchangeRecord | undefined {
    const line = this.#byId.get(id);
    return line && this.#load(line);
  }

  list(query: ExchangeQuery): { rows: ExchangeRow[]; total: number } {
    const { found, total } = findRecords(this.#lines, (line): Found => line, query);
    return { rows: found.map((line) => line.row), total };
  }

  search(query: ExchangeQuery & { q: string }): ReturnType<Session['search']> {
    return answerSearch(this.#lines, query, this.#searched);
  }

  probe(readings: readonly Reading[], ids: readonly number[]): Promise<number[]> {
    return probeExchanges(
      ids.map((id) => this.#byId.get(id)),
      readings,
      this.#searched,
    );
  }

  detail(id: number): ExchangeDetail | undefined {
    const line = this.#byId.get(id);
    if (line === undefined) return undefined;
    const record = this.#load(line);
    const { bodies, row, mediaType } = line.facts;
    const detail = toDetail(record, row.seq, this.id, (side) => {
      const kept = bodies[side];
      return kept && { kept: kept.length, dropped: kept.dropped };
    });
    const talk = this.#conversations.get(id);
    return {
      ...detail,
      row,
      requestBody: infoOf(detail.requestBody, bodies.request, undefined),
      responseBody: infoOf(detail.responseBody, bodies.response, mediaType),
      ...(talk && { messages: talk.seen }),
    };
  }

  body(id: number, side: BodySide): SessionBody | undefined {
    const kept = this.#byId.get(id)?.facts.bodies[side];
    if (kept === undefined) return undefined;
    const { at, length, isPlain, dropped } = kept;
    const read = (offset: number, wanted: number): Uint8Array =>
      offset >= length ? new Uint8Array() : this.#spool.read(at + offset, Math.min(wanted, length - offset));
    return { kept: length, dropped, isPlain, read };
  }

  messages(id: number, query: MessageQuery): MessagePage | undefined {
    return this.#conversations.get(id)?.page(query);
  }

  message(id: number, n: number): SessionBody | undefined {
    return this.#conversations.get(id)?.body(n);
  }

  /** All rows, in batches as they are acknowledged, and those that are added later. */
  subscribe(since: number, push: (batch: TrafficBatch) => void): StreamSubscription {
    let sent = since > this.#lines.length ? 0 : since;
    let acknowledged = sent;
    let isFirst = true;
    const oldestId = this.#lines[0]?.row.id ?? 1;
    const pump = (): void => {
      while (isFirst || (sent < this.#lines.length && sent - acknowledged < WINDOW_ROWS)) {
        const rows = this.#lines.slice(sent, sent + BATCH_ROWS).map((line) => line.row);
        const reset = isFirst && sent === 0;
        isFirst = false;
        const firstSeq = sent + 1;
        sent += rows.length;
        push({ firstSeq, lastSeq: sent, rows, oldestId, ...(reset && { reset: true as const }) });
      }
    };
    this.#pumps.add(pump);
    pump();
    return {
      stop: () => this.#pumps.delete(pump),
      acknowledge: (upTo) => {
        acknowledged = Math.max(acknowledged, Math.min(upTo, sent));
        pump();
      },
    };
  }

  /** Lets go of everything. */
  close(): void {
    this.#pumps.clear();
    this.#lines.length = 0;
    this.#byId.clear();
    this.#conversations.clear();
    this.#spool.close();
  }
}

/** What is kept without its coding is no part of what was sent. */
function infoOf(info: BodyInfo, kept: Kept | undefined, mediaType: string | undefined): BodyInfo {
  const typed = info.mediaType === undefined && mediaType !== undefined ? { ...info, mediaType } : info;
  if (kept?.isPlain !== true) return kept?.isCut === true ? { ...typed, note: 'truncated' } : typed;
  const { encoding: _, note: __, ...rest } = typed;
  return kept.isCut ? { ...rest, note: 'truncated' } : rest;
}
