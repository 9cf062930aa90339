/**
 * How long an entry may be used still: as it is, then while it is revalidated, then when the origin fails. All entries of a
 * list are drawn on one scale of remaining time, a logarithmic one, for lifetimes go from seconds to a year. Pure.
 */
import type { EntrySummary } from '../../proxy-core/contract/entry.ts';

export interface Remaining {
  state: 'fresh' | 'stale-usable' | 'stale';
  /** Seconds of freshness left; negative when stale. */
  freshSeconds: number;
  /** Until stale-while-revalidate ends, no less than the one before. */
  swrSeconds: number;
  /** Until stale-if-error ends, no less than the one before. */
  sieSeconds: number;
}

type Timed = Pick<EntrySummary, 'staleAtMs' | 'swrUntilMs' | 'sieUntilMs'>;

export function remaining({ staleAtMs, swrUntilMs, sieUntilMs }: Timed, nowMs: number): Remaining {
  const left = (atMs: number): number => (atMs - nowMs) / 1000;
  const freshSeconds = left(staleAtMs);
  const swrSeconds = Math.max(freshSeconds, left(swrUntilMs ?? staleAtMs));
  const sieSeconds = Math.max(swrSeconds, left(sieUntilMs ?? staleAtMs));
  return {
    state: freshSeconds > 0 ? 'fresh' : sieSeconds > 0 ? 'stale-usable' : 'stale',
    freshSeconds,
    swrSeconds,
    sieSeconds,
  };
}

/** The end of the scale: a year, the longest that caches are asked for. */
const FULL_SECONDS = 365 * 86_400;

/** Marks of the scale, seconds. */
export const SCALE_TICKS = [60, 3600, 86_400, 30 * 86_400] as const;

/** Where so much time stands on the scale, 0 to 1. */
export function shareOf(seconds: number): number {
  return Math.min(1, Math.log1p(Math.max(0, seconds)) / Math.log1p(FULL_SECONDS));
}
