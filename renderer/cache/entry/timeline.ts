/** The life of a stored response as zones on one line: fresh, then stale but usable, then over. Pure. */
import type { EntrySummary } from '../../../proxy-core/contract/entry.ts';

export type ZoneKind = 'fresh' | 'swr' | 'sie';

/** A part of the line, from and to as shares of it. */
interface Zone {
  kind: ZoneKind;
  from: number;
  to: number;
  /** When it ends, unix ms. */
  endsAtMs: number;
}

interface EntryTimeline {
  zones: Zone[];
  /** Where now is, 0 to 1. */
  now: number;
}

type Timed = Pick<EntrySummary, 'storedAtMs' | 'staleAtMs' | 'swrUntilMs' | 'sieUntilMs' | 'lifetimeSeconds'>;

/** So much of the line is left behind the last zone, so that its end is seen. */
const TAIL = 0.08;

export function entryTimeline(entry: Timed, nowMs: number): EntryTimeline {
  // What came with an age was fresh before it was stored.
  const start = Math.min(entry.storedAtMs, entry.staleAtMs - entry.lifetimeSeconds * 1000);
  const ends: [ZoneKind, number][] = [
    ['fresh', entry.staleAtMs],
    ['swr', entry.swrUntilMs ?? 0],
    ['sie', entry.sieUntilMs ?? 0],
  ];
  const last = Math.max(start, ...ends.map(([, at]) => at));
  // Long over, the line still reaches to now, with at most as much behind the zones as they take.
  const span = Math.max(1, Math.min(Math.max(last, nowMs), last + (last - start)) - start) * (1 + TAIL);
  const share = (atMs: number): number => Math.max(0, Math.min(1, (atMs - start) / span));
  const zones: Zone[] = [];
  let from = start;
  for (const [kind, at] of ends) {
    if (at <= from) continue;
    zones.push({ kind, from: share(from), to: share(at), endsAtMs: at });
    from = at;
  }
  return { zones, now: share(nowMs) };
}
