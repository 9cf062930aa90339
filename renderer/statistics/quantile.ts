/** Quantiles out of histogram counters. Pure. */
import { LATENCY_BUCKETS_MS } from '../../proxy-core/contract/stats.ts';

/** Counts that were added between two readings of a histogram; counters that fell (a restart) count from zero. */
export function bucketDelta(before: readonly number[], after: readonly number[]): number[] {
  return after.map((count, index) => {
    const added = count - (before[index] ?? 0);
    return added < 0 ? count : added;
  });
}

/**
 * The value in ms below which the share `q` of the counted lies, by a straight line within its bucket; null when nothing
 * was counted. What lies above the last bound is answered by that bound.
 */
export function quantile(
  counts: readonly number[],
  q: number,
  bounds: readonly number[] = LATENCY_BUCKETS_MS,
): number | null {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (total === 0) return null;
  const rank = q * total;
  let seen = 0;
  for (let index = 0; index < counts.length; index++) {
    const count = counts[index] ?? 0;
    if (count > 0 && seen + count >= rank) {
      const low = index === 0 ? 0 : (bounds[index - 1] ?? 0);
      const high = bounds[index] ?? bounds[bounds.length - 1] ?? low;
      return low + ((high - low) * Math.max(0, rank - seen)) / count;
    }
    seen += count;
  }
  return bounds[bounds.length - 1] ?? null;
}
