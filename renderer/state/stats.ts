/** The last 15 minutes of samples, one a second, bounded; and the newest of them. */
import { create } from 'zustand';
import type { CacheStatus } from '../../proxy-core/contract/exchange.ts';
import type { StatsSample, Totals } from '../../proxy-core/contract/stats.ts';

export const MAX_SAMPLES = 15 * 60 + 1;

export interface StatsState {
  samples: readonly StatsSample[];
  latest: StatsSample | null;
  /** The sample before the newest, for rates; null after a restart of the core. */
  previous: StatsSample | null;
  /** Counters when the capture was cleared: what is counted since. Null while nothing was, and after a restart of the core. */
  base: Totals | null;
}

export const useStats = create<StatsState>()(() => ({ samples: [], latest: null, previous: null, base: null }));

function isContinuation(before: StatsSample | undefined, after: StatsSample): boolean {
  return before !== undefined && after.atMs > before.atMs;
}

/** Counts hits from now on. */
export function countFromNow(): void {
  useStats.setState(({ latest }) => ({ base: latest?.totals ?? null }));
}

/** Hits, and what was answered at all, since the capture was cleared, or since the core was started. */
export function hitsSince({ totals }: StatsSample, base: Totals | null): { hits: number; answered: number } {
  const since = (status: CacheStatus): number => totals.byCacheStatus[status] - (base?.byCacheStatus[status] ?? 0);
  const hits = since('HIT');
  return { hits, answered: hits + since('MISS') + since('BYPASS') };
}

/** Adds one live sample; a sample not newer than the last one is ignored. */
export function addSample(sample: StatsSample): void {
  const { samples, latest } = useStats.getState();
  if (latest !== null && !isContinuation(latest, sample)) return;
  const kept = samples.length >= MAX_SAMPLES ? samples.slice(samples.length - MAX_SAMPLES + 1) : samples;
  const restarted = latest !== null && sample.uptimeSeconds < latest.uptimeSeconds;
  useStats.setState({
    samples: [...kept, sample],
    latest: sample,
    previous: restarted ? null : latest,
    ...(restarted && { base: null }),
  });
}

/** What is true now, besides the samples of the graphs: somebody has just changed something. */
export function noteSample(sample: StatsSample): void {
  const { latest } = useStats.getState();
  if (isContinuation(latest ?? undefined, sample) || latest === null) useStats.setState({ latest: sample });
}

/** Puts the core's history before what was received live. */
export function addHistory(history: readonly StatsSample[]): void {
  const { samples } = useStats.getState();
  const first = samples[0]?.atMs ?? Infinity;
  const older = history.filter((sample) => sample.atMs < first);
  const merged = [...older, ...samples].slice(-MAX_SAMPLES);
  useStats.setState({ samples: merged, latest: merged.at(-1) ?? null, previous: merged.at(-2) ?? null });
}
