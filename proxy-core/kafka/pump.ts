/**
 * The sender: waits until a batch is due, sends one at a time, and stays away from a broker that fails. It moves records
 * between the queue and the ledger and owns the sink; when to run and with which settings is the mirror's business.
 */
import type { Backoff } from './backoff.ts';
import type { Ledger } from './ledger.ts';
import { toMessage, type EventSource } from './message.ts';
import type { BoundedQueue, Waiting } from './queue.ts';
import { SinkError, type KafkaClient, type KafkaSink, type SinkConfig } from './sink.ts';

/** A backlog goes out in larger requests than the batch setting: one request is in flight at a time, and a far broker would else set the pace. */
const BACKLOG_FACTOR = 4;
/** Below the 1 MB most brokers take at once, whatever compression makes of it. */
const LARGEST_REQUEST_BYTES = 512 * 1024;
const LARGEST_REQUEST_EVENTS = 10_000;

/** What the mirror hears of the sender. `retryAtMs` is Unix ms. */
export type PumpState = { state: 'connecting' } | { state: 'ready' } | { state: 'backing-off'; retryAtMs: number };

export interface PumpOptions<T> {
  client: KafkaClient;
  queue: BoundedQueue<T>;
  source: EventSource<T>;
  ledger: Ledger;
  backoff: Backoff;
  now: () => number;
  /** A send that the library has neither kept nor rejected by then counts as failed attempt, ms. */
  sendLimitMs: number;
  config: SinkConfig;
  /** Read for every batch. */
  batchBytes: () => number;
  lingerMs: () => number;
  onState(state: PumpState): void;
  onError(message: string): void;
}

export interface Pump {
  /** Something was queued. Called for every record: cheap. */
  wake(): void;
  /** Sends what is queued without waiting for full batches and resolves when the queue is empty and nothing is in flight. */
  flush(): Promise<void>;
  /**
   * Ends after the send in flight, at the latest after `limitMs`. Records unanswered by then count as failed, or go back
   * to the queue for another pump (`handOver`), where one may be delivered a second time.
   */
  stop(limitMs: number, handOver: boolean): Promise<void>;
}

