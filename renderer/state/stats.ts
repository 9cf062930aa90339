/** The last 15 minutes of samples, one a second, bounded; and the newest of them. */
import { create } from 'zustand';
import type { StatsSample } from '../../proxy-core/contract/stats.ts';

export const MAX_SAMPLES = 15 * 60 + 1;

export interface StatsState {
  samples: readonly StatsSample[];
  latest: StatsSample | null;
  /** The sample before the newest, for rates; null after a restart of the core. */
  previous: StatsSample | null;
}

export const useStats = create<StatsState>()(() => ({ samples: [], latest: null, previous: null }));

function isContinuation(before: StatsSample | undefined, after: StatsSample): boolean {
  return before !== undefined && after.atMs > before.atMs;
}

/** Adds one live sample; a sample not newer than the last one is ignored. */
export function addSample(sample: StatsSample): void {
  const { samples, latest } = useStats.getState();
  if (latest !== null && !isContinuation(latest, sample)) return;
  const kept = samples.length >= MAX_SAMPLES ? samples.slice(samples.length - MAX_SAMPLES + 1) : samples;
  const restarted = latest !== null && sample.uptimeSeconds < latest.uptimeSeconds;
  useStats.setState({ samples: [...kept, sample], latest: sample, previous: restarted ? null : latest });
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
