/**
 * A session out of a file: one line of JSON for each exchange, its record and what was kept of its bodies in base64.
 * Records are read when the session is opened; nothing of it changes after that.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import type { ExchangeQuery } from '../../contract/commands.ts';
import type { ExchangeDetail } from '../../contract/exchange.ts';
import type { Reading } from '../../contract/filter/terms.ts';
import { findRecords } from '../query.ts';
import { newRecord, toDetail, toRow, type BodySide, type ExchangeRecord } from '../record.ts';
import type { LiveSession } from '../live-session.ts';
import { answerSearch, probeExchanges, type Searched } from '../search.ts';
import type { Session, SessionBody } from '../session.ts';

interface Line {
  record: ExchangeRecord;
  bodies: Partial<Record<BodySide, string>>;
}

/** Writes what a session holds, oldest first. */
export async function writeSession(file: string, session: LiveSession): Promise<void> {
  const lines: string[] = [];
  for (const record of session.records()) {
    const bodies: Line['bodies'] = {};
    for (const side of ['request', 'response'] as const) {
      const body = session.body(record.id, side);
      if (body && !body.dropped) bodies[side] = Buffer.from(await body.read(0, body.kept)).toString('base64');
    }
    lines.push(JSON.stringify({ record, bodies } satisfies Line));
  }
  writeFileSync(file, lines.map((line) => `${line}\n`).join(''));
}

export class FileSession implements Session {
  readonly kind = 'file';
  readonly id: string;
  readonly #lines = new Map<number, Line & { seq: number }>();

  readonly #searched: Searched<Line & { seq: number }> = {
    recordOf: ({ record }) => record,
    rowOf: ({ seq }, record) => toRow(record, seq, this.id),
    sent: ({ record }, side) => {
      const body = this.body(record.id, side);
      return body && { length: body.kept, read: (at, length) => body.read(at, length) };
    },
  };

  constructor(id: string, file: string) {
    this.id = id;
    for (const text of readFileSync(file, 'utf8').split('\n')) {
      if (text === '') continue;
      // The test's own file.
      const { record, bodies } = JSON.parse(text) as Line;
      // JSON leaves out what is undefined.
      const whole = { ...newRecord(record.id, record.start, record.startedAtMs), ...record };
      this.#lines.set(record.id, { record: whole, bodies, seq: this.#lines.size + 1 });
    }
  }

  list(query: ExchangeQuery) {
    const { found, total } = findRecords(this.#lines.values(), (line) => line.record, query);
    return Promise.resolve({ rows: found.map(({ record, seq }) => toRow(record, seq, this.id)), total });
  }

  search(query: ExchangeQuery & { q: string }) {
    return answerSearch(this.#lines.values(), query, this.#searched);
  }

  probe(readings: readonly Reading[], ids: readonly number[]) {
    return probeExchanges(
      ids.map((id) => this.#lines.get(id)),
      readings,
      this.#searched,
    );
  }

  detail(id: number): Promise<ExchangeDetail | undefined> {
    const line = this.#lines.get(id);
    return Promise.resolve(line && toDetail(line.record, line.seq, this.id, (side) => this.body(id, side)));
  }

  body(id: number, side: BodySide): SessionBody | undefined {
    const text = this.#lines.get(id)?.bodies[side];
    if (text === undefined) return undefined;
    const bytes = Buffer.from(text, 'base64');
    const read = (offset: number, length: number): Promise<Uint8Array> =>
      Promise.resolve(bytes.subarray(offset, offset + length));
    return { kept: bytes.length, dropped: false, read };
  }

  /** Bodies of messages are not written. */
  messages(): undefined {
    return undefined;
  }

  message(): undefined {
    return undefined;
  }

  subscribe(since: number, push: Parameters<Session['subscribe']>[1]) {
    const lines = [...this.#lines.values()];
    const rows = lines.filter(({ seq }) => seq > since).map(({ record, seq }) => toRow(record, seq, this.id));
    const first = lines[0]?.record.id ?? 1;
    push({ firstSeq: since + 1, lastSeq: lines.length, rows, oldestId: first, ...(since === 0 && { reset: true }) });
    return { stop: () => undefined };
  }
}