export function startPump<T>(options: PumpOptions<T>): Pump {
  const { client, queue, source, ledger, backoff, now } = options;
  let stopping = false;
  let flushing = false;
  let sink: KafkaSink | undefined;
  /** The last sink's connections ended by themselves, as brokers do with idle ones. */
  let lost = false;
  /** Records of the send in flight; emptied when they are accounted for, so that a late answer counts nothing twice. */
  let inFlight: Waiting<T>[] = [];
  /** After "too large": fewer records at once until a send passes. */
  let eventsAtOnce = LARGEST_REQUEST_EVENTS;
  /** Ends the wait the loop is in. */
  let endWait: (() => void) | undefined;
  let waitTimer: NodeJS.Timeout | undefined;
  /** True while the loop waits for records; else `wake` has nothing to do. */
  let idle = false;
  const flushed: (() => void)[] = [];
  /** Set by a failed send, cleared by a kept one: being connected alone does not mean that records get through. */
  let doubtful = false;
  let shown: PumpState['state'] | undefined;

  function show(state: PumpState): void {
    if (stopping || (state.state === shown && state.state !== 'backing-off')) return;
    shown = state.state;
    options.onState(state);
  }

  /** Waits for `endWait`, at most `ms` when given. */
  function wait(ms: number | undefined): Promise<void> {
    return new Promise((resolve) => {
      endWait = () => {
        clearTimeout(waitTimer);
        waitTimer = undefined;
        endWait = undefined;
        resolve();
      };
      if (ms !== undefined) waitTimer = setTimeout(() => endWait?.(), ms);
    });
  }

  /** Undefined: a batch is due now. Else the ms until the oldest has waited long enough, Infinity when nothing waits. */
  function untilDue(): number | undefined {
    const oldest = queue.oldestAtMs;
    if (oldest === undefined) return Number.POSITIVE_INFINITY;
    if (flushing || queue.bytes >= options.batchBytes()) return undefined;
    const left = oldest + options.lingerMs() - now();
    return left > 0 ? left : undefined;
  }

  async function waitUntilDue(): Promise<void> {
    for (let left = untilDue(); left !== undefined && !stopping && sink !== undefined; left = untilDue()) {
      if (queue.size === 0) {
        settleFlush();
        show({ state: 'ready' });
      }
      idle = true;
      // A clock that was set back must not turn 5 ms into hours.
      await wait(Number.isFinite(left) ? Math.min(left, options.lingerMs()) : undefined);
      idle = false;
    }
  }

  function settleFlush(): void {
    for (const resolve of flushed.splice(0)) resolve();
  }

  async function discardSink(): Promise<void> {
    const old = sink;
    sink = undefined;
    if (old === undefined) return;
    old.onLost = undefined;
    await old.close();
  }

  async function stayAway(message: string): Promise<void> {
    await discardSink();
    if (stopping) return;
    const pause = backoff.next();
    options.onError(message);
    show({ state: 'backing-off', retryAtMs: now() + pause });
    await wait(pause);
  }

  /** True when connected. */
  async function connect(): Promise<boolean> {
    show({ state: 'connecting' });
    const fresh = client.createSink(options.config);
    sink = fresh;
    try {
      await withLimit(
        fresh.connect(),
        options.sendLimitMs,
        new SinkError('retry', `The brokers gave no answer to the greeting within ${options.sendLimitMs / 1000} s.`),
      );
    } catch (error) {
      await stayAway(wordsOf(error));
      return false;
    }
    fresh.onLost = () => {
      if (sink !== fresh) return;
      sink = undefined;
      lost = true;
      void fresh.close();
      endWait?.();
    };
    if (!doubtful) show({ state: 'ready' });
    return true;
  }

  function delivered(records: readonly Waiting<T>[]): void {
    ledger.delivered(records.length, options.config.acks !== 0);
    letGo(records);
  }

  function failed(records: readonly Waiting<T>[]): void {
    ledger.failed(records.length);
    letGo(records);
  }

  function letGo(records: readonly Waiting<T>[]): void {
    if (source.letGo !== undefined) for (const { item } of records) source.letGo(item);
  }

  /** Gives the records of a failed send the place their failure asks for. */
  function account(batch: Waiting<T>[], failure: SinkError['failure']): void {
    switch (failure) {
      case 'retry':
        ledger.returned(batch.length, queue.putBack(batch));
        return;
      case 'too-large':
        if (batch.length > 1) {
          eventsAtOnce = Math.ceil(batch.length / 2);
          ledger.returned(batch.length, queue.putBack(batch));
        } else failed(batch);
        return;
      case 'refused':
      case 'lost':
        failed(batch);
    }
  }

  async function sendOne(to: KafkaSink): Promise<void> {
    const batchBytes = options.batchBytes();
    const batch = queue.take(
      Math.max(batchBytes, Math.min(batchBytes * BACKLOG_FACTOR, LARGEST_REQUEST_BYTES)),
      eventsAtOnce,
    );
    if (batch.length === 0) return;
    inFlight = batch;
    ledger.took(batch.length);
    try {
      await withLimit(
        to.send(batch.map((waiting) => toMessage(source.toRecord(waiting.item)))),
        options.sendLimitMs,
        unanswered,
      );
    } catch (error) {
      if (inFlight !== batch) return;
      inFlight = [];
      const failure = error instanceof SinkError ? error.failure : 'retry';
      const positions = error instanceof SinkError ? error.undelivered : undefined;
      const undelivered = positions === undefined ? batch : batch.filter((_, position) => positions.includes(position));
      if (positions !== undefined) delivered(batch.filter((_, position) => !positions.includes(position)));
      account(undelivered, failure);
      // A refusal is an answer: the connection is good, and the next records may pass.
      if (failure === 'too-large' || failure === 'refused') options.onError(wordsOf(error));
      else {
        doubtful = true;
        await stayAway(wordsOf(error));
      }
      return;
    }
    if (inFlight !== batch) return;
    inFlight = [];
    delivered(batch);
    backoff.reset();
    doubtful = false;
    show({ state: 'ready' });
    eventsAtOnce = Math.min(eventsAtOnce * 2, LARGEST_REQUEST_EVENTS);
  }

  async function run(): Promise<void> {
    while (!stopping) {
      if (lost) {
        // No failure worth a word, but one that is repeated at once must not turn into a race.
        lost = false;
        show({ state: 'connecting' });
        await wait(backoff.next());
        if (stopping) break;
      }
      if (sink === undefined && !(await connect())) continue;
      await waitUntilDue();
      if (stopping || sink === undefined) continue;
      await sendOne(sink);
      if (queue.size === 0) settleFlush();
      // With acks 0 a send resolves without any IO: without this the loop would starve the proxy's own sockets.
      await new Promise((resolve) => setImmediate(resolve));
    }
    await discardSink();
  }

  const unanswered = new SinkError(
    options.config.acks === 0 ? 'lost' : 'retry',
    `The brokers gave no answer to a batch within ${options.sendLimitMs / 1000} s.`,
  );
  // Only a bug gets here; it must not end the process, and the proxy goes on without the mirror.
  const ended = run().catch((error: unknown) => options.onError(`The sender ended: ${wordsOf(error)}`));

  return {
    wake() {
      if (!idle) return;
      // The first record starts the linger time, a full batch ends it; those in between change nothing.
      if (waitTimer === undefined || queue.bytes >= options.batchBytes()) endWait?.();
    },
    async flush() {
      flushing = true;
      if (queue.size === 0 && inFlight.length === 0) return;
      const empty = new Promise<void>((resolve) => flushed.push(resolve));
      // Also out of a pause: one last attempt is worth it.
      endWait?.();
      await empty;
    },
    async stop(limitMs, handOver) {
      stopping = true;
      endWait?.();
      await limited(ended, limitMs);
      const unanswered = inFlight;
      inFlight = [];
      // Written with acks 0 means gone: such records are not written again.
      if (handOver && options.config.acks !== 0) ledger.returned(unanswered.length, queue.putBack(unanswered));
      else failed(unanswered);
      settleFlush();
      await discardSink();
    },
  };
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

/** Resolves with the work, or after `limitMs`. */
export async function limited(work: Promise<unknown>, limitMs: number): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise((resolve) => {
    timer = setTimeout(resolve, limitMs);
  });
  try {
    await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
  }
}

/** Rejects when the library has not answered by then: its own limits do not cover every one of its waits. */
async function withLimit(work: Promise<void>, limitMs: number, otherwise: SinkError): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(otherwise), limitMs);
  });
  try {
    await Promise.race([work, limit]);
  } finally {
    clearTimeout(timer);
    // After the limit its own rejection, if it ever comes, has nobody left to tell.
    work.catch(() => undefined);
  }
}
