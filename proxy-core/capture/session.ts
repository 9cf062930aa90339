/**
 * What was captured in one run of the core, whether that run is this one or its records come out of a file: rows, details
 * and bodies behind one interface. Whoever shows a capture asks a session, and does not know which kind it is.
 */
import type { ExchangeQuery, MessageQuery } from '../contract/commands.ts';
import type { MessagePage } from '../contract/messages.ts';
import { CommandError } from '../contract/errors.ts';
import type { ExchangeDetail, ExchangeRow } from '../contract/exchange.ts';
import type { Reading } from '../contract/filter/terms.ts';
import type { StreamSubscription, TrafficBatch } from '../contract/streams.ts';
import type { BodySide, ExchangeRecord, KeptBody } from './record.ts';

/** At once out of memory, later out of a file. */
type Answer<T> = T | Promise<T>;

export interface SessionBody extends KeptBody {
  /** Kept without its codings, whatever the fields say. */
  readonly isPlain?: boolean;
  /** At most `length` bytes from `offset`; fewer at the end. */
  read(offset: number, length: number): Answer<Uint8Array>;
}

export interface Session {
  /** Unlike that of any other run; never holds a `-<number>` at its end. */
  readonly id: string;
  readonly kind: 'live' | 'file';
  list(query: ExchangeQuery): Answer<{ rows: ExchangeRow[]; total: number }>;
  /** The same with `q`; `unsearched` were left out because it would have taken too long. */
  search(query: ExchangeQuery & { q: string }): Promise<{ rows: ExchangeRow[]; total: number; unsearched?: number }>;
  /** See `exchange.probe`. */
  probe(readings: readonly Reading[], ids: readonly number[]): Promise<number[]>;
  detail(id: number): Answer<ExchangeDetail | undefined>;
  /** What the detail is made of. */
  record(id: number): Answer<ExchangeRecord | undefined>;
  /** Undefined when nothing was captured of it. */
  body(id: number, side: BodySide): Answer<SessionBody | undefined>;
  /** A page of the messages of a WebSocket; undefined when none were captured of it. */
  messages(id: number, query: MessageQuery): Answer<MessagePage | undefined>;
  /** The payload of one of them. */
  message(id: number, n: number): Answer<SessionBody | undefined>;
  /** All rows after `since` (0 = all), then live where there is more to come. */
  subscribe(since: number, push: (batch: TrafficBatch) => void): StreamSubscription;
}

/** All of a captured request's content; undefined when it was not kept, not wholly, or is not any more. */
export async function wholeBody(session: Session, id: number): Promise<Uint8Array | undefined> {
  const detail = await session.detail(id);
  const body = await session.body(id, 'request');
  if (detail === undefined || body === undefined || body.dropped || body.kept !== detail.requestBody.bytes)
    return undefined;
  return body.read(0, body.kept);
}

/** The sessions that can be asked: the live one, and those that were opened. */
export class Sessions<Live extends Session = Session> {
  readonly #live: Live;
  readonly #opened = new Map<string, Session>();

  constructor(live: Live) {
    this.#live = live;
  }

  /** Makes a session known by its id; returns the function that makes it unknown again. */
  add(session: Session): () => void {
    if (session.id === this.#live.id || this.#opened.has(session.id))
      throw new CommandError('conflict', `session ${session.id} is open already`);
    this.#opened.set(session.id, session);
    return () => this.#opened.delete(session.id);
  }

  /** The session named, or the live one when none is. */
  get(id?: string): Session {
    if (id === undefined || id === this.#live.id) return this.#live;
    const session = this.#opened.get(id);
    if (session === undefined)
      throw new CommandError(
        'gone',
        `session ${id.slice(0, 80)} is not open: it belongs to another run of the core`,
        'Captured exchanges are kept only while that core runs.',
      );
    return session;
  }

  /** The live session, for what can be done to no other: says so when another one is named. */
  live(id: string | undefined, done: string): Live {
    const { kind } = this.get(id);
    if (kind !== 'live')
      throw new CommandError(
        'conflict',
        `session ${id} was loaded from a file and cannot be ${done}`,
        'Name the live session, or none.',
      );
    return this.#live;
  }
}
