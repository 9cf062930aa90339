/** Counters over all exchanges since start; they only rise and count whatever capture and feeds let go. */
import { LATENCY_BUCKETS_MS, type Totals } from '../contract/stats.ts';
import type { ExchangeRecord } from './record.ts';

/** Index of the bucket a latency falls into. */
function bucketOf(ms: number): number {
  let i = 0;
  while (i < LATENCY_BUCKETS_MS.length && ms > LATENCY_BUCKETS_MS[i]!) i++;
  return i;
}

/** Adds a finished exchange. */
export function addToTotals(totals: Totals, record: ExchangeRecord): void {
  const status = record.cacheStatus ?? 'BYPASS';
  totals.requests++;
  totals.byCacheStatus[status]++;
  totals.byOutcome[record.outcome ?? 'ERROR']++;
  totals.inFlight--;
  if (record.collapsed) totals.collapsed++;
  if (record.error !== undefined && record.error !== 'client_stalled') totals.errors++;
  if (record.start.kind === 'tunnel') {
    totals.tunnels++;
    totals.tunnelsOpen--;
    totals.tunnelBytesUp += record.requestBytes;
    totals.tunnelBytesDown += record.responseBytes;
    return;
  }
  totals.requestBytes += record.requestBytes;
  totals.bytesByCacheStatus[status] += record.responseBytes;
  if (status !== 'HIT') totals.upstreamBytes += record.responseBytes;
  // How long one stayed who left before the end tells nothing of hits and misses.
  if (record.error !== undefined || record.state === 'client-left') return;
  const ms = record.durationMs ?? 0;
  if (status === 'HIT') {
    totals.hitLatency[bucketOf(ms)]!++;
    if (record.outcome === 'REVALIDATED') totals.revalidatedLatency[bucketOf(ms)]!++;
    totals.hitLatencySumMs += ms;
  } else if (status === 'MISS') {
    totals.missLatency[bucketOf(ms)]!++;
    totals.missLatencySumMs += ms;
  }
}
