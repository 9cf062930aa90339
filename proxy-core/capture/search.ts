/**
 * Captured exchanges by the filter language: rows first, then fields, and bodies only where the rest does not decide. Gives
 * way while it goes on, and stops when its time is over.
 */
import type { ExchangeQuery } from '../contract/commands.ts';
import type { ExchangeRow } from '../contract/exchange.ts';
import type { Filter } from '../contract/filter/parse.ts';
import { filterOf, findInFields, isAbout } from '../contract/filter/query.ts';
import { TRAFFIC } from '../contract/filter/scopes.ts';
import type { Reading } from '../contract/filter/terms.ts';
import type { SentBytes } from '../content/decode.ts';
import { searchBody, Turns } from '../content/search.ts';
import { getField } from '../http/fields.ts';
import { findRecords, pageOf, type Found as Asked } from './query.ts';
import type { BodySide, ExchangeRecord, Fields } from './record.ts';

/** How long one search looks into bodies, ms. */
const SEARCH_MS = 5000;
/** How long one answer about given exchanges is worked on, ms. */
const PROBE_MS = 200;

/** What is looked at of an exchange. */
export interface Looked extends Asked {
  readonly start: Pick<ExchangeRecord['start'], 'url' | 'host' | 'method' | 'fields'>;
  readonly responseFields: Fields;
}

/** How a session's exchanges are looked at. */
export interface Searched<T, R extends Looked = Looked> {
  /** Undefined when it was let go of meanwhile. */
  recordOf(item: T): R | undefined;
  rowOf(item: T, record: R): ExchangeRow;
  /** What is kept of a body. */
  sent(item: T, side: BodySide): SentBytes | undefined;
  /** True when it is kept without its codings. */
  isPlain?(item: T, side: BodySide): boolean;
}

const fieldsOf = (record: Looked, side: BodySide): Fields =>
  side === 'request' ? record.start.fields : record.responseFields;

function findField(reading: Reading, record: Looked): boolean {
  return (['request', 'response'] as const).some(
    (side) => isAbout(reading, side) && findInFields(reading, fieldsOf(record, side)),
  );
}

/** Fills in what readings about bodies find. */
async function findInBodies<T, R extends Looked>(
  readings: readonly Reading[],
  searched: Searched<T, R>,
  item: T,
  record: R,
  found: (boolean | undefined)[],
): Promise<void> {
  for (const side of ['request', 'response'] as const) {
    const asked = readings.flatMap((reading, at) =>
      reading.of === 'body' && isAbout(reading, side) && found[at] !== true ? [at] : [],
    );
    const sent = asked.length === 0 ? undefined : searched.sent(item, side);
    if (sent === undefined) continue;
    const fields = fieldsOf(record, side);
    const results = await searchBody(
      {
        sent,
        encoding: searched.isPlain?.(item, side) === true ? undefined : getField(fields, 'content-encoding'),
        contentType: getField(fields, 'content-type'),
      },
      asked.map((at) => readings[at]!),
    );
    asked.forEach((at, index) => (found[at] = results[index] ?? false));
  }
  readings.forEach((reading, at) => {
    if (reading.of === 'body') found[at] ??= false;
  });
}

/** What was found, and how many were not looked at because the time was over. */
interface Found<T> {
  found: T[];
  unsearched: number;
}

/** Of `items`, in their order, those that pass. */
async function searchExchanges<T, R extends Looked>(
  items: readonly T[],
  filter: Filter<ExchangeRow>,
  searched: Searched<T, R>,
): Promise<Found<T>> {
  const turns = new Turns();
  const until = performance.now() + SEARCH_MS;
  const { readings } = filter;
  const found: T[] = [];
  let unsearched = 0;
  for (const item of items) {
    await turns.next();
    const record = searched.recordOf(item);
    if (record === undefined) continue;
    const row = searched.rowOf(item, record);
    const known = readings.map((reading) => (reading.of === 'field' ? findField(reading, record) : undefined));
    let passes = filter.decide(row, (at) => known[at]);
    if (passes === undefined) {
      if (performance.now() > until) {
        unsearched++;
        continue;
      }
      await findInBodies(readings, searched, item, record, known);
      passes = filter.decide(row, (at) => known[at]);
    }
    if (passes === true) found.push(item);
  }
  return { found, unsearched };
}

/**
 * For each exchange in turn which readings find something, as bits from the lowest; fewer than were asked for when the time
 * is over. One that is not kept finds nothing.
 */
export async function probeExchanges<T, R extends Looked>(
  items: readonly (T | undefined)[],
  readings: readonly Reading[],
  searched: Searched<T, R>,
): Promise<number[]> {
  const turns = new Turns();
  const until = performance.now() + PROBE_MS;
  const masks: number[] = [];
  for (const item of items) {
    await turns.next();
    if (masks.length > 0 && performance.now() > until) break;
    const record = item === undefined ? undefined : searched.recordOf(item);
    if (item === undefined || record === undefined) {
      masks.push(0);
      continue;
    }
    const found = readings.map((reading) => (reading.of === 'field' ? findField(reading, record) : undefined));
    if (found.includes(undefined)) await findInBodies(readings, searched, item, record, found);
    masks.push(found.reduce((mask, hit, at) => (hit === true ? mask | (1 << at) : mask), 0));
  }
  return masks;
}

/** Answers a query with a filter out of all exchanges of a session, oldest first. */
export async function answerSearch<T, R extends Looked>(
  items: Iterable<T>,
  { q, ...query }: ExchangeQuery & { q: string },
  searched: Searched<T, R>,
): Promise<{ rows: ExchangeRow[]; total: number; unsearched?: number }> {
  const filter = filterOf(q, TRAFFIC);
  const recordOf = (item: T): R | undefined => searched.recordOf(item);
  const rows = (found: readonly T[]): ExchangeRow[] =>
    found.flatMap((item) => {
      const record = recordOf(item);
      return record === undefined ? [] : [searched.rowOf(item, record)];
    });
  // All of them: which page is meant is known when it is known which of them pass.
  const whole = filter === null ? query : { ...query, offset: 0, limit: Infinity };
  const { found: meant, total } = findRecords(items, recordOf, whole);
  if (filter === null) return { rows: rows(meant), total };
  const { found, unsearched } = await searchExchanges(meant, filter, searched);
  return { rows: rows(pageOf(found, query)), total: found.length, ...(unsearched > 0 && { unsearched }) };
}
