/**
 * Records of exchanges that are over, packed: written into the newest of a few blocks, and read again when somebody looks
 * at them. A block is used again when the last record in it has gone. Blocks are filled in the order in which exchanges
 * end and emptied in that in which they began, so that hardly more than the first and the last are not full.
 */
import type { ClientPeer, ExchangeStart, UpstreamConnection } from '../contract/observer.ts';
import type { ExchangeRecord, Moments } from './record.ts';
import { PackedBlock, type PackedReader } from './packed-values.ts';

/** Words of a block: several hundred records. */
const BLOCK_WORDS = 64 * 1024;
/** A block with more text than this takes no further record, characters. */
const BLOCK_CHARS = 512 * 1024;
/** Empty blocks kept for those to come. */
const SPARE_BLOCKS = 2;

/** Some of the records. */
export interface RecordBlock {
  readonly values: PackedBlock;
  /** Records in it that were not let go. */
  records: number;
}

/** Packs records, one block after the other; those before the newest are kept by what stands in them. */
export class RecordPacker {
  /** Where the last record went. */
  block: RecordBlock = { values: new PackedBlock(BLOCK_WORDS), records: 0 };
  readonly #spare: RecordBlock[] = [];
  /** What the last record added to what is kept, bytes. */
  addedBytes = 0;

  /** Writes a record into {@link block} and answers where it stands there. */
  pack(record: ExchangeRecord): number {
    for (;;) {
      const { block } = this;
      const { values } = block;
      const before = values.used;
      const at = values.chars > BLOCK_CHARS ? undefined : values.append(writeRecord, record);
      if (at !== undefined) {
        block.records++;
        this.addedBytes = values.used - before;
        return at;
      }
      values.close();
      this.block = this.#spare.pop() ?? { values: new PackedBlock(BLOCK_WORDS), records: 0 };
      if (block.records === 0) this.#reuse(block);
    }
  }

  /** A record equal to the one that stands there, made anew by each call. */
  read(block: RecordBlock, at: number): ExchangeRecord {
    return block.values.read(at, readRecord);
  }

  /** One record of a block is not needed any more. */
  letGo(block: RecordBlock): void {
    if (--block.records > 0 || block === this.block) return;
    this.#reuse(block);
  }

  #reuse(block: RecordBlock): void {
    if (this.#spare.length >= SPARE_BLOCKS || block.values.words !== BLOCK_WORDS) return;
    block.values.clear();
    this.#spare.push(block);
  }
}

/** The order of these two functions is the format: what one writes the other reads. */
function writeRecord(to: PackedBlock, record: ExchangeRecord): void {
  const { start, timing } = record;
  to.putNumber(record.id);
  // Of a connection to the proxy its peer stands for the address, too.
  if (start.peer === undefined) to.putColumn(6, start.client);
  else to.putShared(start.peer);
  to.putColumn(0, start.kind);
  to.putColumn(1, start.method);
  to.putColumn(2, start.url);
  to.putColumn(3, start.host);
  to.putColumn(4, start.path);
  to.putColumn(2, start.requestTarget);
  to.putColumn(5, start.protocol);
  to.putAgain(start.fields);
  to.putColumn(7, start.cacheKey);
  to.put(start.secret);
  to.put(start.parentId);
  to.putShared(start.clientTls);
  to.putNumber(record.startedAtMs);
  to.put(record.username);
  to.putColumn(8, record.state);
  to.put(record.status);
  to.putColumn(9, record.statusText);
  putWord(to, 10, record.cacheStatus);
  putWord(to, 11, record.outcome);
  putWord(to, 12, record.reason);
  to.putNumber(record.requestBytes);
  to.putNumber(record.responseBytes);
  to.put(record.durationMs);
  to.put(timing.decidedMs);
  to.put(timing.dispatchedMs);
  to.put(timing.upstreamHeadMs);
  to.put(timing.replyStartMs);
  to.put(record.error);
  to.put(record.errorText);
  to.put(record.collapsed);
  to.putAgain(record.responseFields);
  to.put(record.upstreamStatus);
  to.putAgain(record.upstreamFields);
  writeConnection(to, record.connection);
  to.put(record.bytesSent);
  to.put(record.bytesReceived);
  if (record.reason === 'fresh') {
    // Explained once a second for all hits of an entry.
    to.putKnown(record.trace);
    to.putKnown(record.facts);
  } else {
    to.putAgain(record.trace);
    to.putAgain(record.facts);
  }
  to.put(record.neighbour);
  to.put(record.cacheStatusHeader);
  to.put(record.ageSeconds);
  to.put(record.ttlSeconds);
  to.put(record.entryId);
  to.put(record.childIds);
  to.put(record.changed);
  to.put(record.labels);
}

function putWord(to: PackedBlock, column: number, word: string | undefined): void {
  if (word === undefined) to.put(undefined);
  else to.putColumn(column, word);
}

function readRecord(from: PackedReader): ExchangeRecord {
  const next = <T>(): T => from.next() as T;
  const id = next<number>();
  const client = next<string | ClientPeer>();
  const start: ExchangeStart = {
    kind: next(),
    method: next(),
    url: next(),
    host: next(),
    path: next(),
    requestTarget: next(),
    protocol: next(),
    client: typeof client === 'string' ? client : client.address,
    peer: typeof client === 'string' ? undefined : client,
    fields: next(),
    cacheKey: next(),
    secret: next(),
  };
  const parentId = next<number | undefined>();
  if (parentId !== undefined) start.parentId = parentId;
  start.clientTls = next();
  return {
    id,
    start,
    startedAtMs: next(),
    username: next(),
    state: next(),
    status: next(),
    statusText: next(),
    cacheStatus: next(),
    outcome: next(),
    reason: next(),
    requestBytes: next(),
    responseBytes: next(),
    durationMs: next(),
    timing: readMoments(next),
    error: next(),
    errorText: next(),
    collapsed: next(),
    responseFields: next(),
    upstreamStatus: next(),
    upstreamFields: next(),
    connection: readConnection(next),
    bytesSent: next(),
    bytesReceived: next(),
    trace: next(),
    facts: next(),
    neighbour: next(),
    cacheStatusHeader: next(),
    ageSeconds: next(),
    ttlSeconds: next(),
    entryId: next(),
    childIds: next(),
    changed: next(),
    labels: next(),
  };
}

type Next = <T>() => T;

/** Moments that did not come are absent, not undefined. */
function readMoments(next: Next): Moments {
  const moments: Moments = {};
  const decidedMs = next<number | undefined>();
  const dispatchedMs = next<number | undefined>();
  const upstreamHeadMs = next<number | undefined>();
  const replyStartMs = next<number | undefined>();
  if (decidedMs !== undefined) moments.decidedMs = decidedMs;
  if (dispatchedMs !== undefined) moments.dispatchedMs = dispatchedMs;
  if (upstreamHeadMs !== undefined) moments.upstreamHeadMs = upstreamHeadMs;
  if (replyStartMs !== undefined) moments.replyStartMs = replyStartMs;
  return moments;
}

/** TLS facts belong to the connection and are shared by its exchanges. */
function writeConnection(to: PackedBlock, connection: UpstreamConnection | undefined): void {
  if (connection === undefined) return to.put(undefined);
  const { tls, ...rest } = connection;
  to.put(rest);
  to.putShared(tls);
}

function readConnection(next: Next): UpstreamConnection | undefined {
  const rest = next<Omit<UpstreamConnection, 'tls'> | undefined>();
  if (rest === undefined) return undefined;
  const tls = next<UpstreamConnection['tls']>();
  return tls === undefined ? rest : { ...rest, tls };
}
