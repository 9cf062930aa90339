/**
 * The control server's token opens everything that is captured, so it is never part of what is captured: an exchange
 * that carries it is recorded with asterisks in its place, in the URL, in fields, in messages, and all of its content.
 */
import type { ProxyErrorCode } from '../contract/errors.ts';
import type { StageChange, StageHead } from '../contract/exchange.ts';
import type {
  ExchangeLog,
  ExchangeObserver,
  ExchangeStart,
  ReplyStart,
  UpstreamConnection,
} from '../contract/observer.ts';
import type { MessageDirection, SeenMessage } from '../contract/messages.ts';
import type { Explained, TraceStep } from '../contract/reasons.ts';

type FieldList = readonly string[];

const HIDDEN = '***';

export class Secrets {
  readonly #tokens: string[] = [];
  /** The same to replace by: hosts are recorded in lower case. */
  readonly #patterns: RegExp[] = [];
  /** Lists without a token; most come again, shared by the requests of one connection. */
  #clean = new WeakSet<FieldList>();

  /** From now on this text is kept out. */
  add(token: string): void {
    this.#tokens.push(token);
    this.#patterns.push(new RegExp(token.replace(/[^\w]/g, '\\$&'), 'gi'));
    this.#clean = new WeakSet();
  }

  /** Whether a request shows a token in its target or its fields. */
  isIn(target: string, fields: FieldList): boolean {
    return this.#tokens.length > 0 && (this.#shows(target) || this.#areIn(fields));
  }

  #areIn(fields: FieldList): boolean {
    if (this.#clean.has(fields)) return false;
    for (let i = 1; i < fields.length; i += 2) if (this.#isInValue(fields[i]!)) return true;
    this.#clean.add(fields);
    return false;
  }

  #isInValue(value: string): boolean {
    return (
      this.#shows(value) ||
      (/^basic /i.test(value) && this.#contains(Buffer.from(value.slice(6), 'base64').toString('latin1')))
    );
  }

  #contains(text: string): boolean {
    return this.#tokens.some((token) => text.includes(token));
  }

  /** As it stands, or behind percent-escapes, which a token never needs. */
  #shows(text: string): boolean {
    return (
      this.#contains(text) ||
      (text.includes('%') &&
        this.#contains(
          text.replace(/%([2-7][0-9a-f])/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16))),
        ))
    );
  }

  /** The text with asterisks in the place of a token; nothing of it when the token is in disguise. */
  clean(text: string): string {
    const cleaned = this.#patterns.reduce((rest, pattern) => rest.replace(pattern, HIDDEN), text);
    return this.#isInValue(cleaned) ? HIDDEN : cleaned;
  }

  cleanFields(fields: FieldList): FieldList {
    return fields.map((text, i) => (i % 2 === 0 ? text : this.clean(text)));
  }

  /** An observer that tells `observer` everything but tokens. */
  keptFrom(observer: ExchangeObserver): ExchangeObserver {
    return {
      begin: (start) =>
        (start.secret ?? this.isIn(start.requestTarget, start.fields))
          ? new CleanedLog(observer.begin(this.#cleanStart(start)), this)
          : observer.begin(start),
    };
  }

  #cleanStart(start: ExchangeStart): ExchangeStart {
    return {
      ...start,
      url: this.clean(start.url),
      host: this.clean(start.host),
      path: this.clean(start.path),
      requestTarget: this.clean(start.requestTarget),
      fields: this.cleanFields(start.fields),
    };
  }
}

type Values = Readonly<Record<string, string | number | boolean | null>>;

class CleanedLog implements ExchangeLog {
  readonly id: number;
  readonly #log: ExchangeLog;
  readonly #secrets: Secrets;

  constructor(log: ExchangeLog, secrets: Secrets) {
    this.id = log.id;
    this.#log = log;
    this.#secrets = secrets;
  }

  #values<V extends Values>(values: V): V {
    return Object.fromEntries(
      Object.entries(values).map(([name, value]) => [
        name,
        typeof value === 'string' ? this.#secrets.clean(value) : value,
      ]),
    ) as V;
  }

  #step(step: TraceStep): TraceStep {
    return { ...step, inputs: this.#values(step.inputs) };
  }

  decided(explained: Explained): void {
    // No neighbour: what almost matched is told by URLs and field values of the request.
    const { neighbour: _, ...rest } = explained;
    this.#log.decided({
      ...rest,
      facts: this.#values(explained.facts),
      trace: explained.trace.map((step) => this.#step(step)),
    });
  }

  noted(step: TraceStep, facts?: Explained['facts']): void {
    this.#log.noted(this.#step(step), facts && this.#values(facts));
  }

  changed(change: StageChange<FieldList>): void {
    const { received, sent } = change;
    this.#log.changed({ ...change, received: this.#head(received), sent: this.#head(sent) });
  }

  #head(head: StageHead<FieldList>): StageHead<FieldList> {
    const out = { ...head, fields: this.#secrets.cleanFields(head.fields) };
    for (const name of ['url', 'keyUrl', 'host', 'statusText', 'content'] as const) {
      const text = head[name];
      if (text !== undefined) out[name] = this.#secrets.clean(text);
    }
    return out;
  }

  dispatched(): void {
    this.#log.dispatched();
  }

  connected(connection: UpstreamConnection): void {
    this.#log.connected(connection);
  }

  upstreamBytes(sent: number, received: number): void {
    this.#log.upstreamBytes(sent, received);
  }

  upstreamHead(status: number, fields: FieldList): void {
    this.#log.upstreamHead(status, this.#secrets.cleanFields(fields));
  }

  replyStarted(reply: ReplyStart): void {
    this.#log.replyStarted({
      ...reply,
      statusText: this.#secrets.clean(reply.statusText),
      fields: this.#secrets.cleanFields(reply.fields),
    });
  }

  requestData(chunk: Uint8Array): void {
    this.#log.requestData(hidden(chunk));
  }

  responseData(chunk: Uint8Array): void {
    this.#log.responseData(hidden(chunk));
  }

  responseStored(_entryId: number, body: Uint8Array): void {
    this.#log.responseData(hidden(body));
  }

  tunnelBytes(up: number, down: number): void {
    this.#log.tunnelBytes(up, down);
  }

  message(message: SeenMessage): void {
    const { close, ...rest } = message;
    this.#log.message({
      ...rest,
      payload: hidden(message.payload),
      ...(close && { close: { ...close, reason: HIDDEN } }),
    });
  }

  messagesBroken(direction: MessageDirection, problem: string): void {
    this.#log.messagesBroken(direction, problem);
  }

  stored(entryId: number, ttlSeconds: number): void {
    this.#log.stored(entryId, ttlSeconds);
  }

  failed(code: ProxyErrorCode, text: string): void {
    this.#log.failed(code, this.#secrets.clean(text));
  }

  left(ending: Pick<ReplyStart, 'outcome' | 'cacheStatus'>): void {
    this.#log.left(ending);
  }

  end(): void {
    this.#log.end();
  }
}

/** As many bytes, none of them told: a token may lie across chunks, or be coded. */
function hidden(chunk: Uint8Array): Uint8Array {
  return new Uint8Array(chunk.length).fill(0x2a);
}
