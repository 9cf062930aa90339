/** The freshness bar's geometry: stored → fresh → stale-while-revalidate → stale-if-error → gone. Pure. */
import type { EntrySummary } from '../../proxy-core/contract/entry.ts';

export interface FreshnessBar {
  /** Share of the bar, 0 to 1, each zone ends at. */
  fresh: number;
  swr: number;
  sie: number;
  /** Where now is. */
  cursor: number;
  state: 'fresh' | 'stale-usable' | 'stale';
  /** Seconds of freshness left; negative when stale. */
  leftSeconds: number;
}

type Timed = Pick<EntrySummary, 'storedAtMs' | 'staleAtMs' | 'swrUntilMs' | 'sieUntilMs' | 'lifetimeSeconds'>;

/** Past its last zone, an entry's bar still shows a quarter of itself as "gone". */
const TAIL = 0.25;

export function freshnessBar(entry: Timed, nowMs: number): FreshnessBar {
  const start = Math.min(entry.storedAtMs, entry.staleAtMs - entry.lifetimeSeconds * 1000);
  const swrEnd = Math.max(entry.staleAtMs, entry.swrUntilMs ?? 0);
  const sieEnd = Math.max(swrEnd, entry.sieUntilMs ?? 0);
  const span = Math.max(1, (sieEnd - start) * (1 + TAIL));
  const share = (atMs: number): number => Math.max(0, Math.min(1, (atMs - start) / span));
  const state = nowMs < entry.staleAtMs ? 'fresh' : nowMs < sieEnd ? 'stale-usable' : 'stale';
  return {
    fresh: share(entry.staleAtMs),
    swr: share(swrEnd),
    sie: share(sieEnd),
    cursor: share(nowMs),
    state,
    leftSeconds: (entry.staleAtMs - nowMs) / 1000,
  };
}
