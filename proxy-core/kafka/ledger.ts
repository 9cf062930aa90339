/**
 * Delivery truth: what became of every record that was offered.
 *
 * Invariant, at any moment between two calls:
 *   offered = queued + inFlight + sent + failed + dropped
 * and `confirmed <= sent`. Every record is in exactly one of the five places; each method below moves records from one
 * to another and changes both. Records left out by sampling are counted apart and were never offered.
 */
import type { KafkaStatus } from '../contract/kafka.ts';

/** Seconds over which the rate is taken. */
const RATE_SECONDS = 5;

export type LedgerCounts = Pick<
  KafkaStatus,
  'offered' | 'inFlight' | 'sent' | 'confirmed' | 'failed' | 'dropped' | 'sampledOut'
>;

export interface Ledger {
  readonly counts: Readonly<LedgerCounts>;
  sampledOut(): void;
  /** One record came in; `dropped` records left the queue for it. */
  offered(dropped: number): void;
  /** Records left the queue unsent. */
  dropped(count: number): void;
  /** queue → in flight. */
  took(count: number): void;
  /** in flight → sent. */
  delivered(count: number, confirmed: boolean): void;
  /** in flight → failed. */
  failed(count: number): void;
  /** in flight → queue, of which `dropped` did not fit any more. */
  returned(count: number, dropped: number): void;
  /** Records sent per second over the last seconds. */
  rate(): number;
}

export function createLedger(now: () => number): Ledger {
  const counts: LedgerCounts = { offered: 0, inFlight: 0, sent: 0, confirmed: 0, failed: 0, dropped: 0, sampledOut: 0 };
  /** Records sent per second of the clock: slot = second modulo length. One more slot than averaged: the running second is not over. */
  const perSecond = new Float64Array(RATE_SECONDS + 1);
  let second = Math.floor(now() / 1000);

  const advance = (): void => {
    const current = Math.floor(now() / 1000);
    // A clock that was set back starts the window anew.
    if (current < second || current - second > RATE_SECONDS) perSecond.fill(0);
    else for (let passed = second + 1; passed <= current; passed += 1) perSecond[passed % perSecond.length] = 0;
    second = current;
  };

  return {
    counts,
    sampledOut: () => void (counts.sampledOut += 1),
    offered(dropped) {
      counts.offered += 1;
      counts.dropped += dropped;
    },
    dropped: (count) => void (counts.dropped += count),
    took: (count) => void (counts.inFlight += count),
    delivered(count, confirmed) {
      counts.inFlight -= count;
      counts.sent += count;
      if (confirmed) counts.confirmed += count;
      advance();
      perSecond[second % perSecond.length]! += count;
    },
    failed(count) {
      counts.inFlight -= count;
      counts.failed += count;
    },
    returned(count, dropped) {
      counts.inFlight -= count;
      counts.dropped += dropped;
    },
    rate() {
      advance();
      const running = perSecond[second % perSecond.length]!;
      return (perSecond.reduce((sum, value) => sum + value, 0) - running) / RATE_SECONDS;
    },
  };
}
